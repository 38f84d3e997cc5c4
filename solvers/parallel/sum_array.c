/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every addend is rounded once to a multiple of one quantum that all ranks share; whole multiples
 * are then added as int64, which has no order. */
#include "solvers/parallel/sum.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>

enum {
  ROOM         = 62,    /* |sum| <= 2^62 quanta */
  LEAST        = -1074, /* no double is finer */
  ADDED        = 0,     /* after the n totals: addends seen, */
  EXCEEDED     = 1,     /* entries beyond the bound, */
  BROKEN       = 2,     /* entries that are NaN or infinite */
  EXTRAS       = 3,
  REDUCE_BLOCK = 1 << 26
};

struct qv_sum_array {
  MPI_Comm       comm;
  int64_t        n, addends;
  bool           finite;   /* the bound is */
  double         bound;    /* over all ranks */
  int            exponent; /* the quantum is 2^exponent */
  double         scale[2]; /* their product is 1 / quantum, which may be no double itself */
  int64_t       *total;    /* [n + EXTRAS] */
  unsigned char *broken;   /* [n] or NULL: entries that met a NaN or an infinity */
};

/* Smallest a >= 0 with n <= 2^a. */
static int bits_for(int64_t n) {
  int a = 0;
  while (a < 63 && (INT64_C(1) << a) < n) a++;
  return a;
}

/* The largest of all ranks' bounds; mistakes become errors on all ranks. */
static PetscErrorCode agree(MPI_Comm comm, int64_t n, double bound, int64_t addends,
                            qv_sum_array *sum) {
  enum { LARGEST, INFINITE, WRONG, MOST, FEWEST, COUNT };
  double mine[COUNT], all[COUNT];

  PetscFunctionBegin;
  mine[LARGEST]  = isfinite(bound) && bound > 0 ? bound : 0;
  mine[INFINITE] = !isfinite(bound);
  mine[WRONG]    = n < 0 || bound < 0 || addends < 0;
  mine[MOST]     = (double)addends;
  mine[FEWEST]   = -(double)addends;
  PetscCallMPI(MPI_Allreduce(mine, all, COUNT, MPI_DOUBLE, MPI_MAX, comm));
  PetscCheck(all[WRONG] == 0, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "length, bound and number of addends must not be negative");
  PetscCheck(all[MOST] == -all[FEWEST], comm, PETSC_ERR_ARG_INCOMP,
             "the number of addends differs between ranks");
  PetscCheck(bits_for(addends) <= ROOM - 2, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "cannot add %" PRId64 " arrays", addends);
  sum->bound  = all[LARGEST];
  sum->finite = all[INFINITE] == 0;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sum_array_begin(MPI_Comm comm, int64_t n, double bound, int64_t addends,
                                  qv_sum_array **sum) {
  qv_sum_array agreed = {0};
  int          above; /* bound < 2^above */

  PetscFunctionBegin;
  *sum = NULL;
  PetscCall(agree(comm, n, bound, addends, &agreed));
  PetscCall(PetscNew(sum));
  **sum           = agreed;
  (*sum)->comm    = comm;
  (*sum)->n       = n;
  (*sum)->addends = addends;
  (void)frexp(agreed.bound, &above);
  (*sum)->exponent = above + bits_for(addends) - ROOM;
  if (agreed.bound == 0 || (*sum)->exponent < LEAST) (*sum)->exponent = LEAST;
  const int half   = (*sum)->exponent / 2;
  (*sum)->scale[0] = ldexp(1, -half);
  (*sum)->scale[1] = ldexp(1, half - (*sum)->exponent);
  PetscCall(PetscCalloc1((size_t)n + EXTRAS, &(*sum)->total));
  PetscFunctionReturn(0);
}

static bool all_within(int64_t n, const double *x, double bound) {
  int outside = 0;
  for (int64_t i = 0; i < n; i++) outside |= !(fabs(x[i]) <= bound);
  return !outside;
}

/* Exact multiplications by powers of two, then one rounding to nearest even. (Where the first
 * product underflows, the second is far below 1/2.) */
static void add_block(int64_t n, const double *restrict x, const double *restrict scale,
                      int64_t *restrict total) {
  const double first = scale[0], second = scale[1];
  for (int64_t i = 0; i < n; i++) total[i] += lrint(x[i] * first * second);
}

static PetscErrorCode add_carefully(qv_sum_array *sum, int64_t begin, int64_t n, const double *x) {
  int64_t *extra = sum->total + sum->n;

  PetscFunctionBegin;
  for (int64_t i = 0; i < n; i++) {
    if (!isfinite(x[i])) {
      if (!sum->broken) PetscCall(PetscCalloc1((size_t)sum->n, &sum->broken));
      sum->broken[begin + i] = 1;
      extra[BROKEN]++;
    } else if (fabs(x[i]) > sum->bound) {
      extra[EXCEEDED]++;
    } else {
      add_block(1, x + i, sum->scale, sum->total + begin + i);
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sum_array_add(qv_sum_array *sum, const double *x) {
  enum { BLOCK = 1024 }; /* stays in the first cache between test and addition */

  PetscFunctionBegin;
  sum->total[sum->n + ADDED]++;
  for (int64_t begin = 0; sum->finite && begin < sum->n; begin += BLOCK) {
    const int64_t n = sum->n - begin < BLOCK ? sum->n - begin : BLOCK;
    if (all_within(n, x + begin, sum->bound))
      add_block(n, x + begin, sum->scale, sum->total + begin);
    else
      PetscCall(add_carefully(sum, begin, n, x + begin));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode join(qv_sum_array *sum) {
  const int64_t words = sum->n + EXTRAS;
  int           size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(sum->comm, &size));
  if (size == 1) PetscFunctionReturn(0);
  for (int64_t i = 0; i < words; i += REDUCE_BLOCK) {
    const int count = (int)(words - i < REDUCE_BLOCK ? words - i : REDUCE_BLOCK);
    PetscCallMPI(
      MPI_Allreduce(MPI_IN_PLACE, sum->total + i, count, MPI_INT64_T, MPI_SUM, sum->comm));
  }
  if (sum->total[sum->n + BROKEN] == 0) PetscFunctionReturn(0);
  if (!sum->broken) PetscCall(PetscCalloc1((size_t)sum->n, &sum->broken));
  for (int64_t i = 0; i < sum->n; i += REDUCE_BLOCK) {
    const int count = (int)(sum->n - i < REDUCE_BLOCK ? sum->n - i : REDUCE_BLOCK);
    PetscCallMPI(
      MPI_Allreduce(MPI_IN_PLACE, sum->broken + i, count, MPI_UNSIGNED_CHAR, MPI_MAX, sum->comm));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sum_array_end(qv_sum_array **sum, double *result) {
  qv_sum_array *s = *sum;

  PetscFunctionBegin;
  PetscCall(join(s));
  for (int64_t i = 0; i < s->n; i++) {
    const bool known = s->finite && !(s->broken && s->broken[i]);
    result[i]        = known ? ldexp((double)s->total[i], s->exponent) : NAN;
  }
  const MPI_Comm comm     = s->comm;
  const int64_t  exceeded = s->total[s->n + EXCEEDED];
  const int64_t  missed   = s->total[s->n + ADDED] - s->addends;
  PetscCall(PetscFree(s->broken));
  PetscCall(PetscFree(s->total));
  PetscCall(PetscFree(*sum));
  PetscCheck(exceeded == 0, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PRId64 " entries are larger than the bound of their sum", exceeded);
  PetscCheck(missed <= 0, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PRId64 " arrays more than were announced were added", missed);
  PetscFunctionReturn(0);
}
