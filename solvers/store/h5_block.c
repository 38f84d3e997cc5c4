/* SPDX-License-Identifier: GPL-3.0-or-later
 * Blocks of data sets: ranges along every axis. */
#include "solvers/store/h5_impl.h"

/* What a transfer of a block needs; ids are negative until they are made. */
typedef struct {
  hid_t set, type, space, memory;
} transfer;

/* Open the data set and select the block; a single value has one block. */
static bool open_block(qv_h5 *file, const char *path, const int64_t *start, const int64_t *count,
                       transfer *t) {
  hsize_t from[H5S_MAX_RANK], n[H5S_MAX_RANK];

  *t     = (transfer){H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID};
  t->set = H5Dopen2(file->id, path, H5P_DEFAULT);
  if (!qv_h5_note(file, t->set >= 0)) return false;
  t->type = H5Dget_type(t->set);
  if (!qv_h5_note(file, t->type >= 0)) return false;
  t->space = H5Dget_space(t->set);
  if (!qv_h5_note(file, t->space >= 0)) return false;
  const int rank = H5Sget_simple_extent_ndims(t->space);
  if (!qv_h5_note(file, rank >= 0)) return false;
  for (int axis = 0; axis < rank; axis++) {
    from[axis] = (hsize_t)start[axis];
    n[axis]    = (hsize_t)count[axis];
  }
  t->memory = rank ? H5Screate_simple(rank, n, NULL) : H5Screate(H5S_SCALAR);
  if (!qv_h5_note(file, t->memory >= 0)) return false;
  return !rank ||
         qv_h5_note(file, H5Sselect_hyperslab(t->space, H5S_SELECT_SET, from, NULL, n, NULL) >= 0);
}

static bool close_block(qv_h5 *file, const transfer *t, bool ok) {
  ok = qv_h5_drop(file, t->memory, ok);
  ok = qv_h5_drop(file, t->space, ok);
  ok = qv_h5_drop(file, t->type, ok);
  return qv_h5_drop(file, t->set, ok);
}

PetscErrorCode qv_h5_write_block(qv_h5 *file, const char *path, qv_h5_part part, const void *data) {
  transfer t;

  PetscFunctionBegin;
  bool ok = open_block(file, path, part.start, part.count, &t);
  if (ok) {
    const hid_t native = H5Tget_native_type(t.type, H5T_DIR_ASCEND);
    ok                 = qv_h5_note(file, native >= 0);
    if (ok && H5Sget_select_npoints(t.space) > 0)
      ok = qv_h5_note(file, H5Dwrite(t.set, native, t.memory, t.space, H5P_DEFAULT, data) >= 0);
    ok = qv_h5_drop(file, native, ok);
  }
  ok = close_block(file, &t, ok);
  QV_H5_REQUIRE(ok, file, PETSC_ERR_FILE_WRITE, "cannot write", path);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_read_block(qv_h5 *file, const char *path, qv_type type, qv_h5_part part,
                                void *data, const char **reason) {
  transfer t;

  PetscFunctionBegin;
  *reason = NULL;
  bool ok = open_block(file, path, part.start, part.count, &t);
  if (ok) {
    const hid_t memory_type = qv_h5_type_memory(t.type, type);
    ok                      = qv_h5_note(file, memory_type >= 0);
    if (ok && H5Sget_select_npoints(t.space) > 0)
      ok = qv_h5_note(file, H5Dread(t.set, memory_type, t.memory, t.space, H5P_DEFAULT, data) >= 0);
    ok = qv_h5_drop(file, memory_type, ok);
  }
  ok = close_block(file, &t, ok);
  if (!ok) PetscCall(qv_h5_say(file, reason, "is damaged: cannot read '%s' (%s)", path, file->why));
  PetscFunctionReturn(0);
}
