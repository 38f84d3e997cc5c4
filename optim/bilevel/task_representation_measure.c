/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "optim/bilevel/task_representation.h"

/* The head of an episode to begin with: y's with shared heads, else random. */
static void begin(const qv_task *task, const double *x, const double *y, int64_t episode) {
  const qv_representation *r = task->data;
  qv_network_draw(r->net, qv_stream_named(task->row_seed, "test head"), (uint64_t)episode,
                  r->parameters);
  memcpy(r->parameters, x, (size_t)r->encoder * sizeof(double));
  if (task->params->network.heads == QV_HEADS_SHARED)
    memcpy(r->parameters + r->encoder, y, (size_t)r->head * sizeof(double));
}

/* What test episodes do: the method's own steps where the deck says nothing. */
static qv_adapt adapt_of_test(const qv_task *task) {
  const int64_t steps = task->params->network.adapt_steps;
  const double  rate  = task->params->network.adapt_rate;
  return (qv_adapt){.steps = steps == QV_UNSET_INT ? task->adapt.steps : steps,
                    .size  = isnan(rate) ? task->adapt.size : rate,
                    .all   = task->params->network.adapt == QV_ADAPT_ALL};
}

/* Query samples of an episode whose class is found. */
static double hits_of(const qv_task *task, const double *x, const double *y, bool test,
                      int64_t episode) {
  const qv_representation *r    = task->data;
  const int64_t            at   = task->params->network.heads == QV_HEADS_EACH ? episode : 0;
  const qv_adapt           how  = test ? adapt_of_test(task) : task->adapt;
  double                   hits = 0;
  if (test) {
    begin(task, x, y, episode);
  } else {
    memcpy(r->parameters, x, (size_t)r->encoder * sizeof(double));
    memcpy(r->parameters + r->encoder, y + at * r->head, (size_t)r->head * sizeof(double));
  }
  qv_representation_adapt(task, test ? r->test : r->train, episode, &how, NULL);
  qv_network_load(r->net, r->parameters, NULL, false);
  qv_representation_pass(r, test ? r->test : r->train, QV_QUERY, episode, 1,
                         &(qv_network_wish){.hits = &hits});
  return hits;
}

PetscErrorCode qv_representation_measure(qv_task *task, const double *x, const double *y,
                                         double *value) {
  const qv_representation *r      = task->data;
  const qv_episodes       *set[2] = {r->train, r->test};

  PetscFunctionBegin;
  value[1] = NAN;
  for (int k = 0; k < 2 && set[k]; k++) {
    const int64_t n              = set[k]->episodes;
    const int     groups         = qv_slots_groups(n, 1);
    double        hits[QV_TILES] = {0};
    for (int g = 0; g < groups; g++) {
      bool                 mine;
      const qv_slots_group at = qv_slots_at(r->gradient, n, groups, g, &mine);
      for (int64_t e = at.first; mine && e < at.end; e++)
        hits[at.slot] += hits_of(task, x, y, k == 1, e);
    }
    PetscCall(qv_slots_total(task, hits, &value[k]));
    value[k] /= (double)(n * set[k]->n[QV_QUERY]);
  }
  PetscFunctionReturn(0);
}
