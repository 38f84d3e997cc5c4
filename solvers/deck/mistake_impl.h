/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mistakes of a deck on their way to the list: bounded in number and in length, since a deck may be
 * hostile. */
#pragma once
#include "solvers/parallel/diag.h"

enum {
  QV_MISTAKE_LIMIT = 200, /* one line more says that the rest is not shown */
  QV_MISTAKE_TEXT  = 64
};

/* Append a mistake, unless the list is full. */
PetscErrorCode qv_mistake_add(qv_diag *diag, int code, qv_place place, const char *format, ...)
  __attribute__((format(printf, 4, 5)));

bool qv_mistake_is_full(const qv_diag *diag);

/* A text of the deck as a message may quote it: at most 40 characters, no control characters. */
const char *qv_mistake_quote(const char *text, char quoted[QV_MISTAKE_TEXT]);
