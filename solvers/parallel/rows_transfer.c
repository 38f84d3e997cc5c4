/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows between their owners and rank 0, a window of indices at a time, so that rank 0 needs little
 * beside the caller's array and no count of MPI overflows. */
#include "solvers/parallel/rows.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

enum { WINDOW_BYTES = 1 << 25 };

/* One window: what every rank has in it and, on rank 0, whose row goes where. */
typedef struct {
  MPI_Comm     comm;
  MPI_Datatype row;
  size_t       bytes;
  int64_t      most; /* rows in a window */
  int          rank, size;
  int         *count, *start; /* [size] rows of each rank */
  int64_t     *index;         /* [most] on rank 0: indices in order of rank */
  char        *buffer;        /* [most * bytes] on rank 0: rows in order of rank */
  bool         whole;         /* every index was found once */
} window;

static PetscErrorCode open_window(const qv_rows *rows, size_t bytes, int64_t count, window *w) {
  PetscFunctionBegin;
  *w      = (window){.comm = rows->comm, .bytes = bytes};
  w->most = PetscMax(1, WINDOW_BYTES / (int64_t)PetscMax(bytes, sizeof(int64_t)));
  w->most = PetscMin(w->most, count);
  PetscCallMPI(MPI_Comm_rank(w->comm, &w->rank));
  PetscCallMPI(MPI_Comm_size(w->comm, &w->size));
  PetscCallMPI(MPI_Type_contiguous((int)bytes, MPI_BYTE, &w->row));
  PetscCallMPI(MPI_Type_commit(&w->row));
  PetscCall(PetscMalloc2(w->size, &w->count, w->size, &w->start));
  if (w->rank == 0) {
    PetscCall(PetscMalloc1((size_t)w->most, &w->index));
    PetscCall(PetscMalloc1((size_t)w->most * bytes, &w->buffer));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode close_window(window *w) {
  PetscFunctionBegin;
  PetscCall(PetscFree(w->buffer));
  PetscCall(PetscFree(w->index));
  PetscCall(PetscFree2(w->count, w->start));
  PetscCallMPI(MPI_Type_free(&w->row));
  PetscCheck(w->whole, w->comm, PETSC_ERR_PLIB, "an index is on no rank, or on more than one");
  PetscFunctionReturn(0);
}

/* The first place whose index is not below `index`. */
static int64_t place_of(const qv_rows *rows, int64_t index) {
  int64_t low = 0, high = rows->n_local;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (rows->index[middle] < index)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Learn who has the rows [first, end); *place is where they start on this rank. */
static PetscErrorCode look(const qv_rows *rows, int64_t first, int64_t end, window *w,
                           int64_t *place) {
  int64_t total = 0;

  PetscFunctionBegin;
  *place         = place_of(rows, first);
  const int mine = (int)(place_of(rows, end) - *place);
  PetscCallMPI(MPI_Allgather(&mine, 1, MPI_INT, w->count, 1, MPI_INT, w->comm));
  for (int r = 0; r < w->size; total += w->count[r++]) w->start[r] = (int)total;
  w->whole = total == end - first;
  if (!w->whole) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Gatherv(rows->index + *place, mine, MPI_INT64_T, w->index, w->count, w->start,
                           MPI_INT64_T, 0, w->comm));
  PetscFunctionReturn(0);
}

static PetscErrorCode check(const qv_rows *rows, int column, int64_t first, int64_t count) {
  PetscFunctionBegin;
  PetscCheck(column >= 0 && column < rows->n_columns, rows->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "no column %d in %d columns", column, rows->n_columns);
  PetscCheck(first >= 0 && count >= 0 && count <= rows->n - first, rows->comm,
             PETSC_ERR_ARG_OUTOFRANGE, "no rows %" PRId64 " + %" PRId64 " in %" PRId64 " rows",
             first, count, rows->n);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_rows_gather(const qv_rows *rows, int column, int64_t first, int64_t count,
                              void *out) {
  window  w;
  int64_t place;

  PetscFunctionBegin;
  PetscCall(check(rows, column, first, count));
  const qv_column *from = &rows->column[column];
  if (count == 0 || from->bytes == 0) PetscFunctionReturn(0);
  PetscCall(open_window(rows, from->bytes, count, &w));
  for (int64_t at = first; at < first + count; at += w.most) {
    const int64_t end = PetscMin(at + w.most, first + count);
    PetscCall(look(rows, at, end, &w, &place));
    if (!w.whole) break;
    PetscCallMPI(MPI_Gatherv((char *)from->data + (size_t)place * w.bytes, w.count[w.rank], w.row,
                             w.buffer, w.count, w.start, w.row, 0, w.comm));
    for (int64_t i = 0; w.rank == 0 && i < end - at; i++)
      memcpy((char *)out + (size_t)(w.index[i] - first) * w.bytes, w.buffer + (size_t)i * w.bytes,
             w.bytes);
  }
  PetscCall(close_window(&w));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_rows_scatter(qv_rows *rows, int column, int64_t first, int64_t count,
                               const void *in) {
  window  w;
  int64_t place;

  PetscFunctionBegin;
  PetscCall(check(rows, column, first, count));
  qv_column *to = &rows->column[column];
  if (count == 0 || to->bytes == 0) PetscFunctionReturn(0);
  PetscCall(open_window(rows, to->bytes, count, &w));
  for (int64_t at = first; at < first + count; at += w.most) {
    const int64_t end = PetscMin(at + w.most, first + count);
    PetscCall(look(rows, at, end, &w, &place));
    if (!w.whole) break;
    for (int64_t i = 0; w.rank == 0 && i < end - at; i++)
      memcpy(w.buffer + (size_t)i * w.bytes,
             (const char *)in + (size_t)(w.index[i] - first) * w.bytes, w.bytes);
    PetscCallMPI(MPI_Scatterv(w.buffer, w.count, w.start, w.row,
                              (char *)to->data + (size_t)place * w.bytes, w.count[w.rank], w.row, 0,
                              w.comm));
  }
  PetscCall(close_window(&w));
  PetscFunctionReturn(0);
}
