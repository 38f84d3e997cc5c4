/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 *
 * Several seeds as a mean with a band. */
#include "apps/view.c"
#include "apps/view_against.c"
#include "apps/view_bins.c"
#include "apps/view_column.c"
#include "apps/view_compare.c"
#include "apps/view_data.c"
#include "apps/view_deck.c"
#include "apps/view_draw.c"
#include "apps/view_image.c"
#include "apps/view_joint.c"
#include "apps/view_movie.c"
#include "apps/view_overlay.c"
#include "apps/view_seeds.c"
#include "apps/view_set.c"
#include "tests/unit/figure/picture.h"

enum { SEEDS = 4, REPORTS = 4, COLUMNS = 2 };

static const char blue[] = "#0072b2", red[] = "#d55e00", green[] = "#009e73";

/* Means 3, 3, 5 and none; deviations sqrt(14 / 3), sqrt(2), 0 and none. */
static const double loss[SEEDS][REPORTS] = {
  {1, 2, NAN, NAN}, {2, NAN, 5, NAN}, {3, 4, INFINITY, NAN}, {6, NAN, NAN, NAN}};

static PetscErrorCode numbers(void) {
  static const double at[SEEDS][REPORTS] = {
    {0, 1, 2, 3}, {0, 3, 4, 3}, {0, 5, 6, 3}, {NAN, 7, 8, 3}};
  qv_view_seeds rows = {.seeds = SEEDS, .n = REPORTS, .y_step = REPORTS, .x = at[0], .y = loss[0]};
  double        x[REPORTS], mean[REPORTS], deviation[REPORTS];
  EXPECT_INT(qv_view_seeds_summary(&rows, x, mean, deviation), 9);
  EXPECT_REL(mean[0], 3, 1e-15);
  EXPECT_REL(deviation[0], 2.160246899469287, 1e-15);
  EXPECT_REL(mean[1], 3, 1e-15);
  EXPECT_REL(deviation[1], 1.4142135623730951, 1e-15);
  EXPECT_REL(mean[2], 5, 1e-15);
  EXPECT(deviation[2] >= 0 && deviation[2] <= 0);
  EXPECT(isnan(mean[3]) && isnan(deviation[3]));
  EXPECT_REL(x[2], 2, 1e-15);
  /* each seed with its own x: only pairs count */
  rows.x_step = REPORTS;
  EXPECT_INT(qv_view_seeds_summary(&rows, x, mean, deviation), 10);
  EXPECT_REL(mean[0], 2, 1e-15);
  EXPECT_REL(deviation[0], 1, 1e-15);
  EXPECT_REL(x[1], 3, 1e-15); /* of 1 and 5, whose y are there */
  EXPECT_REL(x[2], 4, 1e-15);
  return 0;
}

/* [seed, report] with as many seeds as asked for, and [seed, report, column]. */
static PetscErrorCode write_seeds(const char *path, int seeds, double factor) {
  char  *yaml = "problem: p\nseed: 3\n";
  double value[SEEDS][REPORTS], wide[SEEDS][REPORTS][COLUMNS];
  qv_h5 *file;
  PetscFunctionBegin;
  for (int s = 0; s < SEEDS; s++)
    for (int i = 0; i < REPORTS; i++) {
      value[s][i] =
        factor * (s + 1) * (i + 1); /* mean 2.5 (i + 1), deviation sqrt(5 / 3) of that */
      for (int k = 0; k < COLUMNS; k++) wide[s][i][k] = value[s][i] + 10 * k;
    }
  PetscCall(qv_h5_create(path, &file));
  PetscCall(qv_h5_group(file, "/deck"));
  PetscCall(qv_h5_group(file, "/series"));
  PUT({.path = "/deck/resolved", .type = QV_TEXT, .unit = "1", .long_name = "deck"}, &yaml);
  PUT({.path      = "/series/loss",
       .type      = QV_F64,
       .rank      = 2,
       .shape     = {seeds, REPORTS},
       .axes      = {"seed", "report"},
       .unit      = "1",
       .long_name = "loss",
       .view      = "series"},
      value);
  PUT({.path      = "/series/gaps",
       .type      = QV_F64,
       .rank      = 2,
       .shape     = {seeds, REPORTS},
       .axes      = {"seed", "report"},
       .unit      = "1",
       .long_name = "gaps",
       .view      = "series-log"},
      loss);
  PUT({.path      = "/series/wide",
       .type      = QV_F64,
       .rank      = 3,
       .shape     = {seeds, REPORTS, COLUMNS},
       .axes      = {"seed", "report", "column"},
       .unit      = "1",
       .long_name = "wide",
       .view      = "series"},
      wide);
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_file(const char *path, bool each_seed) {
  const char      *reason;
  qv_view_pictures made;
  PetscFunctionBegin;
  PetscCall(
    qv_view_draw(&(qv_view_request){path, NULL, NULL, "svg", 0, each_seed}, &made, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT_INT(made.n, 3);
  PetscCall(qv_view_release(&made));
  PetscFunctionReturn(0);
}

static bool is_there(const char *colour) {
  return svg_colour_index(&seen, colour) >= 0 && seen.points_of[svg_colour_index(&seen, colour)];
}

/* The outline begins at the upper edge of the first report and goes down at the last one. */
static void expect_band(void) {
  const char  *area = strstr(text, "fill-opacity=\".22\" d=\"m"), *down = area;
  const double sigma = 1.2909944487358056;                             /* sqrt(5 / 3), of 1 2 3 4 */
  const double step  = (seen.dot[0][1] - seen.dot[3][1]) / (10 - 2.5); /* pixels of 1 */
  double       x = 0, y = 0, height = 0;
  if (area) sscanf(strchr(area, 'm'), "m%lf %lf", &x, &y);
  if (area) down = strstr(area, "l0 ");
  if (down) sscanf(down, "l0 %lf", &height);
  EXPECT(fabs(x - seen.dot[0][0]) < 0.02);
  EXPECT(fabs(seen.dot[0][1] - y - sigma * step) < 0.03);
  EXPECT(fabs(height - 2 * 4 * sigma * step) < 0.05);
}

static PetscErrorCode one_file(void) {
  PetscCall(write_seeds("four.h5", SEEDS, 1));
  PetscCall(draw_file("four.h5", false));
  look("four-loss.svg");
  expect_word(">mean of 4 seeds, \xC2\xB1 1 standard deviation<");
  expect_word("/series/loss. Lines: means of 4 seeds; bands: \xC2\xB1 1 standard deviation.<");
  EXPECT(is_there(blue) && !is_there(red));
  EXPECT_INT(seen.n_dots, REPORTS);
  expect_band();
  look("four-gaps.svg");
  expect_word("Seeds are left out where they have no finite value.");
  look("four-wide.svg");
  expect_word(">column 1<");
  EXPECT(is_there(blue) && is_there(red) && !is_there(green));
  PetscCall(draw_file("four.h5", true));
  look("four-loss.svg");
  expect_word(">seed 3<");
  EXPECT(!strstr(text, "standard deviation") && is_there(green));
  look("four-wide.svg");
  expect_word(">seed 3<");
  return 0;
}

static PetscErrorCode two_seeds(void) {
  PetscCall(write_seeds("two.h5", 2, 1));
  PetscCall(draw_file("two.h5", false));
  look("two-loss.svg");
  expect_word(">seed 1<");
  EXPECT(!strstr(text, "standard deviation") && is_there(red));
  return 0;
}

static PetscErrorCode compare(qv_view_comparison wanted, int n) {
  static char *const files[] = {"four.h5", "other.h5"};
  const char        *where, *reason;
  qv_view_pictures   made;
  PetscFunctionBegin;
  wanted.n_files = n;
  wanted.files   = files;
  wanted.format  = "svg";
  wanted.label   = n > 1 ? "file" : NULL;
  PetscCall(qv_view_compare(&wanted, &made, &where, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT_INT(made.n, 1);
  if (made.n) look(made.path[0]);
  PetscCall(qv_view_release(&made));
  PetscFunctionReturn(0);
}

static PetscErrorCode files(void) {
  PetscCall(write_seeds("other.h5", 3, 3));
  PetscCall(compare((qv_view_comparison){.only = "loss"}, 2));
  expect_word(">other<");
  expect_word("/series/loss. Lines: means of several seeds;");
  EXPECT(is_there(blue) && is_there(red) && !is_there(green));
  EXPECT_INT(seen.n_dots, 2 * REPORTS);
  PetscCall(compare((qv_view_comparison){.x = "gaps", .y = "loss", .log = "y"}, 2));
  expect_word(">four<");
  EXPECT(is_there(blue) && is_there(red));
  PetscFunctionReturn(0);
}

static PetscErrorCode pair_of_one(void) {
  PetscCall(compare((qv_view_comparison){.x = "gaps", .y = "loss"}, 1));
  expect_word(">mean of 4 seeds, \xC2\xB1 1 standard deviation<");
  PetscCall(compare((qv_view_comparison){.x = "gaps", .y = "loss", .each_seed = true}, 1));
  EXPECT(!strstr(text, "standard deviation"));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"numbers", numbers}, {"one file", one_file}, {"two seeds", two_seeds},
               {"files", files}, {"pair of one", pair_of_one});
}
