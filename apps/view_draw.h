/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kinds of pictures. Not collective. */
#pragma once
#include "solvers/figure/figure.h"
#include "solvers/store/h5.h"

/* Where a picture goes and what stands around it. */
typedef struct {
  const char *title;     /* of the file; may be NULL */
  const char *source;    /* "free-fall.h5, /result/energy_error" */
  const char *svg, *png; /* files to write; NULL: not this one */
  bool        each_seed; /* of series: a curve for each seed, however many */
} qv_view_picture;

/* Draw the data set as its @view says. *reason: NULL or a constant sentence (an unknown view, or
 * one that does not suit the shape). */
PetscErrorCode qv_view_draw_set(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                                const char **reason);
