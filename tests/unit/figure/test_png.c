/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60 */
#include "solvers/figure/figure.h"
#include "solvers/figure/scene.h"
#include "tests/support/qv_test.h"

#include <cairo.h>
#include <math.h>
#include <stdlib.h>

typedef struct {
  int              width, height, stride;
  unsigned char   *data;
  cairo_surface_t *surface;
} image;

/* Fonts differ between machines, so nothing here looks at letters closer than by means. */
static image read_back(const char *path) {
  image i = {.surface = cairo_image_surface_create_from_png(path)};
  EXPECT_INT(cairo_surface_status(i.surface), CAIRO_STATUS_SUCCESS);
  i.width  = cairo_image_surface_get_width(i.surface);
  i.height = cairo_image_surface_get_height(i.surface);
  i.stride = cairo_image_surface_get_stride(i.surface);
  i.data   = cairo_image_surface_get_data(i.surface);
  return i;
}

static uint32_t pixel(const image *i, int x, int y) {
  const unsigned char *p = i->data + y * i->stride + 4 * x;
  return (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* Mean of one colour (0 blue, 1 green, 2 red) over a part of the picture, 0 … 1. */
static double mean(const image *i, double left, double top, double right, double bottom,
                   int colour) {
  double sum = 0;
  int    n   = 0;
  for (int y = (int)(top * i->height); y < (int)(bottom * i->height); y++)
    for (int x = (int)(left * i->width); x < (int)(right * i->width); x++, n++)
      sum += i->data[y * i->stride + 4 * x + colour];
  return sum / n / 255;
}

/* Pixels that are nearer to a colour than a fifth of the scale. */
static int64_t count(const image *i, uint32_t colour) {
  int64_t n = 0;
  for (int y = 0; y < i->height; y++) {
    for (int x = 0; x < i->width; x++) {
      const uint32_t p    = pixel(i, x, y);
      bool           near = true;
      for (int shift = 0; shift < 24; shift += 8)
        near = near && abs((int)(p >> shift & 255) - (int)(colour >> shift & 255)) < 51;
      n += near;
    }
  }
  return n;
}

static PetscErrorCode draw(qv_chart chart, const char *title, int width, int height, image *i) {
  PetscFunctionBegin;
  PetscCall(qv_figure_png(&(qv_figure){.title    = title,
                                       .columns  = 1,
                                       .n_charts = 1,
                                       .chart    = &chart,
                                       .width    = width,
                                       .height   = height},
                          "picture.png"));
  *i = read_back("picture.png");
  PetscFunctionReturn(0);
}

static PetscErrorCode sizes(void) {
  image i;
  PetscCall(draw((qv_chart){.title = "t"}, "T", 640, 480, &i));
  EXPECT_INT(i.width, 640);
  EXPECT_INT(i.height, 480);
  cairo_surface_destroy(i.surface);
  PetscCall(draw((qv_chart){.title = "t"}, "T", 0, 0, &i));
  EXPECT(i.width >= 1200 && i.width <= 1800 && i.height >= 800 && i.height <= 1200);
  cairo_surface_destroy(i.surface);
  return 0;
}

/* A histogram of one full bin fills the plot area with a quarter of blue on white. */
static PetscErrorCode histogram(void) {
  static const double edge[] = {0, 1, 2}, height[] = {1, 1, 0};
  qv_curve            curve = {.mark = QV_MARK_STEPS, .n = 3, .x = edge, .y = height};
  image               i;
  PetscCall(draw((qv_chart){.n_curves = 1, .curve = &curve}, NULL, 800, 600, &i));
  /* 0x0072B2 at 0.25 on white */
  EXPECT_REL(mean(&i, 0.42, 0.42, 0.46, 0.46, 2), 0.75 + 0.25 * 0x00 / 255., 0.01);
  EXPECT_REL(mean(&i, 0.42, 0.42, 0.46, 0.46, 1), 0.75 + 0.25 * 0x72 / 255., 0.01);
  EXPECT_REL(mean(&i, 0.42, 0.42, 0.46, 0.46, 0), 0.75 + 0.25 * 0xB2 / 255., 0.01);
  EXPECT_REL(mean(&i, 0, 0.99, 1, 1, 1), 1, 0);
  EXPECT_REL(mean(&i, 0.99, 0, 1, 1, 1), 1, 0);
  cairo_surface_destroy(i.surface);
  return 0;
}

/* Row 0 at the bottom: dark below, white above, of equal size; NaN stays clear. */
static PetscErrorCode raster(void) {
  static const double value[4] = {0, 0, 1, 1};
  qv_raster           r        = {.width = 2, .height = 2, .value = value, .low = 0, .high = 1};
  image               i;
  PetscCall(draw((qv_chart){.raster = &r}, NULL, 600, 600, &i));
  const int x    = 300;
  int       dark = 0, first = 0;
  for (int y = 0; y < 600; y++)
    if (pixel(&i, x, y) == 0) dark++, first = first ? first : y;
  EXPECT(dark > 200 && dark < 300);
  EXPECT(pixel(&i, x, first + dark - 1) == 0);
  EXPECT(pixel(&i, x, first - 5) == 0xFFFFFF);
  EXPECT(fabs(first + dark - 600.0 + 36) < 20);
  cairo_surface_destroy(i.surface);
  return 0;
}

/* What must be dark is dark, and what must be white is white. */
static PetscErrorCode coarse(void) {
  enum { N = 2001 };
  static double x[N], y[N], z[N];
  image         i;
  for (int k = 0; k < N; k++)
    x[k] = 0.005 * k, y[k] = exp(-0.4 * x[k]), z[k] = 0.5 + 0.4 * sin(3 * x[k]);
  qv_curve curve[2] = {
    {.mark = QV_MARK_LINE, .n = N, .x = x, .y = y, .label = "decay"},
    {.mark = QV_MARK_LINE, .n = N, .x = x, .y = z, .label = "wave", .colour = 1}};
  PetscCall(draw(
    (qv_chart){
      .title = "Two curves", .x_label = "time", .y_label = "value", .n_curves = 2, .curve = curve},
    "Title", 800, 500, &i));
  /* Title and chart heading are dark on the left, the page is white on the right of them. */
  EXPECT(mean(&i, 0.02, 0.02, 0.09, 0.07, 1) < 0.9);
  EXPECT_REL(mean(&i, 0.5, 0, 1, 0.1, 1), 1, 1e-3);
  /* Lines cover some hundredths of the plot area: about 1000 and 2000 pixels of 1.4 width. */
  const double blank = 1 - mean(&i, 0.1, 0.15, 0.98, 0.85, 1);
  EXPECT(blank > 0.008 && blank < 0.04);
  EXPECT(count(&i, 0x0072B2) > 200);
  EXPECT(count(&i, 0xD55E00) > 400);
  EXPECT_INT(count(&i, 0x009E73), 0);
  /* The decay ends low on the right, where the wave is not. */
  EXPECT(mean(&i, 0.85, 0.75, 0.98, 0.9, 2) < 0.999);
  cairo_surface_destroy(i.surface);
  return 0;
}

/* An image alone keeps its pixels. */
static PetscErrorCode pixels(void) {
  static const uint32_t want[6] = {0xFF000000, 0xFFFFFFFF, 0xFF0072B2, 0xFF123456, 0, 0xFFD55E00};
  char                 *bytes;
  size_t                n;
  PetscCall(qv_png_pixels(want, 3, 2, &bytes, &n));
  FILE *file = fopen("small.png", "wb");
  EXPECT(file && fwrite(bytes, 1, n, file) == n);
  if (file) fclose(file);
  PetscCall(PetscFree(bytes));
  image i = read_back("small.png");
  EXPECT(i.width == 3 && i.height == 2);
  for (int k = 0; k < 6; k++) EXPECT_INT(pixel(&i, k % 3, k / 3), want[k] & 0xFFFFFF);
  cairo_surface_destroy(i.surface);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"sizes", sizes}, {"histogram", histogram}, {"raster", raster},
               {"coarse", coarse}, {"pixels", pixels});
}
