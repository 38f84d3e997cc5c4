/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every method is one of KSP's on one matrix: CG on A' A + damping, the others on A itself or, with
 * damping, on A over sqrt(damping) I. Only the convergence test is ours. */
#include "solvers/linalg/least.h"

#include "solvers/linalg/operator.h"
#include "solvers/linalg/vec.h"

#include <math.h>

struct qv_least {
  qv_least_options options;
  Mat              a;      /* the caller's */
  Mat              system; /* what the KSP sees */
  KSP              ksp;
  Vec              rhs;      /* of the system, where it is not b itself */
  Vec              gradient; /* A' b */
  double           bound;    /* converged at or below it */
  qv_least_report  report;
};

/* What a method measures, at an iteration of its own. */
static PetscErrorCode measure(const qv_least *least, PetscReal norm, double *residual) {
  PetscFunctionBegin;
  *residual = norm;
  if (least->options.method == QV_LEAST_LSQR) {
    PetscReal of_gradient;
    PetscCall(KSPLSQRGetNorms(least->ksp, &of_gradient, NULL));
    *residual = of_gradient;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode converged(KSP ksp, PetscInt iteration, PetscReal norm,
                                KSPConvergedReason *reason, void *context) {
  qv_least *least = context;
  bool      stop  = false;
  (void)ksp;

  PetscFunctionBegin;
  *reason = KSP_CONVERGED_ITERATING;
  /* LSQR's first call comes before it knows the gradient. */
  if (iteration == 0 && least->options.method == QV_LEAST_LSQR) PetscFunctionReturn(0);
  PetscCall(measure(least, norm, &least->report.residual));
  least->report.iterations = (int)iteration;
  if (!(fabs(least->report.residual) < INFINITY)) {
    *reason = KSP_DIVERGED_NANORINF;
  } else if (least->report.residual <= least->bound) {
    *reason = KSP_CONVERGED_RTOL;
  } else if (iteration > 0 && least->options.stop) {
    PetscCall(
      least->options.stop(least->options.context, (int)iteration, least->report.residual, &stop));
    least->report.stopped = stop;
    if (stop) *reason = KSP_CONVERGED_ITS;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode check_options(const qv_least_options *o) {
  PetscFunctionBegin;
  PetscCheck(o->rtol >= 0 && o->atol >= 0 && o->iterations >= 0, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "tolerances and iterations must not be negative");
  PetscCheck(o->damping >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "damping must not be negative");
  PetscCheck(o->damping == 0 || o->method != QV_LEAST_MINRES, PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP,
             "MINRES takes no damping");
  PetscFunctionReturn(0);
}

/* [ A ; sqrt(damping) I ] */
static PetscErrorCode damped(Mat a, double damping, Mat *system) {
  qv_space domain;
  Mat      part[2], identity;

  PetscFunctionBegin;
  PetscCall(qv_operator_spaces(a, &domain, NULL));
  PetscCall(qv_operator_identity(PetscObjectComm((PetscObject)a), &domain, &identity));
  PetscCall(qv_operator_scale(sqrt(damping), identity, &part[1]));
  part[0] = a;
  PetscCall(qv_operator_block(2, 1, part, system));
  PetscCall(MatDestroy(&part[1]));
  PetscCall(MatDestroy(&identity));
  PetscFunctionReturn(0);
}

static PetscErrorCode create_system(qv_least *least) {
  const qv_least_options *o = &least->options;

  PetscFunctionBegin;
  if (o->method == QV_LEAST_NORMAL) {
    PetscCall(qv_operator_gram(least->a, o->damping, &least->system));
  } else if (o->damping > 0) {
    PetscCall(damped(least->a, o->damping, &least->system));
    PetscCall(MatCreateVecs(least->system, NULL, &least->rhs));
  } else {
    PetscCall(PetscObjectReference((PetscObject)least->a));
    least->system = least->a;
    if (o->method == QV_LEAST_MINRES)
      PetscCall(MatSetOption(least->system, MAT_SYMMETRIC, PETSC_TRUE));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode create_ksp(qv_least *least) {
  static const char *const type[] = {[QV_LEAST_LSQR]   = KSPLSQR,
                                     [QV_LEAST_CGLS]   = KSPCGLS,
                                     [QV_LEAST_NORMAL] = KSPCG,
                                     [QV_LEAST_MINRES] = KSPMINRES};
  const qv_least_options  *o      = &least->options;
  PC                       pc;

  PetscFunctionBegin;
  PetscCall(KSPCreate(PetscObjectComm((PetscObject)least->a), &least->ksp));
  PetscCall(KSPSetOperators(least->ksp, least->system, least->system));
  PetscCall(KSPSetType(least->ksp, type[o->method]));
  PetscCall(KSPGetPC(least->ksp, &pc));
  PetscCall(PCSetType(pc, PCNONE));
  if (o->method == QV_LEAST_NORMAL)
    PetscCall(KSPSetNormType(least->ksp, KSP_NORM_UNPRECONDITIONED));
  PetscCall(KSPSetConvergenceTest(least->ksp, converged, least, NULL));
  PetscCall(KSPSetInitialGuessNonzero(least->ksp, o->warm ? PETSC_TRUE : PETSC_FALSE));
  PetscCall(KSPSetTolerances(least->ksp, 0, 0, PETSC_MAX_REAL, PetscMax(o->iterations, 1)));
  PetscCall(KSPSetUp(least->ksp));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_least_create(Mat a, const qv_least_options *options, qv_least **least) {
  PetscFunctionBegin;
  *least = NULL;
  PetscCall(check_options(options));
  PetscCall(PetscNew(least));
  (*least)->options = *options;
  PetscCall(PetscObjectReference((PetscObject)a));
  (*least)->a = a;
  PetscCall(create_system(*least));
  PetscCall(create_ksp(*least));
  PetscCall(MatCreateVecs(a, &(*least)->gradient, NULL));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_least_tolerances(qv_least *least, double rtol, double atol, int iterations) {
  qv_least_options other = least->options;

  PetscFunctionBegin;
  other.rtol       = rtol;
  other.atol       = atol;
  other.iterations = iterations;
  PetscCall(check_options(&other));
  least->options = other;
  PetscCall(KSPSetTolerances(least->ksp, 0, 0, PETSC_MAX_REAL, PetscMax(iterations, 1)));
  PetscFunctionReturn(0);
}

/* b and zeros below it. */
static PetscErrorCode extend(Vec b, Vec rhs) {
  const double *in;
  double       *out;
  PetscInt      n;

  PetscFunctionBegin;
  PetscCall(VecZeroEntries(rhs));
  PetscCall(VecGetLocalSize(b, &n));
  PetscCall(VecGetArrayRead(b, &in));
  PetscCall(VecGetArray(rhs, &out));
  PetscCall(PetscArraycpy(out, in, n));
  PetscCall(VecRestoreArray(rhs, &out));
  PetscCall(VecRestoreArrayRead(b, &in));
  PetscFunctionReturn(0);
}

/* |A'(b - A x) - damping x|. LSQR divides by it without looking. */
static PetscErrorCode gradient_norm(const qv_least *least, Vec b, Vec x, double *norm) {
  Vec r, g;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(least->a, &g, &r));
  PetscCall(MatMult(least->a, x, r));
  PetscCall(VecAXPBY(r, 1, -1, b));
  PetscCall(MatMultTranspose(least->a, r, g));
  PetscCall(VecAXPY(g, -least->options.damping, x));
  PetscCall(VecNorm(g, NORM_2, norm));
  PetscCall(VecDestroy(&g));
  PetscCall(VecDestroy(&r));
  PetscFunctionReturn(0);
}

/* The bound, from the gradient at x = 0, and whether there is nothing to do. */
static PetscErrorCode start(qv_least *least, Vec b, Vec x, bool *solved) {
  const qv_least_options *o = &least->options;
  double                  at_zero;

  PetscFunctionBegin;
  if (o->method == QV_LEAST_MINRES) {
    PetscCall(VecNorm(b, NORM_2, &at_zero));
  } else {
    PetscCall(MatMultTranspose(least->a, b, least->gradient));
    PetscCall(VecNorm(least->gradient, NORM_2, &at_zero));
  }
  least->bound  = o->rtol * at_zero + o->atol;
  least->report = (qv_least_report){.residual = at_zero};
  if (!o->warm) PetscCall(VecZeroEntries(x));
  if (o->warm && o->method == QV_LEAST_LSQR)
    PetscCall(gradient_norm(least, b, x, &least->report.residual));
  *solved = least->report.residual <= least->bound && (!o->warm || o->method == QV_LEAST_LSQR);
  if (at_zero == 0 && !*solved) { /* LSQR would divide by it */
    PetscCall(VecZeroEntries(x));
    *solved = true;
  }
  least->report.converged = *solved;
  if (!(at_zero < INFINITY)) least->report.broken = *solved = true;
  if (o->iterations == 0) *solved = true;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_least_solve(qv_least *least, Vec b, Vec x, qv_least_report *report) {
  KSPConvergedReason reason;
  Vec                rhs    = b;
  bool               solved = false;

  PetscFunctionBegin;
  PetscCall(start(least, b, x, &solved));
  if (!solved) {
    if (least->options.method == QV_LEAST_NORMAL) rhs = least->gradient;
    if (least->rhs) {
      PetscCall(extend(b, least->rhs));
      rhs = least->rhs;
    }
    PetscCall(KSPSolve(least->ksp, rhs, x));
    PetscCall(KSPGetConvergedReason(least->ksp, &reason));
    least->report.converged = least->report.residual <= least->bound;
    least->report.broken    = reason < 0 && reason != KSP_DIVERGED_ITS && !least->report.converged;
  }
  if (report) *report = least->report;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_least_destroy(qv_least **least) {
  PetscFunctionBegin;
  if (!*least) PetscFunctionReturn(0);
  PetscCall(KSPDestroy(&(*least)->ksp));
  PetscCall(MatDestroy(&(*least)->system));
  PetscCall(MatDestroy(&(*least)->a));
  PetscCall(VecDestroy(&(*least)->rhs));
  PetscCall(VecDestroy(&(*least)->gradient));
  PetscCall(PetscFree(*least));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_least_once(Mat a, const qv_least_options *options, Vec b, Vec x,
                             qv_least_report *report) {
  qv_least *least;

  PetscFunctionBegin;
  PetscCall(qv_least_create(a, options, &least));
  PetscCall(qv_least_solve(least, b, x, report));
  PetscCall(qv_least_destroy(&least));
  PetscFunctionReturn(0);
}
