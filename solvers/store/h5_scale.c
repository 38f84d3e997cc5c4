/* SPDX-License-Identifier: GPL-3.0-or-later
 * Axes of data sets as HDF5 dimension scales. */
#include "solvers/store/h5_impl.h"

#include <hdf5_hl.h>
#include <string.h>

/* The axes of a data set as one text, "system body axis"; NULL when one has no name. */
static PetscErrorCode join_axes(qv_h5 *file, const qv_array *array, const char **text) {
  PetscFunctionBegin;
  *text = NULL;
  for (int axis = 0; axis < array->rank; axis++) {
    if (!array->axes[axis]) {
      *text = NULL;
      break;
    }
    PetscCall(
      qv_h5_say(file, text, "%s%s%s", axis ? *text : "", axis ? " " : "", array->axes[axis]));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_scale_want(qv_h5 *file, const qv_array *array, const char **text) {
  PetscFunctionBegin;
  for (int axis = 0; axis < array->rank; axis++) {
    if (!array->axes[axis]) continue;
    if (file->n_axes == file->axes_capacity) {
      file->axes_capacity = file->axes_capacity ? 2 * file->axes_capacity : 32;
      PetscCall(PetscRealloc((size_t)file->axes_capacity * sizeof *file->axes, &file->axes));
    }
    qv_h5_axis *a = &file->axes[file->n_axes];
    *a            = (qv_h5_axis){.axis = axis, .length = array->shape[axis]};
    PetscCall(PetscStrallocpy(array->path, &a->path));
    PetscCall(PetscStrallocpy(array->axes[axis], &a->name));
    file->n_axes++;
  }
  PetscCall(join_axes(file, array, text));
  PetscFunctionReturn(0);
}

/* A scale that nobody wrote: 0 … n-1. */
static PetscErrorCode make_index(qv_h5 *file, const char *path, int64_t n) {
  const qv_array array = {
    .path = path, .type = QV_I64, .rank = 1, .shape = {n}, .unit = "1", .long_name = "index"};
  int64_t *value;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n + 1, &value));
  for (int64_t i = 0; i < n; i++) value[i] = i;
  const PetscErrorCode ierr = qv_h5_write(file, &array, value);
  PetscCall(PetscFree(value));
  PetscCall(ierr);
  PetscFunctionReturn(0);
}

/* The length of an open data set with one axis, else -1. */
static int64_t length_of(hid_t set) {
  hsize_t     length = 0;
  const hid_t space  = H5Dget_space(set);
  const bool  is_row = space >= 0 && H5Sget_simple_extent_ndims(space) == 1 &&
                      H5Sget_simple_extent_dims(space, &length, NULL) == 1;
  if (space >= 0) H5Sclose(space);
  return is_row ? (int64_t)length : -1;
}

/* Mark `scale` as one; attach it to the axis unless the data set is its own scale. */
static bool attach(qv_h5 *file, hid_t set, hid_t scale, const qv_h5_axis *axis, bool is_own) {
  const htri_t marked = H5DSis_scale(scale);
  if (!qv_h5_note(file, marked >= 0)) return false;
  if (!marked && !qv_h5_note(file, H5DSset_scale(scale, axis->name) >= 0)) return false;
  return is_own || qv_h5_note(file, H5DSattach_scale(set, scale, (unsigned)axis->axis) >= 0);
}

static PetscErrorCode attach_one(qv_h5 *file, const qv_h5_axis *axis) {
  const char  *path;
  const size_t folder = (size_t)(strrchr(axis->path, '/') - axis->path);

  PetscFunctionBegin;
  PetscCall(qv_h5_say(file, &path, "%.*s/%s", (int)folder, axis->path, axis->name));
  if (qv_h5_exists(file, path) == 0) PetscCall(make_index(file, path, axis->length));
  const hid_t   set    = H5Dopen2(file->id, axis->path, H5P_DEFAULT);
  const hid_t   scale  = H5Dopen2(file->id, path, H5P_DEFAULT);
  bool          ok     = qv_h5_note(file, set >= 0 && scale >= 0);
  const int64_t length = ok ? length_of(scale) : -1;
  if (ok && length == axis->length) ok = attach(file, set, scale, axis, !strcmp(path, axis->path));
  ok = qv_h5_drop(file, scale, ok);
  ok = qv_h5_drop(file, set, ok);
  QV_H5_REQUIRE(ok, file, PETSC_ERR_FILE_WRITE, "cannot attach the scale of", axis->path);
  PetscCheck(length >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "%s: '%s' has more or less than one axis; it cannot be a scale", file->path, path);
  PetscCheck(length == axis->length, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "%s: '%s' has %lld entries along '%s', its scale '%s' has %lld", file->path,
             axis->path, (long long)axis->length, axis->name, path, (long long)length);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_scale_attach_all(qv_h5 *file) {
  PetscFunctionBegin;
  for (int i = 0; i < file->n_axes; i++) PetscCall(attach_one(file, &file->axes[i]));
  PetscFunctionReturn(0);
}

/* The last component of an object's path; NULL when it has none. */
static PetscErrorCode base_name(qv_h5 *file, hid_t object, const char **name) {
  char          path[1024];
  const ssize_t length = H5Iget_name(object, path, sizeof path);

  PetscFunctionBegin;
  *name = NULL;
  if (length > 0 && (size_t)length < sizeof path)
    PetscCall(qv_h5_say(file, name, "%s", strrchr(path, '/') ? strrchr(path, '/') + 1 : path));
  PetscFunctionReturn(0);
}

/* Names from the text that we write beside the scales: one word for each axis. */
static PetscErrorCode names_from_text(qv_h5 *file, const char *text, qv_array *array) {
  int n = text && *text;

  PetscFunctionBegin;
  for (const char *c = text; c && *c; c++) n += *c == ' ';
  if (n != array->rank) PetscFunctionReturn(0);
  for (int axis = 0; axis < n; axis++) {
    const size_t length = strcspn(text, " ");
    PetscCall(qv_h5_say(file, &array->axes[axis], "%.*s", (int)length, text));
    text += length + 1;
  }
  PetscFunctionReturn(0);
}

/* Is this the list of references that HDF5's dimension scales leave on a data set of `rank` axes?
 */
static bool is_list(hid_t attribute, int rank) {
  const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  const hid_t inner = type >= 0 && H5Tget_class(type) == H5T_VLEN ? H5Tget_super(type) : -1;
  const bool  ok    = inner >= 0 && H5Tequal(inner, H5T_STD_REF_OBJ) > 0 && space >= 0 &&
                  H5Sget_simple_extent_npoints(space) == rank;
  if (inner >= 0) H5Tclose(inner);
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  return ok;
}

static PetscErrorCode names_from_list(qv_h5 *file, hid_t attribute, qv_array *array) {
  hvl_t list[QV_MAX_RANK] = {{0}};

  PetscFunctionBegin;
  const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  if (type >= 0 && space >= 0 && H5Aread(attribute, type, list) >= 0) {
    for (int axis = 0; axis < array->rank; axis++) {
      if (!list[axis].len) continue;
      const hid_t scale =
        H5Rdereference2(attribute, H5P_DEFAULT, H5R_OBJECT, (hobj_ref_t *)list[axis].p);
      if (scale >= 0) PetscCall(base_name(file, scale, &array->axes[axis]));
      if (scale >= 0) H5Oclose(scale);
    }
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, list);
  }
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_scale_names(qv_h5 *file, hid_t set, qv_array *array) {
  const char *text;
  bool        ok;

  PetscFunctionBegin;
  if (!array->rank) PetscFunctionReturn(0);
  PetscCall(qv_h5_kept_text(file, set, "axes", &text, &ok));
  PetscCall(names_from_text(file, text, array));
  if (array->axes[0]) PetscFunctionReturn(0);
  if (H5Aexists(set, "DIMENSION_LIST") > 0) {
    const hid_t list = H5Aopen(set, "DIMENSION_LIST", H5P_DEFAULT);
    if (list >= 0 && is_list(list, array->rank)) PetscCall(names_from_list(file, list, array));
    if (list >= 0) H5Aclose(list);
    PetscFunctionReturn(0);
  }
  PetscCall(qv_h5_kept_text(file, set, "CLASS", &text, &ok));
  if (array->rank == 1 && text && !strcmp(text, "DIMENSION_SCALE"))
    PetscCall(base_name(file, set, &array->axes[0]));
  PetscFunctionReturn(0);
}
