/* SPDX-License-Identifier: GPL-3.0-or-later
 * The text of a deck before it is YAML: its bytes, its lines, and places in them. */
#pragma once
#include "solvers/parallel/diag.h"

enum { QV_SOURCE_LIMIT = 1 << 20 };

/* Where mistakes are: a file with its lines, or a word of the command line. */
typedef struct {
  const char *name; /* of the file */
  const char *word; /* of the command line, or NULL */
  int         n_lines;
  char      **line;
  int         code; /* of mistakes: QV_EXIT_… */
  qv_diag    *diag;
} qv_source;

/* At most 1 MiB of valid UTF-8 without NUL, control characters and directives? */
PetscErrorCode qv_source_check(const char *bytes, size_t length, const qv_source *source, bool *ok);

/* The lines, ended as YAML ends them. All are one block: free with qv_source_release. */
PetscErrorCode qv_source_split(const char *bytes, size_t length, int *n_lines, char ***line);
PetscErrorCode qv_source_release(int *n_lines, char ***line);

/* The length of a byte order mark at the start: 3 or 0. */
size_t qv_source_mark(const char *bytes, size_t length);

/* A place by line and column from 1; of a word when source->word is set. */
qv_place qv_source_place(const qv_source *source, int line, int column);

/* The next character of valid UTF-8 at bytes[*at] < length, and step over it; -1 when it is not
 * valid. */
int32_t qv_source_next(const char *bytes, size_t length, size_t *at);

/* Does YAML take this character as it is? */
bool qv_source_is_printable(int32_t c);
