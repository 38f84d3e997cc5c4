/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,3 labels=fast timeout=120
 * Tasks with networks: all oracles against central differences of the objectives. */
#include "optim/bilevel/episodes.h"
#include "tests/unit/bilevel/case.h"

enum { STEPS = 4 };

static double unit(const char *name, int64_t i) {
  return 2 * qv_random_uniform(qv_stream_named(11, name), 0, (uint64_t)i) - 1;
}

/* Texts of one to five words of twelve. */
static PetscErrorCode put_texts(qv_h5 *file, const char *name, int64_t n, int64_t classes) {
  char    path[64];
  int64_t token[100 * 5], label[100], shape[2] = {n, 5};
  PetscFunctionBegin;
  for (int64_t i = 0; i < n; i++) {
    for (int64_t k = 0; k < 5; k++)
      token[i * 5 + k] = k == 0 || k < i % 6 ? (i * 7 + k * 5 + i / 3) % 12 : -1;
    label[i] = (i * i + i / 5) % classes;
  }
  snprintf(path, sizeof path, "/%s/tokens", name);
  PetscCall(case_put(file, path, shape, 2, QV_I64, token));
  snprintf(path, sizeof path, "/%s/label", name);
  PetscCall(case_put(file, path, shape, 1, QV_I64, label));
  PetscFunctionReturn(0);
}

/* A task at a point, with directions in both spaces. */
typedef struct {
  qv_task        *task;
  qv_diag        *diag;
  double         *x, *y, *z, *dx, *dy;
  const qv_batch *lower, *upper;
} place;

static PetscErrorCode arrive(const qv_bilevel_params *params, place *p) {
  PetscFunctionBegin;
  PetscCall(qv_diag_create(&p->diag));
  PetscCall(qv_task_create(PETSC_COMM_WORLD, params, 3, p->diag, &p->task));
  EXPECT_INT(qv_diag_count(p->diag), 0);
  const size_t nx = (size_t)p->task->n_upper, ny = (size_t)p->task->n_lower;
  PetscCall(PetscCalloc5(nx, &p->x, nx, &p->dx, ny, &p->y, ny, &p->z, ny, &p->dy));
  PetscCall(p->task->kind->start(p->task, p->x));
  PetscCall(p->task->kind->start_lower(p->task, p->y));
  for (size_t i = 0; i < nx; i++)
    p->dx[i] = unit("dx", (int64_t)i), p->x[i] += 0.3 * unit("x", (int64_t)i);
  for (size_t i = 0; i < ny; i++)
    p->dy[i] = unit("dy", (int64_t)i), p->z[i] = unit("z", (int64_t)i);
  PetscFunctionReturn(0);
}

static PetscErrorCode leave(place *p) {
  PetscFunctionBegin;
  PetscCall(PetscFree5(p->x, p->dx, p->y, p->z, p->dy));
  PetscCall(qv_task_destroy(&p->task));
  PetscCall(qv_diag_destroy(&p->diag));
  PetscFunctionReturn(0);
}

static double dot(int64_t n, const double *a, const double *b) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

/* Both objectives and (dg/dy)'z at (x + s dx, y + t dy). */
static PetscErrorCode look(const place *p, double s, double t, double value[3]) {
  const int64_t nx = p->task->n_upper, ny = p->task->n_lower;
  double       *x, *y, *gradient;
  PetscFunctionBegin;
  PetscCall(PetscMalloc3((size_t)nx, &x, (size_t)ny, &y, (size_t)ny, &gradient));
  for (int64_t i = 0; i < nx; i++) x[i] = p->x[i] + s * p->dx[i];
  for (int64_t i = 0; i < ny; i++) y[i] = p->y[i] + t * p->dy[i];
  PetscCall(qv_task_evaluate(p->task, &(qv_oracle){.x           = x,
                                                   .y           = y,
                                                   .lower       = p->lower,
                                                   .upper       = p->upper,
                                                   .gradient    = gradient,
                                                   .lower_value = &value[0],
                                                   .upper_value = &value[1]}));
  value[2] = dot(ny, gradient, p->z);
  PetscCall(PetscFree3(x, y, gradient));
  PetscFunctionReturn(0);
}

/* Derivatives of look's values along dx or dy, of fourth order; short, since a largest value over
 * time has kinks. */
static PetscErrorCode differ(const place *p, bool upper, double slope[3]) {
  const double factor[STEPS] = {1, -8, 8, -1}, h = 3e-5;
  PetscFunctionBegin;
  memset(slope, 0, 3 * sizeof *slope);
  for (int k = 0; k < STEPS; k++) {
    const double at = (k < 2 ? k - 2 : k - 1) * h;
    double       value[3];
    PetscCall(look(p, upper ? at : 0, upper ? 0 : at, value));
    for (int j = 0; j < 3; j++) slope[j] += factor[k] * value[j] / (12 * h);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode check(place *p) {
  const int64_t nx = p->task->n_upper, ny = p->task->n_lower;
  double       *cross, *upper_x, *lower_x, *gradient, *product, *upper_y, *folded;
  double        along_x[3], along_y[3];
  PetscFunctionBegin;
  PetscCall(PetscMalloc3((size_t)nx, &cross, (size_t)nx, &upper_x, (size_t)nx, &lower_x));
  PetscCall(PetscMalloc4((size_t)ny, &gradient, (size_t)ny, &product, (size_t)ny, &upper_y,
                         (size_t)ny, &folded));
  qv_oracle o = {.x = p->x, .y = p->y, .z = p->z, .lower = p->lower, .upper = p->upper};
  o.gradient  = gradient;
  o.product   = product;
  o.cross     = cross;
  o.upper_x   = upper_x;
  o.lower_x   = lower_x;
  o.upper_y   = upper_y;
  PetscCall(qv_task_evaluate(p->task, &o));
  PetscCall(differ(p, true, along_x));
  PetscCall(differ(p, false, along_y));
  EXPECT_REL(dot(ny, gradient, p->dy), along_y[0], 1e-8);
  EXPECT_REL(dot(ny, upper_y, p->dy), along_y[1], 1e-8);
  EXPECT_REL(dot(ny, product, p->dy), along_y[2], 1e-8);
  EXPECT_REL(dot(nx, cross, p->dx), along_x[2], 1e-8);
  EXPECT_REL(dot(nx, lower_x, p->dx), along_x[0], 1e-8);
  EXPECT(fabs(dot(nx, upper_x, p->dx) - along_x[1]) < 1e-9);
  EXPECT(fabs(along_x[0]) > 1e-4 && fabs(along_x[2]) > 1e-4 && fabs(along_y[2]) > 1e-3);
  o         = (qv_oracle){.x = p->x, .y = p->y, .z = p->z, .lower = p->lower, .upper = p->upper};
  o.product = folded;
  o.fold    = true;
  PetscCall(qv_task_evaluate(p->task, &o));
  for (int64_t i = 0; i < ny; i++) EXPECT(fabs(folded[i] - (product[i] - upper_y[i])) < 1e-13);
  PetscCall(PetscFree4(gradient, product, upper_y, folded));
  PetscCall(PetscFree3(cross, upper_x, lower_x));
  PetscFunctionReturn(0);
}

/* With all samples and with a batch. */
static PetscErrorCode check_both(const qv_bilevel_params *params, int64_t size,
                                 const qv_adapt *adapt) {
  const qv_batch some = {.stream = qv_stream_named(3, "batch"), .index = 2, .size = size};
  place          p    = {0};
  PetscFunctionBegin;
  PetscCall(arrive(params, &p));
  if (adapt) p.task->adapt = *adapt;
  p.lower = p.upper = &qv_task_everything;
  PetscCall(check(&p));
  p.lower = p.upper = &some;
  PetscCall(check(&p));
  PetscCall(leave(&p));
  PetscFunctionReturn(0);
}

static PetscErrorCode texts(void) {
  char              path[] = "texts.h5";
  qv_bilevel_params params = {
    .task    = {.name    = case_word(qv_task_words, "rnn-cleaning"),
                .classes = 3,
                .l2      = 1e-3,
                .start   = 0.5},
    .network = {.hidden = 5, .head = 4, .embedding = 3, .length = QV_UNSET_INT, .precision = 1}};
  PetscFunctionBegin;
  params.task.data = (qv_path){.written = path, .found = path};
  PetscCall(case_write(path, &(case_samples){put_texts, {"train", "validation"}, {90, 40}, 3}));
  PetscCall(check_both(&params, 21, NULL));
  PetscFunctionReturn(0);
}

/* Episodes of `n` images of four entries, or of texts as above. */
static PetscErrorCode put_episodes(qv_h5 *file, const char *set, int64_t n, int64_t classes) {
  enum { EPISODES = 20 };
  char    path[64];
  double  x[EPISODES * 7 * 4];
  int64_t token[EPISODES * 7 * 5], label[EPISODES * 7];
  PetscFunctionBegin;
  for (int64_t i = 0; i < EPISODES * n * 4; i++) x[i] = (double)(float)unit(set, i);
  for (int64_t i = 0; i < EPISODES * n; i++) {
    label[i] = (i * i + i / 3) % classes;
    for (int64_t k = 0; k < 5; k++)
      token[i * 5 + k] = k == 0 || k < i % 6 ? (i * 7 + k * 5 + i / 3) % 12 : -1;
  }
  snprintf(path, sizeof path, "/task/%s/x", set);
  PetscCall(case_put(file, path, (int64_t[3]){EPISODES, n, 4}, 3, QV_F64, x));
  snprintf(path, sizeof path, "/task/%s/tokens", set);
  PetscCall(case_put(file, path, (int64_t[3]){EPISODES, n, 5}, 3, QV_I64, token));
  snprintf(path, sizeof path, "/task/%s/label", set);
  PetscCall(case_put(file, path, (int64_t[2]){EPISODES, n}, 2, QV_I64, label));
  PetscFunctionReturn(0);
}

static const case_samples episodes = {put_episodes, {"support", "query"}, {7, 5}, 2};

static PetscErrorCode representations(void) {
  char path[] = "episodes.h5";
  PetscFunctionBegin;
  PetscCall(case_write(path, &episodes));
  for (int k = 0; k < 6; k++) {
    qv_bilevel_params params = {
      .task    = {.name = case_word(qv_task_words, "representation"), .classes = 2, .l2 = 1e-2},
      .network = {.hidden    = 5,
                  .head      = k < 4 ? 0 : 3,
                  .embedding = 3,
                  .length    = QV_UNSET_INT,
                  .precision = 1,
                  .encoder   = k % 2,
                  .heads     = k / 2 % 2}};
    params.task.data = (qv_path){.written = path, .found = path};
    PetscCall(check_both(&params, 6, NULL));
  }
  PetscFunctionReturn(0);
}

static qv_bilevel_params adapting(int encoder, int head, qv_path *path) {
  qv_bilevel_params params = {
    .task    = {.name = case_word(qv_task_words, "representation"), .classes = 2, .l2 = 1e-2},
    .network = {.hidden    = 5,
                .head      = head,
                .embedding = 3,
                .length    = QV_UNSET_INT,
                .precision = 1,
                .encoder   = encoder,
                .heads     = QV_HEADS_SHARED}};
  params.task.data = *path;
  return params;
}

/* dg/dx by differences along each axis. */
static PetscErrorCode lower_x(const place *p, const double *y, double *slope) {
  const double h = 3e-5;
  PetscFunctionBegin;
  for (int64_t i = 0; i < p->task->n_upper; i++) {
    const double at = p->x[i];
    double       value[2];
    for (int k = 0; k < 2; k++) {
      p->x[i] = at + (k ? h : -h);
      PetscCall(qv_task_evaluate(
        p->task, &(qv_oracle){.x = p->x, .y = y, .lower = p->lower, .lower_value = &value[k]}));
    }
    p->x[i]  = at;
    slope[i] = (value[1] - value[0]) / (2 * h);
  }
  PetscFunctionReturn(0);
}

/* One episode's steps by the other oracles, and f's plain derivatives behind them: what first order
 * gives. */
static PetscErrorCode first_order(const qv_bilevel_params *params, bool all) {
  enum { TAKEN = 3 };
  const double   size = 0.7;
  const qv_batch one  = {.stream = qv_stream_named(3, "batch"), .index = 1, .size = 1};
  double        *of_x, *of_y, *plain_x, *plain_y, *g, value, plain;
  place          p = {0};
  PetscFunctionBegin;
  PetscCall(arrive(params, &p));
  const int64_t nx = p.task->n_upper, ny = p.task->n_lower;
  p.lower = p.upper = &one;
  PetscCall(PetscMalloc5((size_t)nx, &of_x, (size_t)ny, &of_y, (size_t)nx, &plain_x, (size_t)ny,
                         &plain_y, (size_t)(nx + ny), &g));
  qv_oracle o   = {.x = p.x, .y = p.y, .upper = &one, .upper_x = of_x, .upper_y = of_y};
  o.upper_value = &value;
  p.task->adapt = (qv_adapt){.steps = TAKEN, .size = size, .all = all, .first_order = true};
  PetscCall(qv_task_evaluate(p.task, &o));
  p.task->adapt = (qv_adapt){0};
  for (int k = 0; k < TAKEN; k++) {
    PetscCall(qv_task_evaluate(
      p.task, &(qv_oracle){.x = p.x, .y = p.y, .lower = &one, .gradient = g + nx}));
    if (all) PetscCall(lower_x(&p, p.y, g));
    for (int64_t i = 0; all && i < nx; i++) p.x[i] -= size * g[i];
    for (int64_t i = 0; i < ny; i++) p.y[i] -= size * g[nx + i];
  }
  o.upper_x     = plain_x;
  o.upper_y     = plain_y;
  o.upper_value = &plain;
  PetscCall(qv_task_evaluate(p.task, &o));
  EXPECT_REL(value, plain, 1e-8);
  for (int64_t i = 0; i < nx; i++) EXPECT(fabs(of_x[i] - plain_x[i]) < 1e-8);
  for (int64_t i = 0; i < ny; i++) EXPECT(fabs(of_y[i] - plain_y[i]) < 1e-8);
  PetscCall(PetscFree5(of_x, of_y, plain_x, plain_y, g));
  PetscCall(leave(&p));
  PetscFunctionReturn(0);
}

/* Derivatives through the steps of MAML and of ANIL. */
static PetscErrorCode adaptations(void) {
  char    path[] = "episodes.h5";
  qv_path data   = {.written = path, .found = path};
  PetscFunctionBegin;
  PetscCall(case_write(path, &episodes));
  for (int k = 0; k < 8; k++) {
    const bool              all    = k / 2 % 2;
    const qv_bilevel_params params = adapting(k % 2, k < 4 ? 0 : 3, &data);
    PetscCall(check_both(&params, 6, &(qv_adapt){.steps = 3, .size = 0.7, .all = all}));
    if (k % 2 == 0) PetscCall(first_order(&params, all));
  }
  PetscFunctionReturn(0);
}

/* Pairs of four classes: each once, disjoint support and query, samples of the classes alone. */
static PetscErrorCode pairs(void) {
  enum { N = 40, CLASSES = 4, SHOTS = 3, PAIRS = 6, SAMPLES = 2 * SHOTS };
  float        x[N * 2];
  int          label[N], seen[CLASSES][CLASSES] = {{0}};
  qv_episodes *e;
  bool         made;
  PetscFunctionBegin;
  for (int i = 0; i < N; i++) label[i] = i % CLASSES, x[2 * i] = (float)i, x[2 * i + 1] = -1;
  const qv_labelled from   = {.n = N, .features = 2, .classes = CLASSES, .x = x, .label = label};
  const qv_stream   stream = qv_stream_named(1, "pairs");
  PetscCall(qv_episodes_pairs(&from, (int64_t[2]){0, PAIRS}, SHOTS, stream, &e, &made));
  EXPECT(made);
  EXPECT_INT(e->n[QV_SUPPORT], SAMPLES);
  for (int p = 0; p < PAIRS; p++) {
    int of[2] = {-1, -1}, used[N] = {0};
    for (int s = 0; s < 2; s++)
      for (int i = 0; i < SAMPLES; i++) {
        const int at     = p * SAMPLES + i;
        const int sample = (int)e->table[s][2 * e->token[s][at]], class = label[sample];
        EXPECT_INT(used[sample]++, 0);
        int *const first = &of[e->label[s][at]];
        if (*first < 0) *first = class;
        EXPECT_INT(*first, class);
      }
    EXPECT(of[0] >= 0 && of[0] < of[1]);
    EXPECT_INT(seen[of[0]][of[1]]++, 0);
  }
  PetscCall(qv_episodes_destroy(&e));
  PetscCall(qv_episodes_pairs(&from, (int64_t[2]){0, PAIRS}, 6, stream, &e, &made));
  EXPECT(!made && !e);
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"texts", texts}, {"representations", representations},
               {"adaptations", adaptations}, {"pairs", pairs});
}
