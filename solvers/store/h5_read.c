/* SPDX-License-Identifier: GPL-3.0-or-later
 * Describing and reading data sets of anyone's file. */
#include "solvers/store/h5_impl.h"

#include <string.h>

/* A data set being read. */
typedef struct {
  hid_t      id, type, space;
  qv_h5_kind kind;
  int        rank;
  int64_t    shape[QV_MAX_RANK], length;
} open_set;

static void close_set(qv_h5 *file, open_set *set) {
  qv_h5_drop(file, set->space, true);
  qv_h5_drop(file, set->type, true);
  qv_h5_drop(file, set->id, true);
}

static PetscErrorCode say_damaged(qv_h5 *file, const char *path, const char **reason) {
  PetscFunctionBegin;
  PetscCall(qv_h5_say(file, reason, "is damaged: cannot read '%s' (%s)", path, file->why));
  PetscFunctionReturn(0);
}

/* The data set's id; negative with a *reason when there is none. */
static PetscErrorCode open_id(qv_h5 *file, const char *path, hid_t *id, const char **reason) {
  const int there = qv_h5_exists(file, path);

  PetscFunctionBegin;
  *id = there > 0 ? H5Oopen(file->id, path, H5P_DEFAULT) : H5I_INVALID_HID;
  if (there == 0)
    PetscCall(qv_h5_say(file, reason, "no data set '%s'", path));
  else if (there < 0 || !qv_h5_note(file, *id >= 0))
    PetscCall(say_damaged(file, path, reason));
  else if (H5Iget_type(*id) != H5I_DATASET)
    PetscCall(qv_h5_say(file, reason, "'%s' is %s, expected a data set", path,
                        H5Iget_type(*id) == H5I_GROUP ? "a group" : "a data type"));
  PetscFunctionReturn(0);
}

/* Shape and length, as far as we can carry them. */
static PetscErrorCode measure(qv_h5 *file, const char *path, open_set *set, const char **reason) {
  hsize_t   shape[H5S_MAX_RANK];
  const int rank = H5Sget_simple_extent_dims(set->space, shape, NULL);

  PetscFunctionBegin;
  if (!qv_h5_note(file, rank >= 0))
    PetscCall(say_damaged(file, path, reason));
  else if (H5Sget_simple_extent_type(set->space) == H5S_NULL)
    PetscCall(qv_h5_say(file, reason, "'%s' is empty (it has no data space)", path));
  else if (rank > QV_MAX_RANK)
    PetscCall(qv_h5_say(file, reason, "'%s' has %d axes; at most %d can be read", path, rank,
                        (int)QV_MAX_RANK));
  if (*reason) PetscFunctionReturn(0);
  set->rank   = rank;
  set->length = 1;
  for (int axis = 0; axis < rank && !*reason; axis++) {
    const hsize_t limit = (hsize_t)1 << 45;
    if (shape[axis] > limit / (hsize_t)(set->length ? set->length : 1))
      PetscCall(qv_h5_say(file, reason, "'%s' claims too many entries", path));
    set->shape[axis] = (int64_t)shape[axis];
    set->length      = *reason ? 0 : set->length * set->shape[axis];
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode open_one(qv_h5 *file, const char *path, open_set *set, const char **reason) {
  PetscFunctionBegin;
  *set    = (open_set){.type = H5I_INVALID_HID, .space = H5I_INVALID_HID};
  *reason = NULL;
  PetscCall(open_id(file, path, &set->id, reason));
  if (*reason) PetscFunctionReturn(0);
  set->type  = H5Dget_type(set->id);
  set->space = H5Dget_space(set->id);
  if (!qv_h5_note(file, set->type >= 0 && set->space >= 0)) {
    PetscCall(say_damaged(file, path, reason));
    PetscFunctionReturn(0);
  }
  set->kind = qv_h5_type_kind(set->type);
  PetscCall(measure(file, path, set, reason));
  PetscFunctionReturn(0);
}

/* The type that a data set is described by. */
static PetscErrorCode describe_type(qv_h5 *file, const open_set *set, qv_array *array,
                                    const char **reason) {
  PetscFunctionBegin;
  array->type = QV_F64;
  if (set->kind == QV_H5_INTEGERS) array->type = QV_I64;
  if (set->kind == QV_H5_COMPLEX) array->type = QV_C128;
  if (set->kind == QV_H5_TEXTS) array->type = QV_TEXT;
  if (set->kind == QV_H5_WORDS) {
    PetscCall(qv_h5_type_words(file, set->type, &array->words));
    array->type = array->words ? QV_ENUM : QV_I64;
  }
  if (set->kind == QV_H5_OTHER)
    PetscCall(qv_h5_say(file, reason, "'%s' holds %s, which cannot be read", array->path,
                        qv_h5_type_name(set->type)));
  PetscFunctionReturn(0);
}

static PetscErrorCode describe(qv_h5 *file, const open_set *set, qv_array *array,
                               const char **reason) {
  bool ok;

  PetscFunctionBegin;
  PetscCall(describe_type(file, set, array, reason));
  array->rank = set->rank;
  memcpy(array->shape, set->shape, sizeof set->shape);
  PetscCall(qv_h5_kept_text(file, set->id, "unit", &array->unit, &ok));
  if (ok) PetscCall(qv_h5_kept_text(file, set->id, "long_name", &array->long_name, &ok));
  if (ok) PetscCall(qv_h5_kept_text(file, set->id, "view", &array->view, &ok));
  if (!ok) PetscCall(say_damaged(file, array->path, reason));
  if (ok) PetscCall(qv_h5_scale_names(file, set->id, array));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_find(qv_h5 *file, const char *path, qv_array *array, const char **reason) {
  open_set set;

  PetscFunctionBegin;
  *array = (qv_array){0};
  PetscCall(open_one(file, path, &set, reason));
  if (!*reason) {
    PetscCall(qv_h5_say(file, &array->path, "%s", path));
    PetscCall(describe(file, &set, array, reason));
  }
  close_set(file, &set);
  PetscFunctionReturn(0);
}

/* What a conversion to integers met that it may not hide. */
typedef struct {
  bool is_fraction, is_outside;
} conversion;

static H5T_conv_ret_t refuse(H5T_conv_except_t what, hid_t from, hid_t to, void *entry,
                             void *result, void *context) {
  conversion *c = context;
  (void)from, (void)to, (void)entry, (void)result;
  if (what == H5T_CONV_EXCEPT_PRECISION) return H5T_CONV_UNHANDLED;
  if (what == H5T_CONV_EXCEPT_TRUNCATE)
    c->is_fraction = true;
  else
    c->is_outside = true;
  return H5T_CONV_ABORT;
}

/* What a read into memory of the caller's asks for. */
typedef struct {
  qv_type     type;
  qv_h5_range rows; /* all when count < 0 */
  void       *data;
} request;

/* Read into memory, converted. */
static PetscErrorCode read_into(qv_h5 *file, const char *path, const open_set *set,
                                const request *want, const char **reason) {
  conversion    c      = {0};
  const qv_type type   = want->type;
  const bool    is_all = want->rows.count < 0;

  PetscFunctionBegin;
  const hid_t memory_type = qv_h5_type_memory(set->type, type);
  const hid_t list        = H5Pcreate(H5P_DATASET_XFER);
  const hid_t memory =
    is_all ? H5S_ALL : qv_h5_select_rows(set->space, want->rows.first, want->rows.count);
  bool ok = qv_h5_note(file, memory_type >= 0 && list >= 0 && memory >= 0);
  if (ok && type != QV_F64 && type != QV_C128)
    ok = qv_h5_note(file, H5Pset_type_conv_cb(list, refuse, &c) >= 0);
  if (ok && H5Sget_select_npoints(set->space) > 0)
    ok = qv_h5_note(file, H5Dread(set->id, memory_type, memory, is_all ? H5S_ALL : set->space, list,
                                  want->data) >= 0);
  if (memory != H5S_ALL) qv_h5_drop(file, memory, true);
  qv_h5_drop(file, list, true);
  qv_h5_drop(file, memory_type, true);
  if (ok) PetscFunctionReturn(0);
  if (c.is_fraction)
    PetscCall(qv_h5_say(file, reason, "'%s' holds a number that is not an integer", path));
  else if (c.is_outside)
    PetscCall(qv_h5_say(file, reason, "'%s' holds a number out of the range of %d bits", path,
                        8 * (int)qv_array_entry_bytes(type)));
  else
    PetscCall(say_damaged(file, path, reason));
  PetscFunctionReturn(0);
}

/* Does the data set hold what is wanted, and can the file hold what the data set claims? */
static PetscErrorCode check(qv_h5 *file, const char *path, const open_set *set, qv_type type,
                            const char **reason) {
  const char *expected = qv_h5_type_mismatch(set->kind, type);

  PetscFunctionBegin;
  if (expected)
    PetscCall(qv_h5_say(file, reason, "'%s' holds %s, expected %s", path,
                        qv_h5_type_name(set->type), expected));
  else if (!qv_h5_is_plausible(file, set->id, set->type, set->length))
    PetscCall(qv_h5_say(file, reason, "'%s' claims %lld entries, which the file does not hold",
                        path, (long long)set->length));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_read(qv_h5 *file, const char *path, qv_type type, void **data,
                          const char **reason) {
  open_set set;

  PetscFunctionBegin;
  *data = NULL;
  PetscCall(open_one(file, path, &set, reason));
  if (!*reason) PetscCall(check(file, path, &set, type, reason));
  if (!*reason && type == QV_TEXT) {
    PetscCall(qv_h5_read_texts(file, set.id, set.length, (char ***)data));
    if (!*data) PetscCall(say_damaged(file, path, reason));
  } else if (!*reason) {
    PetscCall(PetscMalloc((size_t)set.length * qv_array_entry_bytes(type) + 1, data));
    PetscCall(read_into(file, path, &set, &(request){type, {0, -1}, *data}, reason));
    if (*reason) PetscCall(PetscFree(*data));
  }
  close_set(file, &set);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_read_rows(qv_h5 *file, const char *path, qv_type type, qv_h5_range rows,
                               void *data, const char **reason) {
  open_set set;

  PetscFunctionBegin;
  PetscCheck(type != QV_TEXT, PETSC_COMM_SELF, PETSC_ERR_SUP, "texts are read whole");
  PetscCheck(rows.first >= 0 && rows.count >= 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "rows [%lld, +%lld) of '%s'", (long long)rows.first, (long long)rows.count, path);
  PetscCall(open_one(file, path, &set, reason));
  if (!*reason) PetscCall(check(file, path, &set, type, reason));
  if (!*reason && set.rank == 0)
    PetscCall(qv_h5_say(file, reason, "'%s' is a single value, expected rows", path));
  else if (!*reason && rows.first + rows.count > set.shape[0])
    PetscCall(qv_h5_say(file, reason, "'%s' has %lld rows, expected at least %lld", path,
                        (long long)set.shape[0], (long long)(rows.first + rows.count)));
  if (!*reason) PetscCall(read_into(file, path, &set, &(request){type, rows, data}, reason));
  close_set(file, &set);
  PetscFunctionReturn(0);
}
