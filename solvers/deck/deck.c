/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/deck/deck.h"

#include <errno.h>
#include <string.h>

#include "solvers/deck/schema_impl.h"
#include "solvers/deck/tree_impl.h"
#include "solvers/parallel/agree.h"

static PetscErrorCode report_unread(const qv_deck *deck, int reason, qv_diag *diag) {
  const qv_place place = {.file = deck->path};

  PetscFunctionBegin;
  if (reason == ENOENT)
    PetscCall(qv_diag_add(diag, QV_EXIT_NOINPUT, place, "no such file"));
  else if (reason == EFBIG)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place, "larger than 1 MiB"));
  else
    PetscCall(qv_diag_add(diag, QV_EXIT_NOINPUT, place, "cannot be read: %s", strerror(reason)));
  PetscFunctionReturn(0);
}

static PetscErrorCode apply_overrides(qv_deck *deck, qv_diag *diag) {
  qv_node *root = deck->root, *scratch = NULL;

  PetscFunctionBegin;
  if (!root) { /* the words are still checked */
    PetscCall(qv_tree_make(QV_NODE_MAP, &scratch));
    root = scratch;
  }
  for (int i = 0; i < deck->n_overrides; i++)
    PetscCall(qv_tree_override(root, deck->override[i], diag));
  PetscCall(qv_tree_destroy(&scratch));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_deck_read(MPI_Comm comm, const char *path, int n_overrides,
                            char *const *overrides, qv_diag *diag, qv_deck **deck) {
  int      reason;
  qv_deck *d;

  PetscFunctionBegin;
  PetscCall(PetscNew(&d));
  *deck          = d;
  d->comm        = comm;
  d->n_overrides = n_overrides;
  PetscCall(PetscStrallocpy(path, &d->path));
  PetscCall(PetscCalloc1(n_overrides, &d->override));
  for (int i = 0; i < n_overrides; i++) PetscCall(PetscStrallocpy(overrides[i], &d->override[i]));
  PetscCall(qv_agree_read_file(comm, path, QV_SOURCE_LIMIT, &d->text, &d->length, &reason));
  if (reason) {
    PetscCall(report_unread(d, reason, diag));
  } else {
    PetscCall(qv_tree_parse(d->text, d->length, path, diag, &d->root));
    if (d->root) PetscCall(qv_source_split(d->text, d->length, &d->n_lines, &d->line));
  }
  PetscCall(apply_overrides(d, diag));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_deck_destroy(qv_deck **deck) {
  qv_deck *d = *deck;

  PetscFunctionBegin;
  if (!d) PetscFunctionReturn(0);
  PetscCall(qv_tree_destroy(&d->root));
  PetscCall(qv_source_release(&d->n_lines, &d->line));
  for (int i = 0; i < d->n_overrides; i++) PetscCall(PetscFree(d->override[i]));
  PetscCall(PetscFree(d->override));
  PetscCall(PetscFree(d->text));
  PetscCall(PetscFree(d->path));
  PetscCall(PetscFree(*deck));
  PetscFunctionReturn(0);
}

const char *qv_deck_text(const qv_deck *deck, const char *path) {
  const qv_node *node = deck->root ? qv_tree_find(deck->root, path) : NULL;
  if (!node || node->kind != QV_NODE_SCALAR || qv_schema_is_null(node)) return NULL;
  return node->text;
}

qv_place qv_deck_place(const qv_deck *deck, const char *path) {
  const qv_schema schema = {.deck = deck};
  const qv_node  *node = deck->root, *below = node;
  while (below) {
    const size_t length = strcspn(path, ".");
    node                = below;
    below               = *path ? qv_tree_child_of(node, path, length) : NULL;
    path += length + (path[length] == '.');
  }
  if (!node || node == deck->root) return (qv_place){.file = deck->path};
  return qv_schema_key_place(&schema, node);
}
