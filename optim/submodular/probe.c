/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/probe.h"

PetscErrorCode qv_probe_create(const qv_objective *f, const qv_ground *ground, int32_t k,
                               qv_probe **probe) {
  PetscFunctionBegin;
  PetscCall(PetscNew(probe));
  PetscCall(qv_greedy_create(f, ground, k, &(*probe)->greedy));
  PetscCall(PetscMalloc1(k + 1, &(*probe)->chosen.e));
  PetscCall(PetscCalloc1(k + 1, &(*probe)->gain));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_probe_destroy(qv_probe **probe) {
  PetscFunctionBegin;
  if (!*probe) PetscFunctionReturn(0);
  PetscCall(qv_greedy_destroy(&(*probe)->greedy));
  PetscCall(PetscFree((*probe)->chosen.e));
  PetscCall(PetscFree((*probe)->gain));
  PetscCall(PetscFree(*probe));
  PetscFunctionReturn(0);
}

int64_t qv_probe_renew(qv_probe *p, qv_prefix *scratch) {
  qv_summary *s     = &p->chosen;
  int64_t     asked = 0;
  s->n              = 0;
  qv_greedy_fill(p->greedy, s, &asked);
  qv_objective_chain(scratch, s->n, s->e, p->gain);
  scratch->f->kind->truncate(scratch, 0, s->n, s->e);
  return asked;
}

void qv_probe_shrink(qv_probe *p, int32_t e) {
  for (int32_t i = 0; i < p->chosen.n; i++) {
    if (p->chosen.e[i] != e) continue;
    p->chosen.value -= p->gain[i];
    p->gain[i] = 0;
  }
}

PetscErrorCode qv_probe_pack(const qv_probe *p, qv_words *words) {
  PetscFunctionBegin;
  PetscCall(qv_words_add(words, 1, &p->chosen.value));
  for (int32_t i = 0; i < p->chosen.n; i++) {
    const int64_t pair[2] = {p->chosen.e[i], p->gain[i]};
    PetscCall(qv_words_add(words, 2, pair));
  }
  PetscFunctionReturn(0);
}

void qv_probe_unpack(qv_probe *p, int64_t n, const int64_t *word) {
  p->chosen.value = word[0];
  p->chosen.n     = (int32_t)((n - 1) / 2);
  for (int32_t i = 0; i < p->chosen.n; i++) {
    p->chosen.e[i] = (int32_t)word[1 + 2 * i];
    p->gain[i]     = word[2 + 2 * i];
  }
}
