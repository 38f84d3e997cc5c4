/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/nbody/hermite4.h"

#include "solvers/nbody/hermite4_state.h"

#include <math.h>
#include <string.h>

/* Remainders of an interval below this fraction of the time are rounding errors. */
static const double REMAINDER = 1e-12;

double qv_hermite4_state_end(const qv_hermite4 *s) {
  const double *w     = s->word;
  const double  end   = (w[QV_HERMITE4_DONE] + 1) * w[QV_HERMITE4_INTERVAL];
  const bool    whole = w[QV_HERMITE4_INTERVAL] > 0 && end < (1 - REMAINDER) * w[QV_HERMITE4_T_END];
  return whole ? end : w[QV_HERMITE4_T_END];
}

void qv_hermite4_state_restart(qv_hermite4 *s) {
  double      *w   = s->word;
  const double end = (w[QV_HERMITE4_DONE] + 1) * w[QV_HERMITE4_INTERVAL];
  if (w[QV_HERMITE4_INTERVAL] > 0 && (1 - REMAINDER) * end <= w[QV_HERMITE4_TIME])
    w[QV_HERMITE4_DONE] += 1;
  w[QV_HERMITE4_RESTARTS] += 1;
  w[QV_HERMITE4_SCALE] = 0;
}

void qv_hermite4_state_absolute(const qv_hermite4 *s, const double *r, const double *v, double t,
                                double position[3][3], double velocity[3][3]) {
  const double *w = s->word, *m = w + QV_HERMITE4_MASS;
  const double  share[2] = {m[1] / (m[0] + m[1] + m[2]), m[2] / (m[0] + m[1] + m[2])};
  for (int k = 0; k < 3; k++) {
    const double centre = w[QV_HERMITE4_CENTRE + k] + w[QV_HERMITE4_DRIFT + k] * t;
    position[0][k]      = centre - (share[0] * r[k] + share[1] * r[3 + k]);
    velocity[0][k]      = w[QV_HERMITE4_DRIFT + k] - (share[0] * v[k] + share[1] * v[3 + k]);
    for (int i = 0; i < 2; i++) {
      position[i + 1][k] = position[0][k] + r[3 * i + k];
      velocity[i + 1][k] = velocity[0][k] + v[3 * i + k];
    }
  }
}

/* The smallest separation now, and its pair. */
static double nearest(const double *w, int *pair) {
  const double *r     = w + QV_HERMITE4_R;
  double        least = INFINITY;
  for (int p = 0; p < 3; p++) {
    double rr = 0;
    for (int k = 0; k < 3; k++) {
      const double d = p == 0 ? r[k] : p == 1 ? r[3 + k] : r[3 + k] - r[k];
      rr += d * d;
    }
    if (rr < least) least = rr, *pair = p;
  }
  return sqrt(least);
}

void qv_hermite4_start(const double mass[3], const double position[3][3],
                       const double velocity[3][3], double interval, double t_end, qv_hermite4 *s) {
  double      *w     = s->word;
  const double total = mass[0] + mass[1] + mass[2];
  int          pair  = 0;
  memset(s, 0, sizeof *s);
  for (int i = 0; i < 3; i++) w[QV_HERMITE4_MASS + i] = mass[i];
  for (int k = 0; k < 3; k++) {
    for (int i = 0; i < 3; i++) {
      w[QV_HERMITE4_CENTRE + k] += mass[i] / total * position[i][k];
      w[QV_HERMITE4_DRIFT + k] += mass[i] / total * velocity[i][k];
    }
    for (int i = 0; i < 2; i++) {
      w[QV_HERMITE4_R + 3 * i + k] = position[i + 1][k] - position[0][k];
      w[QV_HERMITE4_V + 3 * i + k] = velocity[i + 1][k] - velocity[0][k];
    }
  }
  w[QV_HERMITE4_INTERVAL]     = interval;
  w[QV_HERMITE4_T_END]        = t_end;
  w[QV_HERMITE4_RESTARTS]     = 1;
  w[QV_HERMITE4_NEAREST]      = nearest(w, &pair);
  w[QV_HERMITE4_NEAREST_PAIR] = pair;
}

/* Undo the last step, which the end cut short, and the restart after it. */
static void go_back(qv_hermite4 *s) {
  double *w = s->word;
  memcpy(w + QV_HERMITE4_BLOCK, w + QV_HERMITE4_KEPT, QV_HERMITE4_ROWS * sizeof *w);
  memcpy(w + QV_HERMITE4_NEAREST, w + QV_HERMITE4_KEPT_NEAREST, 3 * sizeof *w);
  w[QV_HERMITE4_DONE] = w[QV_HERMITE4_KEPT_DONE];
  w[QV_HERMITE4_SPENT] -= 1;
  w[QV_HERMITE4_RESTARTS] -= 1;
}

void qv_hermite4_extend(qv_hermite4 *s, double t_end) {
  double      *w        = s->word;
  const double interval = (w[QV_HERMITE4_KEPT_DONE] + 1) * w[QV_HERMITE4_INTERVAL];
  const bool   was_cut  = qv_hermite4_reached(s) && w[QV_HERMITE4_SPENT] > 0;
  if (t_end <= w[QV_HERMITE4_T_END]) return;
  if (was_cut && w[QV_HERMITE4_T_END] != interval) go_back(s);
  w[QV_HERMITE4_T_END] = t_end;
}

void qv_hermite4_state(const qv_hermite4 *s, double position[3][3], double velocity[3][3]) {
  qv_hermite4_state_absolute(s, s->word + QV_HERMITE4_R, s->word + QV_HERMITE4_V,
                             s->word[QV_HERMITE4_TIME], position, velocity);
}

double qv_hermite4_time(const qv_hermite4 *s) {
  return s->word[QV_HERMITE4_TIME];
}

bool qv_hermite4_reached(const qv_hermite4 *s) {
  return s->word[QV_HERMITE4_TIME] >= s->word[QV_HERMITE4_T_END];
}

bool qv_hermite4_finite(const qv_hermite4 *s) {
  return s->word[QV_HERMITE4_OVERFLOWED] == 0;
}

int64_t qv_hermite4_steps(const qv_hermite4 *s) {
  const double *w   = s->word;
  const double  due = w[QV_HERMITE4_SCALE] == 0;
  return (int64_t)(w[QV_HERMITE4_SPENT] - (w[QV_HERMITE4_RESTARTS] - due));
}

int64_t qv_hermite4_evaluations(const qv_hermite4 *s) {
  return (int64_t)s->word[QV_HERMITE4_SPENT];
}

void qv_hermite4_closest(const qv_hermite4 *s, double *separation, double *time, int *pair) {
  const double *w   = s->word;
  int           now = 0;
  *separation       = nearest(w, &now);
  *time             = w[QV_HERMITE4_TIME];
  *pair             = now;
  if (w[QV_HERMITE4_NEAREST] <= *separation) {
    *separation = w[QV_HERMITE4_NEAREST];
    *time       = w[QV_HERMITE4_NEAREST_TIME];
    *pair       = (int)w[QV_HERMITE4_NEAREST_PAIR];
  }
}
