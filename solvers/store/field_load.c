/* SPDX-License-Identifier: GPL-3.0-or-later
 * Loading: rank 0 proves the file first, then the fields go to their owners. */
#include "solvers/parallel/agree.h"
#include "solvers/store/field.h"
#include "solvers/store/field_digest.h"
#include "solvers/store/field_move.h"

#include <stdio.h>
#include <string.h>

/* Rank 0's reason becomes everybody's. */
static PetscErrorCode share_reason(MPI_Comm comm, char **reason) {
  int rank, length;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  length = rank == 0 && *reason ? (int)strlen(*reason) + 1 : 0;
  PetscCallMPI(MPI_Bcast(&length, 1, MPI_INT, 0, comm));
  if (!length) PetscFunctionReturn(0);
  if (rank) PetscCall(PetscMalloc1(length, reason));
  PetscCallMPI(MPI_Bcast(*reason, length, MPI_CHAR, 0, comm));
  PetscFunctionReturn(0);
}

/* "[3, 4]" */
static void shape_text(const qv_array *array, char text[24 * QV_MAX_RANK]) {
  int used = snprintf(text, 2, "[");
  for (int axis = 0; axis < array->rank; axis++)
    used += snprintf(text + used, 24, "%s%lld", axis ? ", " : "", (long long)array->shape[axis]);
  snprintf(text + used, 2, "]");
}

/* Rank 0: has the data set the shape that the state has room for? */
static PetscErrorCode check_shape(const qv_moved *moved, qv_h5 *file, char **reason) {
  qv_array    found;
  const char *why;
  char        text[QV_FIELD_PATH + 64 + 48 * QV_MAX_RANK];
  char        is[24 * QV_MAX_RANK], wanted[24 * QV_MAX_RANK];

  PetscFunctionBegin;
  PetscCall(qv_h5_find(file, moved->path, &found, &why));
  bool same = !why && found.rank == moved->array.rank;
  for (int axis = 0; same && axis < found.rank; axis++)
    same = found.shape[axis] == moved->array.shape[axis];
  if (!why && !same) {
    shape_text(&found, is);
    shape_text(&moved->array, wanted);
    snprintf(text, sizeof text, "'%s' has shape %s, expected %s", moved->path, is, wanted);
    why = text;
  }
  PetscCall(PetscStrallocpy(why, reason));
  PetscFunctionReturn(0);
}

/* All pieces to their owners, also after a failure to read, so that the ranks stay together. */
static PetscErrorCode load_pieces(const qv_moved *moved, qv_h5 *file, char *buffer, char **reason) {
  const char *why   = NULL;
  qv_piece    piece = qv_field_piece(moved, 0);

  PetscFunctionBegin;
  while (piece.length) {
    if (moved->rank == 0 && !why)
      PetscCall(qv_h5_read_block(file, moved->path, moved->array.type,
                                 (qv_h5_part){piece.start, piece.count}, buffer, &why));
    PetscCall(qv_field_deliver(moved, &piece, buffer));
    piece = qv_field_piece(moved, piece.first + piece.length);
  }
  PetscCall(PetscStrallocpy(why, reason));
  PetscFunctionReturn(0);
}

static PetscErrorCode load_field(MPI_Comm comm, const qv_field *field, void *state, qv_h5 *file,
                                 char **reason) {
  qv_moved moved;
  char    *buffer;

  PetscFunctionBegin;
  PetscCall(qv_field_begin(comm, field, state, &moved));
  if (moved.rank == 0) PetscCall(check_shape(&moved, file, reason));
  PetscCall(share_reason(comm, reason));
  if (*reason) PetscFunctionReturn(0);
  PetscCall(PetscCalloc1(qv_field_room(&moved), &buffer));
  PetscCall(load_pieces(&moved, file, buffer, reason));
  PetscCall(PetscFree(buffer));
  PetscCall(share_reason(comm, reason));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_field_load(MPI_Comm comm, const qv_field *fields, void *state, qv_h5 *file,
                             char **reason) {
  PetscErrorCode code = 0;
  int            rank;

  PetscFunctionBegin;
  *reason = NULL;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0) code = qv_field_digest_check(fields, file, reason);
  PetscCall(qv_agree_ok(comm, !code, code, "cannot read the state"));
  PetscCall(share_reason(comm, reason));
  for (const qv_field *f = fields; f->name && !*reason; f++)
    PetscCall(load_field(comm, f, state, file, reason));
  PetscFunctionReturn(0);
}
