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
  const double t    = qv_regularised_time(after);
  qv_tally    *tally = &batch->tally[s];
  double       position[3][3], velocity[3][3];
  while (tally->n_snapshots < batch->n_snapshots) {
    const double next =
      qv_integrator_snapshot_time(batch->t_end[s], tally->n_snapshots, batch->n_snapshots);
    if (next > t) break;
    if (next == t) qv_regularised_state(after, position, velocity);
    else
      qv_regularised_sample(before, batch->how->tolerance, next, position, velocity,
                            &tally->side_evaluations);
    qv_integrator_keep(batch, s, position);
  }
}

/* Step one system until it ends or `work` evaluations are spent; returns what was spent. */
static int64_t advance_one(const qv_batch *batch, int64_t i, int64_t work) {
  qv_regularised now, before;
  double        *state = batch->state + i * batch->words;
  qv_tally      *tally = &batch->tally[i];
  memcpy(now.word, state, sizeof now.word);
  const int64_t first = qv_regularised_evaluations(&now);
  if (!tally->n_snapshots && batch->n_snapshots) take_snapshots(batch, i, &now, &now);
  do {
    before                         = now;
    const qv_nbody_outcome outcome = qv_regularised_step(&now, batch->how->tolerance, batch->t_end[i]);
    if (outcome == QV_NBODY_COLLAPSED) {
      *tally = (qv_tally){0, QV_VERDICT_COLLAPSED, tally->n_snapshots, tally->side_evaluations};
      now    = before;
      break;
    }
    take_snapshots(batch, i, &before, &now);
    if (outcome == QV_NBODY_REACHED) {
      *tally = (qv_tally){0, QV_VERDICT_REACHED, tally->n_snapshots, tally->side_evaluations};
      break;
    }
    if (qv_regularised_evaluations(&now) >= batch->how->budget) {
      double position[3][3], velocity[3][3];
      qv_regularised_state(&now, position, velocity);
      qv_integrator_exhausted(batch, i, position, velocity);
    }
  } while (tally->open && qv_regularised_evaluations(&now) - first < work);
  if (!tally->open) memcpy(batch->final + i * batch->words, now.word, sizeof now.word);
  /* the step that was cut at the end is not kept: a later end time goes on from the last full one */
  const bool cut = !tally->open && tally->ending == QV_VERDICT_REACHED;
  memcpy(state, cut ? before.word : now.word, sizeof now.word);
  return qv_regularised_evaluations(&now) - first;
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
}

extern const qv_integrator qv_integrator_regularised;
const qv_integrator        qv_integrator_regularised = {.words   = QV_REGULARISED_WORDS,
 .chooses_steps = true,
                                                        .seconds_per_evaluation = 90e-9,
                                                        .start   = start,
                                                        .advance = advance,
                                                        .time    = time_of,
                                                        .report  = report};
