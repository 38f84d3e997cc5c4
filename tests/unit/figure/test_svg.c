/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=90 */
#include "solvers/figure/figure.h"
#include "tests/support/qv_test.h"
#include "tests/unit/figure/svg_check.h"

#include <unistd.h>

enum { MILLION = 1000000 };

static double     big_x[MILLION], big_y[MILLION];
static svg_reader seen; /* of the last picture */
static char      *text;
static size_t     length;
static int        n_drawn;

static uint64_t state = 88172645463325252u;

static double uniform(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (double)(state >> 11) * 0x1p-53;
}

static void load(const char *path) {
  FILE *file = fopen(path, "rb");
  free(text);
  text = NULL;
  if (!file) {
    qv_test_fail(__FILE__, __LINE__, "no file %s", path);
    return;
  }
  fseek(file, 0, SEEK_END);
  length = (size_t)ftell(file);
  rewind(file);
  text = calloc(length + 1, 1);
  if (fread(text, 1, length, file) != length)
    qv_test_fail(__FILE__, __LINE__, "cannot read %s", path);
  fclose(file);
}

/* Draw as SVG (read into `seen`) and, every so often, as PNG. */
static PetscErrorCode draw(const qv_figure *figure) {
  PetscFunctionBegin;
  PetscCall(qv_figure_svg(figure, "picture.svg"));
  if (n_drawn++ % 23 == 0) PetscCall(qv_figure_png(figure, "picture.png"));
  load("picture.svg");
  svg_read(&seen, text);
  if (seen.error)
    qv_test_fail(__FILE__, __LINE__, "SVG: %s near '%.60s'", seen.error,
                 seen.at > text + 20 ? seen.at - 20 : text);
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_one(qv_chart chart) {
  PetscFunctionBegin;
  PetscCall(
    draw(&(qv_figure){.title = "T", .caption = "c", .columns = 1, .n_charts = 1, .chart = &chart}));
  PetscFunctionReturn(0);
}

static int64_t points_of(const char *colour) {
  return seen.points_of[svg_colour_index(&seen, colour)];
}

static svg_box span_of(const char *colour) {
  return seen.span[svg_colour_index(&seen, colour)];
}

static const char first_colour[] = "#0072b2", grid_colour[] = "#ececec";

/* Whether the checker would notice. */
static PetscErrorCode checker(void) {
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define ROOT HEAD "<svg width=\"10\" height=\"10\" viewBox=\"0 0 10 10\">"
  static const char *const bad[] = {"<svg/>",
                                    HEAD,
                                    ROOT,
                                    ROOT "</svg><b/>",
                                    ROOT "<g></svg>",
                                    ROOT "a & b</svg>",
                                    ROOT "a > b < c</svg>",
                                    ROOT "<g a=b/></svg>",
                                    ROOT "<g a=\"1\" a=\"2\"/></svg>",
                                    ROOT "<g a=\"<\"/></svg>",
                                    ROOT "\xFF</svg>",
                                    ROOT "<path fill=\"none\" d=\"mnan 1\"/></svg>",
                                    ROOT "<path fill=\"none\" d=\"m1 11\"/></svg>",
                                    ROOT "<path fill=\"none\" d=\"m1 1l5 50\"/></svg>",
                                    ROOT "<path fill=\"none\" d=\"m1e3 1\"/></svg>",
                                    ROOT "<text x=\"1\" y=\"9\" font-size=\"8\">wide</text></svg>",
                                    ROOT "</svg>x"};
  svg_read(&seen, ROOT
           "<g a=\"&lt;&amp;\">x &gt; y<path fill=\"none\" stroke=\"#000000\" d=\"m1 "
           "2l.5-1h0z\"/></g></svg>\n");
  EXPECT_TEXT(seen.error, NULL);
  EXPECT_INT(seen.n_points, 2);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    svg_read(&seen, bad[i]);
    if (!seen.error) qv_test_fail(__FILE__, __LINE__, "not noticed: %s", bad[i]);
  }
  return 0;
}

/* Points at round numbers lie on grid lines: the map and the ticks agree. */
static PetscErrorCode maps(void) {
  static const double x[] = {0, 5, 10}, y[] = {1e-2, 1, 1e2};
  qv_curve            curve = {.mark = QV_MARK_POINTS, .n = 3, .x = x, .y = y};
  PetscCall(draw_one((qv_chart){.y_log = true, .n_curves = 1, .curve = &curve}));
  const svg_box grid = span_of(grid_colour), dots = span_of(first_colour);
  EXPECT_INT(seen.n_dots, 3);
  EXPECT_REL(2 * seen.dot[1][0], seen.dot[0][0] + seen.dot[2][0], 1e-4);
  EXPECT_REL(2 * seen.dot[1][1], seen.dot[0][1] + seen.dot[2][1], 1e-4);
  EXPECT(seen.dot[0][0] < seen.dot[1][0] && seen.dot[0][1] > seen.dot[1][1]);
  EXPECT(grid.left <= dots.left && grid.right >= dots.right && grid.top <= dots.top &&
         grid.bottom >= dots.bottom);
  for (int i = 0; i < 3; i++) {
    char want[64];
    snprintf(want, sizeof want, "d=\"m%g ", round(100 * seen.dot[i][0]) / 100);
    if (!strstr(text, want)) qv_test_fail(__FILE__, __LINE__, "no grid line '%s'", want);
  }
  return 0;
}

static PetscErrorCode same_bytes(void) {
  enum { N = 5000 };
  qv_curve curve[2] = {{.mark = QV_MARK_LINE, .n = N, .x = big_x, .y = big_y, .label = "a"},
                       {.mark = QV_MARK_END, .n = N, .x = big_x, .y = big_y}};
  qv_chart chart    = {
       .title = "t", .x_label = "x [au]", .y_label = "y", .n_curves = 2, .curve = curve};
  for (int i = 0; i < N; i++) big_x[i] = cos(0.01 * i) * i, big_y[i] = sin(0.013 * i);
  PetscCall(draw_one(chart));
  char        *before = text;
  const size_t n      = length;
  text                = NULL;
  PetscCall(draw_one(chart));
  EXPECT(n == length && !memcmp(before, text, n));
  free(before);
  return 0;
}

static PetscErrorCode escapes(void) {
  static const double x[] = {0, 1};
  qv_curve curve = {.mark = QV_MARK_LINE, .n = 2, .x = x, .y = x, .label = "<b>&\"'\x02\xFF"};
  qv_chart chart = {
    .title = "a < b & c", .x_label = "]]>", .y_label = "\xE2\x88", .n_curves = 1, .curve = &curve};
  PetscCall(draw(&(qv_figure){.title    = "<script>alert(\"x\")</script>",
                              .caption  = "&amp; \t\n-->",
                              .columns  = 1,
                              .n_charts = 1,
                              .chart    = &chart}));
  EXPECT(strstr(text, "<script") == NULL);
  EXPECT(strstr(text, "&lt;script&gt;") != NULL);
  EXPECT(strstr(text, "&lt;b&gt;&amp;&quot;'") != NULL);
  return 0;
}

/* Long words everywhere, small pages, many charts: still on the page. */
static PetscErrorCode crowded(void) {
  static char         wide[600];
  static const double x[] = {-1e-9, 123456789}, y[] = {1e-14, 1e14};
  qv_curve            curve[40];
  qv_chart            chart[9];
  memset(wide, 'W', sizeof wide - 1);
  for (int i = 0; i < 40; i++)
    curve[i] = (qv_curve){.mark   = (qv_mark)(i % 4),
                          .n      = 2,
                          .x      = x,
                          .y      = y,
                          .label  = i % 2 ? wide : "a",
                          .colour = i - 1};
  for (int i = 0; i < 9; i++)
    chart[i] = (qv_chart){.title    = wide,
                          .x_label  = wide,
                          .y_label  = wide,
                          .y_log    = i % 2,
                          .n_curves = i * 4,
                          .curve    = curve};
  for (int columns = -1; columns < 12; columns += 4) {
    PetscCall(draw(&(qv_figure){
      .title = wide, .caption = wide, .columns = columns, .n_charts = 9, .chart = chart}));
    PetscCall(draw(&(qv_figure){.title    = wide,
                                .columns  = columns,
                                .n_charts = 9,
                                .chart    = chart,
                                .width    = 10,
                                .height   = 10}));
  }
  chart[8].n_curves = 40;
  PetscCall(
    draw(&(qv_figure){.caption = "a b c d e f", .columns = 1, .n_charts = 1, .chart = &chart[8]}));
  EXPECT(strstr(text, "and 28 more") != NULL);
  PetscCall(draw(&(qv_figure){.title = NULL, .columns = 0, .n_charts = 0}));
  return 0;
}

static PetscErrorCode degenerate(void) {
  static const double n = NAN, i = INFINITY;
  static const struct {
    int         n;
    double      x[4], y[4];
    const char *note[2]; /* linear, log */
  } cases[] = {
    {0, {0}, {0}, {"no data", "no data"}},
    {1, {3}, {4}, {NULL, NULL}},
    {1, {0}, {0}, {NULL, "no values to show: not positive"}},
    {4, {1, 1, 1, 1}, {7, 7, 7, 7}, {NULL, NULL}},
    {4, {0, 1, 2, 3}, {n, n, n, n}, {"no finite values", "no finite values"}},
    {4, {0, 1, 2, 3}, {n, i, -i, n}, {"no finite values", "no finite values"}},
    {4, {n, 1, n, 3}, {0, 1, 2, n}, {NULL, NULL}},
    {4, {0, 1, 2, 3}, {0, -1, 0, -5}, {NULL, "no values to show: not positive"}},
    {4, {0, 1, 2, 3}, {0, 1, 10, -5}, {NULL, "2 values not shown: not positive"}},
    {4,
     {0, 1, 2, 3},
     {1e308, -1e308, 1, 2},
     {"2 values not shown: too large", "2 values not shown: not positive"}},
    {4, {0, 1, 2, 3}, {5e-324, 1e-320, 0, 1e-310}, {NULL, "no values to show: not positive"}},
    {4, {0, 1, 2, 3}, {1, 1 + 2.3e-16, 1, 1}, {NULL, NULL}},
    {4, {1e299, -1e299, 1, 2}, {1, 1e300, 2, 3}, {NULL, NULL}}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    for (int form = 0; form < 32; form++) {
      const bool     is_log = form & 1, is_equal = form & 2;
      qv_curve       curve = {.mark  = (qv_mark)(form / 4 % 4),
                              .n     = cases[c].n,
                              .x     = cases[c].x,
                              .y     = cases[c].y,
                              .label = form & 16 ? "a" : NULL};
      const qv_chart chart = {.title        = "t",
                              .x_label      = "x",
                              .y_label      = "y",
                              .n_curves     = 1,
                              .curve        = &curve,
                              .y_log        = is_log,
                              .equal_aspect = is_equal};
      PetscCall(draw_one(chart));
      const char *note = cases[c].note[is_log];
      if (curve.mark == QV_MARK_LINE && note && !strstr(text, note))
        qv_test_fail(__FILE__, __LINE__, "case %d: no note '%s'", (int)c, note);
      if (curve.mark == QV_MARK_LINE && !note && strstr(text, "not shown"))
        qv_test_fail(__FILE__, __LINE__, "case %d: a note", (int)c);
    }
  }
  return 0;
}

/* A break in the line, and a point between two breaks as a dot. */
static PetscErrorCode breaks(void) {
  static const double x[] = {0, 1, 2, 3, 4, 5, 6}, y[] = {0, 1, NAN, 1, NAN, 1, 0};
  qv_curve            curve = {.mark = QV_MARK_LINE, .n = 7, .x = x, .y = y};
  PetscCall(draw_one((qv_chart){.n_curves = 1, .curve = &curve}));
  EXPECT_INT(points_of(first_colour), 5);
  EXPECT_INT(seen.n_dots, 1);
  return 0;
}

/* Corners of a band lie where points of the same values do; the lower edge is cut at the bottom of
 * a log axis, and NaN makes two areas. */
static PetscErrorCode bands(void) {
  static const double x[] = {0, 1, 2, 3, 4, 5}, low[] = {1, 10, 0, NAN, 10, -5};
  static const double high[]   = {100, 1000, 100, 100, 100, 1000};
  qv_curve            curve[3] = {
               {.mark = QV_MARK_BAND, .n = 6, .x = x, .y = low, .upper = high, .label = "spread"},
               {.mark = QV_MARK_POINTS, .n = 2, .x = x, .y = low, .colour = 1},
               {.mark = QV_MARK_POINTS, .n = 6, .x = x, .y = high, .colour = 2}};
  const qv_chart chart = {.y_log = true, .n_curves = 3, .curve = curve};
  PetscCall(draw_one(chart));
  const svg_box band = span_of(first_colour), below = span_of("#d55e00"),
                above = span_of("#009e73");
  const svg_box grid  = span_of(grid_colour);
  EXPECT(strstr(text, "fill-opacity=\"0.22\"") || strstr(text, "fill-opacity=\".22\""));
  EXPECT(strstr(text, ">spread<") != NULL);
  EXPECT(points_of(first_colour) >= 10);
  EXPECT(fabs(band.bottom - grid.bottom) < 0.02); /* cut: 1 lies higher */
  EXPECT(below.bottom < grid.bottom - 1);
  EXPECT(above.top >= band.top - 3 && below.left >= band.left - 3);
  curve[0].n = 2, curve[0].label = NULL;
  PetscCall(draw_one(chart));
  const svg_box alone = span_of(first_colour);
  EXPECT_INT(points_of(first_colour), 4);
  EXPECT(fabs(alone.left - seen.dot[0][0]) < 0.02 && fabs(alone.right - seen.dot[1][0]) < 0.02);
  EXPECT(fabs(alone.bottom - seen.dot[0][1]) < 0.02 && fabs(alone.top - seen.dot[3][1]) < 0.02);
  return 0;
}

/* A million points are a small file that spans the same as all of them. */
static PetscErrorCode million_points(void) {
  for (int kind = 0; kind < 4; kind++) {
    qv_curve curve = {.mark = kind == 3 ? QV_MARK_POINTS : QV_MARK_LINE,
                      .n    = kind == 2 ? MILLION / 5 : MILLION,
                      .x    = big_x,
                      .y    = big_y};
    double   walk  = 0;
    for (int i = 0; i < MILLION; i++) {
      walk += uniform() - 0.5;
      big_x[i] = kind == 0 ? i : kind == 1 ? sin(0.0317 * i) * (1 + 1e-6 * i) : uniform();
      big_y[i] = kind == 0 ? walk : kind == 1 ? cos(0.0731 * i) : uniform();
    }
    big_y[77777] = kind == 0 ? 1000 : kind == 1 ? 1.5 : 1.2;
    PetscCall(qv_figure_svg(
      &(qv_figure){
        .columns = 1, .n_charts = 1, .chart = &(qv_chart){.n_curves = 1, .curve = &curve}},
      "picture.svg"));
    load("picture.svg");
    svg_read(&seen, text);
    EXPECT_TEXT(seen.error, NULL);
    if (length >= 2000000) qv_test_fail(__FILE__, __LINE__, "kind %d: %zu bytes", kind, length);
    const svg_box grid = span_of(grid_colour), data = span_of(first_colour);
    EXPECT(data.left >= grid.left - 0.01 && data.right <= grid.right + 0.01);
    EXPECT(data.top >= grid.top - 0.01 && data.bottom <= grid.bottom + 0.01);
    EXPECT(data.right - data.left > 0.93 * (grid.right - grid.left));
    EXPECT(data.bottom - data.top > 0.87 * (grid.bottom - grid.top));
  }
  return 0;
}

static PetscErrorCode rasters(void) {
  static double value[100 * 40];
  qv_raster     raster = {
        .width = 100, .height = 40, .value = value, .low = -1, .high = 2, .diverging = true};
  qv_chart chart = {.title = "r", .x_label = "x", .raster = &raster, .equal_aspect = true};
  for (int i = 0; i < 4000; i++) value[i] = i % 7 ? sin(i) : NAN;
  PetscCall(draw_one(chart));
  EXPECT_INT(seen.n_images, 1);
  EXPECT(strstr(text, "data:image/png;base64,iVBORw0KGgo") != NULL);
  EXPECT_INT(seen.n_rects, 64);
  raster.width = raster.height = 3;
  PetscCall(draw_one(chart));
  EXPECT_INT(seen.n_images, 0);
  EXPECT_INT(seen.n_rects, 64 + 9 - 2);
  raster.low = raster.high = NAN;
  PetscCall(draw_one(chart));
  raster.low = raster.high = 5;
  raster.diverging         = false;
  chart.equal_aspect       = false;
  PetscCall(draw_one(chart));
  raster.width = 0;
  PetscCall(draw_one(chart));
  return 0;
}

/* A picture that cannot be written is an error, and nothing is left behind. */
static PetscErrorCode refused(void) {
  const qv_figure figure = {.title = "t", .columns = 1};
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  const PetscErrorCode missing = qv_figure_svg(&figure, "no/such/folder/a.svg");
  const PetscErrorCode png     = qv_figure_png(&figure, "no/such/folder/a.png");
  PetscCall(PetscPopErrorHandler());
  EXPECT_INT(missing, PETSC_ERR_FILE_OPEN);
  EXPECT_INT(png, PETSC_ERR_FILE_OPEN);
  PetscCall(qv_figure_svg(&figure, "whole.svg"));
  EXPECT_INT(access(".whole.svg.part", F_OK), -1);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"checker", checker}, {"maps", maps}, {"same bytes", same_bytes},
               {"escapes", escapes}, {"crowded", crowded}, {"degenerate", degenerate},
               {"breaks", breaks}, {"bands", bands}, {"million points", million_points},
               {"rasters", rasters}, {"refused", refused});
}
