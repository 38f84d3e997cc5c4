/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sums whose bits depend neither on the ranks nor on the order of joining.
 *
 * Every tile of 64 doubles is added in one fixed vectorised order; the tile sums go exactly into a
 * fixed-point accumulator that covers all finite doubles; one integer Allreduce joins the ranks. */
#pragma once
#include <petscsys.h>
#include <stdint.h>

enum { QV_SUM_WORDS = 71 }; /* 68 words of radix 2^32, then counts of NaN, +Inf, -Inf */

/* Clear with = {0}. May be copied and sent as QV_SUM_WORDS int64. */
typedef struct {
  int64_t word[QV_SUM_WORDS];
} qv_sum;

/* Add one double exactly. */
void qv_sum_add(qv_sum *sum, double x);

/* Add n doubles, tile by tile from x[0]: a layout must start each rank at a multiple of QV_TILE. */
void qv_sum_add_tiles(qv_sum *sum, int64_t n, const double *x);

/* Add the n products x[i] y[i], each rounded once, tile by tile. */
void qv_sum_add_products(qv_sum *sum, int64_t n, const double *x, const double *y);

/* Add every entry (every rounded product if y is not NULL) exactly, for layouts that are not
 * tile-aligned. 3.4 ns an entry. */
void qv_sum_add_exact(qv_sum *sum, int64_t n, const double *x, const double *y);

/* Merge another accumulator. */
void qv_sum_merge(qv_sum *sum, const qv_sum *other);

/* The nearest double (ties to even); one NaN pattern; zero is +0. */
double qv_sum_round(const qv_sum *sum);

/* Join m accumulators over the ranks by one Allreduce of integers. Collective. */
PetscErrorCode qv_sum_join(MPI_Comm comm, int m, qv_sum *sums);

/* Per-entry reproducible sum of arrays over ranks and parts: a[i] := sum over all ranks of a[i],
 * i < n, as int64 multiples of a power of two taken from an Allreduce of maxima. Each rank gives
 * one array; the result is the same for any distribution of `parts` addends only if callers add
 * through qv_sum_array_begin/add/end. Collective: begin (one Allreduce) and end (one Allreduce). */
typedef struct qv_sum_array qv_sum_array;
/* `bound` >= |any entry of any addend| on this rank; `addends` is the total number of addends over
 * all ranks (an upper bound), equal on all ranks. An entry that meets a NaN or an infinity becomes
 * NaN on all ranks; a bound that is not finite makes all entries NaN. An entry beyond the bound, or
 * an addend too many, is an error of `end` on all ranks. */
PetscErrorCode qv_sum_array_begin(MPI_Comm comm, int64_t n, double bound, int64_t addends,
                                  qv_sum_array **sum);
PetscErrorCode qv_sum_array_add(qv_sum_array *sum, const double *x); /* one addend, n entries */
PetscErrorCode qv_sum_array_end(qv_sum_array **sum, double *result); /* all ranks; frees */
