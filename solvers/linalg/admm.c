/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/linalg/admm.h"

#include "solvers/linalg/operator.h"

#include <math.h>

struct qv_admm {
  qv_admm_options options;
  qv_admm_calls   calls;
  void           *context;
  Mat             k;
  qv_anderson    *anderson;
  Vec             x, z, u;            /* the state */
  Vec             kx, next_z, next_u; /* of this iteration */
  Vec             work;               /* like z */
  Vec             back;               /* like x */
  double          rho;
  int             iteration;
};

static PetscErrorCode check_options(const qv_admm_options *o) {
  PetscFunctionBegin;
  PetscCheck(o->rho > 0 && o->relax > 0 && o->relax < 2, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "rho > 0 and 0 < relax < 2 are needed, not %g and %g", o->rho, o->relax);
  PetscCheck(o->rtol >= 0 && o->atol >= 0 && o->iterations >= 0, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "tolerances and iterations must not be negative");
  PetscCheck(o->balance_ratio == 0 || (o->balance_ratio > 1 && o->balance_factor > 1),
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "balancing needs a ratio and a factor above 1");
  PetscCheck(o->anderson >= 0 && o->anderson <= QV_ANDERSON_DEPTH, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "a depth of 0 to %d, not %d", QV_ANDERSON_DEPTH,
             o->anderson);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_admm_create(Mat k, const qv_admm_options *options, const qv_admm_calls *calls,
                              void *context, qv_admm **admm) {
  qv_admm *a;

  PetscFunctionBegin;
  *admm = NULL;
  PetscCall(check_options(options));
  PetscCall(PetscNew(&a));
  a->options = *options;
  a->calls   = *calls;
  a->context = context;
  a->rho     = options->rho;
  a->k       = k;
  PetscCall(PetscObjectReference((PetscObject)k));
  PetscCall(MatCreateVecs(k, &a->x, &a->z));
  PetscCall(VecDuplicate(a->x, &a->back));
  PetscCall(VecDuplicate(a->z, &a->u));
  PetscCall(VecDuplicate(a->z, &a->kx));
  PetscCall(VecDuplicate(a->z, &a->next_z));
  PetscCall(VecDuplicate(a->z, &a->next_u));
  PetscCall(VecDuplicate(a->z, &a->work));
  if (options->anderson) {
    const qv_anderson_options how = {
      .depth = options->anderson, .regularisation = 1e-12, .growth = 2};
    PetscCall(qv_anderson_create(2, (const Vec[2]){a->z, a->u}, &how, &a->anderson));
  }
  *admm = a;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_admm_destroy(qv_admm **admm) {
  qv_admm *a = *admm;

  PetscFunctionBegin;
  if (!a) PetscFunctionReturn(0);
  PetscCall(VecDestroy(&a->x));
  PetscCall(VecDestroy(&a->z));
  PetscCall(VecDestroy(&a->u));
  PetscCall(VecDestroy(&a->kx));
  PetscCall(VecDestroy(&a->next_z));
  PetscCall(VecDestroy(&a->next_u));
  PetscCall(VecDestroy(&a->work));
  PetscCall(VecDestroy(&a->back));
  PetscCall(qv_anderson_destroy(&a->anderson));
  PetscCall(MatDestroy(&a->k));
  PetscCall(PetscFree(*admm));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_admm_get_state(qv_admm *admm, qv_admm_state *state) {
  PetscFunctionBegin;
  *state = (qv_admm_state){.x         = admm->x,
                           .z         = admm->z,
                           .u         = admm->u,
                           .anderson  = admm->anderson,
                           .rho       = &admm->rho,
                           .iteration = &admm->iteration};
  PetscFunctionReturn(0);
}

/* (next_z, next_u) := the map of the iteration at (z, u). */
static PetscErrorCode iterate(qv_admm *a) {
  const double relax = a->options.relax;

  PetscFunctionBegin;
  PetscCall(VecWAXPY(a->work, -1, a->u, a->z));
  PetscCall(a->calls.primal(a->context, a->rho, a->work, a->x));
  PetscCall(MatMult(a->k, a->x, a->kx));
  PetscCall(VecCopy(a->kx, a->next_u));
  if (relax != 1) PetscCall(VecAXPBY(a->next_u, 1 - relax, relax, a->z));
  PetscCall(VecWAXPY(a->work, 1, a->u, a->next_u));
  PetscCall(VecCopy(a->z, a->next_z));
  PetscCall(a->calls.prox(a->context, a->rho, a->work, a->next_z));
  PetscCall(VecWAXPY(a->next_u, -1, a->next_z, a->work));
  PetscFunctionReturn(0);
}

static PetscErrorCode judge(qv_admm *a, qv_admm_report *r) {
  double   of_kx, of_z, of_u;
  PetscInt n, m;

  PetscFunctionBegin;
  PetscCall(VecGetSize(a->x, &n));
  PetscCall(VecGetSize(a->z, &m));
  PetscCall(VecWAXPY(a->work, -1, a->next_z, a->kx));
  PetscCall(VecNorm(a->work, NORM_2, &r->primal));
  PetscCall(VecWAXPY(a->work, -1, a->z, a->next_z));
  PetscCall(MatMultTranspose(a->k, a->work, a->back));
  PetscCall(VecNorm(a->back, NORM_2, &r->dual));
  r->dual *= a->rho;
  PetscCall(VecNorm(a->kx, NORM_2, &of_kx));
  PetscCall(VecNorm(a->next_z, NORM_2, &of_z));
  PetscCall(MatMultTranspose(a->k, a->next_u, a->back));
  PetscCall(VecNorm(a->back, NORM_2, &of_u));
  r->primal_bound = sqrt(m) * a->options.atol + a->options.rtol * fmax(of_kx, of_z);
  r->dual_bound   = sqrt(n) * a->options.atol + a->options.rtol * a->rho * of_u;
  r->converged    = r->primal <= r->primal_bound && r->dual <= r->dual_bound;
  r->broken       = !(r->primal < INFINITY && r->dual < INFINITY);
  PetscFunctionReturn(0);
}

/* Change rho by the residuals; *changed then. */
static PetscErrorCode balance(qv_admm *a, const qv_admm_report *r, bool *changed) {
  const qv_admm_options *o      = &a->options;
  const int              every  = PetscMax(o->balance_every, 1);
  double                 factor = 1;

  PetscFunctionBegin;
  *changed = false;
  if (o->balance_ratio == 0 || r->iteration > o->balance_until || r->iteration % every)
    PetscFunctionReturn(0);
  if (r->primal > o->balance_ratio * r->dual) factor = o->balance_factor;
  if (r->dual > o->balance_ratio * r->primal) factor = 1 / o->balance_factor;
  if (factor == 1) PetscFunctionReturn(0);
  a->rho *= factor;
  PetscCall(VecScale(a->next_u, 1 / factor));
  if (a->anderson) PetscCall(qv_anderson_reset(a->anderson));
  *changed = true;
  PetscFunctionReturn(0);
}

/* The next (z, u): as the map gave it, or accelerated. */
static PetscErrorCode advance(qv_admm *a, bool plainly) {
  PetscFunctionBegin;
  if (a->anderson && !plainly) {
    PetscCall(qv_anderson_step(a->anderson, (const Vec[2]){a->z, a->u},
                               (const Vec[2]){a->next_z, a->next_u}, NULL));
    PetscFunctionReturn(0);
  }
  PetscCall(VecCopy(a->next_z, a->z));
  PetscCall(VecCopy(a->next_u, a->u));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_admm_step(qv_admm *admm, qv_admm_report *report) {
  qv_admm_report r       = {.iteration = ++admm->iteration};
  bool           changed = false;

  PetscFunctionBegin;
  PetscCall(iterate(admm));
  PetscCall(judge(admm, &r));
  r.rho = admm->rho;
  if (admm->options.observe) PetscCall(admm->options.observe(admm->context, &r, &r.stopped));
  /* The last point is one that the prox gave: z may be a projection. */
  const bool last = r.converged || r.broken || r.stopped;
  if (!last) PetscCall(balance(admm, &r, &changed));
  PetscCall(advance(admm, last || changed));
  if (report) *report = r;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_admm_solve(qv_admm *admm, qv_admm_report *report) {
  qv_admm_report r = {.rho = admm->rho};

  PetscFunctionBegin;
  while (admm->iteration < admm->options.iterations && !r.converged && !r.broken && !r.stopped)
    PetscCall(qv_admm_step(admm, &r));
  if (report) *report = r;
  PetscFunctionReturn(0);
}
