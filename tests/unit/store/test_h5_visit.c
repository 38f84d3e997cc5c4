/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Walking over a file, and the scales that close makes. */
#include <hdf5.h>
#include <hdf5_hl.h>

#include "tests/unit/store/sample.h"

enum { STOP = 12345 };

typedef struct {
  char text[2048];
  int  left; /* visits until it stops; negative: never */
} journal;

static PetscErrorCode note(qv_h5 *file, const char *path, bool is_group, void *context) {
  journal *j = context;
  (void)file;
  const size_t used = strlen(j->text);
  snprintf(j->text + used, sizeof j->text - used, "%s%s ", path, is_group ? "/" : "");
  return --j->left ? 0 : STOP;
}

static PetscErrorCode order(void) {
  qv_h5      *file;
  const char *reason;
  journal     all = {"", -1}, some = {"", -1}, few = {"", 3};

  PetscCall(sample_write("visit.h5"));
  PetscCall(qv_h5_open("visit.h5", &file, &reason));
  if (!file) return PETSC_ERR_FILE_OPEN;
  EXPECT_INT(qv_h5_visit(file, "/", note, &all), 0);
  EXPECT_TEXT(
    all.text,
    "/data/ /data/sample /data/samples /result/ /result/axis /result/body /result/column "
    "/result/energy /result/id /result/nothing /result/pixel /result/position /result/row "
    "/result/small /result/system /result/time /result/tiny /result/verdict /run/ "
    "/run/remark /state/ /state/deep/ /state/deep/er/ ");
  EXPECT_INT(qv_h5_visit(file, "/state", note, &some), 0);
  EXPECT_TEXT(some.text, "/state/deep/ /state/deep/er/ ");
  EXPECT_INT(qv_h5_visit(file, "/", note, &few), STOP);
  EXPECT_TEXT(few.text, "/data/ /data/sample /data/samples ");
  PetscCall(qv_h5_close(&file));
  return 0;
}

/* Groups that contain themselves, links to nowhere, names that sort by byte. */
static PetscErrorCode strange_files(void) {
  const hid_t       none = H5P_DEFAULT, file = H5Fcreate("strange.h5", H5F_ACC_TRUNC, none, none);
  const char *const names[] = {"b", "B", "a b", "\xc3\xa4", "a"};
  qv_h5            *opened;
  const char       *reason;
  journal           all = {"", -1};
  char              said[512], deep[300] = "";

  for (int i = 0; i < 5; i++) H5Gclose(H5Gcreate2(file, names[i], none, none, none));
  H5Lcreate_hard(file, "/", file, "/b/loop", none, none);
  H5Lcreate_hard(file, "/b", file, "/b/self", none, none);
  H5Lcreate_soft("/nowhere", file, "soft", none, none);
  H5Lcreate_external("x.h5", "/", file, "external", none, none);
  H5Fclose(file);
  PetscCall(qv_h5_open("strange.h5", &opened, &reason));
  EXPECT_INT(qv_h5_visit(opened, "/", note, &all), 0);
  EXPECT_TEXT(all.text, "/B/ /a/ /a b/ /b/ /b/loop/ /b/self/ /\xc3\xa4/ ");
  PetscCall(qv_h5_close(&opened));

  PetscCall(qv_h5_create("deep.h5", &opened));
  for (int i = 0; i < 70; i++) strcat(deep, "/a");
  PetscCall(qv_h5_group(opened, deep));
  PetscCall(qv_h5_close(&opened));
  PetscCall(qv_h5_open("deep.h5", &opened, &reason));
  all.text[0] = 0;
  PetscCall(PetscPushErrorHandler(sample_quiet, said));
  EXPECT_INT(qv_h5_visit(opened, "/", note, &all), PETSC_ERR_FILE_READ);
  EXPECT_TEXT(said, "deep.h5: groups nested more than 64 deep");
  EXPECT_INT(qv_h5_visit(opened, "/none", note, &all), PETSC_ERR_FILE_READ);
  PetscCall(PetscPopErrorHandler());
  PetscCall(qv_h5_close(&opened));
  PetscCall(qv_h5_digest("deep.h5", NULL, deep, &reason));
  EXPECT_TEXT(reason, "has groups nested more than 64 deep");
  return 0;
}

/* The name of the only scale of an axis. */
static herr_t scale_name(hid_t set, unsigned axis, hid_t scale, void *name) {
  (void)set, (void)axis;
  return H5Iget_name(scale, name, 100) > 0 ? 0 : -1;
}

static void expect_scale(hid_t file, const char *path, unsigned axis, const char *want) {
  const hid_t set       = H5Dopen2(file, path, H5P_DEFAULT);
  char        name[100] = "";
  EXPECT_INT(H5DSget_num_scales(set, axis), 1);
  EXPECT(H5DSiterate_scales(set, axis, NULL, scale_name, name) >= 0);
  EXPECT_TEXT(name, want);
  H5Dclose(set);
}

static PetscErrorCode scales(void) {
  int64_t     index[3] = {0};
  double      time[4]  = {0};
  const hid_t file     = H5Fopen("visit.h5", H5F_ACC_RDONLY, H5P_DEFAULT);
  expect_scale(file, "/result/position", 0, "/result/time");
  expect_scale(file, "/result/position", 1, "/result/body");
  expect_scale(file, "/result/position", 2, "/result/axis");
  expect_scale(file, "/result/verdict", 0, "/result/system");
  expect_scale(file, "/result/nothing", 0, "/result/row");
  expect_scale(file, "/data/samples", 0, "/data/sample");
  const hid_t body = H5Dopen2(file, "/result/body", H5P_DEFAULT);
  EXPECT_INT(H5DSis_scale(body), 1);
  H5Dread(body, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, index);
  EXPECT(index[0] == 0 && index[1] == 1 && index[2] == 2);
  H5Dclose(body);
  const hid_t own = H5Dopen2(file, "/result/time", H5P_DEFAULT); /* with its own values */
  EXPECT_INT(H5DSis_scale(own), 1);
  H5Dread(own, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, time);
  EXPECT_BITS(time[3], 1.5);
  H5Dclose(own);
  const hid_t small = H5Dopen2(file, "/result/small", H5P_DEFAULT);
  EXPECT_INT(H5DSis_scale(small), 0);
  EXPECT_INT(H5DSget_num_scales(small, 0), 0);
  H5Dclose(small);
  H5Fclose(file);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"order of names", order}, {"strange files", strange_files},
               {"scales through HDF5", scales});
}
