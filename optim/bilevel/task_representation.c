/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hyper-representation: x is an encoder, y the heads of episodes. With a head for each,
 *   g = sum_e (CE(x, y_e; support of e) + l2 |y_e|^2),   f = mean_e CE(x, y_e; query of e);
 * with one for all, g = mean_e CE(x, y; support of e) + l2 |y|^2. A batch is one of episodes. With
 * an adaptation, f of an episode is that behind its own steps from (x, y), one head for all. */
#include "optim/bilevel/task_representation.h"

#include <math.h>
#include <string.h>

static bool each(const qv_task *task) {
  return task->params->network.heads == QV_HEADS_EACH;
}

/* Where y of an episode begins. */
static int64_t head_at(const qv_task *task, int64_t episode) {
  const qv_representation *r = task->data;
  return each(task) ? episode * r->head : 0;
}

static qv_network_shape shape_of(const qv_task *task) {
  const qv_bilevel_params *p     = task->params;
  qv_network_shape         shape = {.input = ((qv_representation *)task->data)->input};
  if (p->network.encoder == QV_ENCODER_RNN) {
    shape.hidden = p->network.hidden;
  } else {
    shape.encoder  = 2;
    shape.width[0] = shape.width[1] = p->network.hidden;
  }
  shape.dense = shape.encoder;
  for (int k = 0; p->network.head && k < 2; k++) shape.width[shape.dense++] = p->network.head;
  shape.width[shape.dense++] = p->task.classes;
  return shape;
}

static PetscErrorCode allocate(qv_task *task) {
  qv_representation     *r       = task->data;
  const qv_network_shape shape   = shape_of(task);
  const qv_episodes     *t       = r->test;
  int64_t                samples = PetscMax(r->train->n[0], r->train->n[1]);

  PetscFunctionBegin;
  if (t) samples = PetscMax(samples, PetscMax(t->n[0], t->n[1]));
  const int64_t longest = t ? PetscMax(r->train->width, t->width) : r->train->width;
  PetscCall(qv_network_create(&shape, (qv_precision)task->params->network.precision, (int)samples,
                              (int)longest, &r->net));
  r->count   = qv_network_count(r->net);
  r->encoder = qv_network_encoder(r->net);
  r->head    = r->count - r->encoder;
  PetscCall(PetscCalloc4((size_t)r->count, &r->parameters, (size_t)r->count, &r->along,
                         (size_t)r->count, &r->part[0], (size_t)r->count, &r->part[1]));
  task->n_upper = r->encoder;
  task->n_lower = each(task) ? r->train->episodes * r->head : r->head;
  PetscCall(qv_tiles_create(PETSC_COMM_SELF, r->train->episodes, &r->tiles));
  PetscCall(qv_slots_create(task->comm, task->n_lower, &r->gradient));
  PetscCall(qv_slots_create(task->comm, task->n_lower, &r->product));
  for (int k = 0; k < 2; k++) PetscCall(qv_slots_create(task->comm, r->encoder, &r->of_encoder[k]));
  PetscFunctionReturn(0);
}

static bool many_minima(const qv_bilevel_params *params) {
  return params->network.head != 0;
}

static void describe(qv_task *task) {
  const qv_representation *r = task->data;
  task->end                  = task->n_upper;
  task->shared               = true;
  task->upper_axis           = "weight";
  task->lower_rank           = each(task) ? 2 : 1;
  task->lower_shape[0]       = each(task) ? r->train->episodes : r->head;
  task->lower_shape[1]       = r->head;
  task->lower_axes[0]        = each(task) ? "episode" : "head_weight";
  task->lower_axes[1]        = "head_weight";
  task->convexity            = many_minima(task->params) ? 0 : 2 * task->params->task.l2;
  task->samples              = r->train->episodes;
  task->batch[0] = task->batch[1] = r->train->episodes;
}

static PetscErrorCode setup(qv_task *task) {
  PetscFunctionBegin;
  PetscCall(PetscNew((qv_representation **)&task->data));
  PetscCall(qv_representation_read(task));
  if (qv_diag_count(task->diag)) PetscFunctionReturn(0);
  PetscCall(allocate(task));
  describe(task);
  PetscFunctionReturn(0);
}

void qv_representation_pass(const qv_representation *r, const qv_episodes *e, int set,
                            int64_t episode, double scale, const qv_network_wish *wish) {
  enum { PIECE = 256 };
  const int32_t *sequence[PIECE];
  for (int64_t i = 0; i < e->n[set]; i += PIECE) {
    const int64_t first = episode * e->n[set] + i;
    const int     n     = (int)PetscMin(PIECE, e->n[set] - i);
    for (int k = 0; k < n; k++) sequence[k] = e->token[set] + (first + k) * e->width;
    const qv_network_batch batch = {.n        = n,
                                    .sequence = sequence,
                                    .length   = e->length[set] ? e->length[set] + first : NULL,
                                    .table    = e->table[set] ? e->table[set] : r->words,
                                    .label    = e->label[set] + first,
                                    .scale    = scale / (double)e->n[set]};
    qv_network_run(r->net, &batch, wish);
  }
}

/* A pass over the drawn episodes. What is NULL is not computed. */
typedef struct {
  int           set;
  double        scale;              /* of an episode's mean */
  const double *z;                  /* the direction, in the space of y */
  qv_slots     *gradient, *product; /* of y */
  qv_slots     *gradient_x, *product_x;
  double       *loss; /* [QV_TILES] */
} pass;

static void add(int64_t n, const double *from, double *to) {
  for (int64_t i = 0; i < n; i++) to[i] += from[i];
}

/* Parts of an episode to a slot. */
static void spread(const qv_task *task, const pass *p, int slot, int64_t episode) {
  const qv_representation *r       = task->data;
  qv_slots *const          of_y[2] = {p->gradient, p->product};
  qv_slots *const          of_x[2] = {p->gradient_x, p->product_x};
  for (int k = 0; k < 2; k++) {
    if (of_y[k])
      add(r->head, r->part[k] + r->encoder, qv_slots_part(of_y[k], slot) + head_at(task, episode));
    if (of_x[k]) add(r->encoder, r->part[k], qv_slots_part(of_x[k], slot));
  }
}

static void run_episode(const qv_task *task, const qv_oracle *o, const pass *p, int slot,
                        int64_t episode) {
  const qv_representation *r         = task->data;
  const size_t             head      = (size_t)r->head * sizeof(double);
  const bool               wanted[2] = {p->gradient || p->gradient_x, p->product || p->product_x};
  const bool               adapted   = p->set == QV_QUERY && task->adapt.steps > 0;
  double                   loss      = 0;
  memcpy(r->parameters, o->x, (size_t)r->encoder * sizeof(double));
  memcpy(r->parameters + r->encoder, o->y + head_at(task, episode), head);
  if (p->z) memcpy(r->along + r->encoder, p->z + head_at(task, episode), head);
  if (adapted) qv_representation_adapt(task, r->train, episode, &task->adapt, r->path);
  for (int k = 0; k < 2; k++)
    if (wanted[k]) memset(r->part[k], 0, (size_t)r->count * sizeof(double));
  qv_network_load(r->net, r->parameters, p->z ? r->along : NULL, true);
  qv_representation_pass(r, r->train, p->set, episode, p->scale,
                         &(qv_network_wish){.gradient         = wanted[0] ? r->part[0] : NULL,
                                            .product          = wanted[1] ? r->part[1] : NULL,
                                            .gradient_of_head = !p->gradient_x && !adapted,
                                            .product_of_head  = !p->product_x,
                                            .loss             = p->loss ? &loss : NULL});
  if (p->loss) p->loss[slot] += loss / (double)r->train->n[p->set];
  if (adapted && wanted[0] && !task->adapt.first_order) qv_representation_back(task, episode);
  spread(task, p, slot, episode);
}

/* All episodes of this rank of a draw. */
static void run_groups(const qv_task *task, const qv_oracle *o, const pass *p) {
  const qv_representation *r      = task->data;
  const int                groups = qv_slots_groups(r->tiles->drawn, 1);
  for (int g = 0; g < groups; g++) {
    bool                 mine;
    const qv_slots_group at = qv_slots_at(r->gradient, r->tiles->drawn, groups, g, &mine);
    for (int64_t i = at.first; mine && i < at.end; i++)
      run_episode(task, o, p, at.slot, r->tiles->sample[i]);
  }
}

/* An episode's weight in g: one that is drawn stands for all. */
static double lower_scale(const qv_task *task) {
  const qv_representation *r = task->data;
  return (each(task) ? (double)r->train->episodes : 1) / (double)r->tiles->drawn;
}

static PetscErrorCode pass_upper(qv_task *task, const qv_oracle *o, double sign, pass *p) {
  qv_representation *r = task->data;

  PetscFunctionBegin;
  if (task->adapt.steps > r->steps) {
    PetscCall(PetscFree(r->path));
    PetscCall(PetscMalloc1((size_t)(task->adapt.steps * r->count), &r->path));
    r->steps = task->adapt.steps;
  }
  PetscCall(qv_tiles_draw(r->tiles, o->upper));
  p->set   = QV_QUERY;
  p->scale = sign / (double)r->tiles->drawn;
  run_groups(task, o, p);
  PetscFunctionReturn(0);
}

static PetscErrorCode sum_with_ridge(qv_task *task, const qv_slots *slots, const double *v,
                                     double *result) {
  PetscFunctionBegin;
  PetscCall(qv_slots_sum(task, slots, result));
  for (int64_t i = 0; i < task->n_lower; i++) result[i] += 2 * task->params->task.l2 * v[i];
  PetscFunctionReturn(0);
}

static PetscErrorCode evaluate_lower(qv_task *task, const qv_oracle *o) {
  qv_representation *r              = task->data;
  double             loss[QV_TILES] = {0};

  PetscFunctionBegin;
  qv_slots_clear(r->gradient);
  qv_slots_clear(r->product);
  for (int k = 0; k < 2; k++) qv_slots_clear(r->of_encoder[k]);
  PetscCall(qv_tiles_draw(r->tiles, o->lower));
  const double scale = lower_scale(task);
  run_groups(task, o,
             &(pass){.set        = QV_SUPPORT,
                     .scale      = scale,
                     .z          = o->product || o->cross ? o->z : NULL,
                     .gradient   = o->gradient ? r->gradient : NULL,
                     .product    = o->product ? r->product : NULL,
                     .gradient_x = o->lower_x ? r->of_encoder[0] : NULL,
                     .product_x  = o->cross ? r->of_encoder[1] : NULL,
                     .loss       = o->lower_value ? loss : NULL});
  if (o->fold && o->product && o->upper)
    PetscCall(pass_upper(task, o, -1, &(pass){.gradient = r->product}));
  if (o->gradient) PetscCall(sum_with_ridge(task, r->gradient, o->y, o->gradient));
  if (o->product) PetscCall(sum_with_ridge(task, r->product, o->z, o->product));
  if (o->lower_x) PetscCall(qv_slots_sum(task, r->of_encoder[0], o->lower_x));
  if (o->cross) PetscCall(qv_slots_sum(task, r->of_encoder[1], o->cross));
  if (o->lower_value) {
    PetscCall(qv_slots_total(task, loss, o->lower_value));
    *o->lower_value = scale * *o->lower_value +
                      task->params->task.l2 * qv_task_lower_dot(task->n_lower, o->y, o->y);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode evaluate_upper(qv_task *task, const qv_oracle *o) {
  qv_representation *r              = task->data;
  double             loss[QV_TILES] = {0};

  PetscFunctionBegin;
  if (!o->upper_x && !o->upper_y && !o->upper_value) PetscFunctionReturn(0);
  qv_slots_clear(r->gradient);
  qv_slots_clear(r->of_encoder[0]);
  PetscCall(pass_upper(task, o, 1,
                       &(pass){.gradient   = o->upper_y ? r->gradient : NULL,
                               .gradient_x = o->upper_x ? r->of_encoder[0] : NULL,
                               .loss       = loss}));
  if (o->upper_y) PetscCall(qv_slots_sum(task, r->gradient, o->upper_y));
  if (o->upper_x) PetscCall(qv_slots_sum(task, r->of_encoder[0], o->upper_x));
  if (o->upper_value) {
    PetscCall(qv_slots_total(task, loss, o->upper_value));
    *o->upper_value /= (double)r->tiles->drawn;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode evaluate(qv_task *task, const qv_oracle *o) {
  PetscFunctionBegin;
  if (o->lower) PetscCall(evaluate_lower(task, o));
  if (o->upper) PetscCall(evaluate_upper(task, o));
  PetscFunctionReturn(0);
}

static PetscErrorCode start(qv_task *task, double *x) {
  qv_representation *r = task->data;

  PetscFunctionBegin;
  qv_network_draw(r->net, qv_stream_named(task->row_seed, "weights"), 0, r->parameters);
  memcpy(x, r->parameters, (size_t)r->encoder * sizeof *x);
  PetscFunctionReturn(0);
}

static PetscErrorCode start_lower(qv_task *task, double *y) {
  qv_representation *r = task->data;

  PetscFunctionBegin;
  for (int64_t at = 0, e = 0; at < task->n_lower; at += r->head, e++) {
    qv_network_draw(r->net, qv_stream_named(task->row_seed, "weights"), (uint64_t)e, r->parameters);
    memcpy(y + at, r->parameters + r->encoder, (size_t)r->head * sizeof *y);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_task *task) {
  qv_representation *r = task->data;

  PetscFunctionBegin;
  if (!r) PetscFunctionReturn(0);
  PetscCall(qv_episodes_destroy(&r->train));
  PetscCall(qv_episodes_destroy(&r->test));
  PetscCall(qv_tiles_destroy(&r->tiles));
  PetscCall(qv_network_destroy(&r->net));
  PetscCall(qv_slots_destroy(&r->gradient));
  PetscCall(qv_slots_destroy(&r->product));
  for (int k = 0; k < 2; k++) PetscCall(qv_slots_destroy(&r->of_encoder[k]));
  PetscCall(PetscFree4(r->parameters, r->along, r->part[0], r->part[1]));
  PetscCall(PetscFree(r->words));
  PetscCall(PetscFree(r->path));
  PetscCall(PetscFree(task->data));
  PetscFunctionReturn(0);
}

static const qv_choice merits[] = {
  {"query_accuracy", "part of the training episodes' query samples whose class is found"},
  {"test_accuracy", "the same of test episodes, after steps on their support"},
  {NULL, NULL}};

extern const qv_task_kind qv_task_representation;
const qv_task_kind        qv_task_representation = {.setup       = setup,
                                                    .evaluate    = evaluate,
                                                    .start       = start,
                                                    .start_lower = start_lower,
                                                    .measure     = qv_representation_measure,
                                                    .destroy     = destroy,
                                                    .merits      = merits,
                                                    .episodic    = true,
                                                    .many_minima = many_minima,
                                                    .stochastic  = true,
                                                    .penalised   = true};
