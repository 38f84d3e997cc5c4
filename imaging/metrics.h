/* SPDX-License-Identifier: GPL-3.0-or-later
 * How near a sequence of images is to the truth. Sums do not depend on the ranks.
 *
 * SSIM, HFEN and SNR are taken on magnitudes (|x| also where x is real). */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  double nrmse;        /* |x - t| / |t|, all frames */
  double nrmse_scaled; /* the same after the factor <x, t> / <x, x> */
  double nrmse_magnitude;
  double psnr; /* dB: 20 log10(max |t| / rms |x - t|), max over the sequence; inf for x = t */
  double mae;  /* mean |x - t| */
  double
    ssim; /* mean over frames; Gaussian window 11 x 11, sigma 1.5, K 0.01 and 0.03, L = max |t|,
             biased covariances, pixels with a full window; NaN for images below 11 x 11 */
  double hfen; /* |LoG(|x| - |t|)| / |LoG |t||: 15 x 15, sigma 1.5, zero sum, mirrored edges */
  double snr;  /* dB: 10 log10(var |t| / mean (|t| - |x|)^2); for comparison with papers only */
} qv_metrics;

/* Two sequences; this rank's frames. Borrowed. */
typedef struct {
  int           size, components; /* N; 1: real, 2: complex, interleaved */
  int64_t       count;
  const double *image, *truth; /* [count, y, x, components] */
  bool          only_body;     /* count only pixels whose |truth| exceeds 2 % of max in a frame */
} qv_metrics_pair;

/* NaN where a truth of zeros leaves a number undefined. Collective; equal on all ranks. */
PetscErrorCode qv_metrics_compute(MPI_Comm comm, const qv_metrics_pair *pair, qv_metrics *metrics);
