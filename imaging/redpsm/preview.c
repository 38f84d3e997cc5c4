/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/redpsm/preview.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "imaging/redpsm/frame_tree.h"
#include "solvers/parallel/layout.h"

enum { EDGE = 2 };

typedef struct {
  MPI_Comm               comm;
  const qv_preview_data *data;
  int                    rank, size;
  int64_t                first, count, n, m;
  qv_forward            *forward;
  qv_frame_tree         *tree;
  double                *samples, *image; /* of a frame */
} preview;

/* Ram and Lak's ramp, sampled: 1/4, 0, -1 / (pi k)^2 at odd k, in units of 1 / distance^2. */
static double ramp(int k) {
  if (k == 0) return 0.25;
  return k % 2 ? -1 / (M_PI * M_PI * k * k) : 0;
}

/* A frame's projections filtered, with the weights of the back-projection; A' q is h^2 / distance
 * times q at the pixel, so that the distance of bins cancels. */
static void filter(const preview *p, const double *samples, double *filtered) {
  const qv_geometry *g     = p->data->geometry;
  const double       h     = 2.0 / g->size;
  const double       scale = M_PI / ((double)g->n_frames * g->n_views) / (h * h);
  for (int v = 0; v < g->n_views; v++, samples += g->n_bins, filtered += g->n_bins)
    for (int j = 0; j < g->n_bins; j++) {
      double sum = 0.25 * samples[j];
      for (int k = 1; k < g->n_bins; k += 2) {
        if (j >= k) sum += ramp(k) * samples[j - k];
        if (j + k < g->n_bins) sum += ramp(k) * samples[j + k];
      }
      filtered[j] = scale * sum;
    }
}

/* The sum over frames of A' q, q the filtered projections, the samples, or ones where measured. */
static PetscErrorCode pool(preview *p, bool ones, double *sum) {
  const double       one = 1;
  const qv_geometry *g   = p->data->geometry;

  PetscFunctionBegin;
  for (int64_t i = 0; i < p->count; i++) {
    const double *samples = p->data->samples + i * p->m;
    if (qv_forward_has_angles(g->model))
      filter(p, samples, p->samples);
    else
      for (int64_t j = 0; j < p->m; j++) p->samples[j] = ones ? 1 : samples[j];
    qv_forward_adjoint(p->forward, p->first + i, 1, p->samples, p->image);
    /* frames one by one: chunks of one are leaves of the same tree */
    PetscCall(qv_frame_tree_add(p->tree, p->first + i, 1, p->image, &one));
  }
  PetscCall(qv_frame_tree_end(p->tree, sum));
  PetscFunctionReturn(0);
}

static PetscErrorCode open_preview(MPI_Comm comm, const qv_preview_data *data, preview *p) {
  const int64_t n_frames = data->geometry->n_frames;

  PetscFunctionBegin;
  *p = (preview){.comm = comm, .data = data};
  PetscCallMPI(MPI_Comm_rank(comm, &p->rank));
  PetscCallMPI(MPI_Comm_size(comm, &p->size));
  p->first = qv_layout_first_unit(n_frames, p->rank, p->size);
  p->count = qv_layout_first_unit(n_frames, p->rank + 1, p->size) - p->first;
  PetscCall(qv_forward_create(data->geometry, &p->forward));
  p->n = qv_forward_image_length(p->forward);
  p->m = qv_forward_sample_length(p->forward);
  PetscCall(qv_frame_tree_create(comm, n_frames, 1, p->n, &p->tree));
  PetscCall(PetscMalloc2(p->m, &p->samples, p->n, &p->image));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_preview_largest(MPI_Comm comm, const qv_preview_data *data, double *largest) {
  const bool has_angles = qv_forward_has_angles(data->geometry->model);
  double    *sum, *ones;
  preview    p;

  PetscFunctionBegin;
  PetscCall(open_preview(comm, data, &p));
  const int64_t local =
    qv_layout_first(p.n, p.rank + 1, p.size) - qv_layout_first(p.n, p.rank, p.size);
  PetscCall(PetscMalloc2(local, &sum, local, &ones));
  PetscCall(pool(&p, false, sum));
  if (has_angles)
    for (int64_t i = 0; i < local; i++) ones[i] = 1;
  else
    PetscCall(pool(&p, true, ones));
  *largest = 0;
  for (int64_t i = 0; i < local; i++)
    if (ones[i] > 0) *largest = fmax(*largest, sum[i] / ones[i]);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, largest, 1, MPI_DOUBLE, MPI_MAX, comm));
  PetscCall(PetscFree2(sum, ones));
  PetscCall(PetscFree2(p.samples, p.image));
  PetscCall(qv_frame_tree_destroy(&p.tree));
  PetscCall(qv_forward_destroy(&p.forward));
  PetscFunctionReturn(0);
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(int64_t n, double *value) {
  qsort(value, (size_t)n, sizeof *value, ascending);
  return n % 2 ? value[n / 2] : 0.5 * (value[n / 2 - 1] + value[n / 2]);
}

PetscErrorCode qv_preview_noise(MPI_Comm comm, const qv_preview_data *data, double *sigma) {
  const qv_geometry *g = data->geometry;
  int                rank, size;
  PetscMPIInt       *count, *at;
  double            *edge;

  PetscFunctionBegin;
  *sigma = NAN;
  if (!qv_forward_has_angles(g->model) || g->n_bins < 4 * EDGE) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  const int64_t length = (int64_t)2 * EDGE * g->n_views, n = length * g->n_frames;
  PetscCall(PetscMalloc3(size, &count, size, &at, n, &edge));
  for (int q = 0; q < size; q++) {
    const int64_t first = qv_layout_first_unit(g->n_frames, q, size);
    PetscCall(PetscMPIIntCast(length * first, &at[q]));
    PetscCall(PetscMPIIntCast(length * (qv_layout_first_unit(g->n_frames, q + 1, size) - first),
                              &count[q]));
  }
  double *to = edge + at[rank];
  for (int64_t v = 0; v < count[rank] / (2 * EDGE); v++) {
    const double *row = data->samples + v * g->n_bins;
    for (int k = 0; k < EDGE; k++) *to++ = row[k], *to++ = row[g->n_bins - 1 - k];
  }
  PetscCallMPI(
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, edge, count, at, MPI_DOUBLE, comm));
  const double middle = median(n, edge);
  for (int64_t i = 0; i < n; i++) edge[i] = fabs(edge[i] - middle);
  const double spread = 1.4826 * median(n, edge);
  if (spread > 0) *sigma = spread;
  PetscCall(PetscFree3(count, at, edge));
  PetscFunctionReturn(0);
}
