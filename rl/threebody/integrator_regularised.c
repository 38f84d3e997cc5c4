/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "rl/threebody/integrator.h"
#include "solvers/nbody/regularised.h"

static void start(const qv_integration *how, const qv_system *system, double t_end, double *state) {
  qv_regularised s;
  (void)how;
  (void)t_end;
  qv_regularised_start(system->mass, system->position, system->velocity, &s);
  memcpy(state, s.word, sizeof s.word);
}

/* All snapshots in (time of before, time of after], from the state before the step. */
static void take_snapshots(const qv_batch *batch, int64_t s, const qv_regularised *before,
                           const qv_regularised *after) {
  const double t     = qv_regularised_time(after);
  qv_tally    *tally = &batch->tally[s];
  double       position[3][3], velocity[3][3];
  while (tally->n_snapshots < batch->n_snapshots) {
    const double next =
      qv_integrator_snapshot_time(batch->t_end[s], tally->n_snapshots, batch->n_snapshots);
    if (next > t) break;
    if (next == t)
      qv_regularised_state(after, position, velocity);
    else
      qv_regularised_sample(before, batch->how->tolerance, next, position, velocity,
                            &tally->side_evaluations);
    qv_integrator_keep(batch, s, position);
  }
}

/* The budget is spent: the system ends where it is. */
static void exhaust(const qv_batch *batch, int64_t i, const qv_regularised *now) {
  double position[3][3], velocity[3][3];
  qv_regularised_state(now, position, velocity);
  qv_integrator_exhausted(batch, i, position, velocity);
  memcpy(batch->final + i * batch->words, now->word, sizeof now->word);
}

/* Close a system; `final` is where it ended. */
static void close_system(const qv_batch *batch, int64_t i, qv_ending ending,
                         const qv_regularised *final) {
  batch->tally[i].open   = 0;
  batch->tally[i].ending = ending;
  memcpy(batch->final + i * batch->words, final->word, sizeof final->word);
}

/* From a full step that the end lies behind, go to the end itself on a copy. */
static void finish(const qv_batch *batch, int64_t i, const qv_regularised *before) {
  qv_regularised   last = *before;
  qv_nbody_outcome outcome;
  do outcome = qv_regularised_step(&last, batch->how->tolerance, batch->t_end[i]);
  while (outcome == QV_NBODY_GOING_ON);
  take_snapshots(batch, i, before, &last);
  close_system(batch, i, outcome == QV_NBODY_REACHED ? QV_VERDICT_REACHED : QV_VERDICT_COLLAPSED,
               &last);
}

/* Step one system until it ends or `work` evaluations are spent; returns what was spent. Steps know
 * nothing of the end time: a later one gives the same bits up to there. */
static int64_t advance_one(const qv_batch *batch, int64_t i, int64_t work) {
  qv_regularised now, before;
  double        *state = batch->state + i * batch->words;
  const double   t_end = batch->t_end[i];
  memcpy(now.word, state, sizeof now.word);
  const int64_t first = qv_regularised_evaluations(&now);
  int64_t       spent = 0;
  if (batch->n_snapshots && !batch->tally[i].n_snapshots) take_snapshots(batch, i, &now, &now);
  while (batch->tally[i].open && spent < work) {
    before                         = now;
    const qv_nbody_outcome outcome = qv_regularised_step(&now, batch->how->tolerance, INFINITY);
    spent                          = qv_regularised_evaluations(&now) - first;
    if (outcome == QV_NBODY_COLLAPSED || qv_regularised_time(&now) > t_end) {
      now = before;
      if (outcome == QV_NBODY_COLLAPSED)
        close_system(batch, i, QV_VERDICT_COLLAPSED, &now);
      else
        finish(batch, i, &now);
    } else {
      take_snapshots(batch, i, &before, &now);
      if (qv_regularised_time(&now) == t_end)
        close_system(batch, i, QV_VERDICT_REACHED, &now);
      else if (qv_regularised_evaluations(&now) >= batch->how->budget)
        exhaust(batch, i, &now);
    }
  }
  memcpy(state, now.word, sizeof now.word);
  return PetscMax(spent, 1);
}

static int64_t advance(const qv_batch *batch, int64_t work) {
  int64_t spent = 0;
  for (int64_t i = 0; i < batch->n && spent < work; i++)
    if (batch->tally[i].open) spent += advance_one(batch, i, work - spent);
  return spent;
}

static double time_of(const double *state) {
  qv_regularised s;
  memcpy(s.word, state, sizeof s.word);
  return qv_regularised_time(&s);
}

static void report(const qv_system *system, const double *final, qv_report *r) {
  qv_regularised s;
  double         energy[2], momentum[3], change[3];
  memcpy(s.word, final, sizeof s.word);
  qv_regularised_state(&s, r->position, r->velocity);
  qv_regularised_conserved(&s, energy, momentum, change);
  qv_regularised_closest(&s, &r->closest_approach, &r->closest_approach_time, &r->closest_pair);
  r->time                   = qv_regularised_time(&s);
  r->steps                  = qv_regularised_steps(&s);
  r->force_evaluations      = qv_regularised_evaluations(&s);
  r->energy_error           = qv_integrator_energy_error(system, energy[1]);
  r->angular_momentum_error = qv_integrator_momentum_error(system, change);
  qv_integrator_closest_at_end(r);
}

extern const qv_integrator qv_integrator_regularised;
const qv_integrator        qv_integrator_regularised = {.words         = QV_REGULARISED_WORDS,
                                                        .chooses_steps = true,
                                                        .seconds_per_evaluation = 90e-9,
                                                        .start                  = start,
                                                        .advance                = advance,
                                                        .time                   = time_of,
                                                        .report                 = report};
