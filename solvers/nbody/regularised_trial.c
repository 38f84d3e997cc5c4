/* SPDX-License-Identifier: GPL-3.0-or-later
 * A trial step: rows of the leapfrog, extrapolated to a vanishing substep. Increments since the
 * step's start are extrapolated, never coordinates, and what the sums have lost goes along. */
#include "solvers/nbody/regularised_impl.h"

static double length2(const double *x) {
  return x[0] * x[0] + x[1] * x[1] + x[2] * x[2];
}

double qv_regularised_trial_force(const double mass[3], const double x[6], double acceleration[6]) {
  const double third[3] = {x[0] + x[3], x[1] + x[4], x[2] + x[5]};
  const double r1 = sqrt(length2(x)), r2 = sqrt(length2(x + 3)), r3 = sqrt(length2(third));
  for (int i = 0; i < 3; i++) {
    const double g1 = x[i] / (r1 * r1 * r1), g2 = x[3 + i] / (r2 * r2 * r2);
    const double g3     = third[i] / (r3 * r3 * r3);
    acceleration[i]     = mass[2] * (g2 - g3) - (mass[0] + mass[1]) * g1;
    acceleration[3 + i] = mass[0] * (g1 - g3) - (mass[1] + mass[2]) * g2;
  }
  return mass[0] * mass[1] / r1 + mass[1] * mass[2] / r2 + mass[0] * mass[2] / r3;
}

static double kinetic_energy(const double mass[3], const double v[6]) {
  double sum = 0;
  for (int i = 0; i < 3; i++) {
    const double v3 = v[i] + v[3 + i];
    sum += mass[0] * mass[1] * v[i] * v[i] + mass[1] * mass[2] * v[3 + i] * v[3 + i] +
           mass[0] * mass[2] * v3 * v3;
  }
  return 0.5 * sum / (mass[0] + mass[1] + mass[2]);
}

/* T + B: a sum of positive terms for bound systems, a difference for unbound ones. Where the
 * state's error has eaten that up, U itself serves; the forces hardly matter then. */
static void find_drift(const qv_motion *motion, double potential, qv_rows_start *start) {
  const double kinetic = kinetic_energy(start->mass, start->v);
  start->binding       = motion->binding.high;
  start->drift         = kinetic + start->binding;
  start->hot           = false;
  if (start->binding > 0) return;
  qv_chain_integrals integrals;
  qv_chain_integrate(&motion->chain, &integrals);
  start->drift = qv_twofold_add(integrals.kinetic, motion->binding).high;
  start->hot   = potential < 0.5 * kinetic;
  if (!(start->drift > 0.5 * potential && start->drift < 2 * potential)) start->drift = potential;
}

void qv_regularised_trial_start(const qv_motion *motion, qv_trial *trial) {
  const qv_chain *chain = &motion->chain;
  qv_rows_start  *start = &trial->start;
  double          unused[6];
  qv_chain_masses(chain, start->mass);
  for (int i = 0; i < 6; i++) {
    start->x[i]     = chain->x[i];
    start->x_low[i] = chain->x_low[i];
    start->v[i]     = chain->v[i];
    start->v_low[i] = chain->v_low[i];
  }
  trial->potential = qv_regularised_trial_force(start->mass, start->x, unused);
  find_drift(motion, trial->potential, start);
}

void qv_regularised_trial_end(const qv_trial *trial, double x[6], double v[6]) {
  const qv_rows_start *start = &trial->start;
  const qv_rows       *rows  = &trial->rows;
  for (int i = 0; i < 6; i++) {
    x[i] = start->x[i] + (rows->high[i] + (rows->low[i] + start->x_low[i]));
    v[i] = start->v[i] + (rows->high[6 + i] + (rows->low[6 + i] + start->v_low[i]));
  }
}

/* The larger of a link's lengths before and after, squared; of links 2, 3 its speeds. */
static double scale2(const qv_trial *trial, int link) {
  const double *old = (link < 2 ? trial->start.x : trial->start.v) + 3 * (link % 2);
  double        moved[3];
  for (int i = 0; i < 3; i++) moved[i] = old[i] + trial->rows.high[3 * link + i];
  return fmax(length2(old), length2(moved));
}

/* Relative to a link's length or speed, and of the time relative to the step's own. */
static void judge(qv_trial *trial) {
  const qv_rows *rows = &trial->rows;
  double         sum = 0, size2[5], worst[2] = {0, 0};
  for (int i = 0; i < QV_ROWS_VALUES; i++) sum += rows->high[i] + rows->low[i];
  trial->sound = isfinite(sum) && rows->high[12] > 0;
  for (int link = 0; link < 4; link++) size2[link] = scale2(trial, link);
  size2[4] = rows->high[12] * rows->high[12];
  for (int k = 0; k < 2; k++) {
    const double *d = rows->difference[k];
    for (int link = 0; link < 5; link++) {
      const double error2 = link < 4 ? length2(d + 3 * link) : d[12] * d[12];
      if (!(error2 <= worst[k] * size2[link])) worst[k] = error2 / size2[link];
    }
    trial->error[k] = sqrt(worst[k]);
  }
}

void qv_regularised_trial_run(qv_trial *trial, double step, int n, double *evaluations) {
  trial->step = step;
  trial->n    = n;
  qv_regularised_kernel_run(&trial->start, step, n, &trial->rows);
  *evaluations += qv_regularised_kernel_work(n - 1);
  judge(trial);
}

static void move(double *high, double *low, qv_twofold change) {
  const qv_twofold s = qv_twofold_sum(*high, change.high);
  const qv_twofold t = qv_twofold_quick(s.high, s.low + (*low + change.low));
  *high              = t.high;
  *low               = t.low;
}

void qv_regularised_trial_take(const qv_trial *trial, qv_motion *motion) {
  qv_chain *chain = &motion->chain;
  for (int i = 0; i < 6; i++) {
    move(&chain->x[i], &chain->x_low[i], qv_regularised_trial_change(trial, i));
    move(&chain->v[i], &chain->v_low[i], qv_regularised_trial_change(trial, 6 + i));
  }
  motion->time = qv_twofold_add(motion->time, qv_regularised_trial_change(trial, 12));
}

void qv_regularised_trial_nudge(qv_motion *motion, double time) {
  qv_chain *chain = &motion->chain;
  double    mass[3], acceleration[6];
  qv_chain_masses(chain, mass);
  qv_regularised_trial_force(mass, chain->x, acceleration);
  for (int i = 0; i < 6; i++) {
    const double dx = time * (chain->v[i] + 0.5 * time * acceleration[i]);
    move(&chain->x[i], &chain->x_low[i], (qv_twofold){0, dx});
    move(&chain->v[i], &chain->v_low[i], (qv_twofold){0, time * acceleration[i]});
  }
}
