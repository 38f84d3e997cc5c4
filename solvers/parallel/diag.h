/* SPDX-License-Identifier: GPL-3.0-or-later
 * A list of a user's mistakes: collected without stopping, shared by all ranks, printed once. */
#pragma once
#include <petscsys.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

/* Exit codes of the program (sysexits.h where one fits). */
enum {
  QV_EXIT_DONE       = 0,
  QV_EXIT_GOAL       = 2,  /* done, but the goal that the deck states was not reached */
  QV_EXIT_USAGE      = 64, /* command line */
  QV_EXIT_DATA       = 65, /* an input file is wrong inside */
  QV_EXIT_NOINPUT    = 66, /* an input file is missing */
  QV_EXIT_INTERNAL   = 70,
  QV_EXIT_CANTCREATE = 73, /* output exists, or its folder is missing */
  QV_EXIT_IO         = 74, /* writing failed */
  QV_EXIT_AGAIN      = 75, /* stopped early with a good checkpoint */
  QV_EXIT_DECK       = 78
};

typedef struct qv_diag qv_diag;

/* Where a mistake is. Lines and columns count from 1; 0 means "none". */
typedef struct {
  const char *file; /* as the user wrote it; may be NULL */
  int         line;
  int         column; /* in characters */
  const char *source; /* the text of the line, for the excerpt; may be NULL */
} qv_place;

/* Not collective. The list starts empty; the caller destroys it. */
PetscErrorCode qv_diag_create(qv_diag **diag);
PetscErrorCode qv_diag_destroy(qv_diag **diag);

/* Append one mistake. Copies all text. code is one of QV_EXIT_*. */
PetscErrorCode qv_diag_add(qv_diag *diag, int code, qv_place place, const char *format, ...)
  __attribute__((format(printf, 4, 5)));

/* The same for functions that have such arguments themselves; code 0: a warning. */
PetscErrorCode qv_diag_add_list(qv_diag *diag, int code, qv_place place, const char *format,
                                va_list arguments) __attribute__((format(printf, 4, 0)));

/* A warning: printed with the list, but changes neither count nor exit code. */
PetscErrorCode qv_diag_warn(qv_diag *diag, qv_place place, const char *format, ...)
  __attribute__((format(printf, 3, 4)));

/* Number of mistakes (warnings not counted). */
int qv_diag_count(const qv_diag *diag);

/* The exit code for the whole list: the largest code in it, 0 when it is empty. */
int qv_diag_exit_code(const qv_diag *diag);

/* Collective: the list of rank 0 replaces the list of every other rank. */
PetscErrorCode qv_diag_share(MPI_Comm comm, qv_diag *diag);

/* Print all, in order of file, line and column, as `file:line:column: message`, the source line and
 * a caret below it. Not collective: callers print on rank 0. Warnings read `file:…: warning: …`. */
PetscErrorCode qv_diag_print(const qv_diag *diag, FILE *out);
