/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=30 */
#include "solvers/figure/scene.h"
#include "solvers/figure/text.h"
#include "tests/support/qv_test.h"

#include <string.h>

static uint32_t first(const char *text) {
  return qv_text_next(&text);
}

static PetscErrorCode decodes(void) {
  EXPECT_INT(first("A"), 'A');
  EXPECT_INT(first("\xC3\xA9"), 0xE9);
  EXPECT_INT(first("\xE2\x88\x92"), 0x2212);
  EXPECT_INT(first("\xF0\x9F\x8C\x8D"), 0x1F30D);
  EXPECT_INT(first(""), 0);
  return 0;
}

/* Overlong, surrogate, too large, cut short, not a start: one byte each, never past the end. */
static PetscErrorCode refuses(void) {
  static const char *const bad[] = {
    "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xF4\x90\x80\x80",
    "\xE2\x88", "\xC3",         "\x80",         "\xEF\xBF\xBE"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const char *p = bad[i];
    EXPECT_INT(qv_text_next(&p), 0xFFFD);
    EXPECT_INT(p - bad[i], 1);
  }
  return 0;
}

static PetscErrorCode round_trip(void) {
  for (uint32_t code = 1; code < 0x110000; code += code < 0x3000 ? 1 : 977) {
    char        bytes[5] = {0};
    const int   n        = qv_text_encode(code, bytes);
    const char *p        = bytes;
    if (code >= 0xD800 && code < 0xE000) continue;
    if (code == 0xFFFE || code == 0xFFFF) continue;
    EXPECT_INT(qv_text_next(&p), code);
    EXPECT_INT(p - bytes, n);
  }
  return 0;
}

static PetscErrorCode raises(void) {
  const char *text =
    "m s^-2, a^b 10^\xE2\x88\x92"
    "13";
  const char *want[] = {"m s", "-2", ", a^b 10",
                        "\xE2\x88\x92"
                        "13"};
  qv_text_run run;
  int         n = 0;
  while (qv_text_split(&text, &run) && n < 4) {
    EXPECT(run.bytes == strlen(want[n]) && !strncmp(run.from, want[n], run.bytes));
    EXPECT_INT(run.raised, n % 2);
    n++;
  }
  EXPECT_INT(n, 4);
  return 0;
}

/* Advances of DejaVu Sans: 1303 and 1401 of 2048 units for 0 and A, 838 of 1000 for U+2212. */
static PetscErrorCode measures(void) {
  EXPECT_REL(qv_text_width("0", 1000, false), 1303 * 1000 / 2048., 1e-3);
  EXPECT_REL(qv_text_width("AA", 1000, false), 2 * 1401 * 1000 / 2048., 1e-3);
  EXPECT_REL(qv_text_width("10^-3", 10, false), 10 * (2 * .636 + QV_RAISED_SIZE * (.361 + .636)),
             1e-3);
  EXPECT_INT((int64_t)qv_text_fit("AAAA", 10, false, 2.5 * 6.84), 2);
  EXPECT_INT((int64_t)qv_text_fit("\xC3\xA9\xC3\xA9", 10, false, 7), 2);
  EXPECT_INT((int64_t)qv_text_fit("AAAA", 10, false, 100), 4);
  return 0;
}

/* Scenes hold clean text: valid, no control characters, cut with an ellipsis. */
static PetscErrorCode cleans(void) {
  qv_scene *scene;
  PetscCall(qv_scene_create(100, 100, &scene));
  PetscCall(qv_scene_text(scene, &(qv_shape){.size = 10},
                          "a\nb\x01"
                          "c\xFF"
                          "d^-2"));
  PetscCall(qv_scene_text(scene, &(qv_shape){.size = 10, .width = 40}, "AAAAAAAAAAAA"));
  PetscCall(qv_scene_text(scene, &(qv_shape){.size = 10}, NULL));
  PetscCall(qv_scene_text(scene, &(qv_shape){.size = 10}, ""));
  EXPECT_INT(scene->n_shapes, 2);
  EXPECT_TEXT(scene->text + scene->shape[0].first,
              "a b c\xEF\xBF\xBD"
              "d^\xE2\x88\x92"
              "2");
  EXPECT_TEXT(scene->text + scene->shape[1].first, "AAAA\xE2\x80\xA6");
  PetscCall(qv_scene_destroy(&scene));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"decodes", decodes}, {"refuses", refuses}, {"round trip", round_trip},
               {"raises", raises}, {"measures", measures}, {"cleans", cleans});
}
