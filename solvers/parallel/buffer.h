/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bytes that grow. */
#pragma once
#include <petscsys.h>

/* Zeroed: empty. Always followed by a NUL once anything was added, which n does not count. */
typedef struct {
  char  *bytes;
  size_t n, capacity;
} qv_buffer;

/* Add at the end. Not collective. */
PetscErrorCode qv_buffer_add(qv_buffer *buffer, const void *bytes, size_t n);
PetscErrorCode qv_buffer_print(qv_buffer *buffer, const char *format, ...)
  __attribute__((format(printf, 2, 3)));

/* It is empty again. */
PetscErrorCode qv_buffer_free(qv_buffer *buffer);
