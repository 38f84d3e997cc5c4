/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/feed.h"

#include <stdio.h>

#include "solvers/store/safe.h"

const qv_choice qv_feed_words[] = {
#define QV_FEED(name, word, doc) {word, doc},
#include "optim/submodular/feeds.def"
#undef QV_FEED
  {NULL, NULL}};

#define QV_FEED(name, word, doc) extern const qv_feed qv_feed_##name;
#include "optim/submodular/feeds.def"
#undef QV_FEED

const qv_feed *const qv_feeds[] = {
#define QV_FEED(name, word, doc) &qv_feed_##name,
#include "optim/submodular/feeds.def"
#undef QV_FEED
  NULL};

PetscErrorCode qv_updates_add(qv_updates *u, int32_t op) {
  PetscFunctionBegin;
  if (u->n == u->capacity) {
    u->capacity = PetscMax(1024, 2 * u->capacity);
    PetscCall(PetscRealloc((size_t)u->capacity * sizeof *u->op, &u->op));
  }
  u->op[u->n++] = op;
  u->n_updates += op != 0;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_updates_insert(qv_updates *u, int32_t e) {
  PetscFunctionBegin;
  PetscCall(qv_updates_add(u, e + 1));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_updates_erase(qv_updates *u, int32_t e) {
  PetscFunctionBegin;
  PetscCall(qv_updates_add(u, -(e + 1)));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_updates_ask(qv_updates *u) {
  PetscFunctionBegin;
  PetscCall(qv_updates_add(u, 0));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_updates_free(qv_updates *u) {
  PetscFunctionBegin;
  PetscCall(PetscFree(u->op));
  *u = (qv_updates){0};
  PetscFunctionReturn(0);
}

PetscErrorCode qv_feed_order(const qv_feed_plan *plan, int32_t **order) {
  const int32_t n = plan->f->n;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, order));
  for (int32_t e = 0; e < n; e++) (*order)[e] = e;
  if (plan->shuffle) {
    qv_dice dice = qv_dice_for(qv_stream_named(plan->seed, "order"), 0, 0);
    qv_dice_deal(&dice, n, n, *order);
  }
  PetscFunctionReturn(0);
}

static int write_all(const qv_updates *u, const qv_names *names, FILE *out) {
  for (int64_t i = 0; i < u->n; i++) {
    const int32_t op = u->op[i];
    const int     n  = op
                         ? fprintf(out, "%c %s\n", op > 0 ? '+' : '-', qv_names_word(names, abs(op) - 1))
                         : fprintf(out, "?\n");
    if (n < 0) return 1;
  }
  return 0;
}

PetscErrorCode qv_feed_save(const qv_updates *updates, const qv_names *names, const char *path) {
  char *temporary;

  PetscFunctionBegin;
  PetscCall(qv_safe_name(path, &temporary));
  FILE *out = fopen(temporary, "w");
  int   bad = out == NULL;
  if (out) bad = write_all(updates, names, out);
  if (out && fclose(out)) bad = 1;
  if (!bad) PetscCall(qv_safe_commit(temporary, path));
  if (bad && out) PetscCall(qv_safe_discard(temporary));
  PetscCall(PetscFree(temporary));
  PetscCheck(!bad, PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE, "cannot write the stream '%s'", path);
  PetscFunctionReturn(0);
}
