/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a run will take. */
#include <math.h>
#include <string.h>

#include "optim/submodular/grid.h"
#include "optim/submodular/maintain.h"
#include "solvers/store/h5.h"

qv_asking qv_maintain_asking(const qv_maintain_params *p) {
  qv_asking how = qv_engines[p->engine]->asking;
  for (int m = 0; m < p->members.n; m++) {
    const int engine = qv_maintain_engine(p->members.text[m]);
    if (engine < 0) continue;
    const qv_asking its = qv_engines[engine]->asking;
    how                 = m && how < its ? how : its;
  }
  return how;
}

static bool objective_is(const qv_maintain_params *p, const char *word) {
  return !strcmp(qv_maker_words[p->objective.name].word, word);
}

/* Prefixes of guesses that are awake, and some more. */
static double prefixes(const qv_maintain_params *p) {
  return p->period == QV_UNSET_INT ? log(2 * (double)p->k) / log1p(p->epsilon) + 3 : 3;
}

/* Clients by elements, shared by the ranks of a group; rank 0 reads them from a text as a whole. */
static PetscErrorCode similarities(const qv_maintain_params *p, int size, double *bytes) {
  const bool        table = objective_is(p, "facility-location");
  qv_objective_plan plan  = p->objective;
  double            clients, m, columns, coordinates;

  PetscFunctionBegin;
  PetscCall(qv_grid_measure(&plan.data, "/data", &clients, &columns));
  m = table ? columns : clients;
  if (plan.elements.found)
    PetscCall(qv_grid_measure(&plan.elements, "/elements", &m, &coordinates));
  plan.ranks_per_group = p->ranks_per_group;
  plan.by_guess        = qv_maintain_asking(p) == QV_ASKS_BY_GUESS;
  plan.in_batches      = qv_maintain_asking(p) == QV_ASKS_IN_BATCHES;
  const bool    dense  = plan.neighbours == QV_UNSET_INT;
  const double  known  = dense ? m : fmin(m, (double)plan.neighbours);
  const double  each   = clients * known / fmax(m, 1);
  const double  read   = qv_h5_is_file(plan.data.found) ? 1 << 22 : clients * m;
  const int64_t ranks  = qv_maker_ranks(&plan, size, clients * known, each);
  const double  groups = ceil((double)size / (double)ranks), own = floor(size / groups);
  *bytes = (dense ? 8 : 16) * clients * known / own +
           prefixes(p) / groups * 8 * (double)p->k * clients / own +
           8 * (table ? read : (clients + m) * columns);
  PetscFunctionReturn(0);
}

/* Of the objective, on the fullest rank. */
static PetscErrorCode data_bytes(const qv_maintain_params *p, int size, double *bytes) {
  double rows, columns;

  PetscFunctionBegin;
  *bytes = 0;
  if (objective_is(p, "facility-location") || objective_is(p, "exemplar")) {
    PetscCall(similarities(p, size, bytes));
  } else if (objective_is(p, "log-det")) {
    PetscCall(qv_grid_measure(&p->objective.data, "/data", &rows, &columns));
    *bytes = 8 * rows * columns + prefixes(p) * 12 * (double)p->k * (double)p->k;
  } else {
    PetscCall(qv_grid_bytes(&p->objective.data, bytes));
    *bytes *= 4;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_estimate(const void *params, int size, qv_cost *cost) {
  const qv_maintain_params *p       = params;
  const double              n       = p->window != QV_UNSET_INT ? (double)p->window : 1e4;
  const double              updates = p->updates != QV_UNSET_INT ? (double)p->updates : 0;
  const double              reports = p->every && updates ? updates / (double)p->every : 1000;
  const bool                guesses = p->period == QV_UNSET_INT;
  double                    data;

  PetscFunctionBegin;
  PetscCall(data_bytes(p, size, &data));
  cost->work             = updates;
  cost->unit             = "updates";
  cost->seconds_per_unit = guesses ? 2e-5 : 1e-7 * n / (double)p->period + 2e-5;
  cost->disk             = 1e5 + reports * (16 * (double)p->k + 8 * QV_ROW_COLUMNS);
  cost->memory           = 5e7 + 1e3 * n + 4 * updates + reports * 16 * (double)p->k + data;
  PetscFunctionReturn(0);
}
