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

/* Pointers as parameters: the compiler keeps only these apart, and gathers in lanes. */
INLINE void project_row(int n, double shift, double limit, const double *restrict u,
                        const double *restrict row, double *restrict g) {
  for (int j = 0; j < n; j++) {
    double k       = u[j] + shift;
    k              = k > 0 ? k : 0;
    k              = k < limit ? k : limit;
    const int    i = (int)k;
    const double f = k - i;
    g[j] += (1 - f) * row[i] + f * row[i + 1];
  }
}

CLONES void qv_radon2d_project(const qv_radon2d_rays *rays, const double *padded, double *sum) {
  const int    stride = rays->size + 2 * QV_RADON2D_PAD;
  const double limit  = rays->size + 1;
  for (int r = 0; r < rays->size; r++) {
    const double shift = rays->start + r * rays->slope;
    int          first, last;
    if (rays->begin[r] == rays->end[r]) continue;
    rays_of_row(rays, shift, rays->begin[r], rays->end[r], &first, &last);
    project_row(last - first, shift, limit, rays->u + first, padded + (long)r * stride,
                sum + first);
  }
}

int qv_radon2d_reach(double step) {
  return step >= 1 || step <= -1 ? 2 : (int)(2 / fabs(step)) + 2;
}

/* Pixels [begin, end) of a row; ray j is at k = at + step j, n rays. */
INLINE void spread_row(int begin, int end, double at, double step, int n, int reach,
                       const double *restrict g, double *restrict row) {
  const double inverse = 1 / step, back = fabs(inverse);
  const double low = -reach, high = n;
  for (int i = begin; i < end; i++) {
    const double p   = i + 1;
    const double j0  = least(most(floor((p - at) * inverse - back), low), high);
    double       sum = 0;
    for (int c = 0; c < reach; c++) {
      const double w = 1 - fabs(at + step * (j0 + c) - p);
      sum += (w > 0 ? w : 0) * g[(int)j0 + c];
    }
    row[i] += sum;
  }
}

/* The same where rays are a pixel or more apart, so that two of them at most reach a pixel: without
 * an inner loop the compiler takes pixels as lanes. */
INLINE void spread_row_wide(int begin, int end, double at, double step, int n,
                            const double *restrict g, double *restrict row) {
  const double inverse = 1 / step, low = -2, high = n;
  for (int i = begin; i < end; i++) {
    const double p  = i + 1;
    const double j0 = least(most(floor((p - at) * inverse), low), high);
    const double w0 = 1 - fabs(at + step * j0 - p);
    const double w1 = 1 - fabs(at + step * (j0 + 1) - p);
    const int    j  = (int)j0;
    row[i] += (w0 > 0 ? w0 : 0) * g[j] + (w1 > 0 ? w1 : 0) * g[j + 1];
  }
}

CLONES void qv_radon2d_spread(const qv_radon2d_rays *rays, const double *samples, double *pixels) {
  const int reach = qv_radon2d_reach(rays->step);
  for (int r = 0; r < rays->size; r++) {
    const double at  = rays->u0 + (rays->start + r * rays->slope);
    double      *row = pixels + (long)r * rays->size;
    if (reach == 2)
      spread_row_wide(rays->begin[r], rays->end[r], at, rays->step, rays->n_bins, samples, row);
    else
      spread_row(rays->begin[r], rays->end[r], at, rays->step, rays->n_bins, reach, samples, row);
  }
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
