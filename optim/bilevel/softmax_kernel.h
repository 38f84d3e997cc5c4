/* SPDX-License-Identifier: GPL-3.0-or-later
 * Products of up to four rows of data with a panel of weights: the inner loops of softmax
 * regression. A panel has d lines (one more with a bias) of `width` numbers, width a multiple of
 * QV_SOFTMAX_PAD. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { QV_SOFTMAX_ROWS = 4, QV_SOFTMAX_PAD = 8 };

/* score[r, c] = sum over k of row[r][k] panel[k, c], and the bias's line. */
void qv_softmax_scores(int rows, int64_t d, bool bias, int width, const double *const *row,
                       const double *panel, double *score);
/* panel[k, c] += sum over r of row[r][k] weight[r, c]. */
void qv_softmax_outer(int rows, int64_t d, bool bias, int width, const double *const *row,
                      const double *weight, double *panel);
