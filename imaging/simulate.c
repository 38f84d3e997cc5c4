/* SPDX-License-Identifier: GPL-3.0-or-later
 * The problem imaging.simulate: measurements of a moving phantom from closed forms, never from the
 * discrete operator that reconstructs. A row is a frame; frames stay where they are. */
#include "imaging/simulate.h"

#include <math.h>
#include <string.h>

#include "imaging/order.h"
#include "solvers/parallel/random.h"
#include "solvers/parallel/sum.h"

void qv_simulate_shapes(const qv_simulate_state *s, int64_t frame, qv_shapes *shapes) {
  const qv_phantom phantom = {
    .name = s->params->phantom, .beats = s->params->beats, .latent = s->params->latent};
  qv_phantom_shapes(&phantom, s->time[frame], shapes);
}

bool qv_simulate_is_measured(const qv_simulate_state *s, int64_t frame, int64_t i) {
  if (!qv_forward_has_mask(s->params->forward)) return true;
  const uint64_t index = (uint64_t)(frame * s->n_views * s->n_bins + i);
  return qv_random_uniform(qv_stream_named(s->seed, "mask"), index, 0) < s->params->keep;
}

/* Angles, times and the detector; pixels have none of the first, and their centres for the last. */
static PetscErrorCode make_geometry(qv_simulate_state *s) {
  const qv_simulate_params *p = s->params;
  const int64_t             n = p->frames, size = p->size;
  const bool                rays = qv_forward_has_angles(p->forward);

  PetscFunctionBegin;
  s->n_views = rays ? p->views_per_frame : size;
  s->n_bins  = size;
  PetscCall(PetscMalloc2(n, &s->time, size, &s->detector));
  for (int64_t t = 0; t < n; t++) s->time[t] = n > 1 ? (double)t / (double)(n - 1) : 0;
  for (int64_t j = 0; j < size; j++)
    s->detector[j] = ((double)j - (double)(size - 1) / 2) * 2 / (double)size;
  if (!rays) PetscFunctionReturn(0);
  const int64_t all = n * s->n_views, period = p->period != QV_UNSET_INT ? p->period : all;
  PetscCall(PetscMalloc1(all, &s->angle));
  PetscCall(qv_order_angles(p->order, s->seed, all, period, s->angle));
  PetscFunctionReturn(0);
}

static PetscErrorCode setup(qv_run *run, const void *params, void *state) {
  qv_simulate_state *s = state;

  PetscFunctionBegin;
  s->params = params;
  s->seed   = qv_run_seed(run);
  PetscCall(make_geometry(s));
  const size_t samples                    = 8 * (size_t)(s->n_views * s->n_bins);
  const size_t image                      = 8 * (size_t)(s->params->size * s->params->size);
  const size_t bytes[QV_SIMULATE_COLUMNS] = {samples, image, sizeof(int64_t)};
  PetscCall(
    qv_rows_create(qv_run_comm(run), s->params->frames, QV_SIMULATE_COLUMNS, bytes, &s->rows));
  PetscFunctionReturn(0);
}

static PetscErrorCode begin(qv_run *run, void *state) {
  PetscFunctionBegin;
  (void)run;
  (void)state; /* rows begin as zeros: nothing is done */
  PetscFunctionReturn(0);
}

/* Local row k: the image, and what is measured of it. */
static void make_frame(const qv_simulate_state *s, int64_t k) {
  const int64_t size = s->params->size, frame = s->rows->index[k];
  const int64_t length  = s->n_views * s->n_bins;
  double       *samples = (double *)s->rows->column[QV_SIMULATE_SAMPLES].data + k * length;
  double       *image   = (double *)s->rows->column[QV_SIMULATE_IMAGE].data + k * size * size;
  qv_shapes     shapes;
  qv_simulate_shapes(s, frame, &shapes);
  qv_shapes_image(&shapes, (int)size, image);
  for (int64_t v = 0; s->angle && v < s->n_views; v++)
    qv_shapes_project(&shapes, s->angle[frame * s->n_views + v], (int)s->n_bins, s->detector,
                      2.0 / (double)size, samples + v * s->n_bins);
  for (int64_t i = 0; !s->angle && i < length; i++)
    samples[i] = qv_simulate_is_measured(s, frame, i) ? image[i] : 0;
}

/* The root mean square difference between the discrete operator and the exact data. */
static PetscErrorCode measure_model(MPI_Comm comm, qv_simulate_state *s) {
  const int64_t     size = s->params->size, length = s->n_views * s->n_bins;
  const qv_geometry geometry = {.model         = s->params->forward,
                                .n_frames      = s->params->frames,
                                .size          = (int)size,
                                .n_views       = (int)s->n_views,
                                .n_bins        = (int)s->n_bins,
                                .angle         = s->angle,
                                .detector      = s->detector,
                                .field_of_view = QV_FIELD_OF_VIEW_DISC};
  const double     *samples  = s->rows->column[QV_SIMULATE_SAMPLES].data;
  const double     *image    = s->rows->column[QV_SIMULATE_IMAGE].data;
  qv_forward       *forward;
  double           *difference;
  qv_sum            sum = {0};

  PetscFunctionBegin;
  PetscCall(qv_forward_create(&geometry, &forward));
  PetscCall(PetscMalloc1(length, &difference));
  for (int64_t k = 0; k < s->rows->n_local; k++) {
    qv_forward_apply(forward, s->rows->index[k], 1, image + k * size * size, difference);
    for (int64_t i = 0; i < length; i++) difference[i] -= samples[k * length + i];
    qv_sum_add_products(&sum, length, difference, difference);
  }
  PetscCall(qv_sum_join(comm, 1, &sum));
  s->model_error = sqrt(qv_sum_round(&sum) / (double)(s->params->frames * length));
  PetscCall(PetscFree(difference));
  PetscCall(qv_forward_destroy(&forward));
  PetscFunctionReturn(0);
}

/* What needs all frames: the scale of the noise, and the model's error. */
static PetscErrorCode finish(MPI_Comm comm, qv_simulate_state *s) {
  const qv_simulate_params *p       = s->params;
  const double             *samples = s->rows->column[QV_SIMULATE_SAMPLES].data;

  PetscFunctionBegin;
  s->largest = 0;
  for (int64_t i = 0; i < s->rows->n_local * s->n_views * s->n_bins; i++)
    s->largest = fmax(s->largest, fabs(samples[i]));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &s->largest, 1, MPI_DOUBLE, MPI_MAX, comm));
  s->sigma       = isnan(p->sigma) ? p->std * s->largest : p->sigma;
  s->model_error = NAN;
  if (s->angle) PetscCall(measure_model(comm, s));
  s->is_finished = true;
  PetscFunctionReturn(0);
}

static PetscErrorCode conclude(qv_run *run, const qv_simulate_state *s) {
  const long long n = s->params->frames, size = s->params->size;
  char            error[64] = "";

  PetscFunctionBegin;
  if (s->angle)
    PetscCall(
      PetscSNPrintf(error, sizeof error, ", error of the pixel model %.3g", s->model_error));
  PetscCall(qv_run_conclude(
    run, "%lld frame%s of %lld x %lld pixels, %lld samples each; noise %.3g%s", n,
    n == 1 ? "" : "s", size, size, (long long)(s->n_views * s->n_bins), s->sigma, error));
  PetscFunctionReturn(0);
}

/* Each rank makes frames of its own. */
static PetscErrorCode step(qv_run *run, void *state, qv_verdict *verdict) {
  qv_simulate_state *s     = state;
  int64_t           *done  = s->rows->column[QV_SIMULATE_DONE].data;
  int64_t            quota = qv_run_quantum(run), count = 0;

  PetscFunctionBegin;
  for (int64_t k = 0; k < s->rows->n_local; k++) {
    if (!done[k] && quota-- > 0) {
      make_frame(s, k);
      done[k] = 1;
    }
    count += done[k];
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &count, 1, MPI_INT64_T, MPI_SUM, qv_run_comm(run)));
  qv_run_progress(run, (double)count, (double)s->rows->n, "frames");
  *verdict = QV_GOING_ON;
  if (count < s->rows->n) PetscFunctionReturn(0);
  PetscCall(finish(qv_run_comm(run), s));
  PetscCall(conclude(run, s));
  *verdict = QV_REACHED;
  PetscFunctionReturn(0);
}

static PetscErrorCode observe(const qv_run *run, void *state, qv_record *record) {
  qv_simulate_state *s = state;

  PetscFunctionBegin;
  if (!qv_record_is_final(record)) PetscFunctionReturn(0);
  if (!s->is_finished) PetscCall(finish(qv_run_comm(run), s));
  PetscCall(qv_simulate_put(s, record));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(void *state) {
  qv_simulate_state *s = state;

  PetscFunctionBegin;
  PetscCall(qv_rows_destroy(&s->rows));
  PetscCall(PetscFree2(s->time, s->detector));
  PetscCall(PetscFree(s->angle));
  PetscFunctionReturn(0);
}

/* A column as a field: [frame, length]. */
static PetscErrorCode view_column(qv_simulate_state *s, int column, qv_field_view *view) {
  PetscFunctionBegin;
  *view = (qv_field_view){.rank   = 2,
                          .shape  = {s->rows->n, (int64_t)s->rows->column[column].bytes / 8},
                          .data   = s->rows->column[column].data,
                          .rows   = s->rows,
                          .column = column};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_samples(void *state, qv_field_view *view) {
  PetscFunctionBegin;
  PetscCall(view_column(state, QV_SIMULATE_SAMPLES, view));
  PetscFunctionReturn(0);
}

static PetscErrorCode view_image(void *state, qv_field_view *view) {
  PetscFunctionBegin;
  PetscCall(view_column(state, QV_SIMULATE_IMAGE, view));
  PetscFunctionReturn(0);
}

static PetscErrorCode view_done(void *state, qv_field_view *view) {
  PetscFunctionBegin;
  PetscCall(view_column(state, QV_SIMULATE_DONE, view));
  PetscFunctionReturn(0);
}

static const qv_field fields[] = {{"samples", QV_F64, QV_BY_INDEX, "1", view_samples},
                                  {"image", QV_F64, QV_BY_INDEX, "1", view_image},
                                  {"done", QV_I64, QV_BY_INDEX, "1", view_done},
                                  {.name = NULL}};

extern const qv_problem qv_problem_imaging_simulate;
const qv_problem        qv_problem_imaging_simulate = {
         .name    = "imaging.simulate",
         .summary = "measure a moving phantom: projections, or pixels, with noise and the truth",
         .keys    = qv_simulate_keys,
         .fields  = fields,
         .params_size = sizeof(qv_simulate_params),
         .state_size  = sizeof(qv_simulate_state),
         .check       = qv_simulate_check,
         .estimate    = qv_simulate_estimate,
         .setup       = setup,
         .begin       = begin,
         .step        = step,
         .observe     = observe,
         .destroy     = destroy};
