/* SPDX-License-Identifier: GPL-3.0-or-later
 * Agreement between ranks, so that collective calls stay matched. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>

/* The largest of all ranks' values. Collective. */
PetscErrorCode qv_agree_max(MPI_Comm comm, int mine, int *all);

/* Turn a condition that may differ between ranks into an error on all of them. Collective.
 * If `ok` is false on any rank, every rank returns `code`; the message of the lowest failing rank
 * is reported, once. `message` must be valid on a failing rank, may be NULL elsewhere. */
PetscErrorCode qv_agree_ok(MPI_Comm comm, bool ok, PetscErrorCode code, const char *message);

/* Rank 0's `count` entries of `size` bytes each become everybody's: arrays of any length, which go
 * in several messages. Every rank gives the same count and size, and holds room for all.
 * Collective. */
PetscErrorCode qv_agree_broadcast(MPI_Comm comm, void *data, int64_t count, size_t size);
/* The same of another rank's. */
PetscErrorCode qv_agree_broadcast_from(MPI_Comm comm, int rank, void *data, int64_t count,
                                       size_t size);

/* The whole file `path`, read by rank 0 and broadcast; text gets a closing NUL that `length` does
 * not count. On failure (missing, unreadable, larger than `limit` bytes) *bytes is NULL on all
 * ranks and *reason is errno (EFBIG for the limit). The caller frees with PetscFree. Collective. */
PetscErrorCode qv_agree_read_file(MPI_Comm comm, const char *path, size_t limit, char **bytes,
                                  size_t *length, int *reason);
