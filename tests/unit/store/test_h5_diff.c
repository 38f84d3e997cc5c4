/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Every kind of difference, its line, and the digest: equal exactly when there is none. Changes are
 * made with HDF5 itself in a copy of one small file. */
#include <hdf5.h>
#include <hdf5_hl.h>

#include "tests/unit/store/sample.h"

static const char *const long_text =
  "a deck of many lines that goes on for so long that nobody wants to see all of it: seed 1, end";

static PetscErrorCode write_base(const char *path) {
  static const char *const words[] = {"done", "budget", NULL};
  const double             time[3] = {0, 0.5, 1}, position[6] = {0, 1, 0.5, 3, 1. / 3, NAN};
  const double             sample[4]  = {1, -2, 0.25, 0};
  const int8_t             verdict[3] = {0, 1, 0};
  const int64_t            system[3]  = {7, 8, 9};
  const char *const id[3] = {"alpha", "beta", ""}, *const deck = long_text;
  const qv_array arrays[] = {
    {"/result/time", QV_F64, 1, {3}, {"time"}, "yr", "time", NULL, NULL},
    {"/result/position", QV_F64, 2, {3, 2}, {"time", "axis"}, "au", "position", NULL, NULL},
    {"/result/samples", QV_C128, 1, {2}, {NULL}, "1", "samples", NULL, NULL},
    {"/result/verdict", QV_ENUM, 1, {3}, {"system"}, "1", "verdict", NULL, words},
    {"/result/system", QV_I64, 1, {3}, {"system"}, "1", "system", NULL, NULL},
    {"/result/id", QV_TEXT, 1, {3}, {NULL}, "1", "name", NULL, NULL},
    {"/deck/text", QV_TEXT, 0, {0}, {NULL}, "1", "deck", NULL, NULL},
    {"/run/seconds", QV_F64, 1, {3}, {NULL}, "s", "time taken", NULL, NULL},
    {"/runs", QV_F64, 1, {3}, {NULL}, "s", "not below /run", NULL, NULL},
  };
  const void *data[] = {time, position, sample, verdict, system, id, &deck, time, time};
  qv_h5      *file;

  PetscFunctionBegin;
  PetscCall(qv_h5_create(path, &file));
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
    PetscCall(qv_h5_write(file, &arrays[i], data[i]));
  PetscCall(qv_h5_integer(file, "/", "format_version", 1));
  PetscCall(qv_h5_text(file, "/", "verdict", "done"));
  PetscCall(qv_h5_text(file, "/run", "host", "here"));
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

/* ---- changes ---- */

/* Write one entry over another; `at` counts in row-major order. */
static void poke(hid_t f, const char *path, hid_t type, hsize_t at, const void *value) {
  const hid_t set = H5Dopen2(f, path, H5P_DEFAULT), space = H5Dget_space(set);
  hsize_t     shape[H5S_MAX_RANK], point[H5S_MAX_RANK];
  const int   rank = H5Sget_simple_extent_dims(space, shape, NULL);
  for (int i = rank - 1; i >= 0; at /= shape[i], i--) point[i] = at % shape[i];
  const hid_t one = H5Screate(H5S_SCALAR);
  if (rank) H5Sselect_elements(space, H5S_SELECT_SET, 1, point);
  if (H5Dwrite(set, type, one, space, H5P_DEFAULT, value) < 0)
    qv_test_fail(__FILE__, __LINE__, "cannot change %s", path);
  H5Sclose(one);
  H5Sclose(space);
  H5Dclose(set);
}

static void poke_real(hid_t f, const char *path, hsize_t at, double value) {
  poke(f, path, H5T_NATIVE_DOUBLE, at, &value);
}

static void put_text(hid_t f, const char *path, const char *name, const char *v) {
  const hid_t on = H5Oopen(f, path, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
  const hid_t one = H5Screate(H5S_SCALAR);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  if (H5Aexists(on, name) > 0) H5Adelete(on, name);
  const hid_t a = H5Acreate2(on, name, type, one, H5P_DEFAULT, H5P_DEFAULT);
  if (H5Awrite(a, type, &v) < 0) qv_test_fail(__FILE__, __LINE__, "cannot change @%s", name);
  H5Aclose(a);
  H5Sclose(one);
  H5Tclose(type);
  H5Oclose(on);
}

/* The same entries and attributes in a new data set of another type, shape or storage. */
static void remake(hid_t f, const char *path, hid_t type, int rank, const hsize_t *shape,
                   bool chunked) {
  const hid_t old = H5Dopen2(f, path, H5P_DEFAULT), native = H5T_NATIVE_DOUBLE;
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(rank, shape, NULL);
  double      data[100] = {0};
  char       *unit, *long_name; /* of variable length: HDF5 allocates */
  H5Dread(old, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
  H5Dclose(old);
  H5LTget_attribute_string(f, path, "unit", (char *)&unit);
  H5LTget_attribute_string(f, path, "long_name", (char *)&long_name);
  H5Ldelete(f, path, H5P_DEFAULT);
  if (chunked) {
    H5Pset_chunk(list, rank, shape);
    H5Pset_deflate(list, 9);
  }
  const hid_t set = H5Dcreate2(f, path, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
  H5Dwrite(set, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
  H5Dclose(set);
  put_text(f, path, "unit", unit);
  put_text(f, path, "long_name", long_name);
  H5free_memory(unit);
  H5free_memory(long_name);
  H5Sclose(space);
  H5Pclose(list);
}

static const hsize_t three[1] = {3}, four[1] = {4}, three_one[2] = {3, 1};

static void nothing(hid_t f) {
  (void)f;
}
static void value(hid_t f) {
  poke_real(f, "/result/position", 2, 0.25);
}
static void third(hid_t f) {
  poke_real(f, "/result/position", 4, nextafter(1. / 3, 1));
}
static void minus_zero(hid_t f) {
  poke_real(f, "/result/position", 0, -0.0);
}
static void other_nan(hid_t f) {
  const uint64_t bits = 0x7ff8000000000001;
  poke(f, "/result/position", H5T_NATIVE_DOUBLE, 5, &bits);
}
static void number_for_nan(hid_t f) {
  poke_real(f, "/result/position", 5, 1e-300);
}
static void integer(hid_t f) {
  const int64_t v = -1;
  poke(f, "/result/system", H5T_NATIVE_INT64, 1, &v);
}
static void word(hid_t f) {
  const hid_t       set = H5Dopen2(f, "/result/verdict", H5P_DEFAULT), type = H5Dget_type(set);
  const signed char v = 1;
  poke(f, "/result/verdict", type, 2, &v);
  H5Tclose(type);
  H5Dclose(set);
}
static void imaginary(hid_t f) {
  const hid_t  set = H5Dopen2(f, "/result/samples", H5P_DEFAULT), type = H5Dget_type(set);
  const double v[2] = {0.25, -1};
  poke(f, "/result/samples", type, 1, v);
  H5Tclose(type);
  H5Dclose(set);
}
static void poke_text(hid_t f, const char *path, hsize_t at, const char *text) {
  const hid_t set = H5Dopen2(f, path, H5P_DEFAULT), type = H5Dget_type(set);
  poke(f, path, type, at, &text);
  H5Tclose(type);
  H5Dclose(set);
}
static void text(hid_t f) {
  poke_text(f, "/result/id", 1, "b\xc3\xa4ta\n");
}
static void text_for_none(hid_t f) {
  poke_text(f, "/result/id", 2, "x");
}
static void inside_long_text(hid_t f) {
  char changed[200];
  snprintf(changed, sizeof changed, "%s", long_text);
  *strstr(changed, "1, end") = '2';
  poke_text(f, "/deck/text", 0, changed);
}
static void single(hid_t f) {
  remake(f, "/runs", H5T_IEEE_F32LE, 1, three, false);
}
static void big_endian(hid_t f) {
  remake(f, "/runs", H5T_IEEE_F64BE, 1, three, false);
}
static void integers(hid_t f) {
  remake(f, "/runs", H5T_STD_I64LE, 1, three, false);
}
static void unsigned_bytes(hid_t f) {
  remake(f, "/runs", H5T_STD_U8LE, 1, three, false);
}
static void longer(hid_t f) {
  remake(f, "/runs", H5T_IEEE_F64LE, 1, four, false);
}
static void more_axes(hid_t f) {
  remake(f, "/runs", H5T_IEEE_F64LE, 2, three_one, false);
}
static void compressed(hid_t f) {
  remake(f, "/runs", H5T_IEEE_F64LE, 1, three, true);
}
static void removed(hid_t f) {
  H5Ldelete(f, "/result/samples", H5P_DEFAULT);
}
static void added(hid_t f) {
  H5Gclose(H5Gcreate2(f, "/result/extra", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}
static void group_for_set(hid_t f) {
  H5Ldelete(f, "/result/samples", H5P_DEFAULT);
  H5Gclose(H5Gcreate2(f, "/result/samples", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}
static void unit(hid_t f) {
  put_text(f, "/result/position", "unit", "m");
}
static void root_verdict(hid_t f) {
  put_text(f, "/", "verdict", "stopped");
}
static void no_unit(hid_t f) {
  H5Adelete_by_name(f, "/result/position", "unit", H5P_DEFAULT);
}
static void more_units(hid_t f) {
  const double v[3] = {1, 2, 3};
  H5LTset_attribute_double(f, "/result/position", "error", v, 3);
}
static void other_version(hid_t f) {
  const long v = 2;
  H5Adelete(f, "format_version");
  H5LTset_attribute_long(f, "/", "format_version", &v, 1);
}
static void long_verdict(hid_t f) {
  char changed[200];
  snprintf(changed, sizeof changed, "%s.", long_text);
  put_text(f, "/", "verdict", changed);
}
static void fixed_unit(hid_t f) {
  H5LTset_attribute_string(f, "/result/position", "unit", "au");
}
static void on_group(hid_t f) {
  H5LTset_attribute_string(f, "/result", "note", "x");
}
static void below_run(hid_t f) {
  poke_real(f, "/run/seconds", 0, 99);
  put_text(f, "/run", "host", "there");
  H5Gclose(H5Gcreate2(f, "/run/more", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}
static void scale_used_by_run(hid_t f) {
  const hid_t set   = H5Dopen2(f, "/run/seconds", H5P_DEFAULT);
  const hid_t scale = H5Dopen2(f, "/result/time", H5P_DEFAULT);
  H5DSattach_scale(set, scale, 0);
  H5Dclose(scale);
  H5Dclose(set);
}
static void no_run(hid_t f) {
  H5Ldelete(f, "/run", H5P_DEFAULT);
}
static void runs(hid_t f) {
  poke_real(f, "/runs", 2, -99);
}
static void other_scale(hid_t f) {
  const hid_t set = H5Dopen2(f, "/result/position", H5P_DEFAULT);
  const hid_t was = H5Dopen2(f, "/result/time", H5P_DEFAULT);
  const hid_t is  = H5Dopen2(f, "/result/system", H5P_DEFAULT);
  H5DSdetach_scale(set, was, 0);
  H5DSattach_scale(set, is, 0);
  H5Dclose(was);
  H5Dclose(is);
  H5Dclose(set);
}
static void soft(hid_t f) {
  H5Ldelete(f, "/result/samples", H5P_DEFAULT);
  H5Lcreate_soft("/result/time", f, "/result/samples", H5P_DEFAULT, H5P_DEFAULT);
}
static void external(hid_t f) {
  H5Ldelete(f, "/result/samples", H5P_DEFAULT);
  H5Lcreate_external("other.h5", "/x", f, "/result/samples", H5P_DEFAULT, H5P_DEFAULT);
}
static void loop(hid_t f) {
  H5Ldelete(f, "/result/samples", H5P_DEFAULT);
  H5Lcreate_hard(f, "/", f, "/result/samples", H5P_DEFAULT, H5P_DEFAULT);
}
static void named_type(hid_t f) {
  H5Ldelete(f, "/result/samples", H5P_DEFAULT);
  const hid_t type = H5Tcopy(H5T_STD_U16BE);
  H5Tcommit2(f, "/result/samples", type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Tclose(type);
}
static void put_scalar(hid_t f, hid_t type, const void *v) {
  const hid_t one = H5Screate(H5S_SCALAR);
  H5Ldelete(f, "/result/samples", H5P_DEFAULT);
  const hid_t set =
    H5Dcreate2(f, "/result/samples", type, one, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (v) H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, v);
  H5Dclose(set);
  H5Sclose(one);
}
static void region(hid_t f) {
  put_scalar(f, H5T_STD_REF_DSETREG, NULL);
}
static void record(hid_t f) {
  const hid_t type = H5Tcreate(H5T_COMPOUND, 24); /* with a gap */
  H5Tinsert(type, "n", 0, H5T_STD_I8LE);
  H5Tinsert(type, "x", 8, H5T_IEEE_F64LE);
  put_scalar(f, type, NULL);
  H5Tclose(type);
}
static void sequence(hid_t f) {
  const hid_t type = H5Tvlen_create(H5T_STD_I16LE);
  put_scalar(f, type, NULL);
  H5Tclose(type);
}
static void array(hid_t f) {
  const hsize_t shape[2] = {2, 3};
  const hid_t   type     = H5Tarray_create2(H5T_STD_U16LE, 2, shape);
  put_scalar(f, type, NULL);
  H5Tclose(type);
}
static void opaque(hid_t f) {
  const hid_t type = H5Tcreate(H5T_OPAQUE, 5);
  H5Tset_tag(type, "blob");
  put_scalar(f, type, "abcde");
  H5Tclose(type);
}
static void other_words(hid_t f) {
  const hid_t       type = H5Tenum_create(H5T_STD_I8LE);
  const signed char zero = 0, two = 2;
  H5Tenum_insert(type, "done", &zero);
  H5Tenum_insert(type, "lost", &two);
  put_scalar(f, type, NULL);
  H5Tclose(type);
}
static void fixed_text(hid_t f) {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, 6);
  H5Tset_strpad(type, H5T_STR_SPACEPAD);
  put_scalar(f, type, "abcdef");
  H5Tclose(type);
}
static void no_space(hid_t f) {
  const hid_t none = H5Screate(H5S_NULL);
  H5Ldelete(f, "/result/samples", H5P_DEFAULT);
  H5Dclose(
    H5Dcreate2(f, "/result/samples", H5T_IEEE_F64LE, none, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Sclose(none);
}

#define SAMPLES "/result/samples: {r float64, i float64} of 16 bytes [2] in A, "

// clang-format off
static const struct {
  void      (*change)(hid_t file);
  const char *line; /* NULL: no difference outside /run */
} table[] = {
  {nothing, NULL},
  {below_run, NULL},
  {no_run, NULL},
  {scale_used_by_run, NULL},
  {compressed, NULL},
  {value, "/result/position[1, 0]: 0.5 in A, 0.25 in B"},
  {third, "/result/position[2, 0]: 0.3333333333333333 in A, 0.33333333333333337 in B"},
  {minus_zero, "/result/position[0, 0]: 0 in A, -0 in B"},
  {other_nan, "/result/position[2, 1]: nan (0x7ff8000000000000) in A, nan (0x7ff8000000000001) in B"},
  {number_for_nan, "/result/position[2, 1]: nan in A, 1e-300 in B"},
  {integer, "/result/system[1]: 8 in A, -1 in B"},
  {word, "/result/verdict[2]: done in A, budget in B"},
  {imaginary, "/result/samples[1]: {r 0.25, i 0} in A, {r 0.25, i -1} in B"},
  {text, "/result/id[1]: \"beta\" in A, \"b\xc3\xa4ta\\n\" in B"},
  {text_for_none, "/result/id[2]: \"\" in A, \"x\" in B"},
  {inside_long_text, "/deck/text: …\"see all of it: seed 1, end\" in A, …\"see all of it: seed 2, end\" in B"},
  {single, "/runs: float64 [3] in A, float32 [3] in B"},
  {big_endian, "/runs: float64 [3] in A, big-endian float64 [3] in B"},
  {integers, "/runs: float64 [3] in A, int64 [3] in B"},
  {unsigned_bytes, "/runs: float64 [3] in A, uint8 [3] in B"},
  {longer, "/runs: float64 [3] in A, float64 [4] in B"},
  {more_axes, "/runs: float64 [3] in A, float64 [3, 1] in B"},
  {removed, "/result/samples: only in A"},
  {added, "/result/extra: only in B"},
  {group_for_set, SAMPLES "a group in B"},
  {unit, "/result/position@unit: \"au\" in A, \"m\" in B"},
  {root_verdict, "/@verdict: \"done\" in A, \"stopped\" in B"},
  {no_unit, "/result/position@unit: only in A"},
  {more_units, "/result/position@error: only in B"},
  {other_version, "/@format_version: int64 in A, int64 [1] in B"},
  {fixed_unit, "/result/position@unit: text in A, ASCII text of 3 bytes in B"},
  {long_verdict, "/@verdict: \"done\" in A, \"a deck of many lines that goes on for so long that nobody wa\"… in B"},
  {on_group, "/result@note: only in B"},
  {runs, "/runs[2]: 1 in A, -99 in B"},
  {other_scale, "/result/position@DIMENSION_LIST[0]: [/result/time] in A, [/result/system] in B"},
  {soft, SAMPLES "a link to '/result/time' in B"},
  {external, SAMPLES "a link to '/x' in 'other.h5' in B"},
  {loop, SAMPLES "a group that contains itself (2 above) in B"},
  {named_type, SAMPLES "the data type big-endian uint16 in B"},
  {record, SAMPLES "{n int8, x float64} of 24 bytes in B"},
  {sequence, SAMPLES "sequence of int16 in B"},
  {array, SAMPLES "[2, 3] of uint16 in B"},
  {opaque, SAMPLES "opaque 'blob' of 5 bytes in B"},
  {other_words, SAMPLES "enum int8 {done 0, lost 2} in B"},
  {fixed_text, SAMPLES "ASCII text of 6 bytes padded with blanks in B"},
  {no_space, SAMPLES "float64 without data space in B"},
};
// clang-format on

static PetscErrorCode make_changed(const char *path, void (*change)(hid_t)) {
  size_t n;

  PetscFunctionBegin;
  char *bytes = sample_bytes("a.h5", &n);
  sample_put(path, bytes, n);
  free(bytes);
  const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
  EXPECT(file >= 0);
  change(file);
  H5Fclose(file);
  PetscFunctionReturn(0);
}

static PetscErrorCode check_case(size_t i, const char *digest) {
  char       *line, other[65], again[65];
  const char *reason;

  PetscFunctionBegin;
  PetscCall(make_changed("b.h5", table[i].change));
  PetscCall(qv_h5_diff("a.h5", "b.h5", "/run", &line, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT_TEXT(line, table[i].line);
  PetscCall(PetscFree(line));
  PetscCall(qv_h5_diff("b.h5", "a.h5", "/run", &line, &reason));
  EXPECT(!line == !table[i].line);
  PetscCall(PetscFree(line));
  PetscCall(qv_h5_digest("b.h5", "/run", other, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT_INT(strlen(other), 64);
  if (!strcmp(digest, other) != !table[i].line)
    qv_test_fail(__FILE__, __LINE__, "digest does not agree with: %s",
                 table[i].line ? table[i].line : "equal");
  /* Whatever is in there: a file equals itself. */
  PetscCall(qv_h5_diff("b.h5", "b.h5", NULL, &line, &reason));
  EXPECT_TEXT(line, NULL);
  PetscCall(PetscFree(line));
  PetscCall(qv_h5_digest("b.h5", "/run/", again, &reason));
  EXPECT_TEXT(again, other);
  PetscFunctionReturn(0);
}

static PetscErrorCode differences(void) {
  char        digest[65];
  const char *reason;

  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  PetscCall(write_base("a.h5"));
  PetscCall(qv_h5_digest("a.h5", "/run", digest, &reason));
  EXPECT_TEXT(reason, NULL);
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) PetscCall(check_case(i, digest));
  return 0;
}

static PetscErrorCode exclusion(void) {
  char       *line;
  const char *reason;

  PetscCall(make_changed("b.h5", below_run));
  PetscCall(qv_h5_diff("a.h5", "b.h5", NULL, &line, &reason));
  EXPECT_TEXT(line, "/run@host: \"here\" in A, \"there\" in B");
  PetscCall(PetscFree(line));
  PetscCall(qv_h5_diff("a.h5", "b.h5", "/run/seconds", &line, &reason));
  EXPECT_TEXT(line, "/run@host: \"here\" in A, \"there\" in B");
  PetscCall(PetscFree(line));
  PetscCall(qv_h5_diff("a.h5", "b.h5", "/ru", &line, &reason));
  EXPECT(line);
  PetscCall(PetscFree(line));
  PetscCall(make_changed("b.h5", no_run));
  PetscCall(qv_h5_diff("b.h5", "a.h5", NULL, &line, &reason));
  EXPECT_TEXT(line, "/run: only in B");
  PetscCall(PetscFree(line));
  return 0;
}

static PetscErrorCode reasons(void) {
  char       *line, digest[65];
  const char *reason;

  PetscCall(qv_h5_diff("a.h5", "none.h5", "/run", &line, &reason));
  EXPECT_TEXT(line, NULL);
  EXPECT_TEXT(reason, "B does not exist");
  PetscCall(qv_h5_diff("none.h5", "a.h5", "/run", &line, &reason));
  EXPECT_TEXT(reason, "A does not exist");
  PetscCall(qv_h5_digest("none.h5", "/run", digest, &reason));
  EXPECT_TEXT(reason, "does not exist");
  EXPECT_TEXT(digest, "");
  PetscCall(make_changed("b.h5", region));
  PetscCall(qv_h5_diff("b.h5", "b.h5", "/run", &line, &reason));
  EXPECT_TEXT(reason, NULL);
  EXPECT_TEXT(line, "/result/samples: cannot compare (region reference)");
  PetscCall(PetscFree(line));
  PetscCall(qv_h5_digest("b.h5", "/run", digest, &reason));
  EXPECT_TEXT(reason, "holds data of a type that cannot be compared");
  return 0;
}

/* More than one block of 4 MiB; the last entry differs. */
static PetscErrorCode large(void) {
  enum { ROWS = 3000, K = 500 };
  const qv_array array_of = {"/x", QV_F64, 2, {ROWS, K}, {NULL}, "1", "x", NULL, NULL};
  double        *data;
  char          *line, digest[2][65];
  const char *reason, *const names[2] = {"large-a.h5", "large-b.h5"};

  PetscCall(PetscMalloc1(ROWS * K, &data));
  for (int i = 0; i < ROWS * K; i++) data[i] = i;
  for (int k = 0; k < 2; k++) {
    qv_h5 *file;
    PetscCall(qv_h5_create(names[k], &file));
    PetscCall(qv_h5_write(file, &array_of, data));
    PetscCall(qv_h5_close(&file));
    PetscCall(qv_h5_digest(names[k], NULL, digest[k], &reason));
    data[ROWS * K - 1] = -1;
  }
  PetscCall(qv_h5_diff(names[0], names[1], NULL, &line, &reason));
  EXPECT_TEXT(line, "/x[2999, 499]: 1499999 in A, -1 in B");
  EXPECT(strcmp(digest[0], digest[1]) != 0);
  PetscCall(PetscFree(line));
  PetscCall(PetscFree(data));
  for (int k = 0; k < 2; k++) remove(names[k]);
  return 0;
}

static PetscErrorCode look_at(qv_h5 *file, const char *path, bool is_group, void *context) {
  qv_array    array_of;
  const char *reason;
  void       *data;
  (void)context;

  PetscFunctionBegin;
  if (is_group) PetscFunctionReturn(0);
  PetscCall(qv_h5_find(file, path, &array_of, &reason));
  if (reason) PetscFunctionReturn(0);
  for (int type = QV_F64; type <= QV_TEXT; type++) {
    PetscCall(qv_h5_read(file, path, (qv_type)type, &data, &reason));
    PetscCall(PetscFree(data));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode use_all(void) {
  qv_h5      *file;
  const char *reason;
  char       *line, digest[65];

  PetscFunctionBegin;
  PetscCall(sample_write("ids.h5"));
  PetscCall(qv_h5_open("ids.h5", &file, &reason));
  PetscCall(qv_h5_visit(file, "/", look_at, NULL));
  PetscCall(qv_h5_close(&file));
  PetscCall(qv_h5_diff("a.h5", "ids.h5", NULL, &line, &reason));
  PetscCall(PetscFree(line));
  PetscCall(qv_h5_diff("ids.h5", "ids.h5", NULL, &line, &reason));
  PetscCall(qv_h5_digest("ids.h5", NULL, digest, &reason));
  PetscFunctionReturn(0);
}

/* HDF5 ids that were forgotten are memory that no checker sees. */
static PetscErrorCode no_ids_left(void) {
  const H5I_type_t kinds[] = {H5I_FILE,    H5I_GROUP, H5I_DATATYPE,   H5I_DATASPACE,
                              H5I_DATASET, H5I_ATTR,  H5I_GENPROP_LST};
  hsize_t          before[7], after;

  PetscCall(use_all());
  for (int i = 0; i < 7; i++)
    if (H5Inmembers(kinds[i], &before[i]) < 0) before[i] = 0;
  PetscCall(use_all());
  for (int i = 0; i < 7; i++) {
    if (H5Inmembers(kinds[i], &after) < 0) after = 0;
    EXPECT_INT(after, before[i]);
  }
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"differences and digests", differences}, {"exclusion", exclusion},
               {"reasons", reasons}, {"many blocks", large}, {"no ids left", no_ids_left});
}
