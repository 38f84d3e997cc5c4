/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * The Hermite scheme against a plain long double program, certified references and itself. */
#include "solvers/nbody/hermite4.h"
#include "tests/support/qv_test.h"

#include <math.h>
#include <string.h>

typedef struct {
  double mass[3], x[3][3], v[3][3];
} bodies;

static const bodies pythagorean  = {{3, 4, 5}, {{1, 3, 0}, {-2, -1, 0}, {1, -1, 0}}, {{0}}};
static const bodies figure_eight = {
  {1, 1, 1},
  {{-1, 0, 0}, {1, 0, 0}, {0, 0, 0}},
  {{0.3471168881189269382427769203, 0.5327249453880302292620279877, 0},
   {0.3471168881189269382427769203, 0.5327249453880302292620279877, 0},
   {-2 * 0.3471168881189269382427769203, -2 * 0.5327249453880302292620279877, 0}}};
/* unequal masses, three dimensions, moving centre of mass */
static const bodies crooked = {{0.5, 1.25, 2},
                               {{1, 0.25, -0.5}, {-1.5, 0.75, 0.25}, {0.125, -1, 0.5}},
                               {{0.25, 0.5, 0.125}, {0.5, -0.25, 0.25}, {-0.125, 0.375, 0.5}}};

static qv_hermite4 begin(const bodies *b, double interval, double t_end) {
  qv_hermite4 s;
  qv_hermite4_start(b->mass, b->x, b->v, interval, t_end, &s);
  return s;
}

static void finish(qv_hermite4 *s, double mu) {
  qv_hermite4_advance(1, s, &mu, INT64_MAX, INT64_MAX);
}

static double distance(const double a[3], const double b[3]) {
  return sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
              (a[2] - b[2]) * (a[2] - b[2]));
}

/* ---- the scheme as it is written down, body by body, in long double ---- */

typedef long double real;
typedef struct {
  real m[3], x[3][3], v[3][3], a[3][3], j[3][3], t, t_c;
} plain;

static void evaluate(plain *p) {
  real quartic = INFINITY;
  memset(p->a, 0, sizeof p->a);
  memset(p->j, 0, sizeof p->j);
  for (int a = 0; a < 3; a++)
    for (int b = a + 1; b < 3; b++) {
      real r[3], v[3], rr = 0, vv = 0, rv = 0, pull = 0;
      for (int k = 0; k < 3; k++) {
        r[k] = p->x[b][k] - p->x[a][k];
        v[k] = p->v[b][k] - p->v[a][k];
        rr += r[k] * r[k], vv += v[k] * v[k], rv += r[k] * v[k];
      }
      const real cube = rr * sqrtl(rr);
      for (int k = 0; k < 3; k++) {
        const real da = r[k] / cube, dj = (v[k] - 3 * rv / rr * r[k]) / cube;
        p->a[a][k] += p->m[b] * da, p->a[b][k] -= p->m[a] * da;
        p->j[a][k] += p->m[b] * dj, p->j[b][k] -= p->m[a] * dj;
        pull += da * da;
      }
      pull *= (p->m[a] + p->m[b]) * (p->m[a] + p->m[b]);
      quartic = fminl(quartic, fminl(rr * rr / (vv * vv), rr / pull));
    }
  p->t_c = sqrtl(sqrtl(quartic));
}

static void step(plain *p, real h) {
  const plain old = *p;
  for (int b = 0; b < 3; b++)
    for (int k = 0; k < 3; k++) {
      p->x[b][k] += p->v[b][k] * h + p->a[b][k] * h * h / 2 + p->j[b][k] * h * h * h / 6;
      p->v[b][k] += p->a[b][k] * h + p->j[b][k] * h * h / 2;
    }
  evaluate(p);
  for (int b = 0; b < 3; b++)
    for (int k = 0; k < 3; k++) {
      p->v[b][k] =
        old.v[b][k] + (old.a[b][k] + p->a[b][k]) * h / 2 + (old.j[b][k] - p->j[b][k]) * h * h / 12;
      p->x[b][k] =
        old.x[b][k] + (old.v[b][k] + p->v[b][k]) * h / 2 + (old.a[b][k] - p->a[b][k]) * h * h / 12;
    }
}

static int64_t run_plain(const bodies *b, double mu, double interval, int n_intervals, plain *p) {
  int64_t steps = 0;
  *p            = (plain){0};
  for (int i = 0; i < 3; i++) {
    p->m[i] = b->mass[i];
    for (int k = 0; k < 3; k++) p->x[i][k] = b->x[i][k], p->v[i][k] = b->v[i][k];
  }
  for (int n = 1; n <= n_intervals; n++) {
    const real end = (real)n * interval;
    evaluate(p);
    while (p->t < end) {
      const real h = fminl(mu * p->t_c, end - p->t);
      step(p, h);
      p->t = p->t + h >= end || h == end - p->t ? end : p->t + h;
      steps++;
    }
  }
  return steps;
}

static PetscErrorCode follows_the_plain_program(void) {
  const bodies *cases[]     = {&pythagorean, &figure_eight, &crooked};
  const double  intervals[] = {0.25, 0.125, 1.5};
  for (int c = 0; c < 3; c++)
    for (int m = 0; m < 2; m++) {
      const double  mu = m ? 0.03 : 0.004;
      plain         p;
      double        x[3][3], v[3][3];
      const int     n     = c == 2 ? 1 : 6;
      const int64_t steps = run_plain(cases[c], mu, intervals[c], n, &p);
      qv_hermite4   s     = begin(cases[c], intervals[c], n * intervals[c]);
      finish(&s, mu);
      qv_hermite4_state(&s, x, v);
      EXPECT_INT(qv_hermite4_steps(&s), steps);
      EXPECT_INT(qv_hermite4_evaluations(&s), steps + n);
      EXPECT(qv_hermite4_reached(&s) && qv_hermite4_finite(&s));
      EXPECT_BITS(qv_hermite4_time(&s), n * intervals[c]);
      for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
          EXPECT_REL(x[i][k] - (double)p.x[i][k], 0, 2e-13);
          EXPECT_REL(v[i][k] - (double)p.v[i][k], 0, 2e-13);
        }
    }
  return 0;
}

static PetscErrorCode meets_references(void) {
  /* positions at t = 10, certified in 128 bits */
  const double want[3][3] = {{0.77848041013808549311, 0.14139230029008616862, 0},
                             {-2.02509247797819858616, 0.09721938414605839650, 0},
                             {1.15298573629970757306, -0.16261088749089841837, 0}};
  double       x[3][3], v[3][3];
  qv_hermite4  s = begin(&pythagorean, 0, 10);
  finish(&s, 1e-3);
  qv_hermite4_state(&s, x, v);
  for (int i = 0; i < 3; i++) EXPECT_REL(distance(x[i], want[i]), 0, 2e-8);
  s = begin(&figure_eight, 0, 6.325913982926211677589000334);
  finish(&s, 2e-3);
  qv_hermite4_state(&s, x, v);
  for (int i = 0; i < 3; i++) EXPECT_REL(distance(x[i], figure_eight.x[i]), 0, 1e-11);
  return 0;
}

static PetscErrorCode finds_the_closest_approach(void) {
  double      separation, time;
  int         pair;
  qv_hermite4 s = begin(&pythagorean, 0, 3); /* passages certified in 128 bits */
  finish(&s, 2e-3);
  qv_hermite4_closest(&s, &separation, &time, &pair);
  EXPECT_REL(separation, 9.700094428e-3, 2e-9);
  EXPECT_REL(time, 1.879343084187776, 1e-10);
  EXPECT_INT(pair, 2);
  s = begin(&pythagorean, 0.1, 3);
  finish(&s, 0.1);
  qv_hermite4_closest(&s, &separation, &time, &pair);
  EXPECT_REL(separation, 9.700094428e-3, 2e-2);
  EXPECT_REL(time, 1.879343084187776, 1e-3);
  s = begin(&pythagorean, 0, 16);
  finish(&s, 5e-4);
  qv_hermite4_closest(&s, &separation, &time, &pair);
  EXPECT_REL(separation, 4.138248362587e-4, 1e-5);
  EXPECT_REL(time, 15.829920271582, 1e-7);
  EXPECT_INT(pair, 2);
  /* a Kepler ellipse, a = 1, e = 0.75, and a light body far away: pericentre 1/4 after half a turn
   */
  const bodies kepler = {
    {0.5, 1e-30, 0.5},
    {{-0.875, 0, 0}, {1e6, 0, 0}, {0.875, 0, 0}},
    {{0, -0.5 * 0.37796447300922722, 0}, {0}, {0, 0.5 * 0.37796447300922722, 0}}};
  s = begin(&kepler, 0, 30);
  qv_hermite4_closest(&s, &separation, &time, &pair);
  EXPECT_REL(separation, 1.75, 1e-15);
  EXPECT_REL(time, 0, 0);
  EXPECT_INT(pair, 1);
  finish(&s, 2e-3);
  qv_hermite4_closest(&s, &separation, &time, &pair);
  EXPECT_REL(separation, 0.25, 1e-9);
  EXPECT_INT(pair, 1);
  return 0;
}

static PetscErrorCode sees_a_shallow_pericentre(void) {
  /* just before the pericentre of an ellipse with a = 1, e = 1/2: the start is hardly farther away,
   * and the first step passes it and ends farther away than the start */
  const double E = -0.03, d = 1 - 0.5 * cos(E), b = sqrt(0.75);
  const bodies kepler = {{1, 1e-30, 1e-30},
                         {{0, 0, 0}, {cos(E) - 0.5, b * sin(E), 0}, {1e6, 0, 0}},
                         {{0}, {-sin(E) / d, b * cos(E) / d, 0}, {0}}};
  double       separation, time;
  int          pair;
  qv_hermite4  s = begin(&kepler, 0, 1);
  finish(&s, 0.2);
  qv_hermite4_closest(&s, &separation, &time, &pair);
  EXPECT_REL(separation, 0.5, 1e-6);
  EXPECT_REL(time, -(E - 0.5 * sin(E)), 1e-3);
  /* still falling at the end: the end is the closest so far */
  const bodies falling = {{1, 1, 1}, {{-1, 0, 0}, {1, 0, 0}, {0, 1, 0}}, {{0}}};
  double       x[3][3], v[3][3];
  s = begin(&falling, 0, 0.5);
  finish(&s, 0.01);
  qv_hermite4_state(&s, x, v);
  qv_hermite4_closest(&s, &separation, &time, &pair);
  EXPECT_REL(separation, distance(x[0], x[2]), 1e-15);
  EXPECT_REL(time, 0.5, 0);
  EXPECT_INT(pair, 1);
  return 0;
}

/* ---- one system is the same wherever and however it runs ---- */

enum { N = 45 };

static void make(int i, bodies *b, double *mu, double *t_end) {
  *b = i % 3 == 0 ? pythagorean : i % 3 == 1 ? figure_eight : crooked;
  b->x[0][0] += 0.01 * i;
  b->v[1][2] += 0.003 * i;
  *mu    = 0.002 * (1 + i % 7);
  *t_end = 0.4 + 0.05 * (i % 11);
}

static void make_all(double interval, qv_hermite4 s[N], double mu[N]) {
  for (int i = 0; i < N; i++) {
    bodies b;
    double t_end;
    make(i, &b, &mu[i], &t_end);
    s[i] = begin(&b, interval, t_end);
  }
}

static PetscErrorCode is_the_same_in_every_lane(void) {
  static qv_hermite4 alone[N], some[N];
  double             mu[N];
  int64_t            spent = 0;
  make_all(0.1, alone, mu);
  for (int i = 0; i < N; i++)
    spent += qv_hermite4_advance(1, &alone[i], &mu[i], INT64_MAX, INT64_MAX);
  const int sizes[] = {2, 8, 9, 16, 17, N};
  for (size_t c = 0; c < sizeof sizes / sizeof *sizes; c++) {
    make_all(0.1, some, mu);
    int64_t together = 0;
    for (int i = 0; i < N; i += sizes[c])
      together += qv_hermite4_advance(N - i < sizes[c] ? N - i : sizes[c], some + i, mu + i,
                                      INT64_MAX, INT64_MAX);
    EXPECT(memcmp(alone, some, sizeof some) == 0);
    EXPECT_INT(together, spent);
  }
  const int64_t works[] = {1, 7, 100, 5000};
  for (size_t c = 0; c < sizeof works / sizeof *works; c++) {
    make_all(0.1, some, mu);
    int64_t parts = 0, part;
    do {
      part = qv_hermite4_advance(N, some, mu, INT64_MAX, works[c]);
      parts += part;
      EXPECT(part < works[c] + QV_HERMITE4_LANES);
    } while (part);
    EXPECT(memcmp(alone, some, sizeof some) == 0);
    EXPECT_INT(parts, spent);
  }
  return 0;
}

static PetscErrorCode serves_the_first_systems_first(void) {
  static qv_hermite4 s[N];
  double             mu[N];
  make_all(0, s, mu);
  qv_hermite4_advance(N, s, mu, INT64_MAX, 160);
  for (int i = 0; i < QV_HERMITE4_LANES; i++) EXPECT_INT(qv_hermite4_evaluations(&s[i]), 10);
  for (int i = QV_HERMITE4_LANES; i < N; i++) EXPECT_INT(qv_hermite4_evaluations(&s[i]), 0);
  return 0;
}

static PetscErrorCode keeps_to_its_budget(void) {
  static qv_hermite4 whole[N], s[N];
  double             mu[N];
  make_all(0.1, whole, mu);
  make_all(0.1, s, mu);
  qv_hermite4_advance(N, whole, mu, INT64_MAX, INT64_MAX);
  const int64_t spent = qv_hermite4_advance(N, s, mu, 100, INT64_MAX);
  int64_t       sum   = 0;
  for (int i = 0; i < N; i++) {
    const int64_t most = qv_hermite4_evaluations(&whole[i]);
    EXPECT_INT(qv_hermite4_evaluations(&s[i]), most < 100 ? most : 100);
    EXPECT(qv_hermite4_reached(&s[i]) == (most <= 100));
    sum += qv_hermite4_evaluations(&s[i]);
  }
  EXPECT_INT(spent, sum);
  EXPECT_INT(qv_hermite4_advance(N, s, mu, 100, INT64_MAX), 0);
  qv_hermite4_advance(N, s, mu, 1000000, INT64_MAX);
  EXPECT(memcmp(whole, s, sizeof s) == 0);
  return 0;
}

static PetscErrorCode goes_on_to_a_later_end(void) {
  const double intervals[] = {0, 0.1, 0.1 * 2 * 3.14159265358979323846, 0.7};
  const double last = 1.93, mu = 0.013;
  for (int c = 0; c < 12; c++) {
    const double  interval = intervals[c % 4];
    const bodies *b        = c / 4 == 0 ? &pythagorean : c / 4 == 1 ? &figure_eight : &crooked;
    qv_hermite4   once     = begin(b, interval, last);
    finish(&once, mu);
    for (int n = 1; n < 40; n++) { /* ends between intervals, at their ends, and nearly so */
      const double part  = n < 20 ? last * n / 20 : (n - 19) * 0.1;
      qv_hermite4  often = begin(b, interval, part);
      finish(&often, mu);
      EXPECT(qv_hermite4_reached(&often));
      EXPECT_BITS(qv_hermite4_time(&often), part);
      if (part >= last) continue;
      qv_hermite4_extend(&often, part); /* no later */
      EXPECT(qv_hermite4_reached(&often));
      qv_hermite4_extend(&often, (part + last) / 2);
      EXPECT(!qv_hermite4_reached(&often));
      if (n % 3) finish(&often, mu);
      qv_hermite4_extend(&often, last);
      finish(&often, mu);
      EXPECT(memcmp(&once, &often, sizeof once) == 0);
    }
  }
  qv_hermite4 none = begin(&crooked, 0, 0), some = begin(&crooked, 0, 1);
  finish(&none, mu);
  qv_hermite4_extend(&none, 1);
  finish(&none, mu);
  finish(&some, mu);
  EXPECT(memcmp(&none, &some, sizeof none) == 0);
  return 0;
}

static PetscErrorCode begins_no_interval_of_rounding(void) {
  const struct {
    double interval, t_end;
  } cases[] = {{0.1, 0.3}, {0.7, 2.1}, {0.1, 0.6}}; /* 3 x 0.1 > 0.3 and 3 x 0.7 < 2.1 */
  EXPECT(3 * cases[0].interval > cases[0].t_end && 3 * cases[1].interval < cases[1].t_end);
  for (int c = 0; c < 3; c++) {
    qv_hermite4 s = begin(&crooked, cases[c].interval, cases[c].t_end);
    finish(&s, 0.01);
    EXPECT_BITS(qv_hermite4_time(&s), cases[c].t_end);
    EXPECT_INT(qv_hermite4_evaluations(&s) - qv_hermite4_steps(&s), c == 2 ? 6 : 3);
    qv_hermite4_extend(&s, cases[c].t_end + cases[c].interval);
    finish(&s, 0.01);
    EXPECT_INT(qv_hermite4_evaluations(&s) - qv_hermite4_steps(&s), c == 2 ? 7 : 4);
  }
  return 0;
}

/* ---- snapshots ---- */

enum { TIMES = 6 };
static const double times[TIMES] = {0, 0.1, 0.11, 0.3, 0.30000001, 0.75};

typedef struct {
  int     taken[N][TIMES];
  int64_t last[N];
  double  x[N][TIMES][3][3], v[N][TIMES][3][3];
} album;

static void take(void *context, int64_t system, int64_t i, const double x[3][3],
                 const double v[3][3]) {
  album *a = context;
  a->taken[system][i]++;
  EXPECT(a->last[system] < i);
  a->last[system] = i;
  memcpy(a->x[system][i], x, sizeof a->x[system][i]);
  memcpy(a->v[system][i], v, sizeof a->v[system][i]);
}

static PetscErrorCode takes_snapshots(void) {
  static qv_hermite4 plain_run[N], s[N];
  static album       a;
  double             mu[N];
  make_all(0.3, plain_run, mu);
  make_all(0.3, s, mu);
  const int64_t               spent = qv_hermite4_advance(N, plain_run, mu, INT64_MAX, INT64_MAX);
  const qv_hermite4_snapshots shots = {TIMES, times, take, &a};
  int64_t                     parts = 0, part;
  while ((part = qv_hermite4_advance_with(N, s, mu, INT64_MAX, 777, &shots))) parts += part;
  EXPECT_INT(parts, spent);
  EXPECT(memcmp(plain_run, s, sizeof s) == 0);
  for (int i = 0; i < N; i++) {
    bodies b;
    double t_end, x[3][3], v[3][3];
    make(i, &b, &mu[i], &t_end);
    for (int k = 0; k < TIMES; k++) {
      EXPECT_INT(a.taken[i][k], times[k] > 0 && times[k] <= t_end);
      if (!a.taken[i][k]) continue;
      qv_hermite4 short_run = begin(&b, 0.3, times[k]); /* its last step is the side step */
      finish(&short_run, mu[i]);
      qv_hermite4_state(&short_run, x, v);
      EXPECT(memcmp(x, a.x[i][k], sizeof x) == 0);
      EXPECT(memcmp(v, a.v[i][k], sizeof v) == 0);
    }
  }
  return 0;
}

/* ---- trouble ---- */

static PetscErrorCode stops_at_an_overflow(void) {
  qv_hermite4  s[3], whole;
  const double mu[3] = {0.01, 0.01, 0.01};
  double       x[3][3], v[3][3];
  bodies       met = crooked, fast = crooked;
  memcpy(met.x[1], met.x[2], sizeof met.x[1]);
  fast.v[0][1] = 1e200;
  s[0]         = begin(&crooked, 0, 1);
  s[1]         = begin(&met, 0, 1);
  s[2]         = begin(&fast, 0, 1);
  qv_hermite4_advance(3, s, mu, INT64_MAX, INT64_MAX);
  EXPECT(!qv_hermite4_finite(&s[1]) && !qv_hermite4_reached(&s[1]));
  EXPECT(!qv_hermite4_finite(&s[2]) && !qv_hermite4_reached(&s[2]));
  EXPECT_INT(qv_hermite4_steps(&s[1]), 0);
  EXPECT_INT(qv_hermite4_evaluations(&s[1]), 1);
  qv_hermite4_state(&s[1], x, v);
  for (int i = 0; i < 3; i++) EXPECT_REL(distance(x[i], met.x[i]), 0, 1e-15);
  whole = begin(&crooked, 0, 1);
  finish(&whole, mu[0]);
  EXPECT(memcmp(&whole, &s[0], sizeof whole) == 0);
  EXPECT_INT(qv_hermite4_advance(3, s, mu, INT64_MAX, INT64_MAX), 0);
  return 0;
}

static PetscErrorCode starts_as_told(void) {
  double      x[3][3], v[3][3];
  qv_hermite4 s = begin(&crooked, 0, 0);
  qv_hermite4_state(&s, x, v);
  for (int i = 0; i < 3; i++) {
    EXPECT_REL(distance(x[i], crooked.x[i]), 0, 4e-16);
    EXPECT_REL(distance(v[i], crooked.v[i]), 0, 4e-16);
  }
  EXPECT(qv_hermite4_reached(&s));
  EXPECT_INT(qv_hermite4_steps(&s), 0);
  finish(&s, 0.01);
  EXPECT_INT(qv_hermite4_evaluations(&s), 0);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"follows the plain program", follows_the_plain_program},
               {"meets references", meets_references},
               {"finds the closest approach", finds_the_closest_approach},
               {"sees a shallow pericentre", sees_a_shallow_pericentre},
               {"is the same in every lane", is_the_same_in_every_lane},
               {"serves the first systems first", serves_the_first_systems_first},
               {"keeps to its budget", keeps_to_its_budget},
               {"goes on to a later end", goes_on_to_a_later_end},
               {"begins no interval of rounding", begins_no_interval_of_rounding},
               {"takes snapshots", takes_snapshots}, {"stops at an overflow", stops_at_an_overflow},
               {"starts as told", starts_as_told});
}
