/* SPDX-License-Identifier: GPL-3.0-or-later
 * The bytes of a file, from front to back; gzip by content. Nothing here is collective. */
#pragma once
#include <petscsys.h>

typedef struct qv_bytes qv_bytes;

/* Always makes an object: a file that cannot be opened has no bytes but a trouble. */
PetscErrorCode qv_bytes_open(const char *path, qv_bytes **bytes);
PetscErrorCode qv_bytes_close(qv_bytes **bytes);

/* Up to `size` bytes into `to`; *got is less only at the end and at a trouble. */
PetscErrorCode qv_bytes_read(qv_bytes *bytes, void *to, size_t size, size_t *got);

/* Why reading stopped: NULL at a proper end, else a sentence owned by `bytes`; `code` is QV_EXIT_*.
 */
const char *qv_bytes_trouble(const qv_bytes *bytes, int *code);
