/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/federated.h"

double qv_federated_weigh(qv_federated_record *r, bool here, int64_t cutoff) {
  const double weight = r->count > 0 ? r->mean : 1;
  r->gap++;
  if (here || (cutoff > 0 && r->gap >= (double)cutoff)) {
    r->mean += (r->gap - r->mean) / (r->count + 1);
    r->count++;
    r->gap = 0;
  }
  return weight;
}
