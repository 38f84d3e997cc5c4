/* SPDX-License-Identifier: GPL-3.0-or-later
 * Streams that are made: every rank makes the same one. */
#include "optim/submodular/feed.h"

extern const qv_feed qv_feed_window, qv_feed_fall, qv_feed_turnstile, qv_feed_churn, qv_feed_burst;

/* Is there room for one more update? */
static bool more(const qv_feed_plan *plan, const qv_updates *u) {
  return plan->updates == QV_UNSET_INT || u->n_updates < plan->updates;
}

static PetscErrorCode make_window(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                                  qv_updates *u) {
  int32_t *order;

  PetscFunctionBegin;
  (void)comm;
  (void)diag;
  PetscCall(qv_feed_order(plan, &order));
  for (int32_t i = 0; i < plan->f->n && more(plan, u); i++) {
    PetscCall(qv_updates_insert(u, order[i]));
    if (i >= plan->window && more(plan, u)) PetscCall(qv_updates_erase(u, order[i - plan->window]));
  }
  PetscCall(PetscFree(order));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_fall(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                                qv_updates *u) {
  int32_t *order;

  PetscFunctionBegin;
  (void)comm;
  (void)diag;
  PetscCall(qv_feed_order(plan, &order));
  for (int32_t i = 0; i < plan->f->n && more(plan, u); i++)
    PetscCall(qv_updates_insert(u, order[i]));
  for (int32_t i = 0; i < plan->f->n && more(plan, u); i++)
    PetscCall(qv_updates_erase(u, plan->f->order[i]));
  PetscCall(PetscFree(order));
  PetscFunctionReturn(0);
}

/* Elements dealt into live ones, in front, and the others behind. */
typedef struct {
  int32_t *e;
  int32_t  n, n_live;
  qv_dice  dice;
} deck;

static PetscErrorCode shuffle_in(const qv_feed_plan *plan, deck *d) {
  PetscFunctionBegin;
  *d = (deck){.n = plan->f->n, .dice = qv_dice_for(qv_stream_named(plan->seed, "feed"), 0, 0)};
  PetscCall(qv_feed_order(plan, &d->e));
  PetscFunctionReturn(0);
}

static void swap(deck *d, int32_t i, int32_t j) {
  const int32_t kept = d->e[i];
  d->e[i]            = d->e[j];
  d->e[j]            = kept;
}

static PetscErrorCode insert_one(deck *d, qv_updates *u) {
  PetscFunctionBegin;
  swap(d, d->n_live, d->n_live + (int32_t)qv_dice_below(&d->dice, (uint32_t)(d->n - d->n_live)));
  PetscCall(qv_updates_insert(u, d->e[d->n_live++]));
  PetscFunctionReturn(0);
}

static PetscErrorCode erase_one(deck *d, qv_updates *u) {
  PetscFunctionBegin;
  swap(d, (int32_t)qv_dice_below(&d->dice, (uint32_t)d->n_live), d->n_live - 1);
  PetscCall(qv_updates_erase(u, d->e[--d->n_live]));
  PetscFunctionReturn(0);
}

/* An insertion with probability 1 - live / (2 size): on average `size` are live. */
static PetscErrorCode make_turnstile(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                                     qv_updates *u) {
  deck d;

  PetscFunctionBegin;
  (void)comm;
  (void)diag;
  PetscCall(shuffle_in(plan, &d));
  while (u->n_updates < plan->updates) {
    const uint64_t range = (uint64_t)PetscMin(2 * plan->size, UINT32_MAX);
    const bool     grow  = qv_dice_below(&d.dice, (uint32_t)range) >= (uint64_t)d.n_live;
    if (!d.n_live || (grow && d.n_live < d.n))
      PetscCall(insert_one(&d, u));
    else
      PetscCall(erase_one(&d, u));
  }
  PetscCall(PetscFree(d.e));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_churn(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                                 qv_updates *u) {
  const int32_t size = (int32_t)PetscMin(plan->size, plan->f->n);
  const int32_t hot  = (int32_t)PetscMin(plan->hot, size);
  uint8_t      *out;
  deck          d;

  PetscFunctionBegin;
  (void)comm;
  (void)diag;
  PetscCall(shuffle_in(plan, &d));
  PetscCall(PetscCalloc1(hot, &out));
  for (int32_t i = 0; i < size && more(plan, u); i++) PetscCall(qv_updates_insert(u, d.e[i]));
  while (u->n_updates < plan->updates) {
    const int32_t i = (int32_t)qv_dice_below(&d.dice, (uint32_t)hot);
    PetscCall(out[i] ? qv_updates_insert(u, d.e[i]) : qv_updates_erase(u, d.e[i]));
    out[i] = !out[i];
  }
  PetscCall(PetscFree(out));
  PetscCall(PetscFree(d.e));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_burst(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                                 qv_updates *u) {
  const int32_t n = plan->f->n, block = (int32_t)PetscMin(plan->block, n);
  deck          d;

  PetscFunctionBegin;
  (void)comm;
  (void)diag;
  PetscCall(shuffle_in(plan, &d));
  for (int32_t i = 0; i < n && more(plan, u); i++) PetscCall(qv_updates_insert(u, d.e[i]));
  while (u->n_updates < plan->updates) {
    const int32_t first = (int32_t)qv_dice_below(&d.dice, (uint32_t)(n - block + 1));
    for (int32_t i = 0; i < block && more(plan, u); i++) PetscCall(qv_updates_erase(u, first + i));
    for (int32_t i = 0; i < block && more(plan, u); i++) PetscCall(qv_updates_insert(u, first + i));
  }
  PetscCall(PetscFree(d.e));
  PetscFunctionReturn(0);
}

const qv_feed qv_feed_window    = {make_window};
const qv_feed qv_feed_fall      = {make_fall};
const qv_feed qv_feed_turnstile = {make_turnstile};
const qv_feed qv_feed_churn     = {make_churn};
const qv_feed qv_feed_burst     = {make_burst};
