/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "solvers/run/run_impl.h"

/* Options that only watch: they do not determine the result. */
static bool only_watches(const char *word) {
  return strstr(word, "monitor") || strstr(word, "view") || strstr(word, "log") ||
         strstr(word, "options_left");
}

/* The PETSc options that count, one a line. */
static PetscErrorCode add_petsc_options(const qv_run *run, qv_digest *digest) {
  char *copy, *save = NULL;
  bool  counts = false;

  PetscFunctionBegin;
  PetscCall(PetscStrallocpy(run->request->petsc_options, &copy));
  for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
    if (word[0] == '-' && (word[1] < '0' || word[1] > '9')) counts = !only_watches(word);
    if (counts) {
      PetscCall(qv_digest_add(digest, word, strlen(word)));
      PetscCall(qv_digest_add(digest, "\n", 1));
    }
  }
  PetscCall(PetscFree(copy));
  PetscFunctionReturn(0);
}

/* The digest of an input: for our own files, of the content that `diff` compares. */
static PetscErrorCode input_digest(const char *path, char text[QV_DIGEST_TEXT]) {
  qv_h5      *file   = NULL;
  const char *reason = NULL;
  char       *format = NULL;
  int         code;

  PetscFunctionBegin;
  PetscCall(qv_h5_open(path, &file, &reason));
  if (file) {
    PetscCall(qv_h5_get_text(file, "/", "format", &format));
    PetscCall(qv_h5_close(&file));
  }
  if (format && !strcmp(format, "quadrivium")) {
    PetscCall(qv_h5_digest(path, "/run", text, &reason));
  } else {
    PetscCall(qv_digest_file(path, text, &code));
    PetscCheck(!code, PETSC_COMM_SELF, PETSC_ERR_FILE_READ, "cannot read '%s': %s", path,
               strerror(code));
  }
  PetscCall(PetscFree(format));
  PetscFunctionReturn(0);
}

/* "sha256  name as written", a line for each input, on all ranks. */
static PetscErrorCode list_inputs(qv_run *run) {
  const qv_path **files;
  int             n;
  size_t          length = 1, used = 0;

  PetscFunctionBegin;
  PetscCall(qv_deck_files(2, run->job->section, &n, &files));
  for (int i = 0; i < n; i++) length += QV_DIGEST_TEXT + strlen(files[i]->written) + 3;
  PetscCall(PetscCalloc1(length, &run->inputs));
  for (int i = 0; i < n; i++) {
    char text[QV_DIGEST_TEXT] = "";
    if (run->rank == 0) PetscCall(input_digest(files[i]->found, text));
    PetscCallMPI(MPI_Bcast(text, QV_DIGEST_TEXT, MPI_CHAR, 0, run->comm));
    used +=
      (size_t)snprintf(run->inputs + used, length - used, "%s  %s\n", text, files[i]->written);
  }
  PetscCall(PetscFree(files));
  PetscFunctionReturn(0);
}

static PetscErrorCode digest_of(const qv_run *run, const char *resolved,
                                char text[QV_DIGEST_TEXT]) {
  qv_digest *digest;

  PetscFunctionBegin;
  PetscCall(qv_digest_begin(&digest));
  PetscCall(qv_digest_add(digest, resolved, strlen(resolved)));
  PetscCall(qv_digest_add(digest, run->inputs, strlen(run->inputs)));
  PetscCall(add_petsc_options(run, digest));
  PetscCall(qv_digest_end(&digest, text));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_identity_compute(qv_run *run) {
  char *fixed;

  PetscFunctionBegin;
  PetscCall(list_inputs(run));
  PetscCall(qv_deck_write(2, run->job->section, QV_KEY_NEUTRAL, false, &run->resolved));
  PetscCall(qv_deck_write(2, run->job->section, QV_KEY_NEUTRAL | QV_KEY_EXTENDABLE, false, &fixed));
  PetscCall(digest_of(run, run->resolved, run->digest));
  PetscCall(digest_of(run, fixed, run->resume_digest));
  PetscCall(PetscFree(fixed));
  PetscFunctionReturn(0);
}

bool qv_identity_extendable(const qv_run *run) {
  return strcmp(run->digest, run->resume_digest) != 0;
}
