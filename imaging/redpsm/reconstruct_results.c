/* SPDX-License-Identifier: GPL-3.0-or-later
 * What imaging.reconstruct leaves: /series as it goes, /result at the end. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "imaging/metrics.h"
#include "imaging/redpsm/reconstruct.h"

/* Columns of /series, by their place in a line. */
typedef struct {
  size_t      place;
  bool        is_integer, needs_truth, in_run;
  const char *path, *unit, *long_name, *view;
} series_column;

// clang-format off
#define AT(member) offsetof(qv_reconstruct_line, member)
static const series_column series[] = {
  {AT(iteration), true, false, false, "/series/iteration", "1", "iteration", NULL},
  {AT(misfit), false, false, false, "/series/misfit", "1", "misfit of the data", "series-log"},
  {AT(regulariser), false, false, false, "/series/regulariser", "1", "regulariser R(f)", NULL},
  {AT(lagrangian), false, false, false, "/series/lagrangian", "1", "augmented Lagrangian", "series"},
  {AT(primal), false, false, false, "/series/primal", "1", "primal residual |X - f| / |f|", "series-log with dual"},
  {AT(dual), false, false, false, "/series/dual", "1", "dual residual |f - f_old| / |y|", NULL},
  {AT(fixed_point), false, false, false, "/series/fixed_point", "1", "distance from the fixed point", NULL},
  {AT(lambda), false, false, false, "/series/lambda", "1", "weight of the denoiser", NULL},
  {AT(beta), false, false, false, "/series/beta", "1", "weight of the split", NULL},
  {AT(cg_steps), true, false, false, "/series/cg_steps", "1", "steps of conjugate gradients", NULL},
  {AT(halvings), true, false, false, "/series/halvings", "1", "steps halved", NULL},
  {AT(psnr), false, true, false, "/series/psnr", "dB", "peak signal-to-noise ratio", "series"},
  {AT(seconds), false, false, true, "/run/series/seconds", "s", "time of the iteration", NULL},
};
// clang-format on

static PetscErrorCode append_lines(const qv_reconstruct_state *s, qv_record *record) {
  PetscFunctionBegin;
  for (int64_t i = 0; i < s->n_lines; i++)
    for (size_t c = 0; c < sizeof series / sizeof *series; c++) {
      const series_column *col = &series[c];
      if (col->needs_truth && isnan(s->peak)) continue;
      const qv_array array = {.path      = col->path,
                              .type      = col->is_integer ? QV_I64 : QV_F64,
                              .rank      = 1,
                              .axes      = {"iteration"},
                              .unit      = col->unit,
                              .long_name = col->long_name,
                              .view      = col->view};
      double         value;
      memcpy(&value, (const char *)&s->line[i] + col->place, sizeof value);
      PetscCall(qv_record_append(record, &array, value));
    }
  PetscFunctionReturn(0);
}

static PetscErrorCode put_number(qv_record *record, const char *path, const char *long_name,
                                 double value) {
  const qv_array array = {
    .path = path, .type = QV_F64, .rank = 0, .unit = "1", .long_name = long_name};

  PetscFunctionBegin;
  PetscCall(qv_record_put(record, &array, &value));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_axes(const qv_reconstruct_state *s, qv_record *record) {
  const qv_geometry *g    = &s->data->geometry;
  qv_array           axis = {.path      = "/result/time",
                             .type      = QV_F64,
                             .rank      = 1,
                             .shape     = {g->n_frames},
                             .axes      = {"frame"},
                             .unit      = s->data->time_unit,
                             .long_name = "time"};
  double            *centre;

  PetscFunctionBegin;
  PetscCall(qv_record_put(record, &axis, s->data->file_time));
  PetscCall(PetscMalloc1(g->size, &centre));
  for (int i = 0; i < g->size; i++) centre[i] = (i + 0.5) * 2 / g->size - 1;
  axis.unit     = "1";
  axis.shape[0] = g->size;
  axis.path = "/result/y", axis.axes[0] = axis.long_name = "y";
  PetscCall(qv_record_put(record, &axis, centre));
  axis.path = "/result/x", axis.axes[0] = axis.long_name = "x";
  PetscCall(qv_record_put(record, &axis, centre));
  PetscCall(PetscFree(centre));
  PetscFunctionReturn(0);
}

/* A sequence of this rank's frames, in the unit of the file. */
static PetscErrorCode put_frames(const qv_reconstruct_state *s, const double *frames,
                                 const qv_array *array, qv_record *record) {
  const int64_t n      = s->rows->n_local * (int64_t)s->rows->column[QV_FRAME_F].bytes / 8;
  qv_column     column = {.bytes = s->rows->column[QV_FRAME_F].bytes};
  qv_rows       rows   = *s->rows;
  double       *scaled;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &scaled));
  for (int64_t i = 0; i < n; i++) scaled[i] = s->scale * frames[i];
  column.data    = scaled;
  rows.n_columns = 1;
  rows.column    = &column;
  PetscCall(qv_record_put_rows(record, array, &rows, 0));
  PetscCall(PetscFree(scaled));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_images(const qv_reconstruct_state *s, qv_record *record) {
  const int64_t size  = s->data->geometry.size;
  qv_array      array = {.path      = "/result/image",
                         .type      = QV_F64,
                         .rank      = 3,
                         .shape     = {s->rows->n, size, size},
                         .axes      = {"frame", "y", "x"},
                         .unit      = s->data->image_unit,
                         .long_name = "image sequence X",
                         .view      = "image"};

  PetscFunctionBegin;
  PetscCall(put_frames(s, qv_redpsm_image(s->redpsm), &array, record));
  if (s->params->solver == QV_SOLVER_EXACT || s->numbers.lambda == 0) PetscFunctionReturn(0);
  array.path      = "/result/split";
  array.long_name = "split variable f, the denoised side of the image";
  array.view      = NULL;
  PetscCall(put_frames(s, s->rows->column[QV_FRAME_F].data, &array, record));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_factors(const qv_reconstruct_state *s, qv_record *record) {
  const int64_t size = s->data->geometry.size, rank = s->params->rank, frames = s->rows->n;
  const bool    is_identity = qv_basis_is_identity(s->params->basis);
  double       *spatial;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(rank * size * size, &spatial));
  for (int64_t i = 0; i < rank * size * size; i++)
    spatial[i] = s->scale * qv_redpsm_spatial(s->redpsm)[i];
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = "/result/spatial_basis",
                                      .type      = QV_F64,
                                      .rank      = 3,
                                      .shape     = {rank, size, size},
                                      .axes      = {"basis", "y", "x"},
                                      .unit      = s->data->image_unit,
                                      .long_name = "spatial bases Lambda",
                                      .view      = "tiles"},
                          spatial));
  PetscCall(PetscFree(spatial));
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = "/result/temporal_basis",
                                      .type      = QV_F64,
                                      .rank      = 2,
                                      .shape     = {frames, rank},
                                      .axes      = {"frame", "basis"},
                                      .unit      = "1",
                                      .long_name = "temporal bases Psi",
                                      .view      = "series"},
                          qv_redpsm_temporal(s->redpsm)));
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = "/result/latent",
                                      .type      = QV_F64,
                                      .rank      = 2,
                                      .shape     = {is_identity ? frames : s->params->latent, rank},
                                      .axes      = {"knot", "basis"},
                                      .unit      = "1",
                                      .long_name = "latent coefficients Z"},
                          qv_redpsm_latent(s->redpsm)));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_metrics(const qv_run *run, const qv_reconstruct_state *s,
                                  qv_record *record) {
  const int64_t n = s->rows->n_local * (int64_t)s->rows->column[QV_FRAME_F].bytes / 8;
  double       *scaled;
  qv_metrics    m;

  PetscFunctionBegin;
  if (isnan(s->peak)) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1(n, &scaled));
  for (int64_t i = 0; i < n; i++) scaled[i] = s->scale * qv_redpsm_image(s->redpsm)[i];
  const qv_metrics_pair pair = {.size       = s->data->geometry.size,
                                .components = 1,
                                .count      = s->rows->n_local,
                                .image      = scaled,
                                .truth      = s->data->truth};
  PetscCall(qv_metrics_compute(qv_run_comm(run), &pair, &m));
  PetscCall(PetscFree(scaled));
  PetscCall(put_number(record, "/result/metrics/psnr", "peak signal-to-noise ratio in dB", m.psnr));
  PetscCall(put_number(record, "/result/metrics/ssim", "structural similarity", m.ssim));
  PetscCall(put_number(record, "/result/metrics/nrmse", "|X - truth| / |truth|", m.nrmse));
  PetscCall(put_number(record, "/result/metrics/mae", "mean |X - truth|", m.mae));
  PetscCall(
    put_number(record, "/result/metrics/hfen", "high-frequency error norm, relative", m.hfen));
  PetscFunctionReturn(0);
}

/* The denoiser at the first and at the last frame, each by its owner; sums of one addend. */
static PetscErrorCode put_measures(const qv_run *run, const qv_reconstruct_state *s,
                                   qv_record *record) {
  enum { MEASURES = sizeof(qv_denoiser_measures) / sizeof(double) };
  static const char *const name[MEASURES]  = {"lipschitz", "residual_lipschitz", "asymmetry",
                                              "homogeneity"};
  static const char *const about[MEASURES] = {
    "largest |J v| / |v| met, J the Jacobian of the denoiser", "the same of I - J",
    "asymmetry of J", "defect of D((1 + e) x) = (1 + e) D(x)"};
  const int64_t        n = s->rows->n, length = (int64_t)s->rows->column[QV_FRAME_F].bytes / 8;
  const int64_t        memory = (int64_t)s->rows->column[QV_FRAME_MEMORY].bytes / 8;
  const double        *x      = qv_redpsm_image(s->redpsm);
  const double        *kept   = s->rows->column[QV_FRAME_MEMORY].data;
  qv_denoiser_measures at[2];
  double               all[2 * MEASURES];

  PetscFunctionBegin;
  for (int i = 0; i < 2 * MEASURES; i++) all[i] = -INFINITY;
  for (int64_t k = 0; k < s->rows->n_local; k++)
    for (int e = 0; e < 2; e++) {
      if (s->rows->index[k] != (e ? n - 1 : 0)) continue;
      PetscCall(qv_denoiser_measure(qv_redpsm_denoiser(s->redpsm), qv_run_seed(run), x + k * length,
                                    kept + k * memory, &at[e]));
      memcpy(all + e * MEASURES, &at[e], sizeof at[e]);
    }
  PetscCallMPI(
    MPI_Allreduce(MPI_IN_PLACE, all, 2 * MEASURES, MPI_DOUBLE, MPI_MAX, qv_run_comm(run)));
  for (int i = 0; i < MEASURES; i++) {
    char         path[64];
    const double ends[2] = {all[i], all[MEASURES + i]};
    snprintf(path, sizeof path, "/result/checks/%s", name[i]);
    PetscCall(qv_record_put(record,
                            &(qv_array){.path      = path,
                                        .type      = QV_F64,
                                        .rank      = 1,
                                        .shape     = {2},
                                        .axes      = {"end"},
                                        .unit      = "1",
                                        .long_name = about[i]},
                            ends));
  }
  PetscFunctionReturn(0);
}

/* What was tried, and the estimates; those not reached are NaN. */
static PetscErrorCode put_sure(const qv_reconstruct_state *s, qv_record *record) {
  double   lambda[QV_SURE_POINTS], value[QV_SURE_POINTS];
  qv_array array = {.type = QV_F64, .rank = 1, .shape = {QV_SURE_POINTS}, .axes = {"point"}};

  PetscFunctionBegin;
  for (int k = 0; k < QV_SURE_POINTS; k++) {
    lambda[k] = qv_sure_lambda(k);
    value[k]  = k < s->numbers.n_searched ? s->sure.value[k] / (s->sigma * s->sigma) : NAN;
  }
  array.path      = "/result/sure/lambda";
  array.unit      = "1";
  array.long_name = "weights of the denoiser that were tried";
  PetscCall(qv_record_put(record, &array, lambda));
  array.path      = "/result/sure/risk";
  array.long_name = "estimate of |A X - A X_true|^2 / (M sigma^2)";
  PetscCall(qv_record_put(record, &array, value));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_checks(const qv_run *run, const qv_reconstruct_state *s,
                                 qv_record *record) {
  PetscFunctionBegin;
  PetscCall(put_number(record, "/result/lambda", "weight of the denoiser", s->numbers.lambda));
  PetscCall(put_number(record, "/result/misfit", "misfit of the data", s->numbers.misfit));
  PetscCall(put_number(record, "/result/checks/weight", "weight w of the data",
                       qv_redpsm_weight(s->redpsm)));
  PetscCall(put_number(record, "/result/checks/scale", "what counted as 1", s->scale));
  PetscCall(put_number(record, "/result/checks/sigma", "noise that was reckoned with",
                       s->scale * s->sigma));
  if (s->twin) PetscCall(put_sure(s, record));
  const unsigned traits = qv_denoiser_traits(s->params->denoiser);
  if (!(traits & (QV_DENOISER_JOINT | QV_DENOISER_IDENTITY)) && s->numbers.lambda > 0)
    PetscCall(put_measures(run, s, record));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reconstruct_observe(const qv_run *run, void *state, qv_record *record) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  if (!qv_record_is_final(record)) {
    if (s->params->keep_history) PetscCall(append_lines(s, record));
    s->n_lines = 0;
    PetscFunctionReturn(0);
  }
  PetscCall(put_axes(s, record));
  PetscCall(put_images(s, record));
  PetscCall(put_factors(s, record));
  PetscCall(put_metrics(run, s, record));
  if (!isnan(s->peak)) PetscCall(qv_reconstruct_put_views(s, record));
  PetscCall(put_checks(run, s, record));
  PetscFunctionReturn(0);
}
