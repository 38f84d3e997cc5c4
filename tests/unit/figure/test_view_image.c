/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 *
 * Pictures of images, sinograms and profiles. The program is no library: its file is taken in here.
 */
#include "apps/view_against.c"
#include "apps/view_bins.c"
#include "apps/view_data.c"
#include "apps/view_image.c"
#include "apps/view_overlay.c"
#include "apps/view_seeds.c"
#include "apps/view_set.c"
#include "tests/unit/figure/picture.h"

#include <stdlib.h>

enum { T = 20, H = 6, W = 9 };

static double value[T][H][W];

typedef PetscErrorCode (*drawer)(qv_h5 *, const qv_array *, const qv_view_picture *, const char **);

static PetscErrorCode draw(drawer how, qv_array array, const char **reason) {
  const qv_view_picture picture = {.source = "a.h5, /result/f", .svg = "a.svg", .png = "a.png"};
  const char           *why     = NULL;
  qv_array              found;
  qv_h5                *file;

  PetscFunctionBegin;
  array.path      = "/result/f";
  array.type      = QV_F64;
  array.unit      = "1";
  array.long_name = "some images";
  PetscCall(qv_h5_create("a.h5", &file));
  PetscCall(qv_h5_group(file, "/result"));
  PetscCall(qv_h5_write(file, &array, value));
  PetscCall(qv_h5_close(&file));
  PetscCall(qv_h5_open("a.h5", &file, &why));
  PetscCall(qv_h5_find(file, "/result/f", &found, &why));
  EXPECT_TEXT(why, NULL);
  *reason = NULL;
  PetscCall(how(file, &found, &picture, reason));
  PetscCall(qv_h5_close(&file));
  if (!*reason) look("a.svg");
  PetscFunctionReturn(0);
}

static PetscErrorCode images(void) {
  const char *reason;
  for (int i = 0; i < T * H * W; i++) (&value[0][0][0])[i] = i;
  PetscCall(draw(qv_view_image,
                 (qv_array){.rank = 3, .shape = {T, H, W}, .axes = {"frame", "y", "x"}}, &reason));
  EXPECT_TEXT(reason, NULL);
  expect_word(">Some images<");
  expect_word(">frame 0<");
  expect_word(">frame 2<"); /* 8 of 20, both ends */
  expect_word(">frame 19<");
  EXPECT(!strstr(text, ">frame 1<"));
  expect_word(">x [pixel]<");
  expect_word("a.h5, /result/f.");
  PetscCall(
    draw(qv_view_image, (qv_array){.rank = 2, .shape = {H, W}, .axes = {"y", "x"}}, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT(!strstr(text, "frame"));
  PetscCall(draw(qv_view_image, (qv_array){.rank = 1, .shape = {H}, .axes = {"y"}}, &reason));
  EXPECT(reason != NULL);
  value[0][0][0] = NAN; /* leaves the range as it is */
  PetscCall(draw(qv_view_image,
                 (qv_array){.rank = 3, .shape = {1, H, W}, .axes = {"frame", "y", "x"}}, &reason));
  EXPECT_TEXT(reason, NULL);
  return 0;
}

static PetscErrorCode rasters(void) {
  const char *reason;
  PetscCall(draw(qv_view_sinogram,
                 (qv_array){.rank = 3, .shape = {T, H, W}, .axes = {"frame", "view", "bin"}},
                 &reason));
  EXPECT_TEXT(reason, NULL);
  expect_word(">projection<");
  expect_word(">bin<");
  expect_word(">100<"); /* of 120 rows */
  PetscCall(draw(qv_view_sinogram,
                 (qv_array){.rank = 3, .shape = {T, 1, W}, .axes = {"frame", "view", "bin"}},
                 &reason));
  expect_word(">frame<");
  PetscCall(draw(qv_view_profile,
                 (qv_array){.rank = 3, .shape = {T, H, W}, .axes = {"frame", "y", "x"}}, &reason));
  EXPECT_TEXT(reason, NULL);
  expect_word(">frame<");
  expect_word(">x<");
  PetscCall(draw(qv_view_profile, (qv_array){.rank = 1, .shape = {T}, .axes = {"frame"}}, &reason));
  EXPECT(reason != NULL);
  return 0;
}

/* Which rows are taken: all of a short one, every so many of a long one. */
static PetscErrorCode selections(void) {
  qv_array  array = {.rank = 3, .shape = {100000, 3, 8}};
  selection s     = select_rows(&array, 0, 3);
  EXPECT(s.n * 3 <= MOST_ROWS && (s.n + 1) * s.every >= 100000);
  EXPECT((s.n - 1) * s.every < 100000);
  array.shape[0] = 7;
  s              = select_rows(&array, 0, 3);
  EXPECT_INT(s.every, 1);
  EXPECT_INT(s.n, 7);
  return 0;
}

/* A sequence, the same as complex numbers turned by k radians, and three frames to set against. */
static PetscErrorCode write_pair(int64_t last) {
  static double complex_value[T][H][W][2], truth[3][H][W];
  const int64_t shown[3] = {0, 7, last};
  qv_h5        *file;
  PetscFunctionBegin;
  for (int i = 0; i < T * H * W; i++) {
    (&value[0][0][0])[i]                    = 1 + i % 50;
    (&complex_value[0][0][0][0])[2 * i]     = (1 + i % 50) * cos(i);
    (&complex_value[0][0][0][0])[2 * i + 1] = (1 + i % 50) * sin(i);
  }
  for (int i = 0; i < 3 * H * W; i++) (&truth[0][0][0])[i] = 2;
  PetscCall(qv_h5_create("pair.h5", &file));
  PetscCall(qv_h5_group(file, "/r"));
  PetscCall(qv_h5_group(file, "/t"));
  PUT({.path      = "/r/f",
       .type      = QV_F64,
       .rank      = 3,
       .shape     = {T, H, W},
       .axes      = {"frame", "y", "x"},
       .unit      = "1",
       .long_name = "made",
       .view      = "image"},
      value);
  PUT({.path      = "/r/z",
       .type      = QV_C128,
       .rank      = 3,
       .shape     = {T, H, W},
       .axes      = {"frame", "y", "x"},
       .unit      = "1",
       .long_name = "complex",
       .view      = "image"},
      complex_value);
  PUT({.path      = "/t/shown",
       .type      = QV_I64,
       .rank      = 1,
       .shape     = {3},
       .axes      = {"shown"},
       .unit      = "1",
       .long_name = "frame"},
      shown);
  PUT({.path      = "/t/frames",
       .type      = QV_F64,
       .rank      = 3,
       .shape     = {3, H, W},
       .axes      = {"shown", "y", "x"},
       .unit      = "1",
       .long_name = "truth",
       .view      = "image against /r/z"},
      truth);
  PUT({.path      = "/t/lost",
       .type      = QV_F64,
       .rank      = 3,
       .shape     = {3, H, W},
       .axes      = {"shown", "y", "x"},
       .unit      = "1",
       .long_name = "truth",
       .view      = "image against nothing"},
      truth);
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

static PetscErrorCode complex_images(void) {
  const int64_t start[3] = {3, 0, 0}, count[3] = {2, H, W};
  double        magnitude[2 * H * W];
  const char   *reason;
  qv_array      set;
  qv_h5        *file;
  PetscCall(write_pair(19));
  PetscCall(qv_h5_open("pair.h5", &file, &reason));
  PetscCall(qv_h5_find(file, "/r/z", &set, &reason));
  PetscCall(qv_view_image_read(file, &set, (qv_h5_part){start, count}, magnitude, &reason));
  EXPECT_TEXT(reason, NULL);
  for (int i = 0; i < 2 * H * W; i++) EXPECT(fabs(magnitude[i] - (&value[3][0][0])[i]) < 1e-12);
  PetscCall(qv_h5_close(&file));
  return 0;
}

static PetscErrorCode against_one(const char *path, bool good) {
  const qv_view_picture picture = {.source = "pair.h5", .svg = "pair.svg"};
  const char           *reason  = NULL;
  qv_array              set;
  qv_h5                *file;
  PetscFunctionBegin;
  PetscCall(qv_h5_open("pair.h5", &file, &reason));
  PetscCall(qv_h5_find(file, path, &set, &reason));
  PetscCall(qv_view_image(file, &set, &picture, &reason));
  EXPECT((reason == NULL) == good);
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

/* Frames 0, 7 and 19. */
static PetscErrorCode against(void) {
  PetscCall(against_one("/t/frames", true));
  look("pair.svg");
  expect_word(">truth, frame 7<");
  expect_word(">complex, frame 19<");
  expect_word(">|difference|, frame 0<");
  EXPECT(!strstr(text, "frame 1<"));
  PetscCall(against_one("/t/lost", false));
  PetscCall(write_pair(20)); /* no such frame */
  PetscCall(against_one("/t/frames", false));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"images", images}, {"sinograms and profiles", rasters},
               {"selections", selections}, {"complex images", complex_images},
               {"against", against});
}
