/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writing data sets, whole or in rows. */
#include "solvers/store/h5_impl.h"

#include <string.h>

static PetscErrorCode check(const qv_h5 *file, const qv_array *array) {
  PetscFunctionBegin;
  PetscCall(qv_h5_check_writing(file));
  PetscCheck(array->path && array->path[0] == '/', PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "%s: data set without an absolute path", file->path);
  PetscCheck(array->rank >= 0 && array->rank <= QV_MAX_RANK, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "%s: '%s' has rank %d", file->path, array->path,
             array->rank);
  for (int axis = 0; axis < array->rank; axis++)
    PetscCheck(array->shape[axis] >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "%s: axis %d of '%s' has %lld entries", file->path, axis, array->path,
               (long long)array->shape[axis]);
  PetscCheck(array->type != QV_ENUM || (array->words && array->words[0]), PETSC_COMM_SELF,
             PETSC_ERR_ARG_NULL, "%s: '%s' has no words", file->path, array->path);
  PetscFunctionReturn(0);
}

static hid_t make_space(const qv_array *array) {
  hsize_t shape[QV_MAX_RANK];
  if (array->rank == 0) return H5Screate(H5S_SCALAR);
  for (int axis = 0; axis < array->rank; axis++) shape[axis] = (hsize_t)array->shape[axis];
  return H5Screate_simple(array->rank, shape, NULL);
}

/* No times in the file; room is made at once, so that order of writing does not matter. */
static hid_t make_list(void) {
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  if (list < 0) return list;
  if (H5Pset_obj_track_times(list, false) >= 0 && H5Pset_layout(list, H5D_CONTIGUOUS) >= 0 &&
      H5Pset_alloc_time(list, H5D_ALLOC_TIME_EARLY) >= 0)
    return list;
  H5Pclose(list);
  return H5I_INVALID_HID;
}

/* The new data set, open, or negative and noted. */
static hid_t make_set(qv_h5 *file, const qv_array *array) {
  const hid_t type = qv_h5_type_make(array), space = make_space(array), list = make_list();
  const hid_t links = qv_h5_link_list(array->path);
  const hid_t set   = H5Dcreate2(file->id, array->path, type, space, links, list, H5P_DEFAULT);
  qv_h5_note(file, set >= 0);
  if (links >= 0) H5Pclose(links);
  if (list >= 0) H5Pclose(list);
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  return set;
}

static bool describe(qv_h5 *file, hid_t set, const qv_array *array, const char *axes) {
  return qv_h5_put_text(file, set, "unit", array->unit) &&
         qv_h5_put_text(file, set, "long_name", array->long_name) &&
         qv_h5_put_text(file, set, "axes", axes) && qv_h5_put_text(file, set, "view", array->view);
}

PetscErrorCode qv_h5_begin(qv_h5 *file, const qv_array *array) {
  const char *axes;

  PetscFunctionBegin;
  PetscCall(check(file, array));
  PetscCall(qv_h5_scale_want(file, array, &axes));
  const hid_t set = make_set(file, array);
  bool        ok  = set >= 0 && describe(file, set, array, axes);
  ok              = qv_h5_drop(file, set, ok);
  QV_H5_REQUIRE(ok, file, PETSC_ERR_FILE_WRITE, "cannot make the data set", array->path);
  PetscFunctionReturn(0);
}

hid_t qv_h5_select_rows(hid_t space, int64_t first, int64_t count) {
  hsize_t   start[H5S_MAX_RANK] = {(hsize_t)first}, shape[H5S_MAX_RANK];
  const int rank                = H5Sget_simple_extent_dims(space, shape, NULL);
  if (rank < 1) return H5I_INVALID_HID;
  shape[0] = (hsize_t)count;
  if (H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, shape, NULL) < 0)
    return H5I_INVALID_HID;
  /* With other axes in memory than in the file HDF5 maps chunks entry by entry. */
  return H5Screate_simple(rank, shape, NULL);
}

/* Write all (count < 0) or some rows of an open data set. */
static bool write_open(qv_h5 *file, hid_t set, int64_t first, int64_t count, const void *data) {
  const hid_t type = H5Dget_type(set), space = H5Dget_space(set);
  const hid_t native = type < 0 ? type : H5Tget_native_type(type, H5T_DIR_ASCEND);
  hid_t       memory = H5I_INVALID_HID;
  bool        ok     = qv_h5_note(file, space >= 0 && native >= 0);
  if (ok && count >= 0) {
    memory = qv_h5_select_rows(space, first, count);
    ok     = qv_h5_note(file, memory >= 0);
  }
  if (ok && H5Sget_select_npoints(space) > 0) {
    const hid_t from = count >= 0 ? memory : H5S_ALL, to = count >= 0 ? space : H5S_ALL;
    ok = qv_h5_note(file, H5Dwrite(set, native, from, to, H5P_DEFAULT, data) >= 0);
  }
  if (memory >= 0) H5Sclose(memory);
  if (native >= 0) H5Tclose(native);
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  return ok;
}

static PetscErrorCode write(qv_h5 *file, const char *path, int64_t first, int64_t count,
                            const void *data) {
  PetscFunctionBegin;
  PetscCall(qv_h5_check_writing(file));
  const hid_t set = H5Dopen2(file->id, path, H5P_DEFAULT);
  bool        ok  = qv_h5_note(file, set >= 0) && write_open(file, set, first, count, data);
  /* Closing writes what HDF5 had held back. */
  ok = qv_h5_drop(file, set, ok);
  QV_H5_REQUIRE(ok, file, PETSC_ERR_FILE_WRITE, "cannot write", path);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_write(qv_h5 *file, const qv_array *array, const void *data) {
  PetscFunctionBegin;
  PetscCall(qv_h5_begin(file, array));
  PetscCall(write(file, array->path, 0, -1, data));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_write_rows(qv_h5 *file, const char *path, int64_t first, int64_t count,
                                const void *data) {
  PetscFunctionBegin;
  PetscCheck(first >= 0 && count >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%s: rows [%lld, +%lld) of '%s'", file->path, (long long)first, (long long)count,
             path);
  PetscCall(write(file, path, first, count, data));
  PetscFunctionReturn(0);
}
