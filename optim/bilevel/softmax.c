/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/softmax.h"

#include <math.h>
#include <string.h>

#include "optim/bilevel/softmax_kernel.h"

enum { ROWS = QV_SOFTMAX_ROWS, BYTE = 255, BYTE_BITS = 8 };

/* What a pass computes on the way. */
typedef struct {
  qv_softmax            *work;
  const qv_softmax_pass *pass;
  int64_t                columns, outer;          /* of scores; of gradient and product */
  int64_t                at_gradient, at_product; /* columns of them in the outer panel; or -1 */
  double                 scale;                   /* of the weights */
  double                 magic[2]; /* x + magic - magic rounds a weight; 0: as it is */
  int                    tile;
} runner;

PetscErrorCode qv_softmax_create(const qv_scaling *map, int64_t classes, bool bias,
                                 qv_softmax **work) {
  PetscFunctionBegin;
  PetscCall(PetscNew(work));
  qv_softmax *s = *work;
  s->map        = map;
  s->features   = map->n;
  s->classes    = classes;
  s->bias       = bias;
  s->stride     = (map->n + QV_SOFTMAX_LANES) / QV_SOFTMAX_LANES * QV_SOFTMAX_LANES; /* and a 1 */
  const size_t line = (size_t)s->stride, columns = 2 * (size_t)classes;
  PetscCall(PetscCalloc4(ROWS * line, &s->row1, columns * line, &s->panel1, ROWS * columns,
                         &s->score1, ROWS * columns, &s->power));
  PetscCall(
    PetscCalloc3(ROWS * line, &s->row2, columns * line, &s->panel2, ROWS * columns, &s->score2));
  PetscCall(PetscCalloc2(ROWS * columns, &s->weight, columns * line, &s->outer));
  for (int r = 0; r < ROWS; r++)
    s->row1[r * s->stride + s->features] = 1, s->row2[r * s->stride + s->features] = 1;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_softmax_destroy(qv_softmax **work) {
  PetscFunctionBegin;
  if (!*work) PetscFunctionReturn(0);
  PetscCall(PetscFree4((*work)->row1, (*work)->panel1, (*work)->score1, (*work)->power));
  PetscCall(PetscFree3((*work)->row2, (*work)->panel2, (*work)->score2));
  PetscCall(PetscFree2((*work)->weight, (*work)->outer));
  PetscCall(PetscFree(*work));
  PetscFunctionReturn(0);
}

/* What the constant 1 behind the features of a column is multiplied by. */
static double constant_of(const qv_softmax *s, const double *w, int64_t c) {
  double sum = s->bias ? w[s->features * s->classes + c] : 0;
  if (s->map->is_shifted)
    for (int64_t k = 0; k < s->features; k++)
      sum -= s->map->shift[k] * s->map->factor[k] * w[k * s->classes + c];
  return sum;
}

/* Lay W or Z into the panel, column by column, times the features' factors. */
static void lay_single(const qv_softmax *s, const double *restrict w, float *restrict panel) {
  const double *factor = s->map->factor;
  for (int64_t k = 0; k < s->features; k++)
    for (int64_t c = 0; c < s->classes; c++)
      panel[c * s->stride + k] = (float)(w[k * s->classes + c] * factor[k]);
  for (int64_t c = 0; c < s->classes; c++)
    panel[c * s->stride + s->features] = (float)constant_of(s, w, c);
}

static void lay_double(const qv_softmax *s, const double *restrict w, double *restrict panel) {
  const double *factor = s->map->factor;
  for (int64_t k = 0; k < s->features; k++)
    for (int64_t c = 0; c < s->classes; c++)
      panel[c * s->stride + k] = w[k * s->classes + c] * factor[k];
  for (int64_t c = 0; c < s->classes; c++)
    panel[c * s->stride + s->features] = constant_of(s, w, c);
}

/* W, and Z, if any, behind it. */
static void lay_panels(const qv_softmax *s, bool single, const double *w, const double *z) {
  const int64_t half = s->classes * s->stride;
  if (single) {
    lay_single(s, w, s->panel1);
    if (z) lay_single(s, z, s->panel1 + half);
  } else {
    lay_double(s, w, s->panel2);
    if (z) lay_double(s, z, s->panel2 + half);
  }
}

/* Up to ROWS samples as floats, or as doubles. */
static void load_single(const runner *r, int rows, const int64_t *sample) {
  const qv_split *split = r->pass->split;
  const int64_t   d     = split->features;
  for (int k = 0; k < rows; k++) {
    const int64_t at = (sample[k] - split->first) * d;
    float        *to = r->work->row1 + k * r->work->stride;
    if (split->kept == QV_KEPT_BYTES)
      qv_softmax_widen_single(d, (const uint8_t *)split->x + at, to);
    else
      memcpy(to, (const float *)split->x + at, (size_t)d * sizeof *to);
  }
}

static void load_double(const runner *r, int rows, const int64_t *sample) {
  const qv_split *split = r->pass->split;
  const int64_t   d     = split->features;
  for (int k = 0; k < rows; k++) {
    const int64_t at = (sample[k] - split->first) * d;
    double       *to = r->work->row2 + k * r->work->stride;
    if (split->kept == QV_KEPT_BYTES)
      qv_softmax_widen_double(d, (const uint8_t *)split->x + at, to);
    else if (split->kept == QV_KEPT_DOUBLE)
      memcpy(to, (const double *)split->x + at, (size_t)d * sizeof *to);
    else
      for (int64_t j = 0; j < d; j++) to[j] = (double)((const float *)split->x)[at + j];
  }
}

/* score := probabilities; the cross entropy. */
static double to_probabilities(int64_t classes, int label, double *score, bool *hit) {
  int64_t best = 0; /* of equal scores the first */
  double  sum  = 0;
  for (int64_t c = 1; c < classes; c++) best = score[c] > score[best] ? c : best;
  const double own = score[label], largest = score[best];
  *hit = best == label;
  for (int64_t c = 0; c < classes; c++) sum += score[c] = exp(score[c] - largest);
  const double inverse = 1 / sum;
  for (int64_t c = 0; c < classes; c++) score[c] *= inverse;
  return log(sum) + largest - own;
}

static double sigmoid_of(const qv_softmax_pass *pass, int64_t i) {
  return pass->lambda ? 1 / (1 + exp(-pass->lambda[i])) : 1;
}

/* One sample: from its scores to its lines in the outer weights. */
static void finish_double(const runner *r, int64_t i, double *score, double *weight) {
  const qv_softmax_pass *pass    = r->pass;
  const int64_t          classes = r->work->classes;
  const int              label   = pass->split->label[i];
  const double          *q       = score + classes;
  const double           w       = sigmoid_of(pass, i);
  double                 mean = 0, own = pass->z ? q[label] : 0;
  bool                   hit;

  const double loss = to_probabilities(classes, label, score, &hit);
  if (pass->loss) pass->loss[r->tile] += w * loss;
  if (pass->hits) pass->hits[r->tile] += hit;
  if (pass->slope) pass->slope[i] = w * (1 - w) * loss;
  if (r->at_gradient >= 0)
    for (int64_t c = 0; c < classes; c++)
      weight[r->at_gradient + c] = w * (score[c] - (c == label));
  if (!pass->z) return;
  for (int64_t c = 0; c < classes; c++) mean += score[c] * q[c];
  if (pass->cross) pass->cross[i] = w * (1 - w) * (mean - own);
  if (r->at_product >= 0)
    for (int64_t c = 0; c < classes; c++) weight[r->at_product + c] = w * score[c] * (q[c] - mean);
}

/* power := score - its largest, row after row; a score that is not finite leaves a NaN in `poison`.
 */
static float lower_scores(int64_t classes, int label, const float *score, float *power, bool *hit) {
  int64_t best   = 0;
  float   poison = 0;
  for (int64_t c = 1; c < classes; c++) best = score[c] > score[best] ? c : best;
  const float largest = score[best];
  *hit                = best == label;
  for (int64_t c = 0; c < classes; c++) {
    power[c] = score[c] - largest;
    poison += 0 * score[c];
  }
  return poison;
}

static double rounded(double x, double magic) {
  return x + magic - magic;
}

static void finish_single(const runner *r, int64_t i, const float *p, const float *q, float poison,
                          double *weight) {
  const qv_softmax_pass *pass    = r->pass;
  const int64_t          classes = r->work->classes;
  const int              label   = pass->split->label[i];
  const double           w       = sigmoid_of(pass, i);
  float                  sum = poison, mean = 0;
  for (int64_t c = 0; c < classes; c++) sum += p[c];
  const double inverse = 1 / (double)sum, scaled = r->scale * w * inverse;
  if (r->at_gradient >= 0) {
    double *to = weight + r->at_gradient;
    for (int64_t c = 0; c < classes; c++) to[c] = rounded(scaled * (double)p[c], r->magic[0]);
    to[label] = rounded(scaled * (double)p[label] - r->scale * w, r->magic[0]);
  }
  if (!pass->z) return;
  for (int64_t c = 0; c < classes; c++) mean += p[c] * q[c];
  mean *= (float)inverse;
  if (pass->cross) pass->cross[i] = w * (1 - w) * (double)(mean - q[label]);
  if (r->at_product < 0) return;
  double *to = weight + r->at_product;
  for (int64_t c = 0; c < classes; c++)
    to[c] = rounded(scaled * (double)(p[c] * (q[c] - mean)), r->magic[1]);
}

static void run_single(const runner *r, int rows, const int64_t *sample,
                       const qv_softmax_ahead *ahead) {
  qv_softmax   *s = r->work;
  const int64_t n = s->classes;
  float         poison[ROWS];
  load_single(r, rows, sample);
  qv_softmax_scores_single(s->stride, r->columns, s->row1, s->panel1, ahead, s->score1);
  for (int k = 0; k < rows; k++) {
    bool hit;
    poison[k] = lower_scores(n, r->pass->split->label[sample[k]], s->score1 + k * r->columns,
                             s->power + k * n, &hit);
    if (r->pass->hits) r->pass->hits[r->tile] += hit;
  }
  if (!r->outer && !r->pass->cross) return;
  qv_softmax_exp(ROWS * n, s->power);
  for (int k = 0; k < rows; k++)
    finish_single(r, sample[k], s->power + k * n, s->score1 + k * r->columns + n, poison[k],
                  s->weight + k * r->outer);
  if (r->outer) qv_softmax_outer_single(s->stride, r->outer, s->row1, s->weight, s->outer);
}

static void run_double(const runner *r, int rows, const int64_t *sample,
                       const qv_softmax_ahead *ahead) {
  qv_softmax *s = r->work;
  load_double(r, rows, sample);
  qv_softmax_scores_double(s->stride, r->columns, s->row2, s->panel2, ahead, s->score2);
  for (int k = 0; k < rows; k++)
    finish_double(r, sample[k], s->score2 + k * r->columns, s->weight + k * r->outer);
  if (r->outer) qv_softmax_outer_double(s->stride, r->outer, s->row2, s->weight, s->outer);
}

/* Samples are drawn from anywhere: the next ones are fetched meanwhile. */
static qv_softmax_ahead look_ahead(const runner *r, int64_t from, int64_t n,
                                   const int64_t *sample) {
  const qv_split  *split = r->pass->split;
  qv_softmax_ahead ahead = {.bytes = split->features};
  if (split->kept != QV_KEPT_BYTES) return ahead;
  for (; from + ahead.rows < n && ahead.rows < ROWS; ahead.rows++) {
    const int64_t i       = sample[from + ahead.rows];
    ahead.row[ahead.rows] = (const uint8_t *)split->x + (i - split->first) * split->features;
    __builtin_prefetch(split->label + i);
    if (r->pass->lambda) __builtin_prefetch(r->pass->lambda + i);
  }
  return ahead;
}

static void run_samples(const runner *r, int64_t n, const int64_t *sample) {
  for (int64_t i = 0; i < n; i += ROWS) {
    const qv_softmax_ahead ahead = look_ahead(r, i + ROWS, n, sample);
    const int              rows  = (int)(n - i < ROWS ? n - i : ROWS);
    if (rows < ROWS) /* rows that are not there count nothing */
      memset(r->work->weight, 0, (size_t)(ROWS * r->outer) * sizeof(double));
    if (r->pass->single)
      run_single(r, rows, sample + i, &ahead);
    else
      run_double(r, rows, sample + i, &ahead);
  }
}

/* part[k, c] += scale times the sum of features k, from the columns that begin at `first`. */
static void add_part(const qv_softmax *s, int64_t first, double scale, double *restrict part) {
  const double *outer = s->outer + first * s->stride;
  const int64_t d = s->features, classes = s->classes;
  for (int64_t k = 0; k < d; k++) {
    const double factor = scale * s->map->factor[k], shift = s->map->shift[k];
    for (int64_t c = 0; c < classes; c++)
      part[k * classes + c] +=
        factor * (outer[c * s->stride + k] - shift * outer[c * s->stride + d]);
  }
  if (s->bias)
    for (int64_t c = 0; c < classes; c++) part[d * classes + c] += scale * outer[c * s->stride + d];
}

void qv_softmax_run(qv_softmax *work, const qv_softmax_pass *pass) {
  const int64_t   classes = work->classes, length = (work->features + work->bias) * classes;
  const qv_tiles *tiles = pass->split->tiles;
  runner          r     = {.work    = work,
                           .pass    = pass,
                           .columns = pass->z ? 2 * classes : classes,
                           .outer   = classes * ((pass->gradient != NULL) + (pass->product != NULL)),
                           .at_gradient = pass->gradient ? 0 : -1,
                           .scale       = 1,
                           .at_product  = pass->product ? pass->gradient ? classes : 0 : -1};
  lay_panels(work, pass->single, pass->w, pass->z);
  for (; r.tile < tiles->n_tiles; r.tile++) {
    memset(work->outer, 0, (size_t)(work->stride * r.outer) * sizeof(double));
    run_samples(&r, tiles->start[r.tile + 1] - tiles->start[r.tile],
                tiles->sample + tiles->start[r.tile]);
    if (pass->gradient) add_part(work, 0, pass->scale, pass->gradient + r.tile * length);
    if (pass->product) add_part(work, r.at_product, pass->scale, pass->product + r.tile * length);
  }
}

/* The largest power of two q such that all sums of weights times bytes, |weight| <= bound, are
 * multiples of q below 2^53 q; NaN where there is no bound. */
static double quantum_of(double bound, double samples) {
  int size, count;
  if (!isfinite(bound)) return NAN;
  (void)frexp(bound, &size);
  (void)frexp(samples, &count);
  return ldexp(1, size + count + BYTE_BITS - 52);
}

void qv_softmax_begin(qv_softmax *work, qv_softmax_sum *sum, const double *w, const double *z) {
  const int64_t n     = work->classes * ((int64_t)sum->gradient + sum->product);
  double        bound = 0;
  lay_panels(work, true, w, z);
  memset(work->outer, 0, (size_t)(n * work->stride) * sizeof(double));
  sum->quantum[0] = quantum_of(1, sum->samples);
  if (!sum->product) return;
  for (int64_t c = 0; c < work->classes; c++) {
    const float *column = work->panel1 + (work->classes + c) * work->stride;
    const double size   = (double)qv_softmax_size(work->stride, column) * BYTE;
    if (!(size <= bound)) bound = size; /* a NaN stays */
    if (isnan(bound)) break;
  }
  sum->quantum[1] = quantum_of(fmax(2 * bound, sum->factor) + 0 * bound, sum->samples);
}

void qv_softmax_add(qv_softmax *work, const qv_softmax_sum *sum, const qv_softmax_pass *pass,
                    bool as_product) {
  const int64_t   classes = work->classes, product = sum->gradient ? classes : 0;
  const qv_tiles *tiles = pass->split->tiles;
  const runner    r     = {
           .work        = work,
           .pass        = pass,
           .columns     = pass->z ? 2 * classes : classes,
           .outer       = classes * ((int64_t)sum->gradient + sum->product),
           .at_gradient = !pass->gradient ? -1
                          : as_product    ? product
                                          : 0,
           .at_product  = pass->product ? product : -1,
           .scale       = pass->scale,
           .magic       = {1.5 * 0x1p52 * sum->quantum[as_product], 1.5 * 0x1p52 * sum->quantum[1]}};
  memset(work->weight, 0, (size_t)(ROWS * r.outer) * sizeof(double));
  run_samples(&r, tiles->start[tiles->n_tiles], tiles->sample);
}

PetscErrorCode qv_softmax_end(qv_softmax *work, qv_task *task, const qv_softmax_sum *sum,
                              double scale, double *gradient, double *product) {
  const int64_t classes = work->classes, n = (work->features + work->bias) * classes;
  const int     length = (int)(classes * ((int64_t)sum->gradient + sum->product) * work->stride);
  double *const to[2]  = {gradient, product};
  int           size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(task->comm, &size));
  if (size > 1 && length)
    PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, work->outer, length, MPI_DOUBLE, MPI_SUM, task->comm));
  if (!task->uncounted) {
    task->count.reductions++;
    task->count.bytes += length * (int64_t)sizeof(double);
  }
  for (int k = 0; k < 2; k++) {
    if (!to[k]) continue;
    memset(to[k], 0, (size_t)n * sizeof(double));
    add_part(work, k && sum->gradient ? classes : 0, scale, to[k]);
    for (int64_t i = 0; i < n; i++) to[k][i] = isnan(to[k][i]) ? NAN : to[k][i]; /* one pattern */
  }
  PetscFunctionReturn(0);
}
