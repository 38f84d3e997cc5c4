/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/softmax.h"

#include <math.h>
#include <string.h>

#include "optim/bilevel/softmax_kernel.h"

/* What a pass computes on the way. */
typedef struct {
  qv_softmax            *work;
  const qv_softmax_pass *pass;
  int                    width;       /* of scores: pad, or 2 pad with z */
  int                    outer_width; /* of gradient and product */
  int                    at_product;  /* column of the product in the outer panel */
  int                    tile;
} runner;

PetscErrorCode qv_softmax_create(int64_t features, int64_t classes, bool bias, qv_softmax **work) {
  qv_softmax *s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  *work              = s;
  s->features        = features;
  s->classes         = classes;
  s->bias            = bias;
  s->pad             = (int)((classes + QV_SOFTMAX_PAD - 1) / QV_SOFTMAX_PAD * QV_SOFTMAX_PAD);
  const size_t lines = (size_t)(features + bias), width = 2 * (size_t)s->pad;
  PetscCall(PetscCalloc4(lines * width, &s->panel, lines * width, &s->outer,
                         QV_SOFTMAX_ROWS * width, &s->score, QV_SOFTMAX_ROWS * width, &s->weight));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_softmax_destroy(qv_softmax **work) {
  PetscFunctionBegin;
  if (!*work) PetscFunctionReturn(0);
  PetscCall(PetscFree4((*work)->panel, (*work)->outer, (*work)->score, (*work)->weight));
  PetscCall(PetscFree(*work));
  PetscFunctionReturn(0);
}

/* Lay W, and Z beside it, into the panel. */
static void lay_panel(const runner *r) {
  const qv_softmax *s     = r->work;
  const int64_t     lines = s->features + s->bias, classes = s->classes;
  for (int64_t k = 0; k < lines; k++) {
    double *line = s->panel + k * r->width;
    memset(line, 0, (size_t)r->width * sizeof *line);
    memcpy(line, r->pass->w + k * classes, (size_t)classes * sizeof *line);
    if (r->pass->z) memcpy(line + s->pad, r->pass->z + k * classes, (size_t)classes * sizeof *line);
  }
}

/* score := probabilities; the cross entropy. */
static double to_probabilities(int64_t classes, int label, double *score, bool *hit) {
  double largest = score[0], sum = 0;
  for (int64_t c = 1; c < classes; c++) largest = score[c] > largest ? score[c] : largest;
  const double own = score[label];
  *hit             = own >= largest;
  for (int64_t c = 0; c < classes; c++) sum += score[c] = exp(score[c] - largest);
  const double inverse = 1 / sum;
  for (int64_t c = 0; c < classes; c++) score[c] *= inverse;
  return log(sum) + largest - own;
}

/* One sample: from its scores to its lines in the outer weights. */
static void finish_sample(const runner *r, int64_t i, double *score, double *weight) {
  const qv_softmax_pass *pass    = r->pass;
  const int64_t          classes = r->work->classes;
  const int              label   = pass->split->label[i];
  const double          *q       = score + r->work->pad;
  const double           w       = pass->lambda ? 1 / (1 + exp(-pass->lambda[i])) : 1;
  double                 mean = 0, own = pass->z ? q[label] : 0;
  bool                   hit;

  const double loss = to_probabilities(classes, label, score, &hit);
  if (pass->loss) pass->loss[r->tile] += w * loss;
  if (pass->hits) pass->hits[r->tile] += hit;
  memset(weight, 0, (size_t)r->outer_width * sizeof *weight);
  if (pass->gradient) {
    for (int64_t c = 0; c < classes; c++) weight[c] = w * score[c];
    weight[label] = w * (score[label] - 1);
  }
  if (!pass->z) return;
  for (int64_t c = 0; c < classes; c++) mean += score[c] * q[c];
  if (pass->cross) pass->cross[i] = w * (1 - w) * (mean - own);
  if (pass->product)
    for (int64_t c = 0; c < classes; c++) weight[r->at_product + c] = w * score[c] * (q[c] - mean);
}

static void run_group(const runner *r, int rows, const int64_t *sample) {
  const qv_split *split = r->pass->split;
  qv_softmax     *s     = r->work;
  const double   *row[QV_SOFTMAX_ROWS];
  for (int k = 0; k < rows; k++) row[k] = split->x + (sample[k] - split->first) * s->features;
  qv_softmax_scores(rows, s->features, s->bias, r->width, row, s->panel, s->score);
  for (int k = 0; k < rows; k++)
    finish_sample(r, sample[k], s->score + k * r->width, s->weight + k * r->outer_width);
  if (r->outer_width)
    qv_softmax_outer(rows, s->features, s->bias, r->outer_width, row, s->weight, s->outer);
}

/* Add `classes` columns of the outer panel, from `first`, to a tile's part. */
static void add_part(const runner *r, int first, double *part) {
  const int64_t lines = r->work->features + r->work->bias, classes = r->work->classes;
  for (int64_t k = 0; k < lines; k++) {
    const double *line = r->work->outer + k * r->outer_width + first;
    for (int64_t c = 0; c < classes; c++) part[k * classes + c] += r->pass->scale * line[c];
  }
}

void qv_softmax_run(qv_softmax *work, const qv_softmax_pass *pass) {
  const int64_t   lines = work->features + work->bias, length = lines * work->classes;
  const qv_tiles *tiles = pass->split->tiles;
  const int       pad   = work->pad;
  runner          r     = {.work        = work,
                           .pass        = pass,
                           .width       = pass->z ? 2 * pad : pad,
                           .outer_width = pad * ((pass->gradient != NULL) + (pass->product != NULL)),
                           .at_product  = pass->gradient ? pad : 0};
  lay_panel(&r);
  for (; r.tile < tiles->n_tiles; r.tile++) {
    memset(work->outer, 0, (size_t)(lines * r.outer_width) * sizeof(double));
    for (int64_t i = tiles->start[r.tile]; i < tiles->start[r.tile + 1]; i += QV_SOFTMAX_ROWS) {
      const int64_t left = tiles->start[r.tile + 1] - i;
      run_group(&r, (int)(left < QV_SOFTMAX_ROWS ? left : QV_SOFTMAX_ROWS), tiles->sample + i);
    }
    if (pass->gradient) add_part(&r, 0, pass->gradient + r.tile * length);
    if (pass->product) add_part(&r, r.at_product, pass->product + r.tile * length);
  }
}
