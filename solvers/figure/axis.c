/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/figure/axis.h"

#include "solvers/figure/figure.h"
#include "solvers/figure/text.h"

#include <math.h>
#include <stdio.h>

bool qv_axis_takes(const qv_axis *axis, double value) {
  return fabs(value) <= 1e300 && (!axis->is_log || value >= 1e-300);
}

static void show_log(qv_axis *axis, double low, double high, double pad) {
  const double width = log10(high) - log10(low), more = width > 1e-6 ? pad * width : 0.5;
  axis->low  = fmax(pow(10, log10(low) - more), 1e-301);
  axis->high = fmin(pow(10, log10(high) + more), 1e301);
}

void qv_axis_show(qv_axis *axis, double low, double high, double pad) {
  if (!(low <= high)) low = axis->is_log ? 1 : 0, high = axis->is_log ? 10 : 1, pad = 0;
  if (axis->is_log) {
    show_log(axis, low, high, pad);
    return;
  }
  const double width = high - low, big = fmax(fabs(low), fabs(high));
  double       more = pad * width;
  if (width < 1e-290 || width < 1e-15 * big)
    more = big > 1e-290 ? 0.1 * big : 1;
  else if (width < 2e-14 * big)
    more = 1e-14 * big;
  axis->low  = low - more;
  axis->high = high + more;
}

void qv_axis_match(qv_axis *x, double width, qv_axis *y, double height) {
  if (x->is_log || y->is_log) return;
  const double sx = (x->high - x->low) / width, sy = (y->high - y->low) / height;
  qv_axis     *axis = sx < sy ? x : y;
  const double want = sx < sy ? sy * width : sx * height;
  const double more = (want - (axis->high - axis->low)) / 2;
  axis->low -= more;
  axis->high += more;
}

/* The part that all labels share, when the range is tiny compared to the values. */
static double shared_part(const qv_axis *axis) {
  const double range = axis->high - axis->low, big = fmax(fabs(axis->low), fabs(axis->high));
  if (range >= 1e-4 * big || axis->n_ticks < 1) return 0;
  const int    k    = qv_ticks_decade(range) + 1;
  const double unit = qv_ticks_decimal(1, k);
  return qv_ticks_decimal(llround((axis->low / 2 + axis->high / 2) / unit), k);
}

/* Labels are (tick - offset) / 10^exponent. */
static void write_factor(qv_axis *axis, double offset, int exponent) {
  char        power[QV_TICK_TEXT] = "", number[64] = "";
  const char *sign = offset == 0 ? "" : offset < 0 ? "\xE2\x88\x92 " : "+ ";
  if (exponent) qv_figure_tick_text(qv_ticks_decimal(1, exponent), true, power);
  if (offset != 0) qv_ticks_general(fabs(offset), 15, number);
  snprintf(axis->factor, sizeof axis->factor, "%s%s%s%s%s", exponent ? "\xC3\x97" : "", power,
           exponent && offset != 0 ? " " : "", sign, number);
}

static void label_linear(qv_axis *axis) {
  const double offset   = shared_part(axis);
  double       biggest  = 0;
  int          exponent = 0;
  for (int i = 0; i < axis->n_ticks; i++) biggest = fmax(biggest, fabs(axis->tick[i] - offset));
  if (biggest >= 1e6 || (biggest > 0 && biggest < 1e-3))
    exponent = qv_ticks_decade(biggest * (1 + 1e-9));
  const double unit  = qv_ticks_decimal(1, exponent);
  const double step  = axis->n_ticks > 1 ? (axis->tick[1] - axis->tick[0]) / unit : 1;
  const int    place = -qv_ticks_decade(step * (1 + 1e-3));
  write_factor(axis, offset, exponent);
  for (int i = 0; i < axis->n_ticks; i++) {
    if (axis->n_ticks == 1)
      qv_ticks_general((axis->tick[i] - offset) / unit, 6, axis->text[i]);
    else
      qv_ticks_plain((axis->tick[i] - offset) / unit,
                     place < 0    ? 0
                     : place > 15 ? 15
                                  : place,
                     axis->text[i]);
  }
}

static void label_log(qv_axis *axis) {
  bool decades = true, plain = true;
  axis->factor[0] = 0;
  for (int i = 0; i < axis->n_ticks; i++) {
    const double t = axis->tick[i];
    decades        = decades && t == qv_ticks_decimal(1, qv_ticks_decade(t));
    plain          = plain && t >= 1e-3 && t < 1e6;
  }
  for (int i = 0; i < axis->n_ticks; i++) {
    if (decades || !plain)
      qv_figure_tick_text(axis->tick[i], true, axis->text[i]);
    else
      qv_ticks_general(axis->tick[i], 6, axis->text[i]);
  }
}

/* 2 … 9 in every decade, or the decades between labelled ones. */
static void add_minor(qv_axis *axis) {
  axis->n_minor = 0;
  if (!axis->is_log) return;
  const int first = qv_ticks_decade(axis->low), last = qv_ticks_decade(axis->high);
  if (last - first >= QV_AXIS_MINOR) return;
  const int top = last - first < 12 ? 9 : 1;
  for (int k = first; k <= last; k++) {
    for (int m = 1; m <= top; m++) {
      const double value = qv_ticks_decimal(m, k);
      if (value >= axis->low && value <= axis->high && axis->n_minor < QV_AXIS_MINOR)
        axis->minor[axis->n_minor++] = value;
    }
  }
}

static bool labels_fit(const qv_axis *axis, double length, double font_size) {
  return axis->n_ticks * (qv_axis_label_width(axis, font_size) + 1.2 * font_size) <= length;
}

static bool steps_fit(const qv_axis *axis) {
  return axis->n_ticks < 2 || axis->tick[1] - axis->tick[0] >= 0.999 * axis->least_step;
}

void qv_axis_fit(qv_axis *axis, double length, bool is_horizontal, double font_size) {
  const int most  = (int)(length / (is_horizontal ? 48 : 34));
  int       limit = most < 3 ? 3 : most > 12 ? 12 : most;
  for (; limit >= 2; limit--) {
    axis->n_ticks = qv_figure_ticks(axis->low, axis->high, axis->is_log, limit, axis->tick);
    if (axis->is_log)
      label_log(axis);
    else
      label_linear(axis);
    if (steps_fit(axis) && (!is_horizontal || labels_fit(axis, length, font_size))) break;
  }
  add_minor(axis);
}

void qv_axis_agree(qv_axis *x, double width, qv_axis *y, double height, double font_size) {
  if (x->is_log || y->is_log || x->n_ticks < 2 || y->n_ticks < 2) return;
  const double sx = x->tick[1] - x->tick[0], sy = y->tick[1] - y->tick[0];
  x->least_step = y->least_step = fmax(sx, sy);
  if (sx < sy)
    qv_axis_fit(x, width, true, font_size);
  else
    qv_axis_fit(y, height, false, font_size);
}

double qv_axis_place(const qv_axis *axis, double value) {
  const double low  = axis->is_log ? log10(axis->low) : axis->low;
  const double high = axis->is_log ? log10(axis->high) : axis->high;
  const double at   = axis->is_log ? log10(value) : value;
  return axis->start + (at - low) / (high - low) * (axis->end - axis->start);
}

double qv_axis_label_width(const qv_axis *axis, double font_size) {
  double widest = 0;
  for (int i = 0; i < axis->n_ticks; i++)
    widest = fmax(widest, qv_text_width(axis->text[i], font_size, false));
  return widest;
}
