/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/census.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "solvers/deck/number.h"
#include "solvers/store/h5.h"
#include "solvers/store/lines.h"

enum { LOOK = 1 << 24, BITS = 1 << 22 };

/* Different words, by the bits that their hashes leave out (Whang et al. 1990, linear counting). */
typedef struct {
  uint8_t *bit;
  int64_t  n_set;
} tally;

static void add(tally *t, const char *word, size_t length) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)word[i]) * UINT64_C(0x100000001b3);
  hash ^= hash >> 32;
  const uint64_t at  = hash % BITS;
  const uint8_t  bit = (uint8_t)(1u << (at & 7));
  t->n_set += !(t->bit[at >> 3] & bit);
  t->bit[at >> 3] |= bit;
}

static double count(const tally *t) {
  return t->n_set < BITS ? -BITS * log1p(-(double)t->n_set / BITS) : 20.0 * BITS;
}

/* One line; its number of words. */
static int take_line(char *text, bool pairs, tally *first, tally *other) {
  int n                    = 0;
  text[strcspn(text, "#")] = 0;
  for (char *at = text + strspn(text, " \t,"); *at; n++) {
    const size_t length = strcspn(at, " \t,");
    if (n == 0 || (pairs && n == 1)) add(first, at, length);
    if (pairs ? n == 1 : n > 0) add(other, at, length);
    at += length;
    at += strspn(at, " \t,");
  }
  return n;
}

static bool is_number(char *text) {
  double value;
  text += strspn(text, " \t,");
  text[strcspn(text, " \t,")] = 0;
  return !qv_number_real(text, &value);
}

/* The first 16 MB; *seen: bytes of them, *ended: there are no more. */
static PetscErrorCode look(const char *path, bool pairs, qv_census *c, double *seen, bool *ended) {
  tally     first = {0}, other = {0};
  qv_lines *lines;
  char     *text;
  size_t    length;

  PetscFunctionBegin;
  PetscCall(PetscCalloc2(BITS / 8, &first.bit, BITS / 8, &other.bit));
  PetscCall(qv_lines_open(path, &lines));
  *seen = 0;
  for (;;) {
    PetscCall(qv_lines_next(lines, &text, &length));
    if (!text || *seen > LOOK) break;
    *seen += (double)length + 1;
    const int n = take_line(text, pairs, &first, &other);
    if (!n) continue;
    if (c->lines == 0) {
      c->columns = n;
      c->rows    = is_number(text) ? 0 : -1;
    }
    c->lines++;
    c->words += n;
  }
  *ended = !text;
  c->rows += c->lines;
  c->first = count(&first);
  c->other = count(&other);
  PetscCall(qv_lines_close(&lines));
  PetscCall(PetscFree2(first.bit, other.bit));
  PetscFunctionReturn(0);
}

static PetscErrorCode look_h5(const char *path, const char *set, qv_census *c) {
  qv_h5      *file;
  qv_array    array;
  const char *reason;

  PetscFunctionBegin;
  PetscCall(qv_h5_open(path, &file, &reason));
  if (reason) PetscFunctionReturn(0);
  PetscCall(qv_h5_find(file, set, &array, &reason));
  if (reason) PetscCall(qv_h5_find(file, "/data", &array, &reason));
  if (!reason && array.rank == 2) {
    c->rows    = (double)array.shape[0];
    c->columns = (double)array.shape[1];
  }
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

/* A file of gzip ends with the length of what it holds, modulo 2^32. */
static double unpacked(const char *path, double bytes) {
  unsigned char end[4];
  FILE         *in = fopen(path, "rb");
  if (!in) return bytes;
  if (getc(in) == 0x1f && getc(in) == 0x8b && !fseek(in, -4, SEEK_END) && fread(end, 1, 4, in) == 4)
    bytes = end[0] + 0x1p8 * end[1] + 0x1p16 * end[2] + 0x1p24 * end[3];
  fclose(in);
  return bytes;
}

PetscErrorCode qv_census_take(const qv_path *path, bool pairs, const char *set, qv_census *census) {
  struct stat about;
  double      seen;
  bool        ended;

  PetscFunctionBegin;
  memset(census, 0, sizeof *census);
  if (!path->found || stat(path->found, &about) || !S_ISREG(about.st_mode)) PetscFunctionReturn(0);
  if (qv_h5_is_file(path->found)) {
    PetscCall(look_h5(path->found, set, census));
    PetscFunctionReturn(0);
  }
  PetscCall(look(path->found, pairs, census, &seen, &ended));
  if (ended) PetscFunctionReturn(0);
  const double more = fmax(1, unpacked(path->found, (double)about.st_size) / seen);
  census->lines *= more;
  census->words *= more;
  census->rows *= more;
  census->first *= pairs ? sqrt(more) : more; /* what is new grows rarer */
  census->other *= sqrt(more);
  PetscFunctionReturn(0);
}
