/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/parallel/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static PetscErrorCode reserve(qv_buffer *buffer, size_t more) {
  PetscFunctionBegin;
  if (buffer->n + more + 1 > buffer->capacity) {
    buffer->capacity = 2 * (buffer->n + more + 1) + 64;
    PetscCall(PetscRealloc(buffer->capacity, &buffer->bytes));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_buffer_add(qv_buffer *buffer, const void *bytes, size_t n) {
  PetscFunctionBegin;
  PetscCall(reserve(buffer, n));
  if (n) memcpy(buffer->bytes + buffer->n, bytes, n);
  buffer->n += n;
  buffer->bytes[buffer->n] = 0;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_buffer_print(qv_buffer *buffer, const char *format, ...) {
  va_list arguments;

  PetscFunctionBegin;
  va_start(arguments, format);
  const int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  PetscCheck(length >= 0, PETSC_COMM_SELF, PETSC_ERR_LIB, "cannot format a text");
  PetscCall(reserve(buffer, (size_t)length));
  va_start(arguments, format);
  vsnprintf(buffer->bytes + buffer->n, (size_t)length + 1, format, arguments);
  va_end(arguments);
  buffer->n += (size_t)length;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_buffer_free(qv_buffer *buffer) {
  PetscFunctionBegin;
  PetscCall(PetscFree(buffer->bytes));
  *buffer = (qv_buffer){0};
  PetscFunctionReturn(0);
}
