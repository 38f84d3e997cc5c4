/* SPDX-License-Identifier: GPL-3.0-or-later
 * The way back, and a whole pass; see network_forward.h. */
#pragma once
#include "solvers/nn/network_forward.h"

/* Scores to probabilities; the cross entropy. */
static inline double soften(int64_t classes, int32_t label, const real *score, real *p, bool *hit) {
  int64_t best = 0; /* of equal scores the first */
  double  sum  = 0;
  for (int64_t c = 1; c < classes; c++) best = score[c] > score[best] ? c : best;
  const double largest = (double)score[best];
  for (int64_t c = 0; c < classes; c++) sum += exp((double)score[c] - largest);
  for (int64_t c = 0; c < classes; c++) p[c] = (real)(exp((double)score[c] - largest) / sum);
  const double own = (double)score[label];
  *hit             = best == label;
  return isnan(sum) ? NAN : log(sum) + largest - own;
}

/* The loss of the sample in place i, and its derivatives into d. */
static inline void finish(const qv_network *net, work *w, int64_t i, const qv_network_batch *b,
                          const qv_network_wish *wish) {
  const int     last    = net->shape.dense - 1;
  const int64_t classes = net->shape.width[last], sample = w->order[i];
  const real   *score = w->q[last].v + i * classes, *rate = w->q[last].r + i * classes;
  real         *d = w->d[last].v + i * classes, *d_rate = w->d[last].r + i * classes, mean = 0;
  const int32_t label  = b->label[sample];
  const double  weight = b->weight ? b->weight[sample] : 1;
  const real    factor = (real)(weight * b->scale);
  bool          hit;

  const double loss = soften(classes, label, score, d, &hit);
  if (wish->loss) *wish->loss += weight * loss;
  if (wish->hits) *wish->hits += hit;
  for (int64_t c = 0; wish->score && c < classes; c++)
    wish->score[sample * classes + c] = (double)score[c];
  for (int64_t c = 0; w->rate && c < classes; c++) mean += d[c] * rate[c];
  for (int64_t c = 0; w->rate && c < classes; c++) d_rate[c] = factor * d[c] * (rate[c] - mean);
  if (wish->slope && w->rate) wish->slope[sample] = (double)(mean - rate[label]) * net->shrink;
  d[label] -= 1;
  for (int64_t c = 0; c < classes; c++) d[c] *= factor;
}

/* What goes back into layer l, -1: into the recurrent ones. */
static inline const bool *flow(const qv_network *net, const work *w, int l) {
  return l >= net->shape.encoder ? w->head : w->encoder;
}

/* Derivatives with respect to the weights of an affine map, `in` and `d` as pairs. */
static inline void weigh(const work *w, map f, pair in, pair d, const bool wanted[2],
                         int64_t offset) {
  if (wanted[0]) collect(f, in.v, d.v, w->gradient + offset);
  if (!wanted[1]) return;
  collect(f, in.v, d.r, w->product + offset);
  if (in.r) collect(f, in.r, d.v, w->product + offset);
}

static inline void weigh_bias(const work *w, map f, pair d, const bool wanted[2], int64_t offset) {
  if (wanted[0]) NAME(qv_network_clone_columns)(f.rows, f.out, d.v, w->gradient + offset);
  if (wanted[1]) NAME(qv_network_clone_columns)(f.rows, f.out, d.r, w->product + offset);
}

/* g := d W', g.r := d.r W' + d A'; A, where `along` says that it is there, the direction. */
static inline void pass_down(map f, pair d, const real *weight, const real *along, pair g) {
  if (g.v) backward(f, d.v, weight, 0, g.v);
  if (!g.r) return;
  backward(f, d.r, weight, 0, g.r);
  if (along) backward(f, d.v, along, 1, g.r);
}

/* Through tanh: from g to a, n numbers. */
static inline void straighten(int64_t n, pair h, pair g, pair a) {
  if (g.v) NAME(qv_network_clone_back)(n, h.v, g.v, a.v);
  if (!g.r) return;
  NAME(qv_network_clone_back)(n, h.v, g.r, a.r);
  if (h.r) NAME(qv_network_clone_bend)(n, h.v, h.r, g.v, a.r);
}

/* What is asked for: the member of a pair, or NULL. */
static inline pair only(pair p, const bool wanted[2]) {
  return (pair){wanted[0] ? p.v : NULL, wanted[1] ? p.r : NULL};
}

static inline pair rows_from(pair p, int64_t offset) {
  return (pair){p.v ? p.v + offset : NULL, p.r ? p.r + offset : NULL};
}

static inline void dense_back(const qv_network *net, work *w, int l, const bool wanted[2]) {
  const qv_network_block *k     = net->block + qv_network_first_dense(net) + 2 * l;
  const pair              in    = dense_input(net, w, l);
  const map               f     = {w->n, k->rows, k->columns};
  const bool             *below = flow(net, w, l - 1);
  const pair              g     = only(l ? w->g_q[l - 1] : w->pooled_g, below);
  weigh(w, f, in, w->d[l], wanted, k->offset);
  weigh_bias(w, f, w->d[l], wanted, k[1].offset);
  if (!l && !net->shape.hidden) return;
  pass_down(f, w->d[l], w->weight + k->offset, bends(net, w, l) ? w->along + k->offset : NULL, g);
  if (l) straighten(f.rows * f.in, in, g, w->d[l - 1]);
}

/* To where the largest values were. */
static inline void unpool(const qv_network *net, work *w) {
  const int64_t hidden = net->shape.hidden, n = w->n * hidden;
  const pair    g = only(w->g[QV_NETWORK_RECURRENT - 1], w->encoder);
  if (g.v) memset(g.v, 0, (size_t)(w->rows * hidden) * sizeof(real));
  if (g.r) memset(g.r, 0, (size_t)(w->rows * hidden) * sizeof(real));
  for (int64_t i = 0; g.v && i < n; i++) g.v[w->top[i] * hidden + i % hidden] = w->pooled_g.v[i];
  for (int64_t i = 0; g.r && i < n; i++) g.r[w->top[i] * hidden + i % hidden] = w->pooled_g.r[i];
}

/* Back through time; `which` is 0 for values, 1 for derivatives along the direction. */
static inline void through_time(const qv_network *net, work *w, int l, int which) {
  const int64_t hidden = net->shape.hidden;
  const real   *v      = w->weight + recurrent_places(net, l).v;
  const pair    h      = {w->h[l].v, w->moving ? w->h[l].r : NULL};
  real         *g = which ? w->g[l].r : w->g[l].v, *a = which ? w->a[l].r : w->a[l].v;
  for (int64_t t = w->steps - 1; t >= 0; t--) {
    const int64_t row = w->start[t] * hidden, n = w->active[t] * hidden;
    if (t + 1 < w->steps)
      backward((map){w->active[t + 1], hidden, hidden}, a + w->start[t + 1] * hidden, v, 1,
               g + row);
    NAME(qv_network_clone_back)(n, h.v + row, g + row, a + row);
    if (which && h.r)
      NAME(qv_network_clone_bend)(n, h.v + row, h.r + row, w->g[l].v + row, a + row);
  }
}

static inline void recur_back(const qv_network *net, work *w, int l, const bool wanted[2]) {
  const int64_t hidden = net->shape.hidden, first = w->start[1];
  const places  at        = recurrent_places(net, l);
  const map     f         = {w->rows, net->block[3 * l].rows, hidden};
  const map     recurrent = {w->rows - first, hidden, hidden};
  const pair    in        = {l ? w->h[0].v : w->x, l && w->moving ? w->h[0].r : NULL};
  pair          before    = {NULL, NULL};
  if (w->encoder[0]) through_time(net, w, l, 0);
  if (w->encoder[1] && w->moving) shift_up(w, recurrent, w->a[l].v, w->along + at.v, w->g[l].r);
  if (w->encoder[1]) through_time(net, w, l, 1);
  before.v = shift_down(w, hidden, w->h[l].v, w->before[l].v);
  if (w->moving) before.r = shift_down(w, hidden, w->h[l].r, w->before[l].r);
  weigh(w, f, in, w->a[l], wanted, at.u);
  weigh(w, recurrent, before, rows_from(w->a[l], first * hidden), wanted, at.v);
  weigh_bias(w, f, w->a[l], wanted, at.b);
  if (l)
    pass_down(f, w->a[l], w->weight + at.u, w->moving ? w->along + at.u : NULL,
              only(w->g[0], w->encoder));
}

static inline void go_back(const qv_network *net, work *w, const qv_network_wish *wish) {
  const bool head[2]    = {wish->gradient != NULL, wish->product != NULL};
  const bool encoder[2] = {head[0] && !wish->gradient_of_head, head[1] && !wish->product_of_head};
  w->head[0]            = true;
  w->head[1]            = head[1];
  w->encoder[0]         = encoder[0] || (encoder[1] && w->moving);
  w->encoder[1]         = encoder[1];
  memset(w->gradient, 0, (size_t)net->count * sizeof(real));
  memset(w->product, 0, (size_t)net->count * sizeof(real));
  for (int l = net->shape.dense - 1; l >= 0; l--) {
    if (l < net->shape.encoder && !w->encoder[0] && !w->encoder[1]) return;
    dense_back(net, w, l, l >= net->shape.encoder ? head : encoder);
  }
  if (!net->shape.hidden || (!w->encoder[0] && !w->encoder[1])) return;
  unpool(net, w);
  for (int l = QV_NETWORK_RECURRENT - 1; l >= 0; l--) recur_back(net, w, l, encoder);
}

static inline void add_to(int64_t first, int64_t end, double factor, const real *from, double *to) {
  for (int64_t i = first; i < end; i++) to[i] += factor * (double)from[i];
}

void NAME(qv_network_run)(qv_network *net, const qv_network_batch *b, const qv_network_wish *wish) {
  work *w   = work_of(net->work);
  w->rate   = net->direction && (wish->product || wish->slope);
  w->moving = w->rate && !net->still;
  arrange(net, b, w);
  if (net->shape.hidden) {
    recur(net, w, 0, (pair){w->x, NULL});
    recur(net, w, 1, (pair){w->h[0].v, w->moving ? w->h[0].r : NULL});
    pool(net, w);
  }
  for (int l = 0; l < net->shape.dense; l++) dense_layer(net, w, l);
  for (int64_t i = 0; i < w->n; i++) finish(net, w, i, b, wish);
  if (wish->gradient || wish->product) go_back(net, w, wish);
  if (wish->gradient)
    add_to(wish->gradient_of_head ? net->encoder : 0, net->count, 1, w->gradient, wish->gradient);
  if (wish->product)
    add_to(wish->product_of_head ? net->encoder : 0, net->count, net->shrink, w->product,
           wish->product);
}
