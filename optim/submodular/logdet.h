/* SPDX-License-Identifier: GPL-3.0-or-later
 * Log-determinant: f(S) = ln det(I + alpha K_S), K_S the rows and columns of a positive
 * semidefinite kernel that belong to S. Monotone and submodular. */
#pragma once
#include "optim/submodular/objective.h"

typedef enum {
  QV_KERNEL_RBF,    /* exp(-|x - y|^2 / (2 sigma^2)) */
  QV_KERNEL_LINEAR, /* x·y */
  QV_KERNEL_MATRIX  /* K itself */
} qv_kernel;

enum { QV_LOGDET_MOST = 4000 }; /* elements of a summary at most */

typedef struct {
  qv_kernel kernel;
  int32_t   n, d; /* elements; coordinates of each, n for a matrix */
  double    alpha, sigma;
  double   *x; /* [n, d], taken over */

  const qv_group *group; /* NULL: alone */
} qv_logdet_plan;

/* Gains are doubles, the same on all ranks, rounded to the quantum of (n, largest single value);
 * the objective's band covers what they depend on the order of the chosen elements. Every rank of
 * the group holds all data and all factors; candidates are dealt out to them. A matrix must be
 * symmetric and positive semidefinite: qv_logdet_flaw tells. */
PetscErrorCode qv_logdet_create(qv_logdet_plan *plan, qv_objective **f);

/* The first element, in the order of the data, whose row and column make the leading part of a
 * symmetric matrix [n, n] indefinite, by more than 1e-12 of its trace; -1: none. n^3 / 3 flops. */
PetscErrorCode qv_logdet_flaw(int32_t n, const double *k, int32_t *element);
