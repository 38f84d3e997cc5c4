/* SPDX-License-Identifier: GPL-3.0-or-later
 * The way forward through a network in one precision; see network_real.h. Names with a dot in
 * mathematics, derivatives along the direction, are the member r of a pair here. */
#pragma once
#include <math.h>

#include "solvers/nn/network_real.h"

typedef struct {
  real *v, *r;
} pair;

/* Rows of all sequences lie by time, the longest sequence first: the rows of one step are the first
 * ones of the step before. */
typedef struct {
  real    *weight, *along, *gradient, *product; /* [count] */
  real    *x;                                   /* [rows, input] */
  pair     h[QV_NETWORK_RECURRENT];             /* [rows, hidden], as the next three */
  pair     g[QV_NETWORK_RECURRENT];             /* derivatives with respect to h, */
  pair     a[QV_NETWORK_RECURRENT];             /* and to what tanh is taken of */
  pair     before[QV_NETWORK_RECURRENT];        /* h of the step before, from the second step on */
  real    *stash;                               /* [rows, hidden] */
  pair     pooled, pooled_g;                    /* [n, hidden] */
  pair     q[QV_NETWORK_DENSE];                 /* [n, width] */
  pair     g_q[QV_NETWORK_DENSE], d[QV_NETWORK_DENSE]; /* as g and a */
  int32_t *order;                                      /* [n]: the sample in place i */
  int32_t *start, *active;                             /* [longest + 1] of steps */
  int32_t *top;                                        /* [n, hidden]: row of the largest value */
  int64_t  n, rows, steps;
  /* of the pass: are derivatives along the direction wanted, do they begin in the encoder; what
   * goes back: values and derivatives, in the head and in the encoder */
  bool rate, moving, head[2], encoder[2];
} work;

static inline work *work_of(const void *base) {
  return (work *)(((uintptr_t)base + 63) / 64 * 64);
}

static inline void *take(char *base, size_t *used, size_t bytes) {
  void *place = base ? base + *used : NULL;
  *used += (bytes + 63) / 64 * 64;
  return place;
}

static inline real *reals(char *base, size_t *used, int64_t n) {
  return take(base, used, (size_t)n * sizeof(real));
}

static inline pair pairs(char *base, size_t *used, int64_t n) {
  real *v = reals(base, used, n);
  return (pair){v, reals(base, used, n)};
}

static inline void lay_encoder(const qv_network *net, char *base, size_t *used, work *w) {
  const int64_t n = net->samples, rows = n * net->longest, hidden = net->shape.hidden;
  w->x = reals(base, used, rows * net->shape.input);
  for (int l = 0; l < QV_NETWORK_RECURRENT; l++) {
    w->h[l]      = pairs(base, used, rows * hidden);
    w->g[l]      = pairs(base, used, rows * hidden);
    w->a[l]      = pairs(base, used, rows * hidden);
    w->before[l] = pairs(base, used, rows * hidden);
  }
  w->stash    = reals(base, used, rows * hidden);
  w->pooled   = pairs(base, used, n * hidden);
  w->pooled_g = pairs(base, used, n * hidden);
  w->order    = take(base, used, (size_t)n * sizeof(int32_t));
  w->start    = take(base, used, (size_t)(net->longest + 1) * sizeof(int32_t));
  w->active   = take(base, used, (size_t)(net->longest + 1) * sizeof(int32_t));
  w->top      = take(base, used, (size_t)(n * hidden) * sizeof(int32_t));
}

size_t NAME(qv_network_lay)(const qv_network *net, void *block) {
  work  scratch;
  char *base = block ? (char *)work_of(block) : NULL;
  work *w    = block ? (work *)base : &scratch;

  size_t used = (sizeof *w + 63) / 64 * 64;
  w->weight   = reals(base, &used, net->count);
  w->along    = reals(base, &used, net->count);
  w->gradient = reals(base, &used, net->count);
  w->product  = reals(base, &used, net->count);
  lay_encoder(net, base, &used, w);
  for (int l = 0; l < net->shape.dense; l++) {
    w->q[l]   = pairs(base, &used, net->samples * net->shape.width[l]);
    w->g_q[l] = pairs(base, &used, net->samples * net->shape.width[l]);
    w->d[l]   = pairs(base, &used, net->samples * net->shape.width[l]);
  }
  return used;
}

void NAME(qv_network_load)(qv_network *net, const double *parameters, const double *direction) {
  work        *w       = work_of(net->work);
  const double inverse = 1 / net->shrink;
  for (int64_t i = 0; i < net->count; i++) w->weight[i] = (real)parameters[i];
  for (int64_t i = net->still ? net->encoder : 0; direction && i < net->count; i++)
    w->along[i] = (real)(direction[i] * inverse);
}

/* The longest sequence first; equal ones as they came. */
static inline void sort(const qv_network_batch *b, work *w) {
  for (int32_t i = 0; i < b->n; i++) {
    int32_t k = i;
    for (; k > 0 && b->length && b->length[w->order[k - 1]] < b->length[i]; k--)
      w->order[k] = w->order[k - 1];
    w->order[k] = i;
  }
}

/* Where the rows of each step are, and the input vectors. */
static inline void arrange(const qv_network *net, const qv_network_batch *b, work *w) {
  const int64_t input = net->shape.input;
  sort(b, w);
  w->n     = b->n;
  w->steps = b->length ? b->length[w->order[0]] : 1;
  w->rows  = 0;
  for (int32_t t = 0; t < w->steps; t++) {
    w->start[t] = (int32_t)w->rows;
    int32_t i   = 0;
    for (; i < b->n && (!b->length || b->length[w->order[i]] > t); i++) {
      const float *from = b->table + b->sequence[w->order[i]][t] * input;
      real        *to   = w->x + (w->rows + i) * input;
      for (int64_t k = 0; k < input; k++) to[k] = from[k];
    }
    w->active[t] = i;
    w->rows += i;
  }
  w->start[w->steps]  = (int32_t)w->rows;
  w->active[w->steps] = 0;
}

/* h of the step before for all rows from the second step on. */
static inline real *shift_down(const work *w, int64_t hidden, real *h, real *room) {
  if (w->active[w->steps - 1] == w->active[0]) return h; /* they are in place */
  for (int64_t t = 1; t < w->steps; t++)
    memcpy(room + (w->start[t] - w->start[1]) * hidden, h + w->start[t - 1] * hidden,
           (size_t)(w->active[t] * hidden) * sizeof *h);
  return room;
}

/* g += v d' of the step after */
static inline void shift_up(const work *w, map f, const real *d, const real *v, real *g) {
  const int64_t first = w->start[1];
  f.rows              = w->rows - first;
  if (w->active[w->steps - 1] == w->active[0]) {
    backward(f, d + first * f.out, v, 1, g);
    return;
  }
  backward(f, d + first * f.out, v, 0, w->stash);
  for (int64_t t = 1; t < w->steps; t++) {
    real       *to   = g + w->start[t - 1] * f.in;
    const real *from = w->stash + (w->start[t] - first) * f.in;
    for (int64_t i = 0; i < w->active[t] * f.in; i++) to[i] += from[i];
  }
}

/* Offsets of a recurrent layer's blocks. */
typedef struct {
  int64_t u, v, b;
} places;

static inline places recurrent_places(const qv_network *net, int l) {
  const qv_network_block *k = net->block + 3 * l;
  return (places){k[0].offset, k[1].offset, k[2].offset};
}

/* One recurrent layer over all steps, from `in` (in.r NULL: it does not depend on the direction).
 */
static inline void recur(const qv_network *net, work *w, int l, pair in) {
  const int64_t hidden = net->shape.hidden, width = net->block[3 * l].rows;
  const places  at = recurrent_places(net, l);
  const pair    h  = w->h[l];
  const map     f  = {w->rows, width, hidden};
  forward(f, in.v, w->weight + at.u, 0, h.v);
  for (int64_t t = 0; t < w->steps; t++) {
    const int64_t row = w->start[t] * hidden, n = w->active[t];
    if (t)
      forward((map){n, hidden, hidden}, h.v + w->start[t - 1] * hidden, w->weight + at.v, 1,
              h.v + row);
    NAME(qv_network_clone_tanh)(n, hidden, w->weight + at.b, h.v + row);
  }
  if (!w->moving) return;
  const real   *before = shift_down(w, hidden, h.v, w->before[l].v);
  const int64_t first  = w->start[1];
  forward(f, in.v, w->along + at.u, 0, h.r);
  if (in.r) forward(f, in.r, w->weight + at.u, 1, h.r);
  forward((map){w->rows - first, hidden, hidden}, before, w->along + at.v, 1, h.r + first * hidden);
  for (int64_t t = 0; t < w->steps; t++) {
    const int64_t row = w->start[t] * hidden, n = w->active[t];
    if (t)
      forward((map){n, hidden, hidden}, h.r + w->start[t - 1] * hidden, w->weight + at.v, 1,
              h.r + row);
    NAME(qv_network_clone_rate)(n, hidden, w->along + at.b, h.v + row, h.r + row);
  }
}

/* The largest value over time, and where it is. */
static inline void pool(const qv_network *net, work *w) {
  const int64_t hidden = net->shape.hidden;
  const pair    h      = w->h[QV_NETWORK_RECURRENT - 1];
  for (int64_t i = 0; i < w->n * hidden; i++) w->top[i] = (int32_t)(i / hidden);
  memcpy(w->pooled.v, h.v, (size_t)(w->n * hidden) * sizeof(real));
  for (int64_t t = 1; t < w->steps; t++) {
    const real *now = h.v + w->start[t] * hidden;
    for (int64_t i = 0; i < w->active[t] * hidden; i++) {
      const bool higher = now[i] > w->pooled.v[i];
      w->pooled.v[i]    = higher ? now[i] : w->pooled.v[i];
      w->top[i]         = higher ? (int32_t)(w->start[t] + i / hidden) : w->top[i];
    }
  }
  for (int64_t i = 0; w->moving && i < w->n * hidden; i++)
    w->pooled.r[i] = h.r[w->top[i] * hidden + i % hidden];
}

/* Does what layer l gives depend on the direction? l = -1: the input of the dense layers. */
static inline bool bends(const qv_network *net, const work *w, int l) {
  if (l < 0) return w->moving && net->shape.hidden;
  return w->rate && (w->moving || l >= net->shape.encoder);
}

static inline pair dense_input(const qv_network *net, const work *w, int l) {
  pair in = l ? w->q[l - 1] : net->shape.hidden ? w->pooled : (pair){w->x, NULL};
  if (!bends(net, w, l - 1)) in.r = NULL;
  return in;
}

static inline void add_bias(map f, const real *bias, real *q) {
  for (int64_t i = 0; i < f.rows * f.out; i++) q[i] += bias[i % f.out];
}

static inline void dense_layer(const qv_network *net, work *w, int l) {
  const qv_network_block *k  = net->block + qv_network_first_dense(net) + 2 * l;
  const pair              in = dense_input(net, w, l), q = w->q[l];
  const map               f    = {w->n, k->rows, k->columns};
  const bool              last = l == net->shape.dense - 1;
  forward(f, in.v, w->weight + k->offset, 0, q.v);
  if (last)
    add_bias(f, w->weight + k[1].offset, q.v);
  else
    NAME(qv_network_clone_tanh)(f.rows, f.out, w->weight + k[1].offset, q.v);
  if (!bends(net, w, l)) return;
  forward(f, in.v, w->along + k->offset, 0, q.r);
  if (in.r) forward(f, in.r, w->weight + k->offset, 1, q.r);
  if (last)
    add_bias(f, w->along + k[1].offset, q.r);
  else
    NAME(qv_network_clone_rate)(f.rows, f.out, w->along + k[1].offset, q.v, q.r);
}
