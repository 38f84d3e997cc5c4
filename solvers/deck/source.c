/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/deck/source_impl.h"

#include <string.h>

#include "solvers/deck/mistake_impl.h"

enum { LONGEST_EXCERPT = 400 };

size_t qv_source_mark(const char *bytes, size_t length) {
  return length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

int32_t qv_source_next(const char *bytes, size_t length, size_t *at) {
  static const int32_t first[5] = {0, 0, 0x80, 0x800, 0x10000}; /* of each width */
  const unsigned char *c        = (const unsigned char *)bytes + *at;
  const int            width    = *c < 0x80   ? 1
                                  : *c < 0xc2 ? 0
                                  : *c < 0xe0 ? 2
                                  : *c < 0xf0 ? 3
                                  : *c < 0xf5 ? 4
                                              : 0;
  if (!width || (size_t)width > length - *at) return -1;
  int32_t point = width == 1 ? *c : *c & (0x7f >> width);
  for (int i = 1; i < width; i++) {
    if ((c[i] & 0xc0) != 0x80) return -1;
    point = point << 6 | (c[i] & 0x3f);
  }
  if (point < first[width] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return -1;
  *at += (size_t)width;
  return point;
}

bool qv_source_is_printable(int32_t c) {
  if (c < 0xa0) return c == '\t' || c == '\n' || c == '\r' || c == 0x85 || (c >= 0x20 && c < 0x7f);
  return c != 0xfeff && c != 0xfffe && c != 0xffff;
}

/* Is this character the end of a line for libyaml (of "\r\n" the second)? */
static bool ends_line(int32_t c, const char *after, const char *end) {
  if (c == '\r') return after == end || *after != '\n';
  return c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static const char *fault(int32_t c, int column) {
  if (c < 0) return "not valid UTF-8";
  if (c == 0) return "a NUL byte is not allowed";
  if (!qv_source_is_printable(c)) return "a control character is not allowed";
  if (c == '%' && column == 1)
    return "a line cannot begin with '%' (YAML directives are not allowed)";
  return NULL;
}

PetscErrorCode qv_source_check(const char *bytes, size_t length, const qv_source *source,
                               bool *ok) {
  int line = 1, column = 1;

  PetscFunctionBegin;
  *ok = false;
  if (length > QV_SOURCE_LIMIT) {
    PetscCall(qv_mistake_add(source->diag, source->code, qv_source_place(source, 0, 0),
                             "larger than 1 MiB"));
    PetscFunctionReturn(0);
  }
  for (size_t at = qv_source_mark(bytes, length); at < length; column++) {
    const int32_t c    = qv_source_next(bytes, length, &at);
    const char   *what = fault(c, column);
    if (what) {
      PetscCall(qv_mistake_add(source->diag, source->code, qv_source_place(source, line, column),
                               "%s", what));
      PetscFunctionReturn(0);
    }
    if (!ends_line(c, bytes + at, bytes + length)) continue;
    line++;
    column = 0;
  }
  *ok = true;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_source_split(const char *bytes, size_t length, int *n_lines, char ***line) {
  char  *block;
  size_t n = 1, start = qv_source_mark(bytes, length);

  PetscFunctionBegin;
  for (size_t at = start; at < length;) {
    const int32_t c = qv_source_next(bytes, length, &at);
    n += ends_line(c, bytes + at, bytes + length);
  }
  PetscCall(PetscMalloc1(n, line));
  PetscCall(PetscMalloc1(length - start + 1, &block));
  memcpy(block, bytes + start, length - start);
  block[length - start] = 0;
  (*line)[0]            = block;
  *n_lines              = 1;
  for (size_t at = start, before = start; at < length; before = at) {
    const int32_t c = qv_source_next(bytes, length, &at);
    if (c == '\r' || ends_line(c, bytes + at, bytes + length)) block[before - start] = 0;
    if (ends_line(c, bytes + at, bytes + length)) (*line)[(*n_lines)++] = block + at - start;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_source_release(int *n_lines, char ***line) {
  PetscFunctionBegin;
  if (*n_lines) PetscCall(PetscFree((*line)[0]));
  PetscCall(PetscFree(*line));
  *n_lines = 0;
  PetscFunctionReturn(0);
}

qv_place qv_source_place(const qv_source *source, int line, int column) {
  if (source->word) return (qv_place){.file = "command line", .source = source->word};
  qv_place place = {.file = source->name, .line = line, .column = column};
  if (line >= 1 && line <= source->n_lines &&
      strnlen(source->line[line - 1], LONGEST_EXCERPT + 1) <= LONGEST_EXCERPT)
    place.source = source->line[line - 1];
  return place;
}
