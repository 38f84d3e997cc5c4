/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files of measurements: /data, and /truth where there is one (docs/imaging.md has the layout). */
#pragma once
#include "imaging/forward.h"
#include "solvers/parallel/diag.h"

/* What the deck says of a file. */
typedef struct {
  int              model;         /* index into qv_forward_models, -1: what the file's sets tell */
  int64_t          size;          /* N; QV_UNSET_INT: the number of bins */
  qv_field_of_view field_of_view; /* goes into the geometry */
  double           sigma;         /* takes the place of the file's; NaN: none */
} qv_measurement_choice;

/* A file: the geometry of all frames on every rank, samples and truth of this rank's frames, a
 * block by qv_layout_first_unit (ranks beyond the number of frames hold none). */
typedef struct {
  qv_geometry geometry;     /* arrays owned by this object */
  int64_t     first, count; /* this rank's frames: [first, first + count) */
  double     *samples;      /* [count, view, bin] */
  double     *truth;        /* [count, y, x]; NULL: the file has none */
  double      sigma;        /* of each real sample, in its unit; NaN: unknown */
  double      model_error;  /* root mean square, in the unit of the samples; NaN: unknown */
  double      largest;      /* max |sample| over all frames, > 0 */
  int64_t     n_samples;    /* M: real samples of all frames */
  double     *file_time;    /* [frame] as in the file, increasing */
  char       *time_unit, *sample_unit, *image_unit; /* image_unit of the truth; "1" unless given */
} qv_measurement;

/* Read by rank 0, handed to the frames' owners. All mistakes of the file (QV_EXIT_DATA, naming the
 * set and the index) and warnings go to diag, equal on all ranks; then *measurement is NULL.
 * Collective. */
PetscErrorCode qv_measurement_read(MPI_Comm comm, const qv_path *path,
                                   const qv_measurement_choice *choice, qv_diag *diag,
                                   qv_measurement **measurement);
PetscErrorCode qv_measurement_destroy(qv_measurement **measurement);
