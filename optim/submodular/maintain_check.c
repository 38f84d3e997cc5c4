/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules between the keys, advice, and what a run will take. */
#include <math.h>
#include <string.h>

#include "optim/submodular/maintain.h"

int qv_maintain_engine(const char *word) {
  for (int i = 0; qv_engine_words[i].word; i++)
    if (!strcmp(word, qv_engine_words[i].word)) return i;
  return -1;
}

static PetscErrorCode check_members(const qv_maintain_params *p, const qv_deck *deck,
                                    qv_diag *diag) {
  const qv_place place = qv_deck_place(deck, "submodular.engine.members");

  PetscFunctionBegin;
  if (!p->members.n || p->members.n > QV_PORTFOLIO)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place, "a portfolio has 1 to %d members, not %d",
                          QV_PORTFOLIO, p->members.n));
  for (int m = 0; m < p->members.n; m++) {
    const char *word = p->members.text[m];
    if (qv_maintain_engine(word) < 0)
      PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place, "unknown engine '%s'", word));
    else if (!strcmp(word, "portfolio") || !strcmp(word, "brute-force"))
      PetscCall(
        qv_diag_add(diag, QV_EXIT_DECK, place, "%s cannot be a member of a portfolio", word));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_check(const void *params, const qv_deck *deck, qv_diag *diag) {
  const qv_maintain_params *p = params;

  PetscFunctionBegin;
  if (!strcmp(qv_engine_words[p->engine].word, "portfolio"))
    PetscCall(check_members(p, deck, diag));
  if (p->save && ((p->path.written && !strcmp(p->save, p->path.written)) ||
                  (p->objective.data.written && !strcmp(p->save, p->objective.data.written)) ||
                  (p->objective.weights.written && !strcmp(p->save, p->objective.weights.written))))
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "submodular.stream.save"),
                          "submodular.stream.save would overwrite an input"));
  if (p->window != QV_UNSET_INT && p->engine == 0 && p->window <= 2 * p->k)
    PetscCall(qv_diag_warn(diag, qv_deck_place(deck, "submodular.stream.window"),
                           "a window of %lld is so short against k = %lld that recomputing "
                           "(engine lazy-greedy) is cheaper, and better",
                           (long long)p->window, (long long)p->k));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_estimate(const void *params, int size, qv_cost *cost) {
  const qv_maintain_params *p       = params;
  const double              n       = p->window != QV_UNSET_INT ? (double)p->window : 1e4;
  const double              updates = p->updates != QV_UNSET_INT ? (double)p->updates : 0;
  const double              reports = p->every && updates ? updates / (double)p->every : 1000;
  const bool                guesses = p->engine < 2;

  PetscFunctionBegin;
  (void)size;
  cost->work             = updates;
  cost->unit             = "updates";
  cost->seconds_per_unit = guesses ? 2e-5 : 1e-7 * n / (double)p->period + 1e-6;
  cost->disk             = 1e5 + reports * (16 * (double)p->k + 8 * QV_ROW_COLUMNS);
  cost->memory           = 5e7 + 1e3 * n + 4 * updates + reports * 16 * (double)p->k;
  PetscFunctionReturn(0);
}
