/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/maker.h"

const qv_choice qv_maker_words[] = {
#define QV_OBJECTIVE(name, word, doc) {word, doc},
#include "optim/submodular/objectives.def"
#undef QV_OBJECTIVE
  {NULL, NULL}};

#define QV_OBJECTIVE(name, word, doc) extern const qv_maker qv_maker_##name;
#include "optim/submodular/objectives.def"
#undef QV_OBJECTIVE

const qv_maker *const qv_makers[] = {
#define QV_OBJECTIVE(name, word, doc) &qv_maker_##name,
#include "optim/submodular/objectives.def"
#undef QV_OBJECTIVE
  NULL};
