/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2,3,4 labels=fast timeout=60
 * Parts of RED-PSM: bases of time functions, sums over frames, the search for lambda, the preview.
 */
#include <math.h>
#include <string.h>

#include "imaging/redpsm/basis.h"
#include "imaging/redpsm/frame_tree.h"
#include "imaging/redpsm/preview.h"
#include "imaging/redpsm/search.h"
#include "solvers/parallel/layout.h"
#include "solvers/parallel/random.h"
#include "tests/support/qv_test.h"

enum { T = 21 };

static void fill_times(double *time) {
  for (int t = 0; t < T; t++) time[t] = t / (T - 1.0);
}

static PetscErrorCode bases_reproduce_lines(void) {
  static const char *const words[] = {"hermite", "linear", "bspline"};
  double                   time[T];

  PetscFunctionBegin;
  fill_times(time);
  for (int w = 0; w < 3; w++)
    for (int d = 2; d <= 9; d++) {
      qv_basis *b;
      double    sum_error = 0, line_error = 0;
      PetscCall(qv_basis_create(qv_basis_named(words[w]), T, time, d, &b));
      EXPECT(b->width <= PetscMin(d, 4));
      for (int t = 0; t < T; t++) {
        double sum = 0, line = 0;
        for (int j = 0; j < b->width; j++) {
          const int column = b->first[t] + j;
          /* the place of a coefficient: knots, or Greville's abscissae */
          double at = column / (d - 1.0);
          if (w == 2 && d > 4) {
            at = 0;
            for (int k = 1; k <= 3; k++) at += fmin(fmax((column + k - 3.0) / (d - 3.0), 0), 1) / 3;
          }
          sum += b->value[t * b->width + j];
          line += at * b->value[t * b->width + j];
        }
        sum_error  = fmax(sum_error, fabs(sum - 1));
        line_error = fmax(line_error, fabs(line - time[t]));
      }
      EXPECT(sum_error < 1e-14);
      EXPECT(line_error < 1e-14);
      PetscCall(qv_basis_destroy(&b));
    }
  PetscFunctionReturn(0);
}

/* d = T: the identity, for those that interpolate. */
static PetscErrorCode bases_interpolate(void) {
  static const char *const words[] = {"hermite", "linear", "identity"};
  double                   time[T], z[T * 2], psi[T * 2];

  PetscFunctionBegin;
  fill_times(time);
  for (int i = 0; i < 2 * T; i++) z[i] = sin(i);
  for (int w = 0; w < 3; w++) {
    qv_basis *b;
    double    worst = 0;
    PetscCall(qv_basis_create(qv_basis_named(words[w]), T, time, T, &b));
    qv_basis_expand(b, 2, z, psi);
    for (int i = 0; i < 2 * T; i++) worst = fmax(worst, fabs(psi[i] - z[i]));
    EXPECT(worst < 1e-13);
    PetscCall(qv_basis_destroy(&b));
  }
  PetscFunctionReturn(0);
}

/* Slopes are means of secants: the interpolant of knots 0, 1, 0 (d = 3) between 0 and 1 has slopes
 * 1 and 0 there, in units of a knot's distance: q + q^2 - q^3. */
static PetscErrorCode hermite_known(void) {
  const double time[2] = {0.15, 0.4}, z[3] = {0, 1, 0};
  double       psi[2];
  qv_basis    *b;

  PetscFunctionBegin;
  PetscCall(qv_basis_create(qv_basis_named("hermite"), 2, time, 3, &b));
  qv_basis_expand(b, 1, z, psi);
  for (int i = 0; i < 2; i++) {
    const double q = 2 * time[i];
    EXPECT_REL(psi[i], q + q * q - q * q * q, 1e-14);
  }
  PetscCall(qv_basis_destroy(&b));
  PetscFunctionReturn(0);
}

static PetscErrorCode dct_is_cosines(void) {
  double    time[T], z[4 * 4], psi[T * 4], worst = 0;
  qv_basis *b;

  PetscFunctionBegin;
  fill_times(time);
  PetscCall(qv_basis_create(qv_basis_named("dct"), T, time, 4, &b));
  qv_basis_start(b, 4, z);
  qv_basis_expand(b, 4, z, psi);
  for (int t = 0; t < T; t++)
    for (int k = 0; k < 4; k++)
      worst = fmax(worst, fabs(psi[t * 4 + k] - cos(PETSC_PI * k * time[t])));
  EXPECT(worst < 1e-15);
  PetscCall(qv_basis_destroy(&b));
  PetscFunctionReturn(0);
}

/* Images of integers against integer weights: sums are exact, whatever the order. */
static PetscErrorCode tree_adds_exactly(void) {
  static const int counts[] = {1, 2, 7, 8, 13, 32, 37};
  enum { PIXELS = 200, K = 3, MOST = 37 };
  int rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  for (int c = 0; c < 7; c++) {
    const int64_t  n = counts[c], end = qv_layout_first_unit(n, rank + 1, size);
    qv_frame_tree *tree;
    double         image[8 * PIXELS], weight[8 * K], sum[K * PIXELS];
    PetscCall(qv_frame_tree_create(PETSC_COMM_WORLD, n, K, PIXELS, &tree));
    for (int twice = 0; twice < 2; twice++) {
      for (int64_t t = qv_layout_first_unit(n, rank, size); t < end;) {
        const int count = qv_frame_tree_chunk(t, end);
        EXPECT(t % count == 0 && t + count <= end);
        for (int i = 0; i < count; i++) {
          for (int p = 0; p < PIXELS; p++) image[i * PIXELS + p] = (double)((t + i) * 7 + p);
          for (int k = 0; k < K; k++) weight[i * K + k] = (double)(t + i + k);
        }
        PetscCall(qv_frame_tree_add(tree, t, count, image, weight));
        t += count;
      }
      PetscCall(qv_frame_tree_end(tree, sum));
    }
    const int64_t first = qv_layout_first(PIXELS, rank, size);
    const int64_t local = qv_layout_first(PIXELS, rank + 1, size) - first;
    int           wrong = 0;
    for (int k = 0; k < K; k++)
      for (int64_t p = 0; p < local; p++) {
        double want = 0;
        for (int64_t t = 0; t < n; t++) want += (double)((t * 7 + first + p) * (t + k));
        wrong += sum[k * local + p] != want;
      }
    EXPECT_INT(wrong, 0);
    PetscCall(qv_frame_tree_destroy(&tree));
  }
  PetscFunctionReturn(0);
}

/* Sums that round: on all ranks the bits of a rank alone. */
static PetscErrorCode tree_knows_no_ranks(void) {
  enum { PIXELS = 150, K = 2, FRAMES = 29 };
  const qv_stream stream  = qv_stream_named(3, "tree");
  const MPI_Comm  comm[2] = {PETSC_COMM_SELF, PETSC_COMM_WORLD};
  double          sum[2][K * PIXELS];
  int             rank, size;

  PetscFunctionBegin;
  for (int c = 0; c < 2; c++) {
    qv_frame_tree *tree;
    PetscCallMPI(MPI_Comm_rank(comm[c], &rank));
    PetscCallMPI(MPI_Comm_size(comm[c], &size));
    PetscCall(qv_frame_tree_create(comm[c], FRAMES, K, PIXELS, &tree));
    const int64_t end = qv_layout_first_unit(FRAMES, rank + 1, size);
    for (int64_t t = qv_layout_first_unit(FRAMES, rank, size); t < end;) {
      const int count = qv_frame_tree_chunk(t, end);
      double    image[8 * PIXELS], weight[8 * K];
      for (int i = 0; i < count; i++) {
        for (int p = 0; p < PIXELS; p++)
          image[i * PIXELS + p] = qv_random_normal(stream, (uint64_t)(t + i), (uint64_t)p);
        for (int k = 0; k < K; k++)
          weight[i * K + k] = qv_random_normal(stream, (uint64_t)(t + i), PIXELS + (uint64_t)k);
      }
      PetscCall(qv_frame_tree_add(tree, t, count, image, weight));
      t += count;
    }
    PetscCall(qv_frame_tree_end(tree, sum[c]));
    PetscCall(qv_frame_tree_destroy(&tree));
  }
  const int64_t first = qv_layout_first(PIXELS, rank, size);
  const int64_t local = qv_layout_first(PIXELS, rank + 1, size) - first;
  for (int k = 0; k < K; k++)
    EXPECT_INT(
      memcmp(sum[1] + k * local, sum[0] + k * PIXELS + first, sizeof(double) * (size_t)local), 0);
  PetscFunctionReturn(0);
}

/* A misfit that is a power of lambda: the secant finds tau; lambda and beta go together. */
static PetscErrorCode search_finds_tau(void) {
  PetscFunctionBegin;
  for (double slope = 0.5; slope < 1.6; slope += 0.25) {
    qv_redpsm_numbers v      = {.lambda = qv_search_start(), .beta = 1.5 * qv_search_start()};
    double            misfit = 0;
    for (v.iteration = 1; v.iteration <= 80 && v.settled == 0; v.iteration++) {
      misfit = 0.2 * pow(v.lambda, slope);
      qv_search_update(misfit, 1.1, &v);
    }
    EXPECT(v.settled > 0 && v.iteration <= 62);
    EXPECT_REL(misfit, 1.1, 0.03);
    EXPECT_REL(v.beta, 1.5 * v.lambda, 1e-12);
  }
  PetscFunctionReturn(0);
}

/* A disc of radius 1/2 and height 3, seen from 64 sides, 4 a frame: about 3. Noise of a known size
 * at the ends of the detector. */
static PetscErrorCode preview_sees(void) {
  enum { SIZE = 48, VIEWS = 4, FRAMES = 16 };
  double            time[FRAMES] = {0}, angle[FRAMES * VIEWS], detector[SIZE];
  double            samples[FRAMES * VIEWS * SIZE], largest, sigma;
  const qv_geometry geometry = {.model         = qv_forward_model_named("radon2d"),
                                .n_frames      = FRAMES,
                                .size          = SIZE,
                                .n_views       = VIEWS,
                                .n_bins        = SIZE,
                                .time          = time,
                                .angle         = angle,
                                .detector      = detector,
                                .field_of_view = QV_FIELD_OF_VIEW_DISC};
  int               rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  for (int j = 0; j < SIZE; j++) detector[j] = (j + 0.5) * 2 / SIZE - 1;
  for (int i = 0; i < FRAMES * VIEWS; i++) {
    angle[i] = PETSC_PI * i / (FRAMES * VIEWS);
    for (int j = 0; j < SIZE; j++) {
      const double s = detector[j];
      const double noise =
        0.02 * qv_random_normal(qv_stream_named(1, "n"), (uint64_t)i, (uint64_t)j);
      samples[i * SIZE + j] = noise + (fabs(s) < 0.5 ? 6 * sqrt(0.25 - s * s) : 0);
    }
  }
  const int64_t         first = qv_layout_first_unit(FRAMES, rank, size);
  const qv_preview_data data  = {&geometry, samples + first * VIEWS * SIZE};
  PetscCall(qv_preview_largest(PETSC_COMM_WORLD, &data, &largest));
  EXPECT(largest > 2.85 && largest < 3.9);
  PetscCall(qv_preview_noise(PETSC_COMM_WORLD, &data, &sigma));
  EXPECT_REL(sigma, 0.02, 0.2);
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"bases reproduce lines", bases_reproduce_lines},
               {"bases interpolate", bases_interpolate}, {"hermite: a known answer", hermite_known},
               {"dct: cosines", dct_is_cosines}, {"the tree adds exactly", tree_adds_exactly},
               {"the tree knows no ranks", tree_knows_no_ranks},
               {"the search finds tau", search_finds_tau}, {"the preview sees", preview_sees});
}
