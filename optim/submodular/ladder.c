/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/ladder.h"

#include <math.h>

/* x as int64, kept below 2^62. */
static int64_t whole(double x) {
  return x < 0x1p62 ? (int64_t)x : INT64_C(1) << 62;
}

static void fill_windows(const qv_objective *f, qv_ladder *l) {
  for (int32_t e = 0; e < f->n; e++) {
    int32_t a = 0, b = l->n; /* first guess with top >= f(e) */
    while (a < b) {
      const int32_t mid = (a + b) / 2;
      if (l->top[mid] >= f->single[e])
        b = mid;
      else
        a = mid + 1;
    }
    l->low[e] = f->single[e] > 0 ? a : l->n;
    for (b = l->n; a < b;) { /* first guess with tau > f(e) */
      const int32_t mid = (a + b) / 2;
      if (l->tau[mid] > f->single[e])
        b = mid;
      else
        a = mid + 1;
    }
    l->high[e] = f->single[e] > 0 ? a - 1 : -1;
  }
}

PetscErrorCode qv_ladder_create(const qv_objective *f, int32_t k, double epsilon,
                                qv_ladder **ladder) {
  const double base = log1p(epsilon);
  int64_t      most = 0, least = INT64_MAX;
  qv_ladder   *l;

  PetscFunctionBegin;
  PetscCall(PetscNew(ladder));
  l = *ladder;
  for (int32_t e = 0; e < f->n; e++) {
    most = PetscMax(most, f->single[e]);
    if (f->single[e] > 0) least = PetscMin(least, f->single[e]);
  }
  if (most) {
    l->first         = (int32_t)floor(log((double)least * f->quantum) / base) - 1;
    const double end = log(2 * (double)k * (double)most * f->quantum) / base;
    l->n             = (int32_t)ceil(end) + 2 - l->first;
  }
  l->k       = k;
  l->largest = l->most = l->least = -1;
  PetscCall(PetscMalloc1(l->n, &l->tau));
  PetscCall(PetscMalloc1(l->n, &l->top));
  PetscCall(PetscCalloc1(l->n, &l->live));
  PetscCall(PetscMalloc1(f->n, &l->low));
  PetscCall(PetscMalloc1(f->n, &l->high));
  for (int32_t g = 0; g < l->n; g++) {
    const double o = pow(1 + epsilon, l->first + g) / f->quantum;
    l->top[g]      = whole(floor(o));
    l->tau[g]      = PetscMax(1, whole(ceil(o / (2 * (double)k))));
  }
  fill_windows(f, l);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_ladder_destroy(qv_ladder **ladder) {
  PetscFunctionBegin;
  if (!*ladder) PetscFunctionReturn(0);
  PetscCall(PetscFree((*ladder)->tau));
  PetscCall(PetscFree((*ladder)->top));
  PetscCall(PetscFree((*ladder)->live));
  PetscCall(PetscFree((*ladder)->low));
  PetscCall(PetscFree((*ladder)->high));
  PetscCall(PetscFree(*ladder));
  PetscFunctionReturn(0);
}

/* The k largest singletons, each rounded up to its guess, are worth at most what `most` stands for.
 */
static void renew_bound(qv_ladder *l) {
  int64_t sum  = 0;
  int32_t left = l->k;
  l->kth       = 0;
  for (int32_t g = l->largest; g >= 0 && left; g--) {
    const int32_t some = PetscMin(left, l->live[g]);
    if (some && l->top[g] > (INT64_MAX - sum) / some) sum = INT64_MAX;
    if (sum < INT64_MAX) sum += some * l->top[g];
    left -= some;
    l->kth = g;
  }
  l->most = l->largest;
  while (l->most >= 0 && l->most + 1 < l->n && l->top[l->most] < sum) l->most++;
}

void qv_ladder_insert(qv_ladder *l, int32_t e) {
  if (l->low[e] == l->n) return;
  l->live[l->low[e]]++;
  l->largest = PetscMax(l->largest, l->low[e]);
  if (l->low[e] >= l->kth) renew_bound(l);
}

void qv_ladder_erase(qv_ladder *l, int32_t e) {
  if (l->low[e] == l->n) return;
  l->live[l->low[e]]--;
  while (l->largest >= 0 && !l->live[l->largest]) l->largest--;
  if (l->low[e] >= l->kth) renew_bound(l);
}

void qv_ladder_floor(qv_ladder *l, int64_t reached) {
  l->least = l->largest;
  while (l->least >= 0 && l->least < l->most && l->top[l->least] < reached) l->least++;
}
