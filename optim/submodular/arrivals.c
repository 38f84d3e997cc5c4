/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/arrivals.h"

PetscErrorCode qv_arrivals_create(int32_t n, qv_arrivals **arrivals) {
  PetscFunctionBegin;
  PetscCall(PetscNew(arrivals));
  (*arrivals)->first = (*arrivals)->last = -1;
  PetscCall(PetscMalloc1(n, &(*arrivals)->next));
  PetscCall(PetscMalloc1(n, &(*arrivals)->before));
  PetscCall(PetscCalloc1(n, &(*arrivals)->since));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_arrivals_destroy(qv_arrivals **arrivals) {
  PetscFunctionBegin;
  if (!*arrivals) PetscFunctionReturn(0);
  PetscCall(PetscFree((*arrivals)->next));
  PetscCall(PetscFree((*arrivals)->before));
  PetscCall(PetscFree((*arrivals)->since));
  PetscCall(PetscFree(*arrivals));
  PetscFunctionReturn(0);
}

void qv_arrivals_add(qv_arrivals *a, int32_t e, int64_t update) {
  a->before[e] = a->last;
  a->next[e]   = -1;
  a->since[e]  = update;
  if (a->last >= 0)
    a->next[a->last] = e;
  else
    a->first = e;
  a->last = e;
}

void qv_arrivals_remove(qv_arrivals *a, int32_t e) {
  if (a->before[e] >= 0)
    a->next[a->before[e]] = a->next[e];
  else
    a->first = a->next[e];
  if (a->next[e] >= 0)
    a->before[a->next[e]] = a->before[e];
  else
    a->last = a->before[e];
}

PetscErrorCode qv_arrivals_pack(const qv_arrivals *a, qv_words *words) {
  PetscFunctionBegin;
  for (int32_t e = a->first; e >= 0; e = a->next[e]) {
    const int64_t pair[2] = {e, a->since[e]};
    PetscCall(qv_words_add(words, 2, pair));
  }
  PetscFunctionReturn(0);
}

void qv_arrivals_unpack(qv_arrivals *a, int64_t n, const int64_t *word) {
  for (int64_t i = 0; i < n; i += 2) qv_arrivals_add(a, (int32_t)word[i], word[i + 1]);
}
