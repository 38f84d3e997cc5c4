/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where something has been drawn: free corners, and what is hidden under itself. */
#pragma once
#include "solvers/figure/scene.h"

/* Which cells of a rectangle something has been drawn in. */
typedef struct {
  double         left, top, cell;
  int            columns, rows;
  unsigned char *marked;
} qv_cover;

PetscErrorCode qv_cover_create(const double box[4], double cell, qv_cover **cover);
PetscErrorCode qv_cover_destroy(qv_cover **cover);
/* Mark the cells along a segment. Returns whether any of them was new. */
bool qv_cover_mark(qv_cover *cover, qv_segment at);
/* Is no cell of a rectangle (left, top, right, bottom) marked? */
bool qv_cover_is_free(const qv_cover *cover, const double box[4]);

/* Drop from the last shape of the scene (a line or dots, inside `box`) what is hidden under itself,
 * if it has more than `most` points. */
PetscErrorCode qv_cover_thin(qv_scene *scene, const double box[4], int64_t most);
