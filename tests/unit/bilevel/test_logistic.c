/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tasks of logistic regression on made-up samples: the exact solvers against Cholesky's factor of
 * the Hessian, the hypergradient and dg/dx against central differences, means of disjoint batches
 * and of many draws against the full batch. qv-test: np=1,2 labels=fast timeout=120 */
#include "optim/bilevel/dense.h"
#include "tests/unit/bilevel/case.h"

enum { TRAIN = 61, CHECKS = 37, FEATURES = 3, CLASSES = 3, LOWER = 9, UPPER = TRAIN };

typedef struct {
  const char *name, *task;
  int         per;
} kind;

static const kind kinds[] = {{"cleaning", "cleaning", 0},
                             {"a class", "regularisation", QV_PER_CLASS},
                             {"one for all", "regularisation", QV_PER_SCALAR},
                             {"a feature", "regularisation", QV_PER_FEATURE}};
enum { KINDS = 4 };

static double made(const char *name, int64_t i) {
  return qv_random_normal(qv_stream_named(21, name), 0, (uint64_t)i);
}

/* Samples of as many classes, their labels sometimes wrong. */
static PetscErrorCode put_split(qv_h5 *file, const char *name, int64_t n, int64_t classes) {
  double  x[TRAIN * FEATURES];
  int64_t label[TRAIN];
  char    path[2][32];

  PetscFunctionBegin;
  snprintf(path[0], sizeof path[0], "/%s/x", name);
  snprintf(path[1], sizeof path[1], "/%s/label", name);
  for (int64_t i = 0; i < n; i++) {
    label[i] = i % classes;
    for (int k = 0; k < FEATURES; k++)
      x[i * FEATURES + k] = made(name, i * FEATURES + k) + (k == (i + (i % 5 == 0)) % classes);
  }
  PetscCall(case_put(file, path[0], (int64_t[2]){n, FEATURES}, 2, QV_F64, x));
  PetscCall(case_put(file, path[1], &n, 1, QV_I64, label));
  PetscFunctionReturn(0);
}

/* A task at a point. */
typedef struct {
  qv_bilevel_params params;
  qv_task          *task;
  qv_diag          *diag;
  double            x[UPPER], y[LOWER], z[LOWER];
} place;

static PetscErrorCode arrive(const kind *k, place *p) {
  const int64_t classes = k->per == QV_PER_FEATURE && strcmp(k->task, "cleaning") ? 2 : CLASSES;
  static char   path[]  = "samples.h5";

  PetscFunctionBegin;
  PetscCall(case_write(
    path, &(case_samples){put_split, {"train", "validation"}, {TRAIN, CHECKS}, classes}));
  *p                        = (place){.params = case_params(k->task)};
  p->params.task.data       = (qv_path){.written = path, .found = path};
  p->params.task.format     = QV_FORMAT_HDF5;
  p->params.task.classes    = classes;
  p->params.task.per        = k->per;
  p->params.task.l2         = 0.05;
  p->params.task.precision  = QV_PRECISION_DOUBLE;
  p->params.task.train      = 1;
  p->params.task.validation = 1;
  PetscCall(qv_diag_create(&p->diag));
  PetscCall(qv_task_create(PETSC_COMM_WORLD, &p->params, 3, p->diag, &p->task));
  EXPECT_INT(qv_diag_count(p->diag), 0);
  for (int64_t i = 0; i < p->task->n_upper; i++) p->x[i] = 0.5 * made("x", i) - 1;
  for (int64_t i = 0; i < p->task->n_lower; i++) {
    p->y[i] = made("y", i);
    p->z[i] = made("z", i);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode leave(place *p) {
  PetscFunctionBegin;
  PetscCall(qv_task_destroy(&p->task));
  PetscCall(qv_diag_destroy(&p->diag));
  PetscFunctionReturn(0);
}

static void near(const kind *k, const char *what, double got, double want, double tol) {
  if (!(fabs(got - want) <= tol * fmax(1, fabs(want))))
    qv_test_fail(__FILE__, __LINE__, "%s, %s: %.12g, not %.12g", k->name, what, got, want);
}

/* Phi with y* to 1e-12, and z* by Cholesky's factor of the Hessian, column by column. */
static PetscErrorCode solve(place *p, double *y, double *z, double *phi) {
  const int64_t   n = p->task->n_lower;
  double          hessian[LOWER * LOWER], column[LOWER];
  qv_lower       *lower;
  qv_lower_report report;

  PetscFunctionBegin;
  PetscCall(qv_lower_create(p->task, &lower));
  PetscCall(qv_lower_solve(lower, p->x, 1e-13, y, &report));
  PetscCall(qv_lower_destroy(&lower));
  for (int64_t k = 0; k < n; k++) {
    double unit[LOWER] = {0};
    unit[k]            = 1;
    PetscCall(qv_task_evaluate(
      p->task,
      &(qv_oracle){.x = p->x, .y = y, .z = unit, .lower = &qv_task_everything, .product = column}));
    memcpy(hessian + k * n, column, (size_t)n * sizeof *column);
  }
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < i; j++) EXPECT(fabs(hessian[i * n + j] - hessian[j * n + i]) < 1e-14);
  PetscCall(qv_task_evaluate(
    p->task, &(qv_oracle){
               .x = p->x, .y = y, .upper = &qv_task_everything, .upper_y = z, .upper_value = phi}));
  PetscCall(qv_dense_factor(n, hessian));
  PetscCall(qv_dense_solve(n, hessian, z));
  PetscFunctionReturn(0);
}

static PetscErrorCode one_exact(const kind *k) {
  place           p;
  double          y[LOWER] = {0}, z[LOWER] = {0}, g[UPPER], there[LOWER], want[LOWER], phi[3];
  qv_lower       *lower;
  qv_lower_report report;

  PetscFunctionBegin;
  PetscCall(arrive(k, &p));
  const int64_t n = p.task->n_lower;
  PetscCall(qv_lower_create(p.task, &lower));
  PetscCall(qv_lower_hypergradient(lower, p.x, 1e-12, &(qv_lower_answer){y, z, g}, &report));
  PetscCall(qv_task_gather(p.task, g));
  EXPECT(report.converged);
  memcpy(there, y, sizeof y);
  PetscCall(solve(&p, there, want, &phi[0]));
  for (int64_t i = 0; i < n; i++) near(k, "z by Cholesky", z[i], want[i], 1e-10);
  near(k, "Phi", report.value, phi[0], 1e-12);
  for (int64_t i = 0; i < p.task->n_upper; i += 7) {
    const double at = p.x[i], h = 3e-4;
    for (int side = 1; side <= 2; side++) {
      p.x[i] = at + (side == 1 ? h : -h);
      PetscCall(solve(&p, there, want, &phi[side]));
    }
    p.x[i] = at;
    near(k, "hypergradient", g[i], (phi[1] - phi[2]) / (2 * h), 2e-9);
  }
  PetscCall(qv_lower_destroy(&lower));
  PetscCall(leave(&p));
  PetscFunctionReturn(0);
}

static PetscErrorCode exact(void) {
  PetscFunctionBegin;
  for (int k = 0; k < KINDS; k++) PetscCall(one_exact(&kinds[k]));
  PetscFunctionReturn(0);
}

static PetscErrorCode slopes(void) {
  PetscFunctionBegin;
  for (int k = 0; k < KINDS; k++) {
    place  p;
    double slope[UPPER], value[2];
    PetscCall(arrive(&kinds[k], &p));
    PetscCall(qv_task_evaluate(
      p.task, &(qv_oracle){.x = p.x, .y = p.y, .lower = &qv_task_everything, .lower_x = slope}));
    PetscCall(qv_task_gather(p.task, slope));
    for (int64_t i = 0; i < p.task->n_upper; i += 5) {
      const double at = p.x[i], h = 1e-4;
      for (int side = 0; side < 2; side++) {
        p.x[i] = at + (side ? h : -h);
        PetscCall(qv_task_evaluate(
          p.task,
          &(qv_oracle){
            .x = p.x, .y = p.y, .lower = &qv_task_everything, .lower_value = &value[side]}));
      }
      p.x[i] = at;
      near(&kinds[k], "dg/dx", slope[i], (value[1] - value[0]) / (2 * h), 1e-8);
      EXPECT(fabs(slope[i]) > 1e-5);
    }
    PetscCall(leave(&p));
  }
  PetscFunctionReturn(0);
}

/* All oracles in one array. */
enum { ALL = 3 * LOWER + 2 * UPPER };

static PetscErrorCode look(place *p, const qv_batch *batch, double all[ALL]) {
  double *cross = all + 3 * LOWER, *slope = cross + UPPER;

  PetscFunctionBegin;
  memset(all, 0, ALL * sizeof *all);
  PetscCall(qv_task_evaluate(p->task, &(qv_oracle){.x        = p->x,
                                                   .y        = p->y,
                                                   .z        = p->z,
                                                   .lower    = batch,
                                                   .upper    = batch,
                                                   .gradient = all,
                                                   .product  = all + LOWER,
                                                   .upper_y  = all + 2 * LOWER,
                                                   .cross    = cross,
                                                   .lower_x  = slope}));
  PetscCall(qv_task_gather(p->task, cross));
  PetscCall(qv_task_gather(p->task, slope));
  PetscFunctionReturn(0);
}

/* Over an epoch of disjoint batches, the mean weighted by their sizes is the full batch's. */
static PetscErrorCode epochs(void) {
  PetscFunctionBegin;
  for (int k = 0; k < KINDS; k++)
    for (int parts = 2; parts <= 9; parts += 7) {
      place  p;
      double whole[ALL], one[ALL], sum[ALL] = {0};
      PetscCall(arrive(&kinds[k], &p));
      PetscCall(look(&p, &qv_task_everything, whole));
      for (int part = 0; part < parts; part++) {
        const qv_batch batch = {.parts = parts, .part = part};
        const double   lower = (double)qv_task_samples(&batch, TRAIN) / TRAIN;
        const double   upper = (double)qv_task_samples(&batch, CHECKS) / CHECKS;
        PetscCall(look(&p, &batch, one));
        for (int i = 0; i < ALL; i++) sum[i] += (i / LOWER == 2 ? upper : lower) * one[i];
      }
      for (int i = 0; i < ALL; i++) near(&kinds[k], "an epoch's mean", sum[i], whole[i], 1e-14);
      PetscCall(leave(&p));
    }
  PetscFunctionReturn(0);
}

/* The mean of many draws is as near to the full batch as its standard error says. */
static PetscErrorCode draws(void) {
  enum { DRAWS = 1500 };

  PetscFunctionBegin;
  for (int k = 0; k < KINDS; k += 2) {
    place  p;
    double whole[ALL], one[ALL], sum[ALL] = {0}, square[ALL] = {0}, chi = 0;
    int    moving = 0;
    PetscCall(arrive(&kinds[k], &p));
    PetscCall(look(&p, &qv_task_everything, whole));
    for (int64_t t = 0; t < DRAWS; t++) {
      const qv_batch batch = {.stream = qv_stream_named(5, "draws"), .index = t, .size = 8};
      PetscCall(look(&p, &batch, one));
      for (int i = 0; i < ALL; i++) {
        sum[i] += one[i];
        square[i] += (one[i] - whole[i]) * (one[i] - whole[i]);
      }
    }
    for (int i = 0; i < ALL; i++) {
      const double error = sum[i] / DRAWS - whole[i], variance = square[i] / DRAWS / DRAWS;
      if (variance < 1e-30) continue;
      moving++;
      chi += error * error / variance;
      EXPECT(error * error < 25 * variance);
    }
    EXPECT(moving >= 3 * (int)p.task->n_lower && chi < 3 * moving);
    PetscCall(leave(&p));
  }
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"exact", exact}, {"slopes", slopes}, {"epochs", epochs},
               {"draws", draws});
}
