/* SPDX-License-Identifier: GPL-3.0-or-later
 * Products of rows of data with a panel of weights: the inner loops of softmax regression. Rows and
 * panel are [rows, stride] and [columns, stride] with lanes across features; stride is a multiple
 * of QV_SOFTMAX_LANES, what is behind the last feature is zero. */
#pragma once
#include <stdint.h>

enum { QV_SOFTMAX_ROWS = 8, QV_SOFTMAX_LANES = 8 };

/* Rows of bytes that are wanted next, and are fetched meanwhile. */
typedef struct {
  int            rows;
  int64_t        bytes; /* of a row */
  const uint8_t *row[QV_SOFTMAX_ROWS];
} qv_softmax_ahead;

/* score[r, c] = sum over k of row[r, k] panel[c, k] for QV_SOFTMAX_ROWS rows. A score depends on
 * its row and column alone. */
void qv_softmax_scores_single(int64_t stride, int64_t columns, const float *row, const float *panel,
                              const qv_softmax_ahead *ahead, float *score);
void qv_softmax_scores_double(int64_t stride, int64_t columns, const double *row,
                              const double *panel, const qv_softmax_ahead *ahead, double *score);

/* panel[c, k] += sum over r of weight[r, c] row[r, k], in double, rows in order. */
void qv_softmax_outer_single(int64_t stride, int64_t columns, const float *row,
                             const double *weight, double *panel);
void qv_softmax_outer_double(int64_t stride, int64_t columns, const double *row,
                             const double *weight, double *panel);

/* row[k] = byte[k] for k < n */
void qv_softmax_widen_single(int64_t n, const uint8_t *byte, float *row);
void qv_softmax_widen_double(int64_t n, const uint8_t *byte, double *row);

/* x[i] = exp(x[i]) of numbers that are at most zero, to 2e-7; n is a multiple of the lanes. What is
 * below -87 counts as -87; NaN gives anything. */
void qv_softmax_exp(int64_t n, float *x);

/* sum of |x[i]|; n is a multiple of the lanes. */
float qv_softmax_size(int64_t n, const float *x);
