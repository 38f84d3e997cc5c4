/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/store/field_move.h"

#include "solvers/parallel/layout.h"

#include <string.h>

enum { TAG = 7101 };

PetscErrorCode qv_field_name(const qv_field *field, qv_array *array, char path[QV_FIELD_PATH]) {
  PetscFunctionBegin;
  PetscCheck(field->type != QV_TEXT, PETSC_COMM_SELF, PETSC_ERR_SUP,
             "field '%s': texts cannot be restored in place", field->name);
  PetscCall(PetscSNPrintf(path, QV_FIELD_PATH, "/state/%s", field->name));
  *array = (qv_array){.path      = path,
                      .type      = field->type == QV_ENUM ? QV_I8 : field->type,
                      .unit      = field->unit,
                      .long_name = field->name};
  PetscFunctionReturn(0);
}

PetscErrorCode qv_field_begin(MPI_Comm comm, const qv_field *field, void *state, qv_moved *moved) {
  PetscFunctionBegin;
  *moved = (qv_moved){.comm = comm, .field = field};
  PetscCallMPI(MPI_Comm_rank(comm, &moved->rank));
  PetscCallMPI(MPI_Comm_size(comm, &moved->size));
  PetscCall(qv_field_name(field, &moved->array, moved->path));
  PetscCall(field->view(state, &moved->view));
  const qv_field_view *v = &moved->view;
  PetscCheck(v->rank >= 0 && v->rank <= QV_MAX_RANK, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "field '%s' has rank %d", field->name, v->rank);
  moved->array.rank = v->rank;
  memcpy(moved->array.shape, v->shape, sizeof v->shape);
  if (field->distribution != QV_BY_INDEX) PetscFunctionReturn(0);
  const int64_t bytes =
    qv_array_row_length(&moved->array) * (int64_t)qv_array_entry_bytes(moved->array.type);
  PetscCheck(v->rank > 0 && v->rows && v->rows->n == v->shape[0] && v->column >= 0 &&
               v->column < v->rows->n_columns && (int64_t)v->rows->column[v->column].bytes == bytes,
             comm, PETSC_ERR_ARG_SIZ, "field '%s' does not fit its rows", field->name);
  PetscFunctionReturn(0);
}

qv_piece qv_field_piece(const qv_moved *moved, int64_t first) {
  const int64_t limit = QV_FIELD_PIECE / (int64_t)qv_array_entry_bytes(moved->array.type);
  return qv_piece_at(&moved->array, first, limit, moved->field->distribution == QV_BY_INDEX);
}

size_t qv_field_room(const qv_moved *moved) {
  const size_t row =
    (size_t)qv_array_row_length(&moved->array) * qv_array_entry_bytes(moved->array.type);
  return moved->field->distribution == QV_BY_INDEX && row > QV_FIELD_PIECE ? row : QV_FIELD_PIECE;
}

/* The bytes of the whole field that `rank` holds of the piece: [begin, end), after `own`, where its
 * tiles start. A complex entry is two reals. */
typedef struct {
  int64_t begin, end, own;
} share;

static share share_of(const qv_moved *moved, const qv_piece *piece, int rank) {
  const int64_t reals = moved->array.type == QV_C128 ? 2 : 1;
  const int64_t bytes = (int64_t)qv_array_entry_bytes(moved->array.type) / reals;
  const int64_t n     = reals * qv_array_length(&moved->array);
  share         s;
  s.own   = qv_layout_first(n, rank, moved->size);
  s.begin = PetscMax(s.own, reals * piece->first);
  s.end   = qv_layout_first(n, rank + 1, moved->size);
  s.end   = PetscMin(s.end, reals * (piece->first + piece->length));
  s.end   = PetscMax(s.end, s.begin);
  return (share){bytes * s.begin, bytes * s.end, bytes * s.own};
}

static int64_t first_byte(const qv_moved *moved, const qv_piece *piece) {
  return piece->first * (int64_t)qv_array_entry_bytes(moved->array.type);
}

static PetscErrorCode fetch_tiles(const qv_moved *moved, const qv_piece *piece, char *buffer) {
  const int64_t origin = first_byte(moved, piece);
  const share   mine   = share_of(moved, piece, moved->rank);
  char         *data   = moved->view.data;

  PetscFunctionBegin;
  if (moved->rank && mine.end > mine.begin)
    PetscCallMPI(MPI_Send(data + (mine.begin - mine.own), (int)(mine.end - mine.begin), MPI_BYTE, 0,
                          TAG, moved->comm));
  if (moved->rank) PetscFunctionReturn(0);
  if (mine.end > mine.begin)
    memcpy(buffer + (mine.begin - origin), data + (mine.begin - mine.own),
           (size_t)(mine.end - mine.begin));
  for (int r = 1; r < moved->size; r++) {
    const share s = share_of(moved, piece, r);
    if (s.end > s.begin)
      PetscCallMPI(MPI_Recv(buffer + (s.begin - origin), (int)(s.end - s.begin), MPI_BYTE, r, TAG,
                            moved->comm, MPI_STATUS_IGNORE));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode deliver_tiles(const qv_moved *moved, const qv_piece *piece,
                                    const char *buffer) {
  const int64_t origin = first_byte(moved, piece);
  const share   mine   = share_of(moved, piece, moved->rank);
  char         *data   = moved->view.data;

  PetscFunctionBegin;
  if (moved->rank && mine.end > mine.begin)
    PetscCallMPI(MPI_Recv(data + (mine.begin - mine.own), (int)(mine.end - mine.begin), MPI_BYTE, 0,
                          TAG, moved->comm, MPI_STATUS_IGNORE));
  if (moved->rank) PetscFunctionReturn(0);
  if (mine.end > mine.begin)
    memcpy(data + (mine.begin - mine.own), buffer + (mine.begin - origin),
           (size_t)(mine.end - mine.begin));
  for (int r = 1; r < moved->size; r++) {
    const share s = share_of(moved, piece, r);
    if (s.end > s.begin)
      PetscCallMPI(MPI_Send(buffer + (s.begin - origin), (int)(s.end - s.begin), MPI_BYTE, r, TAG,
                            moved->comm));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_field_fetch(const qv_moved *moved, const qv_piece *piece, void *buffer,
                              const void **bytes) {
  const qv_field_view *v   = &moved->view;
  const int64_t        row = qv_array_row_length(&moved->array);

  PetscFunctionBegin;
  *bytes = buffer;
  switch (moved->field->distribution) {
    case QV_REPLICATED:
    case QV_ON_RANK_0:
      if (moved->rank == 0) *bytes = (const char *)v->data + first_byte(moved, piece);
      break;
    case QV_BY_TILE:
      PetscCall(fetch_tiles(moved, piece, buffer));
      break;
    case QV_BY_INDEX:
      PetscCall(
        qv_rows_gather(v->rows, v->column, piece->first / row, piece->length / row, buffer));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_field_deliver(const qv_moved *moved, const qv_piece *piece, void *buffer) {
  const qv_field_view *v    = &moved->view;
  const int64_t        row  = qv_array_row_length(&moved->array);
  const size_t         size = (size_t)piece->length * qv_array_entry_bytes(moved->array.type);

  PetscFunctionBegin;
  switch (moved->field->distribution) {
    case QV_REPLICATED:
      PetscCallMPI(MPI_Bcast(buffer, (int)size, MPI_BYTE, 0, moved->comm));
      memcpy((char *)v->data + first_byte(moved, piece), buffer, size);
      break;
    case QV_ON_RANK_0:
      if (moved->rank == 0) memcpy((char *)v->data + first_byte(moved, piece), buffer, size);
      break;
    case QV_BY_TILE:
      PetscCall(deliver_tiles(moved, piece, buffer));
      break;
    case QV_BY_INDEX:
      PetscCall(
        qv_rows_scatter(v->rows, v->column, piece->first / row, piece->length / row, buffer));
  }
  PetscFunctionReturn(0);
}
