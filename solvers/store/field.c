/* SPDX-License-Identifier: GPL-3.0-or-later
 * Saving. A failure on rank 0 is kept until all pieces have come in, so that no rank waits in vain.
 */
#include "solvers/store/field.h"

#include "solvers/parallel/agree.h"
#include "solvers/store/field_digest.h"
#include "solvers/store/field_move.h"

typedef struct {
  MPI_Comm       comm;
  int            rank;
  qv_h5         *file;   /* rank 0 */
  qv_digest     *digest; /* rank 0 */
  PetscErrorCode code;   /* rank 0: the first failure */
} saver;

/* Rank 0: one piece into the file and the checksum. */
static PetscErrorCode write_piece(const saver *s, const qv_moved *moved, const qv_piece *piece,
                                  const void *bytes) {
  const size_t size = (size_t)piece->length * qv_array_entry_bytes(moved->array.type);

  PetscFunctionBegin;
  PetscCall(qv_digest_add(s->digest, bytes, size));
  PetscCall(
    qv_h5_write_block(s->file, moved->path, (qv_h5_part){piece->start, piece->count}, bytes));
  PetscFunctionReturn(0);
}

static PetscErrorCode begin_set(const saver *s, const qv_moved *moved) {
  PetscFunctionBegin;
  PetscCall(qv_field_digest_array(s->digest, &moved->array));
  PetscCall(qv_h5_begin(s->file, &moved->array));
  PetscFunctionReturn(0);
}

static PetscErrorCode save_field(saver *s, const qv_field *field, void *state) {
  qv_moved moved;
  char    *buffer;

  PetscFunctionBegin;
  PetscCall(qv_field_begin(s->comm, field, state, &moved));
  PetscCall(PetscMalloc1(s->rank ? 1 : qv_field_room(&moved), &buffer));
  if (s->rank == 0 && !s->code) s->code = begin_set(s, &moved);
  qv_piece piece = qv_field_piece(&moved, 0);
  while (piece.length) {
    const void *bytes;
    PetscCall(qv_field_fetch(&moved, &piece, buffer, &bytes));
    if (s->rank == 0 && !s->code) s->code = write_piece(s, &moved, &piece, bytes);
    piece = qv_field_piece(&moved, piece.first + piece.length);
  }
  PetscCall(PetscFree(buffer));
  PetscFunctionReturn(0);
}

/* Rank 0, at the end. */
static PetscErrorCode write_checksum(saver *s) {
  char text[QV_DIGEST_TEXT];

  PetscFunctionBegin;
  PetscCall(qv_digest_end(&s->digest, text));
  if (!s->code) PetscCall(qv_h5_text(s->file, "/state", "checksum", text));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_field_save(MPI_Comm comm, const qv_field *fields, void *state, qv_h5 *file) {
  saver s = {.comm = comm, .file = file};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &s.rank));
  if (s.rank == 0) PetscCall(qv_digest_begin(&s.digest));
  if (s.rank == 0) s.code = qv_h5_group(file, "/state");
  for (const qv_field *f = fields; f->name; f++) PetscCall(save_field(&s, f, state));
  if (s.rank == 0) {
    const PetscErrorCode code = write_checksum(&s);
    if (!s.code) s.code = code;
  }
  PetscCall(qv_agree_ok(comm, !s.code, s.code, "cannot save the state"));
  PetscFunctionReturn(0);
}
