/* SPDX-License-Identifier: GPL-3.0-or-later
 * A deck against tables of keys. */
#include <string.h>

#include "solvers/deck/mistake_impl.h"
#include "solvers/deck/schema_impl.h"
#include "solvers/deck/tree_impl.h"

static PetscErrorCode report_missing(const qv_schema *schema, const qv_key *key) {
  const qv_place place = qv_deck_place(schema->deck, key->path);

  PetscFunctionBegin;
  if (key->doc && *key->doc) {
    const size_t length = strlen(key->doc);
    PetscCall(qv_mistake_add(schema->diag, QV_EXIT_DECK, place, "missing key '%s' (%.*s)",
                             key->path, (int)(length - (key->doc[length - 1] == '.')), key->doc));
  } else {
    PetscCall(qv_mistake_add(schema->diag, QV_EXIT_DECK, place, "missing key '%s'", key->path));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode assign_preset(const qv_schema *schema, const qv_row *row, bool *ok) {
  const qv_source source = {
    .name = "default of a key", .code = QV_EXIT_INTERNAL, .diag = schema->diag};
  qv_node *node;

  PetscFunctionBegin;
  *ok = true;
  if (!*row->key->preset) PetscFunctionReturn(0);
  PetscCall(qv_tree_value(row->key->preset, &source, &node));
  PetscCheck(node, PETSC_COMM_SELF, PETSC_ERR_PLIB, "the default of %s cannot be read",
             row->key->path);
  node->line = 0;
  PetscCall(qv_schema_assign(schema, row, node, ok));
  PetscCall(qv_tree_destroy(&node));
  PetscFunctionReturn(0);
}

/* Give the member of a row that counts its value. */
static PetscErrorCode resolve(const qv_schema *schema, const qv_row *row, bool *ok) {
  bool           is_blocked;
  const qv_node *node = qv_schema_locate(schema, row->key->path, &is_blocked);

  PetscFunctionBegin;
  *ok = false;
  if (is_blocked) PetscFunctionReturn(0);
  if (node)
    PetscCall(qv_schema_assign(schema, row, node, ok));
  else if (row->key->preset)
    PetscCall(assign_preset(schema, row, ok));
  else
    PetscCall(report_missing(schema, row->key));
  PetscFunctionReturn(0);
}

static PetscErrorCode resolve_rows(const qv_schema *schema) {
  PetscFunctionBegin;
  for (qv_row r = qv_row_first(schema->n_sections, schema->sections); r.key; qv_row_next(&r)) {
    qv_row_state state = qv_schema_state(schema, &r);
    bool         ok;
    if (state == QV_ROW_ON) {
      PetscCall(resolve(schema, &r, &ok));
      if (!ok) state = QV_ROW_WRONG;
    }
    schema->state[r.index] = (unsigned char)state;
  }
  PetscFunctionReturn(0);
}

/* A row's condition for people: "a.b=", that a.b has no value, reads "no a.b". */
static int write_condition(const char *when, char *text, size_t size) {
  int used = 0;
  while (*when) {
    const size_t length = strcspn(when, "&"), path = strcspn(when, "!= &");
    size_t       word = length;
    while (word && when[word - 1] == ' ') word--;
    const bool is_empty = path + 1 == word && when[path] == '=';
    used += snprintf(used < (int)size ? text + used : NULL,
                     used < (int)size ? size - (size_t)used : 0, "%s%.*s%s", is_empty ? "no " : "",
                     (int)(is_empty ? path : word), when, when[length] ? " & " : "");
    when += length + (when[length] == '&');
    while (*when == ' ') when++;
  }
  return used;
}

/* Is the row the first of its path, and are all rows of it off? `conditions` gets what they ask. */
static bool is_off(const qv_schema *schema, const qv_row *row, char *conditions, size_t size) {
  size_t used = 0;
  for (qv_row r = qv_row_first(schema->n_sections, schema->sections); r.key; qv_row_next(&r)) {
    if (strcmp(r.key->path, row->key->path)) continue;
    if (r.index < row->index || schema->state[r.index] != QV_ROW_OFF) return false;
    if (used && used < size) used += (size_t)snprintf(conditions + used, size - used, " or ");
    if (used < size)
      used +=
        (size_t)write_condition(r.key->when ? r.key->when : "", conditions + used, size - used);
  }
  return true;
}

/* Keys of the deck that do not apply. */
static PetscErrorCode report_idle_keys(const qv_schema *schema) {
  char conditions[512];

  PetscFunctionBegin;
  for (qv_row r = qv_row_first(schema->n_sections, schema->sections); r.key; qv_row_next(&r)) {
    bool           is_blocked;
    const qv_node *node = qv_schema_locate(schema, r.key->path, &is_blocked);
    if (!node || !is_off(schema, &r, conditions, sizeof conditions)) continue;
    PetscCall(qv_mistake_add(schema->diag, QV_EXIT_DECK, qv_schema_key_place(schema, node),
                             "key '%s' applies only with %s", r.key->path, conditions));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode check_root(const qv_schema *schema, bool *ok) {
  const qv_node *root = schema->deck->root;
  char           shown[QV_SCHEMA_SHOWN];

  PetscFunctionBegin;
  *ok = root && root->kind == QV_NODE_MAP;
  if (root && !*ok && root->kind != QV_NODE_REFUSED)
    PetscCall(qv_mistake_add(schema->diag, QV_EXIT_DECK, qv_schema_key_place(schema, root),
                             "a deck must be a map of keys, found %s",
                             qv_schema_show(root, shown)));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_deck_apply(const qv_deck *deck, const char *data_folder, int n_sections,
                             const qv_section *sections, qv_diag *diag) {
  qv_schema schema = {deck, data_folder, n_sections, sections, diag, NULL, NULL, 0};
  bool      ok;

  PetscFunctionBegin;
  PetscCall(qv_deck_release(n_sections, sections));
  PetscCall(check_root(&schema, &ok));
  if (!ok) PetscFunctionReturn(0);
  PetscCall(PetscCalloc1(qv_row_count(n_sections, sections) + 1, &schema.state));
  PetscCall(PetscMalloc1(QV_MISTAKE_LIMIT + 2, &schema.hinted));
  PetscCall(qv_schema_check_keys(&schema));
  PetscCall(resolve_rows(&schema));
  PetscCall(report_idle_keys(&schema));
  PetscCall(PetscFree(schema.hinted));
  PetscCall(PetscFree(schema.state));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_deck_release(int n_sections, const qv_section *sections) {
  PetscFunctionBegin;
  for (qv_row r = qv_row_first(n_sections, sections); r.key; qv_row_next(&r))
    PetscCall(qv_member_release(&r));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_deck_files(int n_sections, const qv_section *sections, int *n,
                             const qv_path ***files) {
  unsigned char *state;

  PetscFunctionBegin;
  *n = 0;
  PetscCall(PetscMalloc1(qv_row_count(n_sections, sections) + 1, files));
  PetscCall(qv_schema_states(n_sections, sections, &state));
  for (qv_row r = qv_row_first(n_sections, sections); r.key; qv_row_next(&r))
    if (r.key->type == QV_KEY_FILE && state[r.index] == QV_ROW_ON && qv_member_is_set(&r)) {
      const qv_path *path = (const qv_path *)(r.params + r.key->offset);
      if (path->found) (*files)[(*n)++] = path; /* not a word that stands for one */
    }
  PetscCall(PetscFree(state));
  PetscFunctionReturn(0);
}
