/* SPDX-License-Identifier: GPL-3.0-or-later
 * The problem imaging.reconstruct: an image sequence from measurements, by RED-PSM. A row is a
 * frame; a unit of work is an outer iteration. */
#include "imaging/redpsm/reconstruct.h"

#include <math.h>
#include <string.h>

#include "imaging/denoiser/frame_kernel.h"
#include "imaging/redpsm/preview.h"
#include "imaging/redpsm/search.h"

static const double much_worse = 1e3; /* a misfit so many times that of the start: diverged */

enum { CONVERGED = 1, DIVERGED, BROKEN };

static PetscErrorCode read_data(qv_run *run, qv_reconstruct_state *s) {
  const qv_reconstruct_params *p      = s->params;
  const qv_measurement_choice  choice = {
     .model         = p->forward - 1,
     .size          = p->size,
     .field_of_view = p->mask == 0 ? QV_FIELD_OF_VIEW_DISC : QV_FIELD_OF_VIEW_ALL,
     .sigma         = p->sigma};

  PetscFunctionBegin;
  PetscCall(qv_measurement_read(qv_run_comm(run), &p->data, &choice, qv_run_diag(run), &s->data));
  if (s->data) PetscCall(qv_reconstruct_check_data(p, s->data, qv_run_diag(run)));
  PetscFunctionReturn(0);
}

/* Samples, sigma and images count in units of `scale`. */
static PetscErrorCode scale_data(MPI_Comm comm, qv_reconstruct_state *s) {
  const qv_preview_data preview = {&s->data->geometry, s->data->samples};
  const int64_t         length  = (int64_t)s->data->geometry.n_views * s->data->geometry.n_bins;

  PetscFunctionBegin;
  s->sigma = s->data->sigma;
  if (isnan(s->sigma)) PetscCall(qv_preview_noise(comm, &preview, &s->sigma));
  s->scale = s->params->scale.value;
  if (s->params->scale.word >= 0) PetscCall(qv_preview_largest(comm, &preview, &s->scale));
  if (!(s->scale > 0)) s->scale = 1;
  s->sigma /= s->scale;
  for (int64_t i = 0; i < s->data->count * length; i++) s->data->samples[i] /= s->scale;
  PetscFunctionReturn(0);
}

static PetscErrorCode find_peak(MPI_Comm comm, qv_reconstruct_state *s) {
  const int64_t n = (int64_t)s->data->geometry.size * s->data->geometry.size;

  PetscFunctionBegin;
  s->peak = 0;
  for (int64_t i = 0; s->data->truth && i < s->data->count * n; i++)
    s->peak = fmax(s->peak, fabs(s->data->truth[i]));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &s->peak, 1, MPI_DOUBLE, MPI_MAX, comm));
  if (s->peak == 0) s->peak = NAN;
  PetscFunctionReturn(0);
}

static bool is_identity(const qv_reconstruct_params *p) {
  return qv_basis_is_identity(p->basis);
}

static bool is_alone(const qv_reconstruct_params *p) {
  return qv_denoiser_traits(p->denoiser) & QV_DENOISER_IDENTITY;
}

static bool has_exact_split(const qv_reconstruct_params *p) {
  return p->solver == QV_SOLVER_ALS && p->coupling == QV_COUPLING_RED &&
         p->split_step == QV_SPLIT_EXACT && qv_redpsm_is_exact_split(p->denoiser);
}

static qv_redpsm_options options_of(const qv_reconstruct_state *s, uint64_t seed) {
  const qv_reconstruct_params *p       = s->params;
  const bool                   exact   = p->solver == QV_SOLVER_EXACT;
  const bool                   coupled = p->solver == QV_SOLVER_ALS || p->solver == QV_SOLVER_ADAM;
  const int64_t                frames  = s->data->geometry.n_frames;
  qv_redpsm_options            options = {
               .rank       = (int)p->rank,
               .latent     = (int)(is_identity(p) ? frames : p->latent),
               .basis      = p->basis,
               .model      = (qv_redpsm_model)p->model,
               .coupling   = coupled ? (qv_redpsm_coupling)p->coupling : QV_COUPLING_RED,
               .denoiser   = {.name = p->denoiser, .level = p->level, .width = p->width},
               .nuclear    = p->nuclear,
               .fix_latent = p->fix_latent,
               .exact      = exact,
               .seed       = seed};
  options.denoiser.iterations =
    p->denoiser_iterations == QV_UNSET_INT ? 1 : (int)p->denoiser_iterations;
  if (p->patch != QV_UNSET_INT) {
    options.denoiser.patch  = (int)p->patch;
    options.denoiser.stride = (int)(p->stride == QV_UNSET_INT ? (p->patch + 1) / 2 : p->stride);
  }
  if (p->solver == QV_SOLVER_ADAM) {
    options.adam    = (int)p->inner;
    options.rate    = p->rate;
    options.literal = p->published_defects;
  }
  options.joint   = p->solver == QV_SOLVER_ALS && p->joint == QV_JOINT_GAUSS_NEWTON;
  options.descent = p->solver == QV_SOLVER_RED_SD ? p->descent : 0;
  options.relax   = coupled ? p->relax : 1;
  options.cg      = p->cg == QV_UNSET_INT ? 1 : (int)p->cg;
  options.red     = !coupled || options.coupling != QV_COUPLING_RED ? 1 : (int)p->red;
  if (has_exact_split(p)) options.red = 0;
  options.steady   = p->lambda.word == QV_LAMBDA_SURE;
  options.balance  = p->solver == QV_SOLVER_ALS && p->balance && !options.steady;
  options.anderson = p->solver == QV_SOLVER_ALS ? (int)p->anderson : 0;
  return options;
}

/* Columns from `first` on are a solver's own. */
static void attach(const qv_rows *rows, int first, qv_redpsm *redpsm) {
  const qv_column       *column = rows->column + first;
  const qv_redpsm_frames frames = {.f        = column[QV_FRAME_F].data,
                                   .y        = column[QV_FRAME_Y].data,
                                   .denoised = column[QV_FRAME_DENOISED].data,
                                   .memory   = column[QV_FRAME_MEMORY].data};
  qv_redpsm_attach(redpsm, &frames);
}

static PetscErrorCode make_rows(qv_run *run, qv_reconstruct_state *s) {
  const int64_t n      = (int64_t)s->data->geometry.size * s->data->geometry.size;
  const size_t  image  = sizeof(double) * (size_t)n;
  const size_t  memory = sizeof(double) * (size_t)PetscMax(1, qv_redpsm_memory(s->redpsm));
  size_t        bytes[QV_FRAME_COLUMNS] = {image, image, image, memory};
  int64_t       past;

  PetscFunctionBegin;
  PetscCall(qv_redpsm_past(s->redpsm, &past));
  bytes[QV_FRAME_PAST] = sizeof(double) * (size_t)PetscMax(1, past);
  for (int k = 0; k < QV_FRAME_OWN; k++)
    bytes[QV_FRAME_OWN + k] = s->twin ? bytes[k] : sizeof(double);
  PetscCall(qv_rows_create(qv_run_comm(run), s->data->geometry.n_frames, QV_FRAME_COLUMNS, bytes,
                           &s->rows));
  attach(s->rows, 0, s->redpsm);
  if (s->twin) attach(s->rows, QV_FRAME_OWN, s->twin);
  PetscCall(PetscCalloc1(qv_run_quantum(run), &s->line));
  PetscFunctionReturn(0);
}

static PetscErrorCode setup(qv_run *run, const void *params, void *state) {
  qv_reconstruct_state *s    = state;
  const MPI_Comm        comm = qv_run_comm(run);

  PetscFunctionBegin;
  s->params = params;
  PetscCall(read_data(run, s));
  if (qv_diag_count(qv_run_diag(run))) PetscFunctionReturn(0);
  PetscCall(find_peak(comm, s));
  PetscCall(scale_data(comm, s));
  if (s->params->lambda.word >= 0 && isnan(s->sigma))
    PetscCall(qv_diag_add(qv_run_diag(run), QV_EXIT_DATA,
                          (qv_place){.file = s->params->data.written},
                          "has no /data/sigma, and no background tells the noise: "
                          "'lambda: %s' needs imaging.sigma",
                          s->params->lambda.word == QV_LAMBDA_AUTO ? "auto" : "sure"));
  if (qv_diag_count(qv_run_diag(run))) PetscFunctionReturn(0);
  const qv_redpsm_options options = options_of(s, qv_run_seed(run));
  PetscCall(qv_redpsm_create(comm, &options, &s->data->geometry, s->data->samples, &s->redpsm));
  PetscCall(qv_reconstruct_twin_create(comm, &options, qv_run_seed(run), s));
  PetscCall(make_rows(run, s));
  PetscFunctionReturn(0);
}

static double misfit_of(const qv_reconstruct_state *s, const qv_redpsm_report *report) {
  return report->residual2 / ((double)s->data->n_samples * s->sigma * s->sigma);
}

static PetscErrorCode begin(qv_run *run, void *state) {
  qv_reconstruct_state        *s = state;
  const qv_reconstruct_params *p = s->params;
  qv_redpsm_report             report;

  PetscFunctionBegin;
  (void)run;
  s->numbers.lambda = p->lambda.word == QV_LAMBDA_AUTO   ? qv_search_start()
                      : p->lambda.word == QV_LAMBDA_SURE ? qv_sure_lambda(0)
                                                         : p->lambda.value;
  s->numbers.beta =
    isnan(p->beta) ? (has_exact_split(p) ? 0.75 : 1.5) * s->numbers.lambda : p->beta;
  /* without a denoiser lambda changes nothing: there is nothing to search */
  s->numbers.settled = p->lambda.word < 0 || is_alone(p);
  PetscCall(qv_redpsm_begin(s->redpsm, &s->numbers, &report));
  s->numbers.start_residual = report.residual2;
  s->numbers.misfit         = misfit_of(s, &report);
  if (report.broken) s->numbers.ended = BROKEN;
  PetscCall(qv_reconstruct_twin_begin(s));
  PetscFunctionReturn(0);
}

static PetscErrorCode freeze(qv_run *run, void *state) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  (void)run;
  qv_column *own = s->rows->column, *twin = own + QV_FRAME_OWN;
  PetscCall(qv_redpsm_past_save(s->redpsm, own[QV_FRAME_PAST].data));
  if (s->twin) PetscCall(qv_redpsm_past_save(s->twin, twin[QV_FRAME_PAST].data));
  PetscFunctionReturn(0);
}

static PetscErrorCode thaw(qv_run *run, void *state) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  (void)run;
  qv_column *own = s->rows->column, *twin = own + QV_FRAME_OWN;
  PetscCall(qv_redpsm_past_load(s->redpsm, &s->numbers, own[QV_FRAME_PAST].data));
  PetscCall(qv_redpsm_restore(s->redpsm));
  if (!s->twin) PetscFunctionReturn(0);
  PetscCall(qv_redpsm_past_load(s->twin, &s->sure.twin, twin[QV_FRAME_PAST].data));
  PetscCall(qv_redpsm_restore(s->twin));
  PetscFunctionReturn(0);
}

/* 20 log10(max |t| / rms |x - t|) over all frames; NaN without a truth. */
static PetscErrorCode find_psnr(MPI_Comm comm, const qv_reconstruct_state *s, double *psnr) {
  const qv_geometry *g   = &s->data->geometry;
  const int64_t      n   = (int64_t)g->size * g->size;
  const double      *x   = qv_redpsm_image(s->redpsm);
  qv_sum             sum = {0};

  PetscFunctionBegin;
  *psnr = NAN;
  if (isnan(s->peak)) PetscFunctionReturn(0);
  for (int64_t i = 0; i < s->data->count; i++) {
    qv_sum_add(&sum, qv_frame_error2(n, s->scale, x + i * n, s->data->truth + i * n));
  }
  PetscCall(qv_sum_join(comm, 1, &sum));
  const double error = sqrt(qv_sum_round(&sum) / ((double)n * (double)g->n_frames));
  *psnr              = 20 * log10(s->peak / error);
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_run *run, qv_reconstruct_state *s) {
  const double         start = MPI_Wtime();
  qv_redpsm_numbers   *v     = &s->numbers;
  qv_reconstruct_line *line  = &s->line[s->n_lines++];
  qv_redpsm_report     report;
  double               psnr;

  PetscFunctionBegin;
  /* not after the last iteration: lambda is the one that gave the images */
  if (s->params->lambda.word == QV_LAMBDA_AUTO && !is_alone(s->params))
    qv_search_update(v->misfit, s->params->tau, v);
  PetscCall(qv_redpsm_iterate(s->redpsm, v, &report));
  v->misfit = misfit_of(s, &report);
  PetscCall(find_psnr(qv_run_comm(run), s, &psnr));
  *line                  = (qv_reconstruct_line){.iteration   = v->iteration,
                                                 .misfit      = v->misfit,
                                                 .regulariser = report.regulariser,
                                                 .lagrangian  = report.lagrangian,
                                                 .primal      = v->primal,
                                                 .dual        = v->dual,
                                                 .fixed_point = report.fixed_point,
                                                 .lambda      = v->lambda,
                                                 .beta        = v->beta,
                                                 .cg_steps    = report.cg_steps,
                                                 .halvings    = report.halvings,
                                                 .psnr        = psnr};
  const double tolerance = isnan(s->params->tolerance) ? 0 : s->params->tolerance;
  if (report.broken)
    v->ended = BROKEN;
  else if (report.residual2 > much_worse * v->start_residual)
    v->ended = DIVERGED;
  else if (v->settled > 0 && v->primal <= tolerance && v->dual <= tolerance)
    v->ended = CONVERGED;
  else if (v->settled == 0 && s->twin)
    PetscCall(qv_reconstruct_twin_iterate(s));
  line->seconds = MPI_Wtime() - start;
  PetscFunctionReturn(0);
}

/* Is a goal of the deck missed? */
static bool misses_goal(const qv_reconstruct_state *s, double psnr) {
  const qv_reconstruct_params *p = s->params;
  return (!isnan(p->goal_psnr) && !(psnr >= p->goal_psnr)) ||
         (!isnan(p->goal_misfit) && !(s->numbers.misfit <= p->goal_misfit));
}

static PetscErrorCode conclude(qv_run *run, const qv_reconstruct_state *s, qv_verdict *verdict) {
  const qv_redpsm_numbers *v           = &s->numbers;
  const int                n           = (int)v->iteration;
  const char              *word        = v->ended == CONVERGED  ? "converged after"
                                         : v->ended == DIVERGED ? "diverged at"
                                         : v->ended == BROKEN ? "no longer finite, the last finite images kept, at"
                                                              : "limit of";
  char                     quality[64] = "";
  double                   psnr;

  PetscFunctionBegin;
  PetscCall(find_psnr(qv_run_comm(run), s, &psnr));
  if (!isnan(psnr)) PetscCall(PetscSNPrintf(quality, sizeof quality, ", PSNR %.2f dB", psnr));
  PetscCall(qv_run_conclude(run, "%s %d iteration%s; lambda %.3g, misfit %.3g%s%s", word, n,
                            n == 1 ? "" : "s", v->lambda, v->misfit, quality,
                            misses_goal(s, psnr) ? ": the goal was not reached" : ""));
  *verdict = v->ended >= DIVERGED || misses_goal(s, psnr) ? QV_NOT_REACHED : QV_REACHED;
  PetscFunctionReturn(0);
}

static PetscErrorCode step(qv_run *run, void *state, qv_verdict *verdict) {
  qv_reconstruct_state *s     = state;
  const bool            exact = s->params->solver == QV_SOLVER_EXACT;
  const double          limit = exact ? 1 : (double)s->params->iterations;

  PetscFunctionBegin;
  s->n_lines = 0;
  for (int64_t k = qv_run_quantum(run);
       k > 0 && s->numbers.iteration < limit && s->numbers.ended == 0; k--)
    PetscCall(iterate(run, s));
  qv_run_progress(run, s->numbers.iteration, limit, "iterations");
  *verdict = QV_GOING_ON;
  if (s->numbers.ended > 0 || s->numbers.iteration >= limit) PetscCall(conclude(run, s, verdict));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(void *state) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  PetscCall(qv_redpsm_destroy(&s->redpsm));
  PetscCall(qv_redpsm_destroy(&s->twin));
  PetscCall(PetscFree(s->twin_samples));
  PetscCall(qv_rows_destroy(&s->rows));
  PetscCall(qv_measurement_destroy(&s->data));
  PetscCall(PetscFree(s->line));
  PetscFunctionReturn(0);
}

extern const qv_problem qv_problem_imaging_reconstruct;
const qv_problem        qv_problem_imaging_reconstruct = {
         .name        = "imaging.reconstruct",
         .summary     = "reconstruct an image sequence from few measurements an instant",
         .keys        = qv_reconstruct_keys,
         .fields      = qv_reconstruct_fields,
         .params_size = sizeof(qv_reconstruct_params),
         .state_size  = sizeof(qv_reconstruct_state),
         .check       = qv_reconstruct_check,
         .estimate    = qv_reconstruct_estimate,
         .setup       = setup,
         .begin       = begin,
         .step        = step,
         .observe     = qv_reconstruct_observe,
         .freeze      = freeze,
         .thaw        = thaw,
         .destroy     = destroy};
