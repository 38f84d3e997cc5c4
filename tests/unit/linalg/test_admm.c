/* SPDX-License-Identifier: GPL-3.0-or-later
 * ADMM on the generalised lasso, min |x - b|^2/2 + level |K x|_1, against projected gradients on
 * its dual; balancing, relaxation, acceleration, restarts, and the same bits on all ranks. qv-test:
 * np=1,2,3,4 labels=fast timeout=60 */
#include "solvers/linalg/admm.h"
#include "tests/support/qv_test.h"
#include "tests/unit/linalg/dense_operator.h"

#include <math.h>
#include <petscblaslapack.h>
#include <string.h>

enum { M = 40, N = 70 };

static dense_operator k_    = {.m = M, .n = N, .stream = {{31, 2}}, .decay = 0.98};
static const double   level = 3;

typedef struct {
  MPI_Comm comm;
  Mat      k;
  qv_admm *admm;
  int      poison, stop_at; /* iterations, or 0 */
  double   rho;             /* of the factor, */
  double   factor[N * N];   /* Cholesky's, of 1 + rho K'K, alike on all ranks */
} problem;

static double data(int j) {
  return 10 * qv_random_normal(qv_stream_named(3, "b"), (uint64_t)j, 0);
}

static void factorise(problem *p, double rho) {
  const PetscBLASInt n = N;
  PetscBLASInt       info;
  for (int j = 0; j < N; j++)
    for (int k = 0; k < N; k++) {
      double sum = 0;
      for (int i = 0; i < M; i++) sum += dense_entry(&k_, i, j) * dense_entry(&k_, i, k);
      p->factor[j + k * N] = (j == k) + rho * sum;
    }
  LAPACKpotrf_("U", &n, p->factor, &n, &info);
  p->rho = rho;
}

/* x = (1 + rho K'K)^-1 (b + rho K' target) */
static PetscErrorCode primal(void *context, double rho, Vec target, Vec x) {
  const PetscBLASInt n = N, one = 1;
  PetscBLASInt       info;
  problem           *p = context;
  double            *all, right[N], *out;
  qv_admm_state      s;
  qv_space_run       run;
  PetscCall(qv_admm_get_state(p->admm, &s));
  if (*s.iteration == p->poison) {
    PetscCall(VecSet(x, NAN));
    return 0;
  }
  if (p->rho != rho) factorise(p, rho);
  PetscCall(dense_gather(target, &all));
  for (int j = 0; j < N; j++) {
    right[j] = data(j);
    for (int i = 0; i < M; i++) right[j] += rho * dense_entry(&k_, i, j) * all[i];
  }
  LAPACKpotrs_("U", &n, &one, p->factor, &n, right, &n, &info);
  PetscCall(qv_vec_run(x, 0, &run));
  PetscCall(VecGetArrayWrite(x, &out));
  PetscCall(PetscArraycpy(out, right + run.index, run.count));
  PetscCall(VecRestoreArrayWrite(x, &out));
  PetscCall(PetscFree(all));
  return 0;
}

static PetscErrorCode soft(void *context, double rho, Vec v, Vec z) {
  const double *in;
  double       *out;
  PetscInt      n;
  (void)context;
  PetscCall(VecGetLocalSize(v, &n));
  PetscCall(VecGetArrayRead(v, &in));
  PetscCall(VecGetArrayWrite(z, &out));
  for (PetscInt i = 0; i < n; i++) out[i] = copysign(fmax(fabs(in[i]) - level / rho, 0), in[i]);
  PetscCall(VecRestoreArrayWrite(z, &out));
  PetscCall(VecRestoreArrayRead(v, &in));
  return 0;
}

static PetscErrorCode observe(void *context, const qv_admm_report *report, bool *stop) {
  const problem *p = context;
  *stop            = report->iteration == p->stop_at;
  return 0;
}

static const qv_admm_options plain = {
  .rho = 0.05, .relax = 1, .rtol = 1e-9, .atol = 1e-12, .iterations = 20000, .observe = observe};

static PetscErrorCode begin(MPI_Comm comm, const qv_admm_options *options, problem *p) {
  const qv_admm_calls calls = {.primal = primal, .prox = soft};
  memset(p, 0, sizeof *p);
  p->comm = comm;
  PetscCall(dense_create(comm, &k_, &p->k));
  PetscCall(qv_admm_create(p->k, options, &calls, p, &p->admm));
  return 0;
}

static PetscErrorCode end(problem *p) {
  PetscCall(qv_admm_destroy(&p->admm));
  PetscCall(MatDestroy(&p->k));
  return 0;
}

/* x = b - K'y with y the least of |b - K'y|^2/2 in the box |y_i| <= level, by accelerated projected
 * gradients with restarts. */
static void truth(double x[N]) {
  double b[N], y[M] = {0}, w[M] = {0}, t = 1, square = 0;
  for (int j = 0; j < N; j++) b[j] = 10 * qv_random_normal(qv_stream_named(3, "b"), (uint64_t)j, 0);
  for (int i = 0; i < M; i++)
    for (int j = 0; j < N; j++) square += dense_entry(&k_, i, j) * dense_entry(&k_, i, j);
  for (int step = 0; step < 10000; step++) {
    double slope = 0, next[M];
    for (int j = 0; j < N; j++) x[j] = b[j];
    for (int i = 0; i < M; i++)
      for (int j = 0; j < N; j++) x[j] -= dense_entry(&k_, i, j) * w[i];
    for (int i = 0; i < M; i++) {
      double g = 0;
      for (int j = 0; j < N; j++) g += dense_entry(&k_, i, j) * x[j];
      next[i] = fmin(fmax(w[i] + 8 * g / square, -level), level);
      slope += (w[i] - next[i]) * (next[i] - y[i]);
    }
    const double t_next = slope > 0 ? 1 : (1 + sqrt(1 + 4 * t * t)) / 2;
    for (int i = 0; i < M; i++) {
      w[i] = next[i] + (slope > 0 ? 0 : (t - 1) / t_next) * (next[i] - y[i]);
      y[i] = next[i];
    }
    t = t_next;
  }
}

static PetscErrorCode distance(const problem *p, const double want[N], double *gap) {
  qv_admm_state s;
  double       *x, most = 0;
  PetscCall(qv_admm_get_state(p->admm, &s));
  PetscCall(dense_gather(s.x, &x));
  *gap = 0;
  for (int j = 0; j < N; j++) {
    *gap = fmax(*gap, fabs(x[j] - want[j]));
    most = fmax(most, fabs(want[j]));
  }
  *gap /= most;
  PetscCall(PetscFree(x));
  return 0;
}

static PetscErrorCode all_ways_lead_to_the_solution(void) {
  static double want[N];
  int           steps[6];
  truth(want);
  for (int way = 0; way < 6; way++) {
    qv_admm_options o = plain;
    qv_admm_report  r;
    problem         p;
    double          gap = 1, most;
    if (way == 1) o.relax = 1.7;
    if (way == 2) o.anderson = 5;
    if (way >= 3) {
      o.rho            = way == 4 ? 100 : 1e-4;
      o.balance_ratio  = 10;
      o.balance_factor = 2;
      o.balance_until  = 60;
      o.balance_every  = way == 5 ? 5 : 0;
      o.anderson       = way == 5 ? 4 : 0;
    }
    PetscCall(begin(PETSC_COMM_WORLD, &o, &p));
    PetscCall(qv_admm_solve(p.admm, &r));
    PetscCall(distance(&p, want, &gap));
    steps[way] = r.iteration;
    if (!(gap < 1e-7) || !r.converged || r.broken || r.stopped)
      qv_test_fail(__FILE__, __LINE__, "way %d: error %g after %d iterations", way, gap,
                   r.iteration);
    /* the multiplier is a subgradient: |rho u_i| <= level, equal where z is not zero */
    qv_admm_state s;
    PetscCall(qv_admm_get_state(p.admm, &s));
    PetscCall(VecNorm(s.u, NORM_INFINITY, &most));
    EXPECT_REL(most * *s.rho, level, 1e-12);
    EXPECT_INT(*s.iteration, r.iteration);
    PetscCall(end(&p));
  }
  EXPECT(steps[1] < steps[0]);
  EXPECT(steps[2] < steps[0] / 2);
  return 0;
}

/* Without balancing, the same far start costs many times more. */
static PetscErrorCode balancing_helps(void) {
  int steps[2];
  for (int on = 0; on < 2; on++) {
    qv_admm_options o = plain;
    qv_admm_report  r;
    problem         p;
    o.rho            = 100;
    o.iterations     = 400;
    o.balance_ratio  = on ? 10 : 0;
    o.balance_factor = 2;
    o.balance_until  = 60;
    PetscCall(begin(PETSC_COMM_WORLD, &o, &p));
    PetscCall(qv_admm_solve(p.admm, &r));
    steps[on] = r.iteration;
    PetscCall(end(&p));
  }
  EXPECT(steps[1] < steps[0] / 2);
  return 0;
}

static PetscErrorCode stops(void) {
  qv_admm_options o = plain;
  qv_admm_report  r;
  problem         p;
  PetscCall(begin(PETSC_COMM_WORLD, &o, &p));
  p.stop_at = 7;
  PetscCall(qv_admm_solve(p.admm, &r));
  EXPECT(r.stopped && !r.converged);
  EXPECT_INT(r.iteration, 7);
  p.poison = 9;
  PetscCall(qv_admm_solve(p.admm, &r));
  EXPECT(r.broken && !r.converged);
  EXPECT_INT(r.iteration, 9);
  PetscCall(end(&p));
  o.iterations = 0;
  PetscCall(begin(PETSC_COMM_WORLD, &o, &p));
  PetscCall(qv_admm_solve(p.admm, &r));
  EXPECT_INT(r.iteration, 0);
  PetscCall(end(&p));
  return 0;
}

static PetscErrorCode copy_state(const problem *from, const problem *to) {
  qv_admm_state       s, t;
  qv_anderson_memory *ms, *mt;
  Vec                *vs, *vt;
  int                 n;
  PetscCall(qv_admm_get_state(from->admm, &s));
  PetscCall(qv_admm_get_state(to->admm, &t));
  PetscCall(VecCopy(s.x, t.x));
  PetscCall(VecCopy(s.z, t.z));
  PetscCall(VecCopy(s.u, t.u));
  *t.rho       = *s.rho;
  *t.iteration = *s.iteration;
  PetscCall(qv_anderson_state(s.anderson, &n, &vs, &ms));
  PetscCall(qv_anderson_state(t.anderson, &n, &vt, &mt));
  for (int i = 0; i < n; i++) PetscCall(VecCopy(vs[i], vt[i]));
  *mt = *ms;
  return 0;
}

/* Stopped anywhere and gone on with in another object: the same bits. */
static PetscErrorCode restarts(void) {
  qv_admm_options o = plain;
  o.anderson        = 3;
  o.balance_ratio   = 5;
  o.balance_factor  = 2;
  o.balance_until   = 20;
  o.iterations      = 40;
  for (int at = 1; at < 40; at += 12) {
    qv_admm_report r, other;
    qv_admm_state  s, t;
    problem        p, q;
    double         gap;
    PetscCall(begin(PETSC_COMM_WORLD, &o, &p));
    PetscCall(begin(PETSC_COMM_WORLD, &o, &q));
    for (int i = 0; i < at; i++) PetscCall(qv_admm_step(p.admm, &r));
    PetscCall(copy_state(&p, &q));
    PetscCall(qv_admm_solve(p.admm, &r));
    PetscCall(qv_admm_solve(q.admm, &other));
    EXPECT_INT(r.iteration, other.iteration);
    EXPECT_BITS(r.primal, other.primal);
    EXPECT_BITS(r.dual, other.dual);
    PetscCall(qv_admm_get_state(p.admm, &s));
    PetscCall(qv_admm_get_state(q.admm, &t));
    PetscCall(VecAXPY(s.u, -1, t.u));
    PetscCall(VecNorm(s.u, NORM_INFINITY, &gap));
    EXPECT_BITS(gap, 0.0);
    PetscCall(end(&p));
    PetscCall(end(&q));
  }
  return 0;
}

static PetscErrorCode ranks_do_not_show(void) {
  qv_admm_options o = plain;
  qv_admm_report  r[2];
  double         *x[2];
  o.anderson       = 5;
  o.relax          = 1.6;
  o.balance_ratio  = 10;
  o.balance_factor = 2;
  o.balance_until  = 20;
  for (int i = 0; i < 2; i++) {
    problem       p;
    qv_admm_state s;
    PetscCall(begin(i ? PETSC_COMM_WORLD : PETSC_COMM_SELF, &o, &p));
    PetscCall(qv_admm_solve(p.admm, &r[i]));
    PetscCall(qv_admm_get_state(p.admm, &s));
    PetscCall(dense_gather(s.u, &x[i]));
    PetscCall(end(&p));
  }
  EXPECT_INT(r[0].iteration, r[1].iteration);
  EXPECT_BITS(r[0].primal, r[1].primal);
  EXPECT_INT(memcmp(x[0], x[1], M * sizeof(double)), 0);
  PetscCall(PetscFree(x[0]));
  PetscCall(PetscFree(x[1]));
  return 0;
}

static PetscErrorCode mistakes_are_errors(void) {
  qv_admm_options o = plain;
  problem         p = {0};
  Mat             k;
  PetscCall(dense_create(PETSC_COMM_WORLD, &k_, &k));
  PetscCall(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  o.rho = 0;
  EXPECT(qv_admm_create(k, &o, &(qv_admm_calls){primal, soft}, &p, &p.admm) != 0);
  o       = plain;
  o.relax = 2;
  EXPECT(qv_admm_create(k, &o, &(qv_admm_calls){primal, soft}, &p, &p.admm) != 0);
  o               = plain;
  o.balance_ratio = 0.5;
  EXPECT(qv_admm_create(k, &o, &(qv_admm_calls){primal, soft}, &p, &p.admm) != 0);
  PetscCall(PetscPopErrorHandler());
  PetscCall(MatDestroy(&k));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"all ways lead to the solution", all_ways_lead_to_the_solution},
               {"balancing helps", balancing_helps}, {"stops", stops}, {"restarts", restarts},
               {"ranks do not show", ranks_do_not_show},
               {"mistakes are errors", mistakes_are_errors});
}
