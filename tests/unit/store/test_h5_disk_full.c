/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * A full disk: an 8 MB file system in memory, which only root can make. */
#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "solvers/store/safe.h"
#include "tests/unit/store/sample.h"

enum { ROWS = 2048, K = 2048 }; /* 32 MiB */

/* False, and the case is skipped, where there is none. */
static bool is_mounted(void) {
  static int state; /* 0: not tried */
  if (!state)
    state = !mkdir("disk", 0700) && !mount("none", "disk", "tmpfs", 0, "size=8m") ? 1 : -1;
  if (state < 0) qv_test_skip("cannot mount a file system here");
  return state > 0;
}

static PetscErrorCode probe(void) {
  int reason;

  if (!is_mounted()) return 0;
  PetscCall(qv_safe_probe("disk/out.h5", 64 << 20, &reason));
  EXPECT_INT(reason, ENOSPC);
  PetscCall(qv_safe_probe("disk/out.h5", 4 << 20, &reason));
  EXPECT_INT(reason, 0);
  PetscCall(qv_safe_probe("disk/out.h5", 7 << 20, &reason)); /* the failed one gave all back */
  EXPECT_INT(reason, 0);
  return 0;
}

static const qv_array x = {"/result/x", QV_F64, 2, {ROWS, K}, {"row", NULL}, "1", "x", NULL, NULL};

/* Write until it fails; the first error and what close says. */
static PetscErrorCode fill(bool in_rows) {
  double *data;
  qv_h5  *file;
  char    said[512] = "";
  char   *temporary;

  struct stat status;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1((size_t)ROWS * K, &data));
  PetscCall(qv_safe_name("disk/out.h5", &temporary));
  PetscCall(PetscPushErrorHandler(sample_quiet, said));
  EXPECT_INT(qv_h5_create(temporary, &file), 0);
  EXPECT_INT(qv_h5_begin(file, &x), 0);
  int failed = 0;
  for (int row = 0; row < ROWS && !failed; row += in_rows ? 64 : ROWS)
    failed = qv_h5_write_rows(file, x.path, row, in_rows ? 64 : ROWS, data + (size_t)row * K);
  EXPECT_INT(failed, PETSC_ERR_FILE_WRITE);
  EXPECT_TEXT(said, "disk/.out.h5.part: cannot write '/result/x': No space left on device");
  /* Going on regardless must not crash either. */
  (void)!qv_h5_text(file, "/", "verdict", "done");
  (void)!qv_h5_write_rows(file, x.path, 0, 64, data);
  said[0] = 0;
  EXPECT_INT(qv_h5_close(&file), PETSC_ERR_FILE_WRITE);
  EXPECT(!file);
  EXPECT_TEXT(said,
              "disk/.out.h5.part: cannot write '/result/x': No space left on device "
              "(the file is not whole)");
  EXPECT(!stat(temporary, &status) && status.st_size == 0); /* nothing that looks like a file */
  EXPECT_INT(qv_safe_discard(temporary), 0);
  PetscCall(PetscPopErrorHandler());
  PetscCall(PetscFree(temporary));
  PetscCall(PetscFree(data));
  PetscFunctionReturn(0);
}

static PetscErrorCode at_once(void) {
  if (!is_mounted()) return 0;
  PetscCall(fill(false));
  return 0;
}

static PetscErrorCode by_rows(void) {
  if (!is_mounted()) return 0;
  PetscCall(fill(true));
  return 0;
}

/* Small data sets and texts, which HDF5 holds back until it flushes. */
static PetscErrorCode in_small_pieces(void) {
  enum { MANY = 40000 };
  qv_h5         *file;
  char           path[64], said[512] = "";
  const double   value[64] = {0};
  PetscErrorCode ierr      = 0;

  if (!is_mounted()) return 0;
  PetscCall(PetscPushErrorHandler(sample_quiet, said));
  EXPECT_INT(qv_h5_create("disk/small.h5", &file), 0);
  for (int i = 0; i < MANY && !ierr; i++) {
    const qv_array small = {path, QV_F64, 1, {64}, {"axis"}, "1", "small", NULL, NULL};
    snprintf(path, sizeof path, "/group%d/x%d", i % 100, i);
    ierr = qv_h5_write(file, &small, value);
  }
  EXPECT_INT(qv_h5_close(&file), PETSC_ERR_FILE_WRITE);
  if (!strstr(said, "No space left on device"))
    qv_test_fail(__FILE__, __LINE__, "after %s: %s", path, said);
  PetscCall(PetscPopErrorHandler());
  EXPECT(!unlink("disk/small.h5"));
  return 0;
}

/* The disk works again, and no descriptor of the failed files is left. */
static PetscErrorCode afterwards(void) {
  if (!is_mounted()) return 0;
  PetscCall(sample_write("disk/good.h5"));
  EXPECT(!umount("disk"));
  EXPECT(!rmdir("disk"));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"probe", probe}, {"at once", at_once}, {"by rows", by_rows},
               {"in small pieces", in_small_pieces}, {"afterwards", afterwards});
}
