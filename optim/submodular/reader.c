/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char apart[] = " \t,\r\v\f";

PetscErrorCode qv_reader_open(const qv_path *path, qv_diag *diag, qv_reader *reader) {
  PetscFunctionBegin;
  *reader = (qv_reader){.written = path->written, .diag = diag};
  PetscCall(qv_lines_open(path->found, &reader->lines));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reader_close(qv_reader *r) {
  int     code;
  int64_t line;

  PetscFunctionBegin;
  const char *trouble = qv_lines_trouble(r->lines, &code, &line);
  if (trouble)
    PetscCall(
      qv_diag_add(r->diag, code, (qv_place){.file = r->written, .line = (int)line}, "%s", trouble));
  PetscCall(qv_lines_close(&r->lines));
  PetscCall(PetscFree(r->word));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reader_cut(qv_reader *r, char *text) {
  PetscFunctionBegin;
  text[strcspn(text, "#")] = '\0';
  r->n_words               = 0;
  for (char *at = text + strspn(text, apart); *at; at += strspn(at, apart)) {
    if (r->n_words == r->capacity) {
      r->capacity = PetscMax(16, 2 * r->capacity);
      PetscCall(PetscRealloc((size_t)r->capacity * sizeof *r->word, &r->word));
    }
    r->word[r->n_words++] = at;
    at += strcspn(at, apart);
    if (*at) *at++ = '\0';
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reader_next(qv_reader *r, bool *there) {
  char  *text;
  size_t length;

  PetscFunctionBegin;
  *there     = false;
  r->n_words = 0;
  while (!r->n_words) {
    if (r->n_mistakes >= QV_READER_MISTAKES) PetscFunctionReturn(0);
    PetscCall(qv_lines_next(r->lines, &text, &length));
    if (!text) PetscFunctionReturn(0);
    if (strlen(text) != length) {
      PetscCall(qv_reader_mistake(r, "holds a byte 0; this is no text file"));
      r->n_mistakes = QV_READER_MISTAKES;
      PetscFunctionReturn(0);
    }
    PetscCall(qv_reader_cut(r, text));
  }
  *there = true;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reader_mistake(qv_reader *r, const char *format, ...) {
  const qv_place place   = {.file = r->written,
                            .line = r->lines ? (int)qv_lines_number(r->lines) : 0};
  char           row[32] = "", text[512];
  va_list        arguments;

  PetscFunctionBegin;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (!r->lines && r->row >= 0) snprintf(row, sizeof row, "row %lld: ", (long long)r->row);
  PetscCall(qv_diag_add(r->diag, QV_EXIT_DATA, place, "%s%s", row, text));
  if (++r->n_mistakes == QV_READER_MISTAKES)
    PetscCall(qv_diag_add(r->diag, QV_EXIT_DATA, place, "too many mistakes; reading ends here"));
  PetscFunctionReturn(0);
}
