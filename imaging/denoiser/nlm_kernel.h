/* SPDX-License-Identifier: GPL-3.0-or-later
 * Non-local means of an n x n frame: weights of 60 offsets, half of a search of 11 x 11 pixels, the
 * other half being equal by symmetry. */
#pragma once

enum { QV_NLM_PATCH = 2, QV_NLM_OFFSETS = 60 };

/* weight[p] between p and p + offset k: exp(-max(0, d - 2 s^2) / h^2), d the mean square difference
 * of patches of the guide, 2 s^2 what noise of the level s adds to it, h = 0.6 s; nothing where
 * p + offset is outside. `scratch` is of n^2 + n + 4. */
void qv_nlm_weights(int n, int k, double s, const double *guide, double *scratch, double *weight);
/* to = W from, with ones on the diagonal of W; weight [QV_NLM_OFFSETS, n, n]. */
void qv_nlm_multiply(int n, const double *weight, const double *from, double *to);
