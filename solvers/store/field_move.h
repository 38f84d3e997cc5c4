/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pieces of a field between its owners and rank 0. */
#pragma once
#include "solvers/store/field.h"
#include "solvers/store/piece.h"

enum { QV_FIELD_PIECE = 1 << 22 /* bytes */, QV_FIELD_PATH = 256 };

/* A field on its way. */
typedef struct {
  MPI_Comm        comm;
  int             rank, size;
  const qv_field *field;
  qv_field_view   view;
  qv_array        array; /* as in the file */
  char            path[QV_FIELD_PATH];
} qv_moved;

/* The field's data set, but for its shape. Not collective. */
PetscErrorCode qv_field_name(const qv_field *field, qv_array *array, char path[QV_FIELD_PATH]);

/* Ask for the field's view. Not collective; equal on all ranks. */
PetscErrorCode qv_field_begin(MPI_Comm comm, const qv_field *field, void *state, qv_moved *moved);

/* The piece that begins at entry `first`. Pure. */
qv_piece qv_field_piece(const qv_moved *moved, int64_t first);
/* Bytes of the largest piece. Pure. */
size_t qv_field_room(const qv_moved *moved);

/* On rank 0 the piece's bytes are put into `buffer`, or `*bytes` shows where they lie already.
 * Collective. */
PetscErrorCode qv_field_fetch(const qv_moved *moved, const qv_piece *piece, void *buffer,
                              const void **bytes);
/* The inverse: rank 0's `buffer` goes to its owners; elsewhere `buffer` is room for a piece.
 * Collective. */
PetscErrorCode qv_field_deliver(const qv_moved *moved, const qv_piece *piece, void *buffer);
