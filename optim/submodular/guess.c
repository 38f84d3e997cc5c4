/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/guess.h"

#include <math.h>

PetscErrorCode qv_desk_create(const qv_objective *f, int32_t k, double epsilon, qv_desk **desk) {
  qv_desk *d;

  PetscFunctionBegin;
  PetscCall(PetscNew(desk));
  d           = *desk;
  d->f        = f;
  d->k        = k;
  d->epsilon  = epsilon;
  d->levels   = k;
  d->n_grades = (int32_t)ceil(log(2 * (double)k) / log1p(epsilon)) + 2;
  PetscCall(f->kind->prefix_create(f, k, &d->scratch));
  PetscCall(PetscMalloc1(f->n, &d->pool));
  PetscCall(PetscMalloc1(f->n, &d->batch));
  PetscCall(PetscMalloc1(f->n, &d->gain));
  PetscCall(PetscMalloc1(f->n, &d->slot));
  PetscCall(PetscMalloc1(d->n_grades, &d->crowd));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_desk_destroy(qv_desk **desk) {
  PetscFunctionBegin;
  if (!*desk) PetscFunctionReturn(0);
  qv_desk *d = *desk;
  PetscCall(d->f->kind->prefix_destroy(&d->scratch));
  PetscCall(PetscFree(d->pool));
  PetscCall(PetscFree(d->batch));
  PetscCall(PetscFree(d->gain));
  PetscCall(PetscFree(d->slot));
  PetscCall(PetscFree(d->crowd));
  PetscCall(PetscFree(*desk));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_guess_create(qv_desk *desk, int32_t g, int64_t tau, qv_guess **guess) {
  PetscFunctionBegin;
  PetscCall(PetscNew(guess));
  **guess = (qv_guess){.desk = desk, .g = g, .tau = tau};
  PetscCall(PetscMalloc1(desk->n_grades, &(*guess)->grade));
  for (int32_t j = 0; j < desk->n_grades; j++) {
    const double floor_j = ceil((double)tau * pow(1 + desk->epsilon, j));
    (*guess)->grade[j]   = floor_j < 0x1p62 ? (int64_t)floor_j : INT64_C(1) << 62;
  }
  PetscCall(qv_nest_create(desk->f, desk->k, desk->levels, &(*guess)->nest));
  (*guess)->nest->fine = desk->fine;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_guess_destroy(qv_guess **guess) {
  PetscFunctionBegin;
  if (!*guess) PetscFunctionReturn(0);
  PetscCall(qv_nest_destroy(&(*guess)->nest));
  PetscCall(PetscFree((*guess)->grade));
  PetscCall(PetscFree(*guess));
  PetscFunctionReturn(0);
}

/* The search of the model over levels lower … upper, knowing its answer; returns where it ends. */
static int32_t charge(qv_desk *desk, int32_t lower, int32_t upper, int32_t depth) {
  while (lower < upper) {
    const int32_t middle = (lower + upper + 1) / 2;
    desk->calls.marginal++;
    if (middle <= depth)
      lower = middle;
    else
      upper = middle - 1;
  }
  return lower;
}

int32_t qv_guess_depth(qv_guess *guess, int32_t e, int32_t first, int32_t last) {
  qv_desk      *desk  = guess->desk;
  qv_nest      *nest  = guess->nest;
  const int32_t upper = PetscMin(last + 1, desk->k);
  int32_t       depth = first;
  if (upper > first) {
    depth = 1 + nest->f->kind->depth(nest->prefix, e, upper - 1, guess->tau);
    desk->calls.physical++;
    desk->calls.close += nest->prefix->close;
    nest->prefix->close = 0;
  }
  return charge(desk, first, upper, depth);
}

/* As above, of at most QV_DEPTHS elements of an objective without a band. */
static void find_depths(qv_guess *guess, int32_t first, int32_t n, const int32_t *e,
                        int32_t *last) {
  qv_desk *desk = guess->desk;
  int32_t  some[QV_DEPTHS], depth[QV_DEPTHS], m = 0;
  for (int32_t i = 0; i < n; i++) {
    const int32_t upper = PetscMin(last[i] + 1, desk->k);
    if (upper <= first) continue;
    some[m]    = e[i];
    depth[m++] = upper - 1;
  }
  desk->f->kind->depths(guess->nest->prefix, m, some, guess->tau, depth);
  desk->calls.physical += m;
  for (int32_t i = 0, j = 0; i < n; i++) {
    const int32_t upper = PetscMin(last[i] + 1, desk->k);
    last[i]             = upper > first ? charge(desk, first, upper, 1 + depth[j++]) : first;
  }
}

void qv_guess_depths(qv_guess *guess, int32_t first, int32_t n, const int32_t *e, int32_t *last) {
  const qv_objective *f = guess->desk->f;
  if (f->group->size > 1 && f->kind->depths) {
    for (int32_t i = 0; i < n; i += QV_DEPTHS)
      find_depths(guess, first, PetscMin(QV_DEPTHS, n - i), e + i, last + i);
    return;
  }
  for (int32_t i = 0; i < n; i++) last[i] = qv_guess_depth(guess, e[i], first, last[i]);
}

int64_t qv_guess_value(qv_guess *guess) {
  qv_nest *nest = guess->nest;
  if (guess->fresh) return guess->value;
  guess->value = nest->level[nest->n_levels].value;
  if (nest->n_ghosts) {
    int32_t *live = guess->desk->batch;
    guess->value  = qv_objective_value(guess->desk->scratch, qv_nest_output(nest, live), live);
    guess->desk->calls.full++;
  }
  guess->fresh = true;
  return guess->value;
}

/* Depth from first principles: level by level, on a prefix of its own. */
const char *qv_guess_verify_depths(qv_guess *guess) {
  qv_nest                 *nest    = guess->nest;
  qv_prefix               *scratch = guess->desk->scratch;
  const qv_objective_kind *kind    = nest->f->kind;
  const char              *wrong   = NULL;
  int32_t                  done = 0, stored = 0;
  for (int32_t l = 0; l <= nest->n_levels; l++) { /* against I_l */
    for (; done < nest->level[l].end; done++) kind->push(scratch, nest->pick[done], l);
    for (int32_t e = 0; e < nest->f->n; e++) {
      if (!nest->depth[e] || nest->depth[e] < l) continue;
      stored += l == 0;
      const bool more = l < guess->desk->k && done < guess->desk->k &&
                        qv_desk_reaches(guess->desk, qv_objective_gain(scratch, e), guess->tau);
      const bool is_pick = nest->depth[e] == l && qv_nest_find(nest, e, l) >= 0;
      if (nest->depth[e] == l && more && !is_pick) wrong = "an element reaches deeper than stored";
      if (nest->depth[e] > l && !more) wrong = "an element is stored deeper than it reaches";
    }
  }
  kind->truncate(scratch, 0, done, nest->pick);
  return stored == nest->n_stored ? wrong : "the count of stored elements is wrong";
}
