/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_set.h"

#include <stdio.h>
#include <string.h>

static PetscErrorCode collect(qv_h5 *file, const char *path, bool is_group, void *context) {
  qv_view_sets *sets = context;
  qv_array      array;
  const char   *reason;
  PetscFunctionBegin;
  if (is_group) PetscFunctionReturn(0);
  for (int i = 0; i < sets->n; i++)
    if (!strcmp(sets->set[i].path, path)) PetscFunctionReturn(0);
  PetscCall(qv_h5_find(file, path, &array, &reason));
  if (reason || !array.view || !*array.view) PetscFunctionReturn(0);
  if (sets->n == sets->room) {
    sets->room = 2 * sets->room + 16;
    PetscCall(PetscRealloc((size_t)sets->room * sizeof *sets->set, &sets->set));
  }
  sets->set[sets->n++] = array;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_set_collect(qv_h5 *file, qv_view_sets *sets) {
  PetscFunctionBegin;
  PetscCall(qv_h5_visit(file, "/", collect, sets));
  PetscFunctionReturn(0);
}

const char *qv_view_set_base(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

void qv_view_set_name(const qv_view_sets *sets, int i, char name[256]) {
  const char *path = sets->set[i].path, *last = qv_view_set_base(path);
  int         same = 0;
  for (int j = 0; j < sets->n; j++) same += !strcmp(qv_view_set_base(sets->set[j].path), last);
  snprintf(name, 256, "%s", same > 1 ? path + 1 : last);
  for (char *c = name; *c; c++)
    if (*c == '/') *c = '-';
}

bool qv_view_set_wanted(const char *path, const char *only) {
  if (!only) return true;
  for (const char *at = only; *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ',')) {
    const size_t length = strcspn(at, ",");
    const char  *like   = *at == '/'                ? path
                          : memchr(at, '/', length) ? path + 1
                                                    : qv_view_set_base(path);
    if (strlen(like) == length && !strncmp(like, at, length)) return true;
  }
  return false;
}

bool qv_view_set_is(const char *view, const char *kind) {
  const size_t length = view ? strcspn(view, " ") : 0;
  return view && strlen(kind) == length && !strncmp(view, kind, length);
}

const char *qv_view_set_after(const char *view, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = view ? strchr(view, ' ') : NULL; at; at = strchr(at + 1, ' '))
    if (!strncmp(at + 1, word, length) && at[1 + length] == ' ') return at + length + 2;
  return NULL;
}

PetscErrorCode qv_view_set_sibling(const char *path, const char *name, size_t length,
                                   char **beside) {
  const size_t folder = *name == '/' ? 0 : (size_t)(strrchr(path, '/') - path) + 1;
  PetscFunctionBegin;
  PetscCall(PetscMalloc1(folder + length + 1, beside));
  memcpy(*beside, path, folder);
  memcpy(*beside + folder, name, length);
  (*beside)[folder + length] = 0;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_set_named(qv_h5 *file, const qv_array *array, const char *words,
                                 qv_array *named, const char **reason) {
  char *path;
  PetscFunctionBegin;
  PetscCall(qv_view_set_sibling(array->path, words, strcspn(words, " "), &path));
  PetscCall(qv_h5_find(file, path, named, reason));
  PetscCall(PetscFree(path));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_set_picture(const char *const place[2], const char *set, const char *ending,
                                   char **path) {
  const char  *folder = place[0], *base = qv_view_set_base(place[1]), *dot = strrchr(base, '.');
  const bool   is_here = !folder || !*folder || !strcmp(folder, ".");
  const size_t stem    = dot && dot > base ? (size_t)(dot - base) : strlen(base);
  const size_t room = (is_here ? 0 : strlen(folder) + 1) + stem + strlen(set) + strlen(ending) + 3;
  PetscFunctionBegin;
  PetscCall(PetscMalloc1(room, path));
  snprintf(*path, room, "%s%s%.*s-%s.%s", is_here ? "" : folder, is_here ? "" : "/", (int)stem,
           base, set, ending);
  PetscFunctionReturn(0);
}
