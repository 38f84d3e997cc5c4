/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pictures: a chart is data with axes and labels; it becomes SVG by our own writer (real text, the
 * same bytes on every machine) or PNG through cairo. Knows nothing of decks or HDF5. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
  QV_MARK_LINE,   /* a polyline through (x, y); NaN breaks it */
  QV_MARK_POINTS, /* dots */
  QV_MARK_STEPS,  /* histogram: n edges in x, heights of the n - 1 bins in y (last y ignored) */
  QV_MARK_RULES,  /* thin lines from the bottom to the top at the values of x; y is not read */
  QV_MARK_END,    /* one larger dot at the last point: where a trajectory ends */
  QV_MARK_BAND    /* a translucent area from y up to `upper`, below all else; NaN breaks it. What
                   * is not positive lies at the bottom of a log axis. Its legend has a line */
} qv_mark;

/* One set of points of a chart. Borrowed arrays. */
typedef struct {
  qv_mark       mark;
  int64_t       n;
  const double *x, *y;
  const double *upper;  /* of a band; else not read */
  const char   *label;  /* for the legend; NULL: none */
  int           colour; /* index into the palette (colour-blind safe); -1: grey */
  bool          dashed; /* lines: tells curves of one colour apart */
} qv_curve;

/* An image with its own colour map: row 0 at the bottom. */
typedef struct {
  int           width, height;
  const double *value; /* [height][width] */
  double        low, high;
  bool          diverging; /* blue-white-red about 0 instead of grey */
} qv_raster;

typedef struct {
  const char      *title, *x_label, *y_label;
  bool             x_log, y_log, equal_aspect;
  int              n_curves;
  qv_curve        *curve;
  const qv_raster *raster; /* NULL: none */
} qv_chart;

/* A picture is a grid of charts, row by row, with one title and a caption line. */
typedef struct {
  const char *title, *caption;
  int         columns, n_charts;
  qv_chart   *chart;
  /* Pixels, more where labels need it; 0: chosen from the grid (PNG: two pixels for one). */
  int width, height;
} qv_figure;

/* Write the picture; the file is complete or not there. Only a raster in an SVG (a PNG inside) may
 * differ by its bytes between machines. Errors: PETSC_ERR_FILE_OPEN or _WRITE.
 * Not collective. */
PetscErrorCode qv_figure_svg(const qv_figure *figure, const char *path);
PetscErrorCode qv_figure_png(const qv_figure *figure, const char *path);

/* Frames one after the other, over and over: `frame` gives the picture number k, valid until the
 * next call. All must come out in one size. */
typedef struct {
  int    n_frames;
  double fps; /* frames a second, 0.01 … 600 */
  PetscErrorCode (*frame)(void *context, int k, const qv_figure **figure);
  void *context;
} qv_movie;
/* An animated PNG, whose first frame is what other readers show; otherwise as above. */
PetscErrorCode qv_figure_movie(const qv_movie *movie, const char *path);

/* Tick positions for [low, high]: at most `limit` of them, 1-2-5 steps or decades. Returns how
 * many. Pure. */
int qv_figure_ticks(double low, double high, bool is_log, int limit, double *tick);
/* A number as a tick label: "0.5", "2,000", "2.5×10^-13" (U+2212 for "-"); the layer raises "^-13".
 * is_log: always as a power of ten, "10^0", "2×10^3". */
void qv_figure_tick_text(double value, bool is_log, char text[24]);
