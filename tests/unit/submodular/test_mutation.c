/* SPDX-License-Identifier: GPL-3.0-or-later
 * A fixed number of mutations of a corpus of data files and streams: no crash, values that can be,
 * and every failure has its mistake.
 * qv-test: np=1 labels=fast timeout=120 */
#include <glob.h>

#include "solvers/store/h5.h"
#include "tests/fuzz/submodular_case.h"
#include "tests/support/qv_test.h"

enum { N_MUTATIONS = 30000, LARGEST = 2048, MOST_FILES = 32 };

typedef struct {
  char   bytes[LARGEST];
  size_t size;
} text;

static text corpus[MOST_FILES];
static int  n_corpus;

/* Draw `draw` of mutation `index`: a counter-based generator (the finaliser of SplitMix64). */
static uint64_t bits(uint64_t index, uint64_t draw) {
  uint64_t z = (index * 64 + draw + 1) * 0x9e3779b97f4a7c15u;
  z          = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z          = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* Put n bytes in the place of `gone` bytes at `at`, as far as they fit. */
static void splice(text *t, size_t at, size_t gone, const char *bytes, size_t n) {
  if (gone > t->size - at) gone = t->size - at;
  if (t->size - gone + n > LARGEST) return;
  memmove(t->bytes + at + n, t->bytes + at + gone, t->size - at - gone);
  memcpy(t->bytes + at, bytes, n);
  t->size += n - gone;
}

static void mutate(text *t, uint64_t index, uint64_t draw) {
  static const char *const parts[] = {"\n",
                                      " ",
                                      "\t",
                                      ",",
                                      "#",
                                      "+ ",
                                      "- ",
                                      "? ",
                                      "+ a\n",
                                      "- a\n",
                                      "a",
                                      "b",
                                      "7",
                                      "x",
                                      "y",
                                      "0",
                                      "1",
                                      "-1",
                                      "-0",
                                      "0.5",
                                      "1e999",
                                      "1e308",
                                      "-1e308",
                                      "1e101",
                                      "1e99",
                                      "1e-320",
                                      "nan",
                                      "inf",
                                      "-inf",
                                      "99999999999999999999",
                                      "9223372036854775807",
                                      "9223372036854775808",
                                      "0x1",
                                      "1.5.2",
                                      "\r\n",
                                      "\r",
                                      "\xff",
                                      "\xc3\xbc",
                                      "\x01",
                                      "\xef\xbb\xbf",
                                      "\"",
                                      "\\",
                                      "\x1f\x8b\x08",
                                      "\211HDF\r\n\032\n"};
  const uint64_t           word = bits(index, draw), more = bits(index, draw + 1);
  const size_t             at = (size_t)(more % (t->size + 1)), n = (size_t)((more >> 32) % 12);
  const char              *part  = parts[(word >> 8) % (sizeof parts / sizeof *parts)];
  const text              *other = &corpus[(word >> 16) % (uint64_t)n_corpus];
  const size_t             from  = (size_t)((word >> 24) % (other->size + 1));
  char                     byte  = (char)(word >> 40), copy[12];
  switch (word % 6) {
    case 0:
      splice(t, at, 1, &byte, 1);
      break;
    case 1:
      splice(t, at, 0, part, strlen(part));
      break;
    case 2:
      splice(t, at, n, "", 0);
      break;
    case 3:
      splice(t, at, n, part, strlen(part));
      break;
    case 4:
      splice(t, at, n, other->bytes + from, other->size - from);
      break;
    default: /* a piece again */
      memcpy(copy, t->bytes + at, n < t->size - at ? n : t->size - at);
      splice(t, at, 0, copy, n < t->size - at ? n : t->size - at);
  }
}

static PetscErrorCode load_corpus(void) {
  char   pattern[PETSC_MAX_PATH_LEN];
  glob_t found;
  submodular_begin();
  snprintf(pattern, sizeof pattern, "%s/tests/fuzz/corpus/submodular/*", getenv("QV_SOURCE"));
  EXPECT_INT(glob(pattern, 0, NULL, &found), 0);
  for (size_t i = 0; i < found.gl_pathc && n_corpus < MOST_FILES; i++) {
    FILE *in = fopen(found.gl_pathv[i], "rb");
    if (!in) continue;
    corpus[n_corpus].size = fread(corpus[n_corpus].bytes, 1, LARGEST, in);
    n_corpus++;
    fclose(in);
  }
  globfree(&found);
  EXPECT_INT(n_corpus, SUBMODULAR_KINDS); /* one for each */
  return 0;
}

static void expect_well(const text *t, int index) {
  const char *wrong = submodular_case_run(t->bytes, t->size);
  if (wrong) qv_test_fail(__FILE__, __LINE__, "%d: %s: %.*s", index, wrong, (int)t->size, t->bytes);
}

static PetscErrorCode holds_for_the_corpus(void) {
  for (int i = 0; i < n_corpus; i++) expect_well(&corpus[i], i);
  return 0;
}

static PetscErrorCode holds_for_mutations(void) {
  for (int i = 0; i < N_MUTATIONS && n_corpus; i++) {
    text t = corpus[i % n_corpus];
    if (t.bytes[0] >= SUBMODULAR_TEXTS && i % 7) continue; /* files of HDF5 take their time */
    const int n = 1 + (int)(bits((uint64_t)i, 0) % 5);
    for (int j = 0; j < n; j++) mutate(&t, (uint64_t)i, (uint64_t)(2 * j + 1));
    expect_well(&t, i);
  }
  return 0;
}

enum { HDF5_MUTATIONS = 3000, HDF5_LARGEST = 1 << 15 };

/* A table and a stream in one file. */
static PetscErrorCode write_hdf5(const char *path) {
  static const double  data[] = {1, 0.5, 0.25, 0.5, 1, 0, 0.25, 0, 1};
  static const int64_t ops[] = {1, 1, 0, -1}, id[] = {0, 1, 0, 1};
  static const double  time[] = {0, 1, 2.5, 7};
  qv_h5               *file;

  PetscFunctionBegin;
  PetscCall(qv_h5_create(path, &file));
  PetscCall(qv_h5_write(
    file, &(qv_array){.path = "/data", .type = QV_F64, .rank = 2, .shape = {3, 3}}, data));
  PetscCall(
    qv_h5_write(file, &(qv_array){.path = "/ops", .type = QV_I64, .rank = 1, .shape = {4}}, ops));
  PetscCall(
    qv_h5_write(file, &(qv_array){.path = "/id", .type = QV_I64, .rank = 1, .shape = {4}}, id));
  PetscCall(
    qv_h5_write(file, &(qv_array){.path = "/time", .type = QV_F64, .rank = 1, .shape = {4}}, time));
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

/* Tables and streams of HDF5 with some bytes turned, or cut off. */
static PetscErrorCode holds_for_hdf5(void) {
  static const char kinds[] = {4, 6, 7, 8, 9, 10, 11, 12};
  static char       good[HDF5_LARGEST], bytes[HDF5_LARGEST];

  PetscFunctionBegin;
  PetscCall(write_hdf5("good.h5"));
  FILE *in = fopen("good.h5", "rb");
  EXPECT(in != NULL);
  if (!in) PetscFunctionReturn(0);
  const size_t size = 1 + fread(good + 1, 1, sizeof good - 1, in);
  fclose(in);
  EXPECT(size > 1000 && size < sizeof good);
  for (int i = 0; i < HDF5_MUTATIONS; i++) {
    size_t length = size;
    memcpy(bytes, good, size);
    bytes[0] = kinds[i % (int)sizeof kinds];
    for (uint64_t j = 0; i >= (int)sizeof kinds && j < 1 + bits((uint64_t)i, 0) % 4; j++)
      bytes[1 + bits((uint64_t)i, 2 * j + 1) % (size - 1)] = (char)bits((uint64_t)i, 2 * j + 2);
    if (i % 29 == 28) length = 1 + bits((uint64_t)i, 40) % size;
    const char *wrong = submodular_case_run(bytes, length);
    if (wrong) qv_test_fail(__FILE__, __LINE__, "%d: %s", i, wrong);
  }
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"finds the corpus", load_corpus},
               {"holds for the corpus", holds_for_the_corpus},
               {"holds for mutations", holds_for_mutations}, {"holds for HDF5", holds_for_hdf5});
}
