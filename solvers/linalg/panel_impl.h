/* SPDX-License-Identifier: GPL-3.0-or-later
 * Private to lowrank*.c: a panel as a rank sees it. */
#pragma once
#include "solvers/linalg/space.h"

#include <petscvec.h>

typedef struct {
  MPI_Comm comm;
  int      columns;
  int64_t  rows;  /* doubles of a column on this rank; columns lie that far apart */
  int64_t  first; /* global index of the first, in a column */
  int64_t  unit;  /* of the space's part: 0, or tiles start anew after each `unit` doubles */
} qv_panel_shape;

/* An error for anything but a panel: one part, and an even number of doubles per unit for pairs. */
PetscErrorCode qv_panel_shape_of(Vec panel, bool pairs, qv_panel_shape *shape);

/* a := a c for an upper triangle c, in place. */
PetscErrorCode qv_panel_multiply_upper(Vec a, bool pairs, const double *c);
