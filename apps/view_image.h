/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pictures of arrays of grey values. Not collective. */
#pragma once
#include "apps/view_draw.h"

/* [index, y, x] or [y, x]: at most 8 images, equally spaced, in one range of grey. *reason as in
 * view_draw.h. */
PetscErrorCode qv_view_image(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                             const char **reason);
/* One raster, the last axis to the right: [row, x]; [frame, view, bin] with frame views + view
 * upwards (`sinogram`); of [index, y, x] the middle y (`profile`). */
PetscErrorCode qv_view_sinogram(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                                const char **reason);
PetscErrorCode qv_view_profile(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                               const char **reason);

/* For charts that are made of images elsewhere. The title and the caption of a set: 512 bytes. */
void qv_view_image_describe(const qv_array *array, const qv_view_picture *picture, char title[512],
                            char caption[512]);
/* The block `part` of a set of numbers; magnitudes of complex ones. */
PetscErrorCode qv_view_image_read(qv_h5 *file, const qv_array *array, qv_h5_part part,
                                  double *value, const char **reason);
/* One range of colours from the finite of n values for all rasters; blue and red where they are as
 * far below 0 as above. Pure. */
void qv_view_image_range(int64_t n, const double *value, int n_rasters, qv_raster *raster);
PetscErrorCode qv_view_image_save(const qv_figure *figure, const qv_view_picture *picture);
