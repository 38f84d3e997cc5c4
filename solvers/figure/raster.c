/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers as colours. */
#include "solvers/figure/chart.h"
#include "solvers/figure/style.h"

#include <math.h>

enum { MOST_PIXELS = 1600, BAR_STEPS = 64, BAR_WIDTH = 12, BAR_GAP = 14 };

void qv_raster_range(const qv_raster *raster, double range[2]) {
  double       low = raster->low, high = raster->high;
  const double big = fmax(fabs(low), fabs(high));
  if (!(fabs(low) <= 1e300 && fabs(high) <= 1e300))
    low = 0, high = 1;
  else if (raster->diverging)
    low = -big, high = big;
  if (low > high)
    range[0] = high, range[1] = low;
  else
    range[0] = low, range[1] = high;
  if (range[1] - range[0] <= 1e-14 * big || big == 0)
    range[0] -= big ? big / 2 : 0.5, range[1] += big ? big / 2 : 0.5;
}

double qv_raster_bar_width(const qv_panel *panel) {
  return BAR_GAP + BAR_WIDTH + 12 + qv_axis_label_width(&panel->bar, QV_SIZE_TICK);
}

static uint32_t blend(uint32_t from, uint32_t to, double t) {
  uint32_t colour = 0xFF;
  for (int shift = 16; shift >= 0; shift -= 8) {
    const double a = (from >> shift) & 0xFF, b = (to >> shift) & 0xFF;
    colour = colour << 8 | (uint32_t)(a + t * (b - a) + 0.5);
  }
  return colour;
}

/* Black to white, or blue over white to red (vermilion): both read the same in every kind of sight.
 * What is no number stays clear. */
static uint32_t colour_of(double value, const double range[2], bool diverging) {
  double t = (value - range[0]) / (range[1] - range[0]);
  if (isnan(t)) return 0;
  t = fmin(fmax(t, 0), 1);
  if (!diverging) return blend(0x000000, 0xFFFFFF, t);
  return t < 0.5 ? blend(0x00548A, 0xFFFFFF, 2 * t) : blend(0xFFFFFF, 0xB83A00, 2 * t - 1);
}

/* The mean over a block of columns and rows, without what is no number. */
static double block_mean(const qv_raster *raster, int size, int column, int row) {
  double sum = 0;
  int    n   = 0;
  for (int y = row * size; y < (row + 1) * size && y < raster->height; y++) {
    for (int x = column * size; x < (column + 1) * size && x < raster->width; x++) {
      const double value = raster->value[(int64_t)y * raster->width + x];
      if (isnan(value)) continue;
      sum += value;
      n++;
    }
  }
  return n ? sum / n : NAN;
}

static PetscErrorCode draw_bar(const qv_panel *panel, const double range[2], qv_scene *scene) {
  const double   height = panel->box[QV_BOTTOM] - panel->box[QV_TOP];
  const qv_shape bar    = {.x       = panel->box[QV_RIGHT] + BAR_GAP,
                           .y       = panel->box[QV_TOP],
                           .width   = BAR_WIDTH,
                           .height  = height,
                           .columns = 1,
                           .rows    = BAR_STEPS};
  uint32_t      *pixel;
  PetscFunctionBegin;
  PetscCall(qv_scene_image(scene, &bar, &pixel));
  for (int i = 0; i < BAR_STEPS; i++) {
    const double t = 1 - (i + 0.5) / BAR_STEPS;
    pixel[i] =
      colour_of(range[0] + t * (range[1] - range[0]), range, panel->chart->raster->diverging);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_raster_draw(const qv_panel *panel, qv_scene *scene) {
  const qv_raster *raster  = panel->chart->raster;
  const double    *b       = panel->box;
  const int        longest = raster->width > raster->height ? raster->width : raster->height;
  const int        size    = (longest + MOST_PIXELS - 1) / MOST_PIXELS;
  uint32_t        *pixel;
  double           range[2];
  PetscFunctionBegin;
  if (raster->width < 1 || raster->height < 1) PetscFunctionReturn(0);
  const qv_shape image = {.x       = b[QV_LEFT],
                          .y       = b[QV_TOP],
                          .width   = b[QV_RIGHT] - b[QV_LEFT],
                          .height  = b[QV_BOTTOM] - b[QV_TOP],
                          .columns = (raster->width + size - 1) / size,
                          .rows    = (raster->height + size - 1) / size};
  qv_raster_range(raster, range);
  PetscCall(qv_scene_image(scene, &image, &pixel));
  for (int row = 0; row < image.rows; row++)
    for (int column = 0; column < image.columns; column++)
      *pixel++ =
        colour_of(block_mean(raster, size, column, image.rows - 1 - row), range, raster->diverging);
  PetscCall(draw_bar(panel, range, scene));
  PetscFunctionReturn(0);
}
