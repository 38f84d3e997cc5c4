/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Round trips of every type. The file sample.h5 stays for h5py.sh. */
#include <time.h>

#include "tests/unit/store/sample.h"

static PetscErrorCode equal_bytes(void) {
  const struct timespec second = {1, 100000000};
  size_t                n[2], differ = 0;

  PetscCall(sample_write("first.h5"));
  nanosleep(&second, NULL);
  PetscCall(sample_write("sample.h5"));
  char *a = sample_bytes("first.h5", &n[0]), *b = sample_bytes("sample.h5", &n[1]);
  EXPECT_INT(n[0], n[1]);
  EXPECT(a && b && n[0] > 1000);
  for (size_t i = 0; a && b && i < n[0] && i < n[1]; i++) differ += a[i] != b[i];
  EXPECT_INT(differ, 0);
  free(a);
  free(b);
  return 0;
}

static PetscErrorCode read_numbers(qv_h5 *file) {
  const char *reason;
  void       *data;

  PetscFunctionBegin;
  PetscCall(qv_h5_read(file, "/result/position", QV_F64, &data, &reason));
  EXPECT_TEXT(reason, NULL);
  for (int i = 0; data && i < 24; i++)
    EXPECT_BITS(((double *)data)[i], sample_position(i / 6, i / 2 % 3, i % 2));
  PetscCall(PetscFree(data));
  PetscCall(qv_h5_read(file, "/result/system", QV_I64, &data, &reason));
  if (data) EXPECT_INT(((int64_t *)data)[2], INT64_MAX);
  PetscCall(PetscFree(data));
  PetscCall(qv_h5_read(file, "/result/small", QV_I32, &data, &reason));
  if (data) EXPECT_INT(((int32_t *)data)[0], INT32_MIN);
  PetscCall(PetscFree(data));
  PetscCall(qv_h5_read(file, "/result/tiny", QV_I8, &data, &reason));
  if (data) EXPECT_INT(((int8_t *)data)[0], -128);
  PetscCall(PetscFree(data));
  PetscCall(qv_h5_read(file, "/result/pixel", QV_U8, &data, &reason));
  if (data) EXPECT_INT(((uint8_t *)data)[2], 255);
  PetscCall(PetscFree(data));
  PetscCall(qv_h5_read(file, "/result/energy", QV_F64, &data, &reason));
  if (data) EXPECT_BITS(*(double *)data, -0.5);
  PetscCall(PetscFree(data));
  PetscCall(qv_h5_read(file, "/result/nothing", QV_F64, &data, &reason));
  EXPECT_TEXT(reason, NULL);
  PetscCall(PetscFree(data));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_others(qv_h5 *file) {
  const char *reason;
  void       *data;

  PetscFunctionBegin;
  PetscCall(qv_h5_read(file, "/data/samples", QV_C128, &data, &reason));
  EXPECT_TEXT(reason, NULL);
  if (data) {
    EXPECT_BITS(((double *)data)[1], -2);
    EXPECT_BITS(((double *)data)[3], INFINITY);
  }
  PetscCall(PetscFree(data));
  PetscCall(qv_h5_read(file, "/result/verdict", QV_I8, &data, &reason));
  EXPECT_TEXT(reason, NULL);
  if (data) EXPECT_INT(((int8_t *)data)[1], 2);
  PetscCall(PetscFree(data));
  PetscCall(qv_h5_read(file, "/result/verdict", QV_F64, &data, &reason));
  if (data) EXPECT_BITS(((double *)data)[1], 2);
  PetscCall(PetscFree(data));
  PetscCall(qv_h5_read(file, "/result/id", QV_TEXT, &data, &reason));
  EXPECT_TEXT(reason, NULL);
  if (data) {
    EXPECT_TEXT(((char **)data)[0], "alpha");
    EXPECT_TEXT(((char **)data)[1], "");
    EXPECT_TEXT(((char **)data)[2], "\xc3\xbc-\xe2\x82\xac");
  }
  PetscCall(PetscFree(data));
  PetscCall(qv_h5_read(file, "/run/remark", QV_TEXT, &data, &reason));
  if (data) EXPECT_TEXT(*(char **)data, "one text");
  PetscCall(PetscFree(data));
  PetscFunctionReturn(0);
}

static PetscErrorCode round_trip(void) {
  qv_h5      *file;
  const char *reason;

  PetscCall(qv_h5_open("sample.h5", &file, &reason));
  EXPECT_TEXT(reason, NULL);
  if (!file) return 0;
  PetscCall(read_numbers(file));
  PetscCall(read_others(file));
  PetscCall(qv_h5_close(&file));
  EXPECT(!file);
  return 0;
}

static PetscErrorCode attributes(void) {
  qv_h5      *file;
  const char *reason;
  char       *text;
  int64_t     integer = 0;
  double      real    = 0;
  bool        found;

  PetscCall(qv_h5_open("sample.h5", &file, &reason));
  if (!file) return PETSC_ERR_FILE_OPEN;
  PetscCall(qv_h5_get_text(file, "/", "format", &text));
  EXPECT_TEXT(text, "quadrivium");
  PetscCall(PetscFree(text));
  PetscCall(qv_h5_get_text(file, "/result/position", "unit", &text));
  EXPECT_TEXT(text, "au");
  PetscCall(PetscFree(text));
  PetscCall(qv_h5_get_text(file, "/result/position", "colour", &text));
  EXPECT_TEXT(text, NULL);
  PetscCall(qv_h5_get_text(file, "/nowhere/at/all", "unit", &text));
  EXPECT_TEXT(text, NULL);
  PetscCall(qv_h5_get_text(file, "/", "format_version", &text)); /* not a text */
  EXPECT_TEXT(text, NULL);
  PetscCall(qv_h5_get_integer(file, "/", "format_version", &integer, &found));
  EXPECT(found && integer == 1);
  PetscCall(qv_h5_get_real(file, "/", "tolerance", &real, &found));
  EXPECT(found);
  EXPECT_BITS(real, 1e-9);
  PetscCall(qv_h5_get_integer(file, "/", "tolerance", &integer, &found)); /* no whole number */
  EXPECT(!found);
  PetscCall(qv_h5_get_real(file, "/", "format_version", &real, &found));
  EXPECT(found && real == 1);
  PetscCall(qv_h5_get_real(file, "/", "format", &real, &found));
  EXPECT(!found);
  PetscCall(qv_h5_close(&file));
  return 0;
}

static PetscErrorCode described(void) {
  qv_h5      *file;
  const char *reason;
  qv_array    array;

  PetscCall(qv_h5_open("sample.h5", &file, &reason));
  if (!file) return PETSC_ERR_FILE_OPEN;
  PetscCall(qv_h5_find(file, "/result/position", &array, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT_TEXT(array.path, "/result/position");
  EXPECT_INT(array.type, QV_F64);
  EXPECT_INT(array.rank, 3);
  EXPECT_INT(array.shape[0], 4);
  EXPECT_INT(array.shape[1], 3);
  EXPECT_INT(array.shape[2], 2);
  EXPECT_TEXT(array.axes[0], "time");
  EXPECT_TEXT(array.axes[1], "body");
  EXPECT_TEXT(array.axes[2], "axis");
  EXPECT_TEXT(array.unit, "au");
  EXPECT_TEXT(array.long_name, "position");
  EXPECT_TEXT(array.view, "trajectory");
  PetscCall(qv_h5_find(file, "/result/verdict", &array, &reason));
  EXPECT_INT(array.type, QV_ENUM);
  EXPECT_TEXT(array.words ? array.words[2] : NULL, "collision");
  EXPECT_TEXT(array.words ? array.words[3] : "", NULL);
  PetscCall(qv_h5_find(file, "/result/energy", &array, &reason));
  EXPECT_INT(array.rank, 0);
  EXPECT_TEXT(array.view, NULL);
  PetscCall(qv_h5_find(file, "/result/body", &array, &reason)); /* made at close */
  EXPECT_TEXT(reason, NULL);
  EXPECT_INT(array.type, QV_I64);
  EXPECT_INT(array.shape[0], 3);
  EXPECT_TEXT(array.axes[0], "body");
  EXPECT_TEXT(array.long_name, "index");
  PetscCall(qv_h5_find(file, "/result/nothing", &array, &reason));
  EXPECT_INT(array.shape[0], 0);
  EXPECT_INT(array.shape[1], 5);
  PetscCall(qv_h5_close(&file));
  return 0;
}

/* Rows in any order give the same bytes as the whole at once. */
static PetscErrorCode in_rows(void) {
  enum { N = 1000, K = 7 };
  double         data[N][K];
  size_t         n[2];
  void          *all;
  qv_h5         *file;
  const char    *reason;
  const qv_array array = {"/result/x", QV_F64, 2, {N, K}, {"row", NULL}, "1", "x", NULL, NULL};

  for (int i = 0; i < N * K; i++) data[i / K][i % K] = sqrt(i);
  PetscCall(qv_h5_create("whole.h5", &file));
  PetscCall(qv_h5_write(file, &array, data));
  PetscCall(qv_h5_close(&file));
  PetscCall(qv_h5_create("rows.h5", &file));
  PetscCall(qv_h5_begin(file, &array));
  PetscCall(qv_h5_write_rows(file, "/result/x", 700, 300, data[700]));
  PetscCall(qv_h5_write_rows(file, "/result/x", 0, 0, NULL));
  PetscCall(qv_h5_write_rows(file, "/result/x", 0, 1, data[0]));
  PetscCall(qv_h5_write_rows(file, "/result/x", 1, 699, data[1]));
  PetscCall(qv_h5_close(&file));
  char *a = sample_bytes("whole.h5", &n[0]), *b = sample_bytes("rows.h5", &n[1]);
  EXPECT(a && b && n[0] == n[1] && !memcmp(a, b, n[0]));
  free(a);
  free(b);

  PetscCall(qv_h5_open("rows.h5", &file, &reason));
  PetscCall(PetscMalloc(sizeof data, &all));
  PetscCall(qv_h5_read_rows(file, "/result/x", QV_F64, (qv_h5_range){10, 500}, all, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT(!memcmp(all, data[10], 500 * sizeof *data));
  PetscCall(qv_h5_read_rows(file, "/result/x", QV_F64, (qv_h5_range){10, 0}, all, &reason));
  EXPECT_TEXT(reason, NULL);
  PetscCall(qv_h5_read_rows(file, "/result/x", QV_F64, (qv_h5_range){10, 991}, all, &reason));
  EXPECT_TEXT(reason, "'/result/x' has 1000 rows, expected at least 1001");
  PetscCall(PetscFree(all));
  PetscCall(qv_h5_close(&file));
  return 0;
}

static PetscErrorCode replaced(void) {
  qv_h5      *file;
  const char *reason;
  char       *text, *large;
  const int   n = 200000;

  PetscCall(PetscMalloc1(n + 1, &large));
  memset(large, 'x', (size_t)n);
  large[n] = 0;
  PetscCall(qv_h5_create("replaced.h5", &file));
  PetscCall(qv_h5_group(file, "/a"));
  PetscCall(qv_h5_group(file, "/a"));
  PetscCall(qv_h5_group(file, "/"));
  PetscCall(qv_h5_text(file, "/a", "verdict", "running"));
  PetscCall(qv_h5_text(file, "/a", "verdict", "done"));
  PetscCall(qv_h5_text(file, "/a", "empty", ""));
  PetscCall(qv_h5_text(file, "/a", "large", large)); /* beyond the 64 KiB of an object's head */
  PetscCall(qv_h5_close(&file));
  PetscCall(qv_h5_open("replaced.h5", &file, &reason));
  PetscCall(qv_h5_get_text(file, "/a", "verdict", &text));
  EXPECT_TEXT(text, "done");
  PetscCall(PetscFree(text));
  PetscCall(qv_h5_get_text(file, "/a", "empty", &text));
  EXPECT_TEXT(text, "");
  PetscCall(PetscFree(text));
  PetscCall(qv_h5_get_text(file, "/a", "large", &text));
  EXPECT(text && !strcmp(text, large));
  PetscCall(PetscFree(text));
  PetscCall(PetscFree(large));
  PetscCall(qv_h5_close(&file));
  return 0;
}

/* Faults: one error each, with file, object and reason. */
static PetscErrorCode faults(void) {
  static const qv_array x       = {"/x", QV_F64, 1, {3}, {"row"}, "1", "x", NULL, NULL};
  static const qv_array row     = {"/row", QV_F64, 1, {4}, {"row"}, "1", "row", NULL, NULL};
  const double          data[4] = {0};
  char                  said[512];
  qv_h5                *file;

  PetscCall(PetscPushErrorHandler(sample_quiet, said));
  EXPECT_INT(qv_h5_create("no/such/folder.h5", &file), PETSC_ERR_FILE_OPEN);
  EXPECT_TEXT(said, "no/such/folder.h5: cannot create the file: No such file or directory");
  EXPECT(!file);
  EXPECT_INT(qv_h5_create("faults.h5", &file), 0);
  EXPECT_INT(qv_h5_write(file, &row, data), 0);
  EXPECT_INT(qv_h5_write(file, &x, data), 0);
  EXPECT_INT(qv_h5_close(&file), PETSC_ERR_ARG_SIZ);
  EXPECT_TEXT(said, "faults.h5: '/x' has 3 entries along 'row', its scale '/row' has 4");

  EXPECT_INT(qv_h5_create("faults.h5", &file), 0);
  EXPECT_INT(qv_h5_write(file, &x, data), 0);
  EXPECT_INT(qv_h5_write(file, &x, data), PETSC_ERR_FILE_WRITE);
  EXPECT_TEXT(said, "faults.h5: cannot make the data set '/x': name already exists");
  EXPECT_INT(qv_h5_close(&file), PETSC_ERR_FILE_WRITE);
  EXPECT(!strncmp(said, "faults.h5: cannot make the data set '/x'", 40));
  EXPECT_INT(qv_h5_create("faults.h5", &file), 0);
  EXPECT_INT(qv_h5_write_rows(file, "/y", 0, 1, data), PETSC_ERR_FILE_WRITE);
  EXPECT_INT(qv_h5_close(&file), PETSC_ERR_FILE_WRITE);
  PetscCall(PetscPopErrorHandler());
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"equal content gives equal bytes", equal_bytes},
               {"every type comes back", round_trip}, {"attributes", attributes},
               {"data sets describe themselves", described}, {"rows in any order", in_rows},
               {"attributes replaced, empty and large", replaced}, {"faults", faults});
}
