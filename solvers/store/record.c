/* SPDX-License-Identifier: GPL-3.0-or-later
 * Arrays into the output: rank 0 writes; its first failure is kept until all ranks are through. */
#include "solvers/store/record.h"

#include "solvers/parallel/agree.h"
#include "solvers/store/piece.h"
#include "solvers/store/record_impl.h"

#include <string.h>

enum { ROWS_BYTES = 1 << 22, INNER_BYTES = 1 << 24 /* thrice in memory */ };

PetscErrorCode qv_record_create(MPI_Comm comm, qv_record **record) {
  PetscFunctionBegin;
  PetscCall(PetscNew(record));
  (*record)->comm = comm;
  PetscCallMPI(MPI_Comm_rank(comm, &(*record)->rank));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_record_destroy(qv_record **record) {
  PetscFunctionBegin;
  if (!*record) PetscFunctionReturn(0);
  PetscCall(qv_record_clear(*record));
  PetscCall(PetscFree((*record)->series));
  PetscCall(PetscFree(*record));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_record_open(qv_record *record, qv_h5 *file, bool is_final) {
  PetscFunctionBegin;
  record->file     = file;
  record->is_final = is_final;
  PetscFunctionReturn(0);
}

bool qv_record_is_final(const qv_record *record) {
  return record->is_final;
}

static PetscErrorCode agree(const qv_record *record, PetscErrorCode code) {
  PetscFunctionBegin;
  PetscCall(qv_agree_ok(record->comm, !code, code, "cannot write the output"));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_record_put(qv_record *record, const qv_array *array, const void *data) {
  PetscErrorCode code = 0;

  PetscFunctionBegin;
  if (!record->is_final) PetscFunctionReturn(0);
  if (record->rank == 0) code = qv_h5_write(record->file, array, data);
  PetscCall(agree(record, code));
  PetscFunctionReturn(0);
}

/* Do the array's entries without the index make up a row of the column? */
static PetscErrorCode check(const qv_record *record, const qv_array *array, int axis,
                            const qv_rows *rows, int column) {
  int64_t bytes = (int64_t)qv_array_entry_bytes(array->type);

  PetscFunctionBegin;
  PetscCheck(array->type != QV_TEXT, record->comm, PETSC_ERR_SUP, "'%s': rows hold no texts",
             array->path);
  PetscCheck(array->rank > axis && array->rank <= QV_MAX_RANK && array->shape[axis] == rows->n,
             record->comm, PETSC_ERR_ARG_SIZ, "axis %d of '%s' is not the index of its rows", axis,
             array->path);
  for (int a = 0; a < array->rank; a++)
    if (a != axis) bytes *= array->shape[a];
  PetscCheck(
    column >= 0 && column < rows->n_columns && bytes == (int64_t)rows->column[column].bytes,
    record->comm, PETSC_ERR_ARG_SIZ, "'%s' does not fit column %d of its rows", array->path,
    column);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_record_put_rows(qv_record *record, const qv_array *array, const qv_rows *rows,
                                  int column) {
  PetscErrorCode code = 0;
  char          *buffer;

  PetscFunctionBegin;
  if (!record->is_final) PetscFunctionReturn(0);
  PetscCall(check(record, array, 0, rows, column));
  const int64_t bytes = PetscMax((int64_t)rows->column[column].bytes, 1);
  const int64_t most  = PetscMin(PetscMax(ROWS_BYTES / bytes, 1), rows->n);
  PetscCall(PetscMalloc1(record->rank ? 0 : most * bytes, &buffer));
  if (record->rank == 0) code = qv_h5_begin(record->file, array);
  for (int64_t first = 0; first < rows->n; first += most) {
    const int64_t count = PetscMin(most, rows->n - first);
    PetscCall(qv_rows_gather(rows, column, first, count, buffer));
    if (record->rank == 0 && !code)
      code = qv_h5_write_rows(record->file, array->path, first, count, buffer);
  }
  PetscCall(PetscFree(buffer));
  PetscCall(agree(record, code));
  PetscFunctionReturn(0);
}

/* [count, outer, bytes] to [outer, count, bytes]. */
static void turn(int64_t count, int64_t outer, size_t bytes, const char *from, char *to) {
  for (int64_t o = 0; o < outer; o++)
    for (int64_t i = 0; i < count; i++, to += bytes)
      memcpy(to, from + (size_t)(i * outer + o) * bytes, bytes);
}

/* A block of the index for all outer slices: rows come in, slices go out. */
static PetscErrorCode write_slices(const qv_record *record, const qv_array *array, int64_t first,
                                   int64_t count, char *buffer[2]) {
  int64_t start[QV_MAX_RANK] = {0}, n[QV_MAX_RANK];
  size_t  bytes              = qv_array_entry_bytes(array->type);

  PetscFunctionBegin;
  memcpy(n, array->shape, sizeof n);
  start[1] = first;
  n[1]     = count;
  for (int axis = 2; axis < array->rank; axis++) bytes *= (size_t)array->shape[axis];
  turn(count, array->shape[0], bytes, buffer[0], buffer[1]);
  PetscCall(qv_h5_write_block(record->file, array->path, (qv_h5_part){start, n}, buffer[1]));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_record_put_rows_inner(qv_record *record, const qv_array *array,
                                        const qv_rows *rows, int column) {
  PetscErrorCode code      = 0;
  char          *buffer[2] = {NULL, NULL};

  PetscFunctionBegin;
  if (!record->is_final) PetscFunctionReturn(0);
  PetscCall(check(record, array, 1, rows, column));
  const int64_t bytes = PetscMax((int64_t)rows->column[column].bytes, 1);
  const int64_t most  = PetscMin(PetscMax(INNER_BYTES / bytes, 1), rows->n);
  for (int i = 0; i < 2 && record->rank == 0; i++)
    PetscCall(PetscMalloc1(most * bytes, &buffer[i]));
  if (record->rank == 0) code = qv_h5_begin(record->file, array);
  for (int64_t first = 0; first < rows->n; first += most) {
    const int64_t count = PetscMin(most, rows->n - first);
    PetscCall(qv_rows_gather(rows, column, first, count, buffer[0]));
    if (record->rank == 0 && !code) code = write_slices(record, array, first, count, buffer);
  }
  for (int i = 0; i < 2; i++) PetscCall(PetscFree(buffer[i]));
  PetscCall(agree(record, code));
  PetscFunctionReturn(0);
}
