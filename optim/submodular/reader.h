/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lines of words from a user's text file, on one rank, with mistakes that name the line. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "solvers/deck/key.h"
#include "solvers/parallel/diag.h"
#include "solvers/store/lines.h"

enum { QV_READER_MISTAKES = 20 }; /* of one file that are listed */

typedef struct {
  qv_lines   *lines;   /* NULL: of a file that is no text, whose mistakes are collected here */
  int64_t     row;     /* of such a file, from 0; -1: none */
  const char *written; /* the file's name for messages */
  qv_diag    *diag;
  int         n_mistakes;
  int         n_words;
  char      **word; /* [n_words] of the line, valid until the next one */
  int         capacity;
} qv_reader;

PetscErrorCode qv_reader_open(const qv_path *path, qv_diag *diag, qv_reader *reader);
/* Ends reading; trouble of the file itself becomes a mistake. */
PetscErrorCode qv_reader_close(qv_reader *reader);

/* The next line that has words; *there is false at the end, or after too many mistakes. Words are
 * parted by blanks, tabs and commas; `#` starts a comment. */
PetscErrorCode qv_reader_next(qv_reader *reader, bool *there);

/* Cut a line into words, in place. */
PetscErrorCode qv_reader_cut(qv_reader *reader, char *text);

/* A mistake in the line, or row, that was read last. */
PetscErrorCode qv_reader_mistake(qv_reader *reader, const char *format, ...)
  __attribute__((format(printf, 2, 3)));
