/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/store/array.h"

size_t qv_array_entry_bytes(qv_type type) {
  switch (type) {
    case QV_F64:
    case QV_I64:
      return 8;
    case QV_I32:
      return 4;
    case QV_I8:
    case QV_U8:
    case QV_ENUM:
      return 1;
    case QV_C128:
      return 16;
    case QV_TEXT:
      break;
  }
  return 0;
}

int64_t qv_array_row_length(const qv_array *array) {
  int64_t length = 1;
  for (int axis = 1; axis < array->rank; axis++) length *= array->shape[axis];
  return length;
}

int64_t qv_array_length(const qv_array *array) {
  return (array->rank > 0 ? array->shape[0] : 1) * qv_array_row_length(array);
}
