/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inner loops of log-det: kernels of points, and forward substitution, for one candidate (lanes
 * across the chosen elements) or for QV_LOGDET_LANES at once. Every entry is computed by the same
 * operations in the same order in both, so that the bits are the same. */
#pragma once
#include <stdint.h>

enum { QV_LOGDET_LANES = 32 };

/* Of the n chosen points, coordinate a of point i at chosen[a * stride + i], with x of d
 * coordinates: squared distances, or inner products if `linear`. */
void qv_logdet_points_one(int64_t n, int64_t d, int64_t stride, const double *chosen,
                          const double *x, int linear, double *b);
/* The same for many: coordinate a of candidate l at x[a * LANES + l], results in b [n, LANES]. */
void qv_logdet_points_many(int64_t n, int64_t d, int64_t stride, const double *chosen,
                           const double *x, int linear, double *b);

/* b := L^-1 b; L [n, n] without its diagonal by columns, column j at column + j * stride, inverse
 * [n] of the diagonal. */
void qv_logdet_solve_one(int64_t n, int64_t stride, const double *column, const double *inverse,
                         double *b);
/* The same for b [n, LANES]; row i of L at row + i (i + 1) / 2. residual [LANES] is reduced by the
 * squares of the results. */
void qv_logdet_solve_many(int64_t n, const double *row, const double *inverse, double *b,
                          double *residual);
