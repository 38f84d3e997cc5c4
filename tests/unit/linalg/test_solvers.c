/* SPDX-License-Identifier: GPL-3.0-or-later
 * PETSc's own solvers give the same bits on 1, 2, 3 and 4 ranks: the same solve on communicators of
 * each size inside one run, compared by a hash of all monitored values and all bits of the
 * solution. Controls: PETSc's own vectors must differ, and no reduction may pass by the vector
 * type. qv-test: np=4 labels=fast timeout=120 */
#include "solvers/linalg/operator.h"
#include "solvers/linalg/vec.h"
#include "tests/support/qv_test.h"
#include "tests/unit/linalg/dense_operator.h"

#include <math.h>
#include <petsc/private/vecimpl.h>
#include <petscksp.h>
#include <petsctao.h>
#include <string.h>

enum { SIZES = 4, N = 2385 };

/* FNV-1a over the bytes of what a solver shows. */
static void hash_bytes(uint64_t *hash, const void *bytes, size_t n) {
  for (size_t i = 0; i < n; i++)
    *hash = (*hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);
}

/* --- a rank-free operator: pointwise factor, plus neighbours for the unsymmetric one -------------
 */

typedef struct {
  MPI_Comm comm;
  bool     upper; /* add 0.3 x[i + 1] */
  int      rows;  /* copies of the domain stacked in the range: 1 or 2 */
} band;

static double factor(int64_t i, int copy) {
  return 1 + 20 * (double)((i * 7919 + 31 * copy) % 1000) / 1000;
}

/* x[i + 1] for the last entry of this rank, x[i - 1] for its first. */
static PetscErrorCode neighbours(Vec x, double *below, double *above) {
  double  *all;
  PetscInt first, last, n;
  PetscCall(VecGetOwnershipRange(x, &first, &last));
  PetscCall(VecGetSize(x, &n));
  PetscCall(dense_gather(x, &all));
  *below = first > 0 && first < last ? all[first - 1] : 0;
  *above = last < n && first < last ? all[last] : 0;
  PetscCall(PetscFree(all));
  return 0;
}

static PetscErrorCode band_forward(void *context, Vec x, Vec y) {
  const band   *b = context;
  const double *in;
  double       *out, below, above;
  qv_space_run  run;
  PetscCall(neighbours(x, &below, &above));
  PetscCall(qv_vec_run(x, 0, &run));
  PetscCall(VecGetArrayRead(x, &in));
  PetscCall(VecGetArrayWrite(y, &out));
  for (int copy = 0; copy < b->rows; copy++)
    for (int64_t i = 0; i < run.count; i++) {
      const double next         = i + 1 < run.count ? in[i + 1] : above;
      out[copy * run.count + i] = factor(run.index + i, copy) * in[i] + (b->upper ? 0.3 * next : 0);
    }
  PetscCall(VecRestoreArrayWrite(y, &out));
  PetscCall(VecRestoreArrayRead(x, &in));
  return 0;
}

static PetscErrorCode band_adjoint(void *context, Vec y, Vec x) {
  const band   *b = context;
  const double *in;
  double       *out;
  qv_space_run  run;
  PetscCall(qv_vec_run(x, 0, &run));
  double below = 0, above = 0;
  if (b->upper) PetscCall(neighbours(y, &below, &above)); /* with one copy only */
  PetscCall(VecGetArrayRead(y, &in));
  PetscCall(VecGetArrayWrite(x, &out));
  for (int64_t i = 0; i < run.count; i++) {
    double sum = 0;
    for (int copy = 0; copy < b->rows; copy++)
      sum += factor(run.index + i, copy) * in[copy * run.count + i];
    out[i] = sum + (b->upper ? 0.3 * (i > 0 ? in[i - 1] : below) : 0);
  }
  PetscCall(VecRestoreArrayWrite(x, &out));
  PetscCall(VecRestoreArrayRead(y, &in));
  return 0;
}

/* --- controls: the type without some of its operations -------------------------------------------
 */

enum { WHOLE, STOCK, NO_LOCAL, NO_DOTNORM2 };

static int spoiled = WHOLE;

static PetscErrorCode spoil(Vec v) {
  Vec      stock;
  PetscInt n, all;
  PetscCall(VecGetLocalSize(v, &n));
  PetscCall(VecGetSize(v, &all));
  PetscCall(VecCreateMPI(PetscObjectComm((PetscObject)v), n, all, &stock));
  if (spoiled == STOCK) {
    v->ops->dot  = stock->ops->dot;
    v->ops->tdot = stock->ops->tdot;
    v->ops->mdot = stock->ops->mdot;
    v->ops->norm = stock->ops->norm;
  }
  if (spoiled == STOCK || spoiled == NO_LOCAL) {
    v->ops->dot_local   = stock->ops->dot_local;
    v->ops->tdot_local  = stock->ops->tdot_local;
    v->ops->mdot_local  = stock->ops->mdot_local;
    v->ops->mtdot_local = stock->ops->mtdot_local;
    v->ops->norm_local  = stock->ops->norm_local;
  }
  if (spoiled == STOCK || spoiled == NO_DOTNORM2) v->ops->dotnorm2 = stock->ops->dotnorm2;
  PetscCall(VecDestroy(&stock));
  return 0;
}

static PetscErrorCode create_spoiled(Mat a, Vec *right, Vec *left) {
  qv_space domain, range;
  PetscCall(qv_operator_spaces(a, &domain, &range));
  if (right) PetscCall(qv_vec_create(PetscObjectComm((PetscObject)a), &domain, right));
  if (left) PetscCall(qv_vec_create(PetscObjectComm((PetscObject)a), &range, left));
  if (right) PetscCall(spoil(*right));
  if (left) PetscCall(spoil(*left));
  return 0;
}

static PetscErrorCode band_create(band *b, Mat *a) {
  const qv_operator_calls calls  = {.forward = band_forward, .adjoint = band_adjoint};
  const qv_space          domain = qv_space_reals(N);
  const qv_space          range  = b->rows == 2 ? qv_space_stack(domain, domain) : domain;
  PetscCall(qv_operator_create(b->comm, &domain, &range, &calls, b, a));
  if (spoiled)
    PetscCall(MatShellSetOperation(*a, MATOP_CREATE_VECS, (void (*)(void))create_spoiled));
  if (!b->upper && b->rows == 1) PetscCall(MatSetOption(*a, MAT_SYMMETRIC, PETSC_TRUE));
  return 0;
}

/* --- the solves ----------------------------------------------------------------------------------
 */

typedef struct {
  uint64_t hash;
  int64_t  counted;  /* reductions by our vectors */
  int64_t  expected; /* reductions by PETSc's events */
  int      steps;
} outcome;

static PetscErrorCode ksp_monitor(KSP ksp, PetscInt step, PetscReal norm, void *context) {
  (void)ksp;
  (void)step;
  hash_bytes(context, &norm, sizeof norm);
  return 0;
}

static PetscErrorCode tao_monitor(Tao tao, void *context) {
  double   shown[3];
  PetscInt step;
  PetscCall(TaoGetSolutionStatus(tao, &step, &shown[0], &shown[1], NULL, &shown[2], NULL));
  hash_bytes(context, shown, sizeof shown);
  return 0;
}

static PetscErrorCode hash_entries(Vec x, uint64_t *hash) {
  double  *all;
  PetscInt n;
  PetscCall(VecGetSize(x, &n));
  PetscCall(dense_gather(x, &all));
  hash_bytes(hash, all, (size_t)n * sizeof *all);
  PetscCall(PetscFree(all));
  return 0;
}

/* How often PETSc entered the operations that reduce. */
static PetscErrorCode events(int64_t *calls) {
  static const char *const names[] = {"VecDot",   "VecMDot", "VecTDot",
                                      "VecMTDot", "VecNorm", "VecDotNorm2"};
  *calls                           = 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    PetscLogEvent      id;
    PetscEventPerfInfo info;
    PetscCall(PetscLogEventGetId(names[i], &id));
    if (id < 0) continue;
    PetscCall(PetscLogEventGetPerfInfo(PETSC_DETERMINE, id, &info));
    *calls += info.count;
  }
  return 0;
}

static PetscErrorCode solve_ksp(MPI_Comm comm, const char *type, outcome *out) {
  const bool least   = !strcmp(type, KSPLSQR) || !strcmp(type, KSPCGLS);
  const bool general = !strcmp(type, KSPGMRES) || !strcmp(type, KSPBCGS) || !strcmp(type, KSPFBCGS);
  band       b       = {comm, general, least ? 2 : 1};
  Mat        a;
  Vec        x, rhs;
  KSP        ksp;
  PC         pc;
  PetscInt   steps;
  int64_t    before;
  PetscCall(band_create(&b, &a));
  PetscCall(qv_operator_watch(a, &out->counted));
  PetscCall(MatCreateVecs(a, &x, &rhs));
  PetscCall(qv_vec_normal(rhs, 3, "rhs"));
  PetscCall(KSPCreate(comm, &ksp));
  PetscCall(KSPSetOperators(ksp, a, a));
  PetscCall(KSPSetType(ksp, type));
  PetscCall(KSPGetPC(ksp, &pc));
  PetscCall(PCSetType(pc, PCNONE));
  PetscCall(KSPSetTolerances(ksp, 1e-10, PETSC_DEFAULT, PETSC_DEFAULT, 200));
  PetscCall(KSPMonitorSet(ksp, ksp_monitor, &out->hash, NULL));
  PetscCall(KSPSetUp(ksp)); /* work vectors now come from the operator, not from x */
  PetscCall(events(&before));
  PetscCall(KSPSolve(ksp, rhs, x));
  PetscCall(events(&out->expected));
  out->expected -= before;
  PetscCall(KSPGetIterationNumber(ksp, &steps));
  out->steps = (int)steps;
  PetscCall(hash_entries(x, &out->hash));
  PetscCall(KSPDestroy(&ksp));
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&rhs));
  PetscCall(MatDestroy(&a));
  return 0;
}

/* f = sum of (d_i x_i^2 / 2 + cos x_i) - t'x */
typedef struct {
  Mat a;
  Vec target, work;
} cost;

static PetscErrorCode cost_gradient(Tao tao, Vec x, PetscReal *f, Vec g, void *context) {
  const cost   *c = context;
  double        quadratic, linear, wave;
  const double *in;
  double       *out;
  PetscInt      n;
  (void)tao;
  PetscCall(MatMult(c->a, x, g));
  PetscCall(VecDot(x, g, &quadratic));
  PetscCall(VecDot(x, c->target, &linear));
  PetscCall(VecGetLocalSize(x, &n));
  PetscCall(VecGetArrayRead(x, &in));
  PetscCall(VecGetArray(c->work, &out));
  for (PetscInt i = 0; i < n; i++) out[i] = cos(in[i]);
  PetscCall(VecRestoreArray(c->work, &out));
  PetscCall(VecSum(c->work, &wave));
  PetscCall(VecGetArray(g, &out));
  for (PetscInt i = 0; i < n; i++) out[i] -= sin(in[i]);
  PetscCall(VecRestoreArray(g, &out));
  PetscCall(VecRestoreArrayRead(x, &in));
  PetscCall(VecAXPY(g, -1, c->target));
  *f = quadratic / 2 + wave - linear;
  return 0;
}

static PetscErrorCode hessian_times(void *context, Vec x, Vec y) {
  const cost   *c = context;
  const double *in, *at;
  double       *out;
  PetscInt      n;
  PetscCall(MatMult(c->a, x, y));
  PetscCall(VecGetLocalSize(x, &n));
  PetscCall(VecGetArrayRead(x, &in));
  PetscCall(VecGetArrayRead(c->work, &at)); /* cos of the last point */
  PetscCall(VecGetArray(y, &out));
  for (PetscInt i = 0; i < n; i++) out[i] -= at[i] * in[i];
  PetscCall(VecRestoreArray(y, &out));
  PetscCall(VecRestoreArrayRead(c->work, &at));
  PetscCall(VecRestoreArrayRead(x, &in));
  return 0;
}

static PetscErrorCode hessian_at(Tao tao, Vec x, Mat h, Mat p, void *context) {
  const double *in;
  double       *out;
  PetscInt      n;
  const cost   *c = context;
  (void)tao;
  (void)h;
  (void)p;
  PetscCall(VecGetLocalSize(x, &n));
  PetscCall(VecGetArrayRead(x, &in));
  PetscCall(VecGetArray(c->work, &out));
  for (PetscInt i = 0; i < n; i++) out[i] = cos(in[i]);
  PetscCall(VecRestoreArray(c->work, &out));
  PetscCall(VecRestoreArrayRead(x, &in));
  return 0;
}

static PetscErrorCode solve_tao(MPI_Comm comm, const char *type, outcome *out) {
  band                    b     = {comm, false, 1};
  const qv_operator_calls calls = {.forward = hessian_times, .adjoint = hessian_times};
  const qv_space          space = qv_space_reals(N);
  cost                    c;
  Mat                     h;
  Vec                     x;
  Tao                     tao;
  KSP                     ksp;
  PetscInt                steps;
  int64_t                 before;
  PetscCall(band_create(&b, &c.a));
  PetscCall(qv_operator_watch(c.a, &out->counted));
  PetscCall(MatCreateVecs(c.a, &x, &c.target));
  PetscCall(VecDuplicate(x, &c.work));
  PetscCall(qv_vec_normal(c.target, 4, "target"));
  PetscCall(qv_operator_create(comm, &space, &space, &calls, &c, &h));
  PetscCall(MatSetOption(h, MAT_SYMMETRIC, PETSC_TRUE));
  PetscCall(qv_operator_watch(h, &out->counted));
  PetscCall(TaoCreate(comm, &tao));
  PetscCall(TaoSetType(tao, type));
  PetscCall(TaoSetSolution(tao, x));
  PetscCall(TaoSetObjectiveAndGradient(tao, NULL, cost_gradient, &c));
  PetscCall(TaoSetHessian(tao, h, h, hessian_at, &c));
  PetscCall(TaoSetTolerances(tao, 1e-8, 0, 0));
  PetscCall(TaoSetMaximumIterations(tao, 60));
  PetscCall(TaoSetMonitor(tao, tao_monitor, &out->hash, NULL));
  PetscCall(TaoGetKSP(tao, &ksp));
  if (ksp) {
    PC pc;
    PetscCall(KSPGetPC(ksp, &pc));
    PetscCall(PCSetType(pc, PCNONE));
  }
  PetscCall(TaoSetFromOptions(tao));
  PetscCall(events(&before));
  PetscCall(TaoSolve(tao));
  PetscCall(events(&out->expected));
  out->expected -= before;
  PetscCall(TaoGetIterationNumber(tao, &steps));
  out->steps = (int)steps;
  PetscCall(hash_entries(x, &out->hash));
  PetscCall(TaoDestroy(&tao));
  PetscCall(MatDestroy(&h));
  PetscCall(MatDestroy(&c.a));
  PetscCall(VecDestroy(&c.work));
  PetscCall(VecDestroy(&c.target));
  PetscCall(VecDestroy(&x));
  return 0;
}

/* --- comparison ----------------------------------------------------------------------------------
 */

typedef PetscErrorCode (*solve)(MPI_Comm comm, const char *type, outcome *out);

/* The solve on the first 1, 2, 3, 4 ranks. Rank 0 takes part in all, and judges. */
static PetscErrorCode on_all_sizes(solve run, const char *type, outcome out[SIZES]) {
  int rank;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  for (int size = 1; size <= SIZES; size++) {
    MPI_Comm part;
    out[size - 1] = (outcome){.hash = UINT64_C(0xcbf29ce484222325)};
    MPI_Comm_split(PETSC_COMM_WORLD, rank < size ? 0 : MPI_UNDEFINED, rank, &part);
    if (part == MPI_COMM_NULL) continue;
    PetscCall(run(part, type, &out[size - 1]));
    PetscCallMPI(MPI_Comm_free(&part));
  }
  return 0;
}

static PetscErrorCode compare(solve run, const char *type) {
  outcome out[SIZES];
  int     rank;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  PetscCall(on_all_sizes(run, type, out));
  for (int i = 0; i < SIZES && rank == 0; i++) {
    if (out[i].hash != out[0].hash || out[i].steps != out[0].steps)
      qv_test_fail(__FILE__, __LINE__, "%s shows that it ran on %d ranks", type, i + 1);
    if (out[i].steps < 3)
      qv_test_fail(__FILE__, __LINE__, "%s stopped after %d steps", type, out[i].steps);
    if (out[i].counted < out[i].expected || out[i].counted < out[i].steps)
      qv_test_fail(__FILE__, __LINE__, "%s: %d reductions by our vectors, %d by PETSc's events",
                   type, (int)out[i].counted, (int)out[i].expected);
  }
  return 0;
}

/* Negative control: spoiled vectors must show the ranks somewhere. */
static PetscErrorCode must_differ(int how, solve run, const char *type) {
  outcome out[SIZES];
  int     rank;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  spoiled = how;
  PetscCall(on_all_sizes(run, type, out));
  spoiled = WHOLE;
  if (rank == 0 && out[1].hash == out[0].hash && out[2].hash == out[0].hash)
    qv_test_fail(__FILE__, __LINE__, "%s, spoiled in way %d, does not show the ranks", type, how);
  return 0;
}

static PetscErrorCode spoiled_vectors_differ(void) {
  PetscCall(must_differ(STOCK, solve_ksp, KSPCG));
  PetscCall(must_differ(STOCK, solve_ksp, KSPMINRES));
  PetscCall(must_differ(STOCK, solve_ksp, KSPGMRES));
  PetscCall(must_differ(STOCK, solve_ksp, KSPLSQR));
  PetscCall(must_differ(STOCK, solve_tao, TAONLS));
  PetscCall(must_differ(NO_LOCAL, solve_tao, TAOLMVM));
  PetscCall(must_differ(NO_DOTNORM2, solve_ksp, KSPBCGS));
  return 0;
}

static PetscErrorCode ksp_symmetric(void) {
  PetscCall(PetscLogDefaultBegin()); /* events are counted from here on */
  PetscCall(compare(solve_ksp, KSPCG));
  PetscCall(compare(solve_ksp, KSPMINRES));
  PetscCall(compare(solve_ksp, KSPCR));
  PetscCall(compare(solve_ksp, KSPPIPECG));
  return 0;
}

static PetscErrorCode ksp_general(void) {
  PetscCall(compare(solve_ksp, KSPGMRES));
  PetscCall(compare(solve_ksp, KSPBCGS));
  PetscCall(compare(solve_ksp, KSPFBCGS));
  return 0;
}

static PetscErrorCode ksp_least_squares(void) {
  PetscCall(compare(solve_ksp, KSPLSQR));
  PetscCall(compare(solve_ksp, KSPCGLS));
  return 0;
}

static PetscErrorCode tao(void) {
  PetscCall(compare(solve_tao, TAOLMVM));
  PetscCall(compare(solve_tao, TAONLS));
  PetscCall(compare(solve_tao, TAOBNCG));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"KSP, symmetric", ksp_symmetric}, {"KSP, general", ksp_general},
               {"KSP, least squares", ksp_least_squares}, {"TAO", tao},
               {"spoiled vectors differ", spoiled_vectors_differ});
}
