/* SPDX-License-Identifier: GPL-3.0-or-later
 * Separable filters of square images: for metrics.c. */
#pragma once

/* out [n, n] += scale * in filtered by wx along rows and wy along columns, 2 radius + 1 taps each;
 * mirrored at the edges (… b a | a b …). scratch: n * n + n + 2 radius. */
void qv_metrics_filter(int n, int radius, const double *wx, const double *wy, double scale,
                       const double *in, double *scratch, double *out);

/* to[i] = |from[i]|, of one or two components. */
void qv_metrics_magnitude(int n, int components, const double *from, double *to);

/* The SSIM map from filtered x, t, xx, tt, xt; the map takes the place of x. */
void qv_metrics_ssim(int n, double c1, double c2, double *x, const double *t, const double *xx,
                     const double *tt, const double *xt);
