/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <petscsys.h>
#include <string.h>

#include "rl/threebody/integrator.h"
#include "solvers/nbody/hermite4.h"
#include "solvers/nbody/invariants.h"

enum { GROUP = 256 }; /* systems handed to the kernel at a time */

static void start(const qv_integration *how, const qv_system *system, double t_end, double *state) {
  qv_hermite4 s;
  qv_hermite4_start(system->mass, system->position, system->velocity, how->interval, t_end, &s);
  memcpy(state, s.word, sizeof s.word);
}

/* A group of open systems on its way through the kernel. */
typedef struct {
  const qv_batch *batch;
  int64_t         n;
  int64_t         place[GROUP]; /* in the batch */
  qv_hermite4     system[GROUP];
  double          mu[GROUP];
} group;

static void keep(void *context, int64_t s, int64_t i, const double position[3][3],
                 const double velocity[3][3]) {
  const group *g     = context;
  qv_tally    *tally = &g->batch->tally[g->place[s]];
  (void)velocity;
  if (i != tally->n_snapshots) return; /* taken before */
  qv_integrator_keep(g->batch, g->place[s], position);
}

/* Close the systems of a group that have ended. */
static void close_ended(group *g) {
  const qv_batch *batch = g->batch;
  for (int64_t k = 0; k < g->n; k++) {
    const int64_t      i     = g->place[k];
    const qv_hermite4 *s     = &g->system[k];
    qv_tally          *tally = &batch->tally[i];
    memcpy(batch->state + i * batch->words, s->word, sizeof s->word);
    if (!qv_hermite4_finite(s))
      tally->ending = QV_VERDICT_COLLAPSED, tally->open = 0;
    else if (qv_hermite4_reached(s))
      tally->ending = QV_VERDICT_REACHED, tally->open = 0;
    else if (qv_hermite4_evaluations(s) >= batch->how->budget) {
      double position[3][3], velocity[3][3];
      qv_hermite4_state(s, position, velocity);
      qv_integrator_exhausted(batch, i, position, velocity);
    }
    if (!tally->open) memcpy(batch->final + i * batch->words, s->word, sizeof s->word);
  }
}

static int64_t advance_group(group *g, const double *times, int64_t work) {
  const qv_batch             *batch     = g->batch;
  const qv_hermite4_snapshots snapshots = {batch->n_snapshots, times, keep, g};
  int64_t                     spent;
  for (int64_t k = 0; k < g->n && times; k++)
    if (!batch->tally[g->place[k]].n_snapshots) {
      double position[3][3], velocity[3][3];
      qv_hermite4_state(&g->system[k], position, velocity);
      qv_integrator_keep(batch, g->place[k], position);
    }
  if (times)
    spent = qv_hermite4_advance_with(g->n, g->system, g->mu, batch->how->budget, work, &snapshots);
  else
    spent = qv_hermite4_advance(g->n, g->system, g->mu, batch->how->budget, work);
  close_ended(g);
  return spent;
}

/* Systems of a group share their end, and so their snapshot times. */
static int64_t advance(const qv_batch *batch, int64_t work) {
  int64_t spent = 0, i = 0;
  group   g;
  double *times = NULL;
  g.batch       = batch;
  if (batch->n_snapshots && PetscMalloc1(batch->n_snapshots, &times)) return 0;
  while (i < batch->n && spent < work) {
    g.n = 0;
    for (; i < batch->n && g.n < GROUP; i++) {
      if (!batch->tally[i].open) continue;
      if (g.n && batch->t_end[i] != batch->t_end[g.place[0]]) break;
      memcpy(g.system[g.n].word, batch->state + i * batch->words, sizeof g.system[0].word);
      qv_hermite4_extend(&g.system[g.n], batch->t_end[i]);
      g.mu[g.n]      = batch->how->mu;
      g.place[g.n++] = i;
    }
    for (int64_t k = 0; k < batch->n_snapshots && g.n; k++)
      times[k] = qv_integrator_snapshot_time(batch->t_end[g.place[0]], k, batch->n_snapshots);
    if (g.n) spent += advance_group(&g, times, work - spent);
  }
  (void)PetscFree(times);
  return spent;
}

static double time_of(const double *state) {
  qv_hermite4 s;
  memcpy(s.word, state, sizeof s.word);
  return qv_hermite4_time(&s);
}

static void report(const qv_system *system, const double *final, qv_report *r) {
  qv_hermite4   s;
  qv_invariants before, after;
  double        change[3];
  memcpy(s.word, final, sizeof s.word);
  qv_hermite4_state(&s, r->position, r->velocity);
  qv_invariants_compute(system->mass, system->position, system->velocity, &before);
  qv_invariants_compute(system->mass, r->position, r->velocity, &after);
  for (int k = 0; k < 3; k++) change[k] = after.angular_momentum[k] - before.angular_momentum[k];
  qv_hermite4_closest(&s, &r->closest_approach, &r->closest_approach_time, &r->closest_pair);
  r->time                   = qv_hermite4_time(&s);
  r->steps                  = qv_hermite4_steps(&s);
  r->force_evaluations      = qv_hermite4_evaluations(&s);
  r->energy_error           = qv_integrator_energy_error(system, after.energy - before.energy);
  r->angular_momentum_error = qv_integrator_momentum_error(system, change);
  qv_integrator_closest_at_end(r);
}

extern const qv_integrator qv_integrator_hermite4;
const qv_integrator        qv_integrator_hermite4 = {.words                  = QV_HERMITE4_WORDS,
                                                     .seconds_per_evaluation = 20e-9,
                                                     .start                  = start,
                                                     .advance                = advance,
                                                     .time                   = time_of,
                                                     .report                 = report};
