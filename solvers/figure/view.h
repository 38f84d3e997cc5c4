/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the @view of a data set to a picture.
 *
 *   trajectory  [time, system, body, axis]: paths in the plane, one chart a system (at most 6)
 *   series      [index] or [index, k]: against its scale; "series-log" with a log y axis
 *   histogram   [system] …: distribution; "histogram-log" over decades */
#pragma once
#include "solvers/store/h5.h"

/* Draw every data set with a view into `folder` as <stem>-<set>.svg and .png (`format`: "svg", "png"
 * or "both"). `only`: a data set's path, or NULL for all. made/n_made: the names of the pictures, PetscFree each
 * and the array. *reason as in h5.h. Not collective. */
PetscErrorCode qv_view_draw(const char *file, const char *only, const char *folder,
                            const char *format, char ***made, int *n_made, const char **reason);
