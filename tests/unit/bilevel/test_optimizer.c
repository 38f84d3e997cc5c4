/* SPDX-License-Identifier: GPL-3.0-or-later
 * How x moves: steps written anew, Lion-K's bounds, its error at bounds and its Lyapunov function.
 * qv-test: np=1 labels=fast timeout=60 */
#include "optim/bilevel/optimizer.h"

#include <math.h>
#include <string.h>

#include "solvers/parallel/random.h"
#include "tests/support/qv_test.h"

enum { N = 20, ACTIVE = 15, STEPS = 4 };
enum { GROUP = 4, ACTIVE_GROUPS = 3, ROWS = 2, COLUMNS = 5 }; /* groups; matrices in x */

static qv_optimizer lion(int k, double bound) {
  return (qv_optimizer){.name    = QV_OPTIMIZER_LION,
                        .k       = k,
                        .bound   = bound,
                        .width   = 0.1,
                        .beta1   = 0.9,
                        .beta2   = 0.99,
                        .group   = GROUP,
                        .rows    = ROWS,
                        .columns = COLUMNS};
}

/* f = x'Qx/2 - b'x whose minimum in a set of Lion-K with bound 1 is `best`: its gradient there
 * pushes what is at the bound against it, ACTIVE entries of a box, ACTIVE_GROUPS groups, three
 * singular values of two matrices, and is 0 elsewhere. */
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

/* Two orthonormal vectors. */
static void orthonormal(int name, int n, double v[2][COLUMNS]) {
  for (int k = 0; k < 2; k++) {
    double dot = 0, square = 0;
    for (int i = 0; i < n; i++) v[k][i] = draw(name, k * n + i);
    for (int i = 0; i < n; i++) dot += k ? v[0][i] * v[1][i] : 0;
    for (int i = 0; i < n; i++) v[k][i] -= k ? dot * v[0][i] : 0;
    for (int i = 0; i < n; i++) square += v[k][i] * v[k][i];
    for (int i = 0; i < n; i++) v[k][i] /= sqrt(square);
  }
}

/* The minimum, and what pushes it. */
static void place(int k, double *best, double *push) {
  if (k == QV_LION_BOX)
    for (int i = 0; i < N; i++) {
      best[i] = i < ACTIVE ? (draw(1, i) > 0 ? 1 : -1) : 0.7 * draw(1, i);
      push[i] = i < ACTIVE ? best[i] * (0.5 + 0.4 * draw(2, i)) : 0;
    }
  for (int g = 0; k == QV_LION_GROUP && g < N / GROUP; g++) {
    double square = 0;
    for (int i = g * GROUP; i < (g + 1) * GROUP; i++) square += pow(draw(1, i), 2);
    for (int i = g * GROUP; i < (g + 1) * GROUP; i++) {
      best[i] = (g < ACTIVE_GROUPS ? 1 : 0.6) * draw(1, i) / sqrt(square);
      push[i] = g < ACTIVE_GROUPS ? best[i] * (0.5 + 0.4 * draw(2, g)) : 0;
    }
  }
  for (int b = 0; k == QV_LION_NUCLEAR && b < 2; b++) {
    double u[2][COLUMNS], v[2][COLUMNS];
    orthonormal(20 + b, ROWS, u);
    orthonormal(30 + b, COLUMNS, v);
    for (int s = 0; s < 2; s++)
      for (int i = 0; i < ROWS * COLUMNS; i++) {
        const bool   active = b == 0 || s == 0;
        const double outer  = u[s][i / COLUMNS] * v[s][i % COLUMNS];
        best[b * ROWS * COLUMNS + i] += (active ? 1 : 0.4) * outer;
        push[b * ROWS * COLUMNS + i] += active ? (0.5 + 0.4 * draw(2, 2 * b + s)) * outer : 0;
      }
  }
}

static void make(problem *p, int k) {
  double push[N] = {0};
  memset(p, 0, sizeof *p);
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      p->q[i][j] = i == j;
      for (int l = 0; l < N; l++) p->q[i][j] += draw(0, i * N + l) * draw(0, j * N + l) / N;
    }
  place(k, p->best, push);
  gradient(p, p->best, p->b);
  for (int i = 0; i < N; i++) p->b[i] += push[i];
  for (int i = 0; i < N; i++) p->start[i] = 5 * (draw(3, i) > 0 ? 1 : -1);
}

static double norm_of(const double *c) {
  double sum = 0;
  for (int i = 0; i < N; i++) sum += c[i] * c[i];
  return sqrt(sum);
}

/* AA' of a matrix: its trace, and the root of its determinant. */
static void gram(const double *a, double m[2][2], double *trace, double *root) {
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++) {
      m[i][j] = 0;
      for (int c = 0; c < COLUMNS; c++) m[i][j] += a[i * COLUMNS + c] * a[j * COLUMNS + c];
    }
  *trace = m[0][0] + m[1][1];
  *root  = sqrt(fmax(0, m[0][0] * m[1][1] - m[0][1] * m[1][0]));
}

/* Largest of the quantities that a bound holds for; and K, their dual's sum. */
static double size_of(int k, const double *x) {
  double m[2][2], trace, root, size = 0;
  if (k == QV_LION_BALL) return norm_of(x);
  for (int g = 0; k == QV_LION_GROUP && g < N; g += GROUP) {
    double square = 0;
    for (int i = g; i < g + GROUP; i++) square += x[i] * x[i];
    size = fmax(size, sqrt(square));
  }
  for (int b = 0; k == QV_LION_NUCLEAR && b < N; b += ROWS * COLUMNS) {
    gram(x + b, m, &trace, &root);
    size = fmax(size, sqrt(trace / 2 + sqrt(fmax(0, trace * trace / 4 - root * root))));
  }
  for (int i = 0; (k == QV_LION_BOX || k == QV_LION_HUBER) && i < N; i++)
    size = fmax(size, fabs(x[i]));
  return size;
}

static double k_of(int k, const double *u) {
  double m[2][2], trace, root, sum = 0;
  for (int g = 0; k == QV_LION_GROUP && g < N; g += GROUP) {
    double square = 0;
    for (int i = g; i < g + GROUP; i++) square += u[i] * u[i];
    sum += sqrt(square);
  }
  for (int b = 0; k == QV_LION_NUCLEAR && b < N; b += ROWS * COLUMNS) {
    gram(u + b, m, &trace, &root);
    sum += sqrt(trace + 2 * root); /* the sum of two singular values */
  }
  for (int i = 0; k == QV_LION_BOX && i < N; i++) sum += fabs(u[i]);
  return sum;
}

/* One step, as a method does it. */
static void step(const qv_optimizer *o, int64_t t, double size, const double *g,
                 double moment[2][N], double *x) {
  double c[N];
  qv_optimizer_aim(o, t, N, g, (double *const[]){moment[0], moment[1]}, c);
  if (o->name == QV_OPTIMIZER_LION) EXPECT(qv_optimizer_slope(o, N, norm_of(c), c) == 0);
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
 * largest entry, norm, or singular value. */
static PetscErrorCode bounds(void) {
  problem p;
  make(&p, QV_LION_BOX);
  for (int k = QV_LION_BOX; k <= QV_LION_NUCLEAR; k++) {
    const double       bound = 0.5, eps = 0.01;
    const qv_optimizer o            = lion(k, bound);
    double             moment[2][N] = {{0}}, x[N], g[N], before = INFINITY, size = 0;
    memcpy(x, p.start, sizeof x);
    for (int t = 1; t <= 1000; t++) {
      gradient(&p, x, g);
      step(&o, t, eps, g, moment, x);
      size                = size_of(k, x);
      const double excess = fmax(0, size - bound);
      EXPECT(excess <= (1 - eps / bound) * before + 1e-14);
      before = excess;
    }
    EXPECT(size > 0.9 * bound); /* the minimum without a bound lies outside */
  }
  return 0;
}

/* The mean over the last steps of f - f* and of the score K(g) + x'g, which is never negative. */
static void errors(const problem *p, int k, double eps, double *above, double *score) {
  const qv_optimizer o     = lion(k, 1);
  const int          steps = (int)(30 / eps), counted = 1000;
  double             moment[2][N] = {{0}}, x[N], g[N];
  memcpy(x, p->start, sizeof x);
  *above = *score = 0;
  for (int t = 1; t <= steps; t++) {
    gradient(p, x, g);
    if (t > steps - counted) {
      *score += k_of(k, g) / counted;
      for (int i = 0; i < N; i++) *score += x[i] * g[i] / counted;
      *above += (value(p, x) - value(p, p->best)) / counted;
    }
    step(&o, t, eps, g, moment, x);
  }
}

/* Without a schedule the error stays, proportional to eps. */
static PetscErrorCode at_bounds(void) {
  static const int kinds[] = {QV_LION_BOX, QV_LION_GROUP, QV_LION_NUCLEAR};
  problem          p;
  for (int j = 0; j < 3; j++) {
    double above[3], score[3];
    make(&p, kinds[j]);
    EXPECT(fabs(size_of(kinds[j], p.best) - 1) < 1e-14);
    for (int k = 0; k < 3; k++) errors(&p, kinds[j], pow(10, -2 - k), &above[k], &score[k]);
    for (int k = 0; k < 3; k++)
      PetscPrintf(PETSC_COMM_WORLD, "# f - f* %.2g, score %.3g\n", above[k], score[k]);
    for (int k = 1; k < 3; k++) {
      EXPECT(score[k - 1] / score[k] > 9 && score[k - 1] / score[k] < 11);
      EXPECT(fabs(above[k]) < fabs(above[k - 1]) / 5);
    }
    EXPECT(above[0] < 0.01 && above[2] < 1e-5 && score[0] < 0.05);
  }
  return 0;
}

static double distance(int n, const double *a, const double *b) {
  double far = 0;
  for (int i = 0; i < n; i++) far = fmax(far, fabs(a[i] - b[i]));
  return far;
}

/* dK of groups and matrices: c_g/|c_g|; U V' = (AA')^-1/2 A, by the root of a 2 x 2 matrix,
 * R = (M + sqrt(det M) I)/sqrt(tr M + 2 sqrt(det M)). */
static PetscErrorCode slopes(void) {
  double       c[N], want[N], m[2][2], trace, root, flat[N], upright[N];
  qv_optimizer o = lion(QV_LION_GROUP, 1);
  for (int i = 0; i < N; i++) c[i] = i < GROUP ? 0 : draw(40, i);
  for (int i = 0; i < N; i++) {
    double square = 0;
    for (int j = i - i % GROUP; j < i - i % GROUP + GROUP; j++) square += c[j] * c[j];
    want[i] = square > 0 ? c[i] / sqrt(square) : 0;
  }
  PetscCall(qv_optimizer_slope(&o, N, 0, c));
  EXPECT(distance(N, c, want) < 1e-15);

  o = lion(QV_LION_NUCLEAR, 1);
  for (int i = 0; i < N; i++) flat[i] = draw(41, i);
  for (int b = 0; b < N; b += ROWS * COLUMNS) {
    gram(flat + b, m, &trace, &root);
    const double scale   = sqrt(trace + 2 * root);
    const double r[2][2] = {{(m[0][0] + root) / scale, m[0][1] / scale},
                            {m[1][0] / scale, (m[1][1] + root) / scale}};
    for (int i = 0; i < COLUMNS; i++) { /* by Cramer's rule; det R = sqrt(det M) */
      const double top = flat[b + i], low = flat[b + COLUMNS + i];
      want[b + i]           = (r[1][1] * top - r[0][1] * low) / root;
      want[b + COLUMNS + i] = (r[0][0] * low - r[1][0] * top) / root;
      upright[b + 2 * i] = top, upright[b + 2 * i + 1] = low;
    }
  }
  PetscCall(qv_optimizer_slope(&o, N, 0, flat));
  EXPECT(distance(N, flat, want) < 1e-14);
  o.rows = COLUMNS, o.columns = ROWS;
  PetscCall(qv_optimizer_slope(&o, N, 0, upright));
  for (int b = 0; b < N; b += ROWS * COLUMNS)
    for (int i = 0; i < COLUMNS; i++)
      for (int j = 0; j < 2; j++)
        EXPECT(fabs(upright[b + 2 * i + j] - want[b + j * COLUMNS + i]) < 1e-14);

  /* of rank one, and zero: nothing comes of what is rounding alone */
  double length[2] = {0}, a[2] = {0};
  for (int i = 0; i < COLUMNS; i++) length[0] += pow(draw(42, i), 2);
  for (int i = 0; i < ROWS; i++) length[1] += pow(draw(43, i), 2);
  memset(want, 0, sizeof want), memset(c, 0, sizeof c);
  for (int i = 0; i < ROWS * COLUMNS; i++) {
    a[0] = draw(42, i / ROWS), a[1] = draw(43, i % ROWS);
    c[i]    = 1e-5 * a[0] * a[1];
    want[i] = a[0] * a[1] / sqrt(length[0] * length[1]);
  }
  PetscCall(qv_optimizer_slope(&o, N, 0, c));
  EXPECT(distance(N, c, want) < 1e-14);
  return 0;
}

/* With the square inside, the limit is the minimum of f + width lambda |x|^2/2 in the box, and with
 * a ball that of f in the ball: the fixed point says dK(-g) = lambda x. */
static PetscErrorCode limits(void) {
  const double bound = 0.5, width = 0.3, eps = 1e-4;
  problem      p;
  make(&p, QV_LION_BOX);
  for (int k = QV_LION_BALL; k <= QV_LION_HUBER; k++) {
    qv_optimizer o            = lion(k, bound);
    double       moment[2][N] = {{0}}, x[N], g[N];
    o.width                   = width;
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

static qv_optimizer flow(double bound, double width, double e, double eps) {
  qv_optimizer o = lion(QV_LION_HUBER, bound);
  o.width = width, o.beta1 = 1 - e, o.beta2 = 1 - eps;
  return o;
}

static PetscErrorCode decreases(void) {
  const double       eps = 1e-5, bound = 0.5, width = 0.3, e = 0.4;
  const qv_optimizer o = flow(bound, width, e, eps);
  problem            p;
  double             slowest = -INFINITY;
  make(&p, QV_LION_BOX);
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
  const qv_optimizer o = flow(bound, width, e, eps);
  problem            p;
  double             moment[2][N] = {{0}}, x[N], g[N], h, largest = -INFINITY;
  make(&p, QV_LION_BOX);
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
  QV_TEST_MAIN(argc, argv, {"anew", anew}, {"slopes", slopes}, {"bounds", bounds},
               {"at_bounds", at_bounds}, {"limits", limits}, {"decreases", decreases},
               {"descends", descends});
}
