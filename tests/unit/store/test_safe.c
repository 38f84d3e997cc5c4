/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60 */
#include "solvers/store/safe.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "solvers/store/array.h"
#include "tests/unit/store/sample.h"

static PetscErrorCode arrays(void) {
  const qv_array scalar = {.rank = 0}, row = {.rank = 1, .shape = {7}};
  const qv_array block = {.rank = 3, .shape = {4, 3, 2}}, none = {.rank = 2, .shape = {0, 5}};
  EXPECT_INT(qv_array_entry_bytes(QV_F64), 8);
  EXPECT_INT(qv_array_entry_bytes(QV_I64), 8);
  EXPECT_INT(qv_array_entry_bytes(QV_I32), 4);
  EXPECT_INT(qv_array_entry_bytes(QV_I8), 1);
  EXPECT_INT(qv_array_entry_bytes(QV_U8), 1);
  EXPECT_INT(qv_array_entry_bytes(QV_ENUM), 1);
  EXPECT_INT(qv_array_entry_bytes(QV_C128), 16);
  EXPECT_INT(qv_array_entry_bytes(QV_TEXT), 0);
  EXPECT_INT(qv_array_length(&scalar), 1);
  EXPECT_INT(qv_array_row_length(&scalar), 1);
  EXPECT_INT(qv_array_length(&row), 7);
  EXPECT_INT(qv_array_row_length(&row), 1);
  EXPECT_INT(qv_array_length(&block), 24);
  EXPECT_INT(qv_array_row_length(&block), 6);
  EXPECT_INT(qv_array_length(&none), 0);
  EXPECT_INT(qv_array_row_length(&none), 5);
  return 0;
}

static PetscErrorCode names(void) {
  static const char *const table[][2] = {{"out.h5", ".out.h5.part"},
                                         {"a/b/out.h5", "a/b/.out.h5.part"},
                                         {"/out.h5", "/.out.h5.part"},
                                         {"./x", "./.x.part"}};
  char                    *name;
  for (int i = 0; i < 4; i++) {
    PetscCall(qv_safe_name(table[i][0], &name));
    EXPECT_TEXT(name, table[i][1]);
    PetscCall(PetscFree(name));
  }
  return 0;
}

static int entries(const char *folder) {
  int  n = 0;
  DIR *d = opendir(folder);
  while (d && readdir(d)) n++;
  if (d) closedir(d);
  return n - 2;
}

static PetscErrorCode commit(void) {
  size_t n;

  EXPECT(!mkdir("folder", 0700));
  sample_put("folder/.x.part", "new", 3);
  sample_put("folder/x", "older", 5);
  PetscCall(qv_safe_commit("folder/.x.part", "folder/x"));
  char *bytes = sample_bytes("folder/x", &n);
  EXPECT(n == 3 && bytes && !memcmp(bytes, "new", 3));
  free(bytes);
  EXPECT_INT(entries("folder"), 1);
  sample_put(".here.part", "h", 1);
  PetscCall(qv_safe_commit(".here.part", "here"));
  EXPECT(!access("here", R_OK));
  sample_put(".gone.part", "h", 1);
  PetscCall(qv_safe_discard(".gone.part"));
  EXPECT(access(".gone.part", F_OK));
  PetscCall(qv_safe_discard(".gone.part")); /* not there: fine */
  return 0;
}

static PetscErrorCode writes_whole_files(void) {
  size_t n;

  sample_put("folder/whole", "older", 5);
  const int before = entries("folder");
  PetscCall(qv_safe_write("folder/whole", "a\0b", 3));
  char *bytes = sample_bytes("folder/whole", &n);
  EXPECT(n == 3 && bytes && !memcmp(bytes, "a\0b", 3));
  free(bytes);
  PetscCall(qv_safe_write("folder/whole", "", 0));
  bytes = sample_bytes("folder/whole", &n);
  EXPECT(n == 0);
  free(bytes);
  EXPECT_INT(entries("folder"), before);
  EXPECT(!unlink("folder/whole"));
  return 0;
}

static PetscErrorCode faults(void) {
  char said[512];
  PetscCall(PetscPushErrorHandler(sample_quiet, said));
  EXPECT_INT(qv_safe_commit(".none.part", "none"), PETSC_ERR_FILE_WRITE);
  EXPECT_TEXT(said, "cannot bring '.none.part' to disk: No such file or directory");
  sample_put(".y.part", "h", 1);
  EXPECT_INT(qv_safe_commit(".y.part", "folder"), PETSC_ERR_FILE_WRITE);
  EXPECT_TEXT(said, "cannot rename '.y.part' to 'folder': Is a directory");
  EXPECT_INT(qv_safe_discard("folder"), PETSC_ERR_FILE_WRITE);
  EXPECT_INT(qv_safe_write("no/such/x", "h", 1), PETSC_ERR_FILE_OPEN);
  EXPECT_TEXT(said, "cannot create no/such/x: No such file or directory");
  EXPECT(!unlink(".y.part"));
  EXPECT_INT(qv_safe_write("folder", "h", 1), PETSC_ERR_FILE_WRITE);
  EXPECT_TEXT(said, "cannot rename '.folder.part' to 'folder': Is a directory");
  EXPECT(access(".folder.part", F_OK));
  PetscCall(PetscPopErrorHandler());
  return 0;
}

static PetscErrorCode probe(void) {
  int reason;

  PetscCall(qv_safe_probe("folder/out.h5", 1000, &reason));
  EXPECT_INT(reason, 0);
  PetscCall(qv_safe_probe("folder/out.h5", 0, &reason));
  EXPECT_INT(reason, 0);
  PetscCall(qv_safe_probe("folder/out.h5", (int64_t)1 << 60, &reason));
  EXPECT(reason == ENOSPC || reason == EFBIG);
  PetscCall(qv_safe_probe("no/folder/out.h5", 1000, &reason));
  EXPECT_INT(reason, ENOENT);
  PetscCall(qv_safe_probe("folder/x/out.h5", 1000, &reason));
  EXPECT_INT(reason, ENOTDIR);
  if (geteuid()) {
    EXPECT(!chmod("folder", 0500));
    PetscCall(qv_safe_probe("folder/out.h5", 1000, &reason));
    EXPECT_INT(reason, EACCES);
    EXPECT(!chmod("folder", 0700));
  }
  EXPECT_INT(entries("folder"), 1); /* nothing stays behind */
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"arrays", arrays}, {"names", names}, {"commit and discard", commit},
               {"writes whole files", writes_whole_files}, {"faults", faults}, {"probe", probe});
}
