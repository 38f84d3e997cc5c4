/* SPDX-License-Identifier: GPL-3.0-or-later
 * What cannot be reconstructed, and what a reconstruction costs. */
#include <math.h>

#include "imaging/redpsm/reconstruct.h"
#include "solvers/store/h5.h"

static const char red_psm[] = "imaging.red-psm.";

/* The place of a key below imaging.red-psm. */
static qv_place place_of(const qv_deck *deck, const char *key) {
  char path[128];
  snprintf(path, sizeof path, "%s%s", red_psm, key);
  return qv_deck_place(deck, path);
}

static PetscErrorCode check_exact(const qv_reconstruct_params *p, const qv_deck *deck,
                                  qv_diag *diag) {
  PetscFunctionBegin;
  if (p->solver != QV_SOLVER_EXACT) PetscFunctionReturn(0);
  if (p->model != QV_MODEL_LINEAR)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "model"),
                          "'solver: exact' needs 'model: linear'"));
  if (!p->fix_latent)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "fix-latent"),
                          "'solver: exact' needs 'fix-latent: true'"));
  if (!(qv_denoiser_traits(p->denoiser) & QV_DENOISER_LINEAR))
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "denoiser.name"),
                          "'solver: exact' needs a linear denoiser (shrink, quadratic, gaussian), "
                          "not '%s'",
                          qv_denoiser_words[p->denoiser].word));
  if (p->lambda.word >= 0)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "lambda"),
                          "'solver: exact' needs a number for lambda"));
  PetscFunctionReturn(0);
}

static PetscErrorCode check_patch(const qv_reconstruct_params *p, const qv_deck *deck,
                                  qv_diag *diag) {
  PetscFunctionBegin;
  if (p->patch == QV_UNSET_INT && p->stride != QV_UNSET_INT)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "denoiser.patch.stride"),
                          "a stride needs denoiser.patch.size"));
  if (p->patch == QV_UNSET_INT) PetscFunctionReturn(0);
  if (p->stride != QV_UNSET_INT && p->stride > p->patch)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "denoiser.patch.stride"),
                          "windows of %lld pixels, %lld apart, leave gaps", (long long)p->patch,
                          (long long)p->stride));
  if (qv_denoiser_traits(p->denoiser) & QV_DENOISER_JOINT)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "denoiser.patch.size"),
                          "'%s' has blocks of its own: no windows",
                          qv_denoiser_words[p->denoiser].word));
  else if (p->split_step == QV_SPLIT_EXACT)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "split-step"),
                          "in windows '%s' is no proximal map: it needs 'split-step: red'",
                          qv_denoiser_words[p->denoiser].word));
  PetscFunctionReturn(0);
}

static PetscErrorCode check_sure(const qv_reconstruct_params *p, const qv_deck *deck,
                                 qv_diag *diag) {
  enum { LENGTH = QV_SURE_POINTS * QV_SURE_EVERY };

  PetscFunctionBegin;
  if (p->lambda.word != QV_LAMBDA_SURE || p->solver == QV_SOLVER_EXACT) PetscFunctionReturn(0);
  if (p->solver == QV_SOLVER_ADAM)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "lambda"),
                          "'lambda: sure' does not go with 'solver: adam'"));
  if (p->iterations <= LENGTH)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "iterations"),
                          "'lambda: sure' takes %d iterations to choose: %lld are too few", LENGTH,
                          (long long)p->iterations));
  PetscFunctionReturn(0);
}

/* Advice that changes nothing. */
static PetscErrorCode advise(const qv_reconstruct_params *p, const qv_deck *deck, qv_diag *diag) {
  PetscFunctionBegin;
  if (p->rank > 16)
    PetscCall(qv_diag_warn(diag, place_of(deck, "rank"),
                           "a rank of %lld is much for few projections: 3 to 8 is usual",
                           (long long)p->rank));
  if (!isnan(p->beta) && p->lambda.word < 0 && p->beta < sqrt(2) * p->lambda.value)
    PetscCall(qv_diag_warn(diag, place_of(deck, "beta"),
                           "beta below sqrt(2) lambda = %.3g: the Lagrangian may rise",
                           sqrt(2) * p->lambda.value));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reconstruct_check(const void *params, const qv_deck *deck, qv_diag *diag) {
  const qv_reconstruct_params *p = params;

  PetscFunctionBegin;
  if (!qv_basis_is_identity(p->basis) && p->rank > p->latent)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "rank"),
                          "%lld bases need at least as many latent coefficients, not %lld",
                          (long long)p->rank, (long long)p->latent));
  if (qv_denoiser_has_level(p->denoiser) && qv_denoiser_named("tv") == p->denoiser && p->level == 0)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "denoiser.level"),
                          "the level of 'tv' must be above 0; 'none' does nothing"));
  if (qv_denoiser_named("shrink") == p->denoiser && p->level > 1)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "denoiser.level"),
                          "the level of 'shrink' must be at most 1"));
  if (p->solver == QV_SOLVER_ALS && p->joint == QV_JOINT_GAUSS_NEWTON && p->fix_latent)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place_of(deck, "joint"),
                          "'joint: gauss-newton' does not go with 'fix-latent: true'"));
  PetscCall(check_exact(p, deck, diag));
  PetscCall(check_sure(p, deck, diag));
  PetscCall(check_patch(p, deck, diag));
  PetscCall(advise(p, deck, diag));
  PetscFunctionReturn(0);
}

/* Frames, pixels of a side and samples of a frame, from the file; T = N = 128 where there is none.
 */
static PetscErrorCode find_sizes(const qv_reconstruct_params *p, double *frames, double *side,
                                 double *samples) {
  const char *reason = NULL;
  qv_array    array;
  qv_h5      *file;

  PetscFunctionBegin;
  *frames = *side = *samples = 128;
  if (p->data.found) {
    PetscCall(qv_h5_open(p->data.found, &file, &reason));
    if (!reason) {
      PetscCall(qv_h5_find(file, "/data/samples", &array, &reason));
      if (!reason && array.rank == 3) {
        *frames  = (double)array.shape[0];
        *side    = (double)array.shape[2];
        *samples = (double)array.shape[1] * (double)array.shape[2];
      }
      PetscCall(qv_h5_close(&file));
    }
  }
  if (p->size != QV_UNSET_INT) *side = (double)p->size;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reconstruct_estimate(const void *params, int size, qv_cost *cost) {
  const qv_reconstruct_params *p = params;
  double                       frames, side, samples;

  PetscFunctionBegin;
  PetscCall(find_sizes(p, &frames, &side, &samples));
  const double n = side * side, rank = (double)p->rank, own = ceil(frames / size);
  const bool   has_dual = p->denoiser == qv_denoiser_named("tv");
  const double deep     = p->anderson == QV_UNSET_INT ? 0 : (double)p->anderson;
  /* f, y, D(f), X, f of before, the truth, and what is written; panels, vectors and sums; the
   * program and its libraries */
  const double step    = p->stride == QV_UNSET_INT ? 0.5 * (double)p->patch : (double)p->stride;
  const double overlap = p->patch == QV_UNSET_INT ? 1 : pow((double)p->patch / step, 2);
  const double arrays  = 7 + (has_dual ? 2 * overlap : 0) + (deep > 0 ? 6 + 6 * (3 + 2 * deep) : 0);
  const double twice   = p->lambda.word == QV_LAMBDA_SURE ? 2 : 1;
  const double panels  = 9 + fmax(1, log2(own) - 1);
  cost->memory =
    5.9e7 + 8 * (n * (twice * (own * arrays + panels * rank) + 16) + 2 * own * samples) + own * n;
  if (p->solver == QV_SOLVER_ADAM) cost->memory += 8 * 3 * n * rank;
  cost->disk = 1e5 + 8 * n * (2 * frames + rank);
  cost->work = p->iterations == QV_UNSET_INT ? 1 : (double)p->iterations;
  /* measured with rank 6, 6 CG steps and tv. On several ranks it must not hang on what each can
   * read: it says how many iterations a step has */
  cost->seconds_per_unit = 1e-7 * (size == 1 ? n * frames : 128. * 128. * 128.);
  cost->unit             = "iterations";
  PetscFunctionReturn(0);
}

static PetscErrorCode check_sizes(const qv_reconstruct_params *p, int64_t frames, qv_place place,
                                  qv_diag *diag) {
  PetscFunctionBegin;
  if (!qv_basis_is_identity(p->basis) && p->latent > frames)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place,
                          "has %lld frames, fewer than imaging.red-psm.latent = %lld",
                          (long long)frames, (long long)p->latent));
  if (p->rank > frames)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place,
                          "has %lld frames, fewer than imaging.red-psm.rank = %lld",
                          (long long)frames, (long long)p->rank));
  PetscFunctionReturn(0);
}

static PetscErrorCode check_angles(const qv_reconstruct_params *p, const qv_geometry *g,
                                   qv_place place, qv_diag *diag) {
  const int64_t n       = g->n_frames * g->n_views;
  int64_t       changes = 0;

  PetscFunctionBegin;
  if (!g->angle) PetscFunctionReturn(0);
  for (int64_t i = 1; i < n; i++) changes += g->angle[i] != g->angle[0];
  if (!changes && n > 1)
    PetscCall(qv_diag_warn(diag, place, "all angles are equal: images cannot be told"));
  if (!qv_basis_is_identity(p->basis) && n < p->rank * (p->latent - 1))
    PetscCall(qv_diag_warn(diag, place,
                           "has %lld views, less than %lld for each of %lld latent intervals: "
                           "under-determined in time",
                           (long long)n, (long long)p->rank, (long long)(p->latent - 1)));
  if (n > 1 && (double)p->rank > 1.5 * log2((double)n) - 4 + 1e-9)
    PetscCall(qv_diag_warn(diag, place,
                           "has %lld views: a rank above %.0f loses quality; the deck asks for "
                           "%lld",
                           (long long)n, fmax(1, floor(1.5 * log2((double)n) - 4)),
                           (long long)p->rank));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reconstruct_check_data(const qv_reconstruct_params *p, const qv_measurement *data,
                                         qv_diag *diag) {
  const qv_place     place = {.file = p->data.written};
  const qv_geometry *g     = &data->geometry;

  PetscFunctionBegin;
  PetscCall(check_sizes(p, g->n_frames, place, diag));
  if (p->patch != QV_UNSET_INT && p->patch > g->size)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place,
                          "has %d pixels of a side, fewer than "
                          "imaging.red-psm.denoiser.patch.size = %lld",
                          g->size, (long long)p->patch));
  if (!isnan(p->goal_psnr) && !data->truth)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, place,
                          "has no /truth/image: imaging.goal.psnr cannot be told"));
  PetscCall(check_angles(p, g, place, diag));
  PetscFunctionReturn(0);
}
