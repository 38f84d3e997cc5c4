/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much a client counts that takes part in some rounds only. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* FedAU's record of a client: the mean of its gaps between rounds, their number, the gap of now.
 * All zero at the start. */
typedef struct {
  double mean, count, gap;
} qv_federated_record;

/* The weight of this round, 1 before the first record, and the record after it: a gap ends where
 * the client takes part, or at `cutoff` rounds (0: never). With participation by chance p, the mean
 * of weights is (1 - (1 - p)^cutoff)/p in the long run. Pure. */
double qv_federated_weigh(qv_federated_record *record, bool here, int64_t cutoff);
