/* SPDX-License-Identifier: GPL-3.0-or-later
 * Denoisers of image sequences, D: what RED, PnP and their kin apply to each frame, and the
 * function rho whose gradient is x - D(x) where there is one.
 *
 * A frame is [y, x], N x N. Frames are spread over ranks by qv_layout_first_unit; a frame's result
 * depends on nothing but the frame, its memory and, for low-rank, the other frames: its bits are
 * the same on any number of ranks. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

#include "solvers/deck/key.h"
#include "solvers/parallel/sum.h"

/* What is known of a denoiser by its construction (exact arithmetic, inner iterations converged).
 */
enum {
  QV_DENOISER_SYMMETRIC    = 1, /* the Jacobian is */
  QV_DENOISER_NONEXPANSIVE = 2, /* 1-Lipschitz */
  QV_DENOISER_HOMOGENEOUS  = 4, /* D(a x) = a D(x), a > 0 */
  QV_DENOISER_PROX         = 8, /* the proximal map of a convex r: rho is its Moreau envelope */
  QV_DENOISER_LINEAR       = 16,
  QV_DENOISER_JOINT        = 32, /* frames are denoised together: apply is collective */
  QV_DENOISER_IDENTITY     = 64
};

extern const qv_choice qv_denoiser_words[];                 /* ends with {NULL, NULL} */
int                    qv_denoiser_named(const char *word); /* index, -1: there is none */
unsigned               qv_denoiser_traits(int name);
bool                   qv_denoiser_has_level(int name); /* else `level` has no meaning */

typedef struct {
  int    name;          /* index into qv_denoiser_words */
  double level;         /* >= 0, in units of the image; shrink, quadratic: a pure number */
  int    iterations;    /* tv: of the dual, >= 1 */
  double width;         /* gaussian: standard deviation in pixels */
  int    patch, stride; /* patch > 0: on windows of so many pixels of a side, a stride apart (1 to
                           `patch`), and the mean where they overlap; not for joint denoisers */
} qv_denoiser_choice;

typedef struct qv_denoiser qv_denoiser;

/* A plan and scratch for n_frames frames of size x size in all: one call at a time. Collective. */
PetscErrorCode qv_denoiser_create(MPI_Comm comm, const qv_denoiser_choice *choice, int64_t n_frames,
                                  int size, qv_denoiser **denoiser);
PetscErrorCode qv_denoiser_destroy(qv_denoiser **denoiser);

/* Reals that a frame keeps between applications (tv: the dual variable); they start as zeros. Such
 * a denoiser remembers: it maps (x, memory) to (D(x), memory). Pure. */
int64_t qv_denoiser_memory(const qv_denoiser *denoiser);

/* out[i] = D(x[i]) for this rank's frames: x and out [count, y, x], apart; memory [count,
 * qv_denoiser_memory]. If rho is not NULL the sum of rho(x[i]) over these frames is added to it,
 * exactly (in windows: RED's value), from one value for each frame (or block of pixels): 1/2 |x -
 * u|^2 + r(u), u = D(x), for proximal maps, else 1/2 <x, x - D(x)>. Collective if joint. */
PetscErrorCode qv_denoiser_apply(qv_denoiser *denoiser, int64_t count, const double *x,
                                 double *memory, double *out, qv_sum *rho);

/* The maps of a denoiser that is a proximal map and has a level, from now on with `factor` times
 * its level; 1: as created. */
void qv_denoiser_strengthen(qv_denoiser *denoiser, double factor);

/* How far a denoiser is from what the theory of RED asks, at one frame with its memory (left as it
 * is): by central differences, J the Jacobian at x. NaN for a joint denoiser. Not collective. */
typedef struct {
  double lipschitz;          /* largest |J v| / |v| met in 20 power iterations */
  double residual_lipschitz; /* the same of I - J */
  double asymmetry;   /* |<u, J v> - <J u, v>| / ((|J u| |v| + |u| |J v|) / 2), random u, v */
  double homogeneity; /* |D((1 + e) x) - (1 + e) D(x)| / (e |x|), e = 1e-3 */
} qv_denoiser_measures;

PetscErrorCode qv_denoiser_measure(qv_denoiser *denoiser, uint64_t seed, const double *x,
                                   const double *memory, qv_denoiser_measures *measures);
