/* SPDX-License-Identifier: GPL-3.0-or-later
 * One entry of any type, for people. */
#include "solvers/store/h5_content.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SHOWN = 60, LIST_SHOWN = 8, BYTES_SHOWN = 32 };

/* The entry as `native` in a block that is large enough for both. False: it cannot be converted. */
static bool convert(hid_t type, hid_t native, const void *entry, void *room, size_t size) {
  if (H5Tget_size(type) > size || H5Tget_size(native) > size) return false;
  memcpy(room, entry, H5Tget_size(type));
  return H5Tconvert(type, native, 1, room, NULL, H5P_DEFAULT) >= 0;
}

PetscErrorCode qv_h5_show_bytes(hid_t type, const void *entry, qv_buffer *words) {
  const unsigned char *bytes = entry;
  const size_t         size  = H5Tget_size(type);
  const H5T_class_t class    = H5Tget_class(type);
  const bool is_number       = class == H5T_INTEGER || class == H5T_FLOAT;
  const bool backwards       = is_number && H5Tget_order(type) == H5T_ORDER_LE;

  PetscFunctionBegin;
  PetscCall(qv_buffer_print(words, "0x"));
  for (size_t i = 0; i < size && i < BYTES_SHOWN; i++)
    PetscCall(qv_buffer_print(words, "%02x", bytes[backwards ? size - 1 - i : i]));
  PetscCall(qv_buffer_print(words, size > BYTES_SHOWN ? "…" : ""));
  PetscFunctionReturn(0);
}

static PetscErrorCode show_integer(hid_t type, const void *entry, qv_buffer *words) {
  union {
    int64_t  i;
    uint64_t u;
    char     bytes[64];
  } room                 = {0};
  const bool is_unsigned = H5Tget_sign(type) == H5T_SGN_NONE;

  PetscFunctionBegin;
  if (!convert(type, is_unsigned ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64, entry, &room, sizeof room))
    PetscCall(qv_h5_show_bytes(type, entry, words));
  else if (is_unsigned)
    PetscCall(qv_buffer_print(words, "%llu", (unsigned long long)room.u));
  else
    PetscCall(qv_buffer_print(words, "%lld", (long long)room.i));
  PetscFunctionReturn(0);
}

/* The shortest digits that read back as the same number. */
static PetscErrorCode show_real(hid_t type, const void *entry, qv_buffer *words) {
  union {
    double value;
    char   bytes[64];
  } room            = {0};
  const bool single = H5Tget_size(type) <= 4;
  char       text[64];
  int        digits = single ? 6 : 15;

  PetscFunctionBegin;
  if (!convert(type, H5T_NATIVE_DOUBLE, entry, &room, sizeof room)) {
    PetscCall(qv_h5_show_bytes(type, entry, words));
    PetscFunctionReturn(0);
  }
  do snprintf(text, sizeof text, "%.*g", digits, room.value);
  while (digits++ < (single ? 9 : 17) &&
         (single ? strtof(text, NULL) != (float)room.value : strtod(text, NULL) != room.value));
  PetscCall(qv_buffer_print(words, "%s", text));
  PetscFunctionReturn(0);
}

static PetscErrorCode show_characters(const char *text, size_t length, qv_buffer *words) {
  PetscFunctionBegin;
  for (size_t i = 0; i < length; i++) {
    const unsigned char c = (unsigned char)text[i];
    if (c == '\n')
      PetscCall(qv_buffer_print(words, "\\n"));
    else if (c < ' ' || c == 0x7f)
      PetscCall(qv_buffer_print(words, "\\x%02x", c));
    else
      PetscCall(qv_buffer_add(words, &text[i], 1));
  }
  PetscFunctionReturn(0);
}

/* Does a character of UTF-8 go on here? */
static bool is_inside(char c) {
  return ((unsigned char)c & 0xc0) == 0x80;
}

PetscErrorCode qv_h5_show_text(const char *text, size_t length, size_t skip, qv_buffer *words) {
  size_t from = 0;

  PetscFunctionBegin;
  /* A long text is shown from a little before its first difference. */
  if (length > TEXT_SHOWN && skip > TEXT_SHOWN / 3) from = skip - TEXT_SHOWN / 3;
  if (from > length) from = length;
  while (from && from < length && is_inside(text[from])) from--;
  size_t to = length - from > TEXT_SHOWN ? from + TEXT_SHOWN : length;
  while (to < length && is_inside(text[to])) to++;
  PetscCall(qv_buffer_print(words, "%s\"", from ? "…" : ""));
  PetscCall(show_characters(text + from, to - from, words));
  PetscCall(qv_buffer_print(words, "\"%s", to < length ? "…" : ""));
  PetscFunctionReturn(0);
}

static PetscErrorCode show_text(hid_t type, const void *entry, size_t skip, qv_buffer *words) {
  const bool   variable = H5Tis_variable_str(type) > 0;
  const char  *text     = variable ? *(const char *const *)entry : entry;
  const size_t size     = variable ? SIZE_MAX : H5Tget_size(type);
  size_t       length   = 0;

  PetscFunctionBegin;
  while (text && length < size && text[length]) length++;
  PetscCall(qv_h5_show_text(text ? text : "", length, skip, words));
  PetscFunctionReturn(0);
}

static PetscErrorCode show_word(hid_t type, const void *entry, qv_buffer *words) {
  char        name[256];
  const hid_t inner = H5Tget_super(type);

  PetscFunctionBegin;
  /* HDF5 wants the value without const. */
  if (H5Tenum_nameof(type, (void *)(uintptr_t)entry, name, sizeof name) >= 0)
    PetscCall(qv_buffer_print(words, "%s", name));
  else if (inner >= 0)
    PetscCall(show_integer(inner, entry, words));
  if (inner >= 0) H5Tclose(inner);
  PetscFunctionReturn(0);
}

static PetscErrorCode show_record(qv_h5_side *side, hid_t type, const char *entry,
                                  qv_buffer *words) {
  PetscFunctionBegin;
  for (int i = 0; i < H5Tget_nmembers(type); i++) {
    const hid_t inner = H5Tget_member_type(type, (unsigned)i);
    char       *name  = H5Tget_member_name(type, (unsigned)i);
    PetscCall(qv_buffer_print(words, "%s%s ", i ? ", " : "{", name ? name : "?"));
    if (inner >= 0)
      PetscCall(
        qv_h5_show_entry(side, inner, entry + H5Tget_member_offset(type, (unsigned)i), 0, words));
    if (name) H5free_memory(name);
    if (inner >= 0) H5Tclose(inner);
  }
  PetscCall(qv_buffer_print(words, "}"));
  PetscFunctionReturn(0);
}

/* An array inside the type, or a sequence. */
static PetscErrorCode show_list(qv_h5_side *side, hid_t type, const void *entry, qv_buffer *words) {
  const hid_t  inner = H5Tget_super(type);
  const size_t size  = inner >= 0 ? H5Tget_size(inner) : 0;
  const bool   fixed = H5Tget_class(type) == H5T_ARRAY;
  const hvl_t *list  = entry;
  const char  *first = fixed ? entry : list->p;
  const size_t n     = !size ? 0 : fixed ? H5Tget_size(type) / size : list->len;

  PetscFunctionBegin;
  PetscCall(qv_buffer_print(words, "["));
  for (size_t i = 0; i < n && i < LIST_SHOWN; i++) {
    PetscCall(qv_buffer_print(words, "%s", i ? ", " : ""));
    PetscCall(qv_h5_show_entry(side, inner, first + i * size, 0, words));
  }
  PetscCall(qv_buffer_print(words, n > LIST_SHOWN ? ", …]" : "]"));
  if (inner >= 0) H5Tclose(inner);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_show_entry(qv_h5_side *side, hid_t type, const void *entry, size_t skip,
                                qv_buffer *words) {
  PetscFunctionBegin;
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      PetscCall(show_integer(type, entry, words));
      break;
    case H5T_FLOAT:
      PetscCall(show_real(type, entry, words));
      break;
    case H5T_STRING:
      PetscCall(show_text(type, entry, skip, words));
      break;
    case H5T_ENUM:
      PetscCall(show_word(type, entry, words));
      break;
    case H5T_COMPOUND:
      PetscCall(show_record(side, type, entry, words));
      break;
    case H5T_ARRAY:
    case H5T_VLEN:
      PetscCall(show_list(side, type, entry, words));
      break;
    case H5T_REFERENCE:
      PetscCall(qv_h5_entry_target(side, entry, words));
      break;
    default:
      PetscCall(qv_h5_show_bytes(type, entry, words));
  }
  PetscFunctionReturn(0);
}
