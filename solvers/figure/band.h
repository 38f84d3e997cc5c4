/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bands (QV_MARK_BAND). Private to this room. */
#pragma once
#include "solvers/figure/chart.h"
#include "solvers/figure/cover.h"

/* One translucent area for each part without a break. */
PetscErrorCode qv_band_draw(const qv_panel *panel, const qv_curve *curve, qv_scene *scene);
/* Mark what the band covers. */
void qv_band_mark(const qv_panel *panel, const qv_curve *curve, qv_cover *cover);
/* Its sign in a legend: a piece of the band with its line, from left to right. */
PetscErrorCode qv_band_swatch(const qv_curve *curve, const qv_segment *at, qv_scene *scene);
