/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/linalg/dense.h"

#include <math.h>
#include <string.h>

/* LAPACK by its Fortran names: PETSc declares the real routines only. Complex arguments are doubles
 * in pairs here. */
// clang-format off
extern void dsyev_(const char *, const char *, const int *, double *, const int *, double *, double *, const int *, int *);
extern void zheev_(const char *, const char *, const int *, double *, const int *, double *, double *, const int *, double *, int *);
extern void dgesvd_(const char *, const char *, const int *, const int *, double *, const int *, double *, double *, const int *, double *, const int *, double *, const int *, int *);
extern void zgesvd_(const char *, const char *, const int *, const int *, double *, const int *, double *, double *, const int *, double *, const int *, double *, const int *, double *, int *);
extern void dgeqrf_(const int *, const int *, double *, const int *, double *, double *, const int *, int *);
extern void zgeqrf_(const int *, const int *, double *, const int *, double *, double *, const int *, int *);
extern void dpotrf_(const char *, const int *, double *, const int *, int *);
extern void zpotrf_(const char *, const int *, double *, const int *, int *);
extern void dtrtri_(const char *, const char *, const int *, double *, const int *, int *);
extern void ztrtri_(const char *, const char *, const int *, double *, const int *, int *);
// clang-format on

static PetscErrorCode check(int info, const char *routine) {
  PetscFunctionBegin;
  PetscCheck(info == 0, PETSC_COMM_SELF, PETSC_ERR_LIB, "LAPACK's %s failed with %d", routine,
             info);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_dense_eigen(int n, bool pairs, double *a, double *values) {
  const int lwork = 64 * n + 64;
  double   *work, *real;
  int       info = 0;

  PetscFunctionBegin;
  if (n == 0) PetscFunctionReturn(0);
  PetscCall(PetscMalloc2((size_t)lwork * (pairs ? 2 : 1), &work, (size_t)n * 3, &real));
  if (pairs)
    zheev_("V", "U", &n, a, &n, values, work, &lwork, real, &info);
  else
    dsyev_("V", "U", &n, a, &n, values, work, &lwork, &info);
  PetscCall(PetscFree2(work, real));
  PetscCall(check(info, "syev"));
  PetscFunctionReturn(0);
}

/* v = the adjoint of vt (k x n). */
static void transpose(int k, int n, bool pairs, const double *vt, double *v) {
  for (int i = 0; i < k; i++)
    for (int j = 0; j < n; j++) {
      const size_t from = (size_t)i + (size_t)j * (size_t)k, to = (size_t)j + (size_t)i * (size_t)n;
      if (pairs) {
        v[2 * to]     = vt[2 * from];
        v[2 * to + 1] = -vt[2 * from + 1];
      } else {
        v[to] = vt[from];
      }
    }
}

PetscErrorCode qv_dense_svd(int m, int n, bool pairs, double *a, double *s, double *v) {
  const int         k = m < n ? m : n, lwork = 64 * (m + n) + 64, one = 1;
  const int         width = pairs ? 2 : 1, ldv = v ? k : one;
  const char *const right = v ? "S" : "N";
  double           *work, *real, *vt, none[2];
  int               info = 0;

  PetscFunctionBegin;
  if (k == 0) PetscFunctionReturn(0);
  PetscCall(PetscMalloc3((size_t)(lwork * width), &work, (size_t)k * 5, &real,
                         (size_t)k * (size_t)n * (size_t)width, &vt));
  if (pairs)
    zgesvd_("N", right, &m, &n, a, &m, s, none, &one, vt, &ldv, work, &lwork, real, &info);
  else
    dgesvd_("N", right, &m, &n, a, &m, s, none, &one, vt, &ldv, work, &lwork, &info);
  if (v) transpose(k, n, pairs, vt, v);
  PetscCall(PetscFree3(work, real, vt));
  PetscCall(check(info, "gesvd"));
  PetscFunctionReturn(0);
}

/* Leave the upper triangle of the first k rows of an m x n matrix, rows turned to a diagonal >= 0.
 */
static void pack(int m, int n, bool pairs, double *a) {
  const int    k     = m < n ? m : n;
  const size_t width = pairs ? 2 : 1;
  for (int j = 0; j < n; j++)
    for (int i = 0; i < k; i++)
      for (size_t w = 0; w < width; w++) {
        const size_t from = width * ((size_t)i + (size_t)j * (size_t)m) + w;
        const size_t to   = width * ((size_t)i + (size_t)j * (size_t)k) + w;
        a[to]             = i > j ? 0 : a[from];
      }
  for (int i = 0; i < k; i++) {
    if (!(a[width * ((size_t)i + (size_t)i * (size_t)k)] < 0)) continue;
    for (int j = i; j < n; j++)
      for (size_t w = 0; w < width; w++) {
        double *entry = &a[width * ((size_t)i + (size_t)j * (size_t)k) + w];
        *entry        = -*entry;
      }
  }
}

PetscErrorCode qv_dense_triangle(int m, int n, bool pairs, double *a) {
  const int k = m < n ? m : n, lwork = 64 * n + 64;
  double   *work, *tau;
  int       info = 0;

  PetscFunctionBegin;
  if (k == 0) PetscFunctionReturn(0);
  PetscCall(PetscMalloc2((size_t)lwork * (pairs ? 2 : 1), &work, (size_t)k * 2, &tau));
  if (pairs)
    zgeqrf_(&m, &n, a, &m, tau, work, &lwork, &info);
  else
    dgeqrf_(&m, &n, a, &m, tau, work, &lwork, &info);
  pack(m, n, pairs, a);
  PetscCall(PetscFree2(work, tau));
  PetscCall(check(info, "geqrf"));
  PetscFunctionReturn(0);
}

static void clear_below(int n, bool pairs, double *a) {
  const size_t width = pairs ? 2 : 1;
  for (int j = 0; j < n; j++)
    if (j + 1 < n)
      memset(&a[width * ((size_t)(j + 1) + (size_t)j * (size_t)n)], 0,
             width * (size_t)(n - j - 1) * sizeof *a);
}

PetscErrorCode qv_dense_cholesky(int n, bool pairs, double *g, int *done) {
  int info = 0;

  PetscFunctionBegin;
  *done = n;
  if (n == 0) PetscFunctionReturn(0);
  if (pairs)
    zpotrf_("U", &n, g, &n, &info);
  else
    dpotrf_("U", &n, g, &n, &info);
  if (info > 0) {
    *done = info - 1;
    PetscFunctionReturn(0);
  }
  PetscCall(check(info, "potrf"));
  clear_below(n, pairs, g);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_dense_invert(int n, bool pairs, double *r) {
  int info = 0;

  PetscFunctionBegin;
  if (n == 0) PetscFunctionReturn(0);
  if (pairs)
    ztrtri_("U", "N", &n, r, &n, &info);
  else
    dtrtri_("U", "N", &n, r, &n, &info);
  PetscCall(check(info, "trtri"));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_dense_multiply(int n, bool pairs, const double *a, const double *b, double *c) {
  const size_t width = pairs ? 2 : 1, rows = (size_t)n;

  PetscFunctionBegin;
  memset(c, 0, width * rows * rows * sizeof *c);
  for (size_t j = 0; j < rows; j++)
    for (size_t k = 0; k <= j; k++)
      for (size_t i = 0; i <= k; i++) {
        const double *x = &a[width * (i + k * rows)], *y = &b[width * (k + j * rows)];
        double       *z = &c[width * (i + j * rows)];
        if (pairs) {
          z[0] += x[0] * y[0] - x[1] * y[1];
          z[1] += x[0] * y[1] + x[1] * y[0];
        } else {
          z[0] += x[0] * y[0];
        }
      }
  PetscFunctionReturn(0);
}
