/* SPDX-License-Identifier: GPL-3.0-or-later
 * From one chart to shapes. Private to this room. */
#pragma once
#include "solvers/figure/axis.h"
#include "solvers/figure/figure.h"
#include "solvers/figure/scene.h"

enum { QV_LEFT, QV_TOP, QV_RIGHT, QV_BOTTOM };

/* A chart on its way into a scene. */
typedef struct {
  const qv_chart *chart;
  qv_axis         wanted_x, wanted_y; /* as scanned, before the shape of the plot area is known */
  qv_axis         x, y, bar;          /* as drawn; bar: the colours of a raster */
  char            note[96];           /* what cannot be shown, "" when all is */
  bool            is_empty, has_note_line; /* nothing to show; a line between title and plot area */
  bool            own_legend, legend_outside;
  double          legend_x, legend_y;
  double          margin[4], box[4]; /* around the plot area; the plot area */
} qv_panel;

/* Ranges and the note. Pure. */
void qv_chart_scan(const qv_chart *chart, qv_panel *panel);
/* Room that titles, labels and ticks need around a plot area of this size. Pure. */
void qv_chart_measure(qv_panel *panel, double width, double height);
/* Put the plot area at panel->box: ticks, and the map to pixels. Pure. */
void           qv_chart_place(qv_panel *panel);
PetscErrorCode qv_chart_draw(const qv_panel *panel, qv_scene *scene);

/* The data of a chart, inside panel->box. */
PetscErrorCode qv_curves_draw(const qv_panel *panel, qv_scene *scene);
PetscErrorCode qv_raster_draw(const qv_panel *panel, qv_scene *scene);
/* What its colour bar takes on the right. Pure. */
double qv_raster_bar_width(const qv_panel *panel);
/* The range of colours of a raster: symmetric where it is diverging. Pure. */
void qv_raster_range(const qv_raster *raster, double range[2]);

/* Legends. A chart's entries are its curves with a label. */
int    qv_legend_count(const qv_chart *chart);
double qv_legend_width(const qv_chart *chart);
double qv_legend_height(const qv_chart *chart);
bool   qv_legend_equal(const qv_chart *a, const qv_chart *b);
/* Find room inside the plot area, or move the legend outside. */
PetscErrorCode qv_legend_place(qv_panel *panel);
/* Draw entries downwards from (x, y), or to the right where is_row. */
PetscErrorCode qv_legend_draw(const qv_chart *chart, const double at[2], bool is_row,
                              qv_scene *scene);
