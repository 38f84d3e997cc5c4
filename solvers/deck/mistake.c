/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>

#include "solvers/deck/mistake_impl.h"

enum { QUOTED = 40 };

bool qv_mistake_is_full(const qv_diag *diag) {
  return qv_diag_count(diag) > QV_MISTAKE_LIMIT;
}

PetscErrorCode qv_mistake_add(qv_diag *diag, int code, qv_place place, const char *format, ...) {
  va_list arguments;

  PetscFunctionBegin;
  if (qv_mistake_is_full(diag)) PetscFunctionReturn(0);
  if (qv_diag_count(diag) == QV_MISTAKE_LIMIT) {
    place.line   = 0;
    place.source = NULL;
    PetscCall(qv_diag_add(diag, code, place, "more than %d mistakes; the rest is not shown",
                          QV_MISTAKE_LIMIT));
    PetscFunctionReturn(0);
  }
  va_start(arguments, format);
  const PetscErrorCode ierr = qv_diag_add_list(diag, code, place, format, arguments);
  va_end(arguments);
  PetscCall(ierr);
  PetscFunctionReturn(0);
}

/* Bytes of the UTF-8 character that begins with c. */
static int width(unsigned char c) {
  return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

const char *qv_mistake_quote(const char *text, char quoted[QV_MISTAKE_TEXT]) {
  int n = 0;
  while (*text) {
    const unsigned char *c       = (const unsigned char *)text;
    const int            bytes   = width(*c);
    const bool           control = *c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0);
    if (n + bytes > QUOTED) {
      for (int i = 0; i < 3; i++) quoted[n++] = '.';
      break;
    }
    if (control) quoted[n++] = ' ';
    for (int i = 0; i < bytes && *text; i++, text++)
      if (!control) quoted[n++] = *text;
  }
  quoted[n] = 0;
  return quoted;
}
