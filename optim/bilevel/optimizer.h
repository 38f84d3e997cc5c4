/* SPDX-License-Identifier: GPL-3.0-or-later
 * How x moves along an estimate g of the hypergradient: plain, with momentum, by Adam (Kingma & Ba
 * 2015) or by Lion-K (Chen, Liu, Liang & Liu, ICLR 2024). All here is arithmetic on the entries
 * that it is given; a norm over ranks, which one form needs, is the caller's.
 *
 * Lion-K: c = beta1 m - (1 - beta1) g; m := beta2 m - (1 - beta2) g; x += eps (dK(c) - lambda x),
 * lambda = 1/bound. It tends to the minimum of f(x) + K*(lambda x)/lambda, to an error of the order
 * of eps. */
#pragma once
#include <petscsys.h>
#include <stdint.h>

enum { QV_OPTIMIZER_SGD, QV_OPTIMIZER_MOMENTUM, QV_OPTIMIZER_ADAM, QV_OPTIMIZER_LION };
/* K: sum |u| (a box); |u| (a ball); sum of u^2/(2 width) up to width and |u| - width/2 beyond (a
 * box with a weak square inside); sum of |u_g| over groups (a ball each); sum of singular values of
 * matrices (a bound of the largest: steps are those of Muon with decay). */
enum { QV_LION_BOX, QV_LION_BALL, QV_LION_HUBER, QV_LION_GROUP, QV_LION_NUCLEAR };
enum { QV_OPTIMIZER_MOMENTS = 2 }; /* at most */

typedef struct {
  int     name, k;      /* above; k of Lion-K */
  double  bound, width; /* of Lion-K */
  double  beta1, beta2;
  int64_t group, rows, columns; /* of neighbours in x: a group's, a matrix', row by row */
} qv_optimizer;

/* Upper vectors that are kept from step to step, zero at first. */
int qv_optimizer_moments(int name);
/* direction := what step number `step`, from 1, goes along; m and v, as many as there are, go on.
 * For Lion-K it is c. */
void qv_optimizer_aim(const qv_optimizer *o, int64_t step, int64_t n, const double *g,
                      double *const moment[QV_OPTIMIZER_MOMENTS], double *direction);
/* Neighbouring variables that Lion-K takes together, with nothing left over: 1 where it does not.
 */
int64_t qv_optimizer_block(const qv_optimizer *o);
/* c := dK(c), for Lion-K; norm: of all of c, for a ball; n: whole blocks. dK(0) = 0; a group
 * whose length is not finite gives 0 or NaN. Fails only where LAPACK does. */
PetscErrorCode qv_optimizer_slope(const qv_optimizer *o, int64_t n, double norm, double *c);
/* x += size direction, of Lion-K less size x/bound. */
void qv_optimizer_move(const qv_optimizer *o, double size, int64_t n, const double *direction,
                       double *x);
