/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/method.h"

const qv_choice qv_method_words[] = {
#define QV_METHOD(name, word, doc) {word, doc},
#include "optim/bilevel/methods.def"
#undef QV_METHOD
  {NULL, NULL}};

#define QV_METHOD(name, word, doc) extern const qv_method qv_method_##name;
#include "optim/bilevel/methods.def"
#undef QV_METHOD

const qv_method *const qv_methods[] = {
#define QV_METHOD(name, word, doc) &qv_method_##name,
#include "optim/bilevel/methods.def"
#undef QV_METHOD
  NULL};

qv_batch qv_method_batch(const qv_walk *walk, int stream, int64_t index) {
  return (qv_batch){.stream = walk->stream[stream],
                    .index  = index,
                    .size   = (int64_t)walk->setting[QV_SETTING_BATCH]};
}
