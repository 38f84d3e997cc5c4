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

/* Takes the amounts over. Every rank gives all of them and keeps those of its features (see
 * qv_sets_deal), unless `dealt`: then they are its own already. Collective in the group. With `min`
 * and `largest` all is exact in multiples of the quantum of (features, largest term); with the
 * others each term is rounded to it, and the objective has a band. */
typedef struct {
  const qv_group *group; /* NULL: every rank holds all */
  qv_phi          phi;
  double          cap;     /* of QV_PHI_MIN */
  bool            dealt;   /* QV_PHI_LARGEST: the amounts are this rank's, */
  int64_t         n_items; /* of so many features on all ranks of the group */
} qv_features_plan;
PetscErrorCode qv_features_create(const qv_features_plan *plan, qv_amounts *amounts,
                                  qv_objective **f);
