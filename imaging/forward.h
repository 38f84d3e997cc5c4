/* SPDX-License-Identifier: GPL-3.0-or-later
 * Forward models of image sequences: what an instrument measures of each frame, and the transpose.
 *
 * The square [-1, 1]^2 has N x N pixels of side h = 2 / N; an image is [y, x], both increasing,
 * with centres x_i = (i + 1/2) h - 1. Samples of a frame are [view, bin]. Arrays of several frames
 * hold them one after the other. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

#include "solvers/deck/key.h"

/* Pixels outside of it are unknown to the model: taken as 0, and 0 in what the transpose gives. */
typedef enum {
  QV_FIELD_OF_VIEW_DISC, /* centres less than 1 from the origin */
  QV_FIELD_OF_VIEW_ALL
} qv_field_of_view;

/* How a sequence was measured. Arrays are borrowed. */
typedef struct {
  int                  model;    /* index into qv_forward_models */
  int64_t              n_frames; /* T */
  int                  size;     /* N */
  int                  n_views;  /* of a frame; N (rows) for identity and mask */
  int                  n_bins;   /* J; N (columns) for identity and mask */
  const double        *time;     /* [frame], increasing, in [0, 1] */
  const double        *angle;    /* [frame, view] in radians: rays x cos a + y sin a = s; radon2d */
  const double        *detector; /* [bin] s, strictly increasing; radon2d */
  const unsigned char *measured; /* [frame, view, bin] 1: there is a sample; mask, else NULL */
  qv_field_of_view     field_of_view;
} qv_geometry;

/* One row of the table; for the files of this folder (see forward_impl.h for the plan). */
typedef struct qv_forward_model      qv_forward_model;
extern const qv_choice               qv_forward_words[]; /* ends with {NULL, NULL} */
extern const qv_forward_model *const qv_forward_models[];
int qv_forward_model_named(const char *word); /* its index, -1: there is none */

/* Does the model need angle and detector; does it need `measured`? Pure. */
bool qv_forward_has_angles(int model);
bool qv_forward_has_mask(int model);

typedef struct qv_forward qv_forward;

/* A plan with all that can be computed beforehand, and scratch: one call at a time. It keeps no
 * pointer into *geometry. Not collective. */
PetscErrorCode qv_forward_create(const qv_geometry *geometry, qv_forward **forward);
PetscErrorCode qv_forward_destroy(qv_forward **forward);

/* Reals of a frame: of the image (N^2), and of its samples (views times bins). Pure. */
int64_t qv_forward_image_length(const qv_forward *forward);
int64_t qv_forward_sample_length(const qv_forward *forward);
/* Real samples of frame t that were measured: less than the length for `mask` only. Pure. */
int64_t qv_forward_count(const qv_forward *forward, int64_t frame);

/* samples[i] = A_{first + i} image[i], i < count: image [count, y, x] -> samples [count, view,
 * bin]. What was not measured is 0. Frames are computed one by one: their bits depend on nothing
 * else. */
void qv_forward_apply(qv_forward *forward, int64_t first, int64_t count, const double *image,
                      double *samples);
/* image[i] = A_{first + i}^T samples[i]: overwrites. The weights are those of apply. */
void qv_forward_adjoint(qv_forward *forward, int64_t first, int64_t count, const double *samples,
                        double *image);
/* The same with one frame's operator on n images: samples[i] = A_frame image[i]. */
void qv_forward_apply_frame(qv_forward *forward, int64_t frame, int64_t n, const double *image,
                            double *samples);
void qv_forward_adjoint_frame(qv_forward *forward, int64_t frame, int64_t n, const double *samples,
                              double *image);

/* The field of view of an N x N image: pixels [begin, end) of row y (equal for columns); both 0
 * where the row has none. Pure. */
void qv_forward_field_of_view(qv_field_of_view kind, int size, int y, int *begin, int *end);
