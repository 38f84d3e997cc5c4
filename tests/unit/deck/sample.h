/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables of keys as a problem has them, for tests of the deck. */
#pragma once
#include <stdlib.h>
#include <string.h>

#include "solvers/deck/deck.h"

typedef struct {
  int         problem;
  char       *title, *output;
  int64_t     seed, step;
  double      wall_time;
  qv_quantity every;
} sample_common;

typedef struct {
  int             from, integrator, controller;
  int64_t         count, first_seed;
  qv_path         path, policy;
  qv_real_or_word interval;
  double          tolerance, temperature, start, angle;
  bool            greedy;
  qv_quantity     end;
  qv_reals        masses;
  qv_texts        labels;
} sample_params;

// clang-format off
static const qv_choice sample_problems[]    = {{"threebody.evaluate", "run"}, {"imaging.reconstruct", "see"}, {NULL, NULL}};
static const qv_choice sample_sources[]     = {{"paper", "a"}, {"brake", "b"}, {"file", "c"}, {"agekyan-anosova", "d"}, {NULL, NULL}};
static const qv_choice sample_integrators[] = {{"hermite4", "a"}, {"regularised", "b"}, {NULL, NULL}};
static const qv_choice sample_controllers[] = {{"constant", "a"}, {"learned", "b"}, {"aarseth", "c"}, {NULL, NULL}};
static const qv_choice sample_intervals[]   = {{"none", "a"}, {"auto", "b"}, {NULL, NULL}};

static const qv_key sample_common_keys[] = {
  QV_ROW(CHOICE, sample_common, problem, .path = "problem", .choices = sample_problems, .doc = "what to do"),
  QV_ROW(TEXT, sample_common, title, .path = "title", .preset = "", .doc = "A line for people."),
  QV_ROW(INT, sample_common, seed, .path = "seed", .preset = "0", .range = "[0,inf)", .doc = "the seed"),
  QV_ROW(TEXT, sample_common, output, .path = "output", .preset = "out.h5", .flags = QV_KEY_NEUTRAL, .doc = "the output"),
  QV_ROW(INT, sample_common, step, .path = "run.step", .preset = "", .range = "[1,inf)", .flags = QV_KEY_NEUTRAL, .doc = "work in a step"),
  QV_ROW(REAL, sample_common, wall_time, .path = "run.wall-time", .preset = "", .range = "(0,inf)", .unit = "s", .flags = QV_KEY_NEUTRAL, .doc = "time to run"),
  QV_ROW(QUANTITY, sample_common, every, .path = "checkpoint.every", .preset = "5 min", .range = "(0,inf)", .unit = "s|min|h|steps", .flags = QV_KEY_NEUTRAL, .doc = "between checkpoints"),
  {.type = QV_KEY_END}};

#define FROM       "threebody.systems.from"
#define INTEGRATOR "threebody.integrator.name"
#define CONTROLLER "threebody.controller.name"
static const qv_key sample_keys[] = {
  QV_ROW(CHOICE, sample_params, from, .path = FROM, .choices = sample_sources, .doc = "where systems come from"),
  QV_ROW(INT, sample_params, count, .path = "threebody.systems.count", .when = FROM "!=file", .preset = "100", .range = "[1,inf)", .doc = "how many systems"),
  QV_ROW(FILE, sample_params, path, .path = "threebody.systems.path", .when = FROM "=file", .doc = "initial conditions."),
  QV_ROW(INT, sample_params, first_seed, .path = "threebody.systems.first-seed", .when = FROM " = paper | brake", .preset = "", .doc = "first system"),
  QV_ROW(CHOICE, sample_params, integrator, .path = INTEGRATOR, .choices = sample_integrators, .preset = "hermite4", .doc = "the integrator"),
  QV_ROW(REAL_OR_WORD, sample_params, interval, .path = "threebody.integrator.interval", .when = FROM "=paper & " INTEGRATOR "=hermite4", .preset = "0.1", .choices = sample_intervals, .range = "(0,inf)", .unit = "yr", .doc = "exact ends"),
  QV_ROW(REAL_OR_WORD, sample_params, interval, .path = "threebody.integrator.interval", .when = INTEGRATOR "=hermite4", .preset = "none", .choices = sample_intervals, .range = "(0,inf)", .unit = "yr", .doc = "exact ends"),
  QV_ROW(REAL, sample_params, tolerance, .path = "threebody.integrator.tolerance", .when = INTEGRATOR "=regularised", .preset = "1e-9", .range = "(0,1]", .doc = "error of a step"),
  QV_ROW(CHOICE, sample_params, controller, .path = CONTROLLER, .choices = sample_controllers, .preset = "constant", .doc = "the controller"),
  QV_ROW(FILE, sample_params, policy, .path = "threebody.controller.policy", .when = CONTROLLER "=learned", .doc = "the network"),
  QV_ROW(BOOL, sample_params, greedy, .path = "threebody.controller.greedy", .when = CONTROLLER "=learned", .preset = "true", .doc = "take the best"),
  QV_ROW(REAL, sample_params, temperature, .path = "threebody.controller.temperature", .when = CONTROLLER "=learned & threebody.controller.greedy=false", .preset = "1", .range = "(0,inf)", .doc = "of draws"),
  QV_ROW(QUANTITY, sample_params, end, .path = "threebody.time.end", .preset = "30 yr", .range = "(0,inf)", .unit = "yr|d|h", .flags = QV_KEY_EXTENDABLE, .doc = "the end"),
  QV_ROW(REAL, sample_params, start, .path = "threebody.time.start", .preset = "0", .unit = "yr", .doc = "the start"),
  QV_ROW(REALS, sample_params, masses, .path = "threebody.masses", .preset = "[1, 1, 1]", .range = "(0,inf)", .doc = "the masses"),
  QV_ROW(TEXTS, sample_params, labels, .path = "threebody.labels", .preset = "", .doc = "names"),
  QV_ROW(REAL, sample_params, angle, .path = "threebody.angle", .preset = "", .unit = "rad", .doc = "a turn"),
  {.type = QV_KEY_END}};
// clang-format on

typedef struct {
  sample_common common;
  sample_params params;
  qv_section    section[2];
} sample;

static inline void sample_begin(sample *s) {
  memset(s, 0, sizeof *s);
  s->section[0] = (qv_section){sample_common_keys, &s->common};
  s->section[1] = (qv_section){sample_keys, &s->params};
}

static inline PetscErrorCode sample_end(sample *s) {
  return qv_deck_release(2, s->section);
}

/* A deck from a text, as qv_deck_read makes it of a file "d.yaml", on every rank alone. */
static inline PetscErrorCode sample_deck(const char *text, size_t length, int n_words,
                                         char *const *words, qv_diag *diag, qv_deck *deck) {
  PetscFunctionBegin;
  memset(deck, 0, sizeof *deck);
  deck->comm = PETSC_COMM_SELF;
  deck->path = "d.yaml";
  PetscCall(qv_tree_parse(text, length, "d.yaml", diag, &deck->root));
  for (int i = 0; deck->root && i < n_words; i++)
    PetscCall(qv_tree_override(deck->root, words[i], diag));
  PetscFunctionReturn(0);
}

/* The messages of a list, a line each, without excerpts. The caller frees. */
static inline char *sample_messages(const qv_diag *diag) {
  char  *text, *line, *kept;
  size_t size;
  FILE  *out = open_memstream(&text, &size);
  qv_diag_print(diag, out);
  fclose(out);
  kept      = calloc(size + 1, 1);
  char *end = kept;
  for (line = text; *line;) {
    const size_t n = strcspn(line, "\n");
    if (*line != ' ') {
      memcpy(end, line, n);
      end += n;
      *end++ = '\n';
    }
    line += n + (line[n] == '\n');
  }
  if (end > kept) end[-1] = 0;
  free(text);
  return kept;
}
