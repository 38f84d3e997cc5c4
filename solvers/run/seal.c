/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/run/seal.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "solvers/parallel/digest.h"

static const char word[] = "\nquadrivium-seal "; /* then 64 digits and a line end */

enum { SEAL = sizeof word - 1 + QV_DIGEST_TEXT };

/* The digest of the first `length` bytes of an open file. */
static PetscErrorCode digest_front(FILE *file, long length, char text[QV_DIGEST_TEXT]) {
  qv_digest *digest;
  char       block[4096];

  PetscFunctionBegin;
  PetscCall(qv_digest_begin(&digest));
  while (length > 0) {
    const size_t want = length < (long)sizeof block ? (size_t)length : sizeof block;
    const size_t got  = fread(block, 1, want, file);
    if (!got) break;
    PetscCall(qv_digest_add(digest, block, got));
    length -= (long)got;
  }
  PetscCall(qv_digest_end(&digest, text));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_seal_append(const char *path) {
  char text[QV_DIGEST_TEXT];
  int  reason;

  PetscFunctionBegin;
  PetscCall(qv_digest_file(path, text, &reason));
  PetscCheck(!reason, PETSC_COMM_SELF, PETSC_ERR_FILE_READ, "cannot read '%s': %s", path,
             strerror(reason));
  FILE *file = fopen(path, "ab");
  PetscCheck(file, PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE, "cannot append to '%s'", path);
  const bool written = fprintf(file, "%s%s\n", word, text) == SEAL;
  const bool closed  = !fclose(file);
  PetscCheck(written && closed, PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE, "cannot write '%s'", path);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_seal_verify(const char *path, const char **reason) {
  char text[QV_DIGEST_TEXT], seal[SEAL + 1] = "";

  PetscFunctionBegin;
  *reason    = "is not there";
  FILE *file = fopen(path, "rb");
  if (!file) PetscFunctionReturn(0);
  *reason     = "has no closing seal: it was not written to its end";
  long length = fseek(file, 0, SEEK_END) ? -1 : ftell(file);
  if (length >= SEAL && !fseek(file, length - SEAL, SEEK_SET) &&
      fread(seal, 1, SEAL, file) == SEAL && !memcmp(seal, word, sizeof word - 1)) {
    rewind(file);
    PetscCall(digest_front(file, length - SEAL, text));
    *reason = strncmp(seal + sizeof word - 1, text, QV_DIGEST_TEXT - 1)
                ? "is damaged: its bytes do not fit its seal"
                : NULL;
  }
  fclose(file);
  PetscFunctionReturn(0);
}
