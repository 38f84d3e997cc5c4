/* SPDX-License-Identifier: GPL-3.0-or-later
 * A ray meets every row once, so rays are the lanes of a projection, and pixels those of its
 * transpose: each pixel collects the few rays near it. No sum depends on the number of lanes. */
#include "imaging/radon2d_kernel.h"

#include <math.h>

#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#define INLINE static inline __attribute__((always_inline))

INLINE double least(double a, double b) {
  return a < b ? a : b;
}

INLINE double most(double a, double b) {
  return a > b ? a : b;
}

/* Rays that can meet pixels [begin, end) of row r; a superset. */
INLINE void rays_of_row(const qv_radon2d_rays *rays, double shift, int begin, int end, int *first,
                        int *last) {
  *first = 0;
  *last  = rays->n_bins;
  if (!rays->is_uniform) return;
  const double a = (begin - shift - rays->u0) / rays->step;
  const double b = (end + 1 - shift - rays->u0) / rays->step;
  *first         = (int)most(0, least(floor(least(a, b)), rays->n_bins));
  *last          = (int)least(rays->n_bins, most(ceil(most(a, b)) + 1, 0));
}

CLONES void qv_radon2d_project(const qv_radon2d_rays *rays, const double *padded, double *sum) {
  const int    stride      = rays->size + 2 * QV_RADON2D_PAD;
  const double limit       = rays->size + 1;
  const double *restrict u = rays->u;
  double *restrict g       = sum;
  for (int r = 0; r < rays->size; r++) {
    const double *restrict row = padded + (long)r * stride;
    const double shift         = rays->start + r * rays->slope;
    int          first, last;
    if (rays->begin[r] == rays->end[r]) continue;
    rays_of_row(rays, shift, rays->begin[r], rays->end[r], &first, &last);
    for (int j = first; j < last; j++) {
      double k       = u[j] + shift;
      k              = k > 0 ? k : 0;
      k              = k < limit ? k : limit;
      const int    i = (int)k;
      const double f = k - i;
      g[j] += (1 - f) * row[i] + f * row[i + 1];
    }
  }
}

int qv_radon2d_reach(double step) {
  return step >= 1 || step <= -1 ? 2 : (int)(2 / fabs(step)) + 2;
}

INLINE void spread(const qv_radon2d_rays *rays, int reach, double back, const double *samples,
                   double *pixels) {
  const double u0 = rays->u0, step = rays->step, inverse = 1 / rays->step;
  const double low = -reach, high = rays->n_bins;
  for (int r = 0; r < rays->size; r++) {
    double *restrict row     = pixels + (long)r * rays->size;
    const double *restrict g = samples;
    const double shift       = rays->start + r * rays->slope;
    for (int i = rays->begin[r]; i < rays->end[r]; i++) {
      const double p  = i + 1;
      double       j0 = floor((p - shift - u0) * inverse - back);
      j0              = j0 > low ? j0 : low;
      j0              = j0 < high ? j0 : high;
      const int at    = (int)j0;
      double    sum   = 0;
      for (int c = 0; c < reach; c++) {
        const double d = fabs(u0 + step * (j0 + c) + shift - p);
        const double w = 1 - d;
        sum += (w > 0 ? w : 0) * g[at + c];
      }
      row[i] += sum;
    }
  }
}

CLONES void qv_radon2d_spread(const qv_radon2d_rays *rays, const double *samples, double *pixels) {
  const int reach = qv_radon2d_reach(rays->step);
  if (reach == 2)
    spread(rays, 2, 0, samples, pixels);
  else
    spread(rays, reach, 1 / fabs(rays->step), samples, pixels);
}

void qv_radon2d_scatter(const qv_radon2d_rays *rays, const double *samples, double *padded) {
  const int    stride = rays->size + 2 * QV_RADON2D_PAD;
  const double limit  = rays->size + 1;
  for (int r = 0; r < rays->size; r++) {
    double      *row   = padded + (long)r * stride;
    const double shift = rays->start + r * rays->slope;
    for (int j = 0; j < rays->n_bins; j++) {
      const double k = least(most(rays->u[j] + shift, 0), limit);
      const int    i = (int)k;
      const double f = k - i;
      row[i] += (1 - f) * samples[j];
      row[i + 1] += f * samples[j];
    }
  }
}

enum { BLOCK = 8 };

void qv_radon2d_transpose(int n, const int *begin, const int *end, const double *from,
                          int from_stride, double *to, int to_stride) {
  for (int y0 = 0; y0 < n; y0 += BLOCK)
    for (int x0 = 0; x0 < n; x0 += BLOCK) {
      const int y1 = y0 + BLOCK < n ? y0 + BLOCK : n;
      for (int y = y0; y < y1; y++) {
        const int a = begin[y] > x0 ? begin[y] : x0;
        const int b = end[y] < x0 + BLOCK ? end[y] : x0 + BLOCK;
        for (int x = a; x < b; x++) to[(long)x * to_stride + y] = from[(long)y * from_stride + x];
      }
    }
}
