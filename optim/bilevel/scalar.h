/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tasks of one variable at each level, whose answer is known: all that differs is two functions
 * and their derivatives. Equal on all ranks; noise on the oracles. */
#pragma once
#include "optim/bilevel/task.h"

/* Both levels and their derivatives at a point. */
typedef struct {
  double g, g_x, g_y, g_yy, g_xy;
  double f, f_x, f_y;
} qv_scalar_point;

typedef struct {
  qv_scalar_point (*at)(const qv_bilevel_params *params, double x, double y);
  double (*lower)(const qv_bilevel_params *params, double x); /* y*(x) */
  double (*slope)(const qv_bilevel_params *params, double x); /* of Phi */
} qv_scalar;

/* The functions of a qv_task_kind; `scalar` outlives the task. g is 1-strongly convex. */
PetscErrorCode qv_scalar_setup(qv_task *task);
PetscErrorCode qv_scalar_evaluate(qv_task *task, const qv_scalar *scalar, const qv_oracle *oracle);
PetscErrorCode qv_scalar_start(qv_task *task, double *x);
PetscErrorCode qv_scalar_answer(qv_task *task, const qv_scalar *scalar, const double *x, double *y,
                                double *hypergradient);
PetscErrorCode qv_scalar_destroy(qv_task *task);
