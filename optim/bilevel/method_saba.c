/* SPDX-License-Identifier: GPL-3.0-or-later
 * SABA (Dagréou, Ablin, Vaiter & Moreau, NeurIPS 2022): SOBA's directions by SAGA's rule. The
 * samples of each level are cut into fixed batches; a table keeps what each batch gave last. On a
 * task without samples there is one batch, and this is SOBA. */
#include <string.h>

#include "optim/bilevel/method.h"

enum { LEVELS = 2 };
enum { X, MEAN_CROSS, MEAN_UPPER_X, UPPER_FIXED };
enum { Y, Z, MEAN_GRADIENT, MEAN_PRODUCT, MEAN_UPPER_Y, LOWER_FIXED };

/* Batches of a level. */
static int parts_of(const qv_task *task, int level) {
  const int64_t asked = task->params->method.batch, size = asked == QV_UNSET_INT ? 512 : asked;
  return task->samples ? (int)((task->batch[level] + size - 1) / size) : 1;
}

static void tables(const qv_task *task, int vectors[2]) {
  const int lower = parts_of(task, 0), upper = parts_of(task, 1);
  vectors[0] = UPPER_FIXED + lower + upper;     /* cross, df/dx */
  vectors[1] = LOWER_FIXED + 2 * lower + upper; /* gradient, product; df/dy */
}

/* Which batch of each level this draw is of. */
typedef struct {
  int      part[LEVELS], parts[LEVELS];
  double   weight[LEVELS]; /* its share of the samples */
  qv_batch batch[LEVELS];
} choice;

static choice choose(const qv_walk *w, int64_t index, const int part[LEVELS]) {
  static const int streams[LEVELS] = {QV_STREAM_PRODUCT, QV_STREAM_UPPER_Y};
  choice           c;
  for (int k = 0; k < LEVELS; k++) {
    const int parts = parts_of(w->task, k);
    c.parts[k]      = parts;
    c.part[k] =
      part ? part[k]
           : (int)qv_random_below(w->stream[streams[k]], (uint64_t)index, 0, (uint64_t)parts);
    c.batch[k] = w->task->samples ? (qv_batch){.parts = parts, .part = c.part[k]}
                                  : qv_method_batch(w, streams[k], index);
    c.weight[k] =
      (double)qv_task_samples(&c.batch[k], w->task->batch[k]) / (double)w->task->batch[k];
  }
  return c;
}

/* One quantity of one batch: what is new, its row of the table, the table's mean. */
typedef struct {
  double *now, *row, *mean;
} entry;

/* now := parts weight (now - row) + mean, which has the full value as its expectation; the table
 * gets what was new. */
static void reduce(int64_t first, int64_t end, double weight, double parts, const entry *e) {
  for (int64_t i = first; i < end; i++) {
    const double change = e->now[i] - e->row[i];
    e->row[i]           = e->now[i];
    e->now[i]           = parts * weight * change + e->mean[i];
    e->mean[i] += weight * change;
  }
}

static PetscErrorCode evaluate(qv_walk *w, const choice *c, bool lower, bool upper) {
  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(w->task, &(qv_oracle){.x        = w->upper[X],
                                                   .y        = w->lower_v[Y],
                                                   .z        = w->lower_v[Z],
                                                   .lower    = lower ? &c->batch[0] : NULL,
                                                   .upper    = upper ? &c->batch[1] : NULL,
                                                   .gradient = lower ? w->work_lower[0] : NULL,
                                                   .product  = lower ? w->work_lower[1] : NULL,
                                                   .cross    = lower ? w->work_upper[0] : NULL,
                                                   .upper_y  = upper ? w->work_lower[2] : NULL,
                                                   .upper_x  = upper ? w->work_upper[1] : NULL}));
  PetscFunctionReturn(0);
}

/* All five quantities, or those of one level, into the tables; the directions replace what was
 * computed. */
static void reduce_all(qv_walk *w, const choice *c, bool lower, bool upper) {
  const int     i = c->part[0], j = c->part[1], n = c->parts[0];
  const int64_t ny = w->task->n_lower, first = w->task->first, end = w->task->end;
  double      **l = w->lower_v + LOWER_FIXED, **u = w->upper + UPPER_FIXED;
  if (lower) {
    const double weight = c->weight[0];
    reduce(0, ny, weight, n, &(entry){w->work_lower[0], l[i], w->lower_v[MEAN_GRADIENT]});
    reduce(0, ny, weight, n, &(entry){w->work_lower[1], l[n + i], w->lower_v[MEAN_PRODUCT]});
    reduce(first, end, weight, n, &(entry){w->work_upper[0], u[i], w->upper[MEAN_CROSS]});
  }
  if (upper) {
    const double weight = c->weight[1];
    reduce(0, ny, weight, c->parts[1],
           &(entry){w->work_lower[2], l[2 * n + j], w->lower_v[MEAN_UPPER_Y]});
    reduce(first, end, weight, c->parts[1],
           &(entry){w->work_upper[1], u[n + j], w->upper[MEAN_UPPER_X]});
  }
}

/* Fill the tables at the start. */
static PetscErrorCode begin(qv_walk *w) {
  PetscFunctionBegin;
  for (int level = 0; level < LEVELS; level++)
    for (int k = 0; k < parts_of(w->task, level); k++) {
      const int    part[LEVELS] = {level == 0 ? k : 0, level == 1 ? k : 0};
      const choice c            = choose(w, 0, part);
      PetscCall(evaluate(w, &c, level == 0, level == 1));
      reduce_all(w, &c, level == 0, level == 1);
    }
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_walk *w) {
  const choice c     = choose(w, w->iteration + 1, NULL);
  const double gamma = qv_method_step(w, QV_SETTING_GAMMA), nu = qv_method_step(w, QV_SETTING_NU);
  double      *y = w->lower_v[Y], *z = w->lower_v[Z], *direction = w->work_upper[1];

  PetscFunctionBegin;
  PetscCall(evaluate(w, &c, true, true));
  reduce_all(w, &c, true, true);
  for (int64_t i = 0; i < w->task->n_lower; i++) {
    y[i] -= gamma * w->work_lower[0][i];
    z[i] -= nu * (w->work_lower[1][i] - w->work_lower[2][i]);
  }
  for (int64_t i = w->task->first; i < w->task->end; i++) direction[i] -= w->work_upper[0][i];
  PetscCall(qv_method_move(w, qv_method_step(w, QV_SETTING_ETA), direction));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_saba;
const qv_method        qv_method_saba = {
         .upper = UPPER_FIXED, .lower = LOWER_FIXED, .tables = tables, .begin = begin, .iterate = iterate};
