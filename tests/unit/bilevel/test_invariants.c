/* SPDX-License-Identifier: GPL-3.0-or-later
 * What holds in every iteration of BO-REP: the length of a step of x, y at rest between updates and
 * within its ball in them, no trouble where m vanishes; and Epoch-SGD's error against its length.
 * qv-test: np=1 labels=fast timeout=60 */
#include "tests/unit/bilevel/case.h"

enum { MOST = 8, VECTORS = 6 };

typedef struct {
  qv_bilevel_params params;
  qv_walk           walk;
  qv_task          *task;
  double            setting[QV_SETTINGS], upper[VECTORS][MOST], lower[VECTORS][MOST];
  double            work[QV_WORK_UPPER + QV_WORK_LOWER][MOST];
  double           *uppers[VECTORS], *lowers[VECTORS];
} trip;

static PetscErrorCode depart(trip *t, const char *task, double noise, uint64_t seed) {
  PetscFunctionBegin;
  memset(t, 0, sizeof *t);
  t->params            = case_params(task);
  t->params.task.noise = t->params.task.noise_others = noise;
  t->params.method.decay_every                       = QV_UNSET_INT;
  PetscCall(qv_task_create(PETSC_COMM_SELF, &t->params, seed, NULL, &t->task));
  for (int k = 0; k < VECTORS; k++) t->uppers[k] = t->upper[k], t->lowers[k] = t->lower[k];
  t->walk = (qv_walk){.params  = &t->params,
                      .task    = t->task,
                      .setting = t->setting,
                      .upper   = t->uppers,
                      .lower_v = t->lowers};
  for (int k = 0; k < QV_WORK_UPPER; k++) t->walk.work_upper[k] = t->work[k];
  for (int k = 0; k < QV_WORK_LOWER; k++) t->walk.work_lower[k] = t->work[QV_WORK_UPPER + k];
  for (int k = 0; k < QV_STREAMS; k++) {
    char name[32];
    snprintf(name, sizeof name, "stream %d", k);
    t->walk.stream[k] = qv_stream_named(seed, name);
  }
  t->setting[QV_SETTING_BATCH] = 1;
  PetscFunctionReturn(0);
}

static double distance(int64_t n, const double *a, const double *b) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sqrt(sum);
}

static PetscErrorCode invariants(void) {
  const qv_method *bo_rep = qv_methods[case_word(qv_method_words, "bo-rep")];
  trip             t;

  PetscFunctionBegin;
  PetscCall(depart(&t, "exponential", 0.1, 3));
  t.setting[QV_SETTING_ETA]    = 0.03;
  t.setting[QV_SETTING_BETA]   = 0.9;
  t.setting[QV_SETTING_NU]     = 0.1;
  t.setting[QV_SETTING_GAMMA]  = 0.1;
  t.setting[QV_SETTING_PERIOD] = 5;
  t.setting[QV_SETTING_STEPS]  = 4;
  t.setting[QV_SETTING_RADIUS] = 0.02;
  for (int i = 0; i < 4; i++) t.upper[0][i] = 1;
  int updates = 0, at_rest = 0;
  for (t.walk.iteration = 0; t.walk.iteration < 200; t.walk.iteration++) {
    double x[MOST], y[MOST];
    memcpy(x, t.upper[0], sizeof x);
    memcpy(y, t.lower[0], sizeof y);
    PetscCall(bo_rep->iterate(&t.walk));
    EXPECT_REL(distance(4, x, t.upper[0]), 0.03, 1e-12);
    const double moved  = distance(6, y, t.lower[0]);
    const bool   update = t.walk.iteration > 0 && t.walk.iteration % 5 == 0;
    EXPECT(update ? moved > 0 && moved <= 0.02 * (1 + 1e-12) : moved == 0);
    updates += update;
    at_rest += !update;
  }
  EXPECT_INT(updates, 39);
  EXPECT_INT(at_rest, 161);
  EXPECT_INT(t.task->count.gradients, 39 * 4 + 2 * 200);
  PetscCall(qv_task_destroy(&t.task));

  /* m = 0: at x = 0 the recurrence's direction vanishes with z = 0 */
  PetscCall(depart(&t, "recurrence", 0, 1));
  t.setting[QV_SETTING_ETA] = 0.1;
  t.setting[QV_SETTING_NU] = t.setting[QV_SETTING_GAMMA] = 0.1;
  t.setting[QV_SETTING_PERIOD] = t.setting[QV_SETTING_STEPS] = 1;
  t.setting[QV_SETTING_RADIUS]                               = INFINITY;
  for (t.walk.iteration = 0; t.walk.iteration < 3; t.walk.iteration++)
    PetscCall(bo_rep->iterate(&t.walk));
  EXPECT_BITS(t.upper[0][0], 0);
  EXPECT_BITS(t.walk.momentum, 0);
  PetscCall(qv_task_destroy(&t.task));
  PetscFunctionReturn(0);
}

/* The mean error over some seeds after K epochs; the lower level is that of `exponential`. */
static PetscErrorCode epochs_error(int epochs, double *error) {
  enum { SEEDS = 20 };

  PetscFunctionBegin;
  *error = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    trip   t;
    double y[MOST], g[MOST];
    PetscCall(depart(&t, "exponential", 0.1, seed));
    for (int i = 0; i < 4; i++) t.upper[0][i] = 6;
    t.setting[QV_SETTING_INIT_GAMMA]  = 1.0 / 6;
    t.setting[QV_SETTING_INIT_STEPS]  = 96;
    t.setting[QV_SETTING_INIT_RADIUS] = 40;
    t.setting[QV_SETTING_INIT_EPOCHS] = epochs;
    while (!t.walk.begun) PetscCall(qv_sgd_epochs(&t.walk, t.lower[3], t.lower[4]));
    EXPECT_INT(t.walk.lower_steps, 96 * ((1 << epochs) - 1));
    PetscCall(t.task->kind->answer(t.task, t.upper[0], y, g));
    *error += distance(6, y, t.lower[0]) / SEEDS;
    PetscCall(qv_task_destroy(&t.task));
  }
  PetscFunctionReturn(0);
}

/* Published for this start: .058, .0068, .0032, .0018 in the median for 2, 4, 6, 8 epochs. The
 * noise leaves sigma |A^-1 e| / sqrt(steps of the last epoch). */
static PetscErrorCode refined_start(void) {
  double error[3], inverse = 0;

  PetscFunctionBegin;
  for (int k = 0; k < 3; k++) PetscCall(epochs_error(4 + 2 * k, &error[k]));
  for (int i = 0; i < 6; i++) inverse += 1 / pow(0.5 + 0.5 * i, 2);
  for (int k = 0; k < 3; k++) {
    const double last = 96 * exp2(3 + 2 * k), expected = 0.1 * sqrt(inverse / last);
    EXPECT(error[k] > 0.5 * expected && error[k] < 2 * expected);
  }
  EXPECT(error[0] > 1.5 * error[1] && error[1] > 1.5 * error[2]); /* 2 each by theory */
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"invariants", invariants}, {"refined start", refined_start});
}
