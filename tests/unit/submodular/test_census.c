/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * What a look at a file tells of its size, against files whose size is known. */
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "optim/submodular/census.h"
#include "solvers/store/h5.h"
#include "tests/support/qv_test.h"

static PetscErrorCode take(const char *name, bool pairs, qv_census *c) {
  char    copy[32];
  qv_path path;
  snprintf(copy, sizeof copy, "%s", name);
  path = (qv_path){.written = copy, .found = copy};
  PetscCall(qv_census_take(&path, pairs, "/elements", c));
  return 0;
}

static void write_text(const char *name, const char *text) {
  FILE *out = fopen(name, "wb");
  EXPECT(out && fputs(text, out) >= 0);
  if (out) fclose(out);
}

static PetscErrorCode texts(void) {
  static const char sets[] = "# five words\na x,y\tz # not these\n\nb x\n";
  qv_census         c;
  write_text("sets.txt", sets);
  gzFile packed = gzopen("sets.gz", "wb");
  EXPECT(packed && gzputs(packed, sets) > 0);
  if (packed) gzclose(packed);
  for (int gz = 0; gz < 2; gz++) {
    PetscCall(take(gz ? "sets.gz" : "sets.txt", false, &c));
    EXPECT_INT((int64_t)c.lines, 2);
    EXPECT_INT((int64_t)c.words, 6);
    EXPECT(fabs(c.first - 2) < 0.01 && fabs(c.other - 3) < 0.01);
  }
  write_text("edges.txt", "1 2 0.5\n2 1 0.5\n3 1 0.5\n");
  PetscCall(take("edges.txt", true, &c));
  EXPECT(fabs(c.first - 3) < 0.01 && fabs(c.other - 2) < 0.01);
  write_text("table.csv", "hill,south\n1,2\n3,4\n5,6\n");
  PetscCall(take("table.csv", false, &c));
  EXPECT_INT((int64_t)c.rows, 3);
  EXPECT_INT((int64_t)c.columns, 2);
  write_text("bare.csv", "1,2,7\n3,4,7\n");
  PetscCall(take("bare.csv", false, &c));
  EXPECT_INT((int64_t)c.rows, 2);
  EXPECT_INT((int64_t)c.columns, 3);
  return 0;
}

/* Longer than what is looked at: 3,000,000 lines of ten letters, plain and compressed. */
static PetscErrorCode long_text(void) {
  enum { LINES = 3000000 };
  qv_census c;
  for (int gz = 0; gz < 2; gz++) {
    gzFile out = gzopen("long.txt", gz ? "wb1" : "wbT"); /* T: as it is */
    EXPECT(out != NULL);
    for (int i = 0; out && i < LINES; i++) gzprintf(out, "%07d %d\n", i, i % 10);
    if (out) gzclose(out);
    PetscCall(take("long.txt", false, &c));
    EXPECT(fabs(c.lines / LINES - 1) < 1e-3);
    EXPECT(fabs(c.words / (2.0 * LINES) - 1) < 1e-3);
    EXPECT(fabs(c.first / LINES - 1) < 0.02);
    EXPECT(remove("long.txt") == 0);
  }
  return 0;
}

static PetscErrorCode others(void) {
  static const double table[6];
  qv_h5              *file;
  qv_census           c;
  PetscCall(qv_h5_create("t.h5", &file));
  PetscCall(qv_h5_write(
    file, &(qv_array){.path = "/data", .type = QV_F64, .rank = 2, .shape = {2, 3}}, table));
  PetscCall(qv_h5_close(&file));
  PetscCall(take("t.h5", false, &c)); /* there is no /elements */
  EXPECT_INT((int64_t)c.rows, 2);
  EXPECT_INT((int64_t)c.columns, 3);
  EXPECT_INT(mkfifo("pipe", 0600), 0);
  PetscCall(take("pipe", false, &c)); /* must not wait, nor take what is in it */
  EXPECT_INT((int64_t)c.lines, 0);
  PetscCall(take("nothing", false, &c));
  EXPECT_INT((int64_t)c.lines, 0);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"texts", texts}, {"long text", long_text}, {"others", others});
}
