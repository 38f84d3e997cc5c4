/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2,3,4 labels=fast timeout=90
 * A state comes back on any number of ranks, the file is what it says, and tables that do not fit
 * are refused. */
#include "solvers/parallel/digest.h"
#include "tests/unit/store/field_state.h"

static void expect_truth(const state *s) {
  int     rank;
  int64_t first;
  MPI_Comm_rank(s->comm, &rank);
  EXPECT_BITS(s->scalar, -0.0);
  EXPECT_INT(s->word, 5);
  for (int i = 0; i < 3; i++) EXPECT_INT(s->counts[i], INT64_MAX - i);
  for (int i = 0; i < 8; i++) EXPECT_INT(s->pairs[i], rank ? 0 : INT32_MIN + i);
  state_part(s->comm, TALL * WIDE, &first);
  for (int64_t i = 0; i < s->n_wide; i++) EXPECT_BITS(s->wide[i], state_truth(1, first + i));
  state_part(s->comm, 2 * N_COMPLEX, &first);
  for (int64_t i = 0; i < s->n_pair; i++) EXPECT_BITS(s->pair[i], state_truth(2, first + i));
  for (int64_t k = 0; k < s->rows->n_local; k++) {
    const int64_t i = s->rows->index[k];
    for (int c = 0; c < POSITION; c++)
      EXPECT_BITS(((double *)s->rows->column[0].data)[POSITION * k + c],
                  state_truth(3, POSITION * i + c));
    EXPECT_INT(((unsigned char *)s->rows->column[1].data)[k], 200 + i);
  }
}

/* Saved from one distribution, loaded into others: other rows on other ranks, fewer ranks. */
static PetscErrorCode comes_back_on_any_ranks(void) {
  state s;
  int   rank, size;
  char *reason;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  PetscCall(state_make(PETSC_COMM_WORLD, true, &s));
  PetscCall(state_deal_unevenly(&s, 11));
  PetscCall(state_save(&s, state_fields, "a.h5"));
  PetscCall(state_drop(&s));
  for (int n = 1; n <= size; n++) {
    MPI_Comm some;
    PetscCallMPI(MPI_Comm_split(PETSC_COMM_WORLD, rank < n ? 0 : MPI_UNDEFINED, rank, &some));
    if (some != MPI_COMM_NULL) {
      PetscCall(state_make(some, false, &s));
      PetscCall(state_deal_unevenly(&s, 5 + 3 * n));
      PetscCall(state_load(&s, state_fields, "a.h5", &reason));
      EXPECT_TEXT(reason, NULL);
      expect_truth(&s);
      PetscCall(state_drop(&s));
      PetscCallMPI(MPI_Comm_free(&some));
    }
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode add_line(qv_digest *d, const char *line) {
  return qv_digest_add(d, line, strlen(line));
}

/* The checksum and the file's content, made from the truth alone. */
static PetscErrorCode writes_what_it_says(void) {
  qv_digest    *d;
  qv_h5        *file;
  qv_array      array;
  const char   *reason;
  char         *stored, text[QV_DIGEST_TEXT];
  const int64_t counts[] = {INT64_MAX, INT64_MAX - 1, INT64_MAX - 2};
  const double  scalar   = -0.0;
  double       *position;
  int           rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  if (rank) PetscFunctionReturn(0);
  PetscCall(qv_digest_begin(&d));
  PetscCall(add_line(d, "/state/scalar float64\n"));
  PetscCall(qv_digest_add(d, &scalar, 8));
  PetscCall(add_line(d, "/state/counts int64 3\n"));
  PetscCall(qv_digest_add(d, counts, sizeof counts));
  PetscCall(add_line(d, "/state/pairs int32 4 2\n"));
  for (int i = 0; i < 8; i++) PetscCall(qv_digest_add(d, &(int32_t){INT32_MIN + i}, 4));
  PetscCall(add_line(d, "/state/word int8\n\5/state/position float64 37 3\n"));
  for (int i = 0; i < N_ROWS * POSITION; i++)
    PetscCall(qv_digest_add(d, &(double){state_truth(3, i)}, 8));
  PetscCall(add_line(d, "/state/flag uint8 37 1\n"));
  for (int i = 0; i < N_ROWS; i++)
    PetscCall(qv_digest_add(d, &(unsigned char){(unsigned char)(200 + i)}, 1));
  PetscCall(add_line(d, "/state/nothing float64 37 0\n/state/wide float64 9 70000 1\n"));
  for (int i = 0; i < TALL * WIDE; i++)
    PetscCall(qv_digest_add(d, &(double){state_truth(1, i)}, 8));
  PetscCall(add_line(d, "/state/pair complex128 701\n"));
  for (int i = 0; i < 2 * N_COMPLEX; i++)
    PetscCall(qv_digest_add(d, &(double){state_truth(2, i)}, 8));
  PetscCall(add_line(d, "/state/empty float64 0 4\n"));
  PetscCall(qv_digest_end(&d, text));
  PetscCall(qv_h5_open("a.h5", &file, &reason));
  PetscCall(qv_h5_get_text(file, "/state", "checksum", &stored));
  EXPECT_TEXT(stored, text);
  PetscCall(PetscFree(stored));
  PetscCall(qv_h5_find(file, "/state/position", &array, &reason));
  EXPECT(!reason && array.rank == 2 && array.shape[0] == N_ROWS && array.shape[1] == POSITION);
  EXPECT_TEXT(array.unit, "au");
  PetscCall(qv_h5_read(file, "/state/position", QV_F64, (void **)&position, &reason));
  for (int i = 0; !reason && i < N_ROWS * POSITION; i++)
    EXPECT_BITS(position[i], state_truth(3, i));
  PetscCall(PetscFree(position));
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

static PetscErrorCode refuses_what_does_not_fit(void) {
  state    s;
  qv_field other[16];

  PetscFunctionBegin;
  memcpy(other, state_fields, sizeof state_fields);
  other[1].name = "accounts";
  PetscCall(state_expect_reason(other, "a.h5", "'/state/accounts'", true));
  memcpy(other, state_fields, sizeof state_fields);
  other[0].type = QV_I64;
  PetscCall(state_expect_reason(other, "a.h5",
                                "'/state/scalar' holds real numbers, expected integers", true));
  memcpy(other, state_fields, sizeof state_fields);
  other[1].type = QV_I32; /* cut off at its ends: the checksum tells */
  PetscCall(state_expect_reason(other, "a.h5", "the checksum of its state is wrong", true));
  PetscCall(state_make(PETSC_COMM_WORLD, true, &s));
  PetscCall(state_save(&s, state_fields + 1, "b.h5"));
  PetscCall(state_expect_reason(state_fields, "b.h5", "'/state/scalar'", true));
  memcpy(other, state_fields, sizeof state_fields);
  other[7].view = state_view_empty;
  PetscCall(state_save(&s, other, "b.h5"));
  PetscCall(state_expect_reason(state_fields, "b.h5",
                                "'/state/wide' has shape [0, 4], expected [9, 70000, 1]", false));
  other[0] = (qv_field){.name = NULL};
  PetscCall(state_save(&s, other, "b.h5"));
  PetscCall(state_expect_reason(state_fields, "b.h5", "'/state/scalar'", true));
  PetscCall(state_drop(&s));
  PetscFunctionReturn(0);
}

/* A field whose length is another field's value: views are asked for in order. */
typedef struct {
  int64_t n, held;
  double *list;
} grown;

static PetscErrorCode view_n(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 0, .data = &((grown *)s)->n};
  return 0;
}
static PetscErrorCode view_list(void *s, qv_field_view *v) {
  grown *g = s;
  if (g->held != g->n) {
    PetscFree(g->list);
    PetscCalloc1(g->n, &g->list);
    g->held = g->n;
  }
  *v = (qv_field_view){.rank = 1, .shape = {g->n}, .data = g->list};
  return 0;
}

static PetscErrorCode loads_lengths_first(void) {
  const qv_field table[] = {{"n", QV_I64, QV_REPLICATED, "1", view_n},
                            {"list", QV_F64, QV_REPLICATED, "1", view_list},
                            {.name = NULL}};
  grown          a = {.n = 600001}, b = {0};
  qv_field_view  v;
  qv_h5         *file = NULL;
  const char    *why;
  char          *reason;
  int            rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(view_list(&a, &v));
  for (int64_t i = 0; i < a.n; i++) a.list[i] = state_truth(4, i);
  if (rank == 0) PetscCall(qv_h5_create("c.h5", &file));
  PetscCall(qv_field_save(PETSC_COMM_WORLD, table, &a, file));
  if (rank == 0) PetscCall(qv_h5_close(&file));
  if (rank == 0) PetscCall(qv_h5_open("c.h5", &file, &why));
  PetscCall(qv_field_load(PETSC_COMM_WORLD, table, &b, file, &reason));
  if (rank == 0) PetscCall(qv_h5_close(&file));
  EXPECT_TEXT(reason, NULL);
  EXPECT_INT(b.n, a.n);
  EXPECT(b.n == a.n && !memcmp(a.list, b.list, (size_t)a.n * sizeof *a.list));
  PetscCall(PetscFree(a.list));
  PetscCall(PetscFree(b.list));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"back on any ranks", comes_back_on_any_ranks},
               {"checksum and content", writes_what_it_says},
               {"what does not fit", refuses_what_does_not_fit},
               {"lengths first", loads_lengths_first});
}
