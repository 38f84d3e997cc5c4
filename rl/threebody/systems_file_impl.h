/* SPDX-License-Identifier: GPL-3.0-or-later
 * Readers of system files, for this folder. Each runs on all ranks and gives the same list and the
 * same mistakes on each. */
#pragma once
#include "rl/threebody/systems.h"

enum { QV_SYSTEMS_MISTAKES = 20 }; /* that are listed of one file */

/* A file of n systems with room for ids and states. */
PetscErrorCode qv_systems_file_create(int64_t n, int axes, qv_system_file **file);

/* From a text table: one row a body. *file is NULL when there are mistakes. Collective. */
PetscErrorCode qv_systems_csv_read(MPI_Comm comm, const char *path, const char *written,
                                   qv_diag *diag, qv_system_file **file);

/* From HDF5 sets mass, position, velocity and (optional) system. Collective. */
PetscErrorCode qv_systems_h5_read(MPI_Comm comm, const char *path, const char *written,
                                  qv_diag *diag, qv_system_file **file);

/* NULL, or what is wrong with a system as such: "mass of body 2 is 0, must be positive". Pure. */
void qv_systems_file_judge(const qv_system *system, char complaint[96]);
