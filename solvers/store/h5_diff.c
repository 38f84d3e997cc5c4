/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first difference between two files. */
#include "solvers/store/h5_content.h"

#include <string.h>

typedef struct {
  qv_h5_side side[2];
  qv_buffer  line; /* the first difference; empty as long as there is none */
} pair;

static bool is_done(const pair *p) {
  return p->line.n || p->side[0].trouble || p->side[1].trouble;
}

/* An object or attribute that HDF5 reads and we cannot compare is a difference with a name; what is
 * damaged stays a trouble of the file. */
static PetscErrorCode settle_unknown(pair *p, const char *path, const qv_h5_object object[2]) {
  PetscFunctionBegin;
  for (int i = 0; i < 2 && !p->line.n; i++)
    if (p->side[i].trouble == QV_H5_UNKNOWN) {
      PetscCall(qv_buffer_print(&p->line, "%s: cannot compare (%s)", path, object[i].label.bytes));
      p->side[0].trouble = p->side[1].trouble = QV_H5_FINE;
    }
  PetscFunctionReturn(0);
}

static PetscErrorCode compare_labels(pair *p, const char *path, const qv_h5_object object[2]) {
  const char *a = object[0].label.bytes, *b = object[1].label.bytes;

  PetscFunctionBegin;
  PetscCall(settle_unknown(p, path, object));
  if (!is_done(p) && strcmp(a, b) != 0)
    PetscCall(qv_buffer_print(&p->line, "%s: %s in A, %s in B", path, a, b));
  PetscFunctionReturn(0);
}

/* Is this attribute one text? */
static bool is_text(const qv_h5_object *attribute) {
  const hid_t type = H5Aget_type(attribute->id), space = H5Aget_space(attribute->id);
  const bool  is = type >= 0 && H5Tget_class(type) == H5T_STRING && space >= 0 &&
                  H5Sget_simple_extent_npoints(space) == 1;
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  return is;
}

/* Texts of attributes carry their length in their type: people want to see the texts. */
static PetscErrorCode compare_texts(pair *p, const char *path, const qv_h5_object object[2]) {
  char **text[2] = {NULL};

  PetscFunctionBegin;
  for (int i = 0; i < 2; i++) {
    if (is_text(&object[i]))
      PetscCall(qv_h5_read_texts(p->side[i].file, object[i].id, 1, &text[i]));
  }
  if (text[0] && text[1] && strcmp(text[0][0], text[1][0]) != 0) {
    size_t skip = 0;
    while (text[0][0][skip] == text[1][0][skip]) skip++;
    PetscCall(qv_buffer_print(&p->line, "%s: ", path));
    for (int i = 0; i < 2; i++) {
      PetscCall(qv_h5_show_text(text[i][0], strlen(text[i][0]), skip, &p->line));
      PetscCall(qv_buffer_print(&p->line, " in %c%s", "AB"[i], i ? "" : ", "));
    }
  }
  for (int i = 0; i < 2; i++) PetscCall(PetscFree(text[i]));
  PetscFunctionReturn(0);
}

/* ---- entries ---- */

/* "[1, 0]" for entry `at`; nothing for a single one. */
static PetscErrorCode print_index(const qv_h5_entries *e, hsize_t at, qv_buffer *line) {
  hsize_t below = e->n;

  PetscFunctionBegin;
  for (int i = 0; i < e->rank; i++) {
    below /= e->shape[i];
    PetscCall(qv_buffer_print(line, "%s%llu", i ? ", " : "[", (unsigned long long)(at / below)));
    at %= below;
  }
  PetscCall(qv_buffer_print(line, e->rank > 0 ? "]" : ""));
  PetscFunctionReturn(0);
}

/* Bytes of two entries that are alike before the first difference, as far as texts need it. */
static size_t common(hid_t type, const char *a, const char *b) {
  size_t n = 0, size = H5Tget_size(type);
  if (H5Tget_class(type) != H5T_STRING) return 0;
  if (H5Tis_variable_str(type) > 0) {
    a    = *(const char *const *)(const void *)a;
    b    = *(const char *const *)(const void *)b;
    size = SIZE_MAX;
  }
  if (!a || !b) return 0;
  while (n < size && a[n] == b[n] && a[n]) n++;
  return n;
}

static PetscErrorCode print_difference(pair *p, const char *path, const qv_h5_entries e[2],
                                       hsize_t at) {
  const char *entry[2];
  qv_buffer   words[2] = {{0}};

  PetscFunctionBegin;
  for (int i = 0; i < 2; i++) entry[i] = e[i].block + (at - e[i].first) * e[i].size;
  const size_t skip = common(e[0].memory_type, entry[0], entry[1]);
  for (int i = 0; i < 2; i++)
    PetscCall(qv_h5_show_entry(&p->side[i], e[i].memory_type, entry[i], skip, &words[i]));
  /* Alike for people: NaNs, bytes behind the end of a text, deep inside a list. */
  const bool is_alike = !strcmp(words[0].bytes, words[1].bytes);
  PetscCall(qv_buffer_print(&p->line, "%s", path));
  PetscCall(print_index(&e[0], at, &p->line));
  for (int i = 0; i < 2; i++) {
    PetscCall(qv_buffer_print(&p->line, "%s %s", i ? "," : ":", words[i].bytes));
    if (is_alike && e[i].is_plain) {
      PetscCall(qv_buffer_print(&p->line, " ("));
      PetscCall(qv_h5_show_bytes(e[i].memory_type, entry[i], &p->line));
      PetscCall(qv_buffer_print(&p->line, ")"));
    }
    PetscCall(qv_buffer_print(&p->line, " in %c", "AB"[i]));
    PetscCall(qv_buffer_free(&words[i]));
  }
  PetscFunctionReturn(0);
}

/* Are the entries at `offset` of the blocks the same? */
static PetscErrorCode same_entry(pair *p, const qv_h5_entries e[2], size_t offset, bool *same) {
  qv_buffer bytes[2] = {{0}};

  PetscFunctionBegin;
  if (e[0].is_plain)
    *same = !memcmp(e[0].block + offset, e[1].block + offset, e[0].size);
  else {
    for (int i = 0; i < 2; i++)
      PetscCall(qv_h5_entry_bytes(&p->side[i], e[i].memory_type, e[i].block + offset, &bytes[i]));
    *same = bytes[0].n == bytes[1].n &&
            (!bytes[0].n || !memcmp(bytes[0].bytes, bytes[1].bytes, bytes[0].n));
    for (int i = 0; i < 2; i++) PetscCall(qv_buffer_free(&bytes[i]));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode compare_block(pair *p, const char *path, const qv_h5_entries e[2]) {
  const size_t n    = (size_t)(e[0].next - e[0].first);
  bool         same = true;

  PetscFunctionBegin;
  if (e[0].is_plain && !memcmp(e[0].block, e[1].block, n * e[0].size)) PetscFunctionReturn(0);
  for (size_t i = 0; i < n && same; i++) {
    PetscCall(same_entry(p, e, i * e[0].size, &same));
    if (!same && !is_done(p)) PetscCall(print_difference(p, path, e, e[0].first + i));
  }
  PetscFunctionReturn(0);
}

/* The entries of two data sets or attributes with the same label. */
static PetscErrorCode compare_entries(pair *p, const char *path, const qv_h5_object object[2]) {
  qv_h5_entries e[2];

  PetscFunctionBegin;
  for (int i = 0; i < 2; i++) PetscCall(qv_h5_entries_open(&p->side[i], object[i].id, &e[i]));
  while (!is_done(p)) {
    for (int i = 0; i < 2; i++) PetscCall(qv_h5_entries_next(&p->side[i], &e[i]));
    if (is_done(p) || e[0].first == e[0].next) break;
    PetscCall(compare_block(p, path, e));
  }
  for (int i = 0; i < 2; i++) PetscCall(qv_h5_entries_close(&e[i]));
  PetscFunctionReturn(0);
}

/* ---- names ---- */

static PetscErrorCode compare_object(pair *p, const char *path);

static PetscErrorCode compare_attribute(pair *p, const char *path, const char *name,
                                        const qv_h5_object owner[2]) {
  qv_h5_object object[2];

  PetscFunctionBegin;
  for (int i = 0; i < 2; i++)
    PetscCall(qv_h5_attribute_open(&p->side[i], owner[i].id, name, &object[i]));
  if (!is_done(p)) PetscCall(compare_texts(p, path, object));
  PetscCall(compare_labels(p, path, object));
  if (!is_done(p)) PetscCall(compare_entries(p, path, object));
  for (int i = 0; i < 2; i++) PetscCall(qv_h5_attribute_close(&object[i]));
  PetscFunctionReturn(0);
}

/* Walk along two sorted lists: attributes of `owner`, or members of the group `path` when that is
 * NULL. */
static PetscErrorCode compare_names(pair *p, const char *path, const qv_h5_names names[2],
                                    const qv_h5_object *owner) {
  qv_buffer full  = {0};
  int       at[2] = {0, 0};

  PetscFunctionBegin;
  while (!is_done(p) && (at[0] < names[0].n || at[1] < names[1].n)) {
    const char *a     = at[0] < names[0].n ? names[0].name[at[0]] : NULL;
    const char *b     = at[1] < names[1].n ? names[1].name[at[1]] : NULL;
    const int   order = !a ? 1 : !b ? -1 : strcmp(a, b);
    const char *name  = order <= 0 ? a : b;
    full.n            = 0;
    PetscCall(
      qv_buffer_print(&full, "%s%s%s", owner || path[1] ? path : "", owner ? "@" : "/", name));
    if (order)
      PetscCall(qv_buffer_print(&p->line, "%s: only in %c", full.bytes, order < 0 ? 'A' : 'B'));
    else if (owner)
      PetscCall(compare_attribute(p, full.bytes, name, owner));
    else
      PetscCall(compare_object(p, full.bytes));
    at[0] += order <= 0;
    at[1] += order >= 0;
  }
  PetscCall(qv_buffer_free(&full));
  PetscFunctionReturn(0);
}

static PetscErrorCode compare_attributes(pair *p, const char *path, const qv_h5_object object[2]) {
  qv_h5_names names[2];

  PetscFunctionBegin;
  for (int i = 0; i < 2; i++)
    PetscCall(qv_h5_side_attributes(&p->side[i], object[i].id, &names[i]));
  PetscCall(compare_names(p, path, names, object));
  for (int i = 0; i < 2; i++) PetscCall(qv_h5_names_free(&names[i]));
  PetscFunctionReturn(0);
}

static PetscErrorCode compare_members(pair *p, const char *path, const qv_h5_object object[2]) {
  qv_h5_names names[2] = {{0}};

  PetscFunctionBegin;
  for (int i = 0; i < 2; i++) {
    qv_h5_side_enter(&p->side[i], &object[i]);
    PetscCall(qv_h5_side_members(&p->side[i], path, object[i].id, &names[i]));
  }
  PetscCall(compare_names(p, path, names, NULL));
  for (int i = 0; i < 2; i++) {
    qv_h5_side_leave(&p->side[i]);
    PetscCall(qv_h5_names_free(&names[i]));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode compare_object(pair *p, const char *path) {
  qv_h5_object object[2];

  PetscFunctionBegin;
  for (int i = 0; i < 2; i++) PetscCall(qv_h5_object_open(&p->side[i], path, &object[i]));
  PetscCall(compare_labels(p, path, object));
  /* With equal labels both are of one kind. */
  const qv_h5_node node = object[0].node;
  if (!is_done(p) && object[0].id >= 0) PetscCall(compare_attributes(p, path, object));
  if (!is_done(p) && node == QV_H5_SET) PetscCall(compare_entries(p, path, object));
  if (!is_done(p) && node == QV_H5_GROUP && !object[0].is_loop)
    PetscCall(compare_members(p, path, object));
  for (int i = 0; i < 2; i++) PetscCall(qv_h5_object_close(&object[i]));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_diff(const char *a, const char *b, const char *exclude, char **difference,
                          const char **reason) {
  pair p = {0};

  PetscFunctionBegin;
  *difference = NULL;
  *reason     = NULL;
  PetscCall(qv_h5_side_open(a, exclude, &p.side[0]));
  PetscCall(qv_h5_side_open(b, exclude, &p.side[1]));
  if (!is_done(&p)) PetscCall(compare_object(&p, "/"));
  for (int i = 0; i < 2; i++)
    if (p.side[i].trouble && !*reason) *reason = qv_h5_sentence(p.side[i].trouble, i + 1);
  if (p.line.n && !*reason) PetscCall(PetscStrallocpy(p.line.bytes, difference));
  PetscCall(qv_buffer_free(&p.line));
  for (int i = 0; i < 2; i++) PetscCall(qv_h5_side_close(&p.side[i]));
  PetscFunctionReturn(0);
}
