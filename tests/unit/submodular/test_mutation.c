/* SPDX-License-Identifier: GPL-3.0-or-later
 * A fixed number of mutations of a corpus of data files and streams: no crash, values that can be,
 * and every failure has its mistake.
 * qv-test: np=1 labels=fast timeout=120 */
#include "solvers/store/h5.h"
#include "tests/fuzz/submodular_case.h"
#include "tests/support/mutation.h"
#include "tests/support/qv_test.h"

enum { N_MUTATIONS = 30000 };

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

static mutation_corpus corpus = {.largest = 2048,
                                 .n_parts = sizeof parts / sizeof *parts,
                                 .parts   = parts,
                                 .run     = submodular_case_run};

static PetscErrorCode load_corpus(void) {
  submodular_begin();
  EXPECT_INT(mutation_load(&corpus, "submodular"), 0);
  EXPECT_INT(corpus.n, SUBMODULAR_KINDS);
  return 0;
}

static PetscErrorCode holds_for_the_corpus(void) {
  mutation_expect_corpus(&corpus);
  return 0;
}

static PetscErrorCode holds_for_mutations(void) {
  for (int i = 0; i < N_MUTATIONS && corpus.n; i++) {
    /* files of HDF5 take their time */
    if (corpus.text[i % corpus.n].bytes[0] >= SUBMODULAR_TEXTS && i % 7) continue;
    mutation_expect(&corpus, i);
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
    for (uint64_t j = 0; i >= (int)sizeof kinds && j < 1 + mutation_bits((uint64_t)i, 0) % 4; j++)
      bytes[1 + mutation_bits((uint64_t)i, 2 * j + 1) % (size - 1)] =
        (char)mutation_bits((uint64_t)i, 2 * j + 2);
    if (i % 29 == 28) length = 1 + mutation_bits((uint64_t)i, 40) % size;
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
