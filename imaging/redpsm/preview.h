/* SPDX-License-Identifier: GPL-3.0-or-later
 * A first look at measurements: how bright the images are, how large the noise is. */
#pragma once
#include "imaging/forward.h"

/* This rank's frames of a file of measurements. Borrowed. */
typedef struct {
  const qv_geometry *geometry;
  const double      *samples; /* [count, view, bin] */
} qv_preview_data;

/* The largest value of one static image of all frames: filtered back-projection of all views
 * together, or the mean of what was measured of each pixel. Collective. */
PetscErrorCode qv_preview_largest(MPI_Comm comm, const qv_preview_data *data, double *largest);

/* The noise by the median absolute deviation of the two outermost bins at both ends of the
 * detector, where there is no object; NaN where there are no projections or no noise. Collective.
 */
PetscErrorCode qv_preview_noise(MPI_Comm comm, const qv_preview_data *data, double *sigma);
