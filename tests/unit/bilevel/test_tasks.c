/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tasks with a known answer: every oracle against central differences of the values, the closed
 * forms against the iterative solvers and against differences of Phi; parts of the samples.
 * qv-test: np=1,2 labels=fast timeout=60 */
#include "tests/unit/bilevel/case.h"

enum { MOST = 11 };

static const char *const tasks[] = {"exponential", "ridge",   "sine",
                                    "recurrence",  "quartic", "self-distillation"};
enum { TASKS = 6 };

typedef struct {
  double gradient[MOST], lower_x[MOST], product[MOST], cross[MOST], upper_x[MOST], upper_y[MOST];
  double fold[MOST], lower_value, upper_value;
} all;

static PetscErrorCode look(qv_task *task, const double *x, const double *y, const double *z,
                           all *a) {
  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(task, &(qv_oracle){.x           = x,
                                                .y           = y,
                                                .z           = z,
                                                .lower       = &qv_task_everything,
                                                .upper       = &qv_task_everything,
                                                .gradient    = a->gradient,
                                                .lower_x     = a->lower_x,
                                                .product     = a->product,
                                                .cross       = a->cross,
                                                .upper_x     = a->upper_x,
                                                .upper_y     = a->upper_y,
                                                .lower_value = &a->lower_value,
                                                .upper_value = &a->upper_value}));
  PetscCall(qv_task_evaluate(task, &(qv_oracle){.x       = x,
                                                .y       = y,
                                                .z       = z,
                                                .lower   = &qv_task_everything,
                                                .upper   = &qv_task_everything,
                                                .product = a->fold,
                                                .fold    = true}));
  PetscFunctionReturn(0);
}

static double along(int64_t n, const double *a, const double *z) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += a[i] * z[i];
  return sum;
}

static void near(const char *task, const char *what, double got, double want, double tol) {
  if (!(fabs(got - want) <= tol * fmax(1, fabs(want))))
    qv_test_fail(__FILE__, __LINE__, "%s, %s: %.12g, not %.12g", task, what, got, want);
}

/* Central differences in entry i of `place`, which is x or y. */
static PetscErrorCode differences(qv_task *task, double *place, int64_t i, const double *point[3],
                                  const char *name) {
  const double  h = 1e-5 * fmax(1, fabs(place[i])), at = place[i], *z = point[2];
  const int64_t n     = task->n_lower;
  const bool    upper = place == point[0];
  all           here, up, down;

  PetscFunctionBegin;
  PetscCall(look(task, point[0], point[1], z, &here));
  place[i] = at + h;
  PetscCall(look(task, point[0], point[1], z, &up));
  place[i] = at - h;
  PetscCall(look(task, point[0], point[1], z, &down));
  place[i]            = at;
  const double g      = (up.lower_value - down.lower_value) / (2 * h);
  const double f      = (up.upper_value - down.upper_value) / (2 * h);
  const double second = (along(n, up.gradient, z) - along(n, down.gradient, z)) / (2 * h);
  near(name, upper ? "dg/dx" : "dg/dy", upper ? here.lower_x[i] : here.gradient[i], g, 1e-7);
  near(name, upper ? "df/dx" : "df/dy", upper ? here.upper_x[i] : here.upper_y[i], f, 1e-7);
  near(name, upper ? "cross" : "product", upper ? here.cross[i] : here.product[i], second, 1e-7);
  if (!upper) near(name, "fold", here.fold[i], here.product[i] - here.upper_y[i], 1e-14);
  PetscFunctionReturn(0);
}

static PetscErrorCode oracles(void) {
  const qv_stream stream = qv_stream_named(5, "test");

  PetscFunctionBegin;
  for (int t = 0; t < TASKS; t++) {
    const qv_bilevel_params params = case_params(tasks[t]);
    qv_task                *task;
    PetscCall(qv_task_create(PETSC_COMM_WORLD, &params, 1, NULL, &task));
    for (uint64_t trial = 0; trial < 3; trial++) {
      double x[MOST], y[MOST], z[MOST];
      for (uint64_t i = 0; i < MOST; i++) {
        x[i] = 0.7 * qv_random_normal(stream, trial, 3 * i);
        y[i] = 0.7 * qv_random_normal(stream, trial, 3 * i + 1);
        z[i] = qv_random_normal(stream, trial, 3 * i + 2);
      }
      if (!strcmp(tasks[t], "sine")) y[0] = trial ? 0.4 * (double)trial : 1.8; /* and beyond pi/2 */
      const double *point[3] = {x, y, z};
      for (int64_t i = 0; i < task->n_upper; i++)
        PetscCall(differences(task, x, i, point, tasks[t]));
      for (int64_t i = 0; i < task->n_lower; i++)
        PetscCall(differences(task, y, i, point, tasks[t]));
    }
    PetscCall(qv_task_destroy(&task));
  }
  PetscFunctionReturn(0);
}

/* f(x, y*(x)) by the closed form of y*. */
static PetscErrorCode phi(qv_task *task, const double *x, double *value) {
  double y[MOST], g[MOST];

  PetscFunctionBegin;
  PetscCall(task->kind->answer(task, x, y, g));
  PetscCall(qv_task_evaluate(
    task, &(qv_oracle){.x = x, .y = y, .upper = &qv_task_everything, .upper_value = value}));
  PetscFunctionReturn(0);
}

static double known_adjoint(const char *name, double x) {
  const double y = 2 * sinh(asinh(1.5 * x) / 3);
  if (!strcmp(name, "sine")) return cos(sin(x));
  if (!strcmp(name, "recurrence")) return pow(x, 9) * (pow(x, 10) - 1.5);
  return 1 / ((1 + y * y) * (1 + y * y));
}

static PetscErrorCode one_answer(qv_task *task, const char *name, double *x) {
  double          y[MOST] = {0}, z[MOST] = {0}, g[MOST], want_y[MOST], want_g[MOST];
  qv_lower       *lower;
  qv_lower_report report;

  PetscFunctionBegin;
  PetscCall(qv_lower_create(task, &lower));
  PetscCall(qv_lower_hypergradient(lower, x, 1e-13, &(qv_lower_answer){y, z, g}, &report));
  PetscCall(task->kind->answer(task, x, want_y, want_g));
  for (int64_t i = 0; i < task->n_lower; i++) near(name, "y*", y[i], want_y[i], 1e-10);
  for (int64_t i = 0; i < task->n_upper; i++) near(name, "grad Phi", g[i], want_g[i], 1e-10);
  if (task->n_lower == 1) near(name, "z*", z[0], known_adjoint(name, x[0]), 1e-11);
  for (int64_t i = 0; i < task->n_upper; i++) {
    const double at = x[i], h = 1e-5;
    double       up, down;
    x[i] = at + h;
    PetscCall(phi(task, x, &up));
    x[i] = at - h;
    PetscCall(phi(task, x, &down));
    x[i] = at;
    near(name, "difference of Phi", want_g[i], (up - down) / (2 * h), 1e-7);
  }
  PetscCall(qv_lower_destroy(&lower));
  PetscFunctionReturn(0);
}

static PetscErrorCode answers(void) {
  PetscFunctionBegin;
  for (int t = 0; t < TASKS; t++) {
    const qv_bilevel_params params = case_params(tasks[t]);
    qv_task                *task;
    PetscCall(qv_task_create(PETSC_COMM_WORLD, &params, 1, NULL, &task));
    for (int k = 0; k < 4; k++) {
      double x[MOST];
      for (int i = 0; i < MOST; i++) x[i] = 0.5 * k - 0.8 + 0.1 * i;
      PetscCall(one_answer(task, tasks[t], x));
    }
    PetscCall(qv_task_destroy(&task));
  }
  PetscFunctionReturn(0);
}

/* Numbers that are printed in the literature on these problems, or follow from it. */
static PetscErrorCode numbers(void) {
  qv_bilevel_params params = case_params("recurrence");
  double            x      = 2, y, g, value;
  qv_task          *task;

  PetscFunctionBegin;
  params.task.target = 1;
  PetscCall(qv_task_create(PETSC_COMM_WORLD, &params, 1, NULL, &task));
  PetscCall(task->kind->answer(task, &x, &y, &g));
  EXPECT_REL(g, 10 * 512 * 1023.0, 1e-14); /* 5e6 */
  x = 1;
  PetscCall(task->kind->answer(task, &x, &y, &g));
  EXPECT_REL(g, 0, 1e-15);
  PetscCall(qv_task_destroy(&task));
  params = case_params("sine");
  PetscCall(qv_task_create(PETSC_COMM_WORLD, &params, 1, NULL, &task));
  x = -asin(1);
  PetscCall(task->kind->answer(task, &x, &y, &g));
  PetscCall(phi(task, &x, &value));
  EXPECT_REL(g, 0, 1e-15);
  EXPECT_REL(value, -0.8414709848078965, 1e-15); /* -sin 1 */
  PetscCall(qv_task_destroy(&task));
  PetscFunctionReturn(0);
}

/* The parts' means, weighted by their sizes, are the mean of all; draws stay inside their part. */
static PetscErrorCode parts(void) {
  const qv_bilevel_params params = case_params("ridge");
  const double            x[4] = {-1, 0, 0.5, 1}, y[4] = {1, -2, 0.5, 0.1}, z[4] = {1, 1, -1, 3};
  qv_task                *task;

  PetscFunctionBegin;
  PetscCall(qv_task_create(PETSC_COMM_WORLD, &params, 1, NULL, &task));
  all whole;
  PetscCall(look(task, x, y, z, &whole));
  for (int count = 1; count <= 7; count++) {
    double sum[4] = {0}, product[4] = {0}, slope[4] = {0}, samples = 0;
    for (int part = 0; part < count; part++) {
      const qv_batch batch = {.parts = count, .part = part};
      const double n = (double)qv_task_samples(&batch, 50), m = (double)qv_task_samples(&batch, 30);
      double       one[4], two[4], three[4];
      PetscCall(qv_task_evaluate(task, &(qv_oracle){.x        = x,
                                                    .y        = y,
                                                    .z        = z,
                                                    .lower    = &batch,
                                                    .upper    = &batch,
                                                    .gradient = one,
                                                    .product  = two,
                                                    .upper_y  = three}));
      for (int i = 0; i < 4; i++) {
        sum[i] += n * one[i] / 50;
        product[i] += n * two[i] / 50;
        slope[i] += m * three[i] / 30;
      }
      samples += n;
    }
    EXPECT_REL(samples, 50, 0);
    for (int i = 0; i < 4; i++) {
      EXPECT_REL(sum[i], whole.gradient[i], 1e-13);
      EXPECT_REL(product[i], whole.product[i], 1e-13);
      EXPECT_REL(slope[i], whole.upper_y[i], 1e-13);
    }
  }
  PetscCall(qv_task_destroy(&task));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"oracles", oracles}, {"answers", answers}, {"numbers", numbers},
               {"parts", parts});
}
