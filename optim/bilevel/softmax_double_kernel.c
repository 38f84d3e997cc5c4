/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kernels of softmax_kernel.c in double. */
#define REAL    double
#define NAME(x) x##_double
#include "optim/bilevel/softmax_kernel.c"
