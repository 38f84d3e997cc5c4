/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/maker.h"

#include <stdio.h>

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

PetscErrorCode qv_maker_name(int32_t n, char *const *word, qv_names **names) {
  char    number[16];
  int32_t got;

  PetscFunctionBegin;
  PetscCall(qv_names_create(names));
  for (int32_t e = 0; e < n; e++) {
    snprintf(number, sizeof number, "%d", (int)e);
    PetscCall(qv_names_add(*names, word ? word[e] : number, &got));
  }
  PetscFunctionReturn(0);
}
