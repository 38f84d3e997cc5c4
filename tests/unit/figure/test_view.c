/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 *
 * From an output file to pictures. The program is no library: its files are taken in here. */
#include "apps/view.c"
#include "apps/view_against.c"
#include "apps/view_bins.c"
#include "apps/view_data.c"
#include "apps/view_draw.c"
#include "apps/view_image.c"
#include "apps/view_joint.c"
#include "apps/view_movie.c"
#include "apps/view_overlay.c"
#include "apps/view_seeds.c"
#include "apps/view_set.c"
#include "tests/unit/figure/picture.h"

#include <unistd.h>

enum { TIMES = 50, SYSTEMS = 8, BODIES = 3, MANY = 1000 };

static double  position[TIMES][SYSTEMS][BODIES][2], separation[TIMES][SYSTEMS][BODIES], at[TIMES];
static double  errors[MANY], seeded[2][TIMES];
static int64_t name[SYSTEMS], body[BODIES] = {1, 2, 3};

static void fill(void) {
  for (int t = 0; t < TIMES; t++) {
    at[t] = 0.25 * t;
    for (int s = 0; s < SYSTEMS; s++) {
      name[s] = 100 + s;
      for (int b = 0; b < BODIES; b++) {
        const bool is_over   = s == 1 && t > 20;
        position[t][s][b][0] = is_over ? NAN : (s + 1) * cos(0.1 * t + b);
        position[t][s][b][1] = is_over ? NAN : (s + 1) * sin(0.1 * t + b);
        separation[t][s][b]  = (s + 1) * (1.1 + sin(0.2 * t + b));
      }
    }
    seeded[0][t] = t;
    seeded[1][t] = -t;
  }
  for (int i = 0; i < MANY; i++) errors[i] = i < 3 ? 0 : pow(10, -14 + 6.0 * i / MANY);
}

static PetscErrorCode write_file(const char *path) {
  static const char *const axis[] = {"x", "y"};
  qv_h5                   *file;
  PetscFunctionBegin;
  PetscCall(qv_h5_create(path, &file));
  PetscCall(qv_h5_text(file, "/", "title", "Circles & <more>"));
  PetscCall(qv_h5_group(file, "/snapshot"));
  PetscCall(qv_h5_group(file, "/result"));
  PetscCall(qv_h5_group(file, "/series"));
  PUT({.path      = "/snapshot/time",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {TIMES},
       .axes      = {"time"},
       .unit      = "yr",
       .long_name = "time"},
      at);
  PUT({.path      = "/snapshot/system",
       .type      = QV_I64,
       .rank      = 1,
       .shape     = {SYSTEMS},
       .axes      = {"system"},
       .unit      = "1",
       .long_name = "name"},
      name);
  PUT({.path      = "/snapshot/body",
       .type      = QV_I64,
       .rank      = 1,
       .shape     = {BODIES},
       .axes      = {"body"},
       .unit      = "1",
       .long_name = "body"},
      body);
  PUT({.path      = "/snapshot/axis",
       .type      = QV_TEXT,
       .rank      = 1,
       .shape     = {2},
       .axes      = {"axis"},
       .unit      = "1",
       .long_name = "axis"},
      axis);
  PUT({.path      = "/snapshot/position",
       .type      = QV_F64,
       .rank      = 4,
       .shape     = {TIMES, SYSTEMS, BODIES, 2},
       .axes      = {"time", "system", "body", "axis"},
       .unit      = "au",
       .long_name = "position",
       .view      = "trajectory"},
      position);
  PUT({.path      = "/snapshot/separation",
       .type      = QV_F64,
       .rank      = 3,
       .shape     = {TIMES, SYSTEMS, BODIES},
       .axes      = {"time", "system", "body"},
       .unit      = "au",
       .long_name = "separation",
       .view      = "series-log"},
      separation);
  PUT({.path      = "/result/error",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {MANY},
       .axes      = {"system"},
       .unit      = "1",
       .long_name = "energy error",
       .view      = "histogram-log"},
      errors);
  PUT({.path      = "/series/error",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {MANY},
       .axes      = {"iteration"},
       .unit      = "1",
       .long_name = "residual",
       .view      = "series-log"},
      errors);
  PUT({.path      = "/series/loss",
       .type      = QV_F64,
       .rank      = 2,
       .shape     = {2, TIMES},
       .axes      = {"seed", "iteration_seeded"},
       .unit      = "1",
       .long_name = "loss",
       .view      = "series"},
      seeded);
  PUT({.path      = "/series/odd",
       .type      = QV_F64,
       .rank      = 1,
       .shape     = {TIMES},
       .axes      = {"report"},
       .unit      = "1",
       .long_name = "odd"},
      at);
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

static PetscErrorCode draws_all(void) {
  static const char *const want[] = {"out/circles-result-error.svg", "out/circles-result-error.png",
                                     "out/circles-series-error.svg", "out/circles-series-error.png",
                                     "out/circles-loss.svg",         "out/circles-loss.png",
                                     "out/circles-position.svg",     "out/circles-position.png",
                                     "out/circles-separation.svg",   "out/circles-separation.png"};
  const char              *reason;
  qv_view_pictures         made;
  fill();
  PetscCall(write_file("circles.h5"));
  PetscCall(PetscMkdir("out"));
  PetscCall(qv_view_draw(&(qv_view_request){"./circles.h5", NULL, "out", "both", 0, false}, &made,
                         &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT_INT(made.n, 10);
  for (int i = 0; i < made.n; i++) {
    if (i < 10) EXPECT_TEXT(made.path[i], want[i]);
    EXPECT_INT(access(made.path[i], R_OK), 0);
  }
  PetscCall(qv_view_release(&made));
  return 0;
}

static PetscErrorCode trajectory(void) {
  static const char *const colour[] = {"#0072b2", "#d55e00", "#009e73"};
  look("out/circles-position.svg");
  for (int s = 0; s < 6; s++) {
    char title[64];
    snprintf(title, sizeof title, ">system %d, time 0 to %s yr<", 100 + s, s == 1 ? "5" : "12.25");
    expect_word(title);
  }
  EXPECT(strstr(text, "system 106") == NULL);
  expect_word(">x [au]<");
  expect_word(">y [au]<");
  expect_word(">body 3<");
  expect_word(
    "Circles &amp; &lt;more&gt;: circles.h5, /snapshot/position. The first 6 of 8 systems.");
  for (int b = 0; b < BODIES; b++)
    EXPECT(seen.points_of[svg_colour_index(&seen, colour[b])] > 6 * 10);
  return 0;
}

static PetscErrorCode series(void) {
  look("out/circles-separation.svg");
  expect_word(">time [yr]<");
  expect_word(">separation [au]<");
  expect_word(">system 105<");
  look("out/circles-series-error.svg");
  expect_word(">iteration<");
  expect_word("3 values not shown: not positive");
  look("out/circles-loss.svg");
  expect_word(">seed 1<");
  expect_word(">iteration_seeded<");
  for (int seed = 0; seed < 2; seed++)
    EXPECT(seen.points_of[svg_colour_index(&seen, seed ? "#d55e00" : "#0072b2")] > 2);
  expect_word(">40<");
  expect_word(
    ">\xE2\x88\x92"
    "40<");
  return 0;
}

static PetscErrorCode distribution(void) {
  look("out/circles-result-error.svg");
  expect_word(">energy error<");
  expect_word(">number of systems<");
  expect_word("997 values, median 1.01"); /* 10^(-14 + 6 * 0.501) */
  expect_word("not shown: 3 not positive or not finite.");
  return 0;
}

static PetscErrorCode one(const char *only, const char *format, int n_want, const char *first,
                          const char *why) {
  const char      *reason;
  qv_view_pictures made;
  PetscFunctionBegin;
  PetscCall(
    qv_view_draw(&(qv_view_request){"circles.h5", only, ".", format, 0, false}, &made, &reason));
  EXPECT_TEXT(reason, why);
  EXPECT_INT(made.n, n_want);
  if (made.n) EXPECT_TEXT(made.path[0], first);
  PetscCall(qv_view_release(&made));
  PetscFunctionReturn(0);
}

static PetscErrorCode draws_one(void) {
  PetscCall(one("/series/loss", "png", 1, "circles-loss.png", NULL));
  PetscCall(one("series/error", "svg", 1, "circles-series-error.svg", NULL));
  PetscCall(one("/series/odd", "svg", 0, NULL, "no data set of this name has a view"));
  PetscCall(one("/nothing", "svg", 0, NULL, "no data set of this name has a view"));
  PetscCall(one(NULL, "gif", 0, NULL, "the format of pictures is svg, png or both"));
  return 0;
}

/* Views that do not suit, are unknown, or hold no numbers; no file at all. */
static PetscErrorCode refuses(void) {
  static const char *const view[]  = {"trajectory", "series", "pie", "histogram"};
  static const char *const words[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
  const char              *reason;
  qv_view_pictures         made;
  for (int i = 0; i < 4; i++) {
    qv_h5 *file;
    PetscCall(qv_h5_create("odd.h5", &file));
    if (i < 3)
      PUT({.path      = "/a",
           .type      = QV_F64,
           .rank      = i == 1 ? 4 : 2,
           .shape     = {2, 4, 2, 1},
           .unit      = "1",
           .long_name = "a",
           .view      = view[i]},
          errors);
    else
      PUT({.path      = "/a",
           .type      = QV_TEXT,
           .rank      = 1,
           .shape     = {8},
           .unit      = "1",
           .long_name = "a",
           .view      = view[i]},
          words);
    PetscCall(qv_h5_close(&file));
    PetscCall(
      qv_view_draw(&(qv_view_request){"odd.h5", NULL, NULL, NULL, 0, false}, &made, &reason));
    EXPECT(reason && made.n == 0 && !made.path);
  }
  PetscCall(
    qv_view_draw(&(qv_view_request){"none.h5", NULL, NULL, NULL, 0, false}, &made, &reason));
  EXPECT(reason && made.n == 0 && !made.path);
  return 0;
}

/* One moment of one system, without scales or names; nothing at all. */
static PetscErrorCode small(void) {
  qv_h5 *file;
  PetscCall(qv_h5_create("small.h5", &file));
  PUT({.path  = "/a",
       .type  = QV_F64,
       .rank  = 4,
       .shape = {1, 1, 3, 3},
       .unit  = "1",
       .view  = "trajectory"},
      position);
  PUT({.path = "/b", .type = QV_F64, .rank = 1, .shape = {0}, .unit = "1", .view = "series"},
      position);
  PUT({.path = "/c", .type = QV_I64, .rank = 2, .shape = {4, 2}, .unit = "1", .view = "histogram"},
      name);
  PUT({.path = "/d", .type = QV_F64, .rank = 1, .shape = {0}, .unit = "1", .view = "histogram-log"},
      position);
  PetscCall(qv_h5_close(&file));
  const char      *reason;
  qv_view_pictures made;
  PetscCall(
    qv_view_draw(&(qv_view_request){"small.h5", NULL, "", "svg", 0, false}, &made, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT_INT(made.n, 4);
  for (int i = 0; i < made.n; i++) {
    look(made.path[i]);
    if (i % 2) expect_word(">no data<");
  }
  PetscCall(qv_view_release(&made));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"draws all", draws_all}, {"trajectory", trajectory}, {"series", series},
               {"distribution", distribution}, {"draws one", draws_one}, {"refuses", refuses},
               {"small", small});
}
