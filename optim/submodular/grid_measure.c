/* SPDX-License-Identifier: GPL-3.0-or-later
 * How large a table is, without reading it. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "optim/submodular/grid.h"
#include "solvers/store/h5.h"
#include "solvers/store/lines.h"

enum { LINES = 20 };

/* A file of gzip ends with the length of what it holds, modulo 2^32. */
static double unpacked(FILE *in, double packed) {
  unsigned char end[4];
  const bool    zipped = getc(in) == 0x1f && getc(in) == 0x8b;
  if (!zipped || fseek(in, -4, SEEK_END) || fread(end, 1, 4, in) != 4) return packed;
  return end[0] + 0x1p8 * end[1] + 0x1p16 * end[2] + 0x1p24 * end[3];
}

PetscErrorCode qv_grid_bytes(const qv_path *path, double *bytes) {
  struct stat about;

  PetscFunctionBegin;
  *bytes   = 0;
  FILE *in = path->found && !stat(path->found, &about) && S_ISREG(about.st_mode)
               ? fopen(path->found, "rb")
               : NULL;
  if (!in) PetscFunctionReturn(0);
  *bytes = unpacked(in, (double)about.st_size);
  fclose(in);
  PetscFunctionReturn(0);
}

static PetscErrorCode measure_hdf5(const qv_path *path, const char *set, double *rows,
                                   double *columns) {
  qv_h5      *file;
  qv_array    array;
  const char *reason;

  PetscFunctionBegin;
  PetscCall(qv_h5_open(path->found, &file, &reason));
  if (reason) PetscFunctionReturn(0);
  PetscCall(qv_h5_find(file, set, &array, &reason));
  if (reason) PetscCall(qv_h5_find(file, "/data", &array, &reason));
  if (!reason && array.rank == 2) {
    *rows    = (double)array.shape[0];
    *columns = (double)array.shape[1];
  }
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

static int count_words(const char *text) {
  static const char apart[] = " \t,;\r";
  int               n       = 0;
  for (const char *at = text + strspn(text, apart); *at; at += strspn(at, apart)) {
    at += strcspn(at, apart);
    n++;
  }
  return n;
}

PetscErrorCode qv_grid_measure(const qv_path *path, const char *set, double *rows,
                               double *columns) {
  qv_lines *lines;
  char     *text;
  size_t    length;
  double    bytes, seen = 0, n = 0;

  PetscFunctionBegin;
  *rows = *columns = 0;
  PetscCall(qv_grid_bytes(path, &bytes));
  if (bytes > 0 && qv_h5_is_file(path->found)) {
    PetscCall(measure_hdf5(path, set, rows, columns));
    PetscFunctionReturn(0);
  }
  if (bytes <= 0) PetscFunctionReturn(0);
  PetscCall(qv_lines_open(path->found, &lines));
  while (n < LINES) {
    PetscCall(qv_lines_next(lines, &text, &length));
    if (!text) break;
    if (*text == '#' || !length) continue;
    seen += (double)length + 1;
    *columns = count_words(text);
    n++;
  }
  PetscCall(qv_lines_close(&lines));
  *rows = n > 0 ? PetscMax(n, bytes * n / seen) : 0;
  PetscFunctionReturn(0);
}
