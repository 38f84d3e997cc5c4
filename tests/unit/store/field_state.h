/* SPDX-License-Identifier: GPL-3.0-or-later
 * A state with a field of each distribution and of most types, to save and to load. */
#pragma once
#include <math.h>
#include <string.h>

#include "solvers/parallel/layout.h"
#include "solvers/store/field.h"
#include "tests/support/qv_test.h"

enum { N_ROWS = 37, POSITION = 3, WIDE = 70000, TALL = 9, N_COMPLEX = 701, COLUMNS = 3 };

/* One field of each distribution and most types; the truth is a function of the global index. */
typedef struct {
  MPI_Comm comm;
  int64_t  n_rows;
  double   scalar;
  int64_t  counts[3];
  int32_t  pairs[8];
  int8_t   word;
  qv_rows *rows;
  double  *wide, *pair;
  int64_t  n_wide, n_pair; /* local reals */
} state;

static inline PetscErrorCode state_view_scalar(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 0, .data = &((state *)s)->scalar};
  return 0;
}
static inline PetscErrorCode state_view_counts(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 1, .shape = {3}, .data = ((state *)s)->counts};
  return 0;
}
static inline PetscErrorCode state_view_pairs(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 2, .shape = {4, 2}, .data = ((state *)s)->pairs};
  return 0;
}
static inline PetscErrorCode state_view_word(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 0, .data = &((state *)s)->word};
  return 0;
}
static inline PetscErrorCode state_view_rows(state *s, int column, int64_t length,
                                             qv_field_view *v) {
  *v = (qv_field_view){.rank   = 2,
                       .shape  = {s->n_rows, length},
                       .data   = s->rows->column[column].data,
                       .rows   = s->rows,
                       .column = column};
  return 0;
}
static inline PetscErrorCode state_view_position(void *s, qv_field_view *v) {
  return state_view_rows(s, 0, POSITION, v);
}
static inline PetscErrorCode state_view_flag(void *s, qv_field_view *v) {
  return state_view_rows(s, 1, 1, v);
}
static inline PetscErrorCode state_view_nothing(void *s, qv_field_view *v) {
  return state_view_rows(s, 2, 0, v);
}
static inline PetscErrorCode state_view_wide(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 3, .shape = {TALL, WIDE, 1}, .data = ((state *)s)->wide};
  return 0;
}
static inline PetscErrorCode state_view_pair(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 1, .shape = {N_COMPLEX}, .data = ((state *)s)->pair};
  return 0;
}
static inline PetscErrorCode state_view_empty(void *s, qv_field_view *v) {
  (void)s;
  *v = (qv_field_view){.rank = 2, .shape = {0, 4}};
  return 0;
}

// clang-format off
static const qv_field state_fields[] = {
  {"scalar",   QV_F64,  QV_REPLICATED, "1",  state_view_scalar},
  {"counts",   QV_I64,  QV_REPLICATED, "1",  state_view_counts},
  {"pairs",    QV_I32,  QV_ON_RANK_0,  "1",  state_view_pairs},
  {"word",     QV_ENUM, QV_REPLICATED, "1",  state_view_word},
  {"position", QV_F64,  QV_BY_INDEX,   "au", state_view_position},
  {"flag",     QV_U8,   QV_BY_INDEX,   "1",  state_view_flag},
  {"nothing",  QV_F64,  QV_BY_INDEX,   "1",  state_view_nothing},
  {"wide",     QV_F64,  QV_BY_TILE,    "1",  state_view_wide},
  {"pair",     QV_C128, QV_BY_TILE,    "1",  state_view_pair},
  {"empty",    QV_F64,  QV_BY_TILE,    "1",  state_view_empty},
  {.name = NULL}};
// clang-format on

static inline double state_truth(int what, int64_t i) {
  return sin(0.1 * (double)i + what) * exp(0.01 * (double)(i % 100));
}

static inline int64_t state_part(MPI_Comm comm, int64_t n, int64_t *first) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  *first = qv_layout_first(n, rank, size);
  return qv_layout_first(n, rank + 1, size) - *first;
}

static inline PetscErrorCode state_make(MPI_Comm comm, bool is_filled, state *s) {
  const size_t bytes[COLUMNS] = {POSITION * sizeof(double), 1, 0};
  int          rank;
  int64_t      first;

  PetscFunctionBegin;
  *s = (state){.comm = comm, .n_rows = N_ROWS};
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(qv_rows_create(comm, N_ROWS, COLUMNS, bytes, &s->rows));
  s->n_wide = state_part(comm, TALL * WIDE, &first);
  PetscCall(PetscCalloc1(s->n_wide, &s->wide));
  for (int64_t i = 0; is_filled && i < s->n_wide; i++) s->wide[i] = state_truth(1, first + i);
  s->n_pair = state_part(comm, 2 * N_COMPLEX, &first);
  PetscCall(PetscCalloc1(s->n_pair, &s->pair));
  for (int64_t i = 0; is_filled && i < s->n_pair; i++) s->pair[i] = state_truth(2, first + i);
  if (!is_filled) PetscFunctionReturn(0);
  s->scalar = -0.0;
  s->word   = 5;
  for (int i = 0; i < 3; i++) s->counts[i] = INT64_MAX - i;
  for (int i = 0; i < 8 && rank == 0; i++) s->pairs[i] = INT32_MIN + i;
  for (int64_t k = 0; k < s->rows->n_local; k++) {
    for (int c = 0; c < POSITION; c++)
      ((double *)s->rows->column[0].data)[POSITION * k + c] =
        state_truth(3, POSITION * s->rows->index[k] + c);
    ((unsigned char *)s->rows->column[1].data)[k] = (unsigned char)(200 + s->rows->index[k]);
  }
  PetscFunctionReturn(0);
}

/* Deal the rows below `below` anew: another distribution of the same rows. */
static inline PetscErrorCode state_deal_unevenly(state *s, int64_t below) {
  unsigned char *open;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(s->rows->n_local + 1, &open));
  for (int64_t k = 0; k < s->rows->n_local; k++) open[k] = s->rows->index[k] < below;
  PetscCall(qv_rows_balance(s->rows, open));
  PetscCall(PetscFree(open));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode state_drop(state *s) {
  PetscFunctionBegin;
  PetscCall(qv_rows_destroy(&s->rows));
  PetscCall(PetscFree(s->wide));
  PetscCall(PetscFree(s->pair));
  PetscFunctionReturn(0);
}

static inline void state_expect_untouched(const state *s) {
  EXPECT_BITS(s->scalar, 0.0);
  EXPECT_INT(s->counts[0], 0);
  for (int64_t i = 0; i < s->n_wide; i++) EXPECT_BITS(s->wide[i], 0.0);
  for (int64_t k = 0; k < s->rows->n_local; k++)
    EXPECT_INT(((unsigned char *)s->rows->column[1].data)[k], 0);
}

static inline PetscErrorCode state_save(state *s, const qv_field *table, const char *name) {
  qv_h5 *file = NULL;
  int    rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(s->comm, &rank));
  if (rank == 0) PetscCall(qv_h5_create(name, &file));
  PetscCall(qv_field_save(s->comm, table, s, file));
  if (rank == 0) PetscCall(qv_h5_close(&file));
  PetscCallMPI(MPI_Barrier(s->comm));
  PetscFunctionReturn(0);
}

/* *reason is NULL or a text to free, also for a file that does not open. */
static inline PetscErrorCode state_load(state *s, const qv_field *table, const char *name,
                                        char **reason) {
  qv_h5      *file = NULL;
  const char *why  = NULL;
  int         rank, closed = 0;

  PetscFunctionBegin;
  *reason = NULL;
  PetscCallMPI(MPI_Comm_rank(s->comm, &rank));
  if (rank == 0) PetscCall(qv_h5_open(name, &file, &why));
  closed = why != NULL;
  PetscCallMPI(MPI_Bcast(&closed, 1, MPI_INT, 0, s->comm));
  if (closed)
    PetscCall(PetscStrallocpy(why ? why : "damaged: rank 0 knows", reason));
  else
    PetscCall(qv_field_load(s->comm, table, s, file, reason));
  if (rank == 0) PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode state_expect_reason(const qv_field *table, const char *name,
                                                 const char *part, bool is_untouched) {
  state s;
  char *reason;

  PetscFunctionBegin;
  PetscCall(state_make(PETSC_COMM_WORLD, false, &s));
  PetscCall(state_load(&s, table, name, &reason));
  if (!reason || !strstr(reason, part))
    qv_test_fail(__FILE__, __LINE__, "reason is '%s', expected '%s'", reason ? reason : "(null)",
                 part);
  if (is_untouched) state_expect_untouched(&s);
  PetscCall(PetscFree(reason));
  PetscCall(state_drop(&s));
  PetscFunctionReturn(0);
}
