/* SPDX-License-Identifier: GPL-3.0-or-later
 * A network inside: its plan, and the two builds of one body. */
#pragma once
#include "solvers/nn/network.h"

struct qv_network {
  qv_network_shape shape;
  qv_precision     precision;
  int              samples, longest;
  int              blocks;
  qv_network_block block[QV_NETWORK_BLOCKS];
  int64_t          count, encoder;
  void            *work; /* of the body; its first bytes tell where the rest is */
  bool             direction, still;
  double           shrink; /* the direction was divided by it */
};

/* The block before a dense layer's weight. Pure. */
static inline int qv_network_first_dense(const qv_network *n) {
  return n->shape.hidden ? 3 * QV_NETWORK_RECURRENT : 0;
}

/* Bytes of the work space; lays it out from `base` when that is given. */
size_t qv_network_lay_single(const qv_network *network, void *base);
size_t qv_network_lay_double(const qv_network *network, void *base);
void qv_network_load_single(qv_network *network, const double *parameters, const double *direction);
void qv_network_load_double(qv_network *network, const double *parameters, const double *direction);
void qv_network_run_single(qv_network *network, const qv_network_batch *batch,
                           const qv_network_wish *wish);
void qv_network_run_double(qv_network *network, const qv_network_batch *batch,
                           const qv_network_wish *wish);
