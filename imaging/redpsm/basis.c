/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/redpsm/basis.h"

#include <gsl/gsl_bspline.h>
#include <math.h>
#include <string.h>

/* row [latent] = the basis functions at time t of frame i; row is 0 on entry. */
typedef void (*fill_row)(int latent, int64_t i, double t, double *row);

/* The interval of d - 1 equal ones that holds t, and how far t is into it. */
static int interval_of(int d, double t, double *q) {
  const double x = t * (d - 1);
  int          j = (int)floor(x);
  if (j > d - 2) j = d - 2;
  if (j < 0) j = 0;
  *q = x - j;
  return j;
}

/* row += weight times the slope at knot j, in units of the knots' distance. */
static void add_slope(int d, int j, double weight, double *row) {
  const int    left = j ? j - 1 : 0, right = j < d - 1 ? j + 1 : d - 1;
  const double part = right - left == 2 ? 0.5 * weight : weight;
  row[right] += part;
  row[left] -= part;
}

static void basis_row_hermite(int d, int64_t i, double t, double *row) {
  double    q;
  const int j = interval_of(d, t, &q);
  (void)i;
  row[j] += 1 + q * q * (2 * q - 3);
  row[j + 1] += q * q * (3 - 2 * q);
  add_slope(d, j, q * (1 + q * (q - 2)), row);
  add_slope(d, j + 1, q * q * (q - 1), row);
}

static void basis_row_linear(int d, int64_t i, double t, double *row) {
  double    q;
  const int j = interval_of(d, t, &q);
  (void)i;
  row[j]     = 1 - q;
  row[j + 1] = q;
}

static void basis_row_bspline(int d, int64_t i, double t, double *row) {
  const size_t           order = d < 4 ? (size_t)d : 4;
  gsl_bspline_workspace *space = gsl_bspline_alloc(order, (size_t)d + 2 - order);
  gsl_vector_view        view  = gsl_vector_view_array(row, (size_t)d);
  (void)i;
  gsl_bspline_knots_uniform(0, 1, space);
  gsl_bspline_eval(t < 0 ? 0 : t > 1 ? 1 : t, &view.vector, space);
  gsl_bspline_free(space);
}

static void basis_row_dct(int d, int64_t i, double t, double *row) {
  (void)i;
  for (int j = 0; j < d; j++) row[j] = cos(M_PI * j * t);
}

static void basis_row_identity(int d, int64_t i, double t, double *row) {
  (void)d, (void)t;
  row[i] = 1;
}

const qv_choice qv_basis_words[] = {
#define QV_BASIS(name, word, doc) {word, doc},
#include "imaging/redpsm/bases.def"
#undef QV_BASIS
  {NULL, NULL}};

static const fill_row rows[] = {
#define QV_BASIS(name, word, doc) basis_row_##name,
#include "imaging/redpsm/bases.def"
#undef QV_BASIS
  NULL};

int qv_basis_named(const char *word) {
  for (int i = 0; rows[i]; i++)
    if (!strcmp(qv_basis_words[i].word, word)) return i;
  return -1;
}

bool qv_basis_is_identity(int kind) {
  return rows[kind] == basis_row_identity;
}

/* The entries of each row that are not 0, in windows of the widest one. */
static PetscErrorCode compress(const double *dense, qv_basis *b) {
  const int d = b->latent;

  PetscFunctionBegin;
  b->width = 1;
  for (int64_t t = 0; t < b->n; t++) {
    int first = d, last = -1;
    for (int j = 0; j < d; j++)
      if (dense[t * d + j] != 0) {
        if (first == d) first = j;
        last = j;
      }
    b->first[t] = last < 0 ? 0 : first;
    if (last - first + 1 > b->width) b->width = last - first + 1;
  }
  PetscCall(PetscMalloc1(b->n * b->width, &b->value));
  for (int64_t t = 0; t < b->n; t++) {
    if (b->first[t] > d - b->width) b->first[t] = d - b->width;
    memcpy(b->value + t * b->width, dense + t * d + b->first[t], sizeof *dense * (size_t)b->width);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_basis_create(int kind, int64_t n, const double *time, int latent,
                               qv_basis **basis) {
  qv_basis *b;
  double   *dense;

  PetscFunctionBegin;
  PetscCall(PetscNew(&b));
  b->kind   = kind;
  b->latent = latent;
  b->n      = n;
  PetscCall(PetscMalloc1(n, &b->first));
  PetscCall(PetscCalloc1(n * latent, &dense));
  for (int64_t t = 0; t < n; t++) rows[kind](latent, t, time[t], dense + t * latent);
  PetscCall(compress(dense, b));
  PetscCall(PetscFree(dense));
  *basis = b;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_basis_destroy(qv_basis **basis) {
  PetscFunctionBegin;
  if (!*basis) PetscFunctionReturn(0);
  PetscCall(PetscFree((*basis)->first));
  PetscCall(PetscFree((*basis)->value));
  PetscCall(PetscFree(*basis));
  PetscFunctionReturn(0);
}

void qv_basis_expand(const qv_basis *basis, int functions, const double *z, double *psi) {
  for (int64_t t = 0; t < basis->n; t++)
    for (int k = 0; k < functions; k++) {
      double sum = 0;
      for (int j = 0; j < basis->width; j++)
        sum += basis->value[t * basis->width + j] * z[(basis->first[t] + j) * functions + k];
      psi[t * functions + k] = sum;
    }
}

void qv_basis_collect(const qv_basis *basis, int functions, const double *row, double *z) {
  memset(z, 0, sizeof *z * (size_t)(basis->latent * functions));
  for (int64_t t = 0; t < basis->n; t++)
    for (int j = 0; j < basis->width; j++)
      for (int k = 0; k < functions; k++)
        z[(basis->first[t] + j) * functions + k] +=
          basis->value[t * basis->width + j] * row[t * functions + k];
}

void qv_basis_start(const qv_basis *basis, int functions, double *z) {
  const int  d         = basis->latent;
  const bool is_cosine = rows[basis->kind] == basis_row_dct;
  for (int j = 0; j < d; j++)
    for (int k = 0; k < functions; k++)
      z[j * functions + k] = is_cosine ? j == k : d > 1 ? cos(M_PI * k * j / (d - 1)) : 1;
}
