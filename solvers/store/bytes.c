/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/store/bytes.h"

#include "solvers/parallel/diag.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { BLOCK = 1 << 17, TROUBLE = 256 };

struct qv_bytes {
  gzFile file;
  int    code;
  char   trouble[TROUBLE];
};

static void stop_by_system(qv_bytes *b, int error) {
  b->code = error == ENOENT ? QV_EXIT_NOINPUT : QV_EXIT_DATA;
  snprintf(b->trouble, TROUBLE, "cannot be read: %s", strerror(error ? error : EIO));
}

PetscErrorCode qv_bytes_open(const char *path, qv_bytes **bytes) {
  PetscFunctionBegin;
  PetscCall(PetscNew(bytes));
  errno          = 0;
  (*bytes)->file = gzopen(path, "rb");
  if (!(*bytes)->file)
    stop_by_system(*bytes, errno);
  else
    gzbuffer((*bytes)->file, BLOCK / 2);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_bytes_close(qv_bytes **bytes) {
  PetscFunctionBegin;
  if (!*bytes) PetscFunctionReturn(0);
  if ((*bytes)->file) gzclose_r((*bytes)->file);
  PetscCall(PetscFree(*bytes));
  PetscFunctionReturn(0);
}

/* The end, or why there are no more bytes. */
static void judge_end(qv_bytes *b, int error) {
  int state = Z_OK;
  gzerror(b->file, &state);
  if (state == Z_ERRNO) {
    stop_by_system(b, error);
  } else if (state != Z_OK) {
    b->code = QV_EXIT_DATA;
    snprintf(b->trouble, TROUBLE, "truncated or damaged gzip data");
  }
}

PetscErrorCode qv_bytes_read(qv_bytes *bytes, void *to, size_t size, size_t *got) {
  PetscFunctionBegin;
  *got = 0;
  while (*got < size && !bytes->trouble[0]) {
    const size_t left = size - *got;
    errno             = 0;
    const int n =
      gzread(bytes->file, (char *)to + *got, left < BLOCK ? (unsigned)left : (unsigned)BLOCK);
    if (n <= 0) {
      judge_end(bytes, errno);
      break;
    }
    *got += (size_t)n;
  }
  PetscFunctionReturn(0);
}

const char *qv_bytes_trouble(const qv_bytes *bytes, int *code) {
  *code = bytes->code;
  return bytes->trouble[0] ? bytes->trouble : NULL;
}
