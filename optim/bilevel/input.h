/* SPDX-License-Identifier: GPL-3.0-or-later
 * A user's file of data: rank 0 reads, all ranks get it; what is wrong goes to a list. */
#pragma once
#include "solvers/deck/key.h"
#include "solvers/parallel/diag.h"
#include "solvers/store/h5.h"

typedef struct {
  MPI_Comm    comm;
  int         rank;
  const char *written; /* the file's name in messages */
  const char *path;    /* where it was found */
  qv_diag    *diag;
  qv_h5      *file; /* rank 0 */
  bool        open; /* equal on all ranks */
} qv_input;

/* A file of another format, which its reader opens. */
PetscErrorCode qv_input_name(MPI_Comm comm, const qv_path *path, qv_diag *diag, qv_input *input);

/* Of an HDF5 file. Collective, as all here. A file that cannot be read is a mistake in `diag`. */
PetscErrorCode qv_input_open(MPI_Comm comm, const qv_path *path, qv_diag *diag, qv_input *input);
PetscErrorCode qv_input_close(qv_input *input);

/* Note a mistake about the file. Called on all ranks with equal text, or on rank 0 before
 * qv_input_share. */
PetscErrorCode qv_input_complain(qv_input *input, const char *format, ...)
  __attribute__((format(printf, 2, 3)));
/* Rank 0's list to all. */
PetscErrorCode qv_input_share(qv_input *input);

/* Is there a data set? */
PetscErrorCode qv_input_has(qv_input *input, const char *path, bool *there);

/* The shape of a data set of numbers; entries of `shape` that are not negative must be met. *ok is
 * false after a mistake. `axes` names the shape in messages: "[sample, feature]". */
PetscErrorCode qv_input_shape(qv_input *input, const char *path, int rank, int64_t *shape,
                              const char *axes, bool *ok);

/* All of a data set of finite numbers, on all ranks; NULL after a mistake. PetscFree it. */
PetscErrorCode qv_input_reals(qv_input *input, const char *path, int rank, int64_t *shape,
                              const char *axes, double **data);
