/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/parallel/agree.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE = 1024, PIECE = 1 << 24 /* bytes in one message, whose count is an int */ };

PetscErrorCode qv_agree_max(MPI_Comm comm, int mine, int *all) {
  PetscFunctionBegin;
  PetscCallMPI(MPI_Allreduce(&mine, all, 1, MPI_INT, MPI_MAX, comm));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_agree_ok(MPI_Comm comm, bool ok, PetscErrorCode code, const char *message) {
  int  rank, size, first;
  char text[MESSAGE] = "";

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  const int mine = ok ? size : rank;
  PetscCallMPI(MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, comm));
  if (first == size) PetscFunctionReturn(0);
  int what = (int)code;
  if (rank == first && message) snprintf(text, MESSAGE, "%s", message);
  PetscCallMPI(MPI_Bcast(&what, 1, MPI_INT, first, comm));
  PetscCallMPI(MPI_Bcast(text, MESSAGE, MPI_CHAR, first, comm));
  SETERRQ(comm, (PetscErrorCode)what, "rank %d: %s", first, text);
}

PetscErrorCode qv_agree_broadcast_from(MPI_Comm comm, int rank, void *data, int64_t count,
                                       size_t size) {
  const size_t bytes = (size_t)count * size;

  PetscFunctionBegin;
  for (size_t done = 0; done < bytes; done += PIECE)
    PetscCallMPI(
      MPI_Bcast((char *)data + done, (int)PetscMin(bytes - done, PIECE), MPI_BYTE, rank, comm));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_agree_broadcast(MPI_Comm comm, void *data, int64_t count, size_t size) {
  PetscFunctionBegin;
  PetscCall(qv_agree_broadcast_from(comm, 0, data, count, size));
  PetscFunctionReturn(0);
}

/* All bytes of an open file, one more than `limit` at most. */
static PetscErrorCode read_all(FILE *file, size_t limit, char **bytes, size_t *length,
                               int *reason) {
  size_t capacity = 1 << 16, used = 0;
  char  *buffer;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(capacity + 1, &buffer));
  for (;;) {
    used += fread(buffer + used, 1, capacity - used, file);
    if (used < capacity || used > limit) break;
    char *more;
    PetscCall(PetscMalloc1(2 * capacity + 1, &more));
    memcpy(more, buffer, used);
    PetscCall(PetscFree(buffer));
    buffer = more;
    capacity *= 2;
  }
  *reason      = ferror(file) ? (errno ? errno : EIO) : used > limit ? EFBIG : 0;
  buffer[used] = 0;
  *bytes       = buffer;
  *length      = used;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_agree_read_file(MPI_Comm comm, const char *path, size_t limit, char **bytes,
                                  size_t *length, int *reason) {
  int rank;

  PetscFunctionBegin;
  *bytes  = NULL;
  *length = 0;
  *reason = 0;
  limit   = PetscMin(limit, (size_t)INT_MAX - 1); /* what one message can carry */
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0) {
    errno      = 0;
    FILE *file = fopen(path, "rb");
    if (file) {
      PetscCall(read_all(file, limit, bytes, length, reason));
      fclose(file);
    } else
      *reason = errno ? errno : ENOENT;
  }
  uint64_t head[2] = {*length, (uint64_t)*reason};
  PetscCallMPI(MPI_Bcast(head, 2, MPI_UINT64_T, 0, comm));
  *length = head[0];
  *reason = (int)head[1];
  if (*reason) {
    PetscCall(PetscFree(*bytes));
    *length = 0;
    PetscFunctionReturn(0);
  }
  if (rank) PetscCall(PetscCalloc1(*length + 1, bytes));
  PetscCallMPI(MPI_Bcast(*bytes, (int)*length, MPI_CHAR, 0, comm));
  PetscFunctionReturn(0);
}
