/* SPDX-License-Identifier: GPL-3.0-or-later
 * Cost of the vector type as a ratio to PETSc's own vector in the same run, best of many:
 * reductions, updates, and CG and LSQR per iteration on a diagonal operator (the worst case).
 * qv-test: np=1,2 labels=bench timeout=240 */
#include "solvers/linalg/operator.h"
#include "solvers/linalg/vec.h"
#include "tests/support/qv_test.h"

#include <petscksp.h>
#include <petsctime.h>
#include <stdio.h>

enum { MANY = 30, DOT, NORM, MDOT, AXPY, CG, LSQR, WORKS, FIRST = DOT };
static const char *const names[] = {[DOT] = "dot",   [NORM] = "norm", [MDOT] = "mdot 30",
                                    [AXPY] = "axpy", [CG] = "CG",     [LSQR] = "LSQR"};

typedef struct {
  Vec x, y, many[MANY];
  Mat diagonal;
  KSP ksp[2]; /* CG, LSQR */
} kit;

static PetscErrorCode multiply(Mat a, Vec x, Vec y) {
  Vec d;
  PetscCall(MatShellGetContext(a, &d));
  PetscCall(VecPointwiseMult(y, d, x));
  return 0;
}

static PetscErrorCode create_stock(Mat a, Vec *right, Vec *left) {
  Vec d;
  PetscCall(MatShellGetContext(a, &d));
  if (right) PetscCall(VecDuplicate(d, right));
  if (left) PetscCall(VecDuplicate(d, left));
  return 0;
}

static PetscErrorCode create(PetscInt n, bool stock, kit *k) {
  const qv_space space = qv_space_reals(n);
  Vec            d, like;
  PetscInt       here;
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, &space, &like));
  PetscCall(VecGetLocalSize(like, &here));
  if (stock)
    PetscCall(VecCreateMPI(PETSC_COMM_WORLD, here, n, &d));
  else
    PetscCall(VecDuplicate(like, &d));
  PetscCall(qv_vec_uniform(like, 1, "diagonal", 1, 2000));
  PetscCall(VecCopy(like, d));
  PetscCall(VecDuplicate(d, &k->x));
  PetscCall(VecDuplicate(d, &k->y));
  PetscCall(qv_vec_normal(like, 1, "x"));
  PetscCall(VecCopy(like, k->x));
  PetscCall(VecSet(k->y, 1));
  for (int j = 0; j < MANY; j++) {
    PetscCall(VecDuplicate(d, &k->many[j]));
    PetscCall(VecCopy(like, k->many[j]));
  }
  PetscCall(MatCreateShell(PETSC_COMM_WORLD, here, here, n, n, d, &k->diagonal));
  PetscCall(MatShellSetOperation(k->diagonal, MATOP_MULT, (void (*)(void))multiply));
  PetscCall(MatShellSetOperation(k->diagonal, MATOP_MULT_TRANSPOSE, (void (*)(void))multiply));
  PetscCall(MatShellSetOperation(k->diagonal, MATOP_CREATE_VECS, (void (*)(void))create_stock));
  for (int i = 0; i < 2; i++) {
    PC pc;
    PetscCall(KSPCreate(PETSC_COMM_WORLD, &k->ksp[i]));
    PetscCall(KSPSetType(k->ksp[i], i ? KSPLSQR : KSPCG));
    PetscCall(KSPSetOperators(k->ksp[i], k->diagonal, k->diagonal));
    PetscCall(KSPGetPC(k->ksp[i], &pc));
    PetscCall(PCSetType(pc, PCNONE));
    PetscCall(KSPSetTolerances(k->ksp[i], 1e-300, 1e-300, PETSC_DEFAULT, 20));
    PetscCall(KSPSetUp(k->ksp[i]));
  }
  PetscCall(VecDestroy(&like));
  return 0;
}

static PetscErrorCode destroy(kit *k) {
  Vec d;
  PetscCall(MatShellGetContext(k->diagonal, &d));
  for (int i = 0; i < 2; i++) PetscCall(KSPDestroy(&k->ksp[i]));
  PetscCall(MatDestroy(&k->diagonal));
  PetscCall(VecDestroy(&d));
  PetscCall(VecDestroy(&k->x));
  PetscCall(VecDestroy(&k->y));
  for (int j = 0; j < MANY; j++) PetscCall(VecDestroy(&k->many[j]));
  return 0;
}

static PetscErrorCode work(const kit *k, int what) {
  double result[MANY];
  switch (what) {
    case DOT:
      PetscCall(VecDot(k->x, k->y, result));
      break;
    case NORM:
      PetscCall(qv_vec_written(k->x)); /* else the cached norm is measured */
      PetscCall(VecNorm(k->x, NORM_2, result));
      break;
    case MDOT:
      PetscCall(VecMDot(k->x, MANY, k->many, result));
      break;
    case AXPY:
      PetscCall(VecAXPY(k->y, 1e-9, k->x));
      break;
    default:
      PetscCall(KSPSolve(k->ksp[what - CG], k->x, k->many[0]));
  }
  return 0;
}

/* Seconds of one call with PETSc's vectors and with ours, in turn, best of many rounds. */
static PetscErrorCode measure(const kit kits[2], int what, int repeats, double best[2]) {
  for (int round = 0; round < 30; round++) {
    PetscLogDouble begin, end;
    PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
    PetscCall(PetscTime(&begin));
    for (int i = 0; i < repeats; i++) PetscCall(work(&kits[round % 2], what));
    PetscCall(PetscTime(&end));
    const double one = (end - begin) / repeats / (what >= CG ? 20 : 1);
    if (round < 2 || one < best[round % 2]) best[round % 2] = one;
  }
  PetscCallMPI(MPI_Bcast(best, 2, MPI_DOUBLE, 0, PETSC_COMM_WORLD));
  return 0;
}

static PetscErrorCode ratios(void) {
  static const PetscInt sizes[] = {1000, 100000, 1000000};
  int                   rank, size;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  if (rank == 0) printf("# %d ranks: ns per entry of PETSc's vector, ratio of ours to it\n", size);
  for (int s = 0; s < 3; s++) {
    kit kits[2];
    PetscCall(create(sizes[s], true, &kits[0]));
    PetscCall(create(sizes[s], false, &kits[1]));
    for (int what = FIRST; what < WORKS; what++) {
      const int repeats = (int)(4000000 / sizes[s] /
                                (what == MDOT ? MANY
                                 : what >= CG ? 60
                                              : 1)) +
                          1;
      double best[2] = {0};
      PetscCall(measure(kits, what, repeats, best));
      if (rank == 0)
        printf("# n = %7d  %-8s %8.3f  x %.2f\n", (int)sizes[s], names[what],
               1e9 * best[0] / sizes[s], best[1] / best[0]);
      /* generous: other work may share the machine */
      if (sizes[s] == 1000000 && size == 1) EXPECT(best[1] < 4 * best[0]);
    }
    PetscCall(destroy(&kits[0]));
    PetscCall(destroy(&kits[1]));
  }
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"ratios to PETSc's vectors", ratios});
}
