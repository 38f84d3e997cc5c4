/* SPDX-License-Identifier: GPL-3.0-or-later
 * Anderson acceleration of a fixed-point iteration w := G(w), where w is one or more vectors.
 *
 * The next point is the combination of the last values of G whose residuals G(w) - w cancel best.
 * After a residual has grown by more than `growth`, the iteration goes back to the last plain value
 * and forgets its past, so that a map that converges by itself still does. */
#pragma once
#include <petscvec.h>
#include <stdbool.h>

enum { QV_ANDERSON_PARTS = 4, QV_ANDERSON_DEPTH = 20 };

typedef struct {
  int    depth;          /* 1 to QV_ANDERSON_DEPTH differences are kept */
  double regularisation; /* of the small system, times its trace; 1e-12, say */
  double growth;         /* > 1; 2, say */
} qv_anderson_options;

typedef struct qv_anderson qv_anderson;

/* For points of `parts` vectors like these. Collective, like all here. */
PetscErrorCode qv_anderson_create(int parts, const Vec *like, const qv_anderson_options *options,
                                  qv_anderson **anderson);
PetscErrorCode qv_anderson_destroy(qv_anderson **anderson);

/* w: where G was taken; on return the next point. g: the value G(w), unchanged. *residual (or NULL)
 * is |g - w|. */
PetscErrorCode qv_anderson_step(qv_anderson *anderson, const Vec *w, const Vec *g,
                                double *residual);

/* Forget the past, as a change of the map demands. */
PetscErrorCode qv_anderson_reset(qv_anderson *anderson);

/* What a restart needs beside the vectors. */
typedef struct {
  int    kept; /* differences */
  bool   any;  /* a last value */
  bool   accelerated;
  double residual; /* of the last value */
} qv_anderson_memory;

/* All that a restart needs, borrowed: to restore, fill the vectors and *memory. The array changes
 * its order with every step: ask again. */
PetscErrorCode qv_anderson_state(qv_anderson *anderson, int *vectors, Vec **vector,
                                 qv_anderson_memory **memory);
