/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rl/threebody/systems_input.h"
#include "solvers/parallel/agree.h"
#include "solvers/store/h5.h"

/* Rank 0's systems to all. */
static PetscErrorCode share(MPI_Comm comm, int rank, qv_system_file *file) {
  int64_t head[2] = {file->n, file->axes};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Bcast(head, 2, MPI_INT64_T, 0, comm));
  file->n        = head[0];
  file->axes     = (int)head[1];
  const size_t n = (size_t)file->n;
  if (rank) {
    PetscCall(PetscMalloc1(n, &file->id));
    PetscCall(PetscMalloc1(n, &file->system));
  }
  PetscCall(qv_agree_broadcast(comm, file->id, file->n, sizeof *file->id));
  PetscCall(qv_agree_broadcast(comm, file->system, file->n, sizeof *file->system));
  PetscFunctionReturn(0);
}

static PetscErrorCode judge(qv_systems_input *input, const char *path, const qv_table *table,
                            qv_system_file *file) {
  PetscFunctionBegin;
  if (table)
    PetscCall(qv_systems_csv_judge(input, table, file));
  else
    PetscCall(qv_systems_h5_judge(input, path, file));
  PetscCall(qv_systems_input_close(input));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_systems_read(MPI_Comm comm, const char *path, const char *written, qv_diag *diag,
                               qv_system_file **file) {
  qv_systems_input input = {.written = written, .diag = diag};
  qv_table        *table = NULL;
  PetscErrorCode   code  = 0;
  int              rank, hdf5;

  PetscFunctionBegin;
  *file = NULL;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  hdf5 = rank == 0 && qv_h5_is_file(path);
  PetscCallMPI(MPI_Bcast(&hdf5, 1, MPI_INT, 0, comm));
  if (!hdf5) PetscCall(qv_table_read(comm, path, written, diag, &table));
  if (!hdf5 && !table) PetscFunctionReturn(0);
  PetscCall(PetscNew(file));
  if (rank == 0) code = judge(&input, path, table, *file);
  PetscCall(qv_agree_ok(comm, code == 0, code, "cannot hold the systems of a file"));
  PetscCall(qv_table_destroy(&table));
  PetscCallMPI(MPI_Bcast(&input.n_mistakes, 1, MPI_INT64_T, 0, comm));
  PetscCall(qv_diag_share(comm, diag));
  if (input.n_mistakes)
    PetscCall(qv_systems_file_destroy(file));
  else
    PetscCall(share(comm, rank, *file));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_systems_file_destroy(qv_system_file **file) {
  PetscFunctionBegin;
  if (!*file) PetscFunctionReturn(0);
  PetscCall(PetscFree((*file)->id));
  PetscCall(PetscFree((*file)->system));
  PetscCall(PetscFree(*file));
  PetscFunctionReturn(0);
}
