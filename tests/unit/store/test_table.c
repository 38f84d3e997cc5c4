/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2 labels=fast timeout=60 */
#include "solvers/store/table.h"
#include "tests/support/qv_test.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { OUTPUT = 8192 };

static int rank_of_world(void) {
  int rank;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  return rank;
}

static void write_bytes(const char *name, const void *bytes, size_t length) {
  if (rank_of_world() == 0) {
    FILE *file = fopen(name, "wb");
    if (length) fwrite(bytes, 1, length, file);
    fclose(file);
  }
  MPI_Barrier(PETSC_COMM_WORLD);
}

static void write_gzip(const char *name, const void *bytes, size_t length) {
  if (rank_of_world() == 0) {
    gzFile file = gzopen(name, "wb");
    gzwrite(file, bytes, (unsigned)length);
    gzclose(file);
  }
  MPI_Barrier(PETSC_COMM_WORLD);
}

static size_t read_bytes(const char *name, unsigned char *bytes, size_t room) {
  FILE        *file   = fopen(name, "rb");
  const size_t length = fread(bytes, 1, room, file);
  fclose(file);
  return length;
}

/* Read the file; the printed diagnostics go to `printed`, on every rank. */
static qv_table *read_table(const char *name, int *exit_code, char printed[OUTPUT]) {
  qv_table *table = NULL;
  qv_diag  *diag  = NULL;
  EXPECT_INT(qv_diag_create(&diag), 0);
  EXPECT_INT(qv_table_read(PETSC_COMM_WORLD, name, "data.csv", diag, &table), 0);
  *exit_code = qv_diag_exit_code(diag);
  EXPECT((qv_diag_count(diag) == 0) == (table != NULL));
  memset(printed, 0, OUTPUT);
  FILE *out = fmemopen(printed, OUTPUT - 1, "w");
  qv_diag_print(diag, out);
  fclose(out);
  qv_diag_destroy(&diag);
  return table;
}

/* Texts that are tables: their values are compared with `values`. */
static void expect_values(const char *text, int64_t rows, int columns, const double *values) {
  char printed[OUTPUT];
  int  code;
  write_bytes("t.csv", text, strlen(text));
  qv_table *t = read_table("t.csv", &code, printed);
  EXPECT_TEXT(printed, "");
  if (t) {
    EXPECT_INT(t->n_rows, rows);
    EXPECT_INT(t->n_columns, columns);
    for (int64_t i = 0; t->n_rows == rows && t->n_columns == columns && i < rows * columns; i++)
      EXPECT_BITS(t->value[i], values[i]);
  }
  qv_table_destroy(&t);
}

static void expect_output(const char *name, int want_code, const char *want) {
  char      printed[OUTPUT];
  int       code;
  qv_table *t = read_table(name, &code, printed);
  EXPECT_INT(code, want_code);
  EXPECT_TEXT(printed, want);
  qv_table_destroy(&t);
}

static void expect_message(const char *text, const char *want) {
  write_bytes("t.csv", text, strlen(text));
  expect_output("t.csv", QV_EXIT_DATA, want);
}

static PetscErrorCode reads_all_forms(void) {
  const double v[] = {1, -2.5, 3e10, 4, 5, 6.25e-3};
  expect_values("1,-2.5,3e10\n4,5,6.25e-3\n", 2, 3, v);
  expect_values("1 -2.5 3e10\n4 5 6.25e-3", 2, 3, v);
  expect_values("  1\t-2.5 , 3E+10 \r\n\r\n4 ,5,\t6.25e-3\r\n", 2, 3, v);
  expect_values("# a comment, 7\n1,-2.5,3e10 # more\n\n   \n#\n+4.,5,.00625#x\n", 2, 3, v);
  expect_values(
    "\xef\xbb\xbf"
    "1,-2.5,3e10\n4,5,6.25e-3\n",
    2, 3, v);
  expect_values(
    "\xef\xbb\xbf"
    "x;y,b c,d\r\n1,-2.5,3e10\r\n4,5,6.25e-3",
    2, 3, v);
  expect_values("# caf\xe9\n1 -2.5 3e10\n4 5 6.25e-3\n", 2, 3, v);
  expect_values("7", 1, 1, (double[]){7});
  expect_values("-0.0 4.9406564584124654e-324 1.7976931348623157e308 1e-400\n", 1, 4,
                (double[]){-0.0, 4.9406564584124654e-324, 1.7976931348623157e308, 0});
  return 0;
}

static PetscErrorCode keeps_names_and_lines(void) {
  const char *text = "# head\n\n mass , position [au],x-y\n1,2,3\n\n4,5,6 # end\n";
  char        printed[OUTPUT];
  int         code;
  write_bytes("t.csv", text, strlen(text));
  qv_table *t = read_table("t.csv", &code, printed);
  EXPECT(t && t->name);
  if (t && t->name) {
    EXPECT_TEXT(t->name[0], "mass");
    EXPECT_TEXT(t->name[1], "position [au]");
    EXPECT_TEXT(t->name[2], "x-y");
    EXPECT_INT(qv_table_column(t, "position [au]"), 1);
    EXPECT_INT(qv_table_column(t, "Mass"), -1);
    EXPECT_INT(t->line[0], 4);
    EXPECT_INT(t->line[1], 6);
  }
  qv_table_destroy(&t);
  write_bytes("t.csv", "a b  c\n1 2 3\n", 13);
  t = read_table("t.csv", &code, printed);
  EXPECT(t && t->n_columns == 3 && qv_table_column(t, "c") == 2);
  qv_table_destroy(&t);
  write_bytes("t.csv", "1 2\n", 4);
  t = read_table("t.csv", &code, printed);
  EXPECT(t && !t->name && qv_table_column(t, "1") == -1);
  qv_table_destroy(&t);
  return 0;
}

static PetscErrorCode names_each_mistake(void) {
  expect_message("1,2,3,4,5,6,7,8,9\n1,2,3,4,5,6,7\n1 2 3 4 5 6 7 8 9\n8\n",
                 "data.csv:2: line has 7 columns, expected 9\n  1,2,3,4,5,6,7\n"
                 "data.csv:4: line has 1 column, expected 9\n  8\n");
  expect_message("id,mass\n1,abc\n2,0x10\n\n3,1e\n",
                 "data.csv:2:3: 'abc' in column 'mass' is not a number\n  1,abc\n    ^\n"
                 "data.csv:3:3: '0x10' in column 'mass' is not a number\n  2,0x10\n    ^\n"
                 "data.csv:5:3: '1e' in column 'mass' is not a number\n  3,1e\n    ^\n");
  expect_message("1 2 3\n4 5,6 # fine\n7 8 1,5\n",
                 "data.csv:3: line has 4 columns, expected 3\n  7 8 1,5\n");
  expect_message("1 2 3 4\n1 2 3 nan\n",
                 "data.csv:2:7: column 4 is not finite\n  1 2 3 nan\n        ^\n");
  expect_message("1 -Inf\n1e999 +INFINITY",
                 "data.csv:1:3: column 2 is not finite\n  1 -Inf\n    ^\n"
                 "data.csv:2:1: column 1 is not finite\n  1e999 +INFINITY\n  ^\n"
                 "data.csv:2:7: column 2 is not finite\n  1e999 +INFINITY\n        ^\n");
  expect_message("a,b\n1,\n,2\n",
                 "data.csv:2:3: column 'b' is empty\n  1,\n    ^\n"
                 "data.csv:3:1: column 'a' is empty\n  ,2\n  ^\n");
  expect_message("1,2\n\xc3\xa9t\xc3\xa9,\xc3\xa9\n",
                 "data.csv:2:1: '\xc3\xa9t\xc3\xa9' in column 1 is not a number\n  "
                 "\xc3\xa9t\xc3\xa9,\xc3\xa9\n  ^\n"
                 "data.csv:2:5: '\xc3\xa9' in column 2 is not a number\n  "
                 "\xc3\xa9t\xc3\xa9,\xc3\xa9\n      ^\n");
  expect_message("a,b,a,a\n1,2,3,4\n", "data.csv:1:1: two columns are named 'a'\n  a,b,a,a\n  ^\n");
  expect_message("", "data.csv: no rows\n");
  expect_message("\n# x\n  \n", "data.csv: no rows\n");
  expect_message("a,b\n", "data.csv: no rows\n");
  return 0;
}

static PetscErrorCode warns_of_a_header_with_numbers(void) {
  char printed[OUTPUT];
  int  code;
  write_bytes("t.csv", "1 2 x3\n4 5 6\n", 13);
  qv_table *t = read_table("t.csv", &code, printed);
  EXPECT_INT(code, 0);
  EXPECT_TEXT(printed,
              "data.csv:1:5: warning: taken as the header, since 'x3' is not a number\n"
              "  1 2 x3\n      ^\n");
  EXPECT(t && t->n_rows == 1 && t->line[0] == 2);
  qv_table_destroy(&t);
  return 0;
}

static PetscErrorCode cuts_long_lists_and_words(void) {
  char text[OUTPUT] = "a,b\n", want[OUTPUT] = "";
  for (int i = 0; i < 32; i++) strcat(text, "1,x\n");
  for (int i = 0; i < 20; i++)
    sprintf(want + strlen(want), "data.csv:%d:3: 'x' in column 'b' is not a number\n  1,x\n    ^\n",
            i + 2);
  strcat(want, "data.csv:22:3: \xe2\x80\xa6 and 12 more\n");
  expect_message(text, want);
  /* a word of 300 characters is cut at 40 and the line is not shown */
  memset(text, 0, OUTPUT);
  strcpy(text, "1\n");
  memset(text + 2, 'y', 300);
  expect_message(text,
                 "data.csv:2:1: 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\xe2\x80\xa6' in column 1 "
                 "is not a number\n");
  return 0;
}

static PetscErrorCode refuses_what_is_no_text(void) {
  const unsigned char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
  write_bytes("t.csv", png, sizeof png);
  expect_output("t.csv", QV_EXIT_DATA, "data.csv:1:1: not a text file: this is not UTF-8\n");
  write_bytes("t.csv", "1 2\n1\0002\n", 8);
  expect_output("t.csv", QV_EXIT_DATA, "data.csv:2: not a text file: byte 0x00\n");
  expect_message("1 2\nx y\n3 \xff\xfe\n4 z\n",
                 "data.csv:3:3: not a text file: this is not UTF-8\n");
  expect_message("\xfe\xff x\n4 z\n", "data.csv:1:1: not a text file: this is not UTF-8\n");
  /* noise without structure: one message, whatever the bytes */
  for (uint32_t seed = 1; seed <= 20; seed++) {
    unsigned char noise[4096];
    char          printed[OUTPUT];
    int           code;
    uint32_t      x = seed * 2654435761u;
    for (size_t i = 0; i < sizeof noise; i++) {
      x ^= x << 13, x ^= x >> 17, x ^= x << 5;
      noise[i] = (unsigned char)(x >> 11);
    }
    write_bytes("t.csv", noise, sizeof noise);
    qv_table *t = read_table("t.csv", &code, printed);
    EXPECT(!t && strstr(printed, "not a text file") && !strstr(printed, "expected"));
    qv_table_destroy(&t);
  }
  return 0;
}

static PetscErrorCode reports_unreadable_files(void) {
  expect_output("no-such-file", QV_EXIT_NOINPUT,
                "data.csv: cannot be read: No such file or directory\n");
  expect_output(".", QV_EXIT_DATA, "data.csv: cannot be read: Is a directory\n");
  return 0;
}

static PetscErrorCode reads_gzip_by_content(void) {
  static char text[200000];
  size_t      n = 0;
  char        printed[OUTPUT];
  int         code;
  for (int i = 0; i < 5000; i++) n += (size_t)sprintf(text + n, "%d,%.17g\n", i, sin(i));
  write_gzip("t.csv", text, n);
  qv_table *t = read_table("t.csv", &code, printed);
  EXPECT_TEXT(printed, "");
  EXPECT(t && t->n_rows == 5000 && t->n_columns == 2);
  for (int i = 0; t && i < 5000; i++) EXPECT_BITS(t->value[2 * i + 1], sin(i));
  qv_table_destroy(&t);

  static unsigned char zipped[200000], damaged[200000];
  const size_t         length = read_bytes("t.csv", zipped, sizeof zipped);
  const char          *want   = "data.csv: truncated or damaged gzip data\n";
  const size_t         cuts[] = {2, 5, 9, 11, 100, length / 2, length - 9, length - 8, length - 1};
  for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
    write_bytes("cut.gz", zipped, cuts[i]);
    expect_output("cut.gz", QV_EXIT_DATA, want);
  }
  for (size_t at = 20; at < length; at += length / 23) {
    memcpy(damaged, zipped, length);
    damaged[at] ^= 0x10;
    write_bytes("damaged.gz", damaged, length);
    expect_output("damaged.gz", QV_EXIT_DATA, want);
  }
  return 0;
}

static PetscErrorCode reads_a_point_in_every_locale(void) {
  const char *names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C"};
  size_t      i       = 0;
  while (i < 3 && !setlocale(LC_NUMERIC, names[i])) i++;
  expect_values("1.5,2.25\n", 1, 2, (double[]){1.5, 2.25});
  setlocale(LC_NUMERIC, "C");
  if (i == 3) qv_test_skip("no locale with a decimal comma");
  return 0;
}

/* Deterministic mutations of good files: never a crash, and every failure has its message. */
static PetscErrorCode survives_mutations(void) {
  const char *seeds[]  = {"id,mass,x\n1,2.5,3e-7\n2,-4,.5\n", "1 2 3\n4 5 6\n7 8 9\n",
                          "\xef\xbb\xbf# c\r\na , b\r\n1 , 2\r\n3,4#x\r\n", "nan inf 1e5\n\n,\n"};
  const char *pieces[] = {",", "\n",           "#",    "\r",    "\t",  "e",        "-",
                          ".", "\xef\xbb\xbf", "\xc3", "1e999", "nan", "\x1f\x8b", " "};
  uint64_t    x        = 88172645463325252u;
  int         size;
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  for (int trial = 0; trial < (size > 1 ? 150 : 1500); trial++) {
    unsigned char text[512];
    const char   *seed = seeds[trial % 4];
    size_t        n    = strlen(seed);
    memcpy(text, seed, n);
    for (int k = 0; k <= trial % 5; k++) {
      x ^= x << 13, x ^= x >> 7, x ^= x << 17;
      const size_t at = (size_t)(x >> 8) % n;
      switch (x >> 61) {
        case 0:
          text[at] = (unsigned char)(x >> 40);
          break;
        case 1:
          text[at] ^= (unsigned char)(1u << ((x >> 40) & 7));
          break;
        case 2:
          n = at + 1;
          break;
        case 3:
          memmove(text + at, text + at + 1, n - at - 1), n -= n > 1;
          break;
        default: {
          const char  *piece  = pieces[(x >> 40) % 14];
          const size_t length = strlen(piece);
          memmove(text + at + length, text + at, n - at);
          memcpy(text + at, piece, length);
          n += length;
        }
      }
    }
    char printed[OUTPUT];
    int  code;
    write_bytes("t.csv", text, n);
    qv_table *t = read_table("t.csv", &code, printed);
    EXPECT(t || (code == QV_EXIT_DATA && strncmp(printed, "data.csv:", 9) == 0));
    for (int64_t i = 0; t && i < t->n_rows * t->n_columns; i++) EXPECT(isfinite(t->value[i]));
    qv_table_destroy(&t);
  }
  return 0;
}

static PetscErrorCode reads_long_lines(void) {
  const int columns = 200000;
  char     *text    = malloc((size_t)columns * 16);
  size_t    n       = 0;
  char      printed[OUTPUT];
  int       code;
  for (int row = 0; row < 2; row++)
    for (int c = 0; c < columns; c++)
      n += (size_t)sprintf(text + n, "%d%c", c * (row + 1), c + 1 < columns ? ',' : '\n');
  write_gzip("t.csv", text, n);
  free(text);
  qv_table *t = read_table("t.csv", &code, printed);
  EXPECT(t && t->n_rows == 2 && t->n_columns == columns &&
         t->value[2 * columns - 1] == 2.0 * (columns - 1));
  qv_table_destroy(&t);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"all forms of a table", reads_all_forms},
               {"names and lines", keeps_names_and_lines}, {"messages", names_each_mistake},
               {"header with numbers", warns_of_a_header_with_numbers},
               {"long lists and words are cut", cuts_long_lists_and_words},
               {"no text", refuses_what_is_no_text}, {"unreadable", reports_unreadable_files},
               {"gzip, whole and damaged", reads_gzip_by_content},
               {"locale", reads_a_point_in_every_locale}, {"mutations", survives_mutations},
               {"long lines", reads_long_lines});
}
