/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>

#include "solvers/nn/network_impl.h"

enum { LINE = 64 }; /* bytes; the work space begins at one */

static void add_block(qv_network *n, const char *layer, int number, const char *part,
                      const int64_t shape[2]) {
  qv_network_block *b = &n->block[n->blocks++];
  snprintf(b->name, sizeof b->name, "%s%d.%s", layer, number, part);
  b->rows    = shape[0];
  b->columns = shape[1];
  b->offset  = n->count;
  n->count += shape[0] * shape[1];
}

static void plan(qv_network *n) {
  const qv_network_shape *s  = &n->shape;
  int64_t                 in = s->input;
  for (int l = 0; s->hidden && l < QV_NETWORK_RECURRENT; l++) {
    add_block(n, "recurrent", l, "input", (int64_t[2]){in, s->hidden});
    add_block(n, "recurrent", l, "state", (int64_t[2]){s->hidden, s->hidden});
    add_block(n, "recurrent", l, "bias", (int64_t[2]){1, s->hidden});
    in = s->hidden;
  }
  for (int l = 0; l < s->dense; l++) {
    if (l == s->encoder) n->encoder = n->count;
    add_block(n, "dense", l, "weight", (int64_t[2]){in, s->width[l]});
    add_block(n, "dense", l, "bias", (int64_t[2]){1, s->width[l]});
    in = s->width[l];
  }
}

static size_t lay(const qv_network *n, void *base) {
  return n->precision == QV_SINGLE ? qv_network_lay_single(n, base)
                                   : qv_network_lay_double(n, base);
}

PetscErrorCode qv_network_create(const qv_network_shape *shape, qv_precision precision, int samples,
                                 int longest, qv_network **network) {
  qv_network *n;

  PetscFunctionBegin;
  PetscCall(PetscNew(&n));
  *network     = n;
  n->shape     = *shape;
  n->precision = precision;
  n->samples   = samples;
  n->longest   = shape->hidden ? longest : 1;
  plan(n);
  char *block;
  PetscCall(PetscCalloc1(lay(n, NULL) + LINE, &block));
  n->work = block;
  lay(n, block);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_network_destroy(qv_network **network) {
  PetscFunctionBegin;
  if (!*network) PetscFunctionReturn(0);
  PetscCall(PetscFree((*network)->work));
  PetscCall(PetscFree(*network));
  PetscFunctionReturn(0);
}

const qv_network_block *qv_network_blocks(const qv_network *network, int *n) {
  *n = network->blocks;
  return network->block;
}

int64_t qv_network_count(const qv_network *network) {
  return network->count;
}

int64_t qv_network_encoder(const qv_network *network) {
  return network->encoder;
}

static bool is_bias(const qv_network *n, int k) {
  const int first = qv_network_first_dense(n);
  return k < first ? k % 3 == 2 : (k - first) % 2 == 1;
}

void qv_network_draw(const qv_network *n, qv_stream stream, uint64_t index, double *parameters) {
  for (int k = 0; k < n->blocks; k++) {
    const qv_network_block *b         = &n->block[k];
    const bool              recurrent = k < qv_network_first_dense(n);
    const double            variance  = 2 / (double)(b->rows + b->columns);
    const double bound = recurrent ? 1 / sqrt((double)n->shape.hidden) : sqrt(3 * variance);
    for (int64_t i = b->offset; i < b->offset + b->rows * b->columns; i++)
      parameters[i] =
        is_bias(n, k) ? 0 : bound * (2 * qv_random_uniform(stream, index, (uint64_t)i) - 1);
  }
}

/* A power of two about as large as the largest entry: in single precision a direction far from 1
 * would leave the range. */
static double size_of(int64_t n, const double *direction) {
  double largest = 0;
  int    exponent;
  for (int64_t i = 0; i < n; i++) largest = fmax(largest, fabs(direction[i]));
  if (!(largest > 0) || isinf(largest)) return 1;
  frexp(largest, &exponent);
  return ldexp(1, exponent);
}

void qv_network_load(qv_network *n, const double *parameters, const double *direction, bool still) {
  const int64_t first = still ? n->encoder : 0;
  n->direction        = direction != NULL;
  n->still            = still;
  n->shrink           = direction ? size_of(n->count - first, direction + first) : 1;
  if (n->precision == QV_SINGLE)
    qv_network_load_single(n, parameters, direction);
  else
    qv_network_load_double(n, parameters, direction);
}

void qv_network_run(qv_network *n, const qv_network_batch *batch, const qv_network_wish *wish) {
  if (n->precision == QV_SINGLE)
    qv_network_run_single(n, batch, wish);
  else
    qv_network_run_double(n, batch, wish);
}
