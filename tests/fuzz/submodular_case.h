/* SPDX-License-Identifier: GPL-3.0-or-later
 * What must hold of any bytes given as a file of the submodular family. The first byte says as what
 * they are read. */
#pragma once
#include <math.h>

#include "optim/submodular/amounts.h"
#include "optim/submodular/coverage.h"
#include "optim/submodular/feed_live.h"
#include "optim/submodular/maker.h"
#include "optim/submodular/sets.h"
#include "solvers/store/h5.h"
#include "tests/fuzz/fuzz.h"

/* Kinds from SUBMODULAR_TEXTS on are HDF5 files with values of the bytes. */
enum { SUBMODULAR_TEXTS = 14, SUBMODULAR_KINDS = 18, SUBMODULAR_MOST_MISTAKES = 50 };

/* Maker `name` of the list of objectives. */
static inline int submodular_named(const char *name) {
  for (int i = 0; qv_maker_words[i].word; i++)
    if (!strcmp(qv_maker_words[i].word, name)) return i;
  return -1;
}

/* The plan of a kind below 11 or above 15: an objective whose data, or weights, are the file. */
static inline qv_objective_plan submodular_plan(int kind, qv_path *file, qv_path *good) {
  static const char *const names[] = {"coverage",
                                      "coverage",
                                      "coverage",
                                      "saturated",
                                      "saturated",
                                      "influence",
                                      "facility-location",
                                      "exemplar",
                                      "log-det",
                                      "log-det",
                                      "facility-location",
                                      NULL,
                                      NULL,
                                      NULL,
                                      NULL,
                                      NULL,
                                      "facility-location",
                                      "log-det"};
  qv_objective_plan        plan    = {.name       = submodular_named(names[kind]),
                                      .data       = kind == 2 ? *good : *file,
                                      .format     = kind == 0 || kind == 4 || kind == 2,
                                      .neighbours = kind == 10 ? 2 : QV_UNSET_INT,
                                      .kernel     = kind == 9 || kind == 17 ? 2 : 0,
                                      .alpha      = 1,
                                      .sigma      = 1,
                                      .phi        = kind == 4,
                                      .samples    = 50,
                                      .directed   = true};
  if (kind == 2) plan.weights = *file;
  return plan;
}

/* Values are finite, whole and submodular on a chain of three. */
static inline const char *submodular_judge(const qv_objective *f) {
  const int32_t n         = f->n < 3 ? f->n : 3;
  const int32_t pushed[3] = {0, 1, 2};
  qv_prefix    *p;
  const char   *wrong = NULL;
  if (!(f->quantum > 0) || isinf(f->quantum)) return "the quantum is wrong";
  if (f->kind->prefix_create(f, 3, &p)) return "fault";
  for (int32_t e = 0; e < f->n; e++)
    if (f->single[e] < 0 || f->single[e] > (INT64_C(1) << 62) + INT32_MAX)
      wrong = "a value is out of range";
  for (int32_t i = 0; i < n; i++) {
    const int64_t gain = qv_objective_gain(p, i);
    if (gain < 0 || qv_objective_least(f, gain) > f->single[i]) wrong = "a marginal has grown";
    if (f->kind->depth(p, i, i, gain) < i) wrong = "a depth is too small";
    f->kind->push(p, i, i + 1);
  }
  f->kind->truncate(p, 0, n, pushed);
  for (int32_t e = 0; e < n; e++)
    if (qv_objective_gain(p, e) != f->single[e]) wrong = "an empty prefix is not empty";
  if (f->kind->prefix_destroy(&p)) return "fault";
  return wrong;
}

static inline const char *submodular_objective(int kind, qv_path *file, qv_path *good,
                                               qv_diag *diag) {
  const qv_objective_plan plan = submodular_plan(kind, file, good);
  qv_objective           *f;
  qv_names               *names;
  const char             *wrong = NULL;
  if (qv_makers[plan.name]->make(PETSC_COMM_SELF, &plan, diag, &f, &names)) return "fault";
  if ((f != NULL) != (qv_diag_count(diag) == 0) || (f != NULL) != (names != NULL))
    return "neither an objective nor a mistake";
  if (f && names->n != f->n) wrong = "names are missing";
  if (f && !wrong) wrong = submodular_judge(f);
  if (qv_objective_destroy(&f) || qv_names_destroy(&names)) return "fault";
  return wrong;
}

/* No element is inserted or deleted twice. */
static inline const char *submodular_judge_updates(const qv_updates *u, int32_t n) {
  uint8_t live[64] = {0};
  int64_t updates  = 0;
  for (int64_t i = 0; i < u->n; i++) {
    const int32_t op = u->op[i], e = abs(op) - 1;
    if (!op) continue;
    if (e >= n || live[e] == (op > 0)) return "an update cannot be";
    live[e] = op > 0;
    updates++;
  }
  return updates == u->n_updates ? NULL : "updates are counted wrong";
}

static inline PetscErrorCode submodular_listen(const qv_feed_plan *plan, qv_diag *diag,
                                               qv_updates *u) {
  qv_live *live;
  bool     ended = false;

  PetscFunctionBegin;
  PetscCall(qv_live_open(PETSC_COMM_SELF, plan, diag, &live));
  while (live && !ended) PetscCall(qv_live_more(live, 7, u, &ended));
  PetscCall(qv_live_close(&live));
  PetscFunctionReturn(0);
}

static inline const char *submodular_stream(int kind, qv_path *file, qv_path *good, qv_diag *diag) {
  const qv_objective_plan objective = submodular_plan(2, good, good);
  qv_objective_plan       data      = objective;
  qv_objective           *f;
  qv_names               *names;
  qv_updates              u = {0};
  data.weights              = (qv_path){NULL, NULL};
  if (qv_makers[data.name]->make(PETSC_COMM_SELF, &data, diag, &f, &names) || !f) return "fault";
  const qv_feed_plan plan = {
    .path = file, .source = file->found, .skip = kind == 13, .lifetime = 3, .f = f, .names = names};
  int from = 0;
  while (strcmp(qv_feed_words[from].word, kind == 12 || kind == 15 ? "expiry" : "file")) from++;
  const PetscErrorCode code  = kind == 13 ? submodular_listen(&plan, diag, &u)
                                          : qv_feeds[from]->make(PETSC_COMM_SELF, &plan, diag, &u);
  const char          *wrong = code ? "fault" : submodular_judge_updates(&u, f->n);
  if (kind == 13 && qv_diag_count(diag)) wrong = "a live stream was refused";
  if (qv_updates_free(&u) || qv_objective_destroy(&f) || qv_names_destroy(&names)) return "fault";
  return wrong;
}

/* Made once a process and removed at its end. */
static char submodular_file[FUZZ_PATH], submodular_good[FUZZ_PATH];

static inline void submodular_remove(void) {
  unlink(submodular_file);
  unlink(submodular_good);
}

static inline void submodular_begin(void) {
  static const char sets[] = "a x y\nb y z\nc z\nd x\n7 y\n";
  fuzz_scratch(submodular_file);
  fuzz_scratch(submodular_good);
  atexit(submodular_remove);
  fuzz_write(submodular_good, sets, sizeof sets - 1);
}

/* A set of the type, the number of axes and the shape that the next bytes say, with values of those
 * behind them. */
static inline PetscErrorCode submodular_put(qv_h5 *file, const char *path, const char **at,
                                            const char *end) {
  static const qv_type types[]      = {QV_F64, QV_I64, QV_I32, QV_I8, QV_U8};
  unsigned char        head[3]      = {0};
  char                 data[8 * 16] = {0};
  const size_t         there = (size_t)(end - *at), n = there < sizeof head ? there : sizeof head;

  PetscFunctionBegin;
  memcpy(head, *at, n);
  *at += n;
  qv_array array = {.path      = path,
                    .type      = types[head[0] % 5],
                    .rank      = head[0] / 5 % 4,
                    .unit      = "1",
                    .long_name = path};
  for (int i = 0; i < array.rank; i++)
    array.shape[i] = i < 2 ? (head[1] >> 4 * i & 15) % (array.rank > 1 ? 5 : 17) : head[2] % 2;
  if (qv_array_length(&array) > 16) PetscFunctionReturn(0); /* the set is missing */
  const size_t room = (size_t)qv_array_length(&array) * qv_array_entry_bytes(array.type);
  const size_t left = (size_t)(end - *at), taken = left < room ? left : room;
  memcpy(data, *at, taken);
  *at += taken;
  PetscCall(qv_h5_write(file, &array, data));
  PetscFunctionReturn(0);
}

/* A stream (14), sightings (15), or a table. */
static inline PetscErrorCode submodular_write_h5(int kind, const char *bytes, size_t size) {
  const char *at = bytes, *end = bytes + size;
  qv_h5      *file;

  PetscFunctionBegin;
  PetscCall(qv_h5_create(submodular_file, &file));
  if (kind > 15) PetscCall(submodular_put(file, "/data", &at, end));
  if (kind == 14) PetscCall(submodular_put(file, "/ops", &at, end));
  if (kind == 15) PetscCall(submodular_put(file, "/time", &at, end));
  if (kind < 16) PetscCall(submodular_put(file, "/id", &at, end));
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

/* NULL when all is well, else what is not. */
static inline const char *submodular_case_run(const char *bytes, size_t size) {
  qv_path     file = {submodular_file, submodular_file}, good = {submodular_good, submodular_good};
  qv_diag    *diag;
  const char *wrong;
  if (!size) return NULL;
  const int kind = (unsigned char)bytes[0] % SUBMODULAR_KINDS;
  if (kind < SUBMODULAR_TEXTS)
    fuzz_write(submodular_file, bytes + 1, size - 1);
  else if (submodular_write_h5(kind, bytes + 1, size - 1))
    return "fault";
  if (qv_diag_create(&diag)) return "fault";
  if (kind < 11 || kind > 15)
    wrong = submodular_objective(kind, &file, &good, diag);
  else
    wrong = submodular_stream(kind, &file, &good, diag);
  const int code = qv_diag_exit_code(diag);
  if (code != 0 && code != QV_EXIT_DATA) wrong = "a mistake has the wrong code";
  if (qv_diag_count(diag) > SUBMODULAR_MOST_MISTAKES) wrong = "too many mistakes";
  if (qv_diag_destroy(&diag)) return "fault";
  return wrong;
}
