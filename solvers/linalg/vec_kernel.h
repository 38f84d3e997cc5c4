/* SPDX-License-Identifier: GPL-3.0-or-later
 * Vector updates without fused multiply-add, so that no cut and no BLAS shows. */
#pragma once
#include <stdint.h>

/* y += a x */
void qv_vec_kernel_axpy(int64_t n, double a, const double *restrict x, double *restrict y);
/* y = a x + b y */
void qv_vec_kernel_axpby(int64_t n, double a, double b, const double *restrict x,
                         double *restrict y);
/* y = |x| */
void qv_vec_kernel_abs(int64_t n, const double *restrict x, double *restrict y);
/* The largest of |x| and 0 (a NaN is passed over); *nans counts the NaN. */
double qv_vec_kernel_largest(int64_t n, const double *x, int64_t *nans);
