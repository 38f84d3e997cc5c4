/* SPDX-License-Identifier: GPL-3.0-or-later
 * A denoiser on windows of the frame: every pixel becomes the mean over the windows that it is in.
 * Windows start at multiples of the stride, and the last ones end with the frame. */
#include "imaging/denoiser/denoiser_impl.h"

#include <string.h>

static int windows_across(const qv_denoiser *d) {
  const int size = d->choice.patch, stride = d->choice.stride;
  return 1 + (d->size - size + stride - 1) / stride;
}

static int window_first(const qv_denoiser *d, int k) {
  const int last = d->size - d->choice.patch, at = k * d->choice.stride;
  return at < last ? at : last;
}

int64_t qv_denoiser_patch_windows(const qv_denoiser *d) {
  const int64_t across = windows_across(d);
  return across * across;
}

PetscErrorCode qv_denoiser_patch_create(MPI_Comm comm, int64_t n_frames, qv_denoiser *d) {
  const int          N = d->size, B = d->choice.patch;
  qv_denoiser_choice choice = d->choice;

  PetscFunctionBegin;
  if (!B) PetscFunctionReturn(0);
  PetscCheck(B <= N && d->choice.stride >= 1 && d->choice.stride <= B && !d->row->joint,
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "windows of %d by %d on frames of %d", B,
             d->choice.stride, N);
  choice.patch = 0;
  PetscCall(qv_denoiser_create(comm, &choice, n_frames, B, &d->inner));
  PetscCall(PetscMalloc3(B * B, &d->window, B * B, &d->denoised, N, &d->share));
  for (int i = 0; i < N; i++) { /* overlaps factor into rows and columns */
    int count = 0;
    for (int k = 0; k < windows_across(d); k++)
      count += i >= window_first(d, k) && i < window_first(d, k) + B;
    d->share[i] = 1.0 / count;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_denoiser_patch_destroy(qv_denoiser *d) {
  PetscFunctionBegin;
  PetscCall(qv_denoiser_destroy(&d->inner));
  PetscCall(PetscFree3(d->window, d->denoised, d->share));
  PetscFunctionReturn(0);
}

static void add_window(const qv_denoiser *d, int top, int left, double *out) {
  const int N = d->size, B = d->choice.patch;
  for (int y = 0; y < B; y++)
    for (int x = 0; x < B; x++) out[(top + y) * N + left + x] += d->denoised[y * B + x];
}

PetscErrorCode qv_denoiser_patch_frame(qv_denoiser *d, const double *x, double *memory,
                                       double *out) {
  const int     N = d->size, B = d->choice.patch, across = windows_across(d);
  const int64_t stride = qv_denoiser_memory(d->inner);

  PetscFunctionBegin;
  memset(out, 0, sizeof *out * (size_t)N * (size_t)N);
  for (int k = 0; k < across * across; k++) {
    const int top = window_first(d, k / across), left = window_first(d, k % across);
    for (int y = 0; y < B; y++)
      memcpy(d->window + y * B, x + (top + y) * N + left, sizeof *x * (size_t)B);
    PetscCall(qv_denoiser_apply(d->inner, 1, d->window, stride ? memory + k * stride : NULL,
                                d->denoised, NULL));
    add_window(d, top, left, out);
  }
  for (int y = 0; y < N; y++)
    for (int p = 0; p < N; p++) out[y * N + p] *= d->share[y] * d->share[p];
  PetscFunctionReturn(0);
}
