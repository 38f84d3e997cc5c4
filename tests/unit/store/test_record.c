/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2,3 labels=fast timeout=60 */
#include "solvers/store/record.h"
#include "tests/support/qv_test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SYSTEMS = 53, TIMES = 7, BODY = 3, LONG = 100, LONG_TIMES = 20000 };

static int my_rank(void) {
  int rank;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  return rank;
}

static PetscErrorCode begin_output(const char *name, qv_record **record, qv_h5 **file) {
  PetscFunctionBegin;
  *file = NULL;
  if (my_rank() == 0) PetscCall(qv_h5_create(name, file));
  PetscCall(qv_record_create(PETSC_COMM_WORLD, record));
  PetscCall(qv_record_open(*record, *file, true));
  EXPECT(qv_record_is_final(*record));
  PetscFunctionReturn(0);
}

static PetscErrorCode end_output(qv_record **record, qv_h5 **file) {
  PetscFunctionBegin;
  PetscCall(qv_record_destroy(record));
  PetscCall(qv_h5_close(file));
  PetscFunctionReturn(0);
}

/* Rank 0: the data set must have this shape and be all of `type`; its data, or NULL. */
static void *read_set(const char *name, const char *path, qv_type type, int rank,
                      const int64_t *shape) {
  qv_h5      *file;
  qv_array    array;
  const char *reason;
  void       *data = NULL;
  if (qv_h5_open(name, &file, &reason) || reason) return NULL;
  EXPECT_INT(qv_h5_find(file, path, &array, &reason), 0);
  EXPECT_TEXT(reason, NULL);
  EXPECT_INT(array.rank, rank);
  EXPECT_INT(array.type, type == QV_U8 ? QV_I64 : type);
  bool same = !reason && array.rank == rank;
  for (int axis = 0; same && axis < rank; axis++) same = array.shape[axis] == shape[axis];
  EXPECT(same);
  if (same) qv_h5_read(file, path, type, &data, &reason);
  EXPECT_TEXT(reason, NULL);
  qv_h5_close(&file);
  return data;
}

static double value_at(int64_t system, int64_t time, int64_t body) {
  return (double)system + 1000.0 * (double)time + 0.125 * (double)body;
}

/* Rows whose column 0 is [body], 1 is [time, body], 2 one byte; spread unevenly. */
static PetscErrorCode make_rows(int64_t n, int64_t times, qv_rows **rows) {
  const size_t   bytes[] = {BODY * 8, (size_t)times * BODY * 8, 1};
  unsigned char *open;

  PetscFunctionBegin;
  PetscCall(qv_rows_create(PETSC_COMM_WORLD, n, 3, bytes, rows));
  qv_rows *r = *rows;
  for (int64_t k = 0; k < r->n_local; k++) {
    for (int b = 0; b < BODY; b++)
      ((double *)r->column[0].data)[BODY * k + b] = value_at(r->index[k], 0, b);
    for (int64_t t = 0; t < times; t++)
      for (int b = 0; b < BODY; b++)
        ((double *)r->column[1].data)[(k * times + t) * BODY + b] = value_at(r->index[k], t, b);
    ((unsigned char *)r->column[2].data)[k] = (unsigned char)(r->index[k] % 3);
  }
  PetscCall(PetscCalloc1(r->n_local + 1, &open));
  for (int64_t k = 0; k < r->n_local; k++) open[k] = r->index[k] < n / 3;
  PetscCall(qv_rows_balance(r, open));
  PetscCall(PetscFree(open));
  PetscFunctionReturn(0);
}

static PetscErrorCode keeps_arrays(void) {
  const char *const words[]      = {"end", "collision", "budget", NULL};
  const double      energy[2][2] = {{1, -0.0}, {NAN, 4}};
  qv_record        *record;
  qv_h5            *file;
  qv_rows          *rows;

  PetscFunctionBegin;
  PetscCall(make_rows(SYSTEMS, TIMES, &rows));
  PetscCall(begin_output("out.h5", &record, &file));
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = "/result/energy",
                                      .type      = QV_F64,
                                      .rank      = 2,
                                      .shape     = {2, 2},
                                      .unit      = "1",
                                      .long_name = "energy"},
                          energy));
  PetscCall(qv_record_put(record, &(qv_array){.path = "/result/one", .type = QV_I64, .unit = "1"},
                          &(int64_t){42}));
  PetscCall(qv_record_put_rows(record,
                               &(qv_array){.path  = "/result/position",
                                           .type  = QV_F64,
                                           .rank  = 2,
                                           .shape = {SYSTEMS, BODY},
                                           .axes  = {"system", "body"},
                                           .unit  = "au",
                                           .view  = "scatter"},
                               rows, 0));
  PetscCall(qv_record_put_rows(record,
                               &(qv_array){.path  = "/result/verdict",
                                           .type  = QV_ENUM,
                                           .rank  = 1,
                                           .shape = {SYSTEMS},
                                           .axes  = {"system"},
                                           .unit  = "1",
                                           .words = words},
                               rows, 2));
  PetscCall(qv_record_put_rows_inner(record,
                                     &(qv_array){.path  = "/snapshot/position",
                                                 .type  = QV_F64,
                                                 .rank  = 3,
                                                 .shape = {TIMES, SYSTEMS, BODY},
                                                 .axes  = {"time", "system", "body"},
                                                 .unit  = "au"},
                                     rows, 1));
  PetscCall(qv_record_put_rows_inner(
    record,
    &(qv_array){
      .path = "/snapshot/flag", .type = QV_U8, .rank = 2, .shape = {1, SYSTEMS}, .unit = "1"},
    rows, 2));
  PetscCall(end_output(&record, &file));
  PetscCall(qv_rows_destroy(&rows));
  if (my_rank()) PetscFunctionReturn(0);
  double      *e = read_set("out.h5", "/result/energy", QV_F64, 2, (int64_t[]){2, 2});
  int64_t     *o = read_set("out.h5", "/result/one", QV_I64, 0, NULL);
  double      *p = read_set("out.h5", "/result/position", QV_F64, 2, (int64_t[]){SYSTEMS, BODY});
  signed char *v = read_set("out.h5", "/result/verdict", QV_ENUM, 1, (int64_t[]){SYSTEMS});
  double      *s =
    read_set("out.h5", "/snapshot/position", QV_F64, 3, (int64_t[]){TIMES, SYSTEMS, BODY});
  unsigned char *f = read_set("out.h5", "/snapshot/flag", QV_U8, 2, (int64_t[]){1, SYSTEMS});
  EXPECT(e && !memcmp(e, energy, sizeof energy));
  EXPECT(o && *o == 42);
  for (int64_t i = 0; p && i < SYSTEMS * BODY; i++)
    EXPECT_BITS(p[i], value_at(i / BODY, 0, i % BODY));
  for (int64_t i = 0; v && f && i < SYSTEMS; i++) EXPECT(v[i] == i % 3 && f[i] == i % 3);
  for (int64_t i = 0; s && i < TIMES * SYSTEMS * BODY; i++)
    EXPECT_BITS(s[i], value_at(i / BODY % SYSTEMS, i / BODY / SYSTEMS, i % BODY));
  PetscCall(PetscFree(e));
  PetscCall(PetscFree(o));
  PetscCall(PetscFree(p));
  PetscCall(PetscFree(v));
  PetscCall(PetscFree(s));
  PetscCall(PetscFree(f));
  PetscFunctionReturn(0);
}

/* More than one block: 100 rows of 480 kB, in blocks of 16 MiB. */
static PetscErrorCode turns_large_columns(void) {
  qv_record *record;
  qv_h5     *file;
  qv_rows   *rows;

  PetscFunctionBegin;
  PetscCall(make_rows(LONG, LONG_TIMES, &rows));
  PetscCall(begin_output("large.h5", &record, &file));
  PetscCall(qv_record_put_rows_inner(record,
                                     &(qv_array){.path  = "/snapshot/x",
                                                 .type  = QV_F64,
                                                 .rank  = 3,
                                                 .shape = {LONG_TIMES, LONG, BODY},
                                                 .unit  = "1"},
                                     rows, 1));
  PetscCall(qv_record_put_rows(record,
                               &(qv_array){.path  = "/result/x",
                                           .type  = QV_F64,
                                           .rank  = 3,
                                           .shape = {LONG, LONG_TIMES, BODY},
                                           .unit  = "1"},
                               rows, 1));
  PetscCall(end_output(&record, &file));
  PetscCall(qv_rows_destroy(&rows));
  if (my_rank()) PetscFunctionReturn(0);
  double *x = read_set("large.h5", "/snapshot/x", QV_F64, 3, (int64_t[]){LONG_TIMES, LONG, BODY});
  int64_t wrong = 0;
  for (int64_t i = 0; x && i < (int64_t)LONG_TIMES * LONG * BODY; i++)
    wrong += x[i] != value_at(i / BODY % LONG, i / BODY / LONG, i % BODY);
  EXPECT(x && wrong == 0);
  PetscCall(PetscFree(x));
  x = read_set("large.h5", "/result/x", QV_F64, 3, (int64_t[]){LONG, LONG_TIMES, BODY});
  for (int64_t i = 0; x && i < (int64_t)LONG_TIMES * LONG * BODY; i++)
    wrong += x[i] != value_at(i / BODY / LONG_TIMES, i / BODY % LONG_TIMES, i % BODY);
  EXPECT(x && wrong == 0);
  PetscCall(PetscFree(x));
  remove("large.h5");
  PetscFunctionReturn(0);
}

static PetscErrorCode does_nothing_before_the_end(void) {
  qv_record *record;

  PetscFunctionBegin;
  PetscCall(qv_record_create(PETSC_COMM_WORLD, &record));
  EXPECT(!qv_record_is_final(record));
  PetscCall(qv_record_open(record, NULL, false));
  PetscCall(qv_record_put(record, &(qv_array){.path = "/result/x", .type = QV_F64}, NULL));
  PetscCall(qv_record_put_rows(record, &(qv_array){.path = "/result/x", .type = QV_F64}, NULL, 0));
  PetscCall(qv_record_put_rows_inner(record, &(qv_array){.path = "/result/x"}, NULL, 0));
  PetscCall(qv_record_destroy(&record));
  PetscFunctionReturn(0);
}

/* A NaN with a payload of its own. */
static double odd_nan(void) {
  const uint64_t bits = UINT64_C(0x7ff8000000abcdef);
  double         x;
  memcpy(&x, &bits, 8);
  return x;
}

static PetscErrorCode append_steps(qv_record *record, int64_t first, int64_t end) {
  const qv_array step   = {.path      = "/series/iteration",
                           .type      = QV_I64,
                           .axes      = {"iteration"},
                           .unit      = "1",
                           .long_name = "iteration"};
  const qv_array energy = {.path      = "/series/energy",
                           .type      = QV_F64,
                           .axes      = {"iteration"},
                           .unit      = "J",
                           .long_name = "energy",
                           .view      = "series-log"};
  const qv_array spent  = {
     .path = "/run/series/seconds", .type = QV_F64, .axes = {"iteration"}, .unit = "s"};

  PetscFunctionBegin;
  for (int64_t i = first; i < end; i++) {
    PetscCall(qv_record_append(record, &energy, i == 70 ? odd_nan() : sin((double)i)));
    PetscCall(qv_record_append(record, &step, (double)(i - 2)));
    PetscCall(qv_record_append(record, &spent, 0.5));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode expect_series(const char *name, int64_t n) {
  qv_h5      *file;
  qv_array    array;
  const char *reason;

  PetscFunctionBegin;
  if (my_rank()) PetscFunctionReturn(0);
  double  *e = read_set(name, "/series/energy", QV_F64, 1, &n);
  int64_t *s = read_set(name, "/series/iteration", QV_I64, 1, &n);
  double  *t = read_set(name, "/run/series/seconds", QV_F64, 1, &n);
  for (int64_t i = 0; e && s && t && i < n; i++) {
    EXPECT_BITS(e[i], i == 70 ? odd_nan() : sin((double)i));
    EXPECT_INT(s[i], i - 2);
    EXPECT_BITS(t[i], 0.5);
  }
  PetscCall(PetscFree(e));
  PetscCall(PetscFree(s));
  PetscCall(PetscFree(t));
  PetscCall(qv_h5_open(name, &file, &reason));
  PetscCall(qv_h5_find(file, "/series/energy", &array, &reason));
  EXPECT_TEXT(array.unit, "J");
  EXPECT_TEXT(array.long_name, "energy");
  EXPECT_TEXT(array.view, "series-log");
  EXPECT_TEXT(array.axes[0], "iteration");
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

/* Interrupted at any place and resumed, the output is the same to the bit. */
static PetscErrorCode resumes_series(void) {
  const int64_t stops[] = {0, 1, 64, 65, 129};
  qv_record    *record;
  qv_h5        *file;
  const char   *reason = NULL;
  char         *difference;

  PetscFunctionBegin;
  PetscCall(begin_output("whole.h5", &record, &file));
  PetscCall(append_steps(record, 0, 200));
  if (file) PetscCall(qv_record_write_series(record, file, ""));
  PetscCall(end_output(&record, &file));
  PetscCall(expect_series("whole.h5", 200));
  for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
    PetscCall(qv_record_create(PETSC_COMM_WORLD, &record));
    PetscCall(append_steps(record, 0, stops[i]));
    if (my_rank() == 0) {
      PetscCall(qv_h5_create("stopped.h5", &file));
      PetscCall(qv_record_write_series(record, file, "/state"));
      PetscCall(qv_h5_close(&file));
    }
    PetscCall(append_steps(record, stops[i], 180)); /* what was lost */
    if (my_rank() == 0) {
      PetscCall(qv_h5_open("stopped.h5", &file, &reason));
      PetscCall(qv_record_read_series(record, file, "/state", &reason));
      EXPECT_TEXT(reason, NULL);
      PetscCall(qv_h5_close(&file));
      PetscCall(append_steps(record, stops[i], 200));
      PetscCall(qv_h5_create("resumed.h5", &file));
      PetscCall(qv_record_write_series(record, file, ""));
      PetscCall(qv_h5_close(&file));
      PetscCall(qv_h5_diff("whole.h5", "resumed.h5", NULL, &difference, &reason));
      EXPECT_TEXT(reason, NULL);
      EXPECT_TEXT(difference, NULL);
      PetscCall(PetscFree(difference));
    }
    PetscCall(qv_record_destroy(&record));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode refuses_foreign_series(void) {
  qv_record  *record;
  qv_h5      *file;
  const char *reason = NULL;

  PetscFunctionBegin;
  if (my_rank()) PetscFunctionReturn(0);
  PetscCall(qv_record_create(PETSC_COMM_SELF, &record));
  PetscCall(qv_h5_create("foreign.h5", &file));
  PetscCall(qv_h5_group(file, "/state"));
  PetscCall(qv_h5_group(file, "/other"));
  PetscCall(qv_h5_text(file, "/other", "series", "/series/gone\n"));
  PetscCall(qv_h5_text(file, "/", "series", "/square\n"));
  PetscCall(qv_h5_write(file,
                        &(qv_array){.path = "/square", .type = QV_F64, .rank = 2, .shape = {1, 1}},
                        &(double){1}));
  PetscCall(qv_h5_close(&file));
  PetscCall(qv_h5_open("foreign.h5", &file, &reason));
  PetscCall(qv_record_read_series(record, file, "/state", &reason));
  EXPECT_TEXT(reason, "has no list of its series");
  PetscCall(qv_record_read_series(record, file, "/other", &reason));
  EXPECT(reason && strstr(reason, "'/other/series/gone'"));
  PetscCall(qv_record_read_series(record, file, "", &reason));
  PetscCall(qv_h5_close(&file));
  EXPECT_TEXT(reason, "'/square' is no series of numbers"); /* also after the file is closed */
  PetscCall(qv_record_destroy(&record));
  PetscFunctionReturn(0);
}

static PetscErrorCode refuses_wrong_use(void) {
  const qv_array integer = {.path = "/series/n", .type = QV_I64, .axes = {"n"}, .unit = "1"};
  qv_array       real    = integer;
  qv_record     *record;
  qv_h5         *file;
  qv_rows       *rows;

  PetscFunctionBegin;
  real.type = QV_F64;
  PetscCall(make_rows(10, 2, &rows));
  PetscCall(begin_output("wrong.h5", &record, &file));
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  EXPECT(qv_record_append(record, &integer, 0.5) != 0);
  EXPECT(qv_record_append(record, &integer, NAN) != 0);
  EXPECT(qv_record_append(record, &integer, 1e19) != 0);
  EXPECT_INT(qv_record_append(record, &integer, -3), 0);
  if (my_rank() == 0) EXPECT(qv_record_append(record, &real, 1) != 0);
  EXPECT(qv_record_put_rows(record,
                            &(qv_array){.path = "/x", .type = QV_F64, .rank = 2, .shape = {10, 2}},
                            rows, 0) != 0);
  EXPECT(qv_record_put_rows(
           record, &(qv_array){.path = "/x", .type = QV_F64, .rank = 2, .shape = {9, BODY}}, rows,
           0) != 0);
  EXPECT(qv_record_put_rows(
           record, &(qv_array){.path = "/x", .type = QV_F64, .rank = 2, .shape = {10, BODY}}, rows,
           3) != 0);
  /* rank 0 alone fails to write: all get the error */
  EXPECT_INT(qv_record_put(record, &(qv_array){.path = "/x", .type = QV_F64}, &(double){1}), 0);
  EXPECT_INT(qv_record_put(record, &(qv_array){.path = "/x", .type = QV_F64}, &(double){1}),
             PETSC_ERR_FILE_WRITE);
  EXPECT_INT(
    qv_record_put_rows(
      record, &(qv_array){.path = "/x", .type = QV_F64, .rank = 2, .shape = {10, BODY}}, rows, 0),
    PETSC_ERR_FILE_WRITE);
  qv_record_destroy(&record);
  qv_h5_close(&file);
  PetscCall(PetscPopErrorHandler());
  PetscCall(qv_rows_destroy(&rows));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"arrays", keeps_arrays}, {"large columns", turns_large_columns},
               {"nothing before the end", does_nothing_before_the_end},
               {"series resume", resumes_series}, {"foreign series", refuses_foreign_series},
               {"wrong use", refuses_wrong_use});
}
