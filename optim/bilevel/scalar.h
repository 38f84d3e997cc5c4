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
PetscErrorCode qv_scalar_answer(qv_task *task, const qv_scalar *scalar, const double *x, double *y,
                                double *hypergradient);
PetscErrorCode qv_scalar_destroy(qv_task *task);

/* The task qv_task_NAME of the three functions of a qv_scalar. */
#define QV_SCALAR_TASK(NAME, AT, LOWER, SLOPE)                                                    \
  static const qv_scalar scalar_##NAME = {AT, LOWER, SLOPE};                                      \
  static PetscErrorCode  evaluate_##NAME(qv_task *task, const qv_oracle *oracle) {                \
     PetscFunctionBegin;                                                                          \
     PetscCall(qv_scalar_evaluate(task, &scalar_##NAME, oracle));                                 \
     PetscFunctionReturn(0);                                                                      \
  }                                                                                               \
  static PetscErrorCode answer_##NAME(qv_task *task, const double *x, double *y, double *slope) { \
    PetscFunctionBegin;                                                                           \
    PetscCall(qv_scalar_answer(task, &scalar_##NAME, x, y, slope));                               \
    PetscFunctionReturn(0);                                                                       \
  }                                                                                               \
  extern const qv_task_kind qv_task_##NAME;                                                       \
  const qv_task_kind        qv_task_##NAME = {.setup      = qv_scalar_setup,                      \
                                              .evaluate   = evaluate_##NAME,                      \
                                              .start      = qv_task_start,                        \
                                              .answer     = answer_##NAME,                        \
                                              .destroy    = qv_scalar_destroy,                    \
                                              .stochastic = true,                                 \
                                              .penalised  = true}
