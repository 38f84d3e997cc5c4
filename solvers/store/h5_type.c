/* SPDX-License-Identifier: GPL-3.0-or-later
 * Our types as HDF5 types, and HDF5 types of any file as ours. */
#include "solvers/store/h5_impl.h"

#include <string.h>

typedef struct {
  double r, i;
} complex_pair;

static hid_t make_complex(hid_t part, const char *real, const char *imaginary) {
  const hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(complex_pair));
  if (type < 0) return type;
  if (H5Tinsert(type, real, HOFFSET(complex_pair, r), part) >= 0 &&
      H5Tinsert(type, imaginary, HOFFSET(complex_pair, i), part) >= 0)
    return type;
  H5Tclose(type);
  return H5I_INVALID_HID;
}

static hid_t make_enum(const char *const *words) {
  const hid_t type = H5Tenum_create(H5T_STD_I8LE);
  bool        ok   = type >= 0;
  for (int i = 0; ok && words[i]; i++) {
    const signed char value = (signed char)i;
    ok                      = H5Tenum_insert(type, words[i], &value) >= 0;
  }
  if (ok || type < 0) return type;
  H5Tclose(type);
  return H5I_INVALID_HID;
}

static hid_t make_text(void) {
  const hid_t type = H5Tcopy(H5T_C_S1);
  if (type < 0) return type;
  if (H5Tset_size(type, H5T_VARIABLE) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0) return type;
  H5Tclose(type);
  return H5I_INVALID_HID;
}

hid_t qv_h5_type_make(const qv_array *array) {
  switch (array->type) {
    case QV_F64:
      return H5Tcopy(H5T_IEEE_F64LE);
    case QV_I64:
      return H5Tcopy(H5T_STD_I64LE);
    case QV_I32:
      return H5Tcopy(H5T_STD_I32LE);
    case QV_I8:
      return H5Tcopy(H5T_STD_I8LE);
    case QV_U8:
      return H5Tcopy(H5T_STD_U8LE);
    case QV_C128:
      return make_complex(H5T_IEEE_F64LE, "r", "i");
    case QV_ENUM:
      return make_enum(array->words);
    case QV_TEXT:
      return make_text();
  }
  return H5I_INVALID_HID;
}

/* Do the fields of a number lie inside it? HDF5 1.10 follows damaged ones out of its memory. */
static bool is_sound(hid_t type) {
  size_t       sign, exponent, exponent_bits, mantissa, mantissa_bits;
  const size_t bits = 8 * H5Tget_size(type);
  const int    from = H5Tget_offset(type);
  if (from < 0 || (size_t)from + H5Tget_precision(type) > bits) return false;
  if (H5Tget_class(type) != H5T_FLOAT) return true;
  return H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) >= 0 &&
         sign < bits && exponent + exponent_bits <= bits && mantissa + mantissa_bits <= bits;
}

/* Is member `index` of a compound a real number of this name? */
static bool is_part(hid_t type, unsigned index, const char *name) {
  char *found = H5Tget_member_name(type, index);
  if (!found) return false;
  const hid_t part = H5Tget_member_type(type, index);
  const bool  ok   = !strcmp(found, name) && part >= 0 && H5Tget_class(part) == H5T_FLOAT &&
                  is_sound(part) &&
                  H5Tget_member_offset(type, index) + H5Tget_size(part) <= H5Tget_size(type);
  if (part >= 0) H5Tclose(part);
  H5free_memory(found);
  return ok;
}

static bool is_complex(hid_t type) {
  return H5Tget_nmembers(type) == 2 && ((is_part(type, 0, "r") && is_part(type, 1, "i")) ||
                                        (is_part(type, 0, "real") && is_part(type, 1, "imag")));
}

qv_h5_kind qv_h5_type_kind(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return is_sound(type) ? QV_H5_INTEGERS : QV_H5_OTHER;
    case H5T_FLOAT:
      return is_sound(type) ? QV_H5_REALS : QV_H5_OTHER;
    case H5T_ENUM:
      return QV_H5_WORDS;
    case H5T_STRING:
      return QV_H5_TEXTS;
    case H5T_COMPOUND:
      return is_complex(type) ? QV_H5_COMPLEX : QV_H5_OTHER;
    default:
      return QV_H5_OTHER;
  }
}

const char *qv_h5_type_name(hid_t type) {
  switch (qv_h5_type_kind(type)) {
    case QV_H5_INTEGERS:
    case QV_H5_REALS:
      return "numbers";
    case QV_H5_WORDS:
      return "words";
    case QV_H5_COMPLEX:
      return "complex numbers";
    case QV_H5_TEXTS:
      return "text";
    case QV_H5_OTHER:
      break;
  }
  return H5Tget_class(type) == H5T_COMPOUND ? "records" : "data of another kind";
}

const char *qv_h5_type_mismatch(qv_h5_kind stored, qv_type wanted) {
  switch (wanted) {
    case QV_TEXT:
      return stored == QV_H5_TEXTS ? NULL : "text";
    case QV_C128:
      return stored == QV_H5_COMPLEX ? NULL : "complex numbers";
    case QV_ENUM:
      return stored == QV_H5_WORDS || stored == QV_H5_INTEGERS ? NULL : "words";
    default:
      return stored <= QV_H5_WORDS ? NULL : "numbers";
  }
}

hid_t qv_h5_type_memory(hid_t stored, qv_type wanted) {
  switch (wanted) {
    case QV_F64:
      return H5Tcopy(H5T_NATIVE_DOUBLE);
    case QV_I64:
      return H5Tcopy(H5T_NATIVE_INT64);
    case QV_I32:
      return H5Tcopy(H5T_NATIVE_INT32);
    case QV_I8:
    case QV_ENUM:
      return H5Tcopy(H5T_NATIVE_INT8);
    case QV_U8:
      return H5Tcopy(H5T_NATIVE_UINT8);
    case QV_C128:
      return is_part(stored, 0, "r") ? make_complex(H5T_NATIVE_DOUBLE, "r", "i")
                                     : make_complex(H5T_NATIVE_DOUBLE, "real", "imag");
    case QV_TEXT:
      return H5Tcopy(stored);
  }
  return H5I_INVALID_HID;
}

/* The value of member `index` as a 64-bit integer. */
static bool member_value(hid_t type, unsigned index, int64_t *value) {
  union {
    int64_t value;
    char    bytes[sizeof(int64_t)];
  } room           = {0};
  const hid_t base = H5Tget_super(type);
  const bool  ok   = base >= 0 && H5Tget_size(base) <= sizeof room &&
                  H5Tget_member_value(type, index, room.bytes) >= 0 &&
                  H5Tconvert(base, H5T_NATIVE_INT64, 1, room.bytes, NULL, H5P_DEFAULT) >= 0;
  if (base >= 0) H5Tclose(base);
  *value = room.value;
  return ok;
}

PetscErrorCode qv_h5_type_words(qv_h5 *file, hid_t type, const char *const **words) {
  const int    n = H5Tget_nmembers(type);
  void        *block;
  const char **word;

  PetscFunctionBegin;
  *words = NULL;
  if (n < 1 || n > 128) PetscFunctionReturn(0);
  PetscCall(qv_h5_keep(file, (size_t)(n + 1) * sizeof *word, &block));
  word = block;
  for (int i = 0; i < n; i++) {
    int64_t value;
    if (!member_value(type, (unsigned)i, &value)) PetscFunctionReturn(0);
    if (value < 0 || value >= n || word[value]) PetscFunctionReturn(0);
    char *name = H5Tget_member_name(type, (unsigned)i);
    if (!name) PetscFunctionReturn(0);
    PetscCall(qv_h5_say(file, &word[value], "%s", name));
    H5free_memory(name);
  }
  *words = word;
  PetscFunctionReturn(0);
}

bool qv_h5_is_plausible(const qv_h5 *file, hid_t source, hid_t type, int64_t n) {
  const double bytes = (double)n * (double)H5Tget_size(type);
  /* No compression of HDF5 makes data smaller by more than this. */
  if (bytes > 1100. * ((double)file->bytes + 65536)) return false;
  if (H5Iget_type(source) != H5I_DATASET) return true;
  const hid_t   list   = H5Dget_create_plist(source);
  const bool    whole  = list >= 0 && H5Pget_layout(list) == H5D_CONTIGUOUS;
  const hsize_t stored = H5Dget_storage_size(source);
  if (list >= 0) H5Pclose(list);
  return !whole || !stored || (double)stored >= bytes;
}
