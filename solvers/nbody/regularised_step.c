/* SPDX-License-Identifier: GPL-3.0-or-later
 * One accepted step: length and number of rows from the errors of the last one, rejections, and the
 * exact stop at the end time. */
#include "solvers/nbody/regularised_impl.h"

#include <float.h>

enum { REJECTIONS_MOST = 60, TURNS_MOST = 60 };

/* x^(1/n) to five digits from exactly rounded operations alone: libm's pow may differ between
 * processors. */
static double nth_root(double x, int n) {
  int          exponent;
  const double half_root = 0.70710678118654752, ln2 = 0.69314718055994531;
  const double mantissa = frexp(x, &exponent);
  const double z = (mantissa - half_root) / (mantissa + half_root), z2 = z * z;
  const double log2 = (exponent - 0.5) + 2 / ln2 * z * (1 + z2 * (1 / 3.0 + z2 * 0.2));
  const double y = log2 / n, whole = floor(y + 0.5), f = (y - whole) * ln2;
  return ldexp(1 + f * (1 + f * (0.5 + f * (1 / 6.0 + f * (1 / 24.0 + f * (1 / 120.0))))),
               (int)whole);
}

static double clamp(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

/* A fraction of the shortest time scale of any pair. */
static double first_step(const qv_rows_start *start, double potential) {
  static const int end[3][2] = {{0, 1}, {1, 2}, {0, 2}};
  double           shortest  = DBL_MAX;
  for (int k = 0; k < 3; k++) {
    double r2 = 0, v2 = 0;
    for (int i = 0; i < 3; i++) {
      const double x = k < 2 ? start->x[3 * k + i] : start->x[i] + start->x[3 + i];
      const double v = k < 2 ? start->v[3 * k + i] : start->v[i] + start->v[3 + i];
      r2 += x * x;
      v2 += v * v;
    }
    const double mass = start->mass[end[k][0]] + start->mass[end[k][1]];
    shortest          = fmin(shortest, sqrt(r2 * sqrt(r2) / mass));
    if (v2 > 0) shortest = fmin(shortest, sqrt(r2 / v2));
  }
  return 0.3 * shortest * potential;
}

/* Length and rows of least work for the next step, from an accepted trial. The length that would
 * have been right grows or shrinks from step to step, into an encounter and out of it: go on like
 * that. */
static void propose(const qv_trial *trial, double tolerance, qv_motion *motion) {
  double    right[2], work[2];
  const int last = trial->n - 1;
  for (int i = 0; i < 2; i++) { /* one row less, as many */
    const double ratio = 0.5 * tolerance / fmax(trial->error[i], 1e-25);
    right[i]           = trial->step * clamp(0.86 * nth_root(ratio, 2 * (last + i) - 1), 0.05, 4);
    work[i]            = qv_regularised_kernel_work(last - 1 + i) / right[i];
  }
  double step = right[1], trend = motion->reach > 0 ? step / motion->reach : 1;
  int    n      = trial->n;
  trend         = clamp(nth_root(trend * trend * trend, 4), 0.5, 2);
  motion->reach = step;
  if (n > 3 && work[0] < 0.9 * work[1]) {
    step = right[0];
    n--;
  } else if (n < QV_ROWS_MOST && work[1] < 0.9 * work[0]) {
    step *= (double)qv_regularised_kernel_work(n) / qv_regularised_kernel_work(n - 1);
    n++;
  }
  motion->next_rows = n;
  motion->next_step = step * trend;
}

/* U at the end of a trial. */
static double end_potential(const qv_trial *trial) {
  double x[6], v[6], unused[6];
  qv_regularised_trial_end(trial, x, v);
  return qv_regularised_trial_force(trial->start.mass, x, unused);
}

/* dt / ds = 1 / U: the length that leads to `remainder`, by Hermite's cubic through the trial. */
static double guess(const qv_trial *trial, double remainder) {
  const double u0 = trial->potential, u1 = end_potential(trial);
  const double dt = trial->rows.high[12], y = remainder / dt;
  const double s =
    trial->step * y * y * (3 - 2 * y) + u0 * dt * y * (1 - y) * (1 - y) - u1 * dt * y * y * (1 - y);
  return s > 0 && s < trial->step ? s : y * trial->step;
}

/* Repeat a trial that went beyond the end with the length that meets it to 1e-7 of the remainder,
 * by Newton's iteration within a bracket. Returns the time that is still missing. */
static double meet(qv_trial *trial, qv_twofold remainder, double *evaluations) {
  double low = 0, high = trial->step, step = guess(trial, remainder.high), rest = 0;
  for (int turn = 0; turn < TURNS_MOST; turn++) {
    qv_regularised_trial_run(trial, step, trial->n, evaluations);
    rest = qv_twofold_subtract(remainder, qv_regularised_trial_change(trial, 12)).high;
    if (fabs(rest) <= 1e-7 * remainder.high) break;
    if (rest > 0)
      low = step;
    else
      high = step;
    step += end_potential(trial) * rest;
    if (!(step > low && step < high)) step = 0.5 * (low + high);
  }
  return rest;
}

static int first_rows(double tolerance) {
  return tolerance < 1e-12 ? 7 : tolerance < 1e-9 ? 6 : tolerance < 1e-6 ? 5 : 4;
}

/* Trials of n rows until one is accepted; false when none is. Only far from their range of
 * convergence, or where rounding hides it, do they fail more than a few times: then hurry. */
static bool try_steps(qv_motion *motion, qv_trial *trial, double step, int n, double tolerance) {
  for (int i = 0; i < REJECTIONS_MOST; i++) {
    qv_regularised_trial_run(trial, step, n, &motion->evaluations);
    const double error = trial->error[1], most = i < 3 ? 0.9 : 0.5;
    if (trial->sound && error <= tolerance) return true;
    if (trial->sound && isfinite(error))
      step *= clamp(nth_root(0.3 * tolerance / error, 2 * n + 4), 0.1, most);
    else
      step *= 0.1;
  }
  return false;
}

/* An accepted trial that ends before t_end or exactly there. */
static qv_nbody_outcome find_step(qv_motion *motion, qv_trial *trial, double tolerance,
                                  qv_twofold remainder, double *rest) {
  const bool   first = !(motion->next_step > 0);
  const int    n     = first ? first_rows(tolerance) : (int)motion->next_rows;
  const double full  = first ? first_step(&trial->start, trial->potential) : motion->next_step;
  const double cut   = fmin(full, 2 * remainder.high * trial->potential);
  if (!try_steps(motion, trial, cut, n, tolerance)) return QV_NBODY_COLLAPSED;
  motion->next_step = full;
  motion->next_rows = n;
  if (cut == full || trial->step < cut)
    propose(trial, tolerance, motion); /* else it tells nothing */
  const qv_twofold change = qv_regularised_trial_change(trial, 12);
  if (qv_twofold_subtract(remainder, change).high <= 0) {
    *rest = meet(trial, remainder, &motion->evaluations);
    return trial->sound ? QV_NBODY_REACHED : QV_NBODY_COLLAPSED;
  }
  return change.high > 1e-22 * motion->time.high ? QV_NBODY_GOING_ON : QV_NBODY_COLLAPSED;
}

qv_nbody_outcome qv_regularised_step_once(qv_motion *motion, double tolerance, double t_end,
                                          bool search) {
  qv_trial         trial;
  double           rest      = 0;
  const double     start     = motion->time.high;
  const qv_twofold remainder = qv_twofold_subtract((qv_twofold){t_end, 0}, motion->time);
  if (remainder.high <= 0) return QV_NBODY_REACHED;
  qv_regularised_trial_start(motion, &trial);
  const qv_nbody_outcome outcome =
    find_step(motion, &trial, fmax(0.3 * tolerance, 1e-15), remainder, &rest);
  if (outcome == QV_NBODY_COLLAPSED) return outcome;
  qv_regularised_trial_take(&trial, motion);
  if (outcome == QV_NBODY_REACHED) {
    qv_regularised_trial_nudge(motion, rest);
    motion->time = (qv_twofold){t_end, 0};
  }
  motion->steps++;
  if (search) qv_regularised_closest_search(start, &trial, motion);
  qv_chain_relink(&motion->chain);
  return outcome;
}
