/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where two bodies are closest inside a step. */
#pragma once

/* The ends of a step of a pair: relative position, velocity and acceleration at 0 and at h. */
typedef struct {
  double r[2][3], v[2][3], a[2][3];
  double h;
} qv_hermite4_passage;

/* The least separation, by the root of r.v = 0 on the quintic through both ends, and its time
 * within the step. The root may lie a little outside [0, h]; with h = 0 it is the end. Pure. */
double qv_hermite4_pericentre_find(const qv_hermite4_passage *passage, double *time);
