/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rl/threebody/integrator.h"

#include <math.h>

#include "solvers/nbody/invariants.h"

const char *const qv_ending_words[QV_VERDICTS + 1] = {"reached", "budget", "escaped", "collapsed",
                                                      NULL};

const qv_choice qv_integrator_words[] = {
#define QV_INTEGRATOR(name, word, doc) {word, doc},
#include "rl/threebody/integrators.def"
#undef QV_INTEGRATOR
  {NULL, NULL}};

#define QV_INTEGRATOR(name, word, doc) extern const qv_integrator qv_integrator_##name;
#include "rl/threebody/integrators.def"
#undef QV_INTEGRATOR

const qv_integrator *const qv_integrators[] = {
#define QV_INTEGRATOR(name, word, doc) &qv_integrator_##name,
#include "rl/threebody/integrators.def"
#undef QV_INTEGRATOR
  NULL};

double qv_integrator_snapshot_time(double t_end, int64_t i, int64_t n) {
  return i == n - 1 ? t_end : t_end * ((double)i / (double)(n - 1));
}

void qv_integrator_keep(const qv_batch *batch, int64_t s, const double position[3][3]) {
  qv_tally *tally = &batch->tally[s];
  double *to = batch->snapshot + (s * batch->n_snapshots + tally->n_snapshots++) * 3 * batch->axes;
  for (int b = 0; b < 3; b++)
    for (int k = 0; k < batch->axes; k++) *to++ = position[b][k];
}

void qv_integrator_exhausted(const qv_batch *batch, int64_t s, const double position[3][3],
                             const double velocity[3][3]) {
  qv_hierarchy hierarchy;
  qv_hierarchy_find(batch->mass + 3 * s, position, velocity, &hierarchy);
  batch->tally[s].open = 0;
  batch->tally[s].ending =
    qv_hierarchy_escaped(&hierarchy) ? QV_VERDICT_ESCAPED : QV_VERDICT_BUDGET;
}

double qv_integrator_energy_error(const qv_system *start, double change) {
  qv_invariants at_start;
  qv_invariants_compute(start->mass, start->position, start->velocity, &at_start);
  const double scale = at_start.energy != 0 ? fabs(at_start.energy) : at_start.kinetic;
  return fabs(change) / scale;
}

static double length(const double v[3]) {
  return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

double qv_integrator_momentum_error(const qv_system *start, const double change[3]) {
  qv_invariants at_start;
  qv_invariants_compute(start->mass, start->position, start->velocity, &at_start);
  double scale = fmax(length(at_start.angular_momentum), at_start.momentum_scale);
  if (scale == 0) {
    double mass = 0;
    for (int b = 0; b < 3; b++) {
      scale += start->mass[b] * length(start->position[b]);
      mass += start->mass[b];
    }
    scale *= sqrt(fabs(at_start.energy) / mass);
  }
  return length(change) / scale;
}

void qv_integrator_closest_at_end(qv_report *report) {
  static const int pair[3][2] = {{0, 1}, {0, 2}, {1, 2}};
  for (int p = 0; p < 3; p++) {
    double d[3];
    for (int k = 0; k < 3; k++)
      d[k] = report->position[pair[p][0]][k] - report->position[pair[p][1]][k];
    if (length(d) >= report->closest_approach) continue;
    report->closest_approach      = length(d);
    report->closest_approach_time = report->time;
    report->closest_pair          = p;
  }
}
