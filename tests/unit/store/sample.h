/* SPDX-License-Identifier: GPL-3.0-or-later
 * A file with every type, and small tools that the tests of this room share. */
#pragma once
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solvers/store/h5.h"
#include "tests/support/qv_test.h"

static const char *const sample_words[] = {"done", "budget", "collision", NULL};

/* position[time, body, axis] = 100 time + 10 body + axis + 1/3 */
static inline double sample_position(int time, int body, int axis) {
  return 100. * time + 10. * body + axis + 1. / 3;
}

static inline PetscErrorCode sample_numbers(qv_h5 *file) {
  double        position[4][3][2];
  const double  time[4]   = {0, 0.5, 1, 1.5};
  const int64_t system[3] = {7, 9, INT64_MAX};
  const int32_t small[2]  = {INT32_MIN, 5};
  const int8_t  tiny[2]   = {-128, 127};
  const uint8_t pixel[3]  = {0, 128, 255};
  const double  energy    = -0.5;

  PetscFunctionBegin;
  for (int t = 0; t < 4; t++)
    for (int b = 0; b < 3; b++)
      for (int a = 0; a < 2; a++) position[t][b][a] = sample_position(t, b, a);
  const qv_array arrays[] = {
    {"/result/time", QV_F64, 1, {4}, {"time"}, "yr", "time", NULL, NULL},
    {"/result/position",
     QV_F64,
     3,
     {4, 3, 2},
     {"time", "body", "axis"},
     "au",
     "position",
     "trajectory",
     NULL},
    {"/result/system", QV_I64, 1, {3}, {"system"}, "1", "system id", NULL, NULL},
    {"/result/small", QV_I32, 1, {2}, {NULL}, "1", "small", NULL, NULL},
    {"/result/tiny", QV_I8, 1, {2}, {NULL}, "1", "tiny", NULL, NULL},
    {"/result/pixel", QV_U8, 1, {3}, {NULL}, "1", "pixel", NULL, NULL},
    {"/result/energy", QV_F64, 0, {0}, {NULL}, "1", "energy", NULL, NULL},
    {"/result/nothing", QV_F64, 2, {0, 5}, {"row", "column"}, "1", "no rows", NULL, NULL},
  };
  const void *data[] = {time, position, system, small, tiny, pixel, &energy, NULL};
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
    PetscCall(qv_h5_write(file, &arrays[i], data[i]));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode sample_others(qv_h5 *file) {
  const double complex samples[2] = {CMPLX(1, -2), CMPLX(0.25, INFINITY)};
  const int8_t         verdict[3] = {0, 2, 1};
  const char *const    ids[3]     = {"alpha", "", "\xc3\xbc-\xe2\x82\xac"};
  const char *const    remark     = "one text";
  const qv_array       arrays[]   = {
            {"/data/samples", QV_C128, 1, {2}, {"sample"}, "1", "samples", NULL, NULL},
            {"/result/verdict", QV_ENUM, 1, {3}, {"system"}, "1", "verdict", NULL, sample_words},
            {"/result/id", QV_TEXT, 1, {3}, {"system"}, "1", "name", NULL, NULL},
            {"/run/remark", QV_TEXT, 0, {0}, {NULL}, "1", "remark", NULL, NULL},
  };
  const void *data[] = {samples, verdict, ids, &remark};

  PetscFunctionBegin;
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
    PetscCall(qv_h5_write(file, &arrays[i], data[i]));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode sample_write(const char *path) {
  qv_h5 *file;

  PetscFunctionBegin;
  PetscCall(qv_h5_create(path, &file));
  PetscCall(qv_h5_text(file, "/", "format", "quadrivium"));
  PetscCall(qv_h5_integer(file, "/", "format_version", 1));
  PetscCall(qv_h5_real(file, "/", "tolerance", 1e-9));
  PetscCall(qv_h5_group(file, "/state/deep/er"));
  PetscCall(sample_numbers(file));
  PetscCall(sample_others(file));
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

/* All bytes of a file; the caller frees. */
static inline char *sample_bytes(const char *path, size_t *length) {
  char *bytes = NULL;
  *length     = 0;
  FILE *file  = fopen(path, "rb");
  if (!file) return NULL;
  if (!fseek(file, 0, SEEK_END)) {
    *length = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(*length + 1);
    if (bytes && fread(bytes, 1, *length, file) != *length) *length = 0;
  }
  fclose(file);
  return bytes;
}

static inline void sample_put(const char *path, const char *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(bytes, 1, length, file) != length)
    qv_test_fail(__FILE__, __LINE__, "cannot write %s", path);
  if (file) fclose(file);
}

/* Calls inside return their code instead of printing a trace. */
static inline PetscErrorCode sample_quiet(MPI_Comm comm, int line, const char *function,
                                          const char *file, PetscErrorCode code,
                                          PetscErrorType type, const char *message, void *context) {
  (void)comm, (void)line, (void)function, (void)file;
  if (type == PETSC_ERROR_INITIAL && context) snprintf(context, 512, "%s", message);
  return code;
}
