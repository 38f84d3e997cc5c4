/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/amounts.h"
#include "optim/submodular/maintain.h"
#include "optim/submodular/sets.h"

enum { ORDER_DATA, ORDER_RANDOM };
static const qv_choice order_words[] = {
  {"data", "as the elements stand in the data"}, {"random", "shuffled by the seed"}, {NULL, NULL}};
static const qv_choice error_words[] = {
  {"stop", "refuse the stream"}, {"skip", "pass over such lines and count them"}, {NULL, NULL}};
static const qv_choice trial_words[] = {
  {"proof", "as many as the bound on the calls is proved with"}, {NULL, NULL}};
static const qv_choice augment_words[] = {
  {"none", "the engine's summary as it is"},
  {"fill", "where it has less than k elements, the best others are added"},
  {"merge",
   "the better of it and of a greedy choice among all that the engine has picked for any guess, "
   "then the same"},
  {"greedy", "the better of that and of a greedy choice made for the report"},
  {NULL, NULL}};

// clang-format off
#define ROW(TYPE, MEMBER, ...) QV_ROW(TYPE, qv_maintain_params, MEMBER, __VA_ARGS__)
const qv_key qv_maintain_keys[] = {
  ROW(CHOICE, objective.name, .path = "submodular.objective.name", .choices = qv_maker_words,
      .doc = "what a set of elements is worth"),
  ROW(FILE, objective.data, .path = "submodular.objective.data",
      .doc = "coverage: elements and what they cover; facility-location: a table of similarities >= 0, a "
             "row a client, a column an element; exemplar: a table of points; log-det: a table of points "
             "or the kernel; saturated: elements and how much they have of features; influence: directed "
             "edges; gzip too; tables also as the set `/data` of an HDF5 file"),
  ROW(CHOICE, objective.format, .path = "submodular.objective.format", .choices = qv_sets_words,
      .when = "submodular.objective.name=coverage", .doc = "how the data are written"),
  ROW(CHOICE, objective.format, .path = "submodular.objective.format", .preset = "lists",
      .choices = qv_amounts_words, .when = "submodular.objective.name=saturated",
      .doc = "how the data are written"),
  ROW(FILE, objective.weights, .path = "submodular.objective.weights", .preset = "",
      .when = "submodular.objective.name=coverage|saturated",
      .doc = "lines `item weight`; an item, or feature, without one weighs 1, unknown ones are ignored"),
  ROW(CHOICE, objective.phi, .path = "submodular.objective.phi", .preset = "sqrt", .choices = qv_maker_phis,
      .when = "submodular.objective.name=saturated", .doc = "what an amount of a feature is worth"),
  ROW(REAL, objective.cap, .path = "submodular.objective.cap", .range = "(0,inf)",
      .when = "submodular.objective.name=saturated & submodular.objective.phi=min",
      .doc = "the amount of a feature beyond which more is worth nothing"),
  ROW(REAL_OR_WORD, objective.chance, .path = "submodular.objective.probability", .preset = "weighted-cascade",
      .range = "[0,1]", .choices = qv_maker_chances, .when = "submodular.objective.name=influence",
      .doc = "with which an edge passes influence on: one number for all, or a rule"),
  ROW(BOOL, objective.directed, .path = "submodular.objective.directed", .preset = "true",
      .when = "submodular.objective.name=influence", .doc = "false: every edge counts both ways"),
  ROW(INT, objective.samples, .path = "submodular.objective.samples", .preset = "100000",
      .range = "[1,1000000000]", .when = "submodular.objective.name=influence",
      .doc = "random reverse-reachable sets that stand for the expectation"),
  ROW(FILE, objective.elements, .path = "submodular.objective.elements", .preset = "",
      .when = "submodular.objective.name=exemplar",
      .doc = "a table of the points to choose from; the data's own by default"),
  ROW(CHOICE, objective.reference, .path = "submodular.objective.reference", .preset = "origin",
      .choices = qv_maker_references, .when = "submodular.objective.name=exemplar",
      .doc = "where points belong when none is chosen"),
  ROW(REALS, objective.point, .path = "submodular.objective.point",
      .when = "submodular.objective.name=exemplar & submodular.objective.reference=point",
      .doc = "the coordinates of the reference"),
  ROW(INT, objective.neighbours, .path = "submodular.objective.neighbours", .preset = "",
      .range = "[1,2000000000]", .when = "submodular.objective.name=facility-location|exemplar",
      .doc = "keep only that many of the largest similarities of a client; all by default"),
  ROW(CHOICE, objective.kernel, .path = "submodular.objective.kernel", .preset = "rbf",
      .choices = qv_maker_kernels, .when = "submodular.objective.name=log-det",
      .doc = "how alike two elements are"),
  ROW(REAL, objective.alpha, .path = "submodular.objective.alpha", .preset = "1", .range = "[1e-100,1e100]",
      .when = "submodular.objective.name=log-det", .doc = "weight of the kernel"),
  ROW(REAL, objective.sigma, .path = "submodular.objective.sigma", .preset = "1", .range = "[1e-100,1e100]",
      .when = "submodular.objective.name=log-det & submodular.objective.kernel=rbf",
      .doc = "width of the kernel, in the unit of the points"),
  ROW(CHOICE, from, .path = "submodular.stream.from", .choices = qv_feed_words,
      .doc = "where insertions and deletions come from"),
  ROW(FILE, path, .path = "submodular.stream.path", .when = "submodular.stream.from=file|expiry",
      .doc = "the stream"),
  ROW(TEXT, source, .path = "submodular.stream.path", .preset = "-", .when = "submodular.stream.from=live",
      .doc = "the FIFO or file to listen to, from the working directory; -: standard input"),
  ROW(CHOICE, on_error, .path = "submodular.stream.on-error", .preset = "stop", .choices = error_words,
      .when = "submodular.stream.from=file|expiry",
      .doc = "what to do with malformed lines, unknown ids, double insertions, deletions of what is not live"),
  ROW(REAL, lifetime, .path = "submodular.stream.lifetime", .range = "(0,inf)",
      .when = "submodular.stream.from=expiry", .doc = "how long an element lives after it was seen last, in the unit of the times"),
  ROW(INT, window, .path = "submodular.stream.window", .range = "[1,inf)",
      .when = "submodular.stream.from=sliding-window|separating", .doc = "live elements at most"),
  ROW(INT, size, .path = "submodular.stream.size", .range = "[1,1000000000]",
      .when = "submodular.stream.from=turnstile|churn|adaptive", .doc = "live elements on average, or at most"),
  ROW(INT, hot, .path = "submodular.stream.hot", .preset = "100", .range = "[1,inf)",
      .when = "submodular.stream.from=churn", .doc = "elements that go out and come back"),
  ROW(INT, block, .path = "submodular.stream.block", .preset = "100", .range = "[1,inf)",
      .when = "submodular.stream.from=burst", .doc = "elements that are deleted and inserted together"),
  ROW(INT, updates, .path = "submodular.stream.updates", .range = "[1,2000000000]",
      .when = "submodular.stream.from=turnstile|churn|burst|adaptive", .doc = "updates after which to end"),
  ROW(INT, updates, .path = "submodular.stream.updates", .preset = "", .range = "[1,2000000000]",
      .when = "submodular.stream.from=sliding-window|insert-then-delete|separating",
      .doc = "updates after which to end at the latest"),
  ROW(CHOICE, order, .path = "submodular.stream.order", .preset = "data", .choices = order_words,
      .when = "submodular.stream.from!=file & submodular.stream.from!=expiry & submodular.stream.from!=live & submodular.stream.from!=separating",
      .doc = "order of the elements"),
  ROW(TEXT, save, .path = "submodular.stream.save", .preset = "", .flags = QV_KEY_NEUTRAL,
      .when = "submodular.stream.from!=adaptive",
      .doc = "a file to write the stream to, as `from: file` reads it"),
  ROW(CHOICE, engine, .path = "submodular.engine.name", .preset = "batched", .choices = qv_engine_words,
      .doc = "how the summary is kept"),
  ROW(TEXTS, members, .path = "submodular.engine.members", .preset = "[batched, sampled]",
      .when = "submodular.engine.name=portfolio", .doc = "the engines of the portfolio"),
  ROW(BOOL, dormant, .path = "submodular.engine.dormant", .preset = "true",
      .when = "submodular.engine.name=batched|sampled|lattanzi|sieve-streaming|sieve-streaming-pp|portfolio",
      .doc = "guesses of the optimum sleep while they cannot be right; false: all are kept, as published"),
  ROW(REAL, epsilon, .path = "submodular.engine.epsilon", .preset = "0.2", .range = "[0.001,0.9]",
      .when = "submodular.engine.name!=lazy-greedy & submodular.engine.name!=greedy & "
              "submodular.engine.name!=brute-force",
      .doc = "what is given away of the value for speed"),
  ROW(REAL_OR_WORD, trials, .path = "submodular.engine.trials", .preset = "", .range = "[1,1e9]",
      .choices = trial_words, .when = "submodular.engine.name=batched|portfolio",
      .doc = "draws that decide how many elements a level takes at once; 4 / epsilon by default"),
  ROW(INT, period, .path = "submodular.engine.period", .preset = "1", .range = "[1,inf)",
      .when = "submodular.engine.name=lazy-greedy|greedy|brute-force|stochastic-greedy|threshold-greedy|portfolio",
      .doc = "recomputing engines: updates between one computation and the next"),
  ROW(CHOICE, augment, .path = "submodular.engine.augment", .preset = "merge", .choices = augment_words,
      .doc = "what a report adds to the engine's summary"),
  ROW(INT, k, .path = "submodular.k", .range = "[1,60000]", .doc = "elements of a summary at most"),
  ROW(INT, every, .path = "submodular.report.every", .preset = "1000", .range = "[0,inf)",
      .doc = "updates between reports; 0: only where the stream asks with `?`, and at the end"),
  ROW(INT, ranks_per_group, .path = "submodular.ranks-per-group", .preset = "", .range = "[1,inf)",
      .flags = QV_KEY_NEUTRAL,
      .doc = "ranks that share the rows of the objective and walk the same guesses; all for tables of "
             "similarities and where an engine without guesses asks enough at a time, else 1"),
  ROW(INT, verify, .path = "submodular.verify", .preset = "0", .range = "[0,inf)",
      .doc = "check all invariants of the engine every so many updates (slow); 0: never"),
  {QV_KEY_END}
};
// clang-format on
