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
