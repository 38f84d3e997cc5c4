/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hyper-cleaning: g = mean_i sigmoid(lambda_i) CE(x_i W, t_i) + l2 |W|^2 over training samples
 * whose labels may be wrong, f = mean_j CE(v_j W, u_j) over a clean validation set. Each rank owns
 * the lambda of its own samples. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/softmax.h"
#include "solvers/parallel/sum.h"

enum { TRAIN, VALIDATION, TEST, SPLITS };

typedef struct {
  qv_split   *split[SPLITS]; /* TEST may be NULL */
  int        *truth;         /* [n] labels before they were corrupted; or NULL */
  qv_softmax *softmax;
  double     *gradient, *product, *upper; /* parts: [tiles, n_lower] */
} cleaning;

static const qv_choice merits[] = {
  {"validation_accuracy", "part of the validation samples whose class is found"},
  {"test_accuracy", "part of the test samples whose class is found"},
  {"weight_clean", "mean weight of the training samples whose label is true"},
  {"weight_corrupted", "mean weight of the training samples whose label is wrong"},
  {NULL, NULL}};

static PetscErrorCode read_splits(qv_task *task, qv_input *input) {
  const int64_t classes  = task->params->task.classes;
  cleaning     *c        = task->data;
  int64_t       features = -1;
  bool          there;

  PetscFunctionBegin;
  PetscCall(qv_split_read(input, "train", classes, true, &features, &c->split[TRAIN]));
  PetscCall(qv_split_read(input, "validation", classes, false, &features, &c->split[VALIDATION]));
  PetscCall(qv_input_has(input, "/test", &there));
  if (there) PetscCall(qv_split_read(input, "test", classes, false, &features, &c->split[TEST]));
  PetscCall(qv_input_has(input, "/train/label_true", &there));
  if (there && c->split[TRAIN]->n)
    PetscCall(qv_split_labels(input, "/train/label_true", c->split[TRAIN]->n, classes, &c->truth));
  PetscFunctionReturn(0);
}

static PetscErrorCode allocate(qv_task *task) {
  const qv_split *train = ((cleaning *)task->data)->split[TRAIN];
  cleaning       *c     = task->data;
  const int64_t   lines = train->features + task->params->task.bias;

  PetscFunctionBegin;
  task->n_upper        = train->n;
  task->n_lower        = lines * task->params->task.classes;
  task->first          = train->first;
  task->end            = train->end;
  task->lower_rank     = 2;
  task->lower_shape[0] = lines;
  task->lower_shape[1] = task->params->task.classes;
  task->lower_axes[0]  = "feature";
  task->lower_axes[1]  = "class";
  task->upper_axis     = "sample";
  task->convexity      = task->params->task.bias ? 0 : 2 * task->params->task.l2;
  task->samples        = train->n;
  task->batch[0]       = train->n;
  task->batch[1]       = c->split[VALIDATION]->n;
  PetscCall(qv_softmax_create(train->features, task->params->task.classes, task->params->task.bias,
                              &c->softmax));
  const size_t part = (size_t)task->n_lower * (size_t)PetscMax(train->tiles->n_tiles, 1);
  PetscCall(PetscMalloc3(part, &c->gradient, part, &c->product, part, &c->upper));
  PetscFunctionReturn(0);
}

static PetscErrorCode setup(qv_task *task) {
  cleaning *c;
  qv_input  input;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c));
  task->data = c;
  PetscCall(qv_input_open(task->comm, &task->params->task.data, task->diag, &input));
  if (!input.open) PetscFunctionReturn(0);
  PetscCall(read_splits(task, &input));
  PetscCall(qv_input_close(&input));
  if (!qv_diag_count(task->diag)) PetscCall(allocate(task));
  PetscFunctionReturn(0);
}

/* The sum over all tiles of all ranks of one number each. */
static PetscErrorCode sum_tiles(qv_task *task, int n_tiles, const double *value, double *total) {
  qv_sum sum = {0};

  PetscFunctionBegin;
  for (int t = 0; t < n_tiles; t++) qv_sum_add(&sum, value[t]);
  PetscCall(qv_sum_join(task->comm, 1, &sum));
  if (!task->uncounted) {
    task->count.reductions++;
    task->count.bytes += (int64_t)sizeof sum;
  }
  *total = qv_sum_round(&sum);
  PetscFunctionReturn(0);
}

/* v += 2 l2 (W without the bias's line) */
static void add_ridge(const qv_task *task, const double *w, double *v) {
  const cleaning *c = task->data;
  const int64_t   n = c->split[TRAIN]->features * task->params->task.classes;
  for (int64_t i = 0; i < n; i++) v[i] += 2 * task->params->task.l2 * w[i];
}

static double ridge(const qv_task *task, const double *w) {
  const cleaning *c = task->data;
  const int64_t   n = c->split[TRAIN]->features * task->params->task.classes;
  return task->params->task.l2 * qv_task_lower_dot(n, w, w);
}

/* Parts of the lower level's sums. */
static PetscErrorCode pass_lower(qv_task *task, const qv_oracle *o, double *loss) {
  cleaning       *c     = task->data;
  const qv_split *train = c->split[TRAIN];
  const size_t    bytes = (size_t)(task->n_lower * train->tiles->n_tiles) * sizeof(double);

  PetscFunctionBegin;
  PetscCall(qv_tiles_draw(train->tiles, o->lower));
  if (o->gradient) memset(c->gradient, 0, bytes);
  if (o->product) memset(c->product, 0, bytes);
  const double scale = 1 / (double)train->tiles->drawn;
  if (o->cross)
    memset(o->cross + task->first, 0, (size_t)(task->end - task->first) * sizeof(double));
  qv_softmax_run(c->softmax, &(qv_softmax_pass){.split    = train,
                                                .w        = o->y,
                                                .z        = o->product || o->cross ? o->z : NULL,
                                                .lambda   = o->x,
                                                .scale    = scale,
                                                .gradient = o->gradient ? c->gradient : NULL,
                                                .product  = o->product ? c->product : NULL,
                                                .cross    = o->cross,
                                                .loss     = loss});
  if (o->cross)
    for (int64_t i = task->first; i < task->end; i++) o->cross[i] *= scale;
  PetscFunctionReturn(0);
}

/* Parts of the upper level's gradient, with a sign into `part`. */
static PetscErrorCode pass_upper(qv_task *task, const qv_oracle *o, double sign, double *part,
                                 double *loss) {
  cleaning       *c          = task->data;
  const qv_split *validation = c->split[VALIDATION];

  PetscFunctionBegin;
  PetscCall(qv_tiles_draw(validation->tiles, o->upper));
  qv_softmax_run(c->softmax, &(qv_softmax_pass){.split    = validation,
                                                .w        = o->y,
                                                .scale    = sign / (double)validation->tiles->drawn,
                                                .gradient = part,
                                                .loss     = loss});
  PetscFunctionReturn(0);
}

static PetscErrorCode evaluate_lower(qv_task *task, const qv_oracle *o) {
  cleaning  *c              = task->data;
  double     loss[QV_TILES] = {0};
  const int  n_tiles        = c->split[TRAIN]->tiles->n_tiles;
  const bool folds          = o->fold && o->product && o->upper;

  PetscFunctionBegin;
  PetscCall(pass_lower(task, o, o->lower_value ? loss : NULL));
  if (folds) PetscCall(pass_upper(task, o, -1, c->product, NULL));
  if (o->gradient) {
    PetscCall(qv_tiles_sum(task, task->n_lower, n_tiles, c->gradient, o->gradient));
    add_ridge(task, o->y, o->gradient);
  }
  if (o->product) {
    PetscCall(qv_tiles_sum(task, task->n_lower, n_tiles, c->product, o->product));
    add_ridge(task, o->z, o->product);
  }
  if (o->lower_value) {
    PetscCall(sum_tiles(task, n_tiles, loss, o->lower_value));
    *o->lower_value = *o->lower_value / (double)c->split[TRAIN]->tiles->drawn + ridge(task, o->y);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode evaluate_upper(qv_task *task, const qv_oracle *o) {
  cleaning *c              = task->data;
  double    loss[QV_TILES] = {0};
  const int n_tiles        = c->split[TRAIN]->tiles->n_tiles;

  PetscFunctionBegin;
  if (o->upper_x) /* f does not see lambda */
    memset(o->upper_x + task->first, 0, (size_t)(task->end - task->first) * sizeof(double));
  if (!o->upper_y && !o->upper_value) PetscFunctionReturn(0);
  memset(c->upper, 0, (size_t)(task->n_lower * n_tiles) * sizeof(double));
  PetscCall(pass_upper(task, o, 1, o->upper_y ? c->upper : NULL, loss));
  if (o->upper_y) PetscCall(qv_tiles_sum(task, task->n_lower, n_tiles, c->upper, o->upper_y));
  if (o->upper_value) {
    PetscCall(sum_tiles(task, n_tiles, loss, o->upper_value));
    *o->upper_value /= (double)c->split[VALIDATION]->tiles->drawn;
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
  PetscFunctionBegin;
  for (int64_t i = task->first; i < task->end; i++) x[i] = task->params->task.start;
  PetscFunctionReturn(0);
}

static PetscErrorCode accuracy(qv_task *task, qv_split *split, const double *y, double *part) {
  cleaning *c              = task->data;
  double    hits[QV_TILES] = {0};

  PetscFunctionBegin;
  PetscCall(qv_tiles_draw(split->tiles, &qv_task_everything));
  qv_softmax_run(c->softmax, &(qv_softmax_pass){.split = split, .w = y, .hits = hits});
  PetscCall(sum_tiles(task, split->tiles->n_tiles, hits, part));
  *part /= (double)split->n;
  PetscFunctionReturn(0);
}

/* Mean weight of the samples whose label is true, and of the others. */
static PetscErrorCode mean_weights(qv_task *task, const double *x, double mean[2]) {
  const cleaning *c        = task->data;
  const int      *label    = c->split[TRAIN]->label;
  qv_sum          sum[2]   = {{{0}}, {{0}}};
  int64_t         count[2] = {0};

  PetscFunctionBegin;
  for (int64_t i = 0; i < task->n_upper; i++) count[label[i] != c->truth[i]]++;
  for (int64_t i = task->first; i < task->end; i++)
    qv_sum_add(&sum[label[i] != c->truth[i]], 1 / (1 + exp(-x[i])));
  PetscCall(qv_sum_join(task->comm, 2, sum));
  for (int k = 0; k < 2; k++) mean[k] = count[k] ? qv_sum_round(&sum[k]) / (double)count[k] : NAN;
  PetscFunctionReturn(0);
}

static PetscErrorCode measure(qv_task *task, const double *x, const double *y, double *value) {
  cleaning *c = task->data;

  PetscFunctionBegin;
  value[1] = value[2] = value[3] = NAN;
  PetscCall(accuracy(task, c->split[VALIDATION], y, &value[0]));
  if (c->split[TEST]) PetscCall(accuracy(task, c->split[TEST], y, &value[1]));
  if (c->truth) PetscCall(mean_weights(task, x, &value[2]));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_task *task) {
  cleaning *c = task->data;

  PetscFunctionBegin;
  if (!c) PetscFunctionReturn(0);
  for (int k = 0; k < SPLITS; k++) PetscCall(qv_split_destroy(&c->split[k]));
  PetscCall(qv_softmax_destroy(&c->softmax));
  PetscCall(PetscFree3(c->gradient, c->product, c->upper));
  PetscCall(PetscFree(c->truth));
  PetscCall(PetscFree(task->data));
  PetscFunctionReturn(0);
}

extern const qv_task_kind qv_task_cleaning;
const qv_task_kind        qv_task_cleaning = {.setup      = setup,
                                              .evaluate   = evaluate,
                                              .start      = start,
                                              .measure    = measure,
                                              .destroy    = destroy,
                                              .merits     = merits,
                                              .stochastic = true};
