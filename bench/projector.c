/* SPDX-License-Identifier: GPL-3.0-or-later
 * Projections of a sequence, one view a frame, and their transpose: time a projection, flops beside
 * the core's measured limit. Writes projector.image and projector.samples (raw float64) for the
 * comparison with other programs in projector_skimage.sh. qv-test: np=1 labels=bench timeout=60 */
#include "bench/_limits.h"
#include "imaging/forward.h"
#include "imaging/order.h"
#include "tests/support/qv_test.h"

#include <stdio.h>

enum { N = 128, T = 128, AGAIN = 15, FLOPS = 8 };

static double angle[T], detector[N], when[T], image[N * N], samples[T * N], back[N * N];

/* A few smooth discs, well inside of the circle. */
static void draw(void) {
  static const double disc[][4] = {{0, 0, 0.8, 1}, {0.3, 0.2, 0.2, 0.5}, {-0.25, 0.3, 0.15, -0.4}};
  for (int y = 0; y < N; y++)
    for (int x = 0; x < N; x++)
      for (size_t k = 0; k < sizeof disc / sizeof *disc; k++) {
        const double r =
          hypot((x + 0.5) * 2 / N - 1 - disc[k][0], (y + 0.5) * 2 / N - 1 - disc[k][1]);
        image[y * N + x] += disc[k][3] / (1 + exp((r - disc[k][2]) * 40));
      }
}

static PetscErrorCode set_up(qv_forward **forward) {
  const qv_geometry g = {.model         = qv_forward_model_named("radon2d"),
                         .n_frames      = T,
                         .size          = N,
                         .n_views       = 1,
                         .n_bins        = N,
                         .time          = when,
                         .angle         = angle,
                         .detector      = detector,
                         .field_of_view = QV_FIELD_OF_VIEW_DISC};

  PetscFunctionBegin;
  for (int t = 0; t < T; t++) when[t] = t / (T - 1.0);
  for (int t = 0; t < T; t++) angle[t] = PETSC_PI * t / T;
  for (int j = 0; j < N; j++) detector[j] = (j - (N - 1) / 2.0) * 2 / N;
  draw();
  PetscCall(qv_forward_create(&g, forward));
  PetscFunctionReturn(0);
}

/* Seconds a projection, the best of several sweeps over all frames. */
static double seconds(qv_forward *forward, bool transpose) {
  double best = 1e30;
  for (int again = 0; again < AGAIN; again++) {
    const double begin = now();
    for (int t = 0; t < T; t++) {
      if (transpose)
        qv_forward_adjoint(forward, t, 1, samples + t * N, back);
      else
        qv_forward_apply(forward, t, 1, image, samples + t * N);
    }
    best = fmin(best, (now() - begin) / T);
  }
  return best;
}

static PetscErrorCode keep(const char *name, const double *value, size_t n) {
  FILE *file;

  PetscFunctionBegin;
  PetscCheck((file = fopen(name, "wb")), PETSC_COMM_SELF, PETSC_ERR_FILE_OPEN, "%s", name);
  PetscCheck(fwrite(value, sizeof *value, n, file) == n, PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE,
             "%s", name);
  PetscCheck(!fclose(file), PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE, "%s", name);
  PetscFunctionReturn(0);
}

static PetscErrorCode projections(void) {
  qv_forward *forward;
  double      mass = 0, seen = 0;

  PetscFunctionBegin;
  PetscCall(set_up(&forward));
  const double apply = seconds(forward, false), adjoint = seconds(forward, true);
  const double limit = limit_flops(), work = FLOPS * PETSC_PI / 4 * N * N * 1e-9;
  printf("# forward %.3g s, transpose %.3g s a projection of %d x %d pixels\n", apply, adjoint, N,
         N);
  printf(
    "# %.1f and %.1f GFLOP/s (8 a ray and step), %.0f %% and %.0f %% of the %.0f GFLOP/s that "
    "fused\n"
    "# multiply-adds reach on this core; ns a ray and step: %.2f and %.2f\n",
    work / apply, work / adjoint, 100 * work / apply / limit, 100 * work / adjoint / limit, limit,
    apply / (work / FLOPS), adjoint / (work / FLOPS));
  for (int i = 0; i < N * N; i++) mass += image[i] * 4 / (N * N);
  for (int t = 0; t < T; t++) {
    seen = 0;
    for (int j = 0; j < N; j++) seen += samples[t * N + j] * 2 / N;
    EXPECT_REL(seen, mass, 1e-2);
  }
  PetscCall(keep("projector.image", image, N * N));
  PetscCall(keep("projector.samples", samples, T * N));
  PetscCall(qv_forward_destroy(&forward));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"time a projection", projections});
}
