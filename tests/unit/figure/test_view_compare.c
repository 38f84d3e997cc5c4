/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 *
 * Charts of several files and of any two columns, and of sets that name each other. */
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

#include <unistd.h>

enum { ROWS = 40 };

/* calls = 3 u size, two columns by seed, a weight for each sample with what it is. */
static PetscErrorCode write_one(const char *path, const char *engine, int size) {
  static const char *const word[] = {"kept", "changed", NULL};
  char                     yaml[256], *lines = yaml;
  double      calls[ROWS], loss[2][ROWS], weight[ROWS], scalar = 7, bins[4] = {9, 2, 0, 1};
  double      left[4] = {0, 1, 10, 100}, share[2] = {0.5, 1}, quantile[2] = {5, 400};
  int64_t     update[ROWS];
  signed char kind[ROWS];
  qv_h5      *file;
  PetscFunctionBegin;
  for (int i = 0; i < ROWS; i++) {
    update[i]  = i + 1;
    calls[i]   = 3.0 * (i + 1) * size;
    loss[0][i] = 1.0 / (i + 1), loss[1][i] = 3.0 / (i + 1);
    weight[i] = i % 4 ? -2 - 0.01 * i : 3 + 0.01 * i;
    kind[i]   = i % 4 == 0;
  }
  snprintf(yaml, sizeof yaml,
           "problem: p\nseed: 3\np:\n  stream:\n    window: %d\n  engine:\n    name: %s\n%s", size,
           engine, strcmp(engine, "eager") ? "    epsilon: 0.2\n" : "");
  PetscCall(qv_h5_create(path, &file));
  PetscCall(qv_h5_group(file, "/deck"));
  PetscCall(qv_h5_group(file, "/series"));
  PetscCall(qv_h5_group(file, "/result"));
  PetscCall(qv_h5_group(file, "/run/series"));
  PUT({.path = "/deck/resolved", .type = QV_TEXT, .unit = "1", .long_name = "deck"}, &lines);
  PUT({.path      = "/series/update",
       .type      = QV_I64,
       .rank      = 1,
       .shape     = {ROWS},
       .axes      = {"update"},
       .unit      = "1",
       .long_name = "updates"},
      update);
  PUT({.path      = "/series/calls",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {ROWS},
       .axes      = {"update"},
       .unit      = "1",
       .long_name = "calls",
       .view      = "series-log with calls_max"},
      calls);
  PUT({.path      = "/series/calls_max",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {ROWS},
       .axes      = {"update"},
       .unit      = "1",
       .long_name = "most calls"},
      calls);
  PUT({.path      = "/run/series/seconds",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {ROWS},
       .axes      = {"update"},
       .unit      = "s",
       .long_name = "seconds",
       .view      = "series"},
      calls);
  PUT({.path      = "/series/loss",
       .type      = QV_F64,
       .rank      = 2,
       .shape     = {2, ROWS},
       .axes      = {"seed", "report"},
       .unit      = "1",
       .long_name = "loss"},
      loss);
  PUT({.path = "/result/final", .type = QV_F64, .unit = "1", .long_name = "final value"}, &scalar);
  PUT({.path      = "/result/weight",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {ROWS},
       .axes      = {"sample"},
       .unit      = "1",
       .long_name = "weight",
       .view      = "histogram by kind"},
      weight);
  PUT({.path      = "/result/kind",
       .type      = QV_ENUM,
       .rank      = 1,
       .shape     = {ROWS},
       .axes      = {"sample"},
       .unit      = "1",
       .long_name = "kind",
       .words     = word},
      kind);
  PUT({.path      = "/result/left",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {4},
       .axes      = {"left"},
       .unit      = "s",
       .long_name = "time"},
      left);
  PUT({.path      = "/result/count",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {4},
       .axes      = {"left"},
       .unit      = "1",
       .long_name = "updates",
       .view      = "bins-log at marks"},
      bins);
  PUT({.path      = "/result/quantile",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {2},
       .axes      = {"quantile"},
       .unit      = "1",
       .long_name = "share"},
      share);
  PUT({.path      = "/result/marks",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {2},
       .axes      = {"quantile"},
       .unit      = "s",
       .long_name = "quantiles"},
      quantile);
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

static char *const files[] = {"a20.h5", "a10.h5", "b10.h5", "b20.h5"};

static PetscErrorCode makes_files(void) {
  PetscCall(write_one("a10.h5", "eager", 10));
  PetscCall(write_one("a20.h5", "eager", 20));
  PetscCall(write_one("b10.h5", "lazy", 10));
  PetscCall(write_one("b20.h5", "lazy", 20));
  return 0;
}

/* Names, sums, ratios and keys against numbers worked out by hand. */
static PetscErrorCode columns(void) {
  qv_h5         *file;
  qv_view_deck   deck;
  qv_view_column c;
  const char    *reason;
  PetscCall(qv_h5_open("a20.h5", &file, &reason));
  PetscCall(qv_view_deck_read(file, &deck));
  EXPECT_INT(deck.n, 4);
  EXPECT_TEXT(qv_view_deck_find(&deck, "stream.window"), "20");
  EXPECT_TEXT(qv_view_deck_find(&deck, "indow"), NULL);
  PetscCall(qv_view_column_read(file, &deck, "calls:update", &c, &reason));
  EXPECT_INT(c.n, ROWS);
  EXPECT(fabs(c.value[17] - 60) <= 1e-12);
  EXPECT_TEXT(c.label, "calls per update");
  PetscCall(qv_view_column_release(&c));
  PetscCall(qv_view_column_read(file, &deck, "calls+/series/update+seconds:window", &c, &reason));
  EXPECT(fabs(c.value[9] - ((600 + 10 + 600) / 20.0)) <= 1e-12);
  PetscCall(qv_view_column_release(&c));
  PetscCall(qv_view_column_read(file, &deck, "loss", &c, &reason));
  EXPECT_INT(c.rows, 2);
  EXPECT(fabs(qv_view_column_last(&c) - (2.0 / ROWS)) <= 1e-15);
  PetscCall(qv_view_column_release(&c));
  PetscCall(qv_view_column_read(file, &deck, "window", &c, &reason));
  EXPECT_INT(c.n, 1);
  EXPECT(fabs(c.value[0] - 20) <= 0);
  PetscCall(qv_view_column_release(&c));
  static const char *const wrong[] = {"nothing",     "calls+nothing", "calls:nothing",
                                      "engine.name", "calls+left",    ""};
  for (int i = 0; i < 6; i++) {
    PetscCall(qv_view_column_read(file, &deck, wrong[i], &c, &reason));
    if (!reason) qv_test_fail(__FILE__, __LINE__, "'%s' was taken", wrong[i]);
  }
  PetscCall(qv_view_deck_release(&deck));
  PetscCall(qv_h5_close(&file));
  return 0;
}

static PetscErrorCode compare(const qv_view_comparison *wanted, int n, const char *first,
                              const char *why) {
  qv_view_pictures made;
  const char      *where, *reason;
  PetscFunctionBegin;
  PetscCall(qv_view_compare(wanted, &made, &where, &reason));
  EXPECT_TEXT(reason, why);
  EXPECT_INT(made.n, n);
  if (made.n) EXPECT_TEXT(made.path[0], first);
  if (made.n) look(made.path[0]);
  PetscCall(qv_view_release(&made));
  PetscFunctionReturn(0);
}

static PetscErrorCode overlays(void) {
  qv_view_comparison w = {.n_files = 4, .files = files, .only = "calls", .format = "svg"};
  PetscCall(compare(&w, 1, "compare-calls.svg", NULL));
  expect_word(">eager, window 20<");
  expect_word(">lazy, window 10<");
  expect_word("a20.h5, a10.h5, b10.h5, b20.h5; /series/calls");
  for (int k = 0; k < 4; k++)
    EXPECT(svg_colour_index(&seen,
                            (const char *[]){"#0072b2", "#d55e00", "#009e73", "#cc79a7"}[k]) >= 0);
  w.label = "file";
  PetscCall(compare(&w, 1, "compare-calls.svg", NULL));
  expect_word(">b10<");
  w.n_files = 2, w.label = NULL, w.only = NULL;
  PetscCall(compare(&w, 4, "compare-count.svg", NULL));
  expect_word(">window 20<");
  w.only = "final";
  PetscCall(
    compare(&w, 0, NULL, "the files share no series or histogram (of this name) to compare"));
  return 0;
}

/* A point a file, joined by engine: 3 * 10 and 3 * 20 calls an update. */
static PetscErrorCode pairs(void) {
  qv_view_comparison w = {
    .n_files = 4, .files = files, .x = "window", .y = "calls:update", .log = "xy", .format = "svg"};
  PetscCall(compare(&w, 1, "compare-calls-per-update-against-window.svg", NULL));
  expect_word(">eager<");
  expect_word(">lazy<");
  expect_word(">calls per update<");
  EXPECT(!strstr(text, "window 10"));
  EXPECT(seen.n_dots == 4);
  w.x = "update", w.y = "seconds", w.log = NULL;
  PetscCall(compare(&w, 1, "compare-seconds-against-update.svg", NULL));
  expect_word(">seconds [s]<");
  expect_word(">lazy, window 20<");
  w.n_files = 1, w.y = "loss";
  PetscCall(compare(&w, 1, "a20-loss-against-update.svg", NULL));
  w.x = "left";
  PetscCall(compare(&w, 0, NULL, "x and y have different numbers of rows"));
  w.x = NULL;
  PetscCall(compare(&w, 0, NULL, "--x and --y go together"));
  w.x = "update", w.log = "z";
  PetscCall(compare(&w, 0, NULL, "--log is x, y or xy"));
  return 0;
}

/* The bins go from 1 to 1000; lines stand at 5 and 400, as high as the chart. (The legend has the
 * same colours.) */
static void expect_rules(void) {
  static const char *const colour[] = {"#d55e00", "#009e73"};
  static const double      at[]     = {5, 400};
  const svg_box            bins     = seen.span[svg_colour_index(&seen, "#0072b2")];
  for (int k = 0; k < 2; k++) {
    const svg_box rule = seen.span[svg_colour_index(&seen, colour[k])];
    const double  x    = bins.left + (bins.right - bins.left) * log10(at[k]) / 3;
    EXPECT(fabs(rule.left - x) < 0.2 || fabs(rule.right - x) < 0.2);
    EXPECT(rule.top < bins.top && fabs(rule.bottom - bins.bottom) < 0.2);
  }
}

static PetscErrorCode joins_sets(void) {
  const char      *reason;
  qv_view_pictures made;
  PetscCall(
    qv_view_draw(&(qv_view_request){"a20.h5", NULL, NULL, "svg", 0, false}, &made, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT_INT(made.n, 4);
  PetscCall(qv_view_release(&made));
  look("a20-calls.svg");
  expect_word(">most calls<");
  expect_word(">updates<");
  look("a20-weight.svg");
  expect_word(">kept<");
  expect_word(">changed<");
  look("a20-seconds.svg");
  expect_word(">updates<"); /* the scale of /series */
  look("a20-count.svg");
  expect_word(">time [s]<");
  expect_word(">p50: 5 s<");
  expect_word(">largest: 400 s<");
  expect_word("12 in all; not shown: 9 below 1.");
  EXPECT(!strstr(text, "not positive"));
  expect_rules();
  return 0;
}

/* 10 changed weights around 3.2, 30 kept ones around -2.2: the bins keep them apart. */
static PetscErrorCode common_bins(void) {
  double        a[30], b[10], joint[40], sum[2] = {0};
  qv_histogram *all, *part[2];
  for (int i = 0; i < 30; i++) joint[i] = a[i] = pow(10, -2 - 0.01 * i);
  for (int i = 0; i < 10; i++) joint[30 + i] = b[i] = pow(10, 3 + 0.01 * i);
  PetscCall(qv_histogram_create(40, joint, true, &all));
  PetscCall(qv_histogram_count(all, 30, a, &part[0]));
  PetscCall(qv_histogram_count(all, 10, b, &part[1]));
  for (int i = 0; i < all->n_bins; i++) {
    EXPECT(fabs(part[0]->count[i] + part[1]->count[i] - all->count[i]) <= 0);
    sum[all->edge[i] > 1] += part[all->edge[i] > 1]->count[i];
  }
  EXPECT(fabs(sum[0] - 30) <= 0);
  EXPECT(fabs(sum[1] - 10) <= 0);
  for (int k = 0; k < 2; k++) PetscCall(qv_histogram_destroy(&part[k]));
  PetscCall(qv_histogram_count(all, 2, (double[]){-1, NAN}, &part[0]));
  EXPECT_INT(part[0]->n_left, 2);
  PetscCall(qv_histogram_destroy(&part[0]));
  PetscCall(qv_histogram_destroy(&all));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"makes files", makes_files}, {"columns", columns},
               {"overlays", overlays}, {"pairs", pairs}, {"joins sets", joins_sets},
               {"common bins", common_bins});
}
