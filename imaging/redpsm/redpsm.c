/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "imaging/denoiser/frame_kernel.h"
#include "imaging/redpsm/panel_kernel.h"
#include "imaging/redpsm/redpsm_impl.h"
#include "solvers/parallel/layout.h"
#include "solvers/parallel/random.h"

static const double least_beta = 0.5; /* of balancing, in units of lambda */

enum { PROBES = 8, START_STEPS = 30, BALANCE_LAST = 50, BALANCE_APART = 5 };

PetscErrorCode qv_redpsm_join(const qv_redpsm *redpsm, int n, qv_sum *sums, double *values) {
  PetscFunctionBegin;
  PetscCall(qv_sum_join(redpsm->comm, n, sums));
  for (int i = 0; i < n; i++) values[i] = qv_sum_round(&sums[i]);
  PetscFunctionReturn(0);
}

static PetscErrorCode allocate(qv_redpsm *s) {
  const int64_t K = s->functions, C = QV_FRAME_TREE_CHUNK;

  PetscFunctionBegin;
  PetscCall(PetscCalloc3(K * s->n, &s->spatial, s->options.latent * K, &s->latent, s->n_frames * K,
                         &s->temporal));
  PetscCall(
    PetscCalloc3(s->count * s->n, &s->x, s->count * s->m, &s->ax, s->count * s->n, &s->before));
  PetscCall(PetscCalloc3(s->n, &s->view, s->count * s->n, &s->support, s->options.latent * K,
                         &s->before_latent));
  PetscCall(PetscMalloc3(C * s->n, &s->image, C * s->n, &s->back, C * s->m, &s->chunk_samples));
  PetscCall(PetscMalloc5(K * s->n, &s->panel, K * s->n, &s->gathered, K * s->m, &s->panel_samples,
                         K * s->n, &s->old_spatial, s->options.latent * K, &s->old_latent));
  PetscFunctionReturn(0);
}

/* w = 1 / mean over frames and pixels of the diagonal of A_t' A_t, from |A_t b|^2, b = +-1. */
static PetscErrorCode find_weight(qv_redpsm *s) {
  const qv_stream stream = qv_stream_named(s->options.seed, "diagonal");
  qv_sum          sum    = {0};
  int64_t         pixels = 0;
  double          trace  = 0;

  PetscFunctionBegin;
  for (int64_t p = 0; p < s->n; p++) pixels += s->view[p];
  for (int64_t i = 0; i < s->count; i++)
    for (uint64_t probe = 0; probe < PROBES; probe++) {
      for (int64_t p = 0; p < s->n; p++) {
        uint64_t words[4];
        if (p % 256 == 0)
          qv_random_words(stream, (uint64_t)(s->first + i), (uint64_t)p / 256 + probe * 65536,
                          words);
        s->image[p] = words[p % 256 / 64] >> p % 64 & 1 ? 1 : -1;
      }
      qv_panel_mask(s->n, s->view, s->image);
      qv_forward_apply(s->forward, s->first + i, 1, s->image, s->chunk_samples);
      qv_sum_add(&sum, qv_frame_dot(s->m, s->chunk_samples, s->chunk_samples));
    }
  PetscCall(qv_redpsm_join(s, 1, &sum, &trace));
  const double mean = trace / ((double)PROBES * (double)s->n_frames * (double)pixels);
  s->weight         = mean > 0 ? 1 / mean : 1;
  PetscFunctionReturn(0);
}

static void find_view(qv_redpsm *s, const qv_geometry *geometry) {
  for (int y = 0; y < geometry->size; y++) {
    int begin, end;
    qv_forward_field_of_view(geometry->field_of_view, geometry->size, y, &begin, &end);
    memset(s->view + (int64_t)y * geometry->size + begin, 1, (size_t)(end - begin));
  }
}

PetscErrorCode qv_redpsm_create(MPI_Comm comm, const qv_redpsm_options *options,
                                const qv_geometry *geometry, const double *samples,
                                qv_redpsm **redpsm) {
  qv_redpsm *s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  *redpsm      = s;
  s->comm      = comm;
  s->options   = *options;
  s->functions = options->rank;
  s->samples   = samples;
  s->n_frames  = geometry->n_frames;
  PetscCallMPI(MPI_Comm_rank(comm, &s->rank));
  PetscCallMPI(MPI_Comm_size(comm, &s->size));
  s->first = qv_layout_first_unit(s->n_frames, s->rank, s->size);
  s->count = qv_layout_first_unit(s->n_frames, s->rank + 1, s->size) - s->first;
  PetscCall(qv_forward_create(geometry, &s->forward));
  s->n = qv_forward_image_length(s->forward);
  s->m = qv_forward_sample_length(s->forward);
  PetscCall(
    qv_denoiser_create(comm, &options->denoiser, s->n_frames, geometry->size, &s->denoiser));
  PetscCall(
    qv_basis_create(options->basis, s->n_frames, geometry->time, options->latent, &s->basis));
  PetscCall(qv_frame_tree_create(comm, s->n_frames, s->functions, s->n, &s->tree));
  PetscCall(allocate(s));
  find_view(s, geometry);
  PetscCall(find_weight(s));
  PetscCall(qv_redpsm_spatial_create(s));
  PetscCall(qv_redpsm_joint_create(s));
  PetscCall(qv_redpsm_adam_create(s));
  PetscCall(qv_redpsm_past_create(s));
  PetscCall(qv_redpsm_descent_create(s));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_destroy(qv_redpsm **redpsm) {
  qv_redpsm *s = *redpsm;

  PetscFunctionBegin;
  if (!s) PetscFunctionReturn(0);
  PetscCall(qv_redpsm_spatial_destroy(s));
  PetscCall(qv_redpsm_joint_destroy(s));
  PetscCall(qv_redpsm_adam_destroy(s));
  PetscCall(qv_redpsm_past_destroy(s));
  PetscCall(qv_forward_destroy(&s->forward));
  PetscCall(qv_denoiser_destroy(&s->denoiser));
  PetscCall(qv_basis_destroy(&s->basis));
  PetscCall(qv_frame_tree_destroy(&s->tree));
  PetscCall(PetscFree3(s->spatial, s->latent, s->temporal));
  PetscCall(PetscFree3(s->x, s->ax, s->before));
  PetscCall(PetscFree3(s->view, s->support, s->before_latent));
  PetscCall(PetscFree3(s->image, s->back, s->chunk_samples));
  PetscCall(PetscFree5(s->panel, s->gathered, s->panel_samples, s->old_spatial, s->old_latent));
  PetscCall(PetscFree(*redpsm));
  PetscFunctionReturn(0);
}

static void add_split(const qv_redpsm *s, int64_t i, qv_sum *sum) {
  const int64_t at = i * s->n;
  qv_sum_add(sum, qv_frame_split2(s->n, s->x + at, s->frames.f + at, s->frames.y + at));
}

/* split2 from its parts, objective. */
static PetscErrorCode join_energies(qv_redpsm *s, qv_sum *split, qv_redpsm_report *report) {
  PetscFunctionBegin;
  PetscCall(qv_redpsm_join(s, 1, split, &report->split2));
  const int64_t K    = s->functions;
  const double  size = s->joint ? qv_redpsm_joint_size(s)
                                : qv_frame_dot(K * s->n_frames, s->temporal, s->temporal) +
                                   qv_frame_dot(K * s->n, s->spatial, s->spatial);
  report->objective  = s->weight * report->residual2 + s->options.nuclear * size;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_energies(qv_redpsm *s, qv_redpsm_report *report) {
  qv_sum sum = {0};

  PetscFunctionBegin;
  for (int64_t i = 0; i < s->count; i++) add_split(s, i, &sum);
  PetscCall(join_energies(s, &sum, report));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_residual(qv_redpsm *s, qv_redpsm_report *report) {
  qv_sum sum = {0};

  PetscFunctionBegin;
  for (int64_t i = 0; i < s->count; i++)
    qv_sum_add(&sum, qv_frame_distance2(s->m, s->ax + i * s->m, s->samples + i * s->m));
  PetscCall(qv_redpsm_join(s, 1, &sum, &report->residual2));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_evaluate(qv_redpsm *s, qv_redpsm_report *report) {
  qv_sum split = {0};

  PetscFunctionBegin;
  for (int64_t i = 0, count; i < s->count; i += count) {
    double *x = s->x + i * s->n, *ax = s->ax + i * s->m;
    count = qv_frame_tree_chunk(s->first + i, s->first + s->count);
    qv_panel_expand(s->n, s->functions, (int)count, s->spatial,
                    s->temporal + (s->first + i) * s->functions, x);
    if (s->options.model == QV_MODEL_POSITIVE_PART)
      for (int64_t c = 0; c < count; c++)
        qv_panel_support(s->n, s->view, x + c * s->n, s->support + (i + c) * s->n);
    qv_forward_apply(s->forward, s->first + i, count, x, ax);
    for (int64_t c = 0; c < count; c++) add_split(s, i + c, &split);
  }
  PetscCall(qv_redpsm_residual(s, report));
  PetscCall(join_energies(s, &split, report));
  PetscFunctionReturn(0);
}

static bool is_alone(const qv_redpsm *s, const qv_redpsm_numbers *numbers) {
  return numbers->lambda == 0 ||
         qv_denoiser_traits(s->options.denoiser.name) & QV_DENOISER_IDENTITY;
}

PetscErrorCode qv_redpsm_begin(qv_redpsm *s, qv_redpsm_numbers *numbers, qv_redpsm_report *report) {
  int taken;

  PetscFunctionBegin;
  qv_basis_start(s->basis, s->functions, s->latent);
  qv_basis_expand(s->basis, s->functions, s->latent, s->temporal);
  PetscCall(PetscArrayzero(s->spatial, s->functions * s->n));
  if (!s->options.adam) PetscCall(qv_redpsm_gauge(s));
  s->beta = s->lambda = 0;
  s->use_support      = false;
  PetscCall(PetscArrayzero(s->x, s->count * s->n));
  PetscCall(PetscArrayzero(s->ax, s->count * s->m));
  PetscCall(qv_redpsm_spatial_step(s, START_STEPS, 1e-12, &taken));
  PetscCall(PetscArrayzero(s->frames.y, s->count * s->n));
  PetscCall(PetscArrayzero(s->frames.memory, s->count * qv_redpsm_memory(s)));
  *report = (qv_redpsm_report){0};
  PetscCall(qv_redpsm_evaluate(s, report));
  if (!isfinite(report->residual2)) { /* the data are too large to be squared */
    report->broken = true;
    PetscCall(PetscArrayzero(s->spatial, s->functions * s->n));
    PetscCall(PetscArrayzero(s->x, s->count * s->n));
    PetscCall(qv_redpsm_split_anew(s));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscArraycpy(s->frames.f, s->x, s->count * s->n));
  if (s->options.literal) PetscCall(PetscArrayzero(s->frames.f, s->count * s->n));
  if (!is_alone(s, numbers))
    PetscCall(qv_denoiser_apply(s->denoiser, s->count, s->frames.f, s->frames.memory,
                                s->frames.denoised, NULL));
  numbers->iteration = 0;
  numbers->primal    = 1;
  s->beta            = is_alone(s, numbers) ? 0 : numbers->beta;
  /* X is its own best fit: the first change comes from the denoiser */
  if (!s->options.adam && !s->options.exact && s->options.red == 0)
    PetscCall(qv_redpsm_split_step(s, numbers, report));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_restore(qv_redpsm *s) {
  qv_redpsm_report report = {0};

  PetscFunctionBegin;
  qv_basis_expand(s->basis, s->functions, s->latent, s->temporal);
  PetscCall(qv_redpsm_evaluate(s, &report));
  PetscFunctionReturn(0);
}

/* Lambda and Z of before the iteration, if what came of them is not finite. */
static PetscErrorCode take_back(qv_redpsm *s, qv_redpsm_report *report) {
  PetscFunctionBegin;
  if (isfinite(qv_redpsm_energy(s, report))) PetscFunctionReturn(0);
  report->broken = true;
  PetscCall(PetscArraycpy(s->spatial, s->old_spatial, s->functions * s->n));
  PetscCall(PetscArraycpy(s->latent, s->before_latent, s->options.latent * s->functions));
  qv_basis_expand(s->basis, s->functions, s->latent, s->temporal);
  PetscCall(qv_redpsm_evaluate(s, report));
  PetscFunctionReturn(0);
}

/* Keep primal and dual residual within a factor of 10, early on: the fixed point does not know. */
static void balance(const qv_redpsm *s, qv_redpsm_numbers *numbers) {
  const double ratio = numbers->primal / numbers->dual;
  const bool   due   = numbers->iteration - numbers->balanced_at >= BALANCE_APART &&
                   numbers->iteration <= BALANCE_LAST;
  if (!s->options.balance || !due || !(ratio > 10 || ratio < 0.1)) return;
  const double factor = ratio > 10 ? 2 : 0.5;
  /* a weak split leaves images to the data, which the noise is in */
  if (factor * numbers->beta < least_beta * numbers->lambda) return;
  numbers->balanced_at = numbers->iteration;
  numbers->beta *= factor;
  qv_frame_combine(s->count * s->n, 1 / factor, s->frames.y, 0, s->frames.y, s->frames.y);
}

/* An iteration of first order: see descent.c. */
static PetscErrorCode descend(qv_redpsm *s, qv_redpsm_numbers *numbers, qv_redpsm_report *report) {
  const double  weight = s->weight, lambda = is_alone(s, numbers) ? 0 : numbers->lambda;
  const int64_t n = s->count * s->n;

  PetscFunctionBegin;
  PetscCall(PetscArraycpy(s->before, s->x, n));
  PetscCall(PetscArraycpy(s->frames.f, s->x, n));
  qv_redpsm_descent_target(s, lambda);
  s->weight = 0;
  PetscCall(qv_redpsm_fit(s, 1e-12, numbers, report));
  s->weight = weight;
  PetscCall(qv_redpsm_energies(s, report));
  PetscCall(take_back(s, report));
  if (report->broken) PetscFunctionReturn(0);
  PetscCall(qv_redpsm_descent_end(s, numbers, report));
  report->broken = !isfinite(numbers->dual) || !isfinite(report->lagrangian);
  if (report->broken) PetscCall(qv_redpsm_split_anew(s));
  PetscFunctionReturn(0);
}

static PetscErrorCode solve_exactly(qv_redpsm *s, qv_redpsm_numbers *numbers,
                                    qv_redpsm_report *report) {
  PetscFunctionBegin;
  s->lambda = numbers->lambda;
  s->beta   = 0;
  PetscCall(qv_redpsm_spatial_step(s, 100000, 1e-13, &report->cg_steps));
  PetscCall(qv_redpsm_evaluate(s, report));
  PetscCall(PetscArraycpy(s->frames.f, s->x, s->count * s->n));
  numbers->primal = numbers->dual = 0;
  report->lagrangian              = NAN;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_iterate(qv_redpsm *s, qv_redpsm_numbers *numbers,
                                 qv_redpsm_report *report) {
  const bool alone = is_alone(s, numbers);

  PetscFunctionBegin;
  *report = (qv_redpsm_report){0};
  numbers->iteration++;
  if (s->options.exact) {
    PetscCall(solve_exactly(s, numbers, report));
    PetscFunctionReturn(0);
  }
  s->beta        = alone ? 0 : numbers->beta;
  s->lambda      = 0;
  s->use_support = s->options.model == QV_MODEL_POSITIVE_PART;
  PetscCall(qv_redpsm_residual(s, report));
  if (!s->options.adam && !s->options.fix_latent) PetscCall(qv_redpsm_gauge(s));
  PetscCall(PetscArraycpy(s->old_spatial, s->spatial, s->functions * s->n));
  PetscCall(PetscArraycpy(s->before_latent, s->latent, s->options.latent * s->functions));
  if (s->options.descent > 0) {
    PetscCall(descend(s, numbers, report));
    PetscFunctionReturn(0);
  }
  if (!alone) PetscCall(qv_redpsm_past_enter(s, numbers));
  if (s->options.adam)
    PetscCall(qv_redpsm_adam_fit(s, numbers, report));
  else
    PetscCall(qv_redpsm_fit(s, alone || s->options.steady ? 1e-12 : 0.1, numbers, report));
  PetscCall(take_back(s, report));
  if (report->broken) PetscFunctionReturn(0);
  PetscCall(qv_redpsm_split_step(s, numbers, report));
  report->broken = !isfinite(numbers->primal) || !isfinite(numbers->dual);
  if (report->broken) PetscCall(qv_redpsm_split_anew(s));
  if (report->broken || alone) PetscFunctionReturn(0);
  balance(s, numbers);
  PetscCall(qv_redpsm_past_leave(s, numbers));
  PetscFunctionReturn(0);
}

int64_t qv_redpsm_memory(const qv_redpsm *s) {
  return qv_denoiser_memory(s->denoiser);
}

void qv_redpsm_attach(qv_redpsm *s, const qv_redpsm_frames *frames) {
  s->frames = *frames;
}

void qv_redpsm_measure(qv_redpsm *s, const double *samples) {
  s->samples = samples;
}

const double *qv_redpsm_image(const qv_redpsm *s) {
  return s->x;
}
double *qv_redpsm_spatial(qv_redpsm *s) {
  return s->spatial;
}
double *qv_redpsm_latent(qv_redpsm *s) {
  return s->latent;
}
const double *qv_redpsm_temporal(const qv_redpsm *s) {
  return s->temporal;
}
qv_denoiser *qv_redpsm_denoiser(qv_redpsm *s) {
  return s->denoiser;
}
double qv_redpsm_weight(const qv_redpsm *s) {
  return s->weight;
}
const double *qv_redpsm_prediction(const qv_redpsm *s) {
  return s->ax;
}

PetscErrorCode qv_redpsm_count(const qv_redpsm *s, int64_t *n_samples) {
  PetscFunctionBegin;
  *n_samples = 0;
  for (int64_t t = 0; t < s->n_frames; t++) *n_samples += qv_forward_count(s->forward, t);
  PetscFunctionReturn(0);
}
