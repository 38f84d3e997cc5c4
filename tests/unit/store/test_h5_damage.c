/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Damaged files give a reason or an error, never a crash. */
#include "tests/unit/store/sample.h"

/* Everything that a reader may ask of a file. */
static PetscErrorCode read_one(qv_h5 *file, const char *path, bool is_group, void *context) {
  static const qv_type types[] = {QV_F64, QV_I64, QV_C128, QV_ENUM, QV_TEXT};
  qv_array             array;
  const char          *reason;
  void                *data;
  char                *text = NULL;
  int                 *read = context;

  PetscFunctionBegin;
  PetscCall(qv_h5_get_text(file, path, "unit", &text));
  PetscCall(PetscFree(text));
  if (is_group) PetscFunctionReturn(0);
  PetscCall(qv_h5_find(file, path, &array, &reason));
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    PetscCall(qv_h5_read(file, path, types[i], &data, &reason));
    if (!data != !!reason) qv_test_fail(__FILE__, __LINE__, "%s: neither data nor reason", path);
    PetscCall(PetscFree(data));
    *read += !reason;
  }
  PetscFunctionReturn(0);
}

/* Number of reads that succeeded; -1: the file does not open. */
static int use(const char *path) {
  qv_h5      *file;
  const char *reason;
  int         read = 0;
  char        digest[65], *line = NULL;

  if (qv_h5_open(path, &file, &reason)) return -1;
  EXPECT(!file == !!reason);
  if (!file) return -1;
  /* An error here is fine, it says what cannot be read. */
  (void)!qv_h5_visit(file, "/", read_one, &read);
  EXPECT_INT(qv_h5_close(&file), 0);
  EXPECT_INT(qv_h5_digest(path, "/run", digest, &reason), 0);
  EXPECT(!digest[0] == !!reason);
  EXPECT_INT(qv_h5_diff("good.h5", path, "/run", &line, &reason), 0);
  EXPECT(!line || !reason);
  (void)!PetscFree(line);
  return read;
}

/* Cut at every 64th byte and at each of the last 64: nothing of it opens. */
static PetscErrorCode truncation(void) {
  size_t n, opened = 0;

  PetscCall(sample_write("good.h5"));
  char *bytes = sample_bytes("good.h5", &n);
  EXPECT(bytes && n > 10000);
  if (!bytes) return 0;
  const int all = use("good.h5");
  EXPECT(all > 30);
  PetscCall(PetscPushErrorHandler(sample_quiet, NULL));
  for (size_t length = 0; length < n; length += length + 64 < n ? 64 : 1) {
    sample_put("cut.h5", bytes, length);
    opened += use("cut.h5") >= 0;
  }
  PetscCall(PetscPopErrorHandler());
  EXPECT_INT(opened, 0);
  free(bytes);
  return 0;
}

static PetscErrorCode cut_reason(void) {
  size_t      n;
  qv_h5      *file;
  char       *bytes = sample_bytes("good.h5", &n), *line, digest[65];
  const char *reason;

  sample_put("cut.h5", bytes, n / 2);
  free(bytes);
  PetscCall(qv_h5_open("cut.h5", &file, &reason));
  EXPECT_TEXT(reason, "is not an HDF5 file or is damaged (it was cut short)");
  PetscCall(qv_h5_diff("good.h5", "cut.h5", NULL, &line, &reason));
  EXPECT_TEXT(reason, "B is not an HDF5 file or is damaged (it was cut short)");
  EXPECT_TEXT(line, NULL);
  PetscCall(qv_h5_digest("cut.h5", NULL, digest, &reason));
  EXPECT_TEXT(reason, "is not an HDF5 file or is damaged (it was cut short)");
  return 0;
}

/* Bits of the first block, three apart. Bits further on can lead HDF5 1.10 itself out of its memory
 * (its global heap and its tables of attributes do not check what they read). */
static PetscErrorCode first_block(void) {
  size_t n;
  char  *bytes = sample_bytes("good.h5", &n);

  PetscCall(PetscPushErrorHandler(sample_quiet, NULL));
  for (int bit = 0; bytes && bit < 96 * 8; bit += 3) {
    bytes[bit / 8] ^= (char)(1 << bit % 8);
    sample_put("flipped.h5", bytes, n);
    bytes[bit / 8] ^= (char)(1 << bit % 8);
    use("flipped.h5");
  }
  PetscCall(PetscPopErrorHandler());
  free(bytes);
  return 0;
}

/* Numbers of position[time, body, axis], found by their value: each flipped bit is a difference
 * with the right place. */
static PetscErrorCode numbers(void) {
  size_t       n, at = 0;
  char        *bytes = sample_bytes("good.h5", &n), *line, want[64], digest[2][65];
  const double first = sample_position(0, 0, 0);
  const char  *reason;

  while (bytes && at + 192 < n && memcmp(bytes + at, &first, sizeof first) != 0) at++;
  EXPECT(at + 192 < n);
  PetscCall(qv_h5_digest("good.h5", "/run", digest[0], &reason));
  for (int bit = 0; bytes && bit < 192 * 8; bit += 7) {
    char *byte = &bytes[at + (size_t)bit / 8];
    *byte ^= (char)(1 << bit % 8);
    sample_put("flipped.h5", bytes, n);
    *byte ^= (char)(1 << bit % 8);
    PetscCall(qv_h5_diff("good.h5", "flipped.h5", "/run", &line, &reason));
    EXPECT_TEXT(reason, NULL);
    snprintf(want, sizeof want, "/result/position[%d, %d, %d]: ", bit / 64 / 6, bit / 64 / 2 % 3,
             bit / 64 % 2);
    if (!line || strncmp(line, want, strlen(want)) != 0)
      qv_test_fail(__FILE__, __LINE__, "bit %d: %s, expected %s…", bit, line ? line : "equal",
                   want);
    PetscCall(PetscFree(line));
    PetscCall(qv_h5_digest("flipped.h5", "/run", digest[1], &reason));
    EXPECT(strcmp(digest[0], digest[1]) != 0);
  }
  free(bytes);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"cut at every length", truncation}, {"reasons", cut_reason},
               {"first block", first_block}, {"numbers", numbers});
}
