/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "optim/submodular/grid.h"
#include "optim/submodular/logdet.h"
#include "optim/submodular/maker.h"

extern const qv_maker qv_maker_log_det;

const qv_choice qv_maker_kernels[] = {{"rbf", "exp(-|x - y|^2 / (2 sigma^2)) of points"},
                                      {"linear", "inner products of points"},
                                      {"matrix", "the data are the kernel itself"},
                                      {NULL, NULL}};

/* Is the matrix square, and symmetric to 1e-12 of its largest entry? */
static PetscErrorCode check_symmetry(const qv_path *path, const qv_table *t, qv_diag *diag) {
  const int64_t n       = t->n_rows;
  double        largest = 0;

  PetscFunctionBegin;
  if (t->n_columns != n) {
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = path->written},
                          "has %lld rows and %d columns, expected a square matrix", (long long)n,
                          t->n_columns));
    PetscFunctionReturn(0);
  }
  for (int64_t i = 0; i < n * n; i++) largest = fmax(largest, fabs(t->value[i]));
  for (int64_t i = 0; i < n && qv_diag_count(diag) < 20; i++)
    for (int64_t j = 0; j < i; j++) {
      const double gap = fabs(t->value[i * n + j] - t->value[j * n + i]);
      if (gap <= 1e-12 * largest) continue;
      PetscCall(qv_diag_add(diag, QV_EXIT_DATA, qv_grid_place(path, t, i),
                            "the kernel is not symmetric: %.17g for the elements %lld and %lld, "
                            "%.17g the other way",
                            t->value[i * n + j], (long long)i, (long long)j, t->value[j * n + i]));
      break;
    }
  PetscFunctionReturn(0);
}

static PetscErrorCode check_matrix(const qv_path *path, const qv_table *t, const qv_names *names,
                                   qv_diag *diag) {
  int32_t flaw;

  PetscFunctionBegin;
  PetscCall(check_symmetry(path, t, diag));
  if (qv_diag_count(diag)) PetscFunctionReturn(0);
  PetscCall(qv_logdet_flaw(t->n_columns, t->value, &flaw));
  if (flaw >= 0)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, qv_grid_place(path, t, flaw),
                          "the kernel is not positive semidefinite: the element '%s' breaks it",
                          qv_names_word(names, flaw)));
  PetscFunctionReturn(0);
}

static PetscErrorCode make(MPI_Comm comm, const qv_objective_plan *plan, qv_diag *diag,
                           qv_objective **f, qv_names **names) {
  qv_table *t;

  PetscFunctionBegin;
  *f     = NULL;
  *names = NULL;
  PetscCall(qv_grid_read(comm, &plan->data, "/data", diag, &t));
  if (!t) PetscFunctionReturn(0);
  qv_logdet_plan how = {.kernel = (qv_kernel)plan->kernel,
                        .n      = (int32_t)t->n_rows,
                        .d      = t->n_columns,
                        .alpha  = plan->alpha,
                        .sigma  = plan->sigma};
  PetscCall(qv_maker_name(
    how.n, how.kernel == QV_KERNEL_MATRIX && t->n_columns == how.n ? t->name : NULL, names));
  if (how.kernel == QV_KERNEL_MATRIX) PetscCall(check_matrix(&plan->data, t, *names, diag));
  if (qv_diag_count(diag)) {
    PetscCall(qv_names_destroy(names));
  } else {
    PetscCall(qv_maker_split(comm, plan, 0, 0, &how.group));
    how.x    = t->value;
    t->value = NULL;
    PetscCall(qv_logdet_create(&how, f));
  }
  PetscCall(qv_table_destroy(&t));
  PetscFunctionReturn(0);
}

const qv_maker qv_maker_log_det = {make};
