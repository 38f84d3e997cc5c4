/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/engine.h"

const qv_choice qv_engine_words[] = {
#define QV_ENGINE(name, word, doc) {word, doc},
#include "optim/submodular/engines.def"
#undef QV_ENGINE
  {NULL, NULL}};

#define QV_ENGINE(name, word, doc) extern const qv_engine_kind qv_engine_##name;
#include "optim/submodular/engines.def"
#undef QV_ENGINE

const qv_engine_kind *const qv_engines[] = {
#define QV_ENGINE(name, word, doc) &qv_engine_##name,
#include "optim/submodular/engines.def"
#undef QV_ENGINE
  NULL};
