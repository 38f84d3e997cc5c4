/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sequences of images as animations. Not collective. */
#pragma once
#include "apps/view_draw.h"

/* Has the set the view of images, one after the other? Pure. */
bool qv_view_movie_suits(const qv_array *array);
/* All frames (every so many, where there are more than 500) in one range of grey into picture->png.
 * *reason as in view_draw.h. */
PetscErrorCode qv_view_movie(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                             double fps, const char **reason);
