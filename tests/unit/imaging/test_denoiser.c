/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2 labels=fast timeout=60
 * Denoisers against what they are by definition: closed forms, brute force, and the properties that
 * their rows promise. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "imaging/denoiser/denoiser.h"
#include "solvers/parallel/layout.h"
#include "solvers/parallel/random.h"
#include "tests/support/qv_test.h"

enum { N = 20, PIXELS = N * N };

static double uniform(uint64_t i, uint64_t draw) {
  return qv_random_uniform(qv_stream_named(7, "denoiser"), i, draw);
}

static void noise(uint64_t draw, int n, double *x) {
  for (int i = 0; i < n; i++) x[i] = uniform((uint64_t)i, draw) - 0.3;
}

static double dot(int n, const double *x, const double *y) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += x[i] * y[i];
  return sum;
}

static qv_denoiser_choice choose(const char *word, double level) {
  return (qv_denoiser_choice){
    .name = qv_denoiser_named(word), .level = level, .iterations = 8, .width = 0.7};
}

/* out = D(x) of one frame by a fresh denoiser, memory from zero. */
static PetscErrorCode denoise(const qv_denoiser_choice *choice, int size, const double *x,
                              double *out, double *rho) {
  qv_denoiser *d;
  qv_sum       sum = {0};
  double      *memory;

  PetscFunctionBegin;
  PetscCall(qv_denoiser_create(PETSC_COMM_SELF, choice, 1, size, &d));
  PetscCall(PetscCalloc1(qv_denoiser_memory(d) + 1, &memory));
  PetscCall(qv_denoiser_apply(d, 1, x, memory, out, &sum));
  if (rho) *rho = qv_sum_round(&sum);
  PetscCall(PetscFree(memory));
  PetscCall(qv_denoiser_destroy(&d));
  PetscFunctionReturn(0);
}

static PetscErrorCode constants_stay(void) {
  static const char *const words[] = {"none",    "quadratic", "gaussian", "tv",
                                      "haar-ti", "median3",   "nlm"};
  double                   x[PIXELS], out[PIXELS];

  PetscFunctionBegin;
  for (int i = 0; i < PIXELS; i++) x[i] = 0.75;
  for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
    const qv_denoiser_choice choice = choose(words[w], 0.05);
    double                   rho, worst = 0;
    PetscCall(denoise(&choice, N, x, out, &rho));
    for (int i = 0; i < PIXELS; i++) worst = fmax(worst, fabs(out[i] - 0.75));
    EXPECT(worst < (strcmp(words[w], "nlm") ? 1e-13 : 2e-3));
    EXPECT(fabs(rho) < (strcmp(words[w], "nlm") ? 1e-11 : 1));
  }
  PetscFunctionReturn(0);
}

/* (I + tau G'G) D(x) = x with the stencil of G'G written out. */
static PetscErrorCode quadratic_solves(void) {
  const qv_denoiser_choice choice = choose("quadratic", 1.7);
  double                   x[PIXELS], u[PIXELS], worst = 0;

  PetscFunctionBegin;
  noise(1, PIXELS, x);
  PetscCall(denoise(&choice, N, x, u, NULL));
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      double sum = u[i * N + j];
      if (i > 0) sum += 1.7 * (u[i * N + j] - u[(i - 1) * N + j]);
      if (i + 1 < N) sum += 1.7 * (u[i * N + j] - u[(i + 1) * N + j]);
      if (j > 0) sum += 1.7 * (u[i * N + j] - u[i * N + j - 1]);
      if (j + 1 < N) sum += 1.7 * (u[i * N + j] - u[i * N + j + 1]);
      worst = fmax(worst, fabs(sum - x[i * N + j]));
    }
  EXPECT(worst < 1e-12);
  PetscFunctionReturn(0);
}

/* A point becomes the product of two normalised Gaussians; sums stay, also at the border. */
static PetscErrorCode gaussian_spreads(void) {
  const qv_denoiser_choice choice    = choose("gaussian", 0);
  double                   x[PIXELS] = {0}, u[PIXELS], norm = 0, worst = 0, sum = 0;

  PetscFunctionBegin;
  for (int k = -3; k <= 3; k++) norm += exp(-0.5 * k * k / 0.49);
  x[9 * N + 10] = 1;
  PetscCall(denoise(&choice, N, x, u, NULL));
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      const int    di = i - 9, dj = j - 10;
      const double want =
        abs(di) > 3 || abs(dj) > 3 ? 0 : exp(-0.5 * (di * di + dj * dj) / 0.49) / (norm * norm);
      worst = fmax(worst, fabs(u[i * N + j] - want));
    }
  EXPECT(worst < 1e-15);
  noise(2, PIXELS, x);
  PetscCall(denoise(&choice, N, x, u, NULL));
  for (int i = 0; i < PIXELS; i++) sum += u[i] - x[i];
  EXPECT(fabs(sum) < 1e-12);
  PetscFunctionReturn(0);
}

/* A step of height 1 between halves of m columns: each side moves by tau / m; r = tau times what is
 * left of the jumps. */
static PetscErrorCode tv_moves_steps(void) {
  enum { M = N / 2 };
  qv_denoiser_choice choice = choose("tv", 0.3);
  double             x[PIXELS], u[PIXELS], rho, worst = 0, move = 0.3 / M;

  PetscFunctionBegin;
  choice.iterations = 3000;
  for (int i = 0; i < PIXELS; i++) x[i] = i % N >= M;
  PetscCall(denoise(&choice, N, x, u, &rho));
  for (int i = 0; i < PIXELS; i++) worst = fmax(worst, fabs(u[i] - (i % N >= M ? 1 - move : move)));
  EXPECT(worst < 1e-5);
  EXPECT_REL(rho, 0.5 * PIXELS * move * move + 0.3 * N * (1 - 2 * move), 1e-4);
  PetscFunctionReturn(0);
}

/* The value of the primal is at least that of any dual point, and meets it: here through the gap
 * between many and few iterations, and through firm nonexpansiveness. */
static PetscErrorCode tv_is_a_prox(void) {
  qv_denoiser_choice choice = choose("tv", 0.1);
  double             x[PIXELS], y[PIXELS], u[PIXELS], v[PIXELS], few, many;

  PetscFunctionBegin;
  noise(3, PIXELS, x);
  noise(4, PIXELS, y);
  PetscCall(denoise(&choice, N, x, u, &few));
  choice.iterations = 4000;
  PetscCall(denoise(&choice, N, x, u, &many));
  EXPECT(many <= few && few < 1.2 * many);
  PetscCall(denoise(&choice, N, y, v, NULL));
  for (int i = 0; i < PIXELS; i++) u[i] -= v[i], x[i] -= y[i];
  EXPECT(dot(PIXELS, u, x) >= dot(PIXELS, u, u) * (1 - 1e-6));
  /* rho is a Moreau envelope: moving x by h changes it by h (x - D(x)) */
  double direction[PIXELS], plus[PIXELS], minus[PIXELS], up, down;
  noise(3, PIXELS, x);
  noise(5, PIXELS, direction);
  PetscCall(denoise(&choice, N, x, u, NULL));
  for (int i = 0; i < PIXELS; i++) {
    plus[i]  = x[i] + 1e-4 * direction[i];
    minus[i] = x[i] - 1e-4 * direction[i];
  }
  PetscCall(denoise(&choice, N, plus, v, &up));
  PetscCall(denoise(&choice, N, minus, v, &down));
  for (int i = 0; i < PIXELS; i++) u[i] = x[i] - u[i];
  EXPECT_REL((up - down) / 2e-4, dot(PIXELS, u, direction), 1e-3);
  PetscFunctionReturn(0);
}

/* A warm start goes on: 5 calls of 8 iterations on one image beat one call of 8. */
static PetscErrorCode tv_remembers(void) {
  const qv_denoiser_choice choice = choose("tv", 0.1);
  double                   x[PIXELS], u[PIXELS], cold, warm = 0, *memory;
  qv_denoiser             *d;

  PetscFunctionBegin;
  noise(6, PIXELS, x);
  PetscCall(denoise(&choice, N, x, u, &cold));
  PetscCall(qv_denoiser_create(PETSC_COMM_SELF, &choice, 1, N, &d));
  EXPECT_INT(qv_denoiser_memory(d), 2 * PIXELS);
  PetscCall(PetscCalloc1(2 * PIXELS, &memory));
  for (int k = 0; k < 5; k++) {
    qv_sum sum = {0};
    PetscCall(qv_denoiser_apply(d, 1, x, memory, u, &sum));
    warm = qv_sum_round(&sum);
    if (k == 0) EXPECT_BITS(warm, cold);
  }
  EXPECT(warm < cold);
  PetscCall(PetscFree(memory));
  PetscCall(qv_denoiser_destroy(&d));
  PetscFunctionReturn(0);
}

/* With a huge level the mean of 2 x 2 block means is left: weights 1 2 1 / 2 4 2 / 1 2 1 over 16;
 * with level 0 nothing changes. */
static PetscErrorCode haar_averages(void) {
  qv_denoiser_choice choice = choose("haar-ti", 0);
  double             x[PIXELS], u[PIXELS], worst = 0;

  PetscFunctionBegin;
  noise(8, PIXELS, x);
  PetscCall(denoise(&choice, N, x, u, NULL));
  EXPECT_INT(memcmp(x, u, sizeof x), 0);
  choice.level = 100;
  PetscCall(denoise(&choice, N, x, u, NULL));
  for (int i = 1; i + 1 < N; i++)
    for (int j = 1; j + 1 < N; j++) {
      double want = 0;
      for (int di = -1; di <= 1; di++)
        for (int dj = -1; dj <= 1; dj++)
          want += (2 - abs(di)) * (2 - abs(dj)) / 16.0 * x[(i + di) * N + j + dj];
      worst = fmax(worst, fabs(u[i * N + j] - want));
    }
  EXPECT(worst < 1e-15);
  /* a single block: details 2, 1, 0.5 (in units of half sums) with the level 1.5 */
  const double small[4] = {1 + 1 + 0.5 + 0.25, 1 - 1 + 0.5 - 0.25, 1 + 1 - 0.5 - 0.25,
                           1 - 1 - 0.5 + 0.25};
  double       out[4];
  choice.level = 1.5; /* shrinks 2, 1, 0.5 to 0.5, 0, 0; one shift of four has the block */
  PetscCall(denoise(&choice, 2, small, out, NULL));
  const double block[4] = {1.25, 0.75, 1.25, 0.75};
  for (int i = 0; i < 4; i++) EXPECT_REL(out[i], 0.75 * small[i] + 0.25 * block[i], 1e-15);
  PetscFunctionReturn(0);
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static PetscErrorCode median_sorts(void) {
  const qv_denoiser_choice choice = choose("median3", 0);
  double                   x[PIXELS], u[PIXELS];
  int                      wrong = 0;

  PetscFunctionBegin;
  noise(9, PIXELS, x);
  PetscCall(denoise(&choice, N, x, u, NULL));
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      double nine[9];
      for (int k = 0; k < 9; k++) {
        const int y = i + k / 3 - 1, z = j + k % 3 - 1;
        nine[k] = x[(y < 0 ? 0 : y < N ? y : N - 1) * N + (z < 0 ? 0 : z < N ? z : N - 1)];
      }
      qsort(nine, 9, sizeof *nine, ascending);
      wrong += u[i * N + j] != nine[4];
    }
  EXPECT_INT(wrong, 0);
  PetscFunctionReturn(0);
}

/* Frozen after ten applications: linear, symmetric, rows and columns that sum to 1; and it removes
 * noise from a disc without moving its edge. */
static PetscErrorCode nlm_freezes(void) {
  const qv_denoiser_choice choice = choose("nlm", 0.2);
  double                   x[PIXELS], u[PIXELS], v[PIXELS], du[PIXELS], dv[PIXELS], *memory;
  double                   before = 0, after = 0;
  qv_denoiser             *d;

  PetscFunctionBegin;
  PetscCall(qv_denoiser_create(PETSC_COMM_SELF, &choice, 1, N, &d));
  PetscCall(PetscCalloc1(qv_denoiser_memory(d), &memory));
  for (int i = 0; i < PIXELS; i++) {
    const double r = hypot(i / N - 9.5, i % N - 9.5);
    v[i]           = r < 6;
    x[i]           = v[i] + 0.2 * (uniform((uint64_t)i, 11) - 0.5) * sqrt(12);
  }
  for (int k = 0; k < 10; k++) PetscCall(qv_denoiser_apply(d, 1, x, memory, du, NULL));
  for (int i = 0; i < PIXELS; i++) {
    before += (x[i] - v[i]) * (x[i] - v[i]);
    after += (du[i] - v[i]) * (du[i] - v[i]);
  }
  EXPECT(after < 0.5 * before);
  noise(12, PIXELS, u);
  noise(13, PIXELS, v);
  PetscCall(qv_denoiser_apply(d, 1, u, memory, du, NULL));
  PetscCall(qv_denoiser_apply(d, 1, v, memory, dv, NULL));
  EXPECT_REL(dot(PIXELS, v, du), dot(PIXELS, u, dv), 1e-13);
  for (int i = 0; i < PIXELS; i++) u[i] = 1;
  PetscCall(qv_denoiser_apply(d, 1, u, memory, du, NULL));
  for (int i = 0; i < PIXELS; i++) EXPECT_REL(du[i], 1, 1e-3);
  PetscCall(PetscFree(memory));
  PetscCall(qv_denoiser_destroy(&d));
  PetscFunctionReturn(0);
}

/* One block of 8 x 8 pixels, s1 u1 v1' + s2 u2 v2' with orthonormal factors: singular values shrink
 * by level (8 + sqrt T). Frames over all ranks. */
static PetscErrorCode low_rank_shrinks(void) {
  enum { T = 6 };
  const qv_denoiser_choice choice = choose("low-rank", 0.1);
  const double             tau = 0.1 * (8 + sqrt(T)), s[2] = {5, 0.9 * tau};
  double                   x[T * 64], u[T * 64], worst = 0;
  qv_denoiser             *d;
  qv_sum                   sum = {0};
  int                      rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  const int first = (int)qv_layout_first_unit(T, rank, size);
  const int count = (int)qv_layout_first_unit(T, rank + 1, size) - first;
  for (int t = 0; t < count; t++)
    for (int p = 0; p < 64; p++) {
      const double a = (p % 2 ? 1 : -1) / 8.0, b = 1 / 8.0;
      const double v1 = (first + t) % 2 ? 1 / sqrt(T) : -1 / sqrt(T), v2 = 1 / sqrt(T);
      x[t * 64 + p] = s[0] * a * v1 + s[1] * b * v2;
    }
  PetscCall(qv_denoiser_create(PETSC_COMM_WORLD, &choice, T, 8, &d));
  PetscCall(qv_denoiser_apply(d, count, x, NULL, u, &sum));
  for (int t = 0; t < count; t++)
    for (int p = 0; p < 64; p++) {
      const double v1 = (first + t) % 2 ? 1 / sqrt(T) : -1 / sqrt(T);
      worst           = fmax(worst, fabs(u[t * 64 + p] - (s[0] - tau) * (p % 2 ? 1 : -1) / 8 * v1));
    }
  EXPECT(worst < 1e-12);
  PetscCall(qv_sum_join(PETSC_COMM_WORLD, 1, &sum));
  EXPECT_REL(qv_sum_round(&sum), 0.5 * (tau * tau + s[1] * s[1]) + tau * (s[0] - tau), 1e-10);
  PetscCall(qv_denoiser_destroy(&d));
  PetscFunctionReturn(0);
}

/* Blocks at the border are smaller; frames on one rank and on all ranks: the same bits. */
static PetscErrorCode low_rank_knows_no_ranks(void) {
  enum { T = 5, SIDE = 19, AREA = SIDE * SIDE };
  const qv_denoiser_choice choice = choose("low-rank", 0.02);
  double                   x[T * AREA], alone[T * AREA], u[T * AREA];
  qv_denoiser             *d;
  int                      rank, size;

  PetscFunctionBegin;
  noise(14, T * AREA, x);
  PetscCall(qv_denoiser_create(PETSC_COMM_SELF, &choice, T, SIDE, &d));
  PetscCall(qv_denoiser_apply(d, T, x, NULL, alone, NULL));
  PetscCall(qv_denoiser_destroy(&d));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  const int first = (int)qv_layout_first_unit(T, rank, size);
  const int count = (int)qv_layout_first_unit(T, rank + 1, size) - first;
  PetscCall(qv_denoiser_create(PETSC_COMM_WORLD, &choice, T, SIDE, &d));
  PetscCall(qv_denoiser_apply(d, count, x + first * AREA, NULL, u, NULL));
  EXPECT_INT(memcmp(u, alone + first * AREA, sizeof *u * (size_t)(count * AREA)), 0);
  EXPECT(memcmp(u, x + first * AREA, sizeof *u * (size_t)(count * AREA)) != 0);
  PetscCall(qv_denoiser_destroy(&d));
  PetscFunctionReturn(0);
}

/* Rows keep what they promise: symmetric Jacobian, no expansion, homogeneity; and the one that
 * promises nothing shows it. */
static PetscErrorCode promises_hold(void) {
  double x[PIXELS];

  PetscFunctionBegin;
  noise(15, PIXELS, x);
  for (int name = 0; qv_denoiser_words[name].word; name++) {
    const unsigned       traits = qv_denoiser_traits(name);
    qv_denoiser_choice   choice = choose(qv_denoiser_words[name].word, 0.05);
    qv_denoiser_measures m;
    qv_denoiser         *d;
    double              *memory;
    choice.iterations = 300;
    if (traits & QV_DENOISER_JOINT) continue;
    PetscCall(qv_denoiser_create(PETSC_COMM_SELF, &choice, 1, N, &d));
    PetscCall(PetscCalloc1(qv_denoiser_memory(d) + 1, &memory));
    double out[PIXELS];
    for (int k = 0; k < 10; k++) PetscCall(qv_denoiser_apply(d, 1, x, memory, out, NULL));
    PetscCall(qv_denoiser_measure(d, 1, x, memory, &m));
    if (traits & QV_DENOISER_SYMMETRIC)
      EXPECT(m.asymmetry < 1e-3);
    else
      EXPECT(m.asymmetry > 1e-3);
    if (traits & QV_DENOISER_NONEXPANSIVE) {
      EXPECT(m.lipschitz < 1 + 1e-6);
      EXPECT(m.residual_lipschitz < 1 + 1e-6);
    }
    if (traits & QV_DENOISER_HOMOGENEOUS) EXPECT(m.homogeneity < 1e-9);
    PetscCall(PetscFree(memory));
    PetscCall(qv_denoiser_destroy(&d));
  }
  PetscFunctionReturn(0);
}

/* Windows: each pixel is the mean of what single denoisers of the window's size give of it, by the
 * windows that it is in, counted here; disjoint windows are as if alone; one window is the whole.
 */
static PetscErrorCode windows_average(void) {
  static const int size[] = {8, 7, 5, N, 10}, stride[] = {4, 3, 5, N, 7};
  double           x[PIXELS], out[PIXELS], sum[PIXELS], window[PIXELS], one[PIXELS];
  int              count[PIXELS];

  PetscFunctionBegin;
  noise(11, PIXELS, x);
  for (int k = 0; k < 5; k++) {
    qv_denoiser_choice choice = choose(k % 2 ? "median3" : "tv", 0.05);
    double             worst  = 0;
    const int          B      = size[k];
    choice.patch = B, choice.stride = stride[k];
    PetscCall(denoise(&choice, N, x, out, NULL));
    choice.patch = 0;
    memset(sum, 0, sizeof sum);
    memset(count, 0, sizeof count);
    for (int top = 0;; top = top + stride[k] < N - B ? top + stride[k] : N - B) {
      for (int left = 0;; left = left + stride[k] < N - B ? left + stride[k] : N - B) {
        for (int i = 0; i < B * B; i++) window[i] = x[(top + i / B) * N + left + i % B];
        PetscCall(denoise(&choice, B, window, one, NULL));
        for (int i = 0; i < B * B; i++) {
          sum[(top + i / B) * N + left + i % B] += one[i];
          count[(top + i / B) * N + left + i % B]++;
        }
        if (left == N - B) break;
      }
      if (top == N - B) break;
    }
    for (int i = 0; i < PIXELS; i++) worst = fmax(worst, fabs(out[i] - sum[i] / count[i]));
    EXPECT(worst < 1e-14);
  }
  for (int i = 0; i < PIXELS; i++) x[i] = 0.75;
  qv_denoiser_choice choice = choose("tv", 0.05);
  choice.patch = 9, choice.stride = 4;
  PetscCall(denoise(&choice, N, x, out, NULL));
  for (int i = 0; i < PIXELS; i++) EXPECT_REL(out[i], 0.75, 1e-14);
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"constants stay", constants_stay},
               {"quadratic solves its equation", quadratic_solves},
               {"gaussian spreads a point", gaussian_spreads},
               {"tv moves the sides of a step", tv_moves_steps},
               {"tv is a proximal map", tv_is_a_prox}, {"tv remembers its dual", tv_remembers},
               {"haar-ti averages blocks", haar_averages}, {"median3 sorts", median_sorts},
               {"nlm freezes", nlm_freezes}, {"low-rank shrinks", low_rank_shrinks},
               {"low-rank knows no ranks", low_rank_knows_no_ranks},
               {"promises hold", promises_hold}, {"windows average", windows_average});
}
