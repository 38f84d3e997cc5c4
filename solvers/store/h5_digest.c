/* SPDX-License-Identifier: GPL-3.0-or-later
 * SHA-256 of the content of a file: of the same labels, attributes and entries that h5_diff.c
 * compares, in the same order. */
#include "solvers/parallel/digest.h"
#include "solvers/store/h5_content.h"

#include <string.h>

typedef struct {
  qv_h5_side side;
  qv_digest *digest;
} summary;

/* Texts with their length, so that no two sequences of texts run into the same bytes. */
static PetscErrorCode add_text(summary *s, const char *text) {
  const uint64_t length = strlen(text);

  PetscFunctionBegin;
  PetscCall(qv_digest_add(s->digest, &length, sizeof length));
  PetscCall(qv_digest_add(s->digest, text, length));
  PetscFunctionReturn(0);
}

static PetscErrorCode add_block(summary *s, const qv_h5_entries *e) {
  const size_t n     = (size_t)(e->next - e->first);
  qv_buffer    bytes = {0};

  PetscFunctionBegin;
  if (e->is_plain) PetscCall(qv_digest_add(s->digest, e->block, n * e->size));
  for (size_t i = 0; !e->is_plain && i < n && !s->side.trouble; i++) {
    bytes.n = 0;
    PetscCall(qv_h5_entry_bytes(&s->side, e->memory_type, e->block + i * e->size, &bytes));
    if (bytes.n) PetscCall(qv_digest_add(s->digest, bytes.bytes, bytes.n));
  }
  PetscCall(qv_buffer_free(&bytes));
  PetscFunctionReturn(0);
}

static PetscErrorCode add_entries(summary *s, hid_t source) {
  qv_h5_entries e;

  PetscFunctionBegin;
  PetscCall(qv_h5_entries_open(&s->side, source, &e));
  while (!s->side.trouble) {
    PetscCall(qv_h5_entries_next(&s->side, &e));
    if (s->side.trouble || e.first == e.next) break;
    PetscCall(add_block(s, &e));
  }
  PetscCall(qv_h5_entries_close(&e));
  PetscFunctionReturn(0);
}

static PetscErrorCode add_attributes(summary *s, hid_t owner) {
  qv_h5_names  names;
  qv_h5_object object;

  PetscFunctionBegin;
  PetscCall(qv_h5_side_attributes(&s->side, owner, &names));
  for (int i = 0; i < names.n && !s->side.trouble; i++) {
    PetscCall(qv_h5_attribute_open(&s->side, owner, names.name[i], &object));
    PetscCall(add_text(s, "@"));
    PetscCall(add_text(s, names.name[i]));
    if (!s->side.trouble) PetscCall(add_text(s, object.label.bytes));
    if (!s->side.trouble) PetscCall(add_entries(s, object.id));
    PetscCall(qv_h5_attribute_close(&object));
  }
  PetscCall(qv_h5_names_free(&names));
  PetscFunctionReturn(0);
}

static PetscErrorCode add_object(summary *s, const char *path);

static PetscErrorCode add_members(summary *s, const char *path, const qv_h5_object *group) {
  qv_h5_names names;
  char       *below;

  PetscFunctionBegin;
  qv_h5_side_enter(&s->side, group);
  PetscCall(qv_h5_side_members(&s->side, path, group->id, &names));
  for (int i = 0; i < names.n && !s->side.trouble; i++) {
    PetscCall(qv_h5_join(path, names.name[i], &below));
    PetscCall(add_object(s, below));
    PetscCall(PetscFree(below));
  }
  qv_h5_side_leave(&s->side);
  PetscCall(qv_h5_names_free(&names));
  PetscFunctionReturn(0);
}

static PetscErrorCode add_object(summary *s, const char *path) {
  qv_h5_object object;

  PetscFunctionBegin;
  PetscCall(qv_h5_object_open(&s->side, path, &object));
  if (!s->side.trouble) {
    PetscCall(add_text(s, path));
    PetscCall(add_text(s, object.label.bytes));
    if (object.id >= 0) PetscCall(add_attributes(s, object.id));
  }
  if (!s->side.trouble && object.node == QV_H5_SET) PetscCall(add_entries(s, object.id));
  if (!s->side.trouble && object.node == QV_H5_GROUP && !object.is_loop)
    PetscCall(add_members(s, path, &object));
  PetscCall(qv_h5_object_close(&object));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_digest(const char *path, const char *exclude, char text[65],
                            const char **reason) {
  summary s = {0};

  PetscFunctionBegin;
  text[0] = 0;
  PetscCall(qv_h5_side_open(path, exclude, &s.side));
  PetscCall(qv_digest_begin(&s.digest));
  if (!s.side.trouble) PetscCall(add_text(&s, "quadrivium content 1"));
  if (!s.side.trouble) PetscCall(add_object(&s, "/"));
  PetscCall(qv_digest_end(&s.digest, text));
  *reason = qv_h5_sentence(s.side.trouble, 0);
  if (*reason) text[0] = 0;
  PetscCall(qv_h5_side_close(&s.side));
  PetscFunctionReturn(0);
}
