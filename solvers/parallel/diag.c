/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/parallel/diag.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  int   code; /* 0: a warning */
  int   line, column;
  int   order; /* of arrival, to keep equal places in order */
  char *file, *source, *message;
} entry;

struct qv_diag {
  int    n, capacity;
  entry *entries;
};

PetscErrorCode qv_diag_create(qv_diag **diag) {
  PetscFunctionBegin;
  PetscCall(PetscNew(diag));
  PetscFunctionReturn(0);
}

static PetscErrorCode clear(qv_diag *diag) {
  PetscFunctionBegin;
  for (int i = 0; i < diag->n; i++) {
    PetscCall(PetscFree(diag->entries[i].file));
    PetscCall(PetscFree(diag->entries[i].source));
    PetscCall(PetscFree(diag->entries[i].message));
  }
  diag->n = 0;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_diag_destroy(qv_diag **diag) {
  PetscFunctionBegin;
  if (!*diag) PetscFunctionReturn(0);
  PetscCall(clear(*diag));
  PetscCall(PetscFree((*diag)->entries));
  PetscCall(PetscFree(*diag));
  PetscFunctionReturn(0);
}

/* Room for one more entry, already cleared. */
static PetscErrorCode next_entry(qv_diag *diag, entry **e) {
  PetscFunctionBegin;
  if (diag->n == diag->capacity) {
    entry    *more;
    const int capacity = diag->capacity ? 2 * diag->capacity : 8;
    PetscCall(PetscCalloc1(capacity, &more));
    if (diag->n) memcpy(more, diag->entries, (size_t)diag->n * sizeof *more);
    PetscCall(PetscFree(diag->entries));
    diag->entries  = more;
    diag->capacity = capacity;
  }
  *e = &diag->entries[diag->n];
  memset(*e, 0, sizeof **e);
  (*e)->order = diag->n++;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_diag_add_list(qv_diag *diag, int code, qv_place place, const char *format,
                                va_list arguments) {
  entry  *e;
  va_list again;

  PetscFunctionBegin;
  va_copy(again, arguments);
  const int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  PetscCheck(length >= 0, PETSC_COMM_SELF, PETSC_ERR_LIB, "cannot format a message");
  PetscCall(next_entry(diag, &e));
  PetscCall(PetscMalloc1(length + 1, &e->message));
  vsnprintf(e->message, (size_t)length + 1, format, arguments);
  e->code   = code;
  e->line   = place.line;
  e->column = place.column;
  PetscCall(PetscStrallocpy(place.file, &e->file));
  PetscCall(PetscStrallocpy(place.source, &e->source));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_diag_add(qv_diag *diag, int code, qv_place place, const char *format, ...) {
  va_list arguments;

  PetscFunctionBegin;
  va_start(arguments, format);
  const PetscErrorCode ierr = qv_diag_add_list(diag, code, place, format, arguments);
  va_end(arguments);
  PetscCall(ierr);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_diag_warn(qv_diag *diag, qv_place place, const char *format, ...) {
  va_list arguments;

  PetscFunctionBegin;
  va_start(arguments, format);
  const PetscErrorCode ierr = qv_diag_add_list(diag, 0, place, format, arguments);
  va_end(arguments);
  PetscCall(ierr);
  PetscFunctionReturn(0);
}

int qv_diag_count(const qv_diag *diag) {
  int count = 0;
  for (int i = 0; i < diag->n; i++) count += diag->entries[i].code != 0;
  return count;
}

int qv_diag_exit_code(const qv_diag *diag) {
  int code = 0;
  for (int i = 0; i < diag->n; i++)
    if (diag->entries[i].code > code) code = diag->entries[i].code;
  return code;
}

/* A text of any length from rank 0 to all; NULL stays NULL. */
static PetscErrorCode share_text(MPI_Comm comm, char **text) {
  int rank, length = -1;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0 && *text) length = (int)strlen(*text);
  PetscCallMPI(MPI_Bcast(&length, 1, MPI_INT, 0, comm));
  if (rank) {
    PetscCall(PetscFree(*text));
    if (length >= 0) PetscCall(PetscCalloc1(length + 1, text));
  }
  if (length > 0) PetscCallMPI(MPI_Bcast(*text, length, MPI_CHAR, 0, comm));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_diag_share(MPI_Comm comm, qv_diag *diag) {
  int rank, n = diag->n;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Bcast(&n, 1, MPI_INT, 0, comm));
  if (rank) PetscCall(clear(diag));
  for (int i = 0; i < n; i++) {
    entry *e = NULL;
    if (rank)
      PetscCall(next_entry(diag, &e));
    else
      e = &diag->entries[i];
    int numbers[3] = {e->code, e->line, e->column};
    PetscCallMPI(MPI_Bcast(numbers, 3, MPI_INT, 0, comm));
    e->code   = numbers[0];
    e->line   = numbers[1];
    e->column = numbers[2];
    PetscCall(share_text(comm, &e->file));
    PetscCall(share_text(comm, &e->source));
    PetscCall(share_text(comm, &e->message));
  }
  PetscFunctionReturn(0);
}

static int by_place(const void *a, const void *b) {
  const entry *x = *(const entry *const *)a, *y = *(const entry *const *)b;
  const int    files = strcmp(x->file ? x->file : "", y->file ? y->file : "");
  if (files) return files;
  if (x->line != y->line) return x->line < y->line ? -1 : 1;
  if (x->column != y->column) return x->column < y->column ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

/* The line of the file with a caret under the column, which counts characters of UTF-8. */
static void print_excerpt(const entry *e, FILE *out) {
  fprintf(out, "  %s\n", e->source);
  if (e->column < 1) return;
  fputs("  ", out);
  int column = 1;
  for (const char *c = e->source; *c && column < e->column; c++) {
    if (((unsigned char)*c & 0xc0) == 0x80) continue;
    fputc(*c == '\t' ? '\t' : ' ', out);
    column++;
  }
  fputs("^\n", out);
}

PetscErrorCode qv_diag_print(const qv_diag *diag, FILE *out) {
  const entry **sorted;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(diag->n + 1, &sorted));
  for (int i = 0; i < diag->n; i++) sorted[i] = &diag->entries[i];
  qsort(sorted, (size_t)diag->n, sizeof *sorted, by_place);
  for (int i = 0; i < diag->n; i++) {
    const entry *e = sorted[i];
    fprintf(out, "%s", e->file ? e->file : "quadrivium");
    if (e->line > 0) fprintf(out, ":%d", e->line);
    if (e->line > 0 && e->column > 0) fprintf(out, ":%d", e->column);
    fprintf(out, ": %s%s\n", e->code ? "" : "warning: ", e->message);
    if (e->source) print_excerpt(e, out);
  }
  PetscCall(PetscFree(sorted));
  PetscFunctionReturn(0);
}
