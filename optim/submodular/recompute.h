/* SPDX-License-Identifier: GPL-3.0-or-later
 * Engines that run a static method anew every `period` updates, and the methods. */
#pragma once
#include "optim/submodular/greedy.h"

typedef struct {
  qv_engine  base;
  qv_greedy *greedy;
  qv_summary summary;
  bool       stale; /* something of the summary was deleted: the value is not known */
  void (*method)(qv_engine *engine);
} qv_recompute;

/* Methods fill an empty summary from the live elements, set its value and count what they ask.
 * desk->update numbers the update. */
void qv_method_lazy_greedy(qv_engine *engine);
void qv_method_greedy(qv_engine *engine);
void qv_method_brute_force(qv_engine *engine);

/* At each pick the best of ceil(n / k ln(1 / eps)) random others (Mirzasoleiman et al., AAAI 2015):
 * about n ln(1 / eps) marginals. */
void qv_method_stochastic_greedy(qv_engine *engine);

/* Whatever adds w, for w = the largest singleton times (1 - eps)^i down to eps / n of it
 * (Badanidiyuru and Vondrak, SODA 2014): at most n / eps ln(n / eps) marginals. */
void qv_method_threshold_greedy(qv_engine *engine);
