/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hyper-cleaning of texts: g = mean_i sigmoid(lambda_i) CE(y; text i) + l2 |y|^2 over training
 * texts whose labels may be wrong, f = mean_j CE(y; text j) over a clean validation set; y are all
 * weights of a recurrent encoder and a head. Not convex in y. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/corpus.h"
#include "optim/bilevel/corrupt.h"
#include "optim/bilevel/slots.h"
#include "solvers/nn/network.h"
#include "solvers/parallel/sum.h"

enum { UNIT = 16, PIECE = 32 }; /* texts of a group, and in one pass of the network */

typedef struct {
  qv_corpus  *split[QV_SPLITS]; /* the test split may be NULL */
  int        *truth;            /* [n] labels before they were corrupted; or NULL */
  float      *table;            /* vectors of the words */
  qv_network *net;
  qv_slots   *gradient, *product;
  double     *cross, *slope, *score; /* [n] in the order of the draw, twice; [PIECE, classes] */
} cleaning;

/* Texts in one pass, and what they weigh. */
typedef struct {
  const int32_t *sequence[PIECE];
  int32_t        length[PIECE], label[PIECE];
  double         weight[PIECE], slope[PIECE];
} piece;

/* A pass over a drawn batch of a split. What is NULL is not computed. */
typedef struct {
  const qv_corpus *texts;
  const double    *lambda; /* NULL: all weigh 1 */
  double           scale;
  qv_slots        *gradient, *product;
  double          *cross;       /* [drawn]: scale w_i (1 - w_i) dCE_i along z */
  double          *slope;       /* [drawn]: scale w_i (1 - w_i) CE_i */
  double          *loss, *hits; /* [QV_TILES] */
} pass;

static const qv_choice merits[] = {
  {"validation_accuracy", "part of the validation texts whose class is found"},
  {"test_accuracy", "part of the test texts whose class is found"},
  {"weight_clean", "mean weight of the training texts whose label is true"},
  {"weight_corrupted", "mean weight of the training texts whose label is wrong"},
  {NULL, NULL}};

static PetscErrorCode read_embedding(qv_task *task, qv_input *input, int64_t *columns) {
  cleaning       *c      = task->data;
  const qv_stream stream = qv_stream_named(0, "embedding"); /* equal in all runs */
  int32_t         words  = 0;

  PetscFunctionBegin;
  for (int k = 0; k < QV_SPLITS; k++)
    if (c->split[k])
      words = PetscMax(
        words, qv_corpus_largest(c->split[k]->n * c->split[k]->width, c->split[k]->token) + 1);
  *columns = task->params->network.embedding == QV_UNSET_INT ? 0 : task->params->network.embedding;
  PetscCall(qv_corpus_embed(input, stream, words, columns, &c->table));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_splits(qv_task *task, qv_input *input) {
  const int64_t classes = task->params->task.classes;
  const int64_t longest =
    task->params->network.length == QV_UNSET_INT ? 0 : task->params->network.length;
  cleaning *c = task->data;
  bool      there;

  PetscFunctionBegin;
  PetscCall(qv_corpus_read(input, "train", classes, longest, &c->split[QV_TRAIN]));
  PetscCall(qv_corpus_read(input, "validation", classes, longest, &c->split[QV_VALIDATION]));
  PetscCall(qv_input_has(input, "/test", &there));
  if (there) PetscCall(qv_corpus_read(input, "test", classes, longest, &c->split[QV_TEST]));
  PetscCall(qv_input_has(input, "/train/label_true", &there));
  if (there && c->split[QV_TRAIN]->n)
    PetscCall(
      qv_split_labels(input, "/train/label_true", c->split[QV_TRAIN]->n, classes, &c->truth));
  PetscFunctionReturn(0);
}

static PetscErrorCode allocate(qv_task *task, int64_t columns) {
  const qv_bilevel_params *p       = task->params;
  cleaning                *c       = task->data;
  const int64_t            head    = p->network.head;
  const qv_network_shape   shape   = {.input  = columns,
                                      .hidden = p->network.hidden,
                                      .dense  = 3,
                                      .width  = {head, head, p->task.classes}};
  int64_t                  longest = 1;

  PetscFunctionBegin;
  for (int k = 0; k < QV_SPLITS; k++)
    if (c->split[k]) longest = PetscMax(longest, c->split[k]->width);
  PetscCall(
    qv_network_create(&shape, (qv_precision)p->network.precision, PIECE, (int)longest, &c->net));
  task->n_lower        = qv_network_count(c->net);
  task->n_upper        = c->split[QV_TRAIN]->n;
  task->end            = task->n_upper;
  task->shared         = true;
  task->lower_rank     = 1;
  task->lower_shape[0] = task->n_lower;
  task->lower_axes[0]  = "weight";
  task->upper_axis     = "sample";
  task->samples        = task->n_upper;
  task->batch[0]       = task->n_upper;
  task->batch[1]       = c->split[QV_VALIDATION]->n;
  PetscCall(qv_slots_create(task->comm, task->n_lower, &c->gradient));
  PetscCall(qv_slots_create(task->comm, task->n_lower, &c->product));
  PetscCall(PetscCalloc3((size_t)task->n_upper, &c->cross, (size_t)task->n_upper, &c->slope,
                         (size_t)(PIECE * p->task.classes), &c->score));
  PetscFunctionReturn(0);
}

/* Splits as the file holds them, and vectors. */
static PetscErrorCode read_hdf5(qv_task *task, int64_t *columns) {
  qv_input input;

  PetscFunctionBegin;
  PetscCall(qv_input_open(task->comm, &task->params->task.data, task->diag, &input));
  if (!input.open) PetscFunctionReturn(0);
  PetscCall(read_splits(task, &input));
  if (!qv_diag_count(task->diag)) PetscCall(read_embedding(task, &input, columns));
  PetscCall(qv_input_close(&input));
  PetscFunctionReturn(0);
}

/* Splits of a corpus; a word is its bucket. */
static PetscErrorCode read_corpus(qv_task *task, int64_t *columns) {
  const qv_bilevel_params *p       = task->params;
  const int64_t            longest = p->network.length == QV_UNSET_INT ? 0 : p->network.length;
  cleaning                *c       = task->data;
  qv_files                 files   = {.sequences = true, .classes = p->task.classes};

  PetscFunctionBegin;
  PetscCall(qv_files_read(task, &files));
  if (!qv_diag_count(task->diag)) PetscCall(qv_files_split(&files));
  for (int k = 0; !qv_diag_count(task->diag) && k < QV_SPLITS; k++)
    if (files.n[k]) PetscCall(qv_corpus_take(&files, k, longest, &c->split[k]));
  PetscCall(qv_files_destroy(&files));
  *columns = p->network.embedding == QV_UNSET_INT ? 0 : p->network.embedding;
  if (!qv_diag_count(task->diag))
    PetscCall(
      qv_corpus_draw(qv_stream_named(0, "embedding"), p->task.features, columns, &c->table));
  PetscFunctionReturn(0);
}

static PetscErrorCode setup(qv_task *task) {
  cleaning *c;
  int64_t   columns = 0;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c));
  task->data = c;
  if (qv_files_format(task->params) == QV_FORMAT_TEXT)
    PetscCall(read_corpus(task, &columns));
  else
    PetscCall(read_hdf5(task, &columns));
  if (qv_diag_count(task->diag)) PetscFunctionReturn(0);
  qv_corpus *train = c->split[QV_TRAIN];
  PetscCall(qv_corrupt_labels(task, train->n, train->label, &c->truth));
  PetscCall(qv_corrupt_flag(task, train->n, train->label, c->truth));
  PetscCall(allocate(task, columns));
  PetscFunctionReturn(0);
}

/* CE of a text from its scores. */
static double entropy(int64_t classes, const double *score, int32_t label) {
  double sum = 0;
  for (int64_t k = 0; k < classes; k++) sum += exp(score[k] - score[label]);
  return log(sum);
}

/* Texts of a group into the network, at most PIECE of them from place `at` of the draw. */
static void run_piece(const qv_task *task, const pass *p, int slot, int64_t at, int n) {
  const cleaning  *c       = task->data;
  const int64_t    classes = task->params->task.classes;
  const qv_corpus *texts   = p->texts;
  piece            s;
  for (int k = 0; k < n; k++) {
    const int64_t i = texts->tiles->sample[at + k];
    s.sequence[k]   = texts->token + i * texts->width;
    s.length[k]     = texts->length[i];
    s.label[k]      = texts->label[i];
    s.weight[k]     = p->lambda ? 1 / (1 + exp(-p->lambda[i])) : 1;
  }
  const qv_network_batch batch = {n, s.sequence, s.length, c->table, s.label, s.weight, p->scale};
  const qv_network_wish  wish  = {.gradient = p->gradient ? qv_slots_part(p->gradient, slot) : NULL,
                                  .product  = p->product ? qv_slots_part(p->product, slot) : NULL,
                                  .slope    = p->cross ? s.slope : NULL,
                                  .score    = p->slope ? c->score : NULL,
                                  .loss     = p->loss ? &p->loss[slot] : NULL,
                                  .hits     = p->hits ? &p->hits[slot] : NULL};
  qv_network_run(c->net, &batch, &wish);
  for (int k = 0; k < n; k++) {
    const double factor = p->scale * s.weight[k] * (1 - s.weight[k]);
    if (p->cross) p->cross[at + k] = factor * s.slope[k];
    if (p->slope) p->slope[at + k] = factor * entropy(classes, c->score + k * classes, s.label[k]);
  }
}

/* All groups of this rank. */
static void run_groups(const qv_task *task, const pass *p) {
  const cleaning *c      = task->data;
  const int64_t   drawn  = p->texts->tiles->drawn;
  const int       groups = qv_slots_groups(drawn, UNIT);
  for (int g = 0; g < groups; g++) {
    bool                 mine;
    const qv_slots_group at = qv_slots_at(c->gradient, drawn, groups, g, &mine);
    for (int64_t i = at.first; mine && i < at.end; i += PIECE)
      run_piece(task, p, at.slot, i, (int)PetscMin(PIECE, at.end - i));
  }
}

/* v += 2 l2 y */
static void add_ridge(const qv_task *task, const double *y, double *v) {
  for (int64_t i = 0; i < task->n_lower; i++) v[i] += 2 * task->params->task.l2 * y[i];
}

/* What each text of the draw has, to its entry of `result`. */
static PetscErrorCode spread_drawn(qv_task *task, double *drawn, double *result) {
  const qv_tiles *tiles = ((const cleaning *)task->data)->split[QV_TRAIN]->tiles;

  PetscFunctionBegin;
  PetscCall(qv_slots_share(task, tiles->drawn, drawn));
  memset(result, 0, (size_t)task->n_upper * sizeof *result);
  for (int64_t k = 0; k < tiles->drawn; k++) result[tiles->sample[k]] = drawn[k];
  PetscFunctionReturn(0);
}

static PetscErrorCode pass_lower(qv_task *task, const qv_oracle *o, double *loss) {
  cleaning        *c     = task->data;
  const qv_corpus *train = c->split[QV_TRAIN];

  PetscFunctionBegin;
  PetscCall(qv_tiles_draw(train->tiles, o->lower));
  for (int64_t k = 0; k < train->tiles->drawn; k++) c->cross[k] = c->slope[k] = 0;
  qv_network_load(c->net, o->y, o->product || o->cross ? o->z : NULL, false);
  run_groups(task, &(pass){.texts    = train,
                           .lambda   = o->x,
                           .scale    = 1 / (double)train->tiles->drawn,
                           .gradient = o->gradient ? c->gradient : NULL,
                           .product  = o->product ? c->product : NULL,
                           .cross    = o->cross ? c->cross : NULL,
                           .slope    = o->lower_x ? c->slope : NULL,
                           .loss     = loss});
  PetscFunctionReturn(0);
}

/* The upper level's gradient, with a sign into slots. */
static PetscErrorCode pass_upper(qv_task *task, const qv_oracle *o, double sign, qv_slots *slots,
                                 double *loss) {
  const cleaning  *c          = task->data;
  const qv_corpus *validation = c->split[QV_VALIDATION];

  PetscFunctionBegin;
  PetscCall(qv_tiles_draw(validation->tiles, o->upper));
  qv_network_load(c->net, o->y, NULL, false);
  run_groups(task, &(pass){.texts    = validation,
                           .scale    = sign / (double)validation->tiles->drawn,
                           .gradient = slots,
                           .loss     = loss});
  PetscFunctionReturn(0);
}

static PetscErrorCode evaluate_lower(qv_task *task, const qv_oracle *o) {
  cleaning *c              = task->data;
  double    loss[QV_TILES] = {0};

  PetscFunctionBegin;
  qv_slots_clear(c->gradient);
  qv_slots_clear(c->product);
  PetscCall(pass_lower(task, o, o->lower_value ? loss : NULL));
  if (o->fold && o->product && o->upper) PetscCall(pass_upper(task, o, -1, c->product, NULL));
  if (o->gradient) {
    PetscCall(qv_slots_sum(task, c->gradient, o->gradient));
    add_ridge(task, o->y, o->gradient);
  }
  if (o->product) {
    PetscCall(qv_slots_sum(task, c->product, o->product));
    add_ridge(task, o->z, o->product);
  }
  if (o->cross) PetscCall(spread_drawn(task, c->cross, o->cross));
  if (o->lower_x) PetscCall(spread_drawn(task, c->slope, o->lower_x));
  if (o->lower_value) {
    PetscCall(qv_slots_total(task, loss, o->lower_value));
    *o->lower_value = *o->lower_value / (double)c->split[QV_TRAIN]->tiles->drawn +
                      task->params->task.l2 * qv_task_lower_dot(task->n_lower, o->y, o->y);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode evaluate_upper(qv_task *task, const qv_oracle *o) {
  cleaning *c              = task->data;
  double    loss[QV_TILES] = {0};

  PetscFunctionBegin;
  if (o->upper_x) /* f does not see lambda */
    memset(o->upper_x, 0, (size_t)task->n_upper * sizeof(double));
  if (!o->upper_y && !o->upper_value) PetscFunctionReturn(0);
  qv_slots_clear(c->gradient);
  PetscCall(pass_upper(task, o, 1, o->upper_y ? c->gradient : NULL, loss));
  if (o->upper_y) PetscCall(qv_slots_sum(task, c->gradient, o->upper_y));
  if (o->upper_value) {
    PetscCall(qv_slots_total(task, loss, o->upper_value));
    *o->upper_value /= (double)c->split[QV_VALIDATION]->tiles->drawn;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode evaluate(qv_task *task, const qv_oracle *o) {
  PetscFunctionBegin;
  if (o->lower) PetscCall(evaluate_lower(task, o));
  if (o->upper) PetscCall(evaluate_upper(task, o));
  PetscFunctionReturn(0);
}

static PetscErrorCode start_lower(qv_task *task, double *y) {
  PetscFunctionBegin;
  qv_network_draw(((cleaning *)task->data)->net, qv_stream_named(task->row_seed, "weights"), 0, y);
  PetscFunctionReturn(0);
}

static PetscErrorCode accuracy(qv_task *task, const qv_corpus *texts, const double *y,
                               double *part) {
  cleaning *c              = task->data;
  double    hits[QV_TILES] = {0};

  PetscFunctionBegin;
  PetscCall(qv_tiles_draw(texts->tiles, &qv_task_everything));
  qv_network_load(c->net, y, NULL, false);
  run_groups(task, &(pass){.texts = texts, .hits = hits});
  PetscCall(qv_slots_total(task, hits, part));
  *part /= (double)texts->n;
  PetscFunctionReturn(0);
}

/* Mean weight of the texts whose label is true, and of the others. */
static void mean_weights(const qv_task *task, const double *x, double mean[2]) {
  qv_sum  sum[2]   = {{{0}}, {{0}}};
  int64_t count[2] = {0};
  for (int64_t i = 0; i < task->n_upper; i++) {
    count[task->flag[i]]++;
    qv_sum_add(&sum[task->flag[i]], 1 / (1 + exp(-x[i])));
  }
  for (int k = 0; k < 2; k++) mean[k] = count[k] ? qv_sum_round(&sum[k]) / (double)count[k] : NAN;
}

static PetscErrorCode measure(qv_task *task, const double *x, const double *y, double *value) {
  cleaning *c = task->data;

  PetscFunctionBegin;
  value[1] = value[2] = value[3] = NAN;
  PetscCall(accuracy(task, c->split[QV_VALIDATION], y, &value[0]));
  if (c->split[QV_TEST]) PetscCall(accuracy(task, c->split[QV_TEST], y, &value[1]));
  if (task->flag) mean_weights(task, x, &value[2]);
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_task *task) {
  cleaning *c = task->data;

  PetscFunctionBegin;
  if (!c) PetscFunctionReturn(0);
  for (int k = 0; k < QV_SPLITS; k++) PetscCall(qv_corpus_destroy(&c->split[k]));
  PetscCall(qv_network_destroy(&c->net));
  PetscCall(qv_slots_destroy(&c->gradient));
  PetscCall(qv_slots_destroy(&c->product));
  PetscCall(PetscFree(c->table));
  PetscCall(PetscFree3(c->cross, c->slope, c->score));
  PetscCall(PetscFree(c->truth));
  PetscCall(PetscFree(task->flag));
  PetscCall(PetscFree(task->data));
  PetscFunctionReturn(0);
}

static bool many_minima(const qv_bilevel_params *params) {
  (void)params;
  return true;
}

extern const qv_task_kind qv_task_rnn_cleaning;
const qv_task_kind        qv_task_rnn_cleaning = {.setup       = setup,
                                                  .evaluate    = evaluate,
                                                  .start       = qv_task_start,
                                                  .start_lower = start_lower,
                                                  .measure     = measure,
                                                  .destroy     = destroy,
                                                  .merits      = merits,
                                                  .stochastic  = true,
                                                  .penalised   = true,
                                                  .weighs      = true,
                                                  .many_minima = many_minima};
