/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "optim/bilevel/data.h"
#include "optim/bilevel/solve.h"

static const qv_choice mode_words[] = {
  {"paper", "as published: refined start, ball, averaging, independent batches"},
  {"compat", "as the authors' released code: no refined start, ball or average, summed gradients"},
  {NULL, NULL}};
static const qv_choice used_words[] = {
  {"updated", "z after this iteration's step"}, {"previous", "z before it"}, {NULL, NULL}};
static const qv_choice at_words[] = {
  {"after", "at y after this iteration's update"}, {"before", "at y before it"}, {NULL, NULL}};
static const qv_choice momentum_words[] = {
  {"zero", "m starts at 0"}, {"first", "m starts as the first direction"}, {NULL, NULL}};
static const qv_choice adjoint_words[] = {
  {"zero", "z starts at 0"}, {"xavier", "z starts uniform within sqrt(6/(dy + 1))"}, {NULL, NULL}};
static const qv_choice batch_words[] = {
  {"independent", "one draw for each oracle"},
  {"shared", "one draw of the lower level for its gradient, product and cross product"},
  {NULL, NULL}};
static const qv_choice weight_words[] = {
  {"participants", "the mean of those that take part"},
  {"all", "their sum over the number of all clients"},
  {"adaptive", "the same times the mean gap between a client's rounds (FedAU)"},
  {NULL, NULL}};
static const qv_choice z_words[]      = {{"step", "one stochastic gradient step of length nu"},
                                         {"cg", "conjugate gradients"},
                                         {"minres", "minimal residuals"},
                                         {"pipecg", "conjugate gradients, pipelined"},
                                         {"pipecg2", "conjugate gradients, two steps at a time"},
                                         {NULL, NULL}};
static const qv_choice update_words[] = {
  {"period", "after each `period` iterations"},
  {"drift", "when x has gone so far since that y* may be half of the tolerated distance away"},
  {NULL, NULL}};
static const qv_choice guess_words[] = {
  {"last", "at the one before"}, {"fischer", "at the projection onto earlier ones"}, {NULL, NULL}};
static const qv_choice parameter_words[] = {
  {"recipe", "from constants that are estimated at the start; keys that are given win"},
  {"given", "by the keys alone"},
  {NULL, NULL}};

static const qv_choice optimizer_words[] = {
  {"sgd", "along minus the direction"},
  {"momentum", "along minus its moving average"},
  {"adam", "each entry by its own averages (Adam)"},
  {"lion-k", "steps of equal length that keep a bound (Lion-K)"},
  {NULL, NULL}};
static const qv_choice lion_words[] = {
  {"box", "|x_i| <= bound: K = sum |u_i|, which is Lion"},
  {"ball", "|x| <= bound: K = |u|"},
  {"huber", "the box with width x_i^2/(2 bound) added inside: K = sum |u_i|, rounded below width"},
  {"group", "|x_g| <= bound of each `group` neighbours: K = sum |u_g|"},
  {"nuclear", "singular values <= bound of `rows` by `columns` matrices: K = their sum (Muon)"},
  {NULL, NULL}};

static const qv_choice precision_words[] = {
  {"auto", "single for data that are bytes, else double"},
  {"single", "single; other data than bytes are kept as floats"},
  {"double", "double"},
  {NULL, NULL}};
static const qv_choice network_precision_words[] = {
  {"single", "kernels in single precision, variables and sums in double"},
  {"double", "all in double precision"},
  {NULL, NULL}};
static const qv_choice encoder_words[] = {{"mlp", "two dense tanh layers, of rows of features"},
                                          {"rnn", "two recurrent tanh layers, of texts"},
                                          {NULL, NULL}};
static const qv_choice heads_words[]   = {
    {"each", "a head for each episode"}, {"shared", "one head for all"}, {NULL, NULL}};

static const qv_choice adapt_words[] = {
  {"head", "a head, the encoder as it is"}, {"all", "encoder and head"}, {NULL, NULL}};

#define TEXTS    "bilevel.task.name=rnn-cleaning"
#define EPISODES "bilevel.task.name=representation"
#define IMAGES   EPISODES " & bilevel.task.encoder=mlp"
static const qv_choice noise_words[] = {{"redraw", "a class drawn from all, the true one too"},
                                        {"other", "one of the other classes"},
                                        {NULL, NULL}};
static const qv_choice per_words[]   = {
    {"feature", "a weight a feature, of binary logistic regression"},
    {"class", "a weight a class"},
    {"scalar", "one weight for all"},
    {NULL, NULL}};

#define FOLDER        "/usr/share/datasets/fashion-mnist/"
#define DATA          "bilevel.task.name=cleaning|regularisation"
#define CLEANING      "bilevel.task.name=cleaning|rnn-cleaning"
#define TABLES        "bilevel.task.name=cleaning|regularisation|representation"
#define FASHION_TRAIN TABLES " & bilevel.task.data=fashion-mnist"
#define IDX_TRAIN     TABLES " & bilevel.task.format=idx"
#define FASHION       DATA " & bilevel.task.data=fashion-mnist"
#define IDX           DATA " & bilevel.task.format=idx"
#define TABLE         DATA " & bilevel.task.format=auto|csv|libsvm|text & bilevel.task.data!=fashion-mnist"
#define SPLITS        "bilevel.task.name=cleaning|regularisation|rnn-cleaning & bilevel.task.format!=hdf5"
#define STOCHASTIC    "bilevel.method.name!=exact"
#define SCALAR        "bilevel.task.name=sine|recurrence|quartic"
#define DISTILLATION  "bilevel.task.name=self-distillation"
#define RECIPE        "bilevel.method.name=bo-rep & bilevel.method.parameters=recipe"
#define BO_REP        "bilevel.method.name=bo-rep"
#define COMPAT        BO_REP " & bilevel.method.mode=compat"
#define FEDERATED     "bilevel.method.name=fed-bo-rep"
#define NORMALISED    "bilevel.method.name=bo-rep|slip|accbo|fed-bo-rep"
#define ADAPTING      "bilevel.method.name=maml|anil"
#define LOSS_HISTORY  "bilevel.method.name=loss-history"
#define STARTED       "bilevel.method.name=bo-rep|slip|accbo"
#define RIVALS        "bilevel.method.name=soba|ma-soba|amigo|stocbio|saba|ttsa|f2sa"
#define LION          RIVALS " & bilevel.method.optimizer.name=lion-k"
#define PERIODIC      "bilevel.method.name=bo-rep|accbo"

// clang-format off
#define ROW(TYPE, MEMBER, ...) QV_ROW(TYPE, qv_bilevel_params, MEMBER, __VA_ARGS__)
const qv_key qv_solve_keys[] = {
  ROW(CHOICE, task.name, .path = "bilevel.task.name", .choices = qv_task_words,
      .doc = "what is to be solved"),
  ROW(FILE, task.data, .path = "bilevel.task.data", .when = "bilevel.task.name=quadratic",
      .doc = "HDF5 with /data/{A,C,F,H,K,a,f,h}; C and K are [dx, dy]"),
  ROW(CHOICE, task.format, .path = "bilevel.task.format", .preset = "auto", .choices = qv_data_formats,
      .when = TEXTS, .doc = "of the file of data: hdf5 or text"),
  ROW(FILE, task.data, .path = "bilevel.task.data", .when = TEXTS,
      .doc = "lines `label, tab, words`, or HDF5 with /train/tokens [n, t], numbers of words with -1 behind the end, /train/label "
             "[n], the same for validation, and for test, /train/label_true, /embedding [word, entry] "
             "where they are known"),
  ROW(CHOICE, network.encoder, .path = "bilevel.task.encoder", .preset = "mlp",
      .choices = encoder_words, .when = EPISODES, .doc = "the upper variables"),
  ROW(CHOICE, task.format, .path = "bilevel.task.format", .preset = "auto", .choices = qv_data_formats,
      .when = EPISODES, .doc = "of the file of data; all but hdf5 give labelled samples, for pairs of classes"),
  ROW(FILE, task.data, .path = "bilevel.task.data", .when = EPISODES " & bilevel.task.encoder=rnn",
      .doc = "HDF5 with /task/support/tokens [episode, n, t], /task/support/label [episode, n], the same "
             "for query, and /test like /task; or, for pairs of classes, lines `label, tab, words`"),
  ROW(FILE, task.data, .path = "bilevel.task.data", .when = IMAGES " & bilevel.task.format!=idx",
      .choices = qv_data_known,
      .doc = "HDF5 with /task/support/x [episode, n, d], /task/support/label [episode, n], the same for "
             "query, and /test like /task; or, for pairs of classes, labelled samples: HDF5 with "
             "/train/x [n, d], /train/label [n], a file of another format, or fashion-mnist"),
  ROW(INT, network.head, .path = "bilevel.task.head", .preset = "0", .range = "[0,8192]",
      .when = EPISODES, .doc = "width of a head's two inner layers; 0: a linear head, convex"),
  ROW(INT, network.shots, .path = "bilevel.task.shots", .preset = "10", .range = "[1,100000]",
      .when = EPISODES,
      .doc = "samples of each of two classes in support and in query, of pairs"),
  ROW(INT, network.held_out, .path = "bilevel.task.held-out", .preset = "10", .range = "[0,100000]",
      .when = EPISODES, .doc = "pairs that are kept for tests"),
  ROW(REAL, task.l2, .path = "bilevel.task.l2", .preset = "0.01", .range = "(0,inf)",
      .when = EPISODES, .doc = "weight of the squares of a head in the lower level"),
  ROW(INT, task.classes, .path = "bilevel.task.classes", .preset = "2", .range = "[2,100000]",
      .when = EPISODES, .doc = "number of classes of an episode; labels are 0 to classes - 1"),
  ROW(INT, network.embedding, .path = "bilevel.task.embedding", .preset = "", .range = "[1,8192]",
      .when = EPISODES " & bilevel.task.encoder=rnn",
      .doc = "entries of a word's vector; those of /embedding, or 50 random ones, by default"),
  ROW(INT, network.length, .path = "bilevel.task.length", .preset = "", .range = "[1,100000]",
      .when = EPISODES " & bilevel.task.encoder=rnn", .doc = "words at the start of a text that count"),
  ROW(INT, network.hidden, .path = "bilevel.task.hidden", .preset = "64", .range = "[1,8192]",
      .when = "bilevel.task.name=rnn-cleaning|representation", .doc = "width of the encoder's two layers"),
  ROW(INT, network.head, .path = "bilevel.task.head", .preset = "64", .range = "[1,8192]",
      .when = TEXTS, .doc = "width of the head's two inner layers"),
  ROW(INT, network.embedding, .path = "bilevel.task.embedding", .preset = "", .range = "[1,8192]",
      .when = TEXTS,
      .doc = "entries of a word's vector; those of /embedding, or 50 random ones, by default"),
  ROW(INT, network.length, .path = "bilevel.task.length", .preset = "", .range = "[1,100000]",
      .when = TEXTS, .doc = "words at the start of a text that count"),
  ROW(CHOICE, network.precision, .path = "bilevel.task.precision", .preset = "single",
      .choices = network_precision_words, .when = "bilevel.task.name=rnn-cleaning|representation",
      .doc = "of the kernels; variables and sums are double"),
  ROW(REAL, task.l2, .path = "bilevel.task.l2", .preset = "1e-4", .range = "(0,inf)",
      .when = TEXTS, .doc = "weight of the squares of y in the lower level"),
  ROW(INT, task.classes, .path = "bilevel.task.classes", .range = "[2,100000]",
      .when = TEXTS, .doc = "number of classes; labels are 0 to classes - 1"),
  ROW(CHOICE, task.format, .path = "bilevel.task.format", .preset = "auto", .choices = qv_data_formats,
      .when = DATA, .doc = "of the file of data"),
  ROW(FILE, task.data, .path = "bilevel.task.data", .when = DATA " & bilevel.task.format!=idx",
      .choices = qv_data_known,
      .doc = "file of labelled samples, or a known data set: fashion-mnist; HDF5 has /train/x [n, d], "
             "/train/label [n], /validation/x, /validation/label, and /test/x, /test/label, "
             "/train/label_true where they are known"),
  ROW(FILE, task.images[0], .path = "bilevel.task.train-images", .when = FASHION_TRAIN,
      .preset = FOLDER "train-images-idx3-ubyte.gz", .doc = "pictures"),
  ROW(FILE, task.images[0], .path = "bilevel.task.train-images", .when = IDX_TRAIN,
      .doc = "pictures, IDX of unsigned bytes [sample, row, column]"),
  ROW(FILE, task.labels[0], .path = "bilevel.task.train-labels", .when = FASHION_TRAIN,
      .preset = FOLDER "train-labels-idx1-ubyte.gz", .doc = "their labels"),
  ROW(FILE, task.labels[0], .path = "bilevel.task.train-labels", .when = IDX_TRAIN, .doc = "their labels"),
  ROW(FILE, task.images[1], .path = "bilevel.task.test-images", .when = FASHION,
      .preset = FOLDER "t10k-images-idx3-ubyte.gz", .doc = "pictures of the test split"),
  ROW(FILE, task.images[1], .path = "bilevel.task.test-images", .when = IDX, .preset = "",
      .doc = "pictures of the test split"),
  ROW(FILE, task.labels[1], .path = "bilevel.task.test-labels", .when = FASHION,
      .preset = FOLDER "t10k-labels-idx1-ubyte.gz", .doc = "their labels"),
  ROW(FILE, task.labels[1], .path = "bilevel.task.test-labels", .preset = "",
      .when = IDX " & bilevel.task.test-images!=", .doc = "their labels"),
  ROW(FILE, task.test_data, .path = "bilevel.task.test-data", .preset = "",
      .when = TEXTS " & bilevel.task.format!=hdf5",
      .doc = "text of the test samples"),
  ROW(FILE, task.test_data, .path = "bilevel.task.test-data", .preset = "", .when = TABLE,
      .doc = "file of the test samples, in the format of the other"),
  ROW(TEXT, task.label, .path = "bilevel.task.label", .preset = "",
      .when = TABLES " & bilevel.task.format=auto|csv & bilevel.task.data!=fashion-mnist",
      .doc = "CSV: the column of labels, by name or by number from 0; the first by default"),
  ROW(INT, task.features, .path = "bilevel.task.features", .preset = "4096", .range = "[1,16777216]",
      .when = TEXTS " & bilevel.task.format!=hdf5", .doc = "text: number of buckets of hashed words"),
  ROW(INT, task.features, .path = "bilevel.task.features", .preset = "4096", .range = "[1,16777216]",
      .when = EPISODES " & bilevel.task.encoder=rnn & bilevel.task.format!=hdf5",
      .doc = "text: number of buckets of hashed words"),
  ROW(INT, task.features, .path = "bilevel.task.features", .preset = "", .range = "[1,16777216]",
      .when = TABLES " & bilevel.task.format=auto|libsvm|text & bilevel.task.data!=fashion-mnist",
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
      .when = CLEANING,
      .doc = "probability that a training label is replaced, from the stream `label noise`"),
  ROW(CHOICE, task.noise_kind, .path = "bilevel.task.noise-kind", .preset = "redraw",
      .choices = noise_words, .when = CLEANING, .doc = "what replaces it"),
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
      .when = "bilevel.task.name=quadratic|self-distillation & " STOCHASTIC,
      .doc = "standard deviation of each entry of each oracle"),
  ROW(INT, task.upper, .path = "bilevel.task.upper", .preset = "6", .range = "[1,1000]",
      .when = "bilevel.task.name=ridge", .doc = "number of coefficients"),
  ROW(INT, task.samples, .path = "bilevel.task.samples", .preset = "80", .range = "[1,1000000]",
      .when = "bilevel.task.name=ridge", .doc = "samples of the lower level"),
  ROW(INT, task.checks, .path = "bilevel.task.validation", .preset = "40",
      .range = "[1,1000000]", .when = "bilevel.task.name=ridge", .doc = "samples of the upper level"),
  ROW(REALS, task.targets, .path = "bilevel.task.targets", .preset = "", .when = DISTILLATION,
      .doc = "samples at equal distances from 0 to 1; the 11 published ones by default"),
  ROW(REAL, task.sharpness, .path = "bilevel.task.gamma", .preset = "80", .range = "(0,inf)",
      .when = DISTILLATION, .doc = "of the kernel exp(-gamma (x - x')^2)"),
  ROW(REAL, task.l2, .path = "bilevel.task.l2", .preset = "0.2", .range = "(0,inf)",
      .when = DISTILLATION, .doc = "lambda of a step's ridge regression"),
  ROW(INT, task.length, .path = "bilevel.task.steps", .preset = "6", .range = "[1,10000]",
      .when = DISTILLATION, .doc = "steps whose losses are in /result/distillation_loss"),
  ROW(INT, task.length, .path = "bilevel.task.length", .preset = "10", .range = "[1,1000]",
      .when = "bilevel.task.name=recurrence", .doc = "steps of the recurrence"),
  ROW(REAL, task.target, .path = "bilevel.task.target", .preset = "1", .range = "(0,inf)",
      .when = "bilevel.task.name=recurrence", .doc = "wanted state at its end"),
  ROW(REAL, task.noise, .path = "bilevel.task.noise", .preset = "0", .range = "[0,inf)",
      .when = SCALAR " & " STOCHASTIC, .doc = "standard deviation of the lower gradient"),
  ROW(REAL, task.noise_others, .path = "bilevel.task.noise-others", .preset = "0", .range = "[0,inf)",
      .when = SCALAR " & " STOCHASTIC, .doc = "standard deviation of each other oracle"),
  ROW(REAL, task.lower_start, .path = "bilevel.task.lower-start", .preset = "0",
      .when = SCALAR " & " STOCHASTIC, .doc = "the lower variable at the start"),
  ROW(REAL, task.start, .path = "bilevel.task.start", .preset = "6",
      .when = "bilevel.task.name=exponential & " STOCHASTIC, .doc = "each upper variable at the start"),
  ROW(REAL, task.start, .path = "bilevel.task.start", .preset = "0",
      .when = "bilevel.method.name!=exact|loss-history", .doc = "each upper variable at the start"),
  ROW(CHOICE, method.name, .path = "bilevel.method.name", .choices = qv_method_words,
      .doc = "how it is solved"),
  ROW(CHOICE, network.heads, .path = "bilevel.task.heads", .preset = "shared", .choices = heads_words,
      .when = EPISODES " & " ADAPTING, .doc = "the head that all episodes start from"),
  ROW(CHOICE, network.heads, .path = "bilevel.task.heads", .preset = "each", .choices = heads_words,
      .when = EPISODES, .doc = "the lower variables"),
  ROW(CHOICE, network.adapt, .path = "bilevel.task.adapt", .preset = "all", .choices = adapt_words,
      .when = EPISODES " & bilevel.method.name=maml", .doc = "what test episodes change"),
  ROW(CHOICE, network.adapt, .path = "bilevel.task.adapt", .preset = "head", .choices = adapt_words,
      .when = EPISODES, .doc = "what test episodes change"),
  ROW(INT, network.adapt_steps, .path = "bilevel.task.adapt-steps", .preset = "", .range = "[0,100000]",
      .when = EPISODES " & " ADAPTING, .doc = "steps on the support of a test episode; method.steps by default"),
  ROW(INT, network.adapt_steps, .path = "bilevel.task.adapt-steps", .preset = "100",
      .range = "[0,100000]", .when = EPISODES, .doc = "steps on the support of a test episode"),
  ROW(REAL, network.adapt_rate, .path = "bilevel.task.adapt-rate", .preset = "", .range = "(0,inf)",
      .when = EPISODES " & " ADAPTING, .doc = "size of these steps; method.gamma by default"),
  ROW(REAL, network.adapt_rate, .path = "bilevel.task.adapt-rate", .preset = "0.5", .range = "(0,inf)",
      .when = EPISODES, .doc = "size of these steps"),
  ROW(FILE, method.at, .path = "bilevel.method.at", .preset = "", .when = "bilevel.method.name=exact",
      .doc = "HDF5 with /x [point, dx]; without it the solution, of quadratic problems"),
  ROW(REAL, method.tolerance, .path = "bilevel.method.tolerance", .preset = "1e-10", .range = "(0,1)",
      .doc = "|dg/dy| <= tolerance max(1, |dg/dy| at y = 0), |H z - b| <= tolerance |b|; of the "
             "certificate at the end with stochastic methods"),
  ROW(INT, seeds, .path = "bilevel.seeds", .preset = "1", .range = "[1,10000]", .when = STOCHASTIC,
      .doc = "number of runs, with seed, seed + 1, and so on"),
  ROW(INT, groups, .path = "bilevel.groups", .preset = "", .range = "[1,inf)", .when = STOCHASTIC,
      .flags = QV_KEY_NEUTRAL,
      .doc = "groups of ranks that share the seeds out, each with all of the data; at most, and by "
      "default, one a rank and a seed"),
  ROW(INT, certify_every, .path = "bilevel.certificate.every", .preset = "", .range = "[1,inf)",
      .when = "bilevel.method.name!=exact|maml|anil|loss-history", .doc = "reports between two with the objective and |grad Phi| by exact "
      "answers of method.tolerance, also at the first; none by default"),
  ROW(BOOL, audit, .path = "bilevel.audit", .preset = "false", .when = BO_REP,
      .doc = "estimate the theory's constants on the way and compare period, steps and radius with them"),
  ROW(CHOICE, method.mode, .path = "bilevel.method.mode", .preset = "paper", .choices = mode_words,
      .when = "bilevel.method.name=bo-rep", .doc = "which form of the method"),
  ROW(CHOICE, method.parameters, .path = "bilevel.method.parameters", .preset = "given",
      .choices = parameter_words, .when = "bilevel.method.name=bo-rep & " TEXTS,
      .doc = "given: the recipe needs a lower level with one minimum"),
  ROW(CHOICE, method.parameters, .path = "bilevel.method.parameters", .preset = "recipe",
      .choices = parameter_words, .when = "bilevel.method.name=bo-rep",
      .doc = "where steps and lengths come from"),
  ROW(INT, method.iterations, .path = "bilevel.method.iterations", .range = "[1,inf)",
      .flags = QV_KEY_EXTENDABLE, .when = STOCHASTIC, .doc = "upper steps"),
  ROW(INT, method.every, .path = "bilevel.method.every", .preset = "", .range = "[1,inf)",
      .when = STOCHASTIC, .doc = "iterations between reports; by default the least power of two with less than 200 reports"),
  ROW(INT, method.batch, .path = "bilevel.method.batch", .preset = "", .range = "[1,inf)",
      .when = STOCHASTIC, .doc = "samples of an oracle, without replacement; 512 or all by default"),
  ROW(REAL, method.beta, .path = "bilevel.method.beta", .preset = "0.9", .range = "[0,1)",
      .when = "bilevel.method.name=bo-rep|ma-soba|slip|accbo|fed-bo-rep", .doc = "momentum"),
  ROW(REAL, method.decay, .path = "bilevel.method.decay", .preset = "0.6", .range = "[0,1]",
      .when = "bilevel.method.name=ttsa",
      .doc = "upper steps of iteration t are divided by t to this power"),
  ROW(REAL, method.decay, .path = "bilevel.method.decay", .preset = "0", .range = "[0,1]",
      .when = STOCHASTIC " & bilevel.method.name!=bo-rep",
      .doc = "steps of iteration t are divided by t to this power"),
  ROW(REAL, method.lower_decay, .path = "bilevel.method.lower-decay", .preset = "0.4",
      .range = "[0,1]", .when = "bilevel.method.name=ttsa", .doc = "the same of lower steps"),
  ROW(INT, method.decay_every, .path = "bilevel.method.decay-every", .preset = "", .range = "[1,inf)",
      .when = NORMALISED, .doc = "iterations after which steps are multiplied by decay-by; none by default"),
  ROW(REAL, method.decay_by, .path = "bilevel.method.decay-by", .preset = "0.2", .range = "(0,1]",
      .when = NORMALISED, .doc = "factor of both levels' steps after each decay-every iterations"),
  ROW(REAL, method.bound, .path = "bilevel.method.bound", .preset = "", .range = "(0,inf)",
      .when = "bilevel.method.name=ttsa", .doc = "x is kept in the ball of this radius around 0"),
  ROW(CHOICE, optimizer.name, .path = "bilevel.method.optimizer.name", .preset = "sgd",
      .choices = optimizer_words, .when = RIVALS, .doc = "how x moves by eta"),
  ROW(CHOICE, optimizer.k, .path = "bilevel.method.optimizer.k", .preset = "box",
      .choices = lion_words, .when = LION, .doc = "what is bounded"),
  ROW(REAL, optimizer.bound, .path = "bilevel.method.optimizer.bound", .range = "(0,inf)",
      .when = LION, .doc = "bound of x; the decay is eta/bound a step"),
  ROW(REAL, optimizer.width, .path = "bilevel.method.optimizer.width", .range = "(0,inf)",
      .when = LION " & bilevel.method.optimizer.k=huber",
      .doc = "size of the derivative below which steps are shorter"),
  ROW(INT, optimizer.group, .path = "bilevel.method.optimizer.group", .range = "[1,inf)",
      .when = LION " & bilevel.method.optimizer.k=group", .doc = "neighbours in x that have one bound together"),
  ROW(INT, optimizer.rows, .path = "bilevel.method.optimizer.rows", .range = "[1,100000]",
      .when = LION " & bilevel.method.optimizer.k=nuclear",
      .doc = "of the matrices, one behind the other, that x is made of row by row"),
  ROW(INT, optimizer.columns, .path = "bilevel.method.optimizer.columns", .range = "[1,100000]",
      .when = LION " & bilevel.method.optimizer.k=nuclear", .doc = "of the same"),
  ROW(REAL, optimizer.beta1, .path = "bilevel.method.optimizer.beta1", .preset = "0.9",
      .range = "[0,1)", .when = RIVALS " & bilevel.method.optimizer.name!=sgd",
      .doc = "memory of the direction"),
  ROW(REAL, optimizer.beta2, .path = "bilevel.method.optimizer.beta2", .preset = "0.999",
      .range = "[0,1)", .when = RIVALS " & bilevel.method.optimizer.name=adam",
      .doc = "memory of its squares"),
  ROW(REAL, optimizer.beta2, .path = "bilevel.method.optimizer.beta2", .preset = "0.99",
      .range = "[0,1)", .when = LION, .doc = "memory of m"),
  ROW(INT, method.terms, .path = "bilevel.method.terms", .preset = "10", .range = "[1,inf)",
      .when = "bilevel.method.name=ttsa|accbo", .doc = "factors of the Neumann product, or terms of the sum"),
  ROW(REAL, method.penalty, .path = "bilevel.method.penalty", .preset = "10", .range = "(0,inf)",
      .when = "bilevel.method.name=f2sa", .doc = "weight of the lower level at the start"),
  ROW(REAL, method.growth, .path = "bilevel.method.penalty-growth", .preset = "0", .range = "[0,inf)",
      .when = "bilevel.method.name=f2sa", .doc = "what the weight grows by an iteration"),
  ROW(REAL, method.outlier, .path = "bilevel.method.outlier", .preset = "2", .range = "[0,inf)",
      .when = LOSS_HISTORY, .doc = "standard deviations above the mean beyond which a mean loss counts less"),
  ROW(INT, method.warm_up, .path = "bilevel.method.warm-up", .preset = "3", .range = "[1,inf)",
      .when = LOSS_HISTORY, .doc = "epochs before the first weights"),
  ROW(REAL, method.averaging, .path = "bilevel.method.averaging", .preset = "0.5", .range = "(0,1]",
      .when = "bilevel.method.name=accbo", .doc = "weight of the newest u in the average y"),
  ROW(REAL, method.acceleration, .path = "bilevel.method.acceleration", .preset = "0.5", .range = "[0,1)",
      .when = "bilevel.method.name=accbo", .doc = "extrapolation of the lower steps; "
      "(1 - sqrt(mu gamma))/(1 + sqrt(mu gamma)) where mu is known"),
  ROW(INT, method.steps, .path = "bilevel.method.steps", .preset = "10", .range = "[1,inf)",
      .when = "bilevel.method.name=amigo|stocbio|f2sa",
      .doc = "lower steps an iteration, and steps of z or terms of its sum"),
  ROW(INT, method.steps, .path = "bilevel.method.steps", .preset = "5", .range = "[1,10000]",
      .when = ADAPTING, .doc = "steps on the support of an episode"),
  ROW(BOOL, method.first_order, .path = "bilevel.method.first-order", .preset = "false",
      .when = ADAPTING, .doc = "leave out the derivative of these steps"),
  ROW(INT, method.budget, .path = "bilevel.method.budget", .preset = "20", .range = "[1,inf)",
      .when = RECIPE, .doc = "at most so many lower steps an iteration"),
  ROW(REAL, method.eta, .path = "bilevel.method.eta", .preset = "", .range = "(0,inf)",
      .when = RECIPE " & bilevel.task.name=cleaning",
      .doc = "length of an upper step; 64 sqrt(dx) / iterations by default"),
  ROW(REAL, method.eta, .path = "bilevel.method.eta", .range = "(0,inf)",
      .when = "bilevel.method.name!=exact|loss-history", .doc = "upper step"),
  ROW(REAL, method.gamma, .path = "bilevel.method.gamma", .preset = "", .range = "(0,inf)",
      .when = RECIPE, .doc = "lower step"),
  ROW(REAL, method.gamma, .path = "bilevel.method.gamma", .range = "(0,inf)", .when = STOCHASTIC,
      .doc = "lower step"),
  ROW(REAL, method.nu, .path = "bilevel.method.nu", .preset = "", .range = "(0,inf)",
      .when = RECIPE, .doc = "step of z; gamma by default"),
  ROW(REAL, method.nu, .path = "bilevel.method.nu", .range = "(0,inf)",
      .when = "bilevel.method.name!=exact|maml|anil|loss-history",
      .doc = "step of z"),
  ROW(CHOICE, method.update, .path = "bilevel.method.update", .preset = "period", .choices = update_words,
      .when = RECIPE, .doc = "when y is updated"),
  ROW(INT, method.period, .path = "bilevel.method.period", .preset = "", .range = "[1,inf)",
      .when = PERIODIC, .doc = "iterations between updates of y (I)"),
  ROW(INT, method.steps, .path = "bilevel.method.steps", .preset = "", .range = "[1,inf)",
      .when = PERIODIC, .doc = "lower steps of an update (N)"),
  ROW(REAL, method.radius, .path = "bilevel.method.radius", .preset = "", .range = "(0,inf)",
      .when = "bilevel.method.name=bo-rep", .doc = "of the ball around y in an update (R)"),
  ROW(REAL, method.init_gamma, .path = "bilevel.method.init-gamma", .preset = "", .range = "(0,inf)",
      .when = STARTED, .doc = "first step of Epoch-SGD, or of the warm start"),
  ROW(INT, method.init_steps, .path = "bilevel.method.init-steps", .preset = "", .range = "[1,inf)",
      .when = STARTED, .doc = "length of its first epoch, or of the warm start"),
  ROW(REAL, method.init_radius, .path = "bilevel.method.init-radius", .preset = "", .range = "(0,inf)",
      .when = PERIODIC, .doc = "of its first ball"),
  ROW(INT, method.init_epochs, .path = "bilevel.method.init-epochs", .preset = "", .range = "[0,40]",
      .when = PERIODIC, .doc = "number of its epochs"),
  ROW(CHOICE, method.adjoint_used, .path = "bilevel.method.z-used", .preset = "updated",
      .choices = used_words, .when = BO_REP, .doc = "which z the upper direction takes"),
  ROW(CHOICE, method.adjoint_at, .path = "bilevel.method.z-at", .preset = "before",
      .choices = at_words, .when = COMPAT " & bilevel.task.name=cleaning", .doc = "where z takes its step"),
  ROW(CHOICE, method.adjoint_at, .path = "bilevel.method.z-at", .preset = "after",
      .choices = at_words, .when = BO_REP, .doc = "where z takes its step"),
  ROW(CHOICE, method.momentum_start, .path = "bilevel.method.m-start", .preset = "zero",
      .choices = momentum_words, .when = "bilevel.method.name=bo-rep|slip", .doc = "m of the first iteration"),
  ROW(CHOICE, method.adjoint_start, .path = "bilevel.method.z-start", .preset = "xavier",
      .choices = adjoint_words, .when = COMPAT, .doc = "z of the first iteration"),
  ROW(CHOICE, method.adjoint_start, .path = "bilevel.method.z-start", .preset = "zero",
      .choices = adjoint_words, .when = BO_REP, .doc = "z of the first iteration"),
  ROW(CHOICE, method.batches, .path = "bilevel.method.batches", .preset = "independent",
      .choices = batch_words, .when = "bilevel.method.name=bo-rep|slip", .doc = "draws of the lower level"),
  ROW(REAL, method.guard, .path = "bilevel.method.guard", .preset = "1e-10", .range = "[0,inf)",
      .when = COMPAT, .doc = "added to the norm that the upper step is divided by"),
  ROW(REAL, method.guard, .path = "bilevel.method.guard", .preset = "0", .range = "[0,inf)",
      .when = NORMALISED, .doc = "added to the norm that the upper step is divided by"),
  ROW(BOOL, method.last_iterate, .path = "bilevel.method.last-iterate", .preset = "true",
      .when = COMPAT, .doc = "an update gives its last y, not the average"),
  ROW(BOOL, method.last_iterate, .path = "bilevel.method.last-iterate", .preset = "false",
      .when = BO_REP, .doc = "an update gives its last y, not the average"),
  ROW(BOOL, method.accumulate, .path = "bilevel.method.accumulate", .preset = "true",
      .when = COMPAT, .doc = "a step of an update goes along the sum of its gradients so far"),
  ROW(BOOL, method.accumulate, .path = "bilevel.method.accumulate", .preset = "false",
      .when = BO_REP, .doc = "a step of an update goes along the sum of its gradients so far"),
  ROW(CHOICE, method.z_by, .path = "bilevel.method.z.by", .preset = "step", .choices = z_words,
      .when = "bilevel.method.name=bo-rep|slip", .doc = "how z is found"),
  ROW(REAL, method.z_tolerance, .path = "bilevel.method.z.tolerance", .preset = "", .range = "(0,1)",
      .when = "bilevel.method.z.by!=step & bilevel.method.name=bo-rep|slip",
      .doc = "|H z - b| <= tolerance |b| of one batch; the smaller of 0.1 and eta by default"),
  ROW(CHOICE, method.z_guess, .path = "bilevel.method.z.guess", .preset = "last", .choices = guess_words,
      .when = "bilevel.method.z.by!=step & bilevel.method.name=bo-rep|slip", .doc = "where a solution of z begins"),
  ROW(INT, method.z_keep, .path = "bilevel.method.z.keep", .preset = "5", .range = "[1,1000]",
      .when = "bilevel.method.z.guess=fischer", .doc = "earlier solutions whose span holds the guess"),
  ROW(INT, federated.clients, .path = "bilevel.federated.clients", .preset = "8", .range = "[1,10000]",
      .when = FEDERATED, .doc = "client c holds the samples i with i mod clients = c"),
  ROW(INT, federated.local_steps, .path = "bilevel.federated.local-steps", .preset = "1",
      .range = "[1,100000]", .when = FEDERATED, .doc = "steps of a client between two averages"),
  ROW(REALS, federated.participation, .path = "bilevel.federated.participation", .preset = "[1]",
      .range = "(0,1]", .when = FEDERATED,
      .doc = "chance to take part in a round: one for all, or one for each client"),
  ROW(CHOICE, federated.weights, .path = "bilevel.federated.weights", .preset = "participants",
      .choices = weight_words, .when = FEDERATED, .doc = "what those count that take part"),
  ROW(INT, federated.cutoff, .path = "bilevel.federated.cutoff", .preset = "0", .range = "[0,inf)",
      .when = FEDERATED " & bilevel.federated.weights=adaptive",
      .doc = "longest gap of the weights; 0: none; a finite one leaves a bias, that of "
             "(1 - (1 - p)^cutoff)/p"),
  {QV_KEY_END}
};
// clang-format on
