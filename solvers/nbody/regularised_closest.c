/* SPDX-License-Identifier: GPL-3.0-or-later
 * The smallest separation: sides whose r.v turns from negative to positive between the force
 * evaluations of a step's longest row, or between them and the step's ends, pass a pericentre. Most
 * of these are soon known to lie farther out than the smallest so far; the others are found by
 * shortening the step. */
#include "solvers/nbody/regularised_impl.h"

enum { TURNS_MOST = 20 };

/* An improvement by less than this is not looked for: an undisturbed binary passes the same
 * pericentre at each orbit, but for rounding. */
static const double worth = 1e-11;

typedef struct {
  double x[6], v[6], time; /* since the step's start */
} point;

/* One side of the chain at a point: the Kepler orbit that it follows but for `force`. */
typedef struct {
  double r, speed, approach, fall; /* |r|, |v|, r.v and its derivative by time */
  double pericentre, spin;         /* spin: |r x v| */
  double force;                    /* acceleration of the side by the third body */
  double potential;                /* U of the three bodies */
} passage;

static double dot(const double a[3], const double b[3]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void side_of(const double link[6], int side, double out[3]) {
  for (int i = 0; i < 3; i++) out[i] = side < 2 ? link[3 * side + i] : link[i] + link[3 + i];
}

static passage look(const double mass[3], const point *p, int side) {
  static const int end[3][2] = {{0, 1}, {1, 2}, {0, 2}};
  passage          now;
  double           x[3], v[3], a[3], acceleration[6], spin[3], e[3], f[3];
  const double     mu = mass[end[side][0]] + mass[end[side][1]];
  now.potential       = qv_regularised_trial_force(mass, p->x, acceleration);
  side_of(p->x, side, x);
  side_of(p->v, side, v);
  side_of(acceleration, side, a);
  now.r        = sqrt(dot(x, x));
  now.speed    = sqrt(dot(v, v));
  now.approach = dot(x, v);
  now.fall     = dot(v, v) + dot(x, a);
  for (int i = 0; i < 3; i++) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    spin[i] = x[j] * v[k] - x[k] * v[j];
    f[i]    = a[i] + mu * x[i] / (now.r * now.r * now.r);
  }
  for (int i = 0; i < 3; i++) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    e[i] = (v[j] * spin[k] - v[k] * spin[j]) / mu - x[i] / now.r;
  }
  now.spin       = sqrt(dot(spin, spin));
  now.force      = sqrt(dot(f, f));
  now.pericentre = dot(spin, spin) / mu / (1 + sqrt(dot(e, e)));
  return now;
}

/* No pericentre between two points is closer than this: the force F of the third body, doubled for
 * its growth on the way, changes spin L and pericentre q by dL < r F dt, dq/q < 6 r F dt / L. */
static double bound(const passage *a, const passage *b, double dt) {
  const double force = 2 * fmax(a->force, b->force), r = fmax(a->r, b->r);
  const double shake = 6 * r * force * fabs(dt);
  const double qa    = a->pericentre * (1 - (shake + 1e-14 * a->r * a->speed) / a->spin);
  const double qb    = b->pericentre * (1 - (shake + 1e-14 * b->r * b->speed) / b->spin);
  return fmax(qa, qb); /* of a straight fall, spin 0: NaN or -inf, which excludes nothing */
}

/* The same for a side that is not the shortest: in a substep it changes by little more than its own
 * motion and the shortest side's. */
static double far_bound(const point *p, const point *q, int side, double dt) {
  double r = 0, speed = 0, shortest = 0, x[3], v[3];
  for (int i = 0; i < 2; i++) {
    const point *at    = i ? q : p;
    double       least = INFINITY;
    for (int k = 0; k < 3; k++) {
      side_of(at->x, k, x);
      if (k != side) least = fmin(least, sqrt(dot(x, x)));
    }
    side_of(at->x, side, x);
    side_of(at->v, side, v);
    r        = i ? fmin(r, sqrt(dot(x, x))) : sqrt(dot(x, x));
    speed    = fmax(speed, sqrt(dot(v, v)));
    shortest = fmax(shortest, least);
  }
  return shortest < r ? r - 3 * speed * dt - 2 * shortest : 0;
}

typedef struct {
  qv_motion      *motion;
  const qv_trial *trial;
  double          start_time;
  int             side;
  double          low, high; /* lengths of the step between which the pericentre lies */
} quest;

static void note(const quest *q, double separation, double time) {
  qv_motion *motion = q->motion;
  if (!(separation < motion->closest)) return;
  motion->closest      = separation;
  motion->closest_time = q->start_time + time;
  motion->closest_pair = qv_chain_pair(&motion->chain, q->side);
}

static void end_of(const qv_trial *trial, point *p) {
  qv_regularised_trial_end(trial, p->x, p->v);
  p->time = trial->rows.high[12];
}

/* Newton's iteration on the step's length, from its start, kept inside the bracket, until the next
 * turn would move by less than 1e-5 of the passage's duration: then its last step is taken by the
 * parabola r^2 = r_min^2 + (r.v)^2 / (r.v)'. */
static void refine(quest *q, double guess) {
  qv_trial probe;
  double   step = guess, separation = INFINITY, time = 0;
  probe.start = q->trial->start;
  for (int turn = 0; turn < TURNS_MOST; turn++) {
    point at;
    qv_regularised_trial_run(&probe, step, q->trial->n, &q->motion->evaluations);
    if (!probe.sound) break;
    end_of(&probe, &at);
    const passage now  = look(probe.start.mass, &at, q->side);
    const double  rest = -now.approach / now.fall, gain = -now.approach * rest / (now.r * now.r);
    separation = now.r;
    time       = at.time;
    if (now.fall > 0 && gain < 1e-10) {
      note(q, now.r * sqrt(1 - gain), time + rest);
      return;
    }
    if (now.fall > 0 && bound(&now, &now, 2 * rest) > q->motion->closest * (1 - worth)) return;
    if (now.approach < 0)
      q->low = step;
    else
      q->high = step;
    step += now.fall > 0 ? now.potential * rest : INFINITY;
    if (!(step > q->low && step < q->high)) step = 0.5 * (q->low + q->high);
  }
  note(q, separation, time);
}

/* Point k of a step: 0 its start, 1..n the force evaluations of the longest row, n + 1 the end. */
static void point_of(const qv_trial *trial, int k, point *p) {
  const int n = qv_regularised_kernel_substeps(trial->n - 1);
  if (k > n) {
    end_of(trial, p);
    return;
  }
  for (int i = 0; i < 6; i++) {
    p->x[i] = k ? trial->rows.kick[k - 1].x[i] : trial->start.x[i];
    p->v[i] = k ? trial->rows.kick[k - 1].v[i] : trial->start.v[i];
  }
  p->time = k ? trial->rows.kick[k - 1].time : 0;
}

/* Between points k - 1 and k the side's r.v goes from `before` < 0 to `after` >= 0. */
static void follow(quest *q, int k, double before, double after) {
  const qv_trial *trial = q->trial;
  const double   *mass = trial->start.mass, closest = q->motion->closest;
  const int       n = qv_regularised_kernel_substeps(trial->n - 1);
  point           p0, p1;
  point_of(trial, k - 1, &p0);
  point_of(trial, k, &p1);
  const double  dt = p1.time - p0.time;
  const passage a = look(mass, &p0, q->side), b = look(mass, &p1, q->side);
  if (0.98 * bound(&a, &b, dt) > closest || far_bound(&p0, &p1, q->side, dt) > closest) return;
  point_of(trial, 0, &p0);
  point_of(trial, n + 1, &p1);
  passage first = look(mass, &p0, q->side), last = look(mass, &p1, q->side);
  first.force = fmax(first.force, fmax(a.force, b.force));
  first.r     = fmax(first.r, fmax(a.r, b.r));
  if (bound(&first, &last, p1.time) > closest * (1 - worth)) return;
  /* a row's points are not exact: allow for one more on each side */
  const double h = trial->step / n, left = k == 1 ? 0 : (k - 1.5) * h;
  const double right = k == n + 1 ? trial->step : (k - 0.5) * h;
  q->low             = fmax(left - h, 0);
  q->high            = fmin(right + h, trial->step);
  refine(q, left + (right - left) * before / (before - after));
}

void qv_regularised_closest_search(double start_time, const qv_trial *trial, qv_motion *after) {
  const int n = qv_regularised_kernel_substeps(trial->n - 1);
  quest     q = {after, trial, start_time, 0, 0, 0};
  for (q.side = 0; q.side < 3; q.side++) {
    double x[3], v[3];
    side_of(trial->start.x, q.side, x);
    side_of(trial->start.v, q.side, v);
    double last = dot(x, v);
    side_of(after->chain.x, q.side, x);
    side_of(after->chain.v, q.side, v);
    for (int k = 1; k <= n + 1; k++) {
      const double now = k <= n ? trial->rows.kick[k - 1].approach[q.side] : dot(x, v);
      if (last < 0 && now >= 0) follow(&q, k, last, now);
      last = now;
    }
  }
}
