/* SPDX-License-Identifier: GPL-3.0-or-later
 * The worked example of docs/linalg.md; tests/docs/linalg_example.sh compares the two.
 * qv-test: np=1,2,4 labels=fast timeout=60 */
#include "tests/support/qv_test.h"

#include <math.h>

/* example: begin */
#include "solvers/linalg/least.h"
#include "solvers/linalg/operator.h"
#include "solvers/linalg/vec.h"

/* Frames of `length` samples, each blurred by a running mean over 5 of them. */
typedef struct {
  int length;
} blur;

static PetscErrorCode blur_frames(const blur *b, Vec x, Vec y, bool adjoint) {
  const double *in;
  double       *out;
  PetscInt      n;

  PetscFunctionBegin;
  PetscCall(VecGetLocalSize(x, &n)); /* whole frames: a rank needs no neighbour */
  PetscCall(VecZeroEntries(y));
  PetscCall(VecGetArrayRead(x, &in));
  PetscCall(VecGetArray(y, &out));
  for (PetscInt i = 0; i < n; i++)
    for (int k = -2; k <= 2; k++) {
      const PetscInt frame = i / b->length, from = i % b->length + k;
      if (from < 0 || from >= b->length) continue;
      const PetscInt j = frame * b->length + from;
      if (adjoint)
        out[j] += in[i] / 5;
      else
        out[i] += in[j] / 5;
    }
  PetscCall(VecRestoreArray(y, &out));
  PetscCall(VecRestoreArrayRead(x, &in));
  PetscFunctionReturn(0);
}

static PetscErrorCode blur_forward(void *context, Vec x, Vec y) {
  return blur_frames(context, x, y, false);
}

static PetscErrorCode blur_adjoint(void *context, Vec y, Vec x) {
  return blur_frames(context, y, x, true);
}

/* x := argmin |A x - b|^2 + 1e-3 |x|^2 over 24 frames of 100 samples. */
static PetscErrorCode deblur(MPI_Comm comm, double *gap, double *norm, qv_least_report *report,
                             double *length) {
  blur                    frames  = {.length = 100};
  const qv_space          space   = qv_space_units(24, frames.length);
  const qv_operator_calls calls   = {.forward = blur_forward, .adjoint = blur_adjoint};
  const qv_least_options  options = {
     .method = QV_LEAST_LSQR, .rtol = 1e-8, .iterations = 500, .damping = 1e-3};
  Mat a;
  Vec b, x;

  PetscFunctionBegin;
  PetscCall(qv_operator_create(comm, &space, &space, &calls, &frames, &a));
  PetscCall(qv_operator_adjoint_gap(a, 1, gap));
  PetscCall(qv_operator_norm(a, 1, 1e-6, 100, norm, NULL));
  PetscCall(MatCreateVecs(a, &x, &b));
  PetscCall(qv_vec_normal(b, 20260101, "data")); /* by global index: the same on any ranks */
  PetscCall(qv_least_once(a, &options, b, x, report));
  PetscCall(VecNorm(x, NORM_2, length)); /* the same bits on any number of ranks */
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&x));
  PetscCall(MatDestroy(&a));
  PetscFunctionReturn(0);
}
/* example: end */

static PetscErrorCode does_what_the_page_says(void) {
  double          gap = 1, norm = 0, length[2] = {0};
  qv_least_report alone, together;
  PetscCall(deblur(PETSC_COMM_SELF, &gap, &norm, &alone, &length[0]));
  PetscCall(deblur(PETSC_COMM_WORLD, &gap, &norm, &together, &length[1]));
  EXPECT(gap < 1e-15);
  EXPECT(norm < 1 && norm > 0.99);
  EXPECT(alone.converged);
  EXPECT_INT(alone.iterations, together.iterations);
  EXPECT_BITS(length[0], length[1]);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"does what the page says", does_what_the_page_says});
}
