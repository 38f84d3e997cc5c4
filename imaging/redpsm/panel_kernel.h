/* SPDX-License-Identifier: GPL-3.0-or-later
 * Panels of K images of n pixels against few frames. Orders of addition depend on K alone. */
#pragma once
#include <stdint.h>

/* image[i][p] = sum over k of weight[i][k] panel[k][p], i < count. */
void qv_panel_expand(int64_t n, int functions, int count, const double *panel, const double *weight,
                     double *image);
/* sum[k][p] = the sum over i, as a binary tree, of image[i][p] weight[i][k]; count 1, 2, 4 or 8. */
void qv_panel_gather(int64_t n, int functions, int count, const double *image, const double *weight,
                     double *sum);
void qv_panel_add(int64_t n, const double *from, double *to); /* to += from */
/* keep[p] = value > 0 within the view; image = image where kept, else 0. */
void qv_panel_support(int64_t n, const unsigned char *view, double *image, unsigned char *keep);
/* to = keep ? from : 0 */
void qv_panel_cut(int64_t n, const unsigned char *keep, const double *from, double *to);
void qv_panel_mask(int64_t n, const unsigned char *keep, double *image);
/* to = keep ? a to + b from : 0; keep may be NULL. */
void qv_panel_blend(int64_t n, const unsigned char *keep, double a, double b, const double *from,
                    double *to);
void qv_panel_miss(int64_t n, const double *f, const double *y, const double *x,
                   double *to); /* to = f - y - x */
