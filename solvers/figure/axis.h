/* SPDX-License-Identifier: GPL-3.0-or-later
 * One axis of a chart: its range, ticks with labels, and the map to pixels. Pure. */
#pragma once
#include <stdbool.h>
#include "solvers/figure/ticks.h"

enum { QV_AXIS_TICKS = 16, QV_AXIS_MINOR = 160 };

typedef struct {
  bool   is_log;
  double low, high;  /* the range that is shown, values */
  double least_step; /* linear: ticks are not closer than this; 0: no bound */
  double start, end; /* pixels of low and high */
  int    n_ticks, n_minor;
  double tick[QV_AXIS_TICKS], minor[QV_AXIS_MINOR];
  char   text[QV_AXIS_TICKS][64];
  char   factor[192]; /* "×10^-9 + 1.25": how labels become values; "" when they are values */
} qv_axis;

/* Can this value be placed? Finite, not beyond 1e300, and at least 1e-300 on a log axis. */
bool qv_axis_takes(const qv_axis *axis, double value);
/* Show [low, high] with a margin of `pad` of its length; something sensible where the range is
 * empty (low > high) or a single value. */
void qv_axis_show(qv_axis *axis, double low, double high, double pad);
/* Widen the one with more pixels for one unit until both have the same (both linear). */
void qv_axis_match(qv_axis *x, double width, qv_axis *y, double height);
/* Give both the same distance between ticks (both linear, fitted). */
void qv_axis_agree(qv_axis *x, double width, qv_axis *y, double height, double font_size);
/* Choose ticks and labels for an axis of `length` pixels. */
void qv_axis_fit(qv_axis *axis, double length, bool is_horizontal, double font_size);
/* Pixel of a value that the axis takes. */
double qv_axis_place(const qv_axis *axis, double value);
/* The widest label in pixels. */
double qv_axis_label_width(const qv_axis *axis, double font_size);
