/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,3 labels=fast timeout=60
 * Influence by reverse-reachable sets against the expectation over all worlds of a small network;
 * the same samples on any number of ranks. */
#include "optim/submodular/cascade.h"
#include "tests/unit/submodular/trial.h"

enum { N = 7, EDGES = 12 };

/* Two loops that share a node, a bridge, a sink, and a node that only points. */
static const int    from[EDGES]   = {0, 1, 2, 2, 3, 4, 4, 5, 0, 6, 6, 1};
static const int    to[EDGES]     = {1, 2, 0, 3, 4, 2, 5, 3, 4, 0, 5, 5};
static const double chance[EDGES] = {.5, .3, .9, .2, .7, .4, 1, .1, .25, .6, .05, 0};

static uint32_t reached(uint32_t on, uint32_t set) {
  for (uint32_t before = 0; before != set;) {
    before = set;
    for (int j = 0; j < EDGES; j++)
      if ((on >> j & 1) && (set >> from[j] & 1)) set |= 1u << to[j];
  }
  return set;
}

/* The expected number of nodes reached, over all 2^12 worlds. */
static double spread(uint32_t set) {
  double sum = 0;
  for (uint32_t on = 0; on < 1u << EDGES; on++) {
    double p = 1;
    for (int j = 0; j < EDGES; j++) p *= on >> j & 1 ? chance[j] : 1 - chance[j];
    if (p > 0) sum += p * __builtin_popcount(reached(on, set));
  }
  return sum;
}

static PetscErrorCode make(qv_cascade *c) {
  int64_t at = 0;

  PetscFunctionBegin;
  c->n = N;
  PetscCall(PetscMalloc1(N + 1, &c->first));
  PetscCall(PetscMalloc1(EDGES, &c->from));
  PetscCall(PetscMalloc1(EDGES, &c->probability));
  for (int v = 0; v < N; v++) {
    c->first[v] = at;
    for (int j = 0; j < EDGES; j++)
      if (to[j] == v) {
        c->from[at]          = from[j];
        c->probability[at++] = chance[j];
      }
  }
  c->first[N] = at;
  PetscFunctionReturn(0);
}

static PetscErrorCode expectation(void) {
  const int64_t samples = 200000;
  qv_cascade    c;
  qv_sets       sets;
  qv_objective *f;
  qv_prefix    *p;
  double        worst = 0;

  PetscFunctionBegin;
  PetscCall(make(&c));
  PetscCall(qv_cascade_sets(PETSC_COMM_WORLD, &c, qv_stream_named(4, "influence"), samples, &sets));
  PetscCall(qv_coverage_create(NULL, &sets, &f));
  PetscCall(f->kind->prefix_create(f, N, &p));
  for (uint32_t set = 1; set < 1u << N; set++) {
    int32_t e[N], n = 0;
    for (int v = 0; v < N; v++)
      if (set >> v & 1) e[n++] = v;
    const double got = (double)qv_objective_value(p, n, e) * f->quantum, want = spread(set);
    const double share = want / N, error = N * sqrt(share * fmax(0, 1 - share) / (double)samples);
    EXPECT(fabs(got - want) <= 4.5 * error + 1e-9);
    if (error > 0) worst = fmax(worst, fabs(got - want) / error);
  }
  EXPECT(worst > 0.5); /* it is a sample */
  PetscCall(f->kind->prefix_destroy(&p));
  PetscCall(qv_objective_destroy(&f));
  PetscCall(qv_cascade_free(&c));
  PetscFunctionReturn(0);
}

/* The sets made by all ranks together are those that one would make alone. */
static PetscErrorCode ranks(void) {
  const qv_stream stream = qv_stream_named(9, "influence");
  qv_cascade      c;
  qv_sets         all, alone;

  PetscFunctionBegin;
  PetscCall(make(&c));
  PetscCall(qv_cascade_sets(PETSC_COMM_WORLD, &c, stream, 1001, &all));
  PetscCall(qv_cascade_sets(PETSC_COMM_SELF, &c, stream, 1001, &alone));
  for (int v = 0; v <= N; v++) EXPECT_INT(all.first[v], alone.first[v]);
  EXPECT(!memcmp(all.item, alone.item, (size_t)all.first[N] * sizeof *all.item));
  PetscCall(qv_sets_free(&all));
  PetscCall(qv_sets_free(&alone));
  PetscCall(qv_cascade_free(&c));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"expectation", expectation}, {"ranks", ranks});
}
