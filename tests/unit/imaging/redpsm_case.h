/* SPDX-License-Identifier: GPL-3.0-or-later
 * A small reconstruction for tests: one view a frame of two moving Gaussian blobs. */
#pragma once
#include <math.h>
#include <string.h>

#include "imaging/denoiser/frame_kernel.h"
#include "imaging/redpsm/redpsm_impl.h"
#include "solvers/parallel/layout.h"
#include "solvers/parallel/random.h"

enum { CASE_SIZE = 32, CASE_FRAMES = 32, CASE_PIXELS = CASE_SIZE * CASE_SIZE };

typedef struct {
  qv_geometry       geometry;
  double            time[CASE_FRAMES], angle[CASE_FRAMES], detector[CASE_SIZE];
  double           *truth, *samples; /* this rank's frames */
  qv_redpsm        *redpsm;
  qv_redpsm_frames  frames;
  qv_redpsm_numbers numbers;
  qv_redpsm_report  report;
  int64_t           first, count, m;
} redpsm_case;

static inline qv_redpsm_options case_options(void) {
  return (qv_redpsm_options){
    .rank     = 3,
    .latent   = 5,
    .basis    = qv_basis_named("hermite"),
    .denoiser = {.name = qv_denoiser_named("tv"), .level = 0.03, .iterations = 8, .width = 0.7},
    .nuclear  = 1e-3,
    .relax    = 1,
    .cg       = 6,
    .red      = 1};
}

static inline double case_value(double t, double x, double y) {
  const double a = x - 0.3 * cos(3 * t), b = y - 0.3 * sin(3 * t), c = x + 0.2,
               d = y + 0.3 - 0.3 * t;
  return exp(-12 * (a * a + b * b)) + (0.6 + 0.3 * t) * exp(-20 * (c * c + d * d));
}

/* Geometry and data: `word` a forward model, noise of `sigma`. */
static inline PetscErrorCode case_open(const char *word, double sigma, redpsm_case *c) {
  const qv_stream noise = qv_stream_named(5, "noise");
  const bool      rays  = !strcmp(word, "radon2d");
  qv_forward     *forward;
  int             rank, size;

  PetscFunctionBegin;
  memset(c, 0, sizeof *c);
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  c->first = qv_layout_first_unit(CASE_FRAMES, rank, size);
  c->count = qv_layout_first_unit(CASE_FRAMES, rank + 1, size) - c->first;
  for (int t = 0; t < CASE_FRAMES; t++) {
    int reversed = 0;
    for (int b = 0; b < 5; b++) reversed |= (t >> b & 1) << (4 - b);
    c->time[t]  = t / (CASE_FRAMES - 1.0);
    c->angle[t] = PETSC_PI * reversed / CASE_FRAMES;
  }
  for (int j = 0; j < CASE_SIZE; j++) c->detector[j] = (j + 0.5) * 2 / CASE_SIZE - 1;
  c->geometry = (qv_geometry){.model         = qv_forward_model_named(word),
                              .n_frames      = CASE_FRAMES,
                              .size          = CASE_SIZE,
                              .n_views       = rays ? 1 : CASE_SIZE,
                              .n_bins        = CASE_SIZE,
                              .time          = c->time,
                              .angle         = c->angle,
                              .detector      = c->detector,
                              .field_of_view = QV_FIELD_OF_VIEW_DISC};
  PetscCall(qv_forward_create(&c->geometry, &forward));
  c->m = qv_forward_sample_length(forward);
  PetscCall(PetscCalloc2(c->count * CASE_PIXELS, &c->truth, c->count * c->m, &c->samples));
  for (int64_t i = 0; i < c->count * CASE_PIXELS; i++) {
    const int64_t p = i % CASE_PIXELS, y = p / CASE_SIZE, x = p % CASE_SIZE;
    c->truth[i] = case_value(c->time[c->first + i / CASE_PIXELS], c->detector[x], c->detector[y]);
    if (hypot(c->detector[x], c->detector[y]) >= 1) c->truth[i] = 0;
  }
  qv_forward_apply(forward, c->first, c->count, c->truth, c->samples);
  for (int64_t i = 0; i < c->count * c->m; i++)
    c->samples[i] += sigma * qv_random_normal(noise, (uint64_t)(c->first * c->m + i), 0);
  PetscCall(qv_forward_destroy(&forward));
  PetscFunctionReturn(0);
}

/* A solver on these data, at its start. */
static inline PetscErrorCode case_begin(const qv_redpsm_options *options, double lambda,
                                        double beta, redpsm_case *c) {
  PetscFunctionBegin;
  PetscCall(qv_redpsm_create(PETSC_COMM_WORLD, options, &c->geometry, c->samples, &c->redpsm));
  const int64_t n = c->count * CASE_PIXELS;
  PetscCall(PetscCalloc4(n, &c->frames.f, n, &c->frames.y, n, &c->frames.denoised,
                         c->count * qv_redpsm_memory(c->redpsm) + 1, &c->frames.memory));
  qv_redpsm_attach(c->redpsm, &c->frames);
  c->numbers = (qv_redpsm_numbers){.lambda = lambda, .beta = beta, .settled = 1};
  PetscCall(qv_redpsm_begin(c->redpsm, &c->numbers, &c->report));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode case_iterate(int n, redpsm_case *c) {
  PetscFunctionBegin;
  for (int i = 0; i < n; i++) PetscCall(qv_redpsm_iterate(c->redpsm, &c->numbers, &c->report));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode case_end(redpsm_case *c) {
  PetscFunctionBegin;
  PetscCall(PetscFree4(c->frames.f, c->frames.y, c->frames.denoised, c->frames.memory));
  PetscCall(qv_redpsm_destroy(&c->redpsm));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode case_close(redpsm_case *c) {
  PetscFunctionBegin;
  PetscCall(PetscFree2(c->truth, c->samples));
  PetscFunctionReturn(0);
}

/* The end of both. */
static inline PetscErrorCode case_leave(redpsm_case *c) {
  PetscFunctionBegin;
  PetscCall(case_end(c));
  PetscCall(case_close(c));
  PetscFunctionReturn(0);
}

/* A copy of the images of this rank's frames; PetscFree it. */
static inline PetscErrorCode case_keep(const redpsm_case *c, double **kept) {
  const int64_t n = c->count * CASE_PIXELS;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, kept));
  PetscCall(PetscArraycpy(*kept, c->redpsm->x, n));
  PetscFunctionReturn(0);
}

/* |a x - b| / |b| over all frames. */
static inline PetscErrorCode case_distance(const redpsm_case *c, double a, const double *x,
                                           const double *b, double *distance) {
  double sum[2] = {0};

  PetscFunctionBegin;
  for (int64_t i = 0; i < c->count * CASE_PIXELS; i++) {
    sum[0] += (a * x[i] - b[i]) * (a * x[i] - b[i]);
    sum[1] += b[i] * b[i];
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_DOUBLE, MPI_SUM, PETSC_COMM_WORLD));
  *distance = sqrt(sum[0] / sum[1]);
  PetscFunctionReturn(0);
}

/* The energy that the exact steps lower, at Lambda + h dLambda, Z + h dZ. */
static inline PetscErrorCode case_energy_at(redpsm_case *c, double h, const double *spatial,
                                            const double *latent, double *energy) {
  qv_redpsm       *s      = c->redpsm;
  qv_redpsm_report report = {0};
  const int64_t    n = s->functions * s->n, d = s->options.latent * s->functions;

  PetscFunctionBegin;
  for (int64_t i = 0; spatial && i < n; i++) s->spatial[i] += h * spatial[i];
  for (int64_t i = 0; latent && i < d; i++) s->latent[i] += h * latent[i];
  qv_basis_expand(s->basis, s->functions, s->latent, s->temporal);
  PetscCall(qv_redpsm_evaluate(s, &report));
  *energy = report.objective + 0.5 * s->beta * report.split2;
  for (int64_t i = 0; spatial && i < n; i++) s->spatial[i] -= h * spatial[i];
  for (int64_t i = 0; latent && i < d; i++) s->latent[i] -= h * latent[i];
  qv_basis_expand(s->basis, s->functions, s->latent, s->temporal);
  PetscCall(qv_redpsm_evaluate(s, &report));
  PetscFunctionReturn(0);
}
