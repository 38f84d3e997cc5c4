/* SPDX-License-Identifier: GPL-3.0-or-later
 * Images beside others: "… against PATH". Not collective. */
#pragma once
#include "apps/view_draw.h"

/* [shown, y, x] (a truth) above the same frames of PATH, which the scale of the first axis names,
 * and above |difference|; both in one range of grey. */
PetscErrorCode qv_view_against_images(qv_h5 *file, const qv_array *array,
                                      const qv_view_picture *picture, const char **reason);
/* [frame, x] beside the middle row of PATH [frame, y, x]. */
PetscErrorCode qv_view_against_profile(qv_h5 *file, const qv_array *array,
                                       const qv_view_picture *picture, const char **reason);
