/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sums over features of what the chosen elements make of each: f(S) = sum over u of w_u phi(m_u),
 * m_u the sum, or the largest, of the amounts that the elements of S have of u. Amounts are sparse:
 * a marginal costs what its element has. */
#pragma once
#include "optim/submodular/coverage.h"

/* How much each element has of its features. */
typedef struct {
  qv_sets sets;   /* elements and the features that they have, none twice; weights w_u */
  double *amount; /* [sets.first[n_sets]] >= 0 */
} qv_amounts;

PetscErrorCode qv_amounts_free(qv_amounts *amounts);

typedef enum {
  QV_PHI_SQRT,   /* sqrt(m) */
  QV_PHI_LOG1P,  /* ln(1 + m) */
  QV_PHI_MIN,    /* min(m, cap) */
  QV_PHI_LARGEST /* m, the largest amount instead of the sum: facility location */
} qv_phi;

/* Takes the amounts over. With `min` and `largest` all is exact in multiples of the quantum of
 * (features, largest term); with the others each term is rounded to it, and the objective has a
 * band. */
PetscErrorCode qv_features_create(qv_amounts *amounts, qv_phi phi, double cap, qv_objective **f);
