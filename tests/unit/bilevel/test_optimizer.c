/* SPDX-License-Identifier: GPL-3.0-or-later
 * How x moves: steps written anew, Lion-K's bounds, its error in a box and its Lyapunov function.
 * qv-test: np=1 labels=fast timeout=60 */
#include "optim/bilevel/optimizer.h"

#include <math.h>
#include <string.h>

#include "solvers/parallel/random.h"
#include "tests/support/qv_test.h"

enum { N = 20, ACTIVE = 15, STEPS = 4 };

/* f = x'Qx/2 - b'x whose minimum in [-1, 1]^N is `best`: its gradient there pushes ACTIVE entries
 * against their bounds and is 0 in the others. */
typedef struct {
  double q[N][N], b[N], best[N], start[N];
} problem;

static double draw(int name, int i) {
  return 2 * qv_random_uniform(qv_stream_named(5, "test"), (uint64_t)name, (uint64_t)i) - 1;
}

static void gradient(const problem *p, const double *x, double *g) {
  for (int i = 0; i < N; i++) {
    g[i] = -p->b[i];
    for (int j = 0; j < N; j++) g[i] += p->q[i][j] * x[j];
  }
}

static double value(const problem *p, const double *x) {
  double g[N], f = 0;
  gradient(p, x, g);
  for (int i = 0; i < N; i++) f += x[i] * (g[i] - p->b[i]) / 2;
  return f;
}

static void make(problem *p) {
  memset(p, 0, sizeof *p);
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      p->q[i][j] = i == j;
      for (int k = 0; k < N; k++) p->q[i][j] += draw(0, i * N + k) * draw(0, j * N + k) / N;
    }
  for (int i = 0; i < N; i++)
    p->best[i] = i < ACTIVE ? (draw(1, i) > 0 ? 1 : -1) : 0.7 * draw(1, i);
  gradient(p, p->best, p->b);
  for (int i = 0; i < ACTIVE; i++) p->b[i] += p->best[i] * (0.5 + 0.4 * draw(2, i));
  for (int i = 0; i < N; i++) p->start[i] = 5 * (draw(3, i) > 0 ? 1 : -1);
}

static double norm_of(const double *c) {
  double sum = 0;
  for (int i = 0; i < N; i++) sum += c[i] * c[i];
  return sqrt(sum);
}

/* One step, as a method does it. */
static void step(const qv_optimizer *o, int64_t t, double size, const double *g,
                 double moment[2][N], double *x) {
  double c[N];
  qv_optimizer_aim(o, t, N, g, (double *const[]){moment[0], moment[1]}, c);
  if (o->name == QV_OPTIMIZER_LION) qv_optimizer_slope(o, N, norm_of(c), c);
  qv_optimizer_move(o, size, N, c, x);
}

/* A few steps by sums over all gradients so far: m_t = (1 - beta) sum_s beta^(t-s) g_s. */
static PetscErrorCode anew(void) {
  for (int name = QV_OPTIMIZER_SGD; name <= QV_OPTIMIZER_ADAM; name++) {
    const qv_optimizer o            = {.name = name, .beta1 = 0.8, .beta2 = 0.95};
    double             moment[2][N] = {{0}}, x[N] = {0}, want[N] = {0};
    for (int t = 1; t <= STEPS; t++) {
      double g[N];
      for (int i = 0; i < N; i++) g[i] = draw(10 + t, i);
      step(&o, t, 0.1, g, moment, x);
      for (int i = 0; i < N; i++) {
        double m = 0, v = 0, m_weight = 0, v_weight = 0;
        for (int s = 1; s <= t; s++) {
          m += pow(0.8, t - s) * draw(10 + s, i), m_weight += pow(0.8, t - s);
          v += pow(0.95, t - s) * pow(draw(10 + s, i), 2), v_weight += pow(0.95, t - s);
        }
        if (name == QV_OPTIMIZER_SGD) want[i] -= 0.1 * draw(10 + t, i);
        if (name == QV_OPTIMIZER_MOMENTUM) want[i] -= 0.1 * 0.2 * m;
        if (name == QV_OPTIMIZER_ADAM)
          want[i] -= 0.1 * (m / m_weight) / (sqrt(v / v_weight) + 1e-8);
        EXPECT(fabs(x[i] - want[i]) < 1e-14);
      }
    }
  }
  return 0;
}

/* Outside, the excess shrinks by 1 - eps lambda at least, and what is inside stays there: of the
 * largest entry, or of the norm. */
static PetscErrorCode bounds(void) {
  problem p;
  make(&p);
  for (int k = QV_LION_BOX; k <= QV_LION_HUBER; k++) {
    const double       bound = 0.5, eps = 0.01;
    const qv_optimizer o            = {QV_OPTIMIZER_LION, k, bound, 0.1, 0.9, 0.99};
    double             moment[2][N] = {{0}}, x[N], g[N], before = INFINITY, size = 0;
    memcpy(x, p.start, sizeof x);
    for (int t = 1; t <= 1000; t++) {
      gradient(&p, x, g);
      step(&o, t, eps, g, moment, x);
      size = 0;
      for (int i = 0; i < N; i++) size = fmax(size, fabs(x[i]));
      if (k == QV_LION_BALL) size = norm_of(x);
      const double excess = fmax(0, size - bound);
      EXPECT(excess <= (1 - eps / bound) * before + 1e-14);
      before = excess;
    }
    EXPECT(size > 0.9 * bound); /* the minimum without a bound lies outside */
  }
  return 0;
}

/* The mean over the last steps of f - f* and of the score sum |g_i| + x_i g_i. */
static void errors(const problem *p, double eps, double *above, double *score) {
  const qv_optimizer o     = {QV_OPTIMIZER_LION, QV_LION_BOX, 1, 0, 0.9, 0.99};
  const int          steps = (int)(30 / eps), counted = 1000;
  double             moment[2][N] = {{0}}, x[N], g[N];
  memcpy(x, p->start, sizeof x);
  *above = *score = 0;
  for (int t = 1; t <= steps; t++) {
    gradient(p, x, g);
    for (int i = 0; t > steps - counted && i < N; i++)
      *score += (fabs(g[i]) + x[i] * g[i]) / counted;
    if (t > steps - counted) *above += (value(p, x) - value(p, p->best)) / counted;
    step(&o, t, eps, g, moment, x);
  }
}

/* Without a schedule the error stays, proportional to eps. */
static PetscErrorCode box(void) {
  problem p;
  double  above[3], score[3];
  make(&p);
  for (int k = 0; k < 3; k++) errors(&p, pow(10, -2 - k), &above[k], &score[k]);
  for (int k = 0; k < 3; k++)
    PetscPrintf(PETSC_COMM_WORLD, "# f - f* %.2g, score %.3g\n", above[k], score[k]);
  for (int k = 1; k < 3; k++) {
    EXPECT(score[k - 1] / score[k] > 9 && score[k - 1] / score[k] < 11);
    EXPECT(fabs(above[k]) < fabs(above[k - 1]) / 5);
  }
  EXPECT(above[0] < 0.01 && above[2] < 1e-5 && score[0] < 0.05);
  return 0;
}

/* With the square inside, the limit is the minimum of f + width lambda |x|^2/2 in the box, and with
 * a ball that of f in the ball: the fixed point says dK(-g) = lambda x. */
static PetscErrorCode limits(void) {
  const double bound = 0.5, width = 0.3, eps = 1e-4;
  problem      p;
  make(&p);
  for (int k = QV_LION_BALL; k <= QV_LION_HUBER; k++) {
    const qv_optimizer o            = {QV_OPTIMIZER_LION, k, bound, width, 0.9, 0.99};
    double             moment[2][N] = {{0}}, x[N], g[N];
    memcpy(x, p.start, sizeof x);
    for (int t = 1; t <= 200000; t++) {
      gradient(&p, x, g);
      step(&o, t, eps, g, moment, x);
    }
    gradient(&p, x, g);
    const double length = norm_of(g);
    int          inside = 0;
    for (int i = 0; i < N; i++) {
      const double slope = g[i] + width * x[i] / bound; /* of f and the square */
      const bool   at    = fabs(x[i]) > bound - 1e-6;
      inside += !at;
      if (k == QV_LION_BALL)
        EXPECT(fabs(x[i] + bound * g[i] / length) < 1e-3);
      else
        EXPECT(at ? slope * x[i] < 1e-6 : fabs(slope) < 1e-3);
    }
    EXPECT(k == QV_LION_BALL || (inside > 0 && inside < N));
  }
  return 0;
}

/* H = f + K*(lambda x)/lambda + (1 - e)/(1 + e lambda) (K*(lambda x) + K(m) - lambda m'x), of the
 * flow that small steps follow with 1 - beta1 = e and 1 - beta2 = eps. */
static double lyapunov(const problem *p, double bound, double width, double e, const double *m,
                       const double *x) {
  const double lambda = 1 / bound;
  double       star = 0, k = 0, cross = 0;
  for (int i = 0; i < N; i++) {
    star += width / 2 * pow(lambda * x[i], 2);
    k += fabs(m[i]) < width ? m[i] * m[i] / (2 * width) : fabs(m[i]) - width / 2;
    cross += lambda * m[i] * x[i];
  }
  return value(p, x) + star / lambda + (1 - e) / (1 + e * lambda) * (star + k - cross);
}

static PetscErrorCode decreases(void) {
  const double       eps = 1e-5, bound = 0.5, width = 0.3, e = 0.4;
  const qv_optimizer o = {QV_OPTIMIZER_LION, QV_LION_HUBER, bound, width, 1 - e, 1 - eps};
  problem            p;
  double             slowest = -INFINITY;
  make(&p);
  for (int s = 0; s < 2000; s++) {
    double moment[2][N] = {{0}}, x[N], g[N];
    for (int i = 0; i < N; i++) {
      x[i]         = 0.99 * bound * draw(100 + s, i);
      moment[0][i] = 2 * draw(100 + s, N + i);
    }
    const double before = lyapunov(&p, bound, width, e, moment[0], x);
    gradient(&p, x, g);
    step(&o, 1, eps, g, moment, x);
    slowest = fmax(slowest, (lyapunov(&p, bound, width, e, moment[0], x) - before) / eps);
  }
  PetscPrintf(PETSC_COMM_WORLD, "# largest dH/dt %.2g\n", slowest);
  EXPECT(slowest < -1e-2);
  return 0;
}

/* And all the way to its limit. */
static PetscErrorCode descends(void) {
  const double       eps = 1e-3, bound = 0.5, width = 0.3, e = 0.4;
  const qv_optimizer o = {QV_OPTIMIZER_LION, QV_LION_HUBER, bound, width, 1 - e, 1 - eps};
  problem            p;
  double             moment[2][N] = {{0}}, x[N], g[N], h, largest = -INFINITY;
  make(&p);
  for (int i = 0; i < N; i++) x[i] = 0.99 * bound * draw(9, i);
  const double first = h = lyapunov(&p, bound, width, e, moment[0], x);
  for (int t = 1; t <= 20000; t++) {
    gradient(&p, x, g);
    step(&o, t, eps, g, moment, x);
    const double now = lyapunov(&p, bound, width, e, moment[0], x);
    largest          = fmax(largest, now - h);
    h                = now;
  }
  PetscPrintf(PETSC_COMM_WORLD, "# H %.6g to %.6g, largest change %.2g\n", first, h, largest);
  EXPECT(largest < 1e-12 && h < first - 1);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"anew", anew}, {"bounds", bounds}, {"box", box}, {"limits", limits},
               {"decreases", decreases}, {"descends", descends});
}
