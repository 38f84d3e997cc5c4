/* SPDX-License-Identifier: GPL-3.0-or-later
 * lambda by the discrepancy principle: the misfit that noise alone would give, times tau. */
#pragma once
#include "imaging/redpsm/redpsm.h"

enum { QV_SEARCH_EVERY = 10, QV_SEARCH_MOST = 5 };

/* Where a search starts. */
double qv_search_start(void);
/* Between iterations: after every tenth one a secant step in log lambda towards misfit = tau, by a
 * factor of 1/3 to 3, unless it is near; beta goes along, and so y stays right. numbers->settled
 * when it is near twice in a row, as long as it stays, or after five steps. Pure. */
void qv_search_update(double misfit, double tau, qv_redpsm_numbers *numbers);
