/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names below a group, and walking over them. */
#include "solvers/store/h5_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static PetscErrorCode append(qv_h5_names *names, const char *name) {
  PetscFunctionBegin;
  if (names->n == names->capacity) {
    names->capacity = names->capacity ? 2 * names->capacity : 16;
    PetscCall(PetscRealloc((size_t)names->capacity * sizeof *names->name, &names->name));
  }
  PetscCall(PetscStrallocpy(name, &names->name[names->n]));
  names->n++;
  PetscFunctionReturn(0);
}

static herr_t append_link(hid_t group, const char *name, const H5L_info_t *info, void *names) {
  (void)group, (void)info;
  return append(names, name) ? -1 : 0;
}

static herr_t append_attribute(hid_t object, const char *name, const H5A_info_t *info,
                               void *names) {
  (void)object, (void)info;
  return append(names, name) ? -1 : 0;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* HDF5 sorts as well, but by rules that depend on how the file keeps its links. */
static void sort(qv_h5_names *names) {
  if (names->n) qsort(names->name, (size_t)names->n, sizeof *names->name, by_name);
}

PetscErrorCode qv_h5_names_of_group(qv_h5 *file, hid_t group, qv_h5_names *names, bool *ok) {
  hsize_t at = 0;

  PetscFunctionBegin;
  *names = (qv_h5_names){0};
  *ok    = qv_h5_note(file,
                      H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, &at, append_link, names) >= 0);
  sort(names);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_names_of_attributes(qv_h5 *file, hid_t object, qv_h5_names *names, bool *ok) {
  hsize_t at = 0;

  PetscFunctionBegin;
  *names = (qv_h5_names){0};
  *ok    = qv_h5_note(
       file, H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, &at, append_attribute, names) >= 0);
  sort(names);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_names_free(qv_h5_names *names) {
  PetscFunctionBegin;
  for (int i = 0; i < names->n; i++) PetscCall(PetscFree(names->name[i]));
  PetscCall(PetscFree(names->name));
  *names = (qv_h5_names){0};
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_join(const char *group, const char *name, char **path) {
  const size_t length = strlen(group), total = length + strlen(name) + 2;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(total, path));
  snprintf(*path, total, "%s%s%s", group, length && group[length - 1] == '/' ? "" : "/", name);
  PetscFunctionReturn(0);
}
static qv_h5_node node_of_object(H5O_type_t type) {
  switch (type) {
    case H5O_TYPE_GROUP:
      return QV_H5_GROUP;
    case H5O_TYPE_DATASET:
      return QV_H5_SET;
    case H5O_TYPE_NAMED_DATATYPE:
      return QV_H5_NAMED_TYPE;
    default:
      return QV_H5_STRANGE;
  }
}

qv_h5_node qv_h5_node_at(qv_h5 *file, const char *path, haddr_t *address) {
  H5L_info_t link;
  H5O_info_t object;
  if (strcmp(path, "/") != 0) {
    if (!qv_h5_note(file, H5Lget_info(file->id, path, &link, H5P_DEFAULT) >= 0))
      return QV_H5_BROKEN;
    if (link.type == H5L_TYPE_SOFT) return QV_H5_SOFT;
    if (link.type == H5L_TYPE_EXTERNAL) return QV_H5_EXTERNAL;
    if (link.type != H5L_TYPE_HARD) return QV_H5_STRANGE;
  }
  if (!qv_h5_note(file,
                  H5Oget_info_by_name2(file->id, path, &object, H5O_INFO_BASIC, H5P_DEFAULT) >= 0))
    return QV_H5_BROKEN;
  *address = object.addr;
  return node_of_object(object.type);
}

int qv_h5_trail_find(const qv_h5_trail *trail, haddr_t address) {
  for (int i = 0; i < trail->depth; i++)
    if (trail->address[i] == address) return i;
  return -1;
}

typedef struct {
  qv_h5        *file;
  qv_h5_visitor visitor;
  void         *context;
  qv_h5_trail   trail;
} walk;

/* Names below a group, and its address put on the trail. */
static PetscErrorCode enter(walk *w, const char *path, qv_h5_names *names) {
  haddr_t address = 0;
  bool    ok      = false;

  PetscFunctionBegin;
  *names = (qv_h5_names){0};
  PetscCheck(w->trail.depth < QV_H5_DEPTH, PETSC_COMM_SELF, PETSC_ERR_FILE_READ,
             "%s: groups nested more than %d deep", w->file->path, (int)QV_H5_DEPTH);
  if (qv_h5_node_at(w->file, path, &address) == QV_H5_GROUP) {
    const hid_t group = H5Gopen2(w->file->id, path, H5P_DEFAULT);
    if (qv_h5_note(w->file, group >= 0))
      PetscCall(qv_h5_names_of_group(w->file, group, names, &ok));
    qv_h5_drop(w->file, group, true);
  }
  w->trail.address[w->trail.depth++] = address;
  QV_H5_REQUIRE(ok, w->file, PETSC_ERR_FILE_READ, "cannot read the group", path);
  PetscFunctionReturn(0);
}

static PetscErrorCode visit_group(walk *w, const char *path);

static PetscErrorCode visit_one(walk *w, const char *path) {
  haddr_t address = 0;

  PetscFunctionBegin;
  const qv_h5_node node = qv_h5_node_at(w->file, path, &address);
  QV_H5_REQUIRE(node != QV_H5_BROKEN, w->file, PETSC_ERR_FILE_READ, "cannot read", path);
  if (node != QV_H5_GROUP && node != QV_H5_SET) PetscFunctionReturn(0);
  /* Not through PetscCall: the visitor may stop for reasons that are no errors. */
  PetscErrorCode stop = w->visitor(w->file, path, node == QV_H5_GROUP, w->context);
  if (!stop && node == QV_H5_GROUP && qv_h5_trail_find(&w->trail, address) < 0)
    stop = visit_group(w, path);
  PetscFunctionReturn(stop);
}

static PetscErrorCode visit_group(walk *w, const char *path) {
  qv_h5_names    names;
  char          *below;
  PetscErrorCode stop = 0;

  PetscFunctionBegin;
  PetscCall(enter(w, path, &names));
  for (int i = 0; i < names.n && !stop; i++) {
    PetscCall(qv_h5_join(path, names.name[i], &below));
    stop = visit_one(w, below);
    PetscCall(PetscFree(below));
  }
  w->trail.depth--;
  PetscCall(qv_h5_names_free(&names));
  PetscFunctionReturn(stop);
}

PetscErrorCode qv_h5_visit(qv_h5 *file, const char *group, qv_h5_visitor visitor, void *context) {
  walk w = {.file = file, .visitor = visitor, .context = context};

  PetscFunctionBegin;
  const PetscErrorCode stop = visit_group(&w, group);
  PetscFunctionReturn(stop);
}
