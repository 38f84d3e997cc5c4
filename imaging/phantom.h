/* SPDX-License-Identifier: GPL-3.0-or-later
 * Moving phantoms by the deck's word: its shapes at every time in [0, 1]. Pure. */
#pragma once
#include "imaging/shapes.h"
#include "solvers/deck/key.h"

typedef struct {
  int     name;   /* index into qv_phantom_words */
  int64_t beats;  /* cardiac: heart beats in all */
  int64_t latent; /* in-model: knots of the third time function, >= 2 */
} qv_phantom;

extern const qv_choice qv_phantom_words[];

void qv_phantom_shapes(const qv_phantom *phantom, double time, qv_shapes *shapes);

/* The cubic Hermite interpolant, slopes averaged from secants (one-sided at the ends), of y at n >=
 * 2 equal knots of [0, 1]. */
double qv_phantom_hermite(int64_t n, double (*y)(double), double time);
