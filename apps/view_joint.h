/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pictures of a data set together with others of its group. Not collective. */
#pragma once
#include "apps/view_draw.h"

/* "series with NAME…": one chart of a curve for each of them. */
PetscErrorCode qv_view_joint_series(qv_h5 *file, const qv_array *array,
                                    const qv_view_picture *picture, const char **reason);
/* A series of several seeds: means with bands. */
PetscErrorCode qv_view_joint_seeds(qv_h5 *file, const qv_array *array,
                                   const qv_view_picture *picture, const char **reason);
/* "histogram by NAME": the distribution of the values for each value (or word) of NAME, whose shape
 * is the same. */
PetscErrorCode qv_view_joint_histogram(qv_h5 *file, const qv_array *array,
                                       const qv_view_picture *picture, const char **reason);
