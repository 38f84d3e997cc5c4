/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 *
 * Pictures of images, sinograms and profiles. The program is no library: its file is taken in here.
 */
#include "apps/view_against.c"
#include "apps/view_data.c"
#include "apps/view_image.c"
#include "apps/view_overlay.c"
#include "apps/view_set.c"
#include "tests/support/qv_test.h"
#include "tests/unit/figure/svg_check.h"

#include <stdlib.h>

enum { T = 20, H = 6, W = 9 };

static double     value[T][H][W];
static char       text[4000000];
static svg_reader seen;

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
  if (!*reason) {
    FILE        *svg = fopen("a.svg", "rb");
    const size_t n   = svg ? fread(text, 1, sizeof text - 1, svg) : 0;
    text[n]          = 0;
    if (svg) fclose(svg);
    svg_read(&seen, text);
    EXPECT_TEXT(seen.error, NULL);
  }
  PetscFunctionReturn(0);
}

static void expect_word(const char *word) {
  if (!strstr(text, word)) qv_test_fail(__FILE__, __LINE__, "'%s' is not in the picture", word);
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

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"images", images}, {"sinograms and profiles", rasters},
               {"selections", selections});
}
