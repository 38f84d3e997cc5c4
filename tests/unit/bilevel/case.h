/* SPDX-License-Identifier: GPL-3.0-or-later
 * A task made from parameters, without a deck. */
#pragma once
#include <math.h>
#include <string.h>

#include "optim/bilevel/method.h"
#include "tests/support/qv_test.h"

static inline int case_word(const qv_choice *words, const char *word) {
  for (int k = 0; words[k].word; k++)
    if (!strcmp(words[k].word, word)) return k;
  qv_test_fail(__FILE__, __LINE__, "there is no '%s'", word);
  return 0;
}

static inline qv_bilevel_params case_params(const char *task) {
  qv_bilevel_params p = {0};
  p.task.name         = case_word(qv_task_words, task);
  p.task.upper        = 4;
  p.task.lower        = 6;
  p.task.alpha        = 2;
  p.task.samples      = 50;
  p.task.checks       = 30;
  p.task.sharpness    = 80;
  p.task.l2           = 0.2;
  p.task.length       = 10;
  p.task.target       = 1.5;
  return p;
}
