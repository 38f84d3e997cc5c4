/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "optim/bilevel/data.h"
#include "optim/bilevel/solve.h"

static const qv_choice mode_words[] = {
  {"paper", "as published: refined start, ball, averaging, independent batches"}, {NULL, NULL}};
static const qv_choice parameter_words[] = {
  {"recipe", "from constants that are estimated at the start; keys that are given win"},
  {"given", "by the keys alone"},
  {NULL, NULL}};

static const qv_choice precision_words[] = {
  {"auto", "single for data that are bytes, else double"},
  {"single", "single; other data than bytes are kept as floats"},
  {"double", "double"},
  {NULL, NULL}};
static const qv_choice noise_words[] = {{"redraw", "a class drawn from all, the true one too"},
                                        {"other", "one of the other classes"},
                                        {NULL, NULL}};
static const qv_choice per_words[]   = {
    {"feature", "a weight a feature, of binary logistic regression"},
    {"class", "a weight a class"},
    {"scalar", "one weight for all"},
    {NULL, NULL}};

#define FOLDER     "/usr/share/datasets/fashion-mnist/"
#define DATA       "bilevel.task.name=cleaning|regularisation"
#define FASHION    DATA " & bilevel.task.data=fashion-mnist"
#define IDX        DATA " & bilevel.task.format=idx"
#define TABLE      DATA " & bilevel.task.format=auto|csv|libsvm|text & bilevel.task.data!=fashion-mnist"
#define SPLITS     DATA " & bilevel.task.format!=hdf5"
#define STOCHASTIC "bilevel.method.name!=exact"
#define RECIPE     "bilevel.method.name=bo-rep & bilevel.method.parameters=recipe"

// clang-format off
#define ROW(TYPE, MEMBER, ...) QV_ROW(TYPE, qv_bilevel_params, MEMBER, __VA_ARGS__)
const qv_key qv_solve_keys[] = {
  ROW(CHOICE, task.name, .path = "bilevel.task.name", .choices = qv_task_words,
      .doc = "what is to be solved"),
  ROW(FILE, task.data, .path = "bilevel.task.data", .when = "bilevel.task.name=quadratic",
      .doc = "HDF5 with /data/{A,C,F,H,K,a,f,h}; C and K are [dx, dy]"),
  ROW(CHOICE, task.format, .path = "bilevel.task.format", .preset = "auto", .choices = qv_data_formats,
      .when = DATA, .doc = "of the file of data"),
  ROW(FILE, task.data, .path = "bilevel.task.data", .when = DATA " & bilevel.task.format!=idx",
      .choices = qv_data_known,
      .doc = "file of labelled samples, or a known data set: fashion-mnist; HDF5 has /train/x [n, d], "
             "/train/label [n], /validation/x, /validation/label, and /test/x, /test/label, "
             "/train/label_true where they are known"),
  ROW(FILE, task.images[0], .path = "bilevel.task.train-images", .when = FASHION,
      .preset = FOLDER "train-images-idx3-ubyte.gz", .doc = "pictures"),
  ROW(FILE, task.images[0], .path = "bilevel.task.train-images", .when = IDX,
      .doc = "pictures, IDX of unsigned bytes [sample, row, column]"),
  ROW(FILE, task.labels[0], .path = "bilevel.task.train-labels", .when = FASHION,
      .preset = FOLDER "train-labels-idx1-ubyte.gz", .doc = "their labels"),
  ROW(FILE, task.labels[0], .path = "bilevel.task.train-labels", .when = IDX, .doc = "their labels"),
  ROW(FILE, task.images[1], .path = "bilevel.task.test-images", .when = FASHION,
      .preset = FOLDER "t10k-images-idx3-ubyte.gz", .doc = "pictures of the test split"),
  ROW(FILE, task.images[1], .path = "bilevel.task.test-images", .when = IDX, .preset = "",
      .doc = "pictures of the test split"),
  ROW(FILE, task.labels[1], .path = "bilevel.task.test-labels", .when = FASHION,
      .preset = FOLDER "t10k-labels-idx1-ubyte.gz", .doc = "their labels"),
  ROW(FILE, task.labels[1], .path = "bilevel.task.test-labels", .preset = "",
      .when = IDX " & bilevel.task.test-images!=", .doc = "their labels"),
  ROW(FILE, task.test_data, .path = "bilevel.task.test-data", .preset = "", .when = TABLE,
      .doc = "file of the test samples, in the format of the other"),
  ROW(TEXT, task.label, .path = "bilevel.task.label", .preset = "",
      .when = DATA " & bilevel.task.format=auto|csv & bilevel.task.data!=fashion-mnist",
      .doc = "CSV: the column of labels, by name or by number from 0; the first by default"),
  ROW(INT, task.features, .path = "bilevel.task.features", .preset = "", .range = "[1,16777216]",
      .when = DATA " & bilevel.task.format=auto|libsvm|text & bilevel.task.data!=fashion-mnist",
      .doc = "text: number of buckets of hashed words, 1024 by default; LIBSVM: number of features, "
             "the largest index by default"),
  ROW(REAL, task.train, .path = "bilevel.task.train", .preset = "20000", .range = "(0,inf)",
      .when = FASHION, .doc = "training samples: a number, or up to 1 a share"),
  ROW(REAL, task.train, .path = "bilevel.task.train", .preset = "0.64", .range = "(0,inf)",
      .when = SPLITS, .doc = "training samples: a number, or up to 1 a share; not of HDF5"),
  ROW(REAL, task.validation, .path = "bilevel.task.validation", .preset = "5000", .range = "(0,inf)",
      .when = FASHION, .doc = "validation samples, from the same file"),
  ROW(REAL, task.validation, .path = "bilevel.task.validation", .preset = "0.16", .range = "(0,inf)",
      .when = SPLITS, .doc = "validation samples, from the same file; not of HDF5"),
  ROW(REAL, task.test, .path = "bilevel.task.test", .preset = "1", .range = "[0,inf)",
      .when = FASHION, .doc = "test samples"),
  ROW(REAL, task.test, .path = "bilevel.task.test", .preset = "1", .range = "[0,inf)",
      .when = SPLITS " & bilevel.task.test-images!=", .doc = "test samples, of their file"),
  ROW(REAL, task.test, .path = "bilevel.task.test", .preset = "1", .range = "[0,inf)",
      .when = SPLITS " & bilevel.task.test-data!=", .doc = "test samples, of their file"),
  ROW(REAL, task.test, .path = "bilevel.task.test", .preset = "0.2", .range = "[0,inf)",
      .when = SPLITS, .doc = "test samples, of the file of test data or else of the same; not of HDF5"),
  ROW(INT, task.classes, .path = "bilevel.task.classes", .preset = "10", .range = "[2,100000]",
      .when = FASHION, .doc = "number of classes"),
  ROW(INT, task.classes, .path = "bilevel.task.classes", .range = "[2,100000]", .when = DATA,
      .doc = "number of classes; labels are 0 to classes - 1, those of text formats any whole "
             "numbers in this order"),
  ROW(BOOL, task.standardise, .path = "bilevel.task.standardise", .preset = "false", .when = DATA,
      .doc = "shift and scale features to mean 0 and variance 1 over the training samples"),
  ROW(CHOICE, task.precision, .path = "bilevel.task.precision", .preset = "auto",
      .choices = precision_words, .when = DATA,
      .doc = "of drawn batches; exact answers and objectives are in double always"),
  ROW(REAL, task.noise, .path = "bilevel.task.noise", .preset = "0", .range = "[0,1)",
      .when = "bilevel.task.name=cleaning",
      .doc = "probability that a training label is replaced, from the stream `label noise`"),
  ROW(CHOICE, task.noise_kind, .path = "bilevel.task.noise-kind", .preset = "redraw",
      .choices = noise_words, .when = "bilevel.task.name=cleaning", .doc = "what replaces it"),
  ROW(REAL, task.l2, .path = "bilevel.task.l2", .preset = "0.01", .range = "(0,inf)",
      .when = "bilevel.task.name=cleaning", .doc = "weight of the squares of W in the lower level"),
  ROW(CHOICE, task.per, .path = "bilevel.task.per", .choices = per_words,
      .when = "bilevel.task.name=regularisation", .doc = "what has a weight of its own"),
  ROW(BOOL, task.bias, .path = "bilevel.task.bias", .preset = "false", .when = DATA,
      .doc = "one more line of W, which is not regularised"),
  ROW(INT, task.upper, .path = "bilevel.task.upper", .preset = "4", .range = "[1,1000]",
      .when = "bilevel.task.name=exponential", .doc = "number of upper variables"),
  ROW(INT, task.lower, .path = "bilevel.task.lower", .preset = "6", .range = "[1,1000]",
      .when = "bilevel.task.name=exponential", .doc = "number of lower variables"),
  ROW(REAL, task.alpha, .path = "bilevel.task.alpha", .preset = "2", .range = "(0,inf)",
      .when = "bilevel.task.name=exponential", .doc = "growth of the upper level's gradient"),
  ROW(REAL, task.noise, .path = "bilevel.task.noise", .preset = "0.1", .range = "[0,inf)",
      .when = "bilevel.task.name=exponential & " STOCHASTIC,
      .doc = "standard deviation of each entry of each oracle"),
  ROW(REAL, task.noise, .path = "bilevel.task.noise", .preset = "0", .range = "[0,inf)",
      .when = "bilevel.task.name=quadratic & " STOCHASTIC,
      .doc = "standard deviation of each entry of each oracle"),
  ROW(REAL, task.start, .path = "bilevel.task.start", .preset = "6",
      .when = "bilevel.task.name=exponential & " STOCHASTIC, .doc = "each upper variable at the start"),
  ROW(REAL, task.start, .path = "bilevel.task.start", .preset = "0", .when = STOCHASTIC,
      .doc = "each upper variable at the start"),
  ROW(CHOICE, method.name, .path = "bilevel.method.name", .choices = qv_method_words,
      .doc = "how it is solved"),
  ROW(FILE, method.at, .path = "bilevel.method.at", .preset = "", .when = "bilevel.method.name=exact",
      .doc = "HDF5 with /x [point, dx]; without it the solution, of quadratic problems"),
  ROW(REAL, method.tolerance, .path = "bilevel.method.tolerance", .preset = "1e-10", .range = "(0,1)",
      .doc = "|dg/dy| <= tolerance max(1, |dg/dy| at y = 0), |H z - b| <= tolerance |b|; of the "
             "certificate at the end with stochastic methods"),
  ROW(INT, seeds, .path = "bilevel.seeds", .preset = "1", .range = "[1,10000]", .when = STOCHASTIC,
      .doc = "number of runs, with seed, seed + 1, and so on"),
  ROW(CHOICE, method.mode, .path = "bilevel.method.mode", .preset = "paper", .choices = mode_words,
      .when = "bilevel.method.name=bo-rep", .doc = "which form of the method"),
  ROW(CHOICE, method.parameters, .path = "bilevel.method.parameters", .preset = "recipe",
      .choices = parameter_words, .when = "bilevel.method.name=bo-rep",
      .doc = "where steps and lengths come from"),
  ROW(INT, method.iterations, .path = "bilevel.method.iterations", .range = "[1,inf)",
      .when = STOCHASTIC, .doc = "upper steps"),
  ROW(INT, method.every, .path = "bilevel.method.every", .preset = "", .range = "[1,inf)",
      .when = STOCHASTIC, .doc = "iterations between reports; a hundredth of all by default"),
  ROW(INT, method.batch, .path = "bilevel.method.batch", .preset = "", .range = "[1,inf)",
      .when = STOCHASTIC, .doc = "samples of an oracle, without replacement; 512 or all by default"),
  ROW(REAL, method.beta, .path = "bilevel.method.beta", .preset = "0.9", .range = "[0,1)",
      .when = "bilevel.method.name=bo-rep|ma-soba", .doc = "momentum"),
  ROW(REAL, method.decay, .path = "bilevel.method.decay", .preset = "0", .range = "[0,1]",
      .when = STOCHASTIC " & bilevel.method.name!=bo-rep",
      .doc = "steps of iteration t are divided by t to this power"),
  ROW(INT, method.steps, .path = "bilevel.method.steps", .preset = "10", .range = "[1,inf)",
      .when = "bilevel.method.name=amigo|stocbio",
      .doc = "lower steps an iteration, and steps of z or terms of its sum"),
  ROW(INT, method.budget, .path = "bilevel.method.budget", .preset = "20", .range = "[1,inf)",
      .when = RECIPE, .doc = "at most so many lower steps an iteration"),
  ROW(REAL, method.eta, .path = "bilevel.method.eta", .preset = "", .range = "(0,inf)",
      .when = RECIPE " & bilevel.task.name=cleaning",
      .doc = "length of an upper step; 64 sqrt(dx) / iterations by default"),
  ROW(REAL, method.eta, .path = "bilevel.method.eta", .range = "(0,inf)", .when = STOCHASTIC,
      .doc = "upper step"),
  ROW(REAL, method.gamma, .path = "bilevel.method.gamma", .preset = "", .range = "(0,inf)",
      .when = RECIPE, .doc = "lower step"),
  ROW(REAL, method.gamma, .path = "bilevel.method.gamma", .range = "(0,inf)", .when = STOCHASTIC,
      .doc = "lower step"),
  ROW(REAL, method.nu, .path = "bilevel.method.nu", .preset = "", .range = "(0,inf)",
      .when = RECIPE, .doc = "step of z; gamma by default"),
  ROW(REAL, method.nu, .path = "bilevel.method.nu", .range = "(0,inf)", .when = STOCHASTIC,
      .doc = "step of z"),
  ROW(INT, method.period, .path = "bilevel.method.period", .preset = "", .range = "[1,inf)",
      .when = "bilevel.method.name=bo-rep", .doc = "iterations between updates of y (I)"),
  ROW(INT, method.steps, .path = "bilevel.method.steps", .preset = "", .range = "[1,inf)",
      .when = "bilevel.method.name=bo-rep", .doc = "lower steps of an update (N)"),
  ROW(REAL, method.radius, .path = "bilevel.method.radius", .preset = "", .range = "(0,inf)",
      .when = "bilevel.method.name=bo-rep", .doc = "of the ball around y in an update (R)"),
  ROW(REAL, method.init_gamma, .path = "bilevel.method.init-gamma", .preset = "", .range = "(0,inf)",
      .when = "bilevel.method.name=bo-rep", .doc = "first step of Epoch-SGD"),
  ROW(INT, method.init_steps, .path = "bilevel.method.init-steps", .preset = "", .range = "[1,inf)",
      .when = "bilevel.method.name=bo-rep", .doc = "length of its first epoch"),
  ROW(REAL, method.init_radius, .path = "bilevel.method.init-radius", .preset = "", .range = "(0,inf)",
      .when = "bilevel.method.name=bo-rep", .doc = "of its first ball"),
  ROW(INT, method.init_epochs, .path = "bilevel.method.init-epochs", .preset = "", .range = "[0,40]",
      .when = "bilevel.method.name=bo-rep", .doc = "number of its epochs"),
  {QV_KEY_END}
};
// clang-format on

PetscErrorCode qv_solve_check(const void *params, const qv_deck *deck, qv_diag *diag) {
  const qv_bilevel_params *p    = params;
  const qv_task_kind      *kind = qv_task_kinds[p->task.name];

  PetscFunctionBegin;
  if (qv_methods[p->method.name]->exact && !p->method.at.written && !kind->solve)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method"),
                          "bilevel.method.at must be given: only quadratic problems have a "
                          "solution that can be computed exactly"));
  if (p->task.per == QV_PER_FEATURE && p->task.classes != QV_UNSET_INT && p->task.classes != 2)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.task.classes"),
                          "bilevel.task.classes must be 2 with `per: feature`, which is binary "
                          "logistic regression"));
  if (p->method.every != QV_UNSET_INT && p->method.every > p->method.iterations)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method.every"),
                          "bilevel.method.every (%lld) is more than bilevel.method.iterations "
                          "(%lld)",
                          (long long)p->method.every, (long long)p->method.iterations));
  if (p->method.parameters == QV_PARAMETERS_GIVEN && p->method.init_epochs > 0 &&
      p->method.init_steps == QV_UNSET_INT)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method.init-epochs"),
                          "bilevel.method.init-steps must be given with init-epochs"));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_solve_estimate(const void *params, int size, qv_cost *cost) {
  const qv_bilevel_params *p     = params;
  const bool               exact = qv_methods[p->method.name]->exact;
  const bool               small = p->task.classes == QV_UNSET_INT; /* no samples */

  PetscFunctionBegin;
  (void)size; /* data are read later: about a batch of 512 images, and 20 lower steps */
  cost->memory           = 1e8;
  cost->disk             = 1e6;
  cost->work             = exact ? 1 : (double)(p->method.iterations * p->seeds);
  cost->unit             = exact ? "points" : "iterations";
  cost->seconds_per_unit = exact ? 0.1 : small ? 1e-4 : 1e-2;
  PetscFunctionReturn(0);
}
