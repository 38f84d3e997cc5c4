/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Files that other programs wrote: types, byte orders, storage, and what cannot be read. The files
 * are made with HDF5 itself. */
#include <fcntl.h>
#include <hdf5.h>
#include <hdf5_hl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/store/sample.h"

enum { N = 3 };

static void put(hid_t file, const char *name, hid_t stored, hid_t memory, int rank,
                const hsize_t *shape, const void *data) {
  const hid_t space = rank ? H5Screate_simple(rank, shape, NULL) : H5Screate(H5S_SCALAR);
  const hid_t set   = H5Dcreate2(file, name, stored, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (set < 0 || (data && H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0))
    qv_test_fail(__FILE__, __LINE__, "cannot make %s", name);
  H5Dclose(set);
  H5Sclose(space);
}

static void put_row(hid_t file, const char *name, hid_t stored, hid_t memory, const void *data) {
  const hsize_t shape[1] = {N};
  put(file, name, stored, memory, 1, shape, data);
}

static hid_t pair_type(hid_t part, const char *a, const char *b) {
  const size_t size = H5Tget_size(part);
  const hid_t  type = H5Tcreate(H5T_COMPOUND, 2 * size);
  H5Tinsert(type, a, 0, part);
  H5Tinsert(type, b, size, part);
  return type;
}

static hid_t text_type(size_t size, H5T_str_t padding, H5T_cset_t set) {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, size);
  H5Tset_strpad(type, padding);
  H5Tset_cset(type, set);
  return type;
}

static void put_numbers(hid_t file) {
  const double   real[N] = {1, 0.5, -3}, whole[N] = {1, 2, -3}, huge[N] = {1, 1e300, 2};
  const double   not_a_number[N] = {1, NAN, 2};
  const int64_t  integer[N]      = {1, -2, 300};
  const uint64_t large[N]        = {1, 2, UINT64_MAX};
  put_row(file, "f32", H5T_IEEE_F32LE, H5T_NATIVE_DOUBLE, real);
  put_row(file, "f64be", H5T_IEEE_F64BE, H5T_NATIVE_DOUBLE, real);
  put_row(file, "whole", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, whole);
  put_row(file, "huge", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, huge);
  put_row(file, "nan", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, not_a_number);
  put_row(file, "i16be", H5T_STD_I16BE, H5T_NATIVE_INT64, integer);
  put_row(file, "u64", H5T_STD_U64LE, H5T_NATIVE_UINT64, large);
}

static void put_texts(hid_t file) {
  const char *const variable[N] = {"a", "bc", ""};
  hid_t             type        = text_type(H5T_VARIABLE, H5T_STR_NULLTERM, H5T_CSET_ASCII);
  put_row(file, "ascii", type, type, variable);
  H5Tclose(type);
  type = text_type(4, H5T_STR_NULLPAD, H5T_CSET_UTF8);
  put_row(file, "padded", type, type, "abcdef\0\0\0\0\0\0");
  H5Tclose(type);
  type = text_type(4, H5T_STR_SPACEPAD, H5T_CSET_ASCII);
  put_row(file, "blanks", type, type, "ab  cd e    ");
  H5Tclose(type);
}

static void put_enums(hid_t file) {
  const signed char value[N] = {0, 1, 1}, gaps[N] = {0, 5, 5};
  const signed char zero = 0, one = 1, five = 5;
  hid_t             type = H5Tenum_create(H5T_NATIVE_INT8);
  H5Tenum_insert(type, "TRUE", &one); /* not in order of value */
  H5Tenum_insert(type, "FALSE", &zero);
  put_row(file, "bool", type, type, value);
  H5Tclose(type);
  type = H5Tenum_create(H5T_NATIVE_INT8);
  H5Tenum_insert(type, "none", &zero);
  H5Tenum_insert(type, "five", &five);
  put_row(file, "gaps", type, type, gaps);
  H5Tclose(type);
}

static void put_complex(hid_t file) {
  const float   f[2 * N] = {1, -2, 0.5, 0.25, 0, 3};
  const double  d[2 * N] = {1, -2, 0.5, 0.25, 0, 3};
  const int32_t i[2 * N] = {1, 2, 3, 4, 5, 6};
  hid_t         type[3]  = {pair_type(H5T_NATIVE_FLOAT, "real", "imag"),
                            pair_type(H5T_NATIVE_DOUBLE, "r", "i"), pair_type(H5T_NATIVE_INT32, "r", "i")};
  const hid_t   stored   = pair_type(H5T_IEEE_F32BE, "r", "i");
  put_row(file, "realimag", type[0], type[0], f);
  put_row(file, "ri", stored, type[1], d);
  put_row(file, "records", type[2], type[2], i);
  H5Tclose(stored);
  for (int k = 0; k < 3; k++) H5Tclose(type[k]);
}

static void put_odd_ones(hid_t file) {
  const hsize_t seven[7] = {1, 1, 1, 1, 1, 1, 1}, empty[2] = {0, 2}, wide[1] = {100000};
  const hsize_t chunk[1] = {1000}, unlimited[1] = {H5S_UNLIMITED}, far[1] = {(hsize_t)1 << 40};
  double        value = 2.5, *ramp;
  put(file, "scalar", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 0, NULL, &value);
  put(file, "seven", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 7, seven, &value);
  put(file, "empty", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 2, empty, NULL);
  put(file, "unwritten", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, wide, NULL);
  hid_t       space = H5Screate(H5S_NULL), list = H5Pcreate(H5P_DATASET_CREATE);
  const hid_t links = H5P_DEFAULT;
  H5Dclose(H5Dcreate2(file, "null", H5T_IEEE_F64LE, space, links, list, H5P_DEFAULT));
  H5Sclose(space);
  H5Pset_chunk(list, 1, chunk);
  H5Pset_shuffle(list);
  H5Pset_deflate(list, 6);
  space           = H5Screate_simple(1, wide, unlimited);
  const hid_t set = H5Dcreate2(file, "chunked", H5T_IEEE_F64LE, space, links, list, H5P_DEFAULT);
  if (PetscCalloc1(wide[0], &ramp)) return;
  for (size_t i = 0; i < wide[0]; i++) ramp[i] = (double)(i / 5000);
  H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, ramp);
  if (PetscFree(ramp)) return;
  H5Dclose(set);
  H5Sclose(space);
  space = H5Screate_simple(1, far, unlimited);
  H5Dclose(H5Dcreate2(file, "far", H5T_IEEE_F64LE, space, links, list, H5P_DEFAULT));
  H5Sclose(space);
  H5Pclose(list);
  H5Gclose(H5Gcreate2(file, "group", links, H5P_DEFAULT, H5P_DEFAULT));
  H5Lcreate_soft("/nowhere", file, "dangling", links, H5P_DEFAULT);
  H5Lcreate_soft("/scalar", file, "alias", links, H5P_DEFAULT);
}

/* As h5py does: scales, no text of axes. */
static void put_scales(hid_t file) {
  const double  image[6] = {1, 2, 3, 4, 5, 6}, x[3] = {0, 1, 2};
  const hsize_t shape[2] = {2, 3};
  put(file, "image", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 2, shape, image);
  put_row(file, "xpos", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, x);
  const hid_t set   = H5Dopen2(file, "image", H5P_DEFAULT),
              scale = H5Dopen2(file, "xpos", H5P_DEFAULT);
  H5DSset_scale(scale, "another name");
  H5DSattach_scale(set, scale, 1);
  const double version = 3, fraction = 3.5;
  H5LTset_attribute_double(file, "/image", "version", &version, 1);
  H5LTset_attribute_double(file, "/image", "fraction", &fraction, 1);
  H5LTset_attribute_double(file, "/image", "many", image, 2);
  H5LTset_attribute_string(file, "/image", "unit", "K");
  H5Dclose(scale);
  H5Dclose(set);
}

static PetscErrorCode make(void) {
  const hid_t file = H5Fcreate("foreign.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  put_numbers(file);
  put_texts(file);
  put_enums(file);
  put_complex(file);
  put_odd_ones(file);
  put_scales(file);
  H5Fclose(file);
  return 0;
}

/* Read one data set; the reason must be `reason`, entries must be `want`. */
static PetscErrorCode expect(qv_h5 *file, const char *path, qv_type type, const double *want,
                             const char *reason) {
  const char *why;
  void       *data;

  PetscFunctionBegin;
  PetscCall(qv_h5_read(file, path, type, &data, &why));
  if (!why != !reason || (why && strcmp(why, reason) != 0))
    qv_test_fail(__FILE__, __LINE__, "%s: \"%s\", expected \"%s\"", path, why ? why : "fine",
                 reason ? reason : "fine");
  for (int i = 0; data && want && i < (type == QV_C128 ? 2 * N : N); i++) {
    const double got = type == QV_I64                     ? (double)((int64_t *)data)[i]
                       : type == QV_I8 || type == QV_ENUM ? ((int8_t *)data)[i]
                       : type == QV_U8                    ? ((uint8_t *)data)[i]
                       : type == QV_I32                   ? ((int32_t *)data)[i]
                                                          : ((double *)data)[i];
    if (got != want[i])
      qv_test_fail(__FILE__, __LINE__, "%s[%d] is %g, expected %g", path, i, got, want[i]);
  }
  PetscCall(PetscFree(data));
  PetscFunctionReturn(0);
}

static const double reals[] = {1, 0.5, -3}, wholes[] = {1, 2, -3}, integers[] = {1, -2, 300};
static const double flags[] = {0, 1, 1}, gaps[] = {0, 5, 5}, pairs[] = {1, -2, 0.5, 0.25, 0, 3};

static PetscErrorCode converted(void) {
  qv_h5      *f;
  const char *reason;

  PetscCall(make());
  PetscCall(qv_h5_open("foreign.h5", &f, &reason));
  EXPECT_TEXT(reason, NULL);
  if (!f) return 0;
  PetscCall(expect(f, "/f32", QV_F64, reals, NULL));
  PetscCall(expect(f, "/f64be", QV_F64, reals, NULL));
  PetscCall(expect(f, "/i16be", QV_F64, integers, NULL));
  PetscCall(expect(f, "/i16be", QV_I64, integers, NULL));
  PetscCall(expect(f, "/i16be", QV_I32, integers, NULL));
  PetscCall(expect(f, "/whole", QV_I64, wholes, NULL));
  PetscCall(expect(f, "/whole", QV_I8, wholes, NULL));
  PetscCall(expect(f, "/bool", QV_I8, flags, NULL));
  PetscCall(expect(f, "/bool", QV_ENUM, flags, NULL));
  PetscCall(expect(f, "/bool", QV_F64, flags, NULL));
  PetscCall(expect(f, "/bool", QV_U8, flags, NULL));
  PetscCall(expect(f, "/gaps", QV_I64, gaps, NULL));
  PetscCall(expect(f, "/realimag", QV_C128, pairs, NULL));
  PetscCall(expect(f, "/ri", QV_C128, pairs, NULL));
  PetscCall(expect(f, "/alias", QV_F64, NULL, NULL));
  PetscCall(expect(f, "/unwritten", QV_F64, (double[]){0, 0, 0}, NULL));
  PetscCall(expect(f, "/empty", QV_F64, NULL, NULL));
  PetscCall(qv_h5_close(&f));
  return 0;
}

static PetscErrorCode refused(void) {
  qv_h5      *f;
  const char *reason;
  double      row[1];

  PetscCall(qv_h5_open("foreign.h5", &f, &reason));
  if (!f) return PETSC_ERR_FILE_OPEN;
  PetscCall(expect(f, "/f32", QV_I64, NULL, "'/f32' holds a number that is not an integer"));
  PetscCall(expect(f, "/nan", QV_I64, NULL, "'/nan' holds a number that is not an integer"));
  PetscCall(expect(f, "/huge", QV_I64, NULL, "'/huge' holds a number out of the range of 64 bits"));
  PetscCall(expect(f, "/u64", QV_I64, NULL, "'/u64' holds a number out of the range of 64 bits"));
  PetscCall(expect(f, "/i16be", QV_I8, NULL, "'/i16be' holds a number out of the range of 8 bits"));
  PetscCall(expect(f, "/i16be", QV_U8, NULL, "'/i16be' holds a number out of the range of 8 bits"));
  PetscCall(expect(f, "/ascii", QV_F64, NULL, "'/ascii' holds text, expected numbers"));
  PetscCall(expect(f, "/ascii", QV_C128, NULL, "'/ascii' holds text, expected complex numbers"));
  PetscCall(expect(f, "/f32", QV_TEXT, NULL, "'/f32' holds numbers, expected text"));
  PetscCall(expect(f, "/f32", QV_C128, NULL, "'/f32' holds numbers, expected complex numbers"));
  PetscCall(expect(f, "/f32", QV_ENUM, NULL, "'/f32' holds numbers, expected words"));
  PetscCall(expect(f, "/ri", QV_F64, NULL, "'/ri' holds complex numbers, expected numbers"));
  PetscCall(expect(f, "/records", QV_F64, NULL, "'/records' holds records, expected numbers"));
  PetscCall(expect(f, "/nothing", QV_F64, NULL, "no data set '/nothing'"));
  PetscCall(expect(f, "/a/b/c", QV_F64, NULL, "no data set '/a/b/c'"));
  PetscCall(expect(f, "/f32/x", QV_F64, NULL, "no data set '/f32/x'"));
  PetscCall(expect(f, "/dangling", QV_F64, NULL, "no data set '/dangling'"));
  PetscCall(expect(f, "/group", QV_F64, NULL, "'/group' is a group, expected a data set"));
  PetscCall(expect(f, "/", QV_F64, NULL, "'/' is a group, expected a data set"));
  PetscCall(expect(f, "/null", QV_F64, NULL, "'/null' is empty (it has no data space)"));
  PetscCall(expect(f, "/seven", QV_F64, NULL, "'/seven' has 7 axes; at most 6 can be read"));
  PetscCall(expect(f, "/far", QV_F64, NULL,
                   "'/far' claims 1099511627776 entries, which the file does not hold"));
  PetscCall(qv_h5_read_rows(f, "/scalar", QV_F64, (qv_h5_range){0, 1}, row, &reason));
  EXPECT_TEXT(reason, "'/scalar' is a single value, expected rows");
  PetscCall(qv_h5_close(&f));
  return 0;
}

static PetscErrorCode texts(void) {
  static const char *const paths[]    = {"/ascii", "/padded", "/blanks"};
  static const char *const want[3][N] = {{"a", "bc", ""}, {"abcd", "ef", ""}, {"ab", "cd e", ""}};
  qv_h5                   *f;
  const char              *reason;
  void                    *data;

  PetscCall(qv_h5_open("foreign.h5", &f, &reason));
  if (!f) return PETSC_ERR_FILE_OPEN;
  for (int k = 0; k < 3; k++) {
    PetscCall(qv_h5_read(f, paths[k], QV_TEXT, &data, &reason));
    EXPECT_TEXT(reason, NULL);
    for (int i = 0; data && i < N; i++) EXPECT_TEXT(((char **)data)[i], want[k][i]);
    PetscCall(PetscFree(data));
  }
  PetscCall(qv_h5_close(&f));
  return 0;
}

static PetscErrorCode found(void) {
  qv_h5      *f;
  const char *reason;
  qv_array    a;
  bool        is_there;
  int64_t     integer = 0;
  double      real, row[10];

  PetscCall(qv_h5_open("foreign.h5", &f, &reason));
  if (!f) return PETSC_ERR_FILE_OPEN;
  PetscCall(qv_h5_find(f, "/i16be", &a, &reason));
  EXPECT_INT(a.type, QV_I64);
  PetscCall(qv_h5_find(f, "/f32", &a, &reason));
  EXPECT_INT(a.type, QV_F64);
  EXPECT_TEXT(a.unit, NULL);
  PetscCall(qv_h5_find(f, "/realimag", &a, &reason));
  EXPECT_INT(a.type, QV_C128);
  PetscCall(qv_h5_find(f, "/padded", &a, &reason));
  EXPECT_INT(a.type, QV_TEXT);
  PetscCall(qv_h5_find(f, "/gaps", &a, &reason));
  EXPECT_INT(a.type, QV_I64);
  PetscCall(qv_h5_find(f, "/bool", &a, &reason));
  EXPECT_INT(a.type, QV_ENUM);
  EXPECT_TEXT(a.words ? a.words[0] : NULL, "FALSE");
  EXPECT_TEXT(a.words ? a.words[1] : NULL, "TRUE");
  PetscCall(qv_h5_find(f, "/records", &a, &reason));
  EXPECT_TEXT(reason, "'/records' holds records, which cannot be read");
  PetscCall(qv_h5_find(f, "/image", &a, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT_TEXT(a.axes[0], NULL);
  EXPECT_TEXT(a.axes[1], "xpos");
  EXPECT_TEXT(a.unit, "K"); /* of fixed length */
  PetscCall(qv_h5_find(f, "/xpos", &a, &reason));
  EXPECT_TEXT(a.axes[0], "xpos");
  PetscCall(qv_h5_get_integer(f, "/image", "version", &integer, &is_there)); /* MATLAB's 3.0 */
  EXPECT(is_there && integer == 3);
  PetscCall(qv_h5_get_integer(f, "/image", "fraction", &integer, &is_there));
  EXPECT(!is_there);
  PetscCall(qv_h5_get_real(f, "/image", "many", &real, &is_there));
  EXPECT(!is_there);
  PetscCall(qv_h5_read_rows(f, "/chunked", QV_F64, (qv_h5_range){49995, 10}, row, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT(row[4] == 9 && row[5] == 10);
  PetscCall(qv_h5_close(&f));
  return 0;
}

static PetscErrorCode expect_unopened(const char *path, const char *want) {
  qv_h5      *file;
  const char *reason;

  PetscFunctionBegin;
  PetscCall(qv_h5_open(path, &file, &reason));
  EXPECT(!file);
  EXPECT_TEXT(reason, want);
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

static PetscErrorCode unopened(void) {
  char noise[5000];

  for (size_t i = 0; i < sizeof noise; i++) noise[i] = (char)(i * i >> 3);
  sample_put("empty.h5", "", 0);
  sample_put("noise.h5", noise, sizeof noise);
  EXPECT(!mkfifo("pipe.h5", 0600));
  PetscCall(expect_unopened("missing.h5", "does not exist"));
  PetscCall(expect_unopened("foreign.h5/x", "does not exist"));
  PetscCall(expect_unopened(".", "is a folder"));
  PetscCall(expect_unopened("pipe.h5", "is not a regular file"));
  PetscCall(expect_unopened("empty.h5", "is not an HDF5 file or is damaged (it is empty)"));
  PetscCall(
    expect_unopened("noise.h5", "is not an HDF5 file or is damaged (it has no HDF5 signature)"));
  const int writer = open("foreign.h5", O_RDWR);
  if (writer >= 0 && !flock(writer, LOCK_EX | LOCK_NB))
    PetscCall(expect_unopened("foreign.h5", "is open for writing in another program"));
  close(writer);
  if (geteuid()) {
    EXPECT(!chmod("noise.h5", 0));
    PetscCall(expect_unopened("noise.h5", "may not be read (permission denied)"));
  }
  return 0;
}

/* HDF5 behind 512 bytes of the user's, files that are none, and those that cannot be opened. */
static PetscErrorCode told_apart(void) {
  const hid_t plan = H5Pcreate(H5P_FILE_CREATE);
  H5Pset_userblock(plan, 512);
  H5Fclose(H5Fcreate("behind.h5", H5F_ACC_TRUNC, plan, H5P_DEFAULT));
  H5Pclose(plan);
  H5Fclose(H5Fcreate("plain.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  sample_put("table.csv", "a,b\n1,2\n", 8);
  sample_put("nothing", "", 0);
  EXPECT(qv_h5_is_file("plain.h5"));
  EXPECT(qv_h5_is_file("behind.h5"));
  EXPECT(!qv_h5_is_file("table.csv"));
  EXPECT(!qv_h5_is_file("nothing"));
  EXPECT(!qv_h5_is_file("none.h5"));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"types are converted", converted}, {"reasons", refused},
               {"texts", texts}, {"descriptions", found}, {"files that do not open", unopened},
               {"HDF5 is told from other files", told_apart});
}
