/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where three-body systems come from: named ensembles, random draws, the user's files. */
#pragma once
#include <stdint.h>
#include "solvers/parallel/diag.h"

typedef struct {
  double mass[3];
  double position[3][3]; /* [body][axis] */
  double velocity[3][3];
} qv_system;

/* The units in which systems are given and results are reported. Inside, G = 1 always: a state in
 * au-msun-yr is integrated in yr / 2 pi and au / (yr / 2 pi). */
typedef enum { QV_UNITS_NBODY, QV_UNITS_AU_MSUN_YR } qv_units;

/* All of these are pure: system i of an ensemble is a function of its arguments alone. */

/* The ensemble of the paper by NumPy's legacy seed: masses 1 Msun, au, in the centre-of-mass frame,
 * velocities in au/yr (1 km/s = 0.210945021 au/yr). seed < 2^32. threebody.md 1.1, bit-exact. */
void qv_systems_paper(uint32_t seed, qv_system *system);
/* Burrau's problem: masses 3, 4, 5 at rest at the corners of a right triangle. */
void qv_systems_pythagorean(qv_system *system);
/* The figure-eight; *period is its period. */
void qv_systems_figure_eight(qv_system *system, double *period);
/* Region D at rest, equal masses 1, stream `systems` of `seed`, by rejection. */
void qv_systems_agekyan_anosova(uint64_t seed, uint64_t index, qv_system *system);
/* Brake orbit `number` 1..30, equal masses, at rest; *period is its period. */
void qv_systems_brake(int number, qv_system *system, double *period);

/* Systems of a user's file (CSV text or HDF5 by content), in increasing order of their id. */
typedef struct {
  int64_t    n;
  int        axes;   /* 2 when the file has no z and vz, else 3 */
  int64_t   *id;     /* [n] */
  qv_system *system; /* [n], units as in the file */
} qv_system_file;

/* Read by rank 0, equal on all ranks. Mistakes (missing columns, wrong body counts, masses <= 0,
 * NaN, coincident bodies, repeated rows, truncated files) go to diag with code QV_EXIT_DATA and the
 * row or data set; then *file is NULL. Collective. */
PetscErrorCode qv_systems_read(MPI_Comm comm, const char *path, const char *written, qv_diag *diag,
                               qv_system_file **file);
PetscErrorCode qv_systems_file_destroy(qv_system_file **file);
