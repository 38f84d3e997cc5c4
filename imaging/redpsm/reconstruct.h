/* SPDX-License-Identifier: GPL-3.0-or-later
 * The problem imaging.reconstruct: parameters and state, for reconstruct*.c. */
#pragma once
#include "imaging/measurement.h"
#include "imaging/redpsm/redpsm.h"
#include "imaging/redpsm/sure.h"
#include "solvers/run/run.h"

/* Words of choices that the code asks for. */
enum { QV_LAMBDA_NUMBER = -1, QV_LAMBDA_AUTO, QV_LAMBDA_SURE };
enum { QV_JOINT_ALTERNATING, QV_JOINT_GAUSS_NEWTON };
enum { QV_SPLIT_EXACT, QV_SPLIT_RED };
enum { QV_SOLVER_ALS, QV_SOLVER_EXACT, QV_SOLVER_ADAM, QV_SOLVER_RED_SD };

/* Members stand for the deck's keys of the same name below `imaging` and `imaging.red-psm`. */
typedef struct {
  qv_path         data;
  int64_t         size;
  int             forward, method; /* forward 0: auto, else 1 + the model */
  double          sigma;
  qv_real_or_word scale;
  double          goal_psnr, goal_misfit;
  int64_t         rank, latent;
  int             basis, model, solver, coupling, split_step, joint, mask;
  int             denoiser;
  double          level, width;
  int64_t         patch, stride; /* below denoiser.patch */
  int64_t         denoiser_iterations;
  qv_real_or_word lambda;
  double          tau, beta, nuclear, relax, tolerance;
  int64_t         cg, red, iterations, inner, anderson;
  double          rate, descent;
  bool            published_defects;
  bool            balance, fix_latent, keep_history;
} qv_reconstruct_params;

extern const qv_key   qv_reconstruct_keys[];
extern const qv_field qv_reconstruct_fields[];

/* Columns of the rows, one row a frame: all [y, x] but the memory of the denoiser and the past of
 * the acceleration. */
enum {
  QV_FRAME_F,
  QV_FRAME_Y,
  QV_FRAME_DENOISED,
  QV_FRAME_MEMORY,
  QV_FRAME_PAST,
  QV_FRAME_OWN, /* so many; then the same of the twin */
  QV_FRAME_COLUMNS = 2 * QV_FRAME_OWN
};

/* One row of /series. */
typedef struct {
  double iteration, misfit, regulariser, lagrangian, primal, dual, fixed_point, lambda, beta;
  double cg_steps, halvings, psnr, seconds;
} qv_reconstruct_line;

/* What `lambda: sure` keeps, all double. */
typedef struct {
  qv_redpsm_numbers twin;
  double            value[QV_SURE_POINTS];
} qv_reconstruct_sure;

typedef struct {
  const qv_reconstruct_params *params;
  qv_measurement              *data; /* samples divided by `scale` */
  double                       scale, sigma;
  double                       peak;          /* max |truth|; NaN: no truth */
  qv_redpsm                   *redpsm, *twin; /* NULL: no `lambda: sure` */
  double                      *twin_samples;
  qv_reconstruct_sure          sure;
  qv_rows                     *rows;
  qv_redpsm_numbers            numbers;
  qv_reconstruct_line         *line; /* of the last step's iterations */
  int64_t                      n_lines;
  double                       unused;
} qv_reconstruct_state;

PetscErrorCode qv_reconstruct_check(const void *params, const qv_deck *deck, qv_diag *diag);
PetscErrorCode qv_reconstruct_estimate(const void *params, int size, qv_cost *cost);
/* Rules that need the file; equal on all ranks. */
PetscErrorCode qv_reconstruct_check_data(const qv_reconstruct_params *params,
                                         const qv_measurement *data, qv_diag *diag);
/* The twin of `lambda: sure`; without it the first two do nothing. Iterate: after an iteration of
 * the solver, as long as numbers->settled is 0. Collective. */
PetscErrorCode qv_reconstruct_twin_create(MPI_Comm comm, const qv_redpsm_options *options,
                                          uint64_t seed, qv_reconstruct_state *state);
PetscErrorCode qv_reconstruct_twin_begin(qv_reconstruct_state *state);
PetscErrorCode qv_reconstruct_twin_iterate(qv_reconstruct_state *state);
PetscErrorCode qv_reconstruct_observe(const qv_run *run, void *state, qv_record *record);
/* /result/truth: what pictures beside the truth need; only where the file has one. Collective. */
PetscErrorCode qv_reconstruct_put_views(const qv_reconstruct_state *s, qv_record *record);
