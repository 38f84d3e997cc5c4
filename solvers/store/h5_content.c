/* SPDX-License-Identifier: GPL-3.0-or-later
 * Objects, members and attributes of a file that is being compared. */
#include "solvers/store/h5_content.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

PetscErrorCode qv_h5_side_open(const char *path, const char *exclude, qv_h5_side *side) {
  PetscFunctionBegin;
  *side = (qv_h5_side){0};
  PetscCall(qv_h5_try_open(path, &side->file, &side->trouble));
  PetscCall(PetscStrallocpy(exclude, &side->exclude));
  size_t length = exclude ? strlen(exclude) : 0;
  while (length && side->exclude[length - 1] == '/') side->exclude[--length] = 0;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_side_close(qv_h5_side *side) {
  PetscFunctionBegin;
  PetscCall(PetscFree(side->exclude));
  PetscCall(qv_h5_close(&side->file));
  PetscFunctionReturn(0);
}

/* The type of an open data set, data type or attribute as a label. */
static PetscErrorCode label_typed(qv_h5_side *side, qv_h5_object *object) {
  const bool is_set = object->node == QV_H5_SET;

  PetscFunctionBegin;
  const hid_t type  = is_set ? H5Dget_type(object->id) : H5Tcopy(object->id);
  const hid_t space = is_set ? H5Dget_space(object->id) : H5Screate(H5S_SCALAR);
  if (!is_set) PetscCall(qv_buffer_print(&object->label, "the data type "));
  if (type < 0 || space < 0)
    side->trouble = QV_H5_DAMAGED;
  else
    PetscCall(qv_h5_words_of(side, type, space, &object->label));
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  PetscFunctionReturn(0);
}

/* A link that is no object: where it points. */
static PetscErrorCode label_link(qv_h5_side *side, const char *path, qv_h5_object *object) {
  H5L_info_t  info;
  char        value[4096] = "";
  const char *file = NULL, *target = value;
  const hid_t id = side->file->id;

  PetscFunctionBegin;
  bool ok = H5Lget_info(id, path, &info, H5P_DEFAULT) >= 0 && info.u.val_size < sizeof value &&
            H5Lget_val(id, path, value, sizeof value, H5P_DEFAULT) >= 0;
  if (ok && object->node == QV_H5_EXTERNAL)
    ok = H5Lunpack_elink_val(value, info.u.val_size, NULL, &file, &target) >= 0;
  if (!ok)
    side->trouble = QV_H5_DAMAGED;
  else if (file)
    PetscCall(qv_buffer_print(&object->label, "a link to '%s' in '%s'", target, file));
  else
    PetscCall(qv_buffer_print(&object->label, "a link to '%s'", target));
  PetscFunctionReturn(0);
}

static PetscErrorCode label(qv_h5_side *side, const char *path, int above, qv_h5_object *object) {
  PetscFunctionBegin;
  switch (object->node) {
    case QV_H5_GROUP:
      PetscCall(qv_buffer_print(&object->label, "a group"));
      if (object->is_loop)
        PetscCall(qv_buffer_print(&object->label, " that contains itself (%d above)", above));
      break;
    case QV_H5_SET:
    case QV_H5_NAMED_TYPE:
      PetscCall(label_typed(side, object));
      break;
    case QV_H5_SOFT:
    case QV_H5_EXTERNAL:
      PetscCall(label_link(side, path, object));
      break;
    case QV_H5_STRANGE:
      PetscCall(qv_buffer_print(&object->label, "an object of unknown kind"));
      side->trouble = QV_H5_UNKNOWN;
      break;
    case QV_H5_BROKEN:
      side->trouble = QV_H5_DAMAGED;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_object_open(qv_h5_side *side, const char *path, qv_h5_object *object) {
  haddr_t address = HADDR_UNDEF;
  int     at      = -1;

  PetscFunctionBegin;
  *object      = (qv_h5_object){.id = H5I_INVALID_HID};
  object->node = qv_h5_node_at(side->file, path, &address);
  if (object->node == QV_H5_GROUP) {
    at              = qv_h5_trail_find(&side->trail, address);
    object->is_loop = at >= 0;
  }
  if (object->node <= QV_H5_NAMED_TYPE) {
    object->id = H5Oopen(side->file->id, path, H5P_DEFAULT);
    if (object->id < 0) object->node = QV_H5_BROKEN;
  }
  object->address = address;
  PetscCall(label(side, path, side->trail.depth - at, object));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_object_close(qv_h5_object *object) {
  PetscFunctionBegin;
  if (object->id >= 0) H5Oclose(object->id);
  PetscCall(qv_buffer_free(&object->label));
  PetscFunctionReturn(0);
}

/* Take names out of the list, in place. */
static PetscErrorCode remove_name(qv_h5_names *names, int at) {
  PetscFunctionBegin;
  PetscCall(PetscFree(names->name[at]));
  names->n--;
  memmove(&names->name[at], &names->name[at + 1], (size_t)(names->n - at) * sizeof *names->name);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_side_members(qv_h5_side *side, const char *path, hid_t group,
                                  qv_h5_names *names) {
  bool  ok;
  char *below;

  PetscFunctionBegin;
  PetscCall(qv_h5_names_of_group(side->file, group, names, &ok));
  if (!ok) side->trouble = QV_H5_DAMAGED;
  for (int i = names->n - 1; side->exclude && i >= 0; i--) {
    PetscCall(qv_h5_join(path, names->name[i], &below));
    if (!strcmp(below, side->exclude)) PetscCall(remove_name(names, i));
    PetscCall(PetscFree(below));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_side_attributes(qv_h5_side *side, hid_t object, qv_h5_names *names) {
  bool ok;

  PetscFunctionBegin;
  PetscCall(qv_h5_names_of_attributes(side->file, object, names, &ok));
  if (!ok) side->trouble = QV_H5_DAMAGED;
  /* Scales list the data sets that they belong to, which say so themselves. */
  for (int i = names->n - 1; i >= 0; i--)
    if (!strcmp(names->name[i], "REFERENCE_LIST")) PetscCall(remove_name(names, i));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_attribute_open(qv_h5_side *side, hid_t on, const char *name,
                                    qv_h5_object *object) {
  PetscFunctionBegin;
  *object           = (qv_h5_object){.node = QV_H5_SET, .id = H5Aopen(on, name, H5P_DEFAULT)};
  const hid_t type  = object->id < 0 ? object->id : H5Aget_type(object->id);
  const hid_t space = object->id < 0 ? object->id : H5Aget_space(object->id);
  if (type < 0 || space < 0)
    side->trouble = QV_H5_DAMAGED;
  else
    PetscCall(qv_h5_words_of(side, type, space, &object->label));
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_attribute_close(qv_h5_object *object) {
  PetscFunctionBegin;
  if (object->id >= 0) H5Aclose(object->id);
  PetscCall(qv_buffer_free(&object->label));
  PetscFunctionReturn(0);
}

void qv_h5_side_enter(qv_h5_side *side, const qv_h5_object *group) {
  if (side->trail.depth < QV_H5_DEPTH) side->trail.address[side->trail.depth] = group->address;
  /* The depth goes on counting, so that leaving stays matched. */
  if (side->trail.depth++ >= QV_H5_DEPTH) side->trouble = QV_H5_DEEP;
}

void qv_h5_side_leave(qv_h5_side *side) {
  side->trail.depth--;
}
