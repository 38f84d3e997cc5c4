/* SPDX-License-Identifier: GPL-3.0-or-later
 * Panels, real and complex, against their definitions computed from the gathered entries; the same
 * bits on one rank and on all.
 * qv-test: np=1,2,3,4 labels=fast timeout=60 */
#include "solvers/linalg/lowrank.h"
#include "solvers/linalg/vec.h"
#include "tests/support/qv_test.h"
#include "tests/unit/linalg/dense_operator.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 1410, K = 11, MOST = 2 * K * K }; /* rows in doubles; 705 pairs */

typedef double complex number;

static qv_space space_of(int kind, int columns) {
  const qv_space rows = kind ? qv_space_units(15, 94) : qv_space_reals(ROWS);
  return qv_space_panel(rows, columns);
}

/* Normal numbers; column j times decay^j, and the last one the first plus `apart` times itself. */
static PetscErrorCode make(MPI_Comm comm, int kind, double decay, double apart, Vec *a) {
  const qv_space space = space_of(kind, K);
  double        *x;
  qv_space_run   run, first;
  PetscCall(qv_vec_create(comm, &space, a));
  PetscCall(qv_vec_normal(*a, 8, "panel"));
  PetscCall(VecGetArray(*a, &x));
  PetscCall(qv_vec_run(*a, 0, &first));
  for (int j = 0; j < K; j++) {
    PetscCall(qv_vec_run(*a, j, &run));
    for (int64_t i = 0; i < run.count; i++) {
      x[run.local + i] *= pow(decay, j);
      if (j == K - 1 && apart >= 0) x[run.local + i] = x[i] + apart * x[run.local + i];
    }
  }
  PetscCall(VecRestoreArray(*a, &x));
  return 0;
}

/* Entry (i, j) of a gathered panel. */
static number at(const double *all, bool pairs, int64_t i, int j) {
  const double *column = all + (int64_t)j * ROWS;
  return pairs ? CMPLX(column[2 * i], column[2 * i + 1]) : column[i];
}

static number small(const double *g, bool pairs, int n, int i, int j) {
  const int64_t k = i + (int64_t)j * n;
  return pairs ? CMPLX(g[2 * k], g[2 * k + 1]) : g[k];
}

static int64_t rows(bool pairs) {
  return pairs ? ROWS / 2 : ROWS;
}

static PetscErrorCode gram_is_made_of_dots(void) {
  for (int kind = 0; kind < 2; kind++)
    for (int pairs = 0; pairs < 2; pairs++) {
      double g[MOST], h[2 * K * 3], dot, *all;
      Vec    a, b;
      PetscCall(make(PETSC_COMM_WORLD, kind, 1, -1, &a));
      PetscCall(qv_panel_create_like(a, 3, &b));
      PetscCall(qv_vec_normal(b, 9, "other"));
      PetscCall(qv_panel_gram(a, a, pairs, g));
      PetscCall(qv_panel_gram(a, b, pairs, h));
      PetscCall(dense_gather(a, &all));
      for (int i = 0; i < K; i++)
        for (int j = 0; j < K; j++) {
          number sum = 0;
          for (int64_t r = 0; r < rows(pairs); r++)
            sum += conj(at(all, pairs, r, i)) * at(all, pairs, r, j);
          EXPECT(cabs(small(g, pairs, K, i, j) - sum) < 1e-12 * ROWS);
          EXPECT(small(g, pairs, K, i, j) == conj(small(g, pairs, K, j, i)));
        }
      /* the real part of the first product, bit by bit, through vectors of one column */
      const qv_space column = space_of(kind, 1);
      Vec            u, v;
      double        *x, *y;
      PetscCall(qv_vec_create_view(PETSC_COMM_WORLD, &column, &u));
      PetscCall(qv_vec_create_view(PETSC_COMM_WORLD, &column, &v));
      PetscCall(VecGetArray(a, &x));
      PetscCall(VecGetArray(b, &y));
      qv_space_run run;
      PetscCall(qv_vec_run(a, 10, &run));
      PetscCall(VecPlaceArray(u, x + run.local));
      PetscCall(qv_vec_run(b, 2, &run));
      PetscCall(VecPlaceArray(v, y + run.local));
      PetscCall(VecDot(u, v, &dot));
      EXPECT_BITS(creal(small(h, pairs, K, 10, 2)), dot);
      PetscCall(VecResetArray(u));
      PetscCall(VecResetArray(v));
      PetscCall(VecRestoreArray(a, &x));
      PetscCall(VecRestoreArray(b, &y));
      PetscCall(VecDestroy(&u));
      PetscCall(VecDestroy(&v));
      PetscCall(PetscFree(all));
      PetscCall(VecDestroy(&a));
      PetscCall(VecDestroy(&b));
    }
  return 0;
}

static PetscErrorCode products_with_small_matrices(void) {
  for (int pairs = 0; pairs < 2; pairs++) {
    double c[2 * K * 4], *all, *got;
    Vec    a, b;
    for (int i = 0; i < 2 * K * 4; i++) c[i] = sin(i);
    PetscCall(make(PETSC_COMM_WORLD, 0, 1, -1, &a));
    PetscCall(qv_panel_create_like(a, 4, &b));
    PetscCall(qv_panel_multiply(a, pairs, c, b));
    PetscCall(dense_gather(a, &all));
    PetscCall(dense_gather(b, &got));
    for (int64_t r = 0; r < rows(pairs); r++)
      for (int j = 0; j < 4; j++) {
        number sum = 0;
        for (int k = 0; k < K; k++) sum += at(all, pairs, r, k) * small(c, pairs, K, k, j);
        EXPECT(cabs(at(got, pairs, r, j) - sum) < 1e-13 * K);
      }
    PetscCall(PetscFree(all));
    PetscCall(PetscFree(got));
    PetscCall(VecDestroy(&a));
    PetscCall(VecDestroy(&b));
  }
  return 0;
}

/* max |A - Q R| / max |column|, max |Q'Q - 1| */
static PetscErrorCode judge_qr(Vec a, Vec q, const double *r, bool pairs, double *back,
                               double *orthogonal) {
  double *x, *y, g[MOST];
  PetscCall(dense_gather(a, &x));
  PetscCall(dense_gather(q, &y));
  PetscCall(qv_panel_gram(q, q, pairs, g));
  *back = *orthogonal = 0;
  for (int j = 0; j < K; j++) {
    double most = 0, gap = 0;
    for (int64_t i = 0; i < rows(pairs); i++) {
      number sum = 0;
      for (int k = 0; k <= j; k++) sum += at(y, pairs, i, k) * small(r, pairs, K, k, j);
      gap  = fmax(gap, cabs(at(x, pairs, i, j) - sum));
      most = fmax(most, cabs(at(x, pairs, i, j)));
    }
    *back = fmax(*back, gap / most);
    for (int i = 0; i < K; i++) {
      *orthogonal = fmax(*orthogonal, cabs(small(g, pairs, K, i, j) - (i == j)));
      if (i > j) EXPECT(small(r, pairs, K, i, j) == 0);
    }
    EXPECT(creal(small(r, pairs, K, j, j)) > 0);
    EXPECT(fabs(cimag(small(r, pairs, K, j, j))) <= 1e-14 * creal(small(r, pairs, K, j, j)));
  }
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(y));
  return 0;
}

static PetscErrorCode qr(void) {
  /* well conditioned; badly scaled columns; nearly dependent columns */
  const double decay[] = {1, 1e-9, 1, 1}, apart[] = {-1, -1, 1e-7, 1e-11};
  for (int c = 0; c < 16; c++) {
    const int  kind  = c / 4 % 2;
    const bool pairs = c / 8;
    double     r[MOST], back = 1, orthogonal = 1;
    int        rank;
    Vec        a, q;
    PetscCall(make(PETSC_COMM_WORLD, kind, decay[c % 4], apart[c % 4], &a));
    PetscCall(VecDuplicate(a, &q));
    PetscCall(VecCopy(a, q));
    PetscCall(qv_panel_qr(q, pairs, r, &rank));
    EXPECT_INT(rank, K);
    PetscCall(judge_qr(a, q, r, pairs, &back, &orthogonal));
    if (!(back < 1e-13 && orthogonal < 1e-14))
      qv_test_fail(__FILE__, __LINE__, "case %d: A - QR %g, Q'Q - 1 %g", c, back, orthogonal);
    PetscCall(VecDestroy(&a));
    PetscCall(VecDestroy(&q));
  }
  return 0;
}

static PetscErrorCode dependent_columns_are_told(void) {
  for (int pairs = 0; pairs < 2; pairs++) {
    double r[MOST], gap;
    int    rank;
    Vec    a, q;
    PetscCall(make(PETSC_COMM_WORLD, 0, 1, 0, &a)); /* the last is the first */
    PetscCall(VecDuplicate(a, &q));
    PetscCall(VecCopy(a, q));
    PetscCall(qv_panel_qr(q, pairs, r, &rank));
    EXPECT_INT(rank, K - 1);
    PetscCall(VecAXPY(q, -1, a));
    PetscCall(VecNorm(q, NORM_INFINITY, &gap));
    EXPECT_BITS(gap, 0.0);
    PetscCall(VecSet(q, 0));
    PetscCall(qv_panel_qr(q, pairs, r, &rank));
    EXPECT_INT(rank, 0);
    PetscCall(VecDestroy(&a));
    PetscCall(VecDestroy(&q));
  }
  return 0;
}

/* Q of the panel, then Q diag(s) W': singular values s, for a rotation W of two columns each. */
static PetscErrorCode with_values(const double *s, bool pairs, Vec *a) {
  double c[MOST] = {0}, r[MOST];
  int    rank;
  Vec    q;
  PetscCall(make(PETSC_COMM_WORLD, 0, 1, -1, &q));
  PetscCall(qv_panel_qr(q, pairs, r, &rank));
  for (int j = 0; j < K; j++) {
    const int    partner             = j ^ 1;
    const double turn                = j % 2 ? 0.6 : -0.6;
    c[(pairs ? 2 : 1) * (j + K * j)] = s[j] * (partner < K ? 0.8 : 1);
    if (partner < K) c[(pairs ? 2 : 1) * (j + K * partner)] = s[j] * turn;
  }
  PetscCall(VecDuplicate(q, a));
  PetscCall(qv_panel_multiply(q, pairs, c, *a));
  PetscCall(VecDestroy(&q));
  return 0;
}

static PetscErrorCode singular_values(void) {
  for (int pairs = 0; pairs < 2; pairs++) {
    double want[K], s[K], v[MOST];
    Vec    a;
    for (int j = 0; j < K; j++) want[j] = pow(10, 2 - 1.2 * j);
    PetscCall(with_values(want, pairs, &a));
    PetscCall(qv_panel_svd(a, pairs, QV_PANEL_BY_TREE, s, v));
    for (int j = 0; j < K; j++) EXPECT(fabs(s[j] - want[j]) <= 1e-14 * K * want[0]);
    PetscCall(qv_panel_svd(a, pairs, QV_PANEL_BY_GRAM, s, v));
    for (int j = 0; j < K; j++)
      EXPECT(fabs(s[j] - want[j]) <= 1e-15 * want[0] * want[0] / want[j] + 1e-7 * want[0]);
    /* the left vectors have length s and are orthogonal */
    double g[MOST];
    Vec    u;
    PetscCall(VecDuplicate(a, &u));
    PetscCall(qv_panel_multiply(a, pairs, v, u));
    PetscCall(qv_panel_gram(u, u, pairs, g));
    for (int j = 0; j < 4; j++)
      for (int i = 0; i < 4; i++)
        EXPECT(cabs(small(g, pairs, K, i, j) - (i == j) * want[j] * want[j]) <=
               1e-13 * want[0] * want[0]);
    PetscCall(VecDestroy(&u));
    PetscCall(VecDestroy(&a));
  }
  return 0;
}

static PetscErrorCode shrinking(void) {
  for (int pairs = 0; pairs < 2; pairs++) {
    double want[K], less[K], s[K], nuclear, sum = 0, gap;
    int    rank;
    Vec    a, b;
    for (int j = 0; j < K; j++) {
      want[j] = 12 - 2 * j; /* 12, 10, ..., -8: of length |.| */
      if (want[j] < 0) want[j] = 0.5;
      less[j] = fmax(want[j] - 3, 0);
      sum += less[j];
    }
    PetscCall(with_values(want, pairs, &a));
    PetscCall(with_values(less, pairs, &b));
    PetscCall(qv_panel_shrink(a, pairs, 3, &rank, &nuclear));
    EXPECT_INT(rank, 5);
    EXPECT_REL(nuclear, sum, 1e-13);
    PetscCall(VecAXPY(b, -1, a));
    PetscCall(VecNorm(b, NORM_INFINITY, &gap));
    EXPECT(gap < 1e-13);
    PetscCall(qv_panel_svd(a, pairs, QV_PANEL_BY_TREE, s, NULL));
    EXPECT_REL(s[0], 9, 1e-13);
    PetscCall(VecDestroy(&a));
    PetscCall(VecDestroy(&b));
  }
  return 0;
}

/* Everything that a panel gives, in one block of doubles. */
static PetscErrorCode all_results(MPI_Comm comm, int kind, bool pairs, double apart,
                                  double result[3 * MOST + K * ROWS]) {
  double *all;
  int     rank;
  Vec     a;
  memset(result, 0, (3 * MOST + K * ROWS) * sizeof *result);
  PetscCall(make(comm, kind, 0.5, apart, &a));
  PetscCall(qv_panel_gram(a, a, pairs, result));
  PetscCall(qv_panel_triangle(a, pairs, result + MOST));
  PetscCall(qv_panel_qr(a, pairs, result + 2 * MOST, &rank));
  PetscCall(qv_panel_shrink(a, pairs, 0.3, NULL, NULL));
  PetscCall(dense_gather(a, &all));
  memcpy(result + 3 * MOST, all, K * ROWS * sizeof *all);
  PetscCall(PetscFree(all));
  PetscCall(VecDestroy(&a));
  return 0;
}

static PetscErrorCode ranks_do_not_show(void) {
  const size_t n     = 3 * MOST + K * ROWS;
  double      *alone = malloc(n * sizeof *alone), *together = malloc(n * sizeof *together);
  for (int c = 0; c < 8; c++) {
    PetscCall(all_results(PETSC_COMM_SELF, c % 2, c / 2 % 2, c / 4 ? 1e-12 : -1, alone));
    PetscCall(all_results(PETSC_COMM_WORLD, c % 2, c / 2 % 2, c / 4 ? 1e-12 : -1, together));
    if (memcmp(alone, together, n * sizeof *alone))
      qv_test_fail(__FILE__, __LINE__, "case %d shows the ranks", c);
  }
  free(alone);
  free(together);
  return 0;
}

/* Fewer rows than columns, and ranks with nothing. */
static PetscErrorCode wide_panels(void) {
  const qv_space space = qv_space_panel(qv_space_reals(6), 10);
  double         r[100], s[10], length = 0, value;
  int            rank;
  Vec            a;
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, &space, &a));
  PetscCall(qv_vec_normal(a, 4, "wide"));
  PetscCall(qv_panel_triangle(a, false, r));
  for (int j = 0; j < 10; j++)
    for (int i = 6; i < 10; i++) EXPECT_BITS(r[i + 10 * j], 0.0);
  PetscCall(qv_panel_qr(a, false, r, &rank));
  EXPECT_INT(rank, 6);
  PetscCall(qv_panel_svd(a, false, QV_PANEL_BY_TREE, s, NULL));
  for (int i = 0; i < 10; i++) length += s[i] * s[i];
  PetscCall(VecNorm(a, NORM_2, &value));
  EXPECT_REL(sqrt(length), value, 1e-14);
  EXPECT(s[6] < 1e-14 * s[0] && s[5] > 0.01 * s[0]);
  PetscCall(VecDestroy(&a));
  return 0;
}

static PetscErrorCode mistakes_are_errors(void) {
  const qv_space odd = qv_space_reals(7), two = qv_space_stack(odd, odd);
  double         g[4];
  Vec            a, b;
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, &odd, &a));
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, &two, &b));
  PetscCall(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  EXPECT(qv_panel_gram(a, a, true, g) != 0);
  EXPECT(qv_panel_gram(b, b, false, g) != 0);
  EXPECT(qv_panel_multiply(a, false, g, a) != 0);
  PetscCall(PetscPopErrorHandler());
  PetscCall(VecDestroy(&a));
  PetscCall(VecDestroy(&b));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"Gram is made of dots", gram_is_made_of_dots},
               {"products with small matrices", products_with_small_matrices}, {"QR", qr},
               {"dependent columns are told", dependent_columns_are_told},
               {"singular values", singular_values}, {"shrinking", shrinking},
               {"ranks do not show", ranks_do_not_show}, {"wide panels", wide_panels},
               {"mistakes are errors", mistakes_are_errors});
}
