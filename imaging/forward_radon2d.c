/* SPDX-License-Identifier: GPL-3.0-or-later
 * Projections along parallel rays by Joseph's method: a ray steps over columns where it is nearer
 * to the x axis, else over rows, and interpolates between two pixels; outside of the image is 0. */
#include <math.h>
#include <string.h>

#include "imaging/forward_impl.h"
#include "imaging/radon2d_kernel.h"

enum { PAD = QV_RADON2D_PAD };

typedef struct {
  const qv_rows_of_view *view;
  int                    size, n_views, n_bins, reach;
  double                *cosine, *sine; /* [frame, view] */
  double                *detector;      /* [bin], in pixels */
  bool                   is_uniform;
  double                *u;                /* [bin] of the view at work */
  double                *rows, *columns;   /* padded images: as it is, and transposed */
  double                *samples;          /* one view with `reach` zeros on either side */
  double                *upright, *turned; /* images of the transpose */
} radon2d;

/* Equally spaced up to rounding? Then let them be exactly so: spread takes them from a formula. */
static bool make_uniform(int n, double *s) {
  const double first = s[0], step = (s[n - 1] - s[0]) / (n > 1 ? n - 1 : 1);
  const double scale = fabs(s[0]) + fabs(s[n - 1]);
  for (int j = 0; j < n; j++)
    if (fabs(s[j] - (first + j * step)) > 1e-12 * scale) return false;
  return n > 1;
}

static PetscErrorCode allocate(radon2d *p, int64_t n_projections) {
  const size_t image = (size_t)p->size * p->size, padded = (size_t)p->size * (p->size + 2 * PAD);

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(n_projections, &p->cosine, n_projections, &p->sine, p->n_bins,
                         &p->detector, p->n_bins, &p->u));
  PetscCall(
    PetscCalloc4(padded, &p->rows, padded, &p->columns, image, &p->upright, image, &p->turned));
  PetscFunctionReturn(0);
}

static PetscErrorCode create(const qv_geometry *geometry, const qv_rows_of_view *view,
                             void **plan) {
  const int64_t n_projections = geometry->n_frames * geometry->n_views;
  const double  per_length    = geometry->size / 2.0;
  radon2d      *p;

  PetscFunctionBegin;
  PetscCheck(geometry->angle && geometry->detector, PETSC_COMM_SELF, PETSC_ERR_ARG_NULL,
             "no angles or no detector");
  PetscCall(PetscNew(&p));
  p->view    = view;
  p->size    = geometry->size;
  p->n_views = geometry->n_views;
  p->n_bins  = geometry->n_bins;
  PetscCall(allocate(p, n_projections));
  for (int64_t i = 0; i < n_projections; i++) {
    p->cosine[i] = cos(geometry->angle[i]);
    p->sine[i]   = sin(geometry->angle[i]);
  }
  for (int j = 0; j < p->n_bins; j++) p->detector[j] = geometry->detector[j] * per_length;
  p->is_uniform = make_uniform(p->n_bins, p->detector);
  /* the step of a view is the detector's over the larger of |cos| and |sin|: never less */
  p->reach = p->is_uniform
               ? qv_radon2d_reach((p->detector[p->n_bins - 1] - p->detector[0]) / (p->n_bins - 1))
               : 0;
  PetscCall(PetscCalloc1(p->n_bins + 2 * p->reach, &p->samples));
  *plan = p;
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(void **plan) {
  radon2d *p = *plan;

  PetscFunctionBegin;
  if (!p) PetscFunctionReturn(0);
  PetscCall(PetscFree4(p->cosine, p->sine, p->detector, p->u));
  PetscCall(PetscFree4(p->rows, p->columns, p->upright, p->turned));
  PetscCall(PetscFree(p->samples));
  PetscCall(PetscFree(*plan));
  PetscFunctionReturn(0);
}

static bool steps_over_columns(const radon2d *p, int64_t i) {
  return fabs(p->sine[i]) >= fabs(p->cosine[i]);
}

/* Which ways the rays of a frame go: bit 0 over rows, bit 1 over columns. */
static int ways_of(const radon2d *p, int64_t frame) {
  int ways = 0;
  for (int v = 0; v < p->n_views; v++) ways |= 1 << steps_over_columns(p, frame * p->n_views + v);
  return ways;
}

/* The rays of projection i, and the length of a step in *length. */
static qv_radon2d_rays rays_of(radon2d *p, int64_t i, double *length) {
  const bool      over_columns = steps_over_columns(p, i);
  const double    along        = over_columns ? p->sine[i] : p->cosine[i];
  const double    across       = over_columns ? p->cosine[i] : p->sine[i];
  const double    centre       = (p->size + 1) / 2.0;
  qv_radon2d_rays rays         = {.size       = p->size,
                                  .n_bins     = p->n_bins,
                                  .slope      = -across / along,
                                  .is_uniform = p->is_uniform,
                                  .u          = p->u,
                                  .begin      = p->view->begin,
                                  .end        = p->view->end};
  *length                      = 2.0 / p->size / fabs(along);
  rays.start                   = -0.5 * (p->size - 1) * rays.slope;
  rays.u0                      = p->detector[0] / along + centre;
  if (p->is_uniform)
    rays.step = (p->detector[p->n_bins - 1] - p->detector[0]) / (p->n_bins - 1) / along;
  for (int j = 0; j < p->n_bins; j++)
    p->u[j] = p->is_uniform ? rays.u0 + rays.step * j : p->detector[j] / along + centre;
  return rays;
}

/* The frame inside its field of view, with zeros around the rows. */
static void pad(radon2d *p, int ways, const double *image) {
  const int n = p->size, stride = n + 2 * PAD;
  if (ways & 1)
    for (int y = 0; y < n; y++) {
      const int begin = p->view->begin[y], length = p->view->end[y] - begin;
      memcpy(p->rows + (size_t)y * stride + 1 + begin, image + (size_t)y * n + begin,
             sizeof *image * (size_t)length);
    }
  if (ways & 2)
    qv_radon2d_transpose(n, p->view->begin, p->view->end, image, n, p->columns + 1, stride);
}

static void apply(void *plan, int64_t frame, const double *image, double *samples) {
  radon2d *p = plan;
  pad(p, ways_of(p, frame), image);
  memset(samples, 0, sizeof *samples * (size_t)p->n_views * (size_t)p->n_bins);
  for (int v = 0; v < p->n_views; v++) {
    const int64_t         i = frame * p->n_views + v;
    double                length;
    double               *g    = samples + (size_t)v * p->n_bins;
    const qv_radon2d_rays rays = rays_of(p, i, &length);
    qv_radon2d_project(&rays, steps_over_columns(p, i) ? p->columns : p->rows, g);
    for (int j = 0; j < p->n_bins; j++) g[j] *= length;
  }
}

/* Rays at unequal distances: through the padded image, which is left clean. */
static void scatter(radon2d *p, const qv_radon2d_rays *rays, double *padded, double *image) {
  const int n = p->size, stride = n + 2 * PAD;
  memset(padded, 0, sizeof *padded * (size_t)n * (size_t)stride);
  qv_radon2d_scatter(rays, p->samples, padded);
  for (int r = 0; r < n; r++)
    for (int i = rays->begin[r]; i < rays->end[r]; i++)
      image[(size_t)r * n + i] += padded[(size_t)r * stride + i + 1];
  memset(padded, 0, sizeof *padded * (size_t)n * (size_t)stride);
}

static void adjoint(void *plan, int64_t frame, const double *samples, double *image) {
  radon2d     *p      = plan;
  const int    n      = p->size;
  const size_t pixels = (size_t)n * n;
  const int    ways   = ways_of(p, frame);
  if (ways & 1) memset(p->upright, 0, sizeof *image * pixels);
  if (ways & 2) memset(p->turned, 0, sizeof *image * pixels);
  for (int v = 0; v < p->n_views; v++) {
    const int64_t         i            = frame * p->n_views + v;
    const bool            over_columns = steps_over_columns(p, i);
    const double         *g            = samples + (size_t)v * p->n_bins;
    double               *to           = over_columns ? p->turned : p->upright;
    double                length;
    const qv_radon2d_rays rays = rays_of(p, i, &length);
    for (int j = 0; j < p->n_bins; j++) p->samples[p->reach + j] = length * g[j];
    if (p->is_uniform)
      qv_radon2d_spread(&rays, p->samples + p->reach, to);
    else
      scatter(p, &rays, over_columns ? p->columns : p->rows, to);
  }
  memset(image, 0, sizeof *image * pixels);
  if (ways & 2) qv_radon2d_transpose(n, p->view->begin, p->view->end, p->turned, n, image, n);
  if (ways & 1)
    for (size_t k = 0; k < pixels; k++) image[k] += p->upright[k];
}

static int64_t count(const void *plan, int64_t frame) {
  const radon2d *p = plan;
  (void)frame;
  return (int64_t)p->n_views * p->n_bins;
}

extern const qv_forward_model qv_forward_model_radon2d;
const qv_forward_model        qv_forward_model_radon2d = {true,  false,   create, destroy,
                                                          apply, adjoint, count};
