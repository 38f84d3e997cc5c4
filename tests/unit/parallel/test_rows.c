/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2,3,4 labels=fast timeout=60 */
#include "solvers/parallel/layout.h"
#include "solvers/parallel/random.h"
#include "solvers/parallel/rows.h"
#include "tests/support/qv_test.h"

#include <string.h>

enum { COLUMNS = 4, NAME = 0, ODD = 1, NOTHING = 2, WIDE = 3 };
static const size_t widths[COLUMNS] = {sizeof(int64_t), 3, 0, 1000};

static int rank, size;

static uint64_t chance(int64_t i, uint64_t what, uint64_t n) {
  return qv_random_below(qv_stream_named(5, "rows"), (uint64_t)i, what, n);
}

/* Byte b of row i of a column: depends on all three. */
static unsigned char byte_of(int column, int64_t i, size_t b) {
  return (unsigned char)(((uint64_t)i * 2654435761u + b * 40503u + (uint64_t)column * 97) >> 5);
}

static void write_row(int column, int64_t i, size_t bytes, void *row) {
  for (size_t b = 0; b < bytes; b++) ((unsigned char *)row)[b] = byte_of(column, i, b);
}

static bool is_row(int column, int64_t i, size_t bytes, const void *row) {
  for (size_t b = 0; b < bytes; b++)
    if (((const unsigned char *)row)[b] != byte_of(column, i, b)) return false;
  return true;
}

static void write_rows(qv_rows *rows) {
  for (int c = 0; c < rows->n_columns; c++)
    for (int64_t k = 0; k < rows->n_local; k++)
      write_row(c, rows->index[k], rows->column[c].bytes,
                (char *)rows->column[c].data + (size_t)k * rows->column[c].bytes);
}

static bool are_rows(const qv_rows *rows) {
  for (int c = 0; c < rows->n_columns; c++)
    for (int64_t k = 0; k < rows->n_local; k++)
      if (!is_row(c, rows->index[k], rows->column[c].bytes,
                  (char *)rows->column[c].data + (size_t)k * rows->column[c].bytes))
        return false;
  return true;
}

/* How rows start: in blocks, at random, all on the last rank, in turn, none on the middle ranks. */
enum deal { IN_BLOCKS, AT_RANDOM, ON_LAST, IN_TURN, NOT_IN_MIDDLE, DEALS };

static int dealt_to(enum deal deal, int64_t n, int64_t i) {
  switch (deal) {
    case IN_BLOCKS:
      return qv_layout_owner_unit(n, i, size);
    case AT_RANDOM:
      return (int)chance(i, 0, (uint64_t)size);
    case ON_LAST:
      return size - 1;
    case IN_TURN:
      return (int)(i % size);
    default:
      return chance(i, 1, 3) ? 0 : size - 1;
  }
}

static PetscErrorCode make(enum deal deal, int64_t n, qv_rows **out) {
  qv_rows *rows;

  PetscFunctionBegin;
  PetscCall(qv_rows_create(PETSC_COMM_WORLD, n, COLUMNS, widths, out));
  rows          = *out;
  rows->n_local = 0;
  for (int64_t i = 0; i < n; i++) rows->n_local += dealt_to(deal, n, i) == rank;
  PetscCall(PetscFree(rows->index));
  PetscCall(PetscMalloc1((size_t)rows->n_local, &rows->index));
  for (int64_t i = 0, k = 0; i < n; i++)
    if (dealt_to(deal, n, i) == rank) rows->index[k++] = i;
  for (int c = 0; c < COLUMNS; c++) {
    char *data;
    PetscCall(PetscFree(rows->column[c].data));
    PetscCall(PetscMalloc1((size_t)rows->n_local * widths[c], &data));
    rows->column[c].data = data;
  }
  write_rows(rows);
  PetscFunctionReturn(0);
}

/* Where each row is, on every rank; every row is on exactly one, in increasing order. */
static PetscErrorCode find_owners(const qv_rows *rows, int *owner) {
  int *copies;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1((size_t)rows->n, &copies));
  for (int64_t i = 0; i < rows->n; i++) owner[i] = 0;
  for (int64_t k = 0; k < rows->n_local; k++) {
    EXPECT(k == 0 || rows->index[k] > rows->index[k - 1]);
    copies[rows->index[k]]++;
    owner[rows->index[k]] = rank;
  }
  const int n = (int)rows->n;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, copies, n, MPI_INT, MPI_SUM, PETSC_COMM_WORLD));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, owner, n, MPI_INT, MPI_SUM, PETSC_COMM_WORLD));
  for (int64_t i = 0; i < rows->n; i++) EXPECT_INT(copies[i], 1);
  PetscCall(PetscFree(copies));
  PetscFunctionReturn(0);
}

static PetscErrorCode starts_in_blocks(void) {
  qv_rows *rows;

  PetscFunctionBegin;
  for (int64_t n = 0; n < 40; n += 3) {
    PetscCall(qv_rows_create(PETSC_COMM_WORLD, n, COLUMNS, widths, &rows));
    const int64_t first = qv_layout_first_unit(n, rank, size);
    EXPECT_INT(rows->n, n);
    EXPECT_INT(rows->n_local, qv_layout_first_unit(n, rank + 1, size) - first);
    for (int64_t k = 0; k < rows->n_local; k++) EXPECT_INT(rows->index[k], first + k);
    for (int c = 0; c < COLUMNS; c++)
      for (size_t b = 0; b < (size_t)rows->n_local * widths[c]; b++)
        EXPECT_INT(((char *)rows->column[c].data)[b], 0);
    PetscCall(qv_rows_destroy(&rows));
    EXPECT(rows == NULL);
  }
  PetscCall(qv_rows_destroy(&rows));
  PetscFunctionReturn(0);
}

/* One call on rows that lie as `owner` says, against the rule written out over all rows. */
static PetscErrorCode check_balance(qv_rows *rows, const unsigned char *is_open, int *owner,
                                    int *after) {
  const int64_t  n     = rows->n;
  int64_t        total = 0, count[4] = {0}, most = 0, fewest = n, k = 0;
  unsigned char *open;

  PetscFunctionBegin;
  for (int64_t i = 0; i < n; i++) {
    total += is_open[i];
    count[owner[i]] += is_open[i];
  }
  for (int r = 0; r < size; r++) {
    most   = PetscMax(most, count[r]);
    fewest = PetscMin(fewest, count[r]);
  }
  const bool moves = most - fewest > 1 && (total + size - 1) / size < most;
  for (int64_t i = 0; i < n && moves; i++)
    if (is_open[i]) {
      owner[i] = 0;
      while (k >= (owner[i] + 1) * total / size) owner[i]++;
      k++;
    }
  PetscCall(PetscMalloc1((size_t)rows->n_local, &open));
  for (int64_t j = 0; j < rows->n_local; j++)
    open[j] = is_open[rows->index[j]] ? (unsigned char)(1 + j % 3) : 0;
  const int64_t *before = rows->index;
  PetscCall(qv_rows_balance(rows, open));
  PetscCall(PetscFree(open));
  if (!moves) EXPECT(rows->index == before);
  PetscCall(find_owners(rows, after));
  for (int64_t i = 0; i < n; i++) EXPECT_INT(after[i], owner[i]);
  EXPECT(are_rows(rows));
  PetscFunctionReturn(0);
}

/* From every start, open rows close at random: each call leaves every row once, as the rule says.
 */
static PetscErrorCode balances(void) {
  static const int64_t lengths[] = {0, 1, 2, 3, 7, 50, 333};
  unsigned char        open[333];
  int                  owner[333], after[333];
  qv_rows             *rows;

  PetscFunctionBegin;
  for (int deal = 0; deal < DEALS; deal++)
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
      const int64_t n = lengths[l];
      PetscCall(make((enum deal)deal, n, &rows));
      for (int64_t i = 0; i < n; i++) owner[i] = dealt_to((enum deal)deal, n, i);
      for (int64_t i = 0; i < n; i++) open[i] = 1;
      for (uint64_t turn = 0; turn < 6; turn++) {
        PetscCall(check_balance(rows, open, owner, after));
        /* rows of the first half close faster, so that ranks empty unevenly */
        for (int64_t i = 0; i < n; i++)
          if (chance(i, 10 + turn, 10) < (i < n / 2 ? 6u : 2u)) open[i] = 0;
      }
      PetscCall(qv_rows_destroy(&rows));
    }
  PetscFunctionReturn(0);
}

static PetscErrorCode gathers(void) {
  static const int64_t window[][2] = {{0, 211}, {0, 0}, {211, 0}, {17, 100}, {210, 1}};
  enum { N = 211 };
  qv_rows *rows;
  char    *out;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(N * widths[WIDE], &out));
  for (int deal = 0; deal < DEALS; deal++) {
    PetscCall(make((enum deal)deal, N, &rows));
    for (size_t w = 0; w < sizeof window / sizeof *window; w++)
      for (int c = 0; c < COLUMNS; c++) {
        const int64_t first = window[w][0], count = window[w][1];
        memset(out, 0x55, N * widths[WIDE]);
        PetscCall(qv_rows_gather(rows, c, first, count, rank == 0 ? out : NULL));
        for (int64_t i = 0; i < count && rank == 0; i++)
          EXPECT(is_row(c, first + i, widths[c], out + (size_t)i * widths[c]));
      }
    PetscCall(qv_rows_destroy(&rows));
  }
  PetscCall(PetscFree(out));
  PetscFunctionReturn(0);
}

/* Rows of a part come back from rank 0; those outside it keep what they had. */
static PetscErrorCode scatters(void) {
  enum { N = 211, FIRST = 17, COUNT = 100 };
  qv_rows *rows;
  char    *in;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(COUNT * widths[WIDE], &in));
  for (int deal = 0; deal < DEALS; deal++) {
    PetscCall(make((enum deal)deal, N, &rows));
    for (int c = 0; c < COLUMNS; c++) {
      for (int64_t i = 0; i < COUNT; i++)
        write_row(c, FIRST + i, widths[c], in + (size_t)i * widths[c]);
      for (int64_t k = 0; k < rows->n_local; k++)
        if (widths[c] && rows->index[k] >= FIRST && rows->index[k] < FIRST + COUNT)
          memset((char *)rows->column[c].data + (size_t)k * widths[c], 0, widths[c]);
      PetscCall(qv_rows_scatter(rows, c, FIRST, COUNT, rank == 0 ? in : NULL));
      EXPECT(are_rows(rows));
    }
    PetscCall(qv_rows_destroy(&rows));
  }
  PetscCall(PetscFree(in));
  PetscFunctionReturn(0);
}

/* Rows of 9 000 001 bytes: three fill the window that is moved at once. */
static PetscErrorCode large_rows(void) {
  enum { N = 8, WIDTH = 9000001 };
  const size_t  width   = WIDTH;
  unsigned char open[N] = {1, 1, 1, 1, 1, 1, 1, 1};
  qv_rows      *rows;
  char         *copy = NULL;

  PetscFunctionBegin;
  PetscCall(qv_rows_create(PETSC_COMM_WORLD, N, 1, &width, &rows));
  for (int64_t k = 0; k < rows->n_local; k++) open[k] = rank == 0;
  write_rows(rows);
  PetscCall(qv_rows_balance(rows, open)); /* the rows of rank 0 spread */
  EXPECT(are_rows(rows));
  if (rank == 0) PetscCall(PetscMalloc1((size_t)N * WIDTH, &copy));
  PetscCall(qv_rows_gather(rows, 0, 0, N, copy));
  for (int64_t i = 0; i < N && rank == 0; i++)
    EXPECT(is_row(0, i, width, copy + (size_t)i * width));
  for (int64_t k = 0; k < rows->n_local; k++)
    memset((char *)rows->column[0].data + (size_t)k * width, 0, width);
  PetscCall(qv_rows_scatter(rows, 0, 0, N, copy));
  EXPECT(are_rows(rows));
  PetscCall(PetscFree(copy));
  PetscCall(qv_rows_destroy(&rows));
  PetscFunctionReturn(0);
}

/* Many narrow rows, several windows of indices. */
static PetscErrorCode many_rows(void) {
  const int64_t n    = 9000000;
  const size_t  one  = 1;
  char         *copy = NULL;
  qv_rows      *rows;

  PetscFunctionBegin;
  PetscCall(qv_rows_create(PETSC_COMM_WORLD, n, 1, &one, &rows));
  write_rows(rows);
  if (rank == 0) PetscCall(PetscMalloc1((size_t)n, &copy));
  PetscCall(qv_rows_gather(rows, 0, 0, n, copy));
  for (int64_t i = 0; i < n && rank == 0; i++) EXPECT(is_row(0, i, 1, copy + i));
  if (rows->n_local) memset(rows->column[0].data, 0, (size_t)rows->n_local);
  PetscCall(qv_rows_scatter(rows, 0, 0, n, copy));
  EXPECT(are_rows(rows));
  PetscCall(PetscFree(copy));
  PetscCall(qv_rows_destroy(&rows));
  PetscFunctionReturn(0);
}

static PetscErrorCode refuses(void) {
  const size_t width[2] = {8, (size_t)1 << 31};
  qv_rows     *rows, *none;

  PetscFunctionBegin;
  PetscCall(qv_rows_create(PETSC_COMM_WORLD, 5, 1, width, &rows));
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  const int negative = qv_rows_create(PETSC_COMM_WORLD, -1, 1, width, &none);
  const int wide     = qv_rows_create(PETSC_COMM_WORLD, 5, 2, width, &none);
  const int column   = qv_rows_gather(rows, 1, 0, 1, NULL);
  const int beyond   = qv_rows_scatter(rows, 0, 3, 3, NULL);
  if (rank == 0 && rows->n_local) rows->index[0] = 4; /* row 0 is lost */
  const int lost = qv_rows_gather(rows, 0, 0, 1, NULL);
  PetscCall(PetscPopErrorHandler());
  EXPECT_INT(negative, PETSC_ERR_ARG_OUTOFRANGE);
  EXPECT_INT(wide, PETSC_ERR_ARG_SIZ);
  EXPECT_INT(column, PETSC_ERR_ARG_OUTOFRANGE);
  EXPECT_INT(beyond, PETSC_ERR_ARG_OUTOFRANGE);
  if (size < 5) EXPECT_INT(lost, PETSC_ERR_PLIB);
  PetscCall(qv_rows_destroy(&rows));
  PetscFunctionReturn(0);
}

static PetscErrorCode know_the_ranks(void) {
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"know the ranks", know_the_ranks},
               {"starts in blocks", starts_in_blocks}, {"balances by the rule", balances},
               {"gathers", gathers}, {"scatters", scatters}, {"moves large rows", large_rows},
               {"moves many rows", many_rows}, {"refuses", refuses});
}
