/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=bench timeout=120
 * Denoisers of one frame of 128 x 128: time, and the flops and bytes of their formulas beside what
 * the core can do. Each application is on another frame, as in a reconstruction. */
#include "bench/_limits.h"
#include "imaging/denoiser/denoiser.h"
#include "tests/support/qv_test.h"

#include <stdio.h>

enum { N = 128, FRAMES = 16, AGAIN = 3, TV = 8 };

/* A pixel's flops (roots and quotients apart), roots with a quotient, and reals read and written
 * by the passes over arrays, in one application. */
typedef struct {
  const char *word;
  double      level, flops, roots, reals;
  bool        is_large; /* its arrays do not stay in the second cache */
} kernel;

static const kernel kernels[] = {
  /* an iteration: u = x + tau div q; the dual step, which has a root and a quotient */
  {"tv", 0.03, TV *(6 + 20) + 6 + 6, TV + 0.5, TV *(4 + 9) + 4 + 1 + 4, false},
  /* 7 taps each way, each tap but the first on both sides */
  {"gaussian", 0, 2 * 13, 0, 2 * 2, false},
  /* details of a block, and their removal from its four pixels */
  {"haar-ti", 0.05, 12 + 4 * 4, 0, 2 + 2, false},
  /* a network of 19 exchanges, each a least and a greatest */
  {"median3", 0, 2 * 19, 0, 2 + 2, false},
  /* 60 weights of 25 pixels by sums along rows and columns, 13 products with them, both ways */
  {"nlm", 0.05, 60 * (2 + 2 * 5 + 4) + 13 * 60 * 4, 0, 60 * 8 + 13 * 60 * 5, true}};

static double image[FRAMES][N * N], out[N * N];

/* Seconds a frame, the best of several rounds over all frames and of *best. */
static PetscErrorCode seconds(const kernel *k, double *best) {
  const qv_denoiser_choice choice = {
    .name = qv_denoiser_named(k->word), .level = k->level, .iterations = TV, .width = 0.7};
  qv_denoiser *denoiser;
  double      *memory;

  PetscFunctionBegin;
  PetscCall(qv_denoiser_create(PETSC_COMM_SELF, &choice, FRAMES, N, &denoiser));
  const int64_t length = qv_denoiser_memory(denoiser);
  PetscCall(PetscCalloc1(FRAMES * length + 1, &memory));
  for (int again = 0; again < AGAIN; again++) {
    const double begin = now();
    for (int f = 0; f < FRAMES; f++)
      PetscCall(qv_denoiser_apply(denoiser, 1, image[f], memory + f * length, out, NULL));
    *best = fmin(*best, (now() - begin) / FRAMES);
  }
  double mean[2] = {0};
  for (int p = 0; p < N * N; p++) mean[0] += out[p], mean[1] += image[FRAMES - 1][p];
  EXPECT_REL(mean[0], mean[1], 0.05); /* it was applied */
  PetscCall(PetscFree(memory));
  PetscCall(qv_denoiser_destroy(&denoiser));
  PetscFunctionReturn(0);
}

/* Discs that move, and what looks like noise. */
static void draw(void) {
  uint64_t word = 1;
  for (int f = 0; f < FRAMES; f++)
    for (int p = 0; p < N * N; p++) {
      const double x = (p % N + 0.5) * 2 / N - 1, y = (p / N + 0.5) * 2 / N - 1;
      word        = word * 6364136223846793005u + 1442695040888963407u;
      image[f][p] = (hypot(x, y) < 0.8) * 0.6 + (hypot(x - 0.02 * f, y) < 0.4) * 0.4 +
                    0.05 * ((double)(word >> 11) / 9007199254740992.0 - 0.5);
    }
}

enum { COUNT = sizeof kernels / sizeof *kernels, ROUNDS = 3, SMALL = 1 << 19, LARGE = 1 << 23 };

static PetscErrorCode denoisers(void) {
  double flops = 0, roots = 0, near = 0, far = 0, time[COUNT];

  PetscFunctionBegin;
  draw();
  for (int i = 0; i < COUNT; i++) time[i] = 1e30;
  for (int round = 0; round < ROUNDS;
       round++) { /* limits and times in turn: both find a quiet moment */
    for (int i = 0; i < COUNT; i++) {
      flops = fmax(flops, limit_flops());
      roots = fmax(roots, limit_roots());
      near  = fmax(near, limit_stream(SMALL));
      far   = fmax(far, limit_stream(LARGE));
      PetscCall(seconds(&kernels[i], &time[i]));
    }
  }
  printf(
    "# the core: %.0f GFLOP/s of fused multiply-adds, %.2f billion roots with quotients a "
    "second,\n# %.0f GB/s through half a MiB, %.0f through 8\n",
    flops, roots, near, far);
  for (int i = 0; i < COUNT; i++) {
    const kernel *k = &kernels[i];
    const double  n = N * N * 1e-9, stream = k->is_large ? far : near;
    const double  compute = n * k->flops / flops + n * k->roots / roots;
    const double  move    = n * 8 * k->reals / stream;
    printf(
      "# %-8s %8.1f us a frame, %7.2f ns a pixel: %3.0f %% of the limit of arithmetic, "
      "%3.0f %% of the %.0f GB/s\n",
      k->word, 1e6 * time[i], 1e9 * time[i] / (N * N), 100 * compute / time[i],
      100 * move / time[i], stream);
  }
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"time a frame", denoisers});
}
