/* SPDX-License-Identifier: GPL-3.0-or-later
 * Neighbourhood operations on an n x n frame, for tv, haar-ti and median3. */
#pragma once

/* u = x + tau div q, q = [x component | y component], each n x n, 0 beyond the frame. */
void qv_stencil_primal(int n, double tau, const double *x, const double *q, double *u);
/* p_new = (q + step grad u) projected on |p| <= 1 in each pixel, q = p_new + momentum (p_new - p),
 * p = p_new: forward differences, 0 across the border. */
void qv_stencil_dual(int n, double step, double momentum, const double *u, double *p, double *q);
/* The sum over pixels of |grad u|. `row` is scratch of n. */
double qv_stencil_variation(int n, const double *u, double *row);
/* out = x - 1/4 the sum over all 2 x 2 blocks of their details cut off at +-level. `detail` is
 * scratch of 3 n. */
void qv_stencil_haar(int n, double level, const double *x, double *detail, double *out);
/* Medians of 3 x 3 pixels; padded is [n + 2, n + 2]. */
void qv_stencil_median(int n, const double *padded, double *out);
