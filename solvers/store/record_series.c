/* SPDX-License-Identifier: GPL-3.0-or-later
 * Series: columns that grow on rank 0, into a file and back. */
#include "solvers/store/record.h"
#include "solvers/store/record_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static PetscErrorCode clear_one(qv_series *s) {
  PetscFunctionBegin;
  PetscCall(PetscFree(s->path));
  PetscCall(PetscFree(s->unit));
  PetscCall(PetscFree(s->long_name));
  PetscCall(PetscFree(s->view));
  PetscCall(PetscFree(s->axis));
  PetscCall(PetscFree(s->value.data));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_record_clear(qv_record *record) {
  PetscFunctionBegin;
  for (int i = 0; i < record->n_series; i++) PetscCall(clear_one(&record->series[i]));
  record->n_series = 0;
  PetscFunctionReturn(0);
}

static qv_series *find(const qv_record *record, const char *path) {
  for (int i = 0; i < record->n_series; i++)
    if (strcmp(record->series[i].path, path) == 0) return &record->series[i];
  return NULL;
}

/* A new empty column; texts are copied from `like`. */
static PetscErrorCode make(qv_record *record, const char *path, const qv_array *like,
                           qv_series **made) {
  PetscFunctionBegin;
  if (record->n_series == record->capacity) {
    record->capacity = record->capacity ? 2 * record->capacity : 16;
    PetscCall(PetscRealloc((size_t)record->capacity * sizeof *record->series, &record->series));
  }
  qv_series *s = &record->series[record->n_series++];
  memset(s, 0, sizeof *s);
  PetscCall(PetscStrallocpy(path, &s->path));
  PetscCall(PetscStrallocpy(like->unit, &s->unit));
  PetscCall(PetscStrallocpy(like->long_name, &s->long_name));
  PetscCall(PetscStrallocpy(like->view, &s->view));
  PetscCall(PetscStrallocpy(like->axes[0], &s->axis));
  s->array = (qv_array){.path      = s->path,
                        .type      = like->type,
                        .rank      = 1,
                        .axes      = {s->axis},
                        .unit      = s->unit,
                        .long_name = s->long_name,
                        .view      = s->view};
  *made    = s;
  PetscFunctionReturn(0);
}

static PetscErrorCode reserve(qv_series *s, int64_t n) {
  PetscFunctionBegin;
  if (n <= s->capacity) PetscFunctionReturn(0);
  s->capacity = PetscMax(n, 2 * s->capacity);
  PetscCall(PetscRealloc((size_t)s->capacity * 8, &s->value.data));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_record_append(qv_record *record, const qv_array *like, double value) {
  PetscFunctionBegin;
  PetscCheck(like->path && like->path[0] == '/', record->comm, PETSC_ERR_ARG_WRONG,
             "a series needs an absolute path");
  PetscCheck(like->type == QV_F64 || like->type == QV_I64, record->comm, PETSC_ERR_ARG_WRONG,
             "'%s': a series holds float64 or int64", like->path);
  PetscCheck(like->type == QV_F64 || (fabs(value) < 0x1p63 && value == floor(value)), record->comm,
             PETSC_ERR_ARG_OUTOFRANGE, "'%s': %g is no integer", like->path, value);
  if (record->rank) PetscFunctionReturn(0);
  qv_series *s = find(record, like->path);
  if (!s) PetscCall(make(record, like->path, like, &s));
  PetscCheck(s->array.type == like->type, record->comm, PETSC_ERR_ARG_WRONG,
             "'%s' was of another type before", like->path);
  PetscCall(reserve(s, s->array.shape[0] < 64 ? 64 : s->array.shape[0] + 1));
  if (like->type == QV_F64)
    s->value.real[s->array.shape[0]++] = value;
  else
    s->value.integer[s->array.shape[0]++] = (int64_t)value;
  PetscFunctionReturn(0);
}

/* Is the column the scale of its own axis? Those come first in the file. */
static bool is_scale(const qv_series *s) {
  return s->axis && strcmp(strrchr(s->path, '/') + 1, s->axis) == 0;
}

static PetscErrorCode join(const char *prefix, const char *path, char **joined) {
  const size_t length = strlen(prefix) + strlen(path) + 1;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(length, joined));
  snprintf(*joined, length, "%s%s", prefix, path);
  PetscFunctionReturn(0);
}

static PetscErrorCode write_one(const qv_series *s, qv_h5 *file, const char *prefix) {
  qv_array array = s->array;
  char    *path;

  PetscFunctionBegin;
  PetscCall(join(prefix, s->path, &path));
  array.path                = path;
  const PetscErrorCode code = qv_h5_write(file, &array, s->value.data);
  PetscCall(PetscFree(path));
  PetscCall(code);
  PetscFunctionReturn(0);
}

/* The paths of all columns, in order, with a line feed after each. */
static PetscErrorCode write_list(const qv_record *record, qv_h5 *file, const char *prefix) {
  size_t length = 1;
  char  *list;

  PetscFunctionBegin;
  for (int i = 0; i < record->n_series; i++) length += strlen(record->series[i].path) + 1;
  PetscCall(PetscMalloc1(length, &list));
  char *end = list;
  for (int i = 0; i < record->n_series; i++)
    end += snprintf(end, length - (size_t)(end - list), "%s\n", record->series[i].path);
  *end                = 0;
  PetscErrorCode code = qv_h5_group(file, prefix);
  if (!code) code = qv_h5_text(file, prefix, "series", list);
  PetscCall(PetscFree(list));
  PetscCall(code);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_record_write_series(qv_record *record, qv_h5 *file, const char *prefix) {
  PetscFunctionBegin;
  for (int scales = 1; scales >= 0; scales--)
    for (int i = 0; i < record->n_series; i++)
      if (is_scale(&record->series[i]) == scales)
        PetscCall(write_one(&record->series[i], file, prefix));
  if (prefix[0]) PetscCall(write_list(record, file, prefix));
  PetscFunctionReturn(0);
}

/* Keep a copy of a text that the file owns. */
static void say(qv_record *record, const char *why, const char **reason) {
  if (!why) return;
  snprintf(record->reason, sizeof record->reason, "%s", why);
  *reason = record->reason;
}

static PetscErrorCode read_one(qv_record *record, qv_h5 *file, const char *prefix, const char *path,
                               const char **reason) {
  qv_array    array;
  const char *why;
  char       *full, text[QV_RECORD_REASON];
  void       *data = NULL;

  PetscFunctionBegin;
  PetscCall(join(prefix, path, &full));
  PetscCall(qv_h5_find(file, full, &array, &why));
  if (!why && (array.rank != 1 || (array.type != QV_F64 && array.type != QV_I64))) {
    snprintf(text, sizeof text, "'%s' is no series of numbers", full);
    why = text;
  }
  if (!why) PetscCall(qv_h5_read(file, full, array.type, &data, &why));
  if (!why) {
    qv_series *s;
    PetscCall(make(record, path, &array, &s));
    PetscCall(reserve(s, array.shape[0]));
    if (array.shape[0]) memcpy(s->value.data, data, (size_t)array.shape[0] * 8);
    s->array.shape[0] = array.shape[0];
  }
  PetscCall(PetscFree(data));
  PetscCall(PetscFree(full));
  say(record, why, reason);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_record_read_series(qv_record *record, qv_h5 *file, const char *prefix,
                                     const char **reason) {
  char *list;

  PetscFunctionBegin;
  *reason = NULL;
  PetscCall(qv_record_clear(record));
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  if (qv_h5_get_text(file, prefix[0] ? prefix : "/", "series", &list)) list = NULL;
  PetscCall(PetscPopErrorHandler());
  if (!list) say(record, "has no list of its series", reason);
  for (char *path = list, *end; path && !*reason && (end = strchr(path, '\n')); path = end + 1) {
    *end = 0;
    PetscCall(read_one(record, file, prefix, path, reason));
  }
  if (*reason) PetscCall(qv_record_clear(record));
  PetscCall(PetscFree(list));
  PetscFunctionReturn(0);
}
