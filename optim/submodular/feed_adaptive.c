/* SPDX-License-Identifier: GPL-3.0-or-later
 * A stream that follows the engine's answers: its second part says only whose turn it is. */
#include "optim/submodular/adversary.h"
#include "optim/submodular/feed.h"

extern const qv_feed qv_feed_adaptive;

static PetscErrorCode make(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag, qv_updates *u) {
  const int32_t size = (int32_t)PetscMin(plan->size, plan->f->n);
  int32_t      *order;

  PetscFunctionBegin;
  (void)comm;
  (void)diag;
  PetscCall(qv_feed_order(plan, &order));
  for (int32_t i = 0; i < size && u->n_updates < plan->updates; i++)
    PetscCall(qv_updates_insert(u, order[i]));
  PetscCall(PetscFree(order));
  for (int32_t op = QV_OP_HIT; u->n_updates < plan->updates;
       op         = op == QV_OP_HIT ? QV_OP_RENEW : QV_OP_HIT)
    PetscCall(qv_updates_add(u, op));
  PetscFunctionReturn(0);
}

const qv_feed qv_feed_adaptive = {make};
