/* SPDX-License-Identifier: GPL-3.0-or-later
 * A user's file of systems while it is judged, on one rank. */
#pragma once
#include "rl/threebody/systems.h"
#include "solvers/store/table.h"

/* The file and what is wrong with it. */
typedef struct {
  const char *written; /* its name in messages */
  qv_diag    *diag;
  int64_t     n_mistakes;
  int64_t     cut; /* line of the first mistake that is not listed */
} qv_systems_input;

/* A row of the file and the system that it is of. */
typedef struct {
  int64_t id, row;
} qv_systems_key;

/* Note a mistake; `line` from 1, 0 for none. A long list is cut: all are counted. */
PetscErrorCode qv_systems_input_complain(qv_systems_input *input, int64_t line, const char *format,
                                         ...) __attribute__((format(printf, 3, 4)));
/* Say how many mistakes were left out. */
PetscErrorCode qv_systems_input_close(qv_systems_input *input);

/* By system, then by row. */
void qv_systems_input_sort(int64_t n, qv_systems_key *keys);

/* Two bodies at the same place? Pure. */
bool qv_systems_input_coincide(const qv_system *system, int *a, int *b);

/* Fill *file (all zero before) from a table or an HDF5 file. With mistakes its contents mean
 * nothing, but can be freed. */
PetscErrorCode qv_systems_csv_judge(qv_systems_input *input, const qv_table *table,
                                    qv_system_file *file);
PetscErrorCode qv_systems_h5_judge(qv_systems_input *input, const char *path, qv_system_file *file);
