/* SPDX-License-Identifier: GPL-3.0-or-later
 * For tests that draw from a file and look at the picture. */
#pragma once
#include "solvers/store/h5.h"
#include "tests/support/qv_test.h"
#include "tests/unit/figure/svg_check.h"

static char       text[4000000]; /* of the picture looked at last */
static svg_reader seen;

static inline void look(const char *path) {
  FILE        *file = fopen(path, "rb");
  const size_t n    = file ? fread(text, 1, sizeof text - 1, file) : 0;
  text[n]           = 0;
  if (file) fclose(file);
  svg_read(&seen, text);
  if (seen.error) qv_test_fail(__FILE__, __LINE__, "%s: %s", path, seen.error);
}

static inline void expect_word(const char *word) {
  if (!strstr(text, word)) qv_test_fail(__FILE__, __LINE__, "'%s' is not in the picture", word);
}

/* A set of `file`: PUT({.path = …}, data). */
#define PUT(...) PetscCall(qv_h5_write(file, &(qv_array)__VA_ARGS__))
