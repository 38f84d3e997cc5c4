/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rl/threebody/systems_file_impl.h"

PetscErrorCode qv_systems_file_create(int64_t n, int axes, qv_system_file **file) {
  PetscFunctionBegin;
  PetscCall(PetscNew(file));
  (*file)->n    = n;
  (*file)->axes = axes;
  PetscCall(PetscCalloc1(n, &(*file)->id));
  PetscCall(PetscCalloc1(n, &(*file)->system));
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

void qv_systems_file_judge(const qv_system *s, char complaint[96]) {
  complaint[0] = 0;
  for (int b = 0; b < 3 && !complaint[0]; b++) {
    if (!isfinite(s->mass[b]))
      snprintf(complaint, 96, "the mass of a body is not finite");
    else if (s->mass[b] <= 0)
      snprintf(complaint, 96, "a mass is %.6g, must be positive", s->mass[b]);
    for (int k = 0; k < 3 && !complaint[0]; k++)
      if (!isfinite(s->position[b][k]) || !isfinite(s->velocity[b][k]))
        snprintf(complaint, 96, "a position or velocity is not finite");
    for (int c = 0; c < b && !complaint[0]; c++)
      if (!memcmp(s->position[b], s->position[c], sizeof s->position[b]))
        snprintf(complaint, 96, "two bodies are at the same place");
  }
}

/* HDF5 files begin with these eight bytes. */
static bool is_hdf5(const char *path) {
  static const char signature[] = "\x89HDF\r\n\x1a\n";
  char              head[8]     = "";
  FILE             *file        = fopen(path, "rb");
  if (!file) return false;
  const size_t got = fread(head, 1, sizeof head, file);
  fclose(file);
  return got == sizeof head && !memcmp(head, signature, sizeof head);
}

PetscErrorCode qv_systems_read(MPI_Comm comm, const char *path, const char *written, qv_diag *diag,
                               qv_system_file **file) {
  int rank, binary = 0;

  PetscFunctionBegin;
  *file = NULL;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0) binary = is_hdf5(path);
  PetscCallMPI(MPI_Bcast(&binary, 1, MPI_INT, 0, comm));
  if (binary)
    PetscCall(qv_systems_h5_read(comm, path, written, diag, file));
  else
    PetscCall(qv_systems_csv_read(comm, path, written, diag, file));
  PetscFunctionReturn(0);
}
