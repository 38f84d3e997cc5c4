/* SPDX-License-Identifier: GPL-3.0-or-later
 * Arithmetic on single frames: n reals, in an order of addition that depends on n alone. */
#pragma once
#include <stdint.h>

double qv_frame_dot(int64_t n, const double *x, const double *y);
double qv_frame_distance2(int64_t n, const double *x, const double *y);        /* |x - y|^2 */
double qv_frame_error2(int64_t n, double a, const double *x, const double *y); /* |a x - y|^2 */
/* z = a x + b y; z may be x or y. */
void qv_frame_combine(int64_t n, double a, const double *x, double b, const double *y, double *z);
/* |x - f + y|^2 */
double qv_frame_split2(int64_t n, const double *x, const double *f, const double *y);
/* gram [k, k], lower half by rows, += factor <v_i, v_j>; v [k, n]. */
void qv_frame_gram(int64_t n, int k, double factor, const double *v, double *gram);
/* z = z + x - y. */
void qv_frame_drift(int64_t n, const double *x, const double *y, double *z);
