/* SPDX-License-Identifier: GPL-3.0-or-later
 * Joseph's interpolation along the rows of an image: for forward_radon2d.c.
 *
 * In row r ray j is at position k = u[j] + start + r * slope, where pixel i is at i + 1; it takes
 * pixels floor(k) and floor(k) + 1 with weights 1 - f and f. */
#pragma once

enum {
  QV_RADON2D_PAD = 2
}; /* zeros left and right of a row of pixels, one of them at position 0 */

/* The rays of a view. */
typedef struct {
  int           size, n_bins;
  double        start, slope;
  int           is_uniform;
  double        u0, step;    /* u[j] = u0 + step j, when uniform */
  const double *u;           /* [bin] in any case */
  const int    *begin, *end; /* field of view, by row */
} qv_radon2d_rays;

/* sum[j] += sum over rows of weighted pixels. padded: [size][size + 2 PAD], pixel 0 in column 1. */
void qv_radon2d_project(const qv_radon2d_rays *rays, const double *padded, double *sum);

/* The transpose: pixels [size][size] += weights times samples[j]. Uniform rays; `samples` has
 * `reach` zeros before the first and after the last, reach = qv_radon2d_reach(step). */
void qv_radon2d_spread(const qv_radon2d_rays *rays, const double *samples, double *pixels);
int  qv_radon2d_reach(double step);

/* The transpose for rays at any distances: padded as above, +=. */
void qv_radon2d_scatter(const qv_radon2d_rays *rays, const double *samples, double *padded);

/* to[x][y] = from[y][x] for x in [begin[y], end[y]): n rows of the given strides. */
void qv_radon2d_transpose(int n, const int *begin, const int *end, const double *from,
                          int from_stride, double *to, int to_stride);
