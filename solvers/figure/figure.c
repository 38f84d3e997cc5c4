/* SPDX-License-Identifier: GPL-3.0-or-later
 * The page: a grid of charts under a title, above a caption. */
#include "solvers/figure/figure.h"

#include "solvers/figure/chart.h"
#include "solvers/figure/style.h"
#include "solvers/figure/text.h"
#include "solvers/store/safe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PAD = 14, GAP = 14, TITLE_ROW = 21, CAPTION_ROW = 15, LEGEND_ROW = 22, LEAST_BOX = 48 };

typedef struct {
  const qv_figure *figure;
  int              columns, rows;
  double           width, height, top, bottom; /* page; the band of the charts */
  bool             shared_legend;
  qv_panel        *panel;
} page;

/* The part of *text that fits on a line, cut at a blank where there is one. False at the end. */
static bool next_line(const char **text, const qv_shape *like, char line[1024]) {
  while (**text == ' ') ++*text;
  size_t bytes = qv_text_fit(*text, like->size, like->bold, like->width), cut;
  if (!**text || !bytes) return false;
  if (bytes > 1000) bytes = 1000;
  for (cut = bytes; (*text)[bytes] && cut > 0 && (*text)[cut] != ' ';) cut--;
  if (cut > 0) bytes = cut;
  memcpy(line, *text, bytes);
  line[bytes] = 0;
  *text += bytes;
  return true;
}

/* Draw a text over at most `most` lines from like->y on; only count them where scene is NULL. */
static PetscErrorCode draw_lines(const char *text, const qv_shape *like, double row,
                                 qv_scene *scene, int *lines) {
  char     line[1024];
  qv_shape shape = *like;
  PetscFunctionBegin;
  for (*lines = 0; text && *lines < 4 && next_line(&text, like, line); ++*lines) {
    shape.y     = like->y + *lines * row;
    shape.width = 0;
    if (scene) PetscCall(qv_scene_text(scene, &shape, line));
  }
  PetscFunctionReturn(0);
}

static qv_shape title_style(const page *p) {
  return (qv_shape){.colour = QV_INK,
                    .size   = QV_SIZE_TITLE,
                    .bold   = true,
                    .x      = PAD,
                    .y      = PAD + QV_SIZE_TITLE,
                    .width  = p->width - 2 * PAD};
}

static qv_shape caption_style(const page *p) {
  return (qv_shape){.colour = QV_PALE_INK,
                    .size   = QV_SIZE_CAPTION,
                    .x      = PAD,
                    .y      = p->bottom + QV_SIZE_CAPTION + 8,
                    .width  = p->width - 2 * PAD};
}

static double row_width(const qv_chart *chart) {
  double sum = 0;
  for (int i = 0; i < chart->n_curves; i++)
    if (chart->curve[i].label)
      sum += 43 + fmin(200, qv_text_width(chart->curve[i].label, QV_SIZE_LEGEND, false));
  return sum;
}

/* One legend for the page where all charts have the same. */
static bool shares_legend(const page *p) {
  const qv_figure *f = p->figure;
  if (f->n_charts < 2 || !qv_legend_count(&f->chart[0])) return false;
  for (int i = 1; i < f->n_charts; i++)
    if (!qv_legend_equal(&f->chart[0], &f->chart[i])) return false;
  return row_width(&f->chart[0]) <= p->width - 2 * PAD;
}

/* Height over width of the data of a chart with equal units, within limits. */
static double aspect_of(const qv_panel *panel) {
  const qv_axis *x = &panel->wanted_x, *y = &panel->wanted_y;
  const double   ratio = x->is_log || y->is_log ? 1 : (y->high - y->low) / (x->high - x->low);
  return ratio < 0.4 ? 0.4 : ratio > 1.1 ? 1.1 : ratio;
}

/* Width and height of a cell that suit the charts. */
static void cell_size(const page *p, double size[2]) {
  const bool is_equal = p->figure->n_charts > 0 && p->figure->chart[0].equal_aspect;
  if (p->figure->n_charts < 2) {
    size[0] = is_equal ? 600 : 720;
    size[1] =
      is_equal ? 65 + (p->figure->chart[0].raster ? 480 : 520) * aspect_of(&p->panel[0]) : 430;
  } else {
    size[0] = p->columns == 1 ? 720 : is_equal ? 330 : 380;
    size[1] = p->columns == 1 ? 250 : is_equal ? (p->figure->chart[0].raster ? 285 : 320) : 280;
  }
}

static PetscErrorCode lay_out_page(page *p) {
  const qv_figure *f = p->figure;
  double           cell[2];
  int              title_lines, caption_lines;
  PetscFunctionBegin;
  p->columns = f->columns < 1                            ? 1
               : f->columns > f->n_charts && f->n_charts ? f->n_charts
                                                         : f->columns;
  p->rows    = f->n_charts ? (f->n_charts + p->columns - 1) / p->columns : 1;
  cell_size(p, cell);
  p->width = f->width > 0 ? f->width : 2 * PAD + p->columns * cell[0] + (p->columns - 1) * GAP;
  p->width = fmax(p->width, 2 * PAD + p->columns * 170.0);
  p->shared_legend     = shares_legend(p);
  const qv_shape title = title_style(p), caption = caption_style(p);
  PetscCall(draw_lines(f->title, &title, TITLE_ROW, NULL, &title_lines));
  PetscCall(draw_lines(f->caption, &caption, CAPTION_ROW, NULL, &caption_lines));
  p->top             = PAD + title_lines * (TITLE_ROW + 2) + (p->shared_legend ? LEGEND_ROW : 0);
  const double below = caption_lines ? 8 + CAPTION_ROW * caption_lines : 0;
  p->height          = p->top + p->rows * cell[1] + (p->rows - 1) * GAP + below + PAD;
  if (f->height > 0) p->height = fmax(f->height, p->top + below + PAD + p->rows * 160.0);
  p->bottom = p->height - PAD - below;
  PetscFunctionReturn(0);
}

/* What all plot areas need around them, when they are of this size. */
static void share_margins(page *p, double width, double height, double most[4]) {
  const int n         = p->figure->n_charts;
  bool      note_line = false;
  memset(most, 0, 4 * sizeof *most);
  for (int i = 0; i < n; i++) {
    qv_chart_measure(&p->panel[i], width, height);
    for (int side = 0; side < 4; side++) most[side] = fmax(most[side], p->panel[i].margin[side]);
    note_line = note_line || p->panel[i].has_note_line;
  }
  for (int i = 0; i < n; i++) p->panel[i].has_note_line = note_line;
}

/* Right margin of the charts in columns [first, last). */
static double right_margins(const page *p, int first, int last) {
  double sum = 0;
  for (int column = first; column < last; column++) {
    double most = 0;
    for (int i = column; i < p->figure->n_charts; i += p->columns)
      most = fmax(most, p->panel[i].margin[QV_RIGHT]);
    sum += most;
  }
  return sum;
}

/* A page that is too small for its labels and legends becomes larger. */
static void grow_page(page *p, double *width, double *height) {
  double least = LEAST_BOX;
  for (int i = 0; i < p->figure->n_charts; i++)
    if (p->panel[i].legend_outside) least = fmax(least, qv_legend_height(p->panel[i].chart));
  const double more_width  = fmax(0, LEAST_BOX - floor(*width));
  const double more_height = fmax(0, least - floor(*height));
  p->width += more_width * p->columns;
  p->height += more_height * p->rows;
  p->bottom += more_height * p->rows;
  *width  = floor(*width) + more_width;
  *height = floor(*height) + more_height;
}

/* Plot areas are as large as each other and in line. */
static void place_panels(page *p) {
  const double free_width = p->width - 2 * PAD - (p->columns - 1) * GAP;
  double       row        = (p->bottom - p->top + GAP) / p->rows;
  double       most[4], width = free_width / p->columns - 64, height = row - GAP - 67;
  for (int pass = 0; pass < 3; pass++) {
    share_margins(p, fmax(LEAST_BOX, width), fmax(LEAST_BOX, height), most);
    width  = (free_width - right_margins(p, 0, p->columns)) / p->columns - most[QV_LEFT];
    height = row - GAP - most[QV_TOP] - most[QV_BOTTOM];
  }
  grow_page(p, &width, &height);
  row = height + GAP + most[QV_TOP] + most[QV_BOTTOM];
  for (int i = 0; i < p->figure->n_charts; i++) {
    const int    column = i % p->columns;
    const double left = PAD + column * (most[QV_LEFT] + width + GAP) + right_margins(p, 0, column);
    double      *box  = p->panel[i].box;
    box[QV_LEFT]      = floor(left + most[QV_LEFT]) + 0.5;
    box[QV_TOP]       = floor(p->top + i / p->columns * row + most[QV_TOP]) + 0.5;
    box[QV_RIGHT]     = box[QV_LEFT] + width;
    box[QV_BOTTOM]    = box[QV_TOP] + height;
    qv_chart_place(&p->panel[i]);
  }
}

static PetscErrorCode place_legends(page *p) {
  bool is_outside = false;
  PetscFunctionBegin;
  for (int i = 0; i < p->figure->n_charts && !p->shared_legend; i++) {
    qv_panel *panel   = &p->panel[i];
    panel->own_legend = qv_legend_count(panel->chart) > 0;
    if (!panel->own_legend) continue;
    PetscCall(qv_legend_place(panel));
    is_outside = is_outside || panel->legend_outside;
  }
  if (!is_outside) PetscFunctionReturn(0);
  place_panels(p);
  for (int i = 0; i < p->figure->n_charts; i++) {
    qv_panel *panel = &p->panel[i];
    if (!panel->own_legend) continue;
    if (!panel->legend_outside) PetscCall(qv_legend_place(panel));
    if (!panel->legend_outside) continue;
    panel->legend_x =
      panel->box[QV_RIGHT] + (panel->chart->raster ? qv_raster_bar_width(panel) : 8);
    panel->legend_y = panel->box[QV_TOP];
  }
  PetscFunctionReturn(0);
}

static const char *or_nothing(const char *text) {
  return text ? text : "";
}

static PetscErrorCode describe(const page *p, qv_scene *scene) {
  const qv_figure *f = p->figure;
  char             text[4096];
  int              used;
  PetscFunctionBegin;
  used = snprintf(text, sizeof text, "%d chart%s.", f->n_charts, f->n_charts == 1 ? "" : "s");
  for (int i = 0; i < f->n_charts && used < (int)sizeof text; i++) {
    const qv_panel *panel = &p->panel[i];
    char            range[4][QV_TICK_TEXT];
    qv_figure_tick_text(panel->x.low, false, range[0]);
    qv_figure_tick_text(panel->x.high, false, range[1]);
    qv_figure_tick_text(panel->y.low, false, range[2]);
    qv_figure_tick_text(panel->y.high, false, range[3]);
    used += snprintf(text + used, sizeof text - (size_t)used,
                     " %s: %s from %s to %s; %s from %s to %s%s%s.",
                     or_nothing(panel->chart->title), or_nothing(panel->chart->x_label), range[0],
                     range[1], or_nothing(panel->chart->y_label), range[2], range[3],
                     panel->note[0] ? "; " : "", panel->note);
  }
  PetscCall(qv_scene_describe(scene, or_nothing(f->title), text));
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_page(const page *p, qv_scene *scene) {
  const qv_shape title = title_style(p), caption = caption_style(p);
  const double   at[2] = {PAD, p->top - LEGEND_ROW};
  int            lines;
  PetscFunctionBegin;
  PetscCall(draw_lines(p->figure->title, &title, TITLE_ROW, scene, &lines));
  if (p->shared_legend) PetscCall(qv_legend_draw(&p->figure->chart[0], at, true, scene));
  for (int i = 0; i < p->figure->n_charts; i++) PetscCall(qv_chart_draw(&p->panel[i], scene));
  PetscCall(draw_lines(p->figure->caption, &caption, CAPTION_ROW, scene, &lines));
  PetscCall(describe(p, scene));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_scene(const qv_figure *figure, qv_scene **scene) {
  page p = {.figure = figure};
  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)figure->n_charts + 1, &p.panel));
  for (int i = 0; i < figure->n_charts; i++) qv_chart_scan(&figure->chart[i], &p.panel[i]);
  PetscCall(lay_out_page(&p));
  place_panels(&p);
  PetscCall(place_legends(&p));
  PetscCall(qv_scene_create(p.width, p.height, scene));
  PetscCall(draw_page(&p, *scene));
  PetscCall(PetscFree(p.panel));
  PetscFunctionReturn(0);
}

static PetscErrorCode encode(const qv_figure *figure, bool is_png, char **bytes, size_t *n) {
  const double   scale = figure->width > 0 || figure->height > 0 ? 1 : 2;
  qv_scene      *scene;
  PetscErrorCode code;
  PetscFunctionBegin;
  PetscCall(make_scene(figure, &scene));
  code = is_png ? qv_png_encode(scene, scale, bytes, n) : qv_svg_encode(scene, bytes, n);
  PetscCall(qv_scene_destroy(&scene));
  PetscCall(code);
  PetscFunctionReturn(0);
}

static PetscErrorCode write_figure(const qv_figure *figure, bool is_png, const char *path) {
  char  *bytes;
  size_t n;
  PetscFunctionBegin;
  PetscCall(encode(figure, is_png, &bytes, &n));
  const PetscErrorCode code = qv_safe_write(path, bytes, n);
  PetscCall(PetscFree(bytes));
  PetscCall(code);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_figure_svg(const qv_figure *figure, const char *path) {
  PetscFunctionBegin;
  PetscCall(write_figure(figure, false, path));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_figure_png(const qv_figure *figure, const char *path) {
  PetscFunctionBegin;
  PetscCall(write_figure(figure, true, path));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_figure_movie(const qv_movie *movie, const char *path) {
  qv_apng        apng = {.n_frames = movie->n_frames, .fps = movie->fps};
  PetscErrorCode code = 0;
  PetscFunctionBegin;
  for (int k = 0; k < movie->n_frames && !code; k++) {
    const qv_figure *figure;
    char            *bytes = NULL;
    size_t           n;
    code = movie->frame(movie->context, k, &figure);
    if (!code) code = encode(figure, true, &bytes, &n);
    if (!code) code = qv_apng_add(&apng, bytes, n);
    PetscCall(PetscFree(bytes));
  }
  if (!code) code = qv_safe_write(path, apng.file.bytes, apng.file.n);
  PetscCall(qv_buffer_free(&apng.file));
  PetscCall(code);
  PetscFunctionReturn(0);
}
