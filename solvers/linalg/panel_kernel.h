/* SPDX-License-Identifier: GPL-3.0-or-later
 * Combinations of the columns of a panel, each entry summed over the columns in ascending order and
 * unfused, so that neither cuts nor the BLAS show. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* out[:, j] = sum over i of a[:, i] c[i + k j], i < k (with `upper` i <= j), for l columns j, last
 * first: with `upper` out may be a itself. Columns are `stride` doubles apart, of which n count. */
void qv_panel_kernel_multiply(int64_t n, int k, int l, const double *a, double *out, int64_t stride,
                              const double *c, bool upper);
/* The same for complex pairs; n and stride count doubles, c has pairs. */
void qv_panel_kernel_pairs(int64_t n, int k, int l, const double *a, double *out, int64_t stride,
                           const double *c, bool upper);
