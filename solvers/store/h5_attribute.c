/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attributes of one text or number. */
#include "solvers/store/h5_impl.h"

#include <math.h>
#include <string.h>

/* Make an attribute of one entry, in place of one that is there already. */
static bool put(qv_h5 *file, hid_t object, const char *name, hid_t stored, hid_t memory,
                const void *value) {
  const hid_t  space = H5Screate(H5S_SCALAR);
  const htri_t there = H5Aexists(object, name);
  hid_t        id    = H5I_INVALID_HID;

  bool ok = qv_h5_note(file, stored >= 0 && space >= 0 && memory >= 0 && there >= 0);
  if (ok && there) ok = qv_h5_note(file, H5Adelete(object, name) >= 0);
  if (ok) {
    id = H5Acreate2(object, name, stored, space, H5P_DEFAULT, H5P_DEFAULT);
    ok = qv_h5_note(file, id >= 0) && qv_h5_note(file, H5Awrite(id, memory, value) >= 0);
  }
  ok = qv_h5_drop(file, id, ok);
  return qv_h5_drop(file, space, ok);
}

static bool put_entry(qv_h5 *file, hid_t object, const char *name, qv_type type,
                      const void *value) {
  const qv_array one    = {.type = type};
  const hid_t    stored = qv_h5_type_make(&one), memory = qv_h5_type_memory(stored, type);
  bool           ok = put(file, object, name, stored, memory, value);
  ok                = qv_h5_drop(file, memory, ok);
  return qv_h5_drop(file, stored, ok);
}

/* Of variable length: h5py and Julia then give a text, not bytes. */
bool qv_h5_put_text(qv_h5 *file, hid_t object, const char *name, const char *value) {
  return !value || put_entry(file, object, name, QV_TEXT, &value);
}

PetscErrorCode qv_h5_text(qv_h5 *file, const char *object, const char *name, const char *value) {
  PetscFunctionBegin;
  PetscCall(qv_h5_check_writing(file));
  const hid_t id = H5Oopen(file->id, object, H5P_DEFAULT);
  bool        ok = qv_h5_note(file, id >= 0) && qv_h5_put_text(file, id, name, value);
  ok             = qv_h5_drop(file, id, ok);
  QV_H5_REQUIRE(ok, file, PETSC_ERR_FILE_WRITE, "cannot write an attribute of", object);
  PetscFunctionReturn(0);
}

static PetscErrorCode put_entry_at(qv_h5 *file, const char *object, const char *name, qv_type type,
                                   const void *value) {
  PetscFunctionBegin;
  PetscCall(qv_h5_check_writing(file));
  const hid_t id = H5Oopen(file->id, object, H5P_DEFAULT);
  bool        ok = qv_h5_note(file, id >= 0) && put_entry(file, id, name, type, value);
  ok             = qv_h5_drop(file, id, ok);
  QV_H5_REQUIRE(ok, file, PETSC_ERR_FILE_WRITE, "cannot write an attribute of", object);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_integer(qv_h5 *file, const char *object, const char *name, int64_t value) {
  PetscFunctionBegin;
  PetscCall(put_entry_at(file, object, name, QV_I64, &value));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_real(qv_h5 *file, const char *object, const char *name, double value) {
  PetscFunctionBegin;
  PetscCall(put_entry_at(file, object, name, QV_F64, &value));
  PetscFunctionReturn(0);
}

/* Open an attribute of one entry and tell its kind; *id is negative when there is none. False:
 * damaged. */
static bool open_one(qv_h5 *file, hid_t object, const char *name, hid_t *id, qv_h5_kind *kind) {
  const htri_t there = H5Aexists(object, name);
  *id                = H5I_INVALID_HID;
  *kind              = QV_H5_OTHER;
  if (!qv_h5_note(file, there >= 0)) return false;
  if (!there) return true;
  *id = H5Aopen(object, name, H5P_DEFAULT);
  if (!qv_h5_note(file, *id >= 0)) return false;
  const hid_t space = H5Aget_space(*id), type = H5Aget_type(*id);
  const bool  ok = qv_h5_note(file, space >= 0 && type >= 0);
  if (ok && H5Sget_simple_extent_npoints(space) == 1) *kind = qv_h5_type_kind(type);
  qv_h5_drop(file, space, true);
  qv_h5_drop(file, type, true);
  return ok;
}

PetscErrorCode qv_h5_kept_text(qv_h5 *file, hid_t object, const char *name, const char **value,
                               bool *ok) {
  hid_t      id;
  qv_h5_kind kind;
  char     **texts = NULL;

  PetscFunctionBegin;
  *value = NULL;
  *ok    = open_one(file, object, name, &id, &kind);
  if (*ok && kind == QV_H5_TEXTS) {
    PetscCall(qv_h5_read_texts(file, id, 1, &texts));
    *ok = texts != NULL;
    if (*ok) PetscCall(qv_h5_say(file, value, "%s", texts[0]));
    PetscCall(PetscFree(texts));
  }
  qv_h5_drop(file, id, true);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_get_text(qv_h5 *file, const char *object, const char *name, char **value) {
  const char *text  = NULL;
  const int   there = qv_h5_exists(file, object);
  bool        ok    = there >= 0;

  PetscFunctionBegin;
  *value = NULL;
  if (there > 0) {
    const hid_t id = H5Oopen(file->id, object, H5P_DEFAULT);
    ok             = qv_h5_note(file, id >= 0);
    if (ok) PetscCall(qv_h5_kept_text(file, id, name, &text, &ok));
    qv_h5_drop(file, id, true);
  }
  QV_H5_REQUIRE(ok, file, PETSC_ERR_FILE_READ, "cannot read an attribute of", object);
  PetscCall(PetscStrallocpy(text, value));
  PetscFunctionReturn(0);
}

/* Both readings of a number; *kind says which one it is, QV_H5_OTHER when there is none. */
static bool get_number(qv_h5 *file, const char *object, const char *name, qv_h5_kind *kind,
                       int64_t *integer, double *real) {
  hid_t     id    = H5I_INVALID_HID;
  const int there = qv_h5_exists(file, object);
  *kind           = QV_H5_OTHER;
  if (there <= 0) return there == 0;
  const hid_t on = H5Oopen(file->id, object, H5P_DEFAULT);
  bool        ok = qv_h5_note(file, on >= 0) && open_one(file, on, name, &id, kind);
  if (ok && (*kind == QV_H5_INTEGERS || *kind == QV_H5_REALS))
    ok = qv_h5_note(file, H5Aread(id, H5T_NATIVE_INT64, integer) >= 0) &&
         qv_h5_note(file, H5Aread(id, H5T_NATIVE_DOUBLE, real) >= 0);
  qv_h5_drop(file, id, true);
  qv_h5_drop(file, on, true);
  return ok;
}

PetscErrorCode qv_h5_get_integer(qv_h5 *file, const char *object, const char *name, int64_t *value,
                                 bool *found) {
  qv_h5_kind kind;
  int64_t    integer = 0;
  double     real    = 0;

  PetscFunctionBegin;
  const bool ok = get_number(file, object, name, &kind, &integer, &real);
  QV_H5_REQUIRE(ok, file, PETSC_ERR_FILE_READ, "cannot read an attribute of", object);
  /* A real that is a whole number counts as an integer: not every language can write one. */
  *found = kind == QV_H5_INTEGERS ||
           (kind == QV_H5_REALS && fabs(real) < 0x1p63 && (double)integer == real);
  if (*found) *value = integer;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_get_real(qv_h5 *file, const char *object, const char *name, double *value,
                              bool *found) {
  qv_h5_kind kind;
  int64_t    integer = 0;
  double     real    = 0;

  PetscFunctionBegin;
  const bool ok = get_number(file, object, name, &kind, &integer, &real);
  QV_H5_REQUIRE(ok, file, PETSC_ERR_FILE_READ, "cannot read an attribute of", object);
  *found = kind == QV_H5_INTEGERS || kind == QV_H5_REALS;
  if (*found) *value = real;
  PetscFunctionReturn(0);
}
