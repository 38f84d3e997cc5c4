/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a row of the table of denoisers says: for the files of this folder. */
#pragma once
#include "imaging/denoiser/denoiser.h"

typedef struct {
  unsigned traits;
  bool     has_level;
  /* Reals, as functions of the choice and N; NULL: none. */
  int64_t (*memory)(const qv_denoiser_choice *choice, int64_t size);
  int64_t (*scratch)(const qv_denoiser_choice *choice, int64_t size);
  /* Fill `plan` [plan reals] once; NULL: none. */
  int64_t (*plan)(const qv_denoiser_choice *choice, int64_t size);
  void (*prepare)(const qv_denoiser_choice *choice, int size, double *plan);
  /* One frame; *r = r(out) for proximal maps. */
  void (*frame)(const qv_denoiser *denoiser, const double *x, double *memory, double *out,
                double *r);
  /* In place of `frame`: all of this rank's frames together; adds r to *r unless it is NULL. */
  PetscErrorCode (*joint)(qv_denoiser *denoiser, int64_t count, const double *x, double *out,
                          qv_sum *r);
} qv_denoiser_row;

struct qv_denoiser {
  MPI_Comm               comm;
  qv_denoiser_choice     choice;
  double                 level; /* as chosen; choice.level may be strengthened */
  const qv_denoiser_row *row;
  int64_t                n_frames;
  int                    size;
  double                *scratch, *plan;
  qv_denoiser           *inner; /* on windows; NULL: on the whole frame */
  double                *window, *denoised, *share;
};

/* Windows: nothing without choice.patch. frame: needs `inner`; memory as qv_denoiser_memory. */
PetscErrorCode qv_denoiser_patch_create(MPI_Comm comm, int64_t n_frames, qv_denoiser *denoiser);
PetscErrorCode qv_denoiser_patch_destroy(qv_denoiser *denoiser);
PetscErrorCode qv_denoiser_patch_frame(qv_denoiser *denoiser, const double *x, double *memory,
                                       double *out);
int64_t        qv_denoiser_patch_windows(const qv_denoiser *denoiser);
