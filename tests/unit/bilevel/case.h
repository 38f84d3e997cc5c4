/* SPDX-License-Identifier: GPL-3.0-or-later
 * A task made from parameters, without a deck. */
#pragma once
#include <math.h>
#include <string.h>

#include "optim/bilevel/method.h"
#include "solvers/store/h5.h"
#include "tests/support/qv_test.h"

static inline int case_word(const qv_choice *words, const char *word) {
  for (int k = 0; words[k].word; k++)
    if (!strcmp(words[k].word, word)) return k;
  qv_test_fail(__FILE__, __LINE__, "there is no '%s'", word);
  return 0;
}

static inline qv_bilevel_params case_params(const char *task) {
  qv_bilevel_params p = {0};
  p.task.name         = case_word(qv_task_words, task);
  p.task.upper        = 4;
  p.task.lower        = 6;
  p.task.alpha        = 2;
  p.task.samples      = 50;
  p.task.checks       = 30;
  p.task.sharpness    = 80;
  p.task.l2           = 0.2;
  p.task.length       = 10;
  p.task.target       = 1.5;
  return p;
}

/* Write a data set of `rank` axes. */
static inline PetscErrorCode case_put(qv_h5 *file, const char *path, const int64_t *shape, int rank,
                                      qv_type type, const void *value) {
  qv_array array = {.path = path, .type = type, .rank = rank, .unit = "1", .long_name = "made up"};

  PetscFunctionBegin;
  for (int k = 0; k < rank; k++) array.shape[k] = shape[k];
  PetscCall(qv_h5_write(file, &array, value));
  PetscFunctionReturn(0);
}

/* What fills a file of samples. */
typedef struct {
  PetscErrorCode (*put)(qv_h5 *file, const char *set, int64_t n, int64_t classes);
  const char *set[2];
  int64_t     n[2], classes;
} case_samples;

/* Write a file of two sets; when it returns, every rank can read it. */
static inline PetscErrorCode case_write(const char *path, const case_samples *samples) {
  qv_h5 *file;
  int    rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  if (rank == 0) {
    PetscCall(qv_h5_create(path, &file));
    for (int k = 0; k < 2; k++)
      PetscCall(samples->put(file, samples->set[k], samples->n[k], samples->classes));
    PetscCall(qv_h5_close(&file));
  }
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  PetscFunctionReturn(0);
}
