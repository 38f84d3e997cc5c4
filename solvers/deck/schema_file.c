/* SPDX-License-Identifier: GPL-3.0-or-later
 * Input files: beside the deck, in the working directory, in the program's data folder. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "solvers/deck/mistake_impl.h"
#include "solvers/deck/schema_impl.h"

enum { FOLDERS = 3, NOT_A_FILE = -1 };

static PetscErrorCode join(const char *folder, size_t length, const char *name, char **path) {
  const size_t size = length + strlen(name) + 2;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(size, path));
  snprintf(*path, size, "%.*s%s%s", (int)length, folder,
           length && folder[length - 1] != '/' ? "/" : "", name);
  PetscFunctionReturn(0);
}

/* The i-th place to look at, NULL when there is none. */
static PetscErrorCode candidate(const qv_schema *schema, const char *name, int i, char **path) {
  const char *deck = schema->deck->path, *slash = deck ? strrchr(deck, '/') : NULL;

  PetscFunctionBegin;
  *path = NULL;
  if (*name == '/') {
    if (i == 0) PetscCall(join("", 0, name, path));
  } else if (i == 0) {
    if (slash) PetscCall(join(deck, (size_t)(slash - deck) + 1, name, path));
  } else if (i == 1) {
    PetscCall(join("", 0, name, path));
  } else if (schema->data_folder) {
    PetscCall(join(schema->data_folder, strlen(schema->data_folder), name, path));
  }
  PetscFunctionReturn(0);
}

/* 0 for a file that can be read, errno, or NOT_A_FILE. */
static int ask(const char *path) {
  struct stat status;
  if (stat(path, &status)) return errno == ENOTDIR ? ENOENT : errno;
  if (S_ISDIR(status.st_mode)) return NOT_A_FILE;
  return access(path, R_OK) ? errno : 0;
}

/* On rank 0: the first place where something of this name is, and its state. */
static PetscErrorCode look(const qv_schema *schema, const char *name, int answer[2]) {
  PetscFunctionBegin;
  answer[0] = answer[1] = ENOENT;
  for (int i = 0; i < FOLDERS && answer[1] == ENOENT; i++) {
    char *path;
    PetscCall(candidate(schema, name, i, &path));
    if (!path) continue;
    answer[0] = i;
    answer[1] = ask(path);
    PetscCall(PetscFree(path));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode report(const qv_schema *schema, const char *subject, const char *name,
                             qv_place place, int reason) {
  const char *data = schema->data_folder;
  char        quoted[QV_MISTAKE_TEXT];

  PetscFunctionBegin;
  qv_mistake_quote(name, quoted);
  if (reason == NOT_A_FILE)
    PetscCall(qv_mistake_add(schema->diag, QV_EXIT_DATA, place, "%s: '%s' is a folder, not a file",
                             subject, quoted));
  else if (reason != ENOENT)
    PetscCall(qv_mistake_add(schema->diag, QV_EXIT_DATA, place, "%s: cannot read '%s': %s", subject,
                             quoted, strerror(reason)));
  else if (*name == '/')
    PetscCall(qv_mistake_add(schema->diag, QV_EXIT_NOINPUT, place, "%s: no such file '%s'", subject,
                             quoted));
  else
    PetscCall(qv_mistake_add(
      schema->diag, QV_EXIT_NOINPUT, place,
      "%s: no such file '%s' (looked beside the deck%s in the working directory%s%s)", subject,
      quoted, data ? "," : " and", data ? " and in " : "", data ? data : ""));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_schema_find_file(const qv_schema *schema, const char *subject, const char *name,
                                   qv_place place, char **found) {
  const MPI_Comm comm = schema->deck->comm;
  int            rank, answer[2];

  PetscFunctionBegin;
  *found = NULL;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0) PetscCall(look(schema, name, answer));
  PetscCallMPI(MPI_Bcast(answer, 2, MPI_INT, 0, comm));
  if (answer[1] == 0)
    PetscCall(candidate(schema, name, answer[0], found));
  else
    PetscCall(report(schema, subject, name, place, answer[1]));
  PetscFunctionReturn(0);
}
