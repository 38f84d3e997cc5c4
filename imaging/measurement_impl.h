/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rank 0's side of reading measurements: for measurement*.c. Not collective. */
#pragma once
#include "imaging/measurement.h"
#include "solvers/store/h5.h"

/* An open file and where its mistakes go. */
typedef struct {
  qv_h5                       *file;
  const char                  *written;
  const qv_measurement_choice *choice;
  qv_diag                     *diag;
  bool                         has_truth;
} qv_measurement_file;

/* Note a mistake of the file. */
PetscErrorCode qv_measurement_complain(const qv_measurement_file *f, const char *format, ...)
  __attribute__((format(printf, 2, 3)));

/* The geometry and all that is small, judged. The file is open, unless there are mistakes. */
PetscErrorCode qv_measurement_examine(const qv_path *path, qv_measurement_file *f,
                                      qv_measurement *m);
