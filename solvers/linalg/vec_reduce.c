/* SPDX-License-Identifier: GPL-3.0-or-later
 * The reductions of the vector type `qv`.
 *
 * PETSc reduces in two ways: by the whole operation, or (VecDotBegin, every LMVM matrix) by a local
 * one whose results it adds over the ranks itself. The local ones here therefore reduce over the
 * ranks too, and give the whole to rank 0 and -0.0, the neutral element, to the others. */
#include "solvers/linalg/vec_impl.h"
#include "solvers/linalg/vec_kernel.h"
#include "solvers/parallel/layout.h"
#include "solvers/parallel/sum.h"

#include <math.h>

enum { BLOCK = 32 * QV_TILE, MANY = 32 };

/* One pass over x: its products with each of y[0..m), or, with m = 0, the sum of x or of |x|. */
typedef struct {
  int           m;
  const double *x, *y[MANY];
  bool          absolute;
} pass;

/* Entries that are stored together and start at a tile. Blocks of x stay in the cache while all y
 * pass by. */
static void add_tiles(const pass *p, int64_t begin, int64_t n, qv_sum *sums) {
  double        positive[BLOCK];
  const int64_t step = p->m == 1 || (p->m == 0 && !p->absolute) ? n : BLOCK;
  for (int64_t i = 0; i < n; i += step) {
    const int64_t here = n - i < step ? n - i : step;
    const double *x    = p->x + begin + i;
    for (int j = 0; j < p->m; j++) qv_sum_add_products(&sums[j], here, x, p->y[j] + begin + i);
    if (p->m) continue;
    if (p->absolute) qv_vec_kernel_abs(here, x, positive);
    qv_sum_add_tiles(&sums[0], here, p->absolute ? positive : x);
  }
}

static void add_exactly(const pass *p, int64_t n, qv_sum *sums) {
  double positive[BLOCK];
  for (int64_t i = 0; i < n; i += BLOCK) {
    const int64_t here = n - i < BLOCK ? n - i : BLOCK;
    const double *x    = p->x + i;
    for (int j = 0; j < p->m; j++) qv_sum_add_exact(&sums[j], here, x, p->y[j] + i);
    if (p->m) continue;
    if (p->absolute) qv_vec_kernel_abs(here, x, positive);
    qv_sum_add_exact(&sums[0], here, p->absolute ? positive : x, NULL);
  }
}

static void add_local(Vec v, const qv_vec_nature *nature, const pass *p, qv_sum *sums) {
  if (!nature) {
    add_exactly(p, v->map->n, sums);
    return;
  }
  for (int r = 0; r < qv_vec_nature_runs(nature); r++) {
    const qv_space_run run  = qv_vec_nature_run(nature, v, r);
    const int64_t      step = run.unit ? run.unit : run.count;
    for (int64_t i = 0; i < run.count; i += step) add_tiles(p, run.local + i, step, sums);
  }
}

static PetscErrorCode join(Vec v, const qv_vec_nature *nature, int m, qv_sum *sums,
                           double *result) {
  PetscFunctionBegin;
  PetscCall(qv_sum_join(PetscObjectComm((PetscObject)v), m, sums));
  for (int j = 0; j < m; j++) result[j] = qv_sum_round(&sums[j]);
  if (nature && nature->counter) ++*nature->counter;
  PetscFunctionReturn(0);
}

/* result[j] = sum of x y[j], m <= MANY */
static PetscErrorCode products(Vec x, int m, const Vec *y, double *result) {
  qv_sum               sums[MANY];
  pass                 p = {.m = m};
  const qv_vec_nature *nature;

  PetscFunctionBegin;
  PetscCall(qv_vec_nature_of(x, &nature));
  PetscCall(VecGetArrayRead(x, &p.x));
  for (int j = 0; j < m; j++) {
    PetscCall(VecGetArrayRead(y[j], &p.y[j]));
    sums[j] = (qv_sum){0};
  }
  add_local(x, nature, &p, sums);
  for (int j = 0; j < m; j++) PetscCall(VecRestoreArrayRead(y[j], &p.y[j]));
  PetscCall(VecRestoreArrayRead(x, &p.x));
  PetscCall(join(x, nature, m, sums, result));
  PetscFunctionReturn(0);
}

static PetscErrorCode total(Vec x, bool absolute, double *result) {
  qv_sum               sum = {0};
  pass                 p   = {.m = 0, .absolute = absolute};
  const qv_vec_nature *nature;

  PetscFunctionBegin;
  PetscCall(qv_vec_nature_of(x, &nature));
  PetscCall(VecGetArrayRead(x, &p.x));
  add_local(x, nature, &p, &sum);
  PetscCall(VecRestoreArrayRead(x, &p.x));
  PetscCall(join(x, nature, 1, &sum, result));
  PetscFunctionReturn(0);
}

/* A NaN would meet MPI_MAX in an order that depends on the ranks: its presence travels beside. */
static PetscErrorCode largest(Vec x, double *result) {
  double               both[2];
  const double        *entry;
  int64_t              nans = 0;
  const qv_vec_nature *nature;

  PetscFunctionBegin;
  PetscCall(qv_vec_nature_of(x, &nature));
  PetscCall(VecGetArrayRead(x, &entry));
  both[0] = qv_vec_kernel_largest(x->map->n, entry, &nans);
  both[1] = nans > 0;
  PetscCall(VecRestoreArrayRead(x, &entry));
  PetscCallMPI(
    MPI_Allreduce(MPI_IN_PLACE, both, 2, MPI_DOUBLE, MPI_MAX, PetscObjectComm((PetscObject)x)));
  if (nature && nature->counter) ++*nature->counter;
  *result = both[1] > 0 ? NAN : both[0];
  PetscFunctionReturn(0);
}

static PetscErrorCode norm(Vec x, NormType type, PetscReal *result) {
  double square;

  PetscFunctionBegin;
  if (type == NORM_INFINITY) {
    PetscCall(largest(x, result));
    PetscFunctionReturn(0);
  }
  if (type == NORM_1 || type == NORM_1_AND_2) PetscCall(total(x, true, &result[0]));
  if (type == NORM_1) PetscFunctionReturn(0);
  PetscCall(products(x, 1, &x, &square));
  result[type == NORM_1_AND_2] = sqrt(square);
  PetscFunctionReturn(0);
}

static PetscErrorCode dot(Vec x, Vec y, PetscScalar *result) {
  PetscFunctionBegin;
  PetscCall(products(x, 1, &y, result));
  PetscFunctionReturn(0);
}

static PetscErrorCode mdot(Vec x, PetscInt m, const Vec *y, PetscScalar *result) {
  PetscFunctionBegin;
  for (PetscInt j = 0; j < m; j += MANY) {
    const int here = m - j < MANY ? (int)(m - j) : MANY;
    PetscCall(products(x, here, y + j, result + j));
  }
  PetscFunctionReturn(0);
}

/* product = s'x, square = x'x */
static PetscErrorCode dotnorm2(Vec s, Vec x, PetscScalar *product, PetscScalar *square) {
  const Vec both[2] = {s, x};
  double    result[2];

  PetscFunctionBegin;
  PetscCall(products(x, 2, both, result));
  *product = result[0];
  *square  = result[1];
  PetscFunctionReturn(0);
}

/* Leave m results to rank 0: a sum of doubles over the ranks then changes nothing. */
static PetscErrorCode to_rank_0(Vec v, PetscInt m, double *result) {
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PetscObjectComm((PetscObject)v), &rank));
  if (rank > 0)
    for (PetscInt j = 0; j < m; j++) result[j] = -0.0;
  PetscFunctionReturn(0);
}

static PetscErrorCode dot_local(Vec x, Vec y, PetscScalar *result) {
  PetscFunctionBegin;
  PetscCall(dot(x, y, result));
  PetscCall(to_rank_0(x, 1, result));
  PetscFunctionReturn(0);
}

static PetscErrorCode mdot_local(Vec x, PetscInt m, const Vec *y, PetscScalar *result) {
  PetscFunctionBegin;
  PetscCall(mdot(x, m, y, result));
  PetscCall(to_rank_0(x, m, result));
  PetscFunctionReturn(0);
}

static PetscErrorCode norm_local(Vec x, NormType type, PetscReal *result) {
  PetscFunctionBegin;
  PetscCall(norm(x, type, result));
  if (type != NORM_INFINITY) PetscCall(to_rank_0(x, type == NORM_1_AND_2 ? 2 : 1, result));
  PetscFunctionReturn(0);
}

/* VecSum adds over the ranks after us, always. */
static PetscErrorCode sum(Vec x, PetscScalar *result) {
  PetscFunctionBegin;
  PetscCall(total(x, false, result));
  PetscCall(to_rank_0(x, 1, result));
  PetscFunctionReturn(0);
}

/* Place and value of the largest of sign * x here; the first of equals, or the first NaN. */
static PetscInt first_largest(PetscInt n, const double *x, double sign, double *value) {
  PetscInt at = -1;
  for (PetscInt i = 0; i < n; i++) {
    if (x[i] != x[i]) {
      *value = NAN;
      return i;
    }
    if (at < 0 || sign * x[i] > *value) {
      *value = sign * x[i];
      at     = i;
    }
  }
  return at;
}

/* The largest of sign * x, times sign. With a NaN the result is NaN and the first NaN's place. */
static PetscErrorCode extreme(Vec x, double sign, PetscInt *place, PetscReal *result) {
  enum { VALUE, NANS };
  const MPI_Comm       comm = PetscObjectComm((PetscObject)x);
  double               mine = 0, all[2];
  const double        *entry;
  const qv_vec_nature *nature;

  PetscFunctionBegin;
  PetscCall(qv_vec_nature_of(x, &nature));
  PetscCall(VecGetArrayRead(x, &entry));
  const PetscInt at = first_largest(x->map->n, entry, sign, &mine);
  PetscCall(VecRestoreArrayRead(x, &entry));
  const bool nan = at >= 0 && mine != mine;
  all[VALUE]     = at < 0 || nan ? -INFINITY : mine;
  all[NANS]      = nan;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, all, 2, MPI_DOUBLE, MPI_MAX, comm));
  if (nature && nature->counter) ++*nature->counter;
  if (place) {
    const bool here = at >= 0 && (all[NANS] > 0 ? nan : mine == all[VALUE]);
    *place          = here ? x->map->rstart + at : PETSC_MAX_INT;
    PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, place, 1, MPIU_INT, MPI_MIN, comm));
    if (*place == PETSC_MAX_INT) *place = -1;
  }
  /* The sign of a zero would show which rank had it. */
  *result = all[NANS] > 0 ? NAN : all[VALUE] == 0 ? 0 : sign * all[VALUE];
  PetscFunctionReturn(0);
}

static PetscErrorCode maximum(Vec x, PetscInt *place, PetscReal *result) {
  PetscFunctionBegin;
  PetscCall(extreme(x, 1, place, result));
  PetscFunctionReturn(0);
}

static PetscErrorCode minimum(Vec x, PetscInt *place, PetscReal *result) {
  PetscFunctionBegin;
  PetscCall(extreme(x, -1, place, result));
  PetscFunctionReturn(0);
}

void qv_vec_reduce_install(struct _VecOps *ops) {
  ops->dot         = dot;
  ops->tdot        = dot;
  ops->mdot        = mdot;
  ops->mtdot       = mdot;
  ops->norm        = norm;
  ops->dotnorm2    = dotnorm2;
  ops->dot_local   = dot_local;
  ops->tdot_local  = dot_local;
  ops->mdot_local  = mdot_local;
  ops->mtdot_local = mdot_local;
  ops->norm_local  = norm_local;
  ops->sum         = sum;
  ops->max         = maximum;
  ops->min         = minimum;
}
