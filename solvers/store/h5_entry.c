/* SPDX-License-Identifier: GPL-3.0-or-later
 * The entries of data sets and attributes, in blocks, and as bytes without addresses. */
#include "solvers/store/h5_content.h"

#include <string.h>

enum { BLOCK = 1 << 22 };

bool qv_h5_entry_is_plain(hid_t type) {
  const H5T_class_t class = H5Tget_class(type);
  if (class == H5T_VLEN || class == H5T_REFERENCE) return false;
  if (class == H5T_STRING) return H5Tis_variable_str(type) == 0;
  if (class == H5T_ARRAY) {
    const hid_t inner = H5Tget_super(type);
    const bool  plain = inner >= 0 && qv_h5_entry_is_plain(inner);
    if (inner >= 0) H5Tclose(inner);
    return plain;
  }
  bool plain = true;
  for (int i = 0; class == H5T_COMPOUND && plain && i < H5Tget_nmembers(type); i++) {
    const hid_t inner = H5Tget_member_type(type, (unsigned)i);
    plain             = inner >= 0 && qv_h5_entry_is_plain(inner);
    if (inner >= 0) H5Tclose(inner);
  }
  return plain;
}

PetscErrorCode qv_h5_entry_target(qv_h5_side *side, const void *reference, qv_buffer *path) {
  static const hobj_ref_t none = 0;
  hobj_ref_t              target;
  char                    name[1024] = "";

  PetscFunctionBegin;
  memcpy(&target, reference, sizeof target);
  if (target == none) PetscFunctionReturn(0);
  const ssize_t length = H5Rget_name(side->file->id, H5R_OBJECT, &target, name, sizeof name);
  PetscCall(qv_buffer_print(path, "%s", length > 0 ? name : "an object without a path"));
  PetscFunctionReturn(0);
}

static PetscErrorCode add_counted(qv_buffer *bytes, const void *more, size_t n) {
  const uint64_t count = n;

  PetscFunctionBegin;
  PetscCall(qv_buffer_add(bytes, &count, sizeof count));
  if (n) PetscCall(qv_buffer_add(bytes, more, n));
  PetscFunctionReturn(0);
}

/* n entries of the type inside `type`, one behind the other. */
static PetscErrorCode add_inner(qv_h5_side *side, hid_t type, const char *first, size_t bytes_all,
                                size_t n, qv_buffer *bytes) {
  const hid_t  inner = H5Tget_super(type);
  const size_t size  = inner >= 0 ? H5Tget_size(inner) : 0;

  PetscFunctionBegin;
  if (!size) side->trouble = QV_H5_DAMAGED;
  if (size && bytes_all) n = bytes_all / size;
  for (size_t i = 0; size && i < n; i++)
    PetscCall(qv_h5_entry_bytes(side, inner, first + i * size, bytes));
  if (inner >= 0) H5Tclose(inner);
  PetscFunctionReturn(0);
}

static PetscErrorCode add_members(qv_h5_side *side, hid_t type, const char *entry,
                                  qv_buffer *bytes) {
  PetscFunctionBegin;
  for (int i = 0; i < H5Tget_nmembers(type); i++) {
    const hid_t inner = H5Tget_member_type(type, (unsigned)i);
    if (inner < 0)
      side->trouble = QV_H5_DAMAGED;
    else
      PetscCall(
        qv_h5_entry_bytes(side, inner, entry + H5Tget_member_offset(type, (unsigned)i), bytes));
    if (inner >= 0) H5Tclose(inner);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode add_target(qv_h5_side *side, const void *entry, qv_buffer *bytes) {
  qv_buffer path = {0};

  PetscFunctionBegin;
  PetscCall(qv_h5_entry_target(side, entry, &path));
  PetscCall(add_counted(bytes, path.bytes, path.n));
  PetscCall(qv_buffer_free(&path));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_entry_bytes(qv_h5_side *side, hid_t type, const void *entry,
                                 qv_buffer *bytes) {
  const H5T_class_t class = H5Tget_class(type);

  PetscFunctionBegin;
  if (class == H5T_COMPOUND)
    PetscCall(add_members(side, type, entry, bytes));
  else if (class == H5T_ARRAY)
    PetscCall(add_inner(side, type, entry, H5Tget_size(type), 0, bytes));
  else if (class == H5T_VLEN) {
    const hvl_t   *list  = entry;
    const uint64_t count = list->len;
    PetscCall(qv_buffer_add(bytes, &count, sizeof count));
    PetscCall(add_inner(side, type, list->p, 0, list->len, bytes));
  } else if (class == H5T_STRING && H5Tis_variable_str(type) > 0) {
    const char *text = *(const char *const *)entry;
    PetscCall(add_counted(bytes, text, text ? strlen(text) : 0));
  } else if (class == H5T_REFERENCE)
    PetscCall(add_target(side, entry, bytes));
  else
    PetscCall(qv_buffer_add(bytes, entry, H5Tget_size(type)));
  PetscFunctionReturn(0);
}

/* The type in memory: that of the file, but records without gaps. */
static hid_t packed(hid_t type) {
  const hid_t copy = H5Tcopy(type);
  if (copy >= 0 && H5Tget_class(copy) == H5T_COMPOUND) H5Tpack(copy);
  return copy;
}

static bool measure(qv_h5_side *side, qv_h5_entries *e) {
  e->rank = H5Sget_simple_extent_dims(e->space, e->shape, NULL);
  if (e->rank < 0) return false;
  e->n   = H5Sget_simple_extent_type(e->space) == H5S_NULL ? 0 : 1;
  e->row = e->n;
  for (int i = 0; i < e->rank; i++) {
    if (e->shape[i] && e->n > ((hsize_t)1 << 45) / e->shape[i]) return false;
    e->n *= e->shape[i];
    if (i > 0) e->row *= e->shape[i];
  }
  return H5Tget_size(e->memory_type) > 0 &&
         qv_h5_is_plausible(side->file, e->id, e->type, (int64_t)e->n);
}

PetscErrorCode qv_h5_entries_open(qv_h5_side *side, hid_t source, qv_h5_entries *e) {
  const bool is_attribute = H5Iget_type(source) == H5I_ATTR;

  PetscFunctionBegin;
  *e       = (qv_h5_entries){.id = source, .memory_type = H5I_INVALID_HID};
  e->type  = is_attribute ? H5Aget_type(source) : H5Dget_type(source);
  e->space = is_attribute ? H5Aget_space(source) : H5Dget_space(source);
  if (e->type >= 0) e->memory_type = packed(e->type);
  if (e->space < 0 || e->memory_type < 0 || !measure(side, e)) {
    side->trouble = QV_H5_DAMAGED;
    PetscFunctionReturn(0);
  }
  e->size     = H5Tget_size(e->memory_type);
  e->is_plain = qv_h5_entry_is_plain(e->memory_type);
  if (!is_attribute && e->rank > 0 && e->row)
    e->rows = PetscMax(1, (int64_t)(BLOCK / ((double)e->row * (double)e->size)));
  PetscFunctionReturn(0);
}

/* Give back what HDF5 allocated for the entries of the block. */
static void reclaim(qv_h5_entries *e) {
  const hsize_t n = e->next - e->first;
  if (!n || e->is_plain) return;
  const hid_t space = H5Screate_simple(1, &n, NULL);
  if (space < 0) return;
  H5Dvlen_reclaim(e->memory_type, space, H5P_DEFAULT, e->block);
  H5Sclose(space);
}

/* Read entries [first, next) into the block. */
static bool read_block(qv_h5_entries *e) {
  if (H5Iget_type(e->id) == H5I_ATTR) return H5Aread(e->id, e->memory_type, e->block) >= 0;
  if (!e->rows) return H5Dread(e->id, e->memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, e->block) >= 0;
  const hid_t memory = qv_h5_select_rows(e->space, (int64_t)(e->first / e->row),
                                         (int64_t)((e->next - e->first) / e->row));
  const bool  ok =
    memory >= 0 && H5Dread(e->id, e->memory_type, memory, e->space, H5P_DEFAULT, e->block) >= 0;
  if (memory >= 0) H5Sclose(memory);
  return ok;
}

PetscErrorCode qv_h5_entries_next(qv_h5_side *side, qv_h5_entries *e) {
  PetscFunctionBegin;
  reclaim(e);
  const hsize_t step = e->rows ? (hsize_t)e->rows * e->row : e->n;
  if (!e->block && e->n) PetscCall(PetscMalloc(PetscMin(step, e->n) * e->size, &e->block));
  e->first = e->next;
  e->next  = PetscMin(e->n, e->first + step);
  if (e->next == e->first || side->trouble) PetscFunctionReturn(0);
  if (!e->is_plain) memset(e->block, 0, (e->next - e->first) * e->size);
  if (!read_block(e)) {
    side->trouble = QV_H5_DAMAGED;
    e->next       = e->first;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_entries_close(qv_h5_entries *e) {
  PetscFunctionBegin;
  reclaim(e);
  PetscCall(PetscFree(e->block));
  if (e->memory_type >= 0) H5Tclose(e->memory_type);
  if (e->space >= 0) H5Sclose(e->space);
  if (e->type >= 0) H5Tclose(e->type);
  PetscFunctionReturn(0);
}
