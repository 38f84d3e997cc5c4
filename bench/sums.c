/* SPDX-License-Identifier: GPL-3.0-or-later
 * Cost of sums in ns per entry, as a ratio to PETSc's VecDot in the same run (best of many).
 * qv-test: np=1 labels=bench timeout=120 */
#include "solvers/parallel/sum.h"
#include "tests/support/qv_test.h"

#include <petsctime.h>
#include <petscvec.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STOCK, TILES, PRODUCTS, EXACT, ROUND, ARRAY, WAYS };
static const char *const names[WAYS] = {"VecDot", "tiles", "products", "exact", "round", "array"};

typedef struct {
  PetscInt      n;
  Vec           x, y;
  const double *a, *b; /* their entries */
  qv_sum_array *array;
  qv_sum        filled;
} load;

/* One pass by one way over n entries; the sum goes to *sink. */
static PetscErrorCode pass(int way, load *w, double *sink) {
  qv_sum sum = {{0}};

  PetscFunctionBegin;
  switch (way) {
    case STOCK:
      PetscCall(VecDot(w->x, w->y, sink));
      break;
    case TILES:
      qv_sum_add_tiles(&sum, w->n, w->a);
      break;
    case PRODUCTS:
      qv_sum_add_products(&sum, w->n, w->a, w->b);
      break;
    case EXACT:
      qv_sum_add_exact(&sum, w->n, w->a, w->b);
      break;
    case ARRAY:
      PetscCall(qv_sum_array_add(w->array, w->a));
      break;
    default:
      *sink += qv_sum_round(&w->filled);
      break;
  }
  if (way == TILES || way == PRODUCTS || way == EXACT) *sink = qv_sum_round(&sum);
  PetscFunctionReturn(0);
}

static PetscErrorCode load_create(PetscInt n, load *w) {
  PetscFunctionBegin;
  *w = (load){.n = n};
  PetscCall(VecCreateSeq(PETSC_COMM_SELF, n, &w->x));
  PetscCall(VecDuplicate(w->x, &w->y));
  PetscCall(VecSetRandom(w->x, NULL));
  PetscCall(VecSetRandom(w->y, NULL));
  PetscCall(VecGetArrayRead(w->x, &w->a));
  PetscCall(VecGetArrayRead(w->y, &w->b));
  PetscCall(qv_sum_array_begin(PETSC_COMM_SELF, n, 1, 1 << 30, &w->array));
  qv_sum_add_exact(&w->filled, n, w->a, w->b);
  PetscFunctionReturn(0);
}

static PetscErrorCode load_destroy(load *w) {
  double *result;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)w->n, &result));
  PetscCall(qv_sum_array_end(&w->array, result));
  PetscCall(PetscFree(result));
  PetscCall(VecRestoreArrayRead(w->x, &w->a));
  PetscCall(VecRestoreArrayRead(w->y, &w->b));
  PetscCall(VecDestroy(&w->x));
  PetscCall(VecDestroy(&w->y));
  PetscFunctionReturn(0);
}

/* ns per entry (per call for ROUND), the best of many repetitions of several passes. */
static PetscErrorCode measure(PetscInt n, double *ns) {
  load   w;
  double sink = 0;

  PetscFunctionBegin;
  PetscCall(load_create(n, &w));
  for (int way = 0; way < WAYS; way++) {
    const int passes = way == ROUND ? 1000 : n < 100000 ? (int)(100000 / n) : 1;
    ns[way]          = 1e30;
    for (int again = 0; again < 60; again++) {
      PetscLogDouble begin, end;
      PetscCall(PetscTime(&begin));
      for (int i = 0; i < passes; i++) PetscCall(pass(way, &w, &sink));
      PetscCall(PetscTime(&end));
      const double each = (end - begin) / passes * 1e9;
      ns[way]           = PetscMin(ns[way], way == ROUND ? each : each / (double)n);
    }
  }
  PetscCall(load_destroy(&w));
  PetscFunctionReturn(0);
}

static PetscErrorCode costs(void) {
  const char *config = getenv("QV_CONFIG");
  double      ns[WAYS];

  PetscFunctionBegin;
  if (config && !strcmp(config, "Debug")) {
    qv_test_skip("a build without optimisation");
    PetscFunctionReturn(0);
  }
  for (PetscInt n = 1000; n <= 1000000; n *= 10) {
    PetscCall(measure(n, ns));
    printf("# n = %7d, ns per entry:", (int)n);
    for (int way = 0; way < WAYS; way++) printf(" %s %.3f", names[way], ns[way]);
    printf("; products / VecDot %.2f\n", ns[PRODUCTS] / ns[STOCK]);
    if (n >= 100000) EXPECT(ns[PRODUCTS] < 2 * ns[STOCK]);
    EXPECT(ns[EXACT] < 10);
  }
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"costs no more than a few times VecDot", costs});
}
