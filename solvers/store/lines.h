/* SPDX-License-Identifier: GPL-3.0-or-later
 * The lines of a text file, from front to back; gzip by content. Nothing here is collective. */
#pragma once
#include <petscsys.h>
#include <stdint.h>

typedef struct qv_lines qv_lines;

/* Always makes an object: a file that cannot be opened has no lines but a trouble. */
PetscErrorCode qv_lines_open(const char *path, qv_lines **lines);
PetscErrorCode qv_lines_close(qv_lines **lines);

/* The next line without its end (LF or CR LF) and without a byte order mark, closed by a NUL that
 * `length` does not count. It may be written to, and is valid until the next call. *text is NULL at
 * the end and at a trouble. */
PetscErrorCode qv_lines_next(qv_lines *lines, char **text, size_t *length);

/* Number of the line that was handed out last, from 1. */
int64_t qv_lines_number(const qv_lines *lines);

/* Why reading stopped: NULL at a proper end, else a sentence owned by `lines`; `code` is QV_EXIT_*,
 * `line` the place, 0 when the whole file is meant. */
const char *qv_lines_trouble(const qv_lines *lines, int *code, int64_t *line);
