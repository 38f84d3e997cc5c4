/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bases of time functions: Psi = U Z, U [frame, knot] fixed, Z [knot, function]. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

#include "solvers/deck/key.h"

extern const qv_choice qv_basis_words[];                 /* ends with {NULL, NULL} */
int                    qv_basis_named(const char *word); /* index, -1: there is none */
bool                   qv_basis_is_identity(int kind);

/* U by rows: row t has `width` entries from column first[t] on. */
typedef struct {
  int     kind, latent, width;
  int64_t n; /* frames */
  int    *first;
  double *value; /* [n, width] */
} qv_basis;

/* U at times in [0, 1]; latent >= 2 (identity: the number of times; 1 allowed). Not collective. */
PetscErrorCode qv_basis_create(int kind, int64_t n, const double *time, int latent,
                               qv_basis **basis);
PetscErrorCode qv_basis_destroy(qv_basis **basis);

/* psi [frame, function] = U z, z [knot, function]. */
void qv_basis_expand(const qv_basis *basis, int functions, const double *z, double *psi);
/* z [knot, function] = U' rows, rows [frame, function]. */
void qv_basis_collect(const qv_basis *basis, int functions, const double *rows, double *z);

/* Coefficients of cos(pi k t), k < functions, as near as the basis knows them: where iterations
 * start. */
void qv_basis_start(const qv_basis *basis, int functions, double *z);
