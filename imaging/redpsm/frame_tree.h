/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sums over frames of (image of a frame) x (its K time weights), in the order of one fixed binary
 * tree over the frame index: the bits do not depend on the ranks. Each rank adds its own frames
 * into the largest whole subtrees; only their roots travel, each rank joining its own pixels. */
#pragma once
#include <petscsys.h>
#include <stdint.h>

enum { QV_FRAME_TREE_CHUNK = 8 }; /* frames added in one go */

typedef struct qv_frame_tree qv_frame_tree;

/* Sums [K, n] over n_frames frames, spread by qv_layout_first_unit; pixels of the result by
 * qv_layout_first. Collective. */
PetscErrorCode qv_frame_tree_create(MPI_Comm comm, int64_t n_frames, int n_functions, int64_t n,
                                    qv_frame_tree **tree);
PetscErrorCode qv_frame_tree_destroy(qv_frame_tree **tree);

/* How many frames from t on, before `end`, are added in one go: 1, 2, 4 or 8. Pure. */
int qv_frame_tree_chunk(int64_t t, int64_t end);

/* Add frames t ... t + count - 1, count = qv_frame_tree_chunk(t, end of this rank's frames), all in
 * order: image [count, n], weight [count, K]. Not collective. */
PetscErrorCode qv_frame_tree_add(qv_frame_tree *tree, int64_t t, int count, const double *image,
                                 const double *weight);
/* sum [K, local pixels]; the tree is empty again. Collective. */
PetscErrorCode qv_frame_tree_end(qv_frame_tree *tree, double *sum);
