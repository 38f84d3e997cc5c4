/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2,3,4 labels=fast timeout=90 */
#include "solvers/parallel/digest.h"
#include "solvers/parallel/layout.h"
#include "solvers/store/field.h"
#include "tests/support/qv_test.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

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

static PetscErrorCode view_scalar(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 0, .data = &((state *)s)->scalar};
  return 0;
}
static PetscErrorCode view_counts(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 1, .shape = {3}, .data = ((state *)s)->counts};
  return 0;
}
static PetscErrorCode view_pairs(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 2, .shape = {4, 2}, .data = ((state *)s)->pairs};
  return 0;
}
static PetscErrorCode view_word(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 0, .data = &((state *)s)->word};
  return 0;
}
static PetscErrorCode view_rows(state *s, int column, int64_t length, qv_field_view *v) {
  *v = (qv_field_view){.rank   = 2,
                       .shape  = {s->n_rows, length},
                       .data   = s->rows->column[column].data,
                       .rows   = s->rows,
                       .column = column};
  return 0;
}
static PetscErrorCode view_position(void *s, qv_field_view *v) {
  return view_rows(s, 0, POSITION, v);
}
static PetscErrorCode view_flag(void *s, qv_field_view *v) {
  return view_rows(s, 1, 1, v);
}
static PetscErrorCode view_nothing(void *s, qv_field_view *v) {
  return view_rows(s, 2, 0, v);
}
static PetscErrorCode view_wide(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 3, .shape = {TALL, WIDE, 1}, .data = ((state *)s)->wide};
  return 0;
}
static PetscErrorCode view_pair(void *s, qv_field_view *v) {
  *v = (qv_field_view){.rank = 1, .shape = {N_COMPLEX}, .data = ((state *)s)->pair};
  return 0;
}
static PetscErrorCode view_empty(void *s, qv_field_view *v) {
  (void)s;
  *v = (qv_field_view){.rank = 2, .shape = {0, 4}};
  return 0;
}

// clang-format off
static const qv_field fields[] = {
  {"scalar",   QV_F64,  QV_REPLICATED, "1",  view_scalar},
  {"counts",   QV_I64,  QV_REPLICATED, "1",  view_counts},
  {"pairs",    QV_I32,  QV_ON_RANK_0,  "1",  view_pairs},
  {"word",     QV_ENUM, QV_REPLICATED, "1",  view_word},
  {"position", QV_F64,  QV_BY_INDEX,   "au", view_position},
  {"flag",     QV_U8,   QV_BY_INDEX,   "1",  view_flag},
  {"nothing",  QV_F64,  QV_BY_INDEX,   "1",  view_nothing},
  {"wide",     QV_F64,  QV_BY_TILE,    "1",  view_wide},
  {"pair",     QV_C128, QV_BY_TILE,    "1",  view_pair},
  {"empty",    QV_F64,  QV_BY_TILE,    "1",  view_empty},
  {.name = NULL}};
// clang-format on

static double truth(int what, int64_t i) {
  return sin(0.1 * (double)i + what) * exp(0.01 * (double)(i % 100));
}

static int64_t local_part(MPI_Comm comm, int64_t n, int64_t *first) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  *first = qv_layout_first(n, rank, size);
  return qv_layout_first(n, rank + 1, size) - *first;
}

static PetscErrorCode make(MPI_Comm comm, bool is_filled, state *s) {
  const size_t bytes[COLUMNS] = {POSITION * sizeof(double), 1, 0};
  int          rank;
  int64_t      first;

  PetscFunctionBegin;
  *s = (state){.comm = comm, .n_rows = N_ROWS};
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(qv_rows_create(comm, N_ROWS, COLUMNS, bytes, &s->rows));
  s->n_wide = local_part(comm, TALL * WIDE, &first);
  PetscCall(PetscCalloc1(s->n_wide, &s->wide));
  for (int64_t i = 0; is_filled && i < s->n_wide; i++) s->wide[i] = truth(1, first + i);
  s->n_pair = local_part(comm, 2 * N_COMPLEX, &first);
  PetscCall(PetscCalloc1(s->n_pair, &s->pair));
  for (int64_t i = 0; is_filled && i < s->n_pair; i++) s->pair[i] = truth(2, first + i);
  if (!is_filled) PetscFunctionReturn(0);
  s->scalar = -0.0;
  s->word   = 5;
  for (int i = 0; i < 3; i++) s->counts[i] = INT64_MAX - i;
  for (int i = 0; i < 8 && rank == 0; i++) s->pairs[i] = INT32_MIN + i;
  for (int64_t k = 0; k < s->rows->n_local; k++) {
    for (int c = 0; c < POSITION; c++)
      ((double *)s->rows->column[0].data)[POSITION * k + c] =
        truth(3, POSITION * s->rows->index[k] + c);
    ((unsigned char *)s->rows->column[1].data)[k] = (unsigned char)(200 + s->rows->index[k]);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode drop(state *s) {
  PetscFunctionBegin;
  PetscCall(qv_rows_destroy(&s->rows));
  PetscCall(PetscFree(s->wide));
  PetscCall(PetscFree(s->pair));
  PetscFunctionReturn(0);
}

/* Deal the rows below `below` anew: another distribution of the same rows. */
static PetscErrorCode deal_unevenly(state *s, int64_t below) {
  unsigned char *open;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(s->rows->n_local + 1, &open));
  for (int64_t k = 0; k < s->rows->n_local; k++) open[k] = s->rows->index[k] < below;
  PetscCall(qv_rows_balance(s->rows, open));
  PetscCall(PetscFree(open));
  PetscFunctionReturn(0);
}

static void expect_truth(const state *s) {
  int     rank;
  int64_t first;
  MPI_Comm_rank(s->comm, &rank);
  EXPECT_BITS(s->scalar, -0.0);
  EXPECT_INT(s->word, 5);
  for (int i = 0; i < 3; i++) EXPECT_INT(s->counts[i], INT64_MAX - i);
  for (int i = 0; i < 8; i++) EXPECT_INT(s->pairs[i], rank ? 0 : INT32_MIN + i);
  local_part(s->comm, TALL * WIDE, &first);
  for (int64_t i = 0; i < s->n_wide; i++) EXPECT_BITS(s->wide[i], truth(1, first + i));
  local_part(s->comm, 2 * N_COMPLEX, &first);
  for (int64_t i = 0; i < s->n_pair; i++) EXPECT_BITS(s->pair[i], truth(2, first + i));
  for (int64_t k = 0; k < s->rows->n_local; k++) {
    const int64_t i = s->rows->index[k];
    for (int c = 0; c < POSITION; c++)
      EXPECT_BITS(((double *)s->rows->column[0].data)[POSITION * k + c],
                  truth(3, POSITION * i + c));
    EXPECT_INT(((unsigned char *)s->rows->column[1].data)[k], 200 + i);
  }
}

static void expect_untouched(const state *s) {
  EXPECT_BITS(s->scalar, 0.0);
  EXPECT_INT(s->counts[0], 0);
  for (int64_t i = 0; i < s->n_wide; i++) EXPECT_BITS(s->wide[i], 0.0);
  for (int64_t k = 0; k < s->rows->n_local; k++)
    EXPECT_INT(((unsigned char *)s->rows->column[1].data)[k], 0);
}

static PetscErrorCode save(state *s, const qv_field *table, const char *name) {
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
static PetscErrorCode load(state *s, const qv_field *table, const char *name, char **reason) {
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

static PetscErrorCode expect_reason(const qv_field *table, const char *name, const char *part,
                                    bool is_untouched) {
  state s;
  char *reason;

  PetscFunctionBegin;
  PetscCall(make(PETSC_COMM_WORLD, false, &s));
  PetscCall(load(&s, table, name, &reason));
  if (!reason || !strstr(reason, part))
    qv_test_fail(__FILE__, __LINE__, "reason is '%s', expected '%s'", reason ? reason : "(null)",
                 part);
  if (is_untouched) expect_untouched(&s);
  PetscCall(PetscFree(reason));
  PetscCall(drop(&s));
  PetscFunctionReturn(0);
}

/* Saved from one distribution, loaded into others: other rows on other ranks, fewer ranks. */
static PetscErrorCode comes_back_on_any_ranks(void) {
  state s;
  int   rank, size;
  char *reason;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  PetscCall(make(PETSC_COMM_WORLD, true, &s));
  PetscCall(deal_unevenly(&s, 11));
  PetscCall(save(&s, fields, "a.h5"));
  PetscCall(drop(&s));
  for (int n = 1; n <= size; n++) {
    MPI_Comm some;
    PetscCallMPI(MPI_Comm_split(PETSC_COMM_WORLD, rank < n ? 0 : MPI_UNDEFINED, rank, &some));
    if (some != MPI_COMM_NULL) {
      PetscCall(make(some, false, &s));
      PetscCall(deal_unevenly(&s, 5 + 3 * n));
      PetscCall(load(&s, fields, "a.h5", &reason));
      EXPECT_TEXT(reason, NULL);
      expect_truth(&s);
      PetscCall(drop(&s));
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
    PetscCall(qv_digest_add(d, &(double){truth(3, i)}, 8));
  PetscCall(add_line(d, "/state/flag uint8 37 1\n"));
  for (int i = 0; i < N_ROWS; i++)
    PetscCall(qv_digest_add(d, &(unsigned char){(unsigned char)(200 + i)}, 1));
  PetscCall(add_line(d, "/state/nothing float64 37 0\n/state/wide float64 9 70000 1\n"));
  for (int i = 0; i < TALL * WIDE; i++) PetscCall(qv_digest_add(d, &(double){truth(1, i)}, 8));
  PetscCall(add_line(d, "/state/pair complex128 701\n"));
  for (int i = 0; i < 2 * N_COMPLEX; i++) PetscCall(qv_digest_add(d, &(double){truth(2, i)}, 8));
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
  for (int i = 0; !reason && i < N_ROWS * POSITION; i++) EXPECT_BITS(position[i], truth(3, i));
  PetscCall(PetscFree(position));
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

static PetscErrorCode refuses_what_does_not_fit(void) {
  state    s;
  qv_field other[16];

  PetscFunctionBegin;
  memcpy(other, fields, sizeof fields);
  other[1].name = "accounts";
  PetscCall(expect_reason(other, "a.h5", "'/state/accounts'", true));
  memcpy(other, fields, sizeof fields);
  other[0].type = QV_I64;
  PetscCall(
    expect_reason(other, "a.h5", "'/state/scalar' holds real numbers, expected integers", true));
  memcpy(other, fields, sizeof fields);
  other[1].type = QV_I32; /* cut off at its ends: the checksum tells */
  PetscCall(expect_reason(other, "a.h5", "the checksum of its state is wrong", true));
  PetscCall(make(PETSC_COMM_WORLD, true, &s));
  PetscCall(save(&s, fields + 1, "b.h5"));
  PetscCall(expect_reason(fields, "b.h5", "'/state/scalar'", true));
  memcpy(other, fields, sizeof fields);
  other[7].view = view_empty;
  PetscCall(save(&s, other, "b.h5"));
  PetscCall(
    expect_reason(fields, "b.h5", "'/state/wide' has shape [0, 4], expected [9, 70000, 1]", false));
  other[0] = (qv_field){.name = NULL};
  PetscCall(save(&s, other, "b.h5"));
  PetscCall(expect_reason(fields, "b.h5", "'/state/scalar'", true));
  PetscCall(drop(&s));
  PetscFunctionReturn(0);
}

static unsigned char *read_all(const char *name, size_t *length) {
  FILE *file = fopen(name, "rb");
  fseek(file, 0, SEEK_END);
  *length              = (size_t)ftell(file);
  unsigned char *bytes = malloc(*length);
  rewind(file);
  *length = fread(bytes, 1, *length, file);
  fclose(file);
  return bytes;
}

static void write_all(const char *name, const unsigned char *bytes, size_t length) {
  FILE *file = fopen(name, "wb");
  fwrite(bytes, 1, length, file);
  fclose(file);
}

/* Where the bits of x lie in the file. */
static size_t place_of(const unsigned char *bytes, size_t length, double x) {
  size_t at = 0;
  while (at + 8 <= length && memcmp(bytes + at, &x, 8) != 0) at++;
  return at;
}

static PetscErrorCode refuses_damage(void) {
  static const double of[] = {1, 2, 3};
  int                 rank;
  size_t              length = 0;
  unsigned char      *bytes  = NULL;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  if (rank == 0) bytes = read_all("a.h5", &length);
  for (int i = 0; i < 3; i++) { /* one bit of a number of each distributed field */
    if (rank == 0) {
      const size_t at = place_of(bytes, length, truth((int)of[i], 90));
      EXPECT(at + 8 <= length);
      bytes[at + 3] ^= 0x10;
      write_all("damaged.h5", bytes, length);
      bytes[at + 3] ^= 0x10;
    }
    PetscCall(
      expect_reason(fields, "damaged.h5", "is damaged: the checksum of its state is wrong", true));
  }
  for (int i = 1; i < 8; i++) {
    if (rank == 0) write_all("damaged.h5", bytes, length * (size_t)i / 8);
    PetscCall(expect_reason(fields, "damaged.h5", "damaged", true));
  }
  free(bytes);
  PetscFunctionReturn(0);
}

/* One bit of every byte of some fields' data. (Bits of HDF5's own structures are another matter:
 * HDF5 1.10 itself may crash over them, so the driver proves the whole file before it is opened.)
 */
static PetscErrorCode refuses_every_flipped_byte(void) {
  state          s;
  int            rank;
  size_t         length = 0, begin = 0;
  unsigned char *bytes = NULL, flags[N_ROWS];
  const qv_field few[] = {fields[1], fields[5], {.name = NULL}};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(make(PETSC_COMM_WORLD, true, &s));
  PetscCall(save(&s, few, "e.h5"));
  PetscCall(drop(&s));
  if (rank == 0) bytes = read_all("e.h5", &length);
  for (int i = 0; i < N_ROWS; i++) flags[i] = (unsigned char)(200 + i);
  while (begin + N_ROWS < length && memcmp(bytes + begin, flags, N_ROWS) != 0) begin++;
  for (size_t i = 0; i < N_ROWS; i++) {
    if (rank == 0) {
      bytes[begin + i] ^= (unsigned char)(1u << (i % 8));
      write_all("flipped.h5", bytes, length);
      bytes[begin + i] ^= (unsigned char)(1u << (i % 8));
    }
    PetscCall(
      expect_reason(few, "flipped.h5", "is damaged: the checksum of its state is wrong", true));
  }
  free(bytes);
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
  for (int64_t i = 0; i < a.n; i++) a.list[i] = truth(4, i);
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

/* Rank 0 cannot write: all ranks return, with one code. */
static PetscErrorCode fails_together(void) {
  state          s;
  qv_h5         *file = NULL;
  int            rank;
  PetscErrorCode code;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(make(PETSC_COMM_WORLD, true, &s));
  if (rank == 0) PetscCall(qv_h5_create("d.h5", &file));
  if (rank == 0)
    PetscCall(qv_h5_write(file, &(qv_array){.path = "/state/flag", .type = QV_F64, .unit = "1"},
                          &s.scalar));
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  code = qv_field_save(PETSC_COMM_WORLD, fields, &s, file);
  if (rank == 0) qv_h5_close(&file);
  PetscCall(PetscPopErrorHandler());
  EXPECT_INT(code, PETSC_ERR_FILE_WRITE);
  PetscCall(drop(&s));
  PetscFunctionReturn(0);
}

/* Writing stops in the middle of a large field, as on a full disk. */
static PetscErrorCode fails_together_half_way(void) {
  state          s;
  qv_h5         *file = NULL;
  struct rlimit  before, small;
  int            rank;
  PetscErrorCode code;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(make(PETSC_COMM_WORLD, true, &s));
  if (rank == 0) PetscCall(qv_h5_create("full.h5", &file));
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  getrlimit(RLIMIT_FSIZE, &before);
  small          = before;
  small.rlim_cur = 1 << 21;
  if (rank == 0) setrlimit(RLIMIT_FSIZE, &small);
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  code = qv_field_save(PETSC_COMM_WORLD, fields, &s, file);
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  if (rank == 0) EXPECT(qv_h5_close(&file) != 0);
  PetscCall(PetscPopErrorHandler());
  EXPECT_INT(code, PETSC_ERR_FILE_WRITE);
  PetscCall(drop(&s));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"back on any ranks", comes_back_on_any_ranks},
               {"checksum and content", writes_what_it_says},
               {"what does not fit", refuses_what_does_not_fit}, {"damage", refuses_damage},
               {"flipped bytes", refuses_every_flipped_byte},
               {"lengths first", loads_lengths_first}, {"failure to write", fails_together},
               {"failure half way", fails_together_half_way});
}
