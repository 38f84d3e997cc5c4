/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pictures of counts that have been made already. Not collective. */
#pragma once
#include "apps/view_draw.h"
#include "apps/view_overlay.h"

/* "bins": the scale of the one axis holds the left edges, the last bin is as wide as the one before
 * it. "bins-log": both axes logarithmic, widths by ratio; of a bin that begins at 0 the caption
 * tells. "bins at NAME": a line at each value of the set NAME; along an axis `quantile` they are
 * called p50 ... p99, largest. */
PetscErrorCode qv_view_bins(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                            const char **reason);

/* Append the counts alone to a chart of several. *reason: NULL or a constant sentence. */
PetscErrorCode qv_view_bins_add(qv_view_overlay *overlay, qv_h5 *file, const qv_array *array,
                                const char *label, const char **reason);
