/* SPDX-License-Identifier: GPL-3.0-or-later
 * Types and shapes in words that determine them. */
#include "solvers/store/h5_content.h"

static const char *order_of(hid_t type) {
  if (H5Tget_size(type) < 2) return "";
  switch (H5Tget_order(type)) {
    case H5T_ORDER_LE:
      return "";
    case H5T_ORDER_BE:
      return "big-endian ";
    default:
      return "mixed-endian ";
  }
}

static PetscErrorCode integer_type(hid_t type, qv_buffer *words) {
  const size_t size = H5Tget_size(type), precision = H5Tget_precision(type);
  const int    offset = H5Tget_offset(type);

  PetscFunctionBegin;
  PetscCall(qv_buffer_print(words, "%s%sint%zu", order_of(type),
                            H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "", 8 * size));
  if (precision != 8 * size || offset)
    PetscCall(qv_buffer_print(words, " (%zu bits from bit %d)", precision, offset));
  PetscFunctionReturn(0);
}

static PetscErrorCode real_type(hid_t type, qv_buffer *words) {
  size_t       sign, exponent, exponent_bits, mantissa, mantissa_bits;
  const size_t size = H5Tget_size(type), bias = H5Tget_ebias(type);

  PetscFunctionBegin;
  PetscCall(qv_buffer_print(words, "%sfloat%zu", order_of(type), 8 * size));
  if (H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) < 0)
    PetscFunctionReturn(0);
  const bool is_ieee = (size == 8 && mantissa_bits == 52 && exponent_bits == 11 && bias == 1023) ||
                       (size == 4 && mantissa_bits == 23 && exponent_bits == 8 && bias == 127) ||
                       (size == 2 && mantissa_bits == 10 && exponent_bits == 5 && bias == 15);
  if (!is_ieee)
    PetscCall(qv_buffer_print(words, " (%zu + %zu bits at %zu, %zu, %zu, bias %zu)", exponent_bits,
                              mantissa_bits, sign, exponent, mantissa, bias));
  PetscFunctionReturn(0);
}

static PetscErrorCode text_type(hid_t type, qv_buffer *words) {
  PetscFunctionBegin;
  PetscCall(qv_buffer_print(words, "%s", H5Tget_cset(type) == H5T_CSET_ASCII ? "ASCII " : ""));
  PetscCall(qv_buffer_print(words, "text"));
  if (H5Tis_variable_str(type) <= 0)
    PetscCall(qv_buffer_print(words, " of %zu bytes", H5Tget_size(type)));
  if (H5Tget_strpad(type) != H5T_STR_NULLTERM)
    PetscCall(qv_buffer_print(
      words, "%s",
      H5Tget_strpad(type) == H5T_STR_SPACEPAD ? " padded with blanks" : " padded with NUL"));
  PetscFunctionReturn(0);
}

/* ", name" and, with `is_enum`, its value or else its type, for every member. */
static PetscErrorCode members(qv_h5_side *side, hid_t type, bool is_enum, qv_buffer *words) {
  const int    n    = H5Tget_nmembers(type);
  const size_t size = H5Tget_size(type);
  char        *value;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(size + 1, &value));
  for (int i = 0; i < n; i++) {
    char       *name  = H5Tget_member_name(type, (unsigned)i);
    const hid_t inner = is_enum ? H5Tget_super(type) : H5Tget_member_type(type, (unsigned)i);
    PetscCall(qv_buffer_print(words, "%s%s ", i ? ", " : "{", name ? name : "?"));
    if (inner < 0 || (is_enum && H5Tget_member_value(type, (unsigned)i, value) < 0))
      side->trouble = QV_H5_DAMAGED;
    else if (is_enum)
      PetscCall(qv_h5_show_entry(side, inner, value, 0, words));
    else
      PetscCall(qv_h5_words_type(side, inner, words));
    if (name) H5free_memory(name);
    if (inner >= 0) H5Tclose(inner);
  }
  PetscCall(qv_buffer_print(words, n > 0 ? "}" : "{}"));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(0);
}

static PetscErrorCode shape(int rank, const hsize_t *dims, qv_buffer *words) {
  PetscFunctionBegin;
  for (int i = 0; i < rank; i++)
    PetscCall(qv_buffer_print(words, "%s%llu", i ? ", " : "[", (unsigned long long)dims[i]));
  PetscCall(qv_buffer_print(words, rank ? "]" : ""));
  PetscFunctionReturn(0);
}

/* Types made of one other type. */
static PetscErrorCode wrapped_type(qv_h5_side *side, hid_t type, qv_buffer *words) {
  const H5T_class_t class = H5Tget_class(type);
  const hid_t inner       = H5Tget_super(type);
  hsize_t     dims[H5S_MAX_RANK];

  PetscFunctionBegin;
  if (inner < 0) {
    side->trouble = QV_H5_DAMAGED;
    PetscFunctionReturn(0);
  }
  if (class == H5T_VLEN) PetscCall(qv_buffer_print(words, "sequence of "));
  if (class == H5T_ENUM) PetscCall(qv_buffer_print(words, "enum "));
  if (class == H5T_ARRAY) {
    PetscCall(shape(H5Tget_array_dims2(type, dims), dims, words));
    PetscCall(qv_buffer_print(words, " of "));
  }
  PetscCall(qv_h5_words_type(side, inner, words));
  if (class == H5T_ENUM) {
    PetscCall(qv_buffer_print(words, " "));
    PetscCall(members(side, type, true, words));
  }
  H5Tclose(inner);
  PetscFunctionReturn(0);
}

static PetscErrorCode opaque_type(hid_t type, qv_buffer *words) {
  char *tag = H5Tget_tag(type);

  PetscFunctionBegin;
  PetscCall(qv_buffer_print(words, "opaque '%s' of %zu bytes", tag ? tag : "", H5Tget_size(type)));
  if (tag) H5free_memory(tag);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_words_type(qv_h5_side *side, hid_t type, qv_buffer *words) {
  PetscFunctionBegin;
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      PetscCall(integer_type(type, words));
      break;
    case H5T_FLOAT:
      PetscCall(real_type(type, words));
      break;
    case H5T_STRING:
      PetscCall(text_type(type, words));
      break;
    case H5T_BITFIELD:
      PetscCall(qv_buffer_print(words, "%s%zu bytes of bits", order_of(type), H5Tget_size(type)));
      break;
    case H5T_OPAQUE:
      PetscCall(opaque_type(type, words));
      break;
    case H5T_COMPOUND:
      PetscCall(members(side, type, false, words));
      break;
    case H5T_ENUM:
    case H5T_VLEN:
    case H5T_ARRAY:
      PetscCall(wrapped_type(side, type, words));
      break;
    case H5T_REFERENCE:
      PetscCall(qv_buffer_print(
        words, H5Tequal(type, H5T_STD_REF_OBJ) > 0 ? "reference" : "region reference"));
      if (H5Tequal(type, H5T_STD_REF_OBJ) <= 0) side->trouble = QV_H5_UNKNOWN;
      break;
    default:
      PetscCall(qv_buffer_print(words, "unknown type"));
      side->trouble = QV_H5_UNKNOWN;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_words_of(qv_h5_side *side, hid_t type, hid_t space, qv_buffer *words) {
  hsize_t   dims[H5S_MAX_RANK];
  const int rank = H5Sget_simple_extent_dims(space, dims, NULL);

  PetscFunctionBegin;
  PetscCall(qv_h5_words_type(side, type, words));
  /* The size of a record with gaps is a part of its type. */
  if (H5Tget_class(type) == H5T_COMPOUND)
    PetscCall(qv_buffer_print(words, " of %zu bytes", H5Tget_size(type)));
  if (H5Sget_simple_extent_type(space) == H5S_NULL)
    PetscCall(qv_buffer_print(words, " without data space"));
  if (rank > 0) PetscCall(qv_buffer_print(words, " "));
  PetscCall(shape(rank > 0 ? rank : 0, dims, words));
  PetscFunctionReturn(0);
}
