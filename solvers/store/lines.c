/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/store/lines.h"

#include "solvers/parallel/diag.h"
#include "solvers/store/bytes.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 1 << 17, LONGEST = 1 << 28, TROUBLE = 256 };

struct qv_lines {
  qv_bytes *file;
  char     *buffer; /* capacity + 1 bytes; [begin, end) is not handed out yet */
  size_t    capacity, begin, end;
  bool      at_end;
  int64_t   number;
  int       code;
  int64_t   line;
  char      trouble[TROUBLE];
};

static void stop(qv_lines *lines, int code, int64_t line, const char *text) {
  lines->at_end = true;
  lines->code   = code;
  lines->line   = line;
  snprintf(lines->trouble, TROUBLE, "%s", text);
}

PetscErrorCode qv_lines_open(const char *path, qv_lines **lines) {
  PetscFunctionBegin;
  PetscCall(PetscNew(lines));
  qv_lines *l = *lines;
  l->capacity = BLOCK;
  PetscCall(PetscMalloc1(l->capacity + 1, &l->buffer));
  PetscCall(qv_bytes_open(path, &l->file));
  const char *trouble = qv_bytes_trouble(l->file, &l->code);
  if (trouble) stop(l, l->code, 0, trouble);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_lines_close(qv_lines **lines) {
  PetscFunctionBegin;
  if (!*lines) PetscFunctionReturn(0);
  PetscCall(qv_bytes_close(&(*lines)->file));
  PetscCall(PetscFree((*lines)->buffer));
  PetscCall(PetscFree(*lines));
  PetscFunctionReturn(0);
}

/* Bring in more bytes behind [begin, end). */
static PetscErrorCode fill(qv_lines *l) {
  size_t got;
  int    code;

  PetscFunctionBegin;
  if (l->begin) {
    memmove(l->buffer, l->buffer + l->begin, l->end - l->begin);
    l->end -= l->begin;
    l->begin = 0;
  }
  if (l->end == l->capacity) {
    if (l->capacity >= LONGEST) {
      stop(l, QV_EXIT_DATA, l->number + 1, "line is longer than 256 MiB");
      PetscFunctionReturn(0);
    }
    l->capacity *= 2;
    PetscCall(PetscRealloc(l->capacity + 1, &l->buffer));
  }
  const size_t room = l->capacity - l->end;
  PetscCall(qv_bytes_read(l->file, l->buffer + l->end, room < BLOCK ? room : BLOCK, &got));
  l->end += got;
  if (got) PetscFunctionReturn(0);
  l->at_end           = true;
  const char *trouble = qv_bytes_trouble(l->file, &code);
  if (trouble) stop(l, code, 0, trouble);
  PetscFunctionReturn(0);
}

static bool is_control(char c) {
  return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

/* A control character, which no text has, or NULL. Eight bytes at a time: a byte below 0x20,
 * or equal to 0x7f, sets its top bit here; only suspect blocks are looked at byte by byte. */
static const char *find_control(const char *text, size_t length) {
  const uint64_t ones = UINT64_C(0x0101010101010101), top = ones << 7;
  size_t         i = 0;
  while (i < length) {
    uint64_t block = 0;
    if (i + sizeof block <= length) {
      memcpy(&block, text + i, sizeof block);
      const uint64_t del = block ^ (ones * 0x7f);
      if (!(((block - ones * 0x20) | (del - ones)) & ~block & top)) {
        i += sizeof block;
        continue;
      }
    }
    if (is_control(text[i])) return text + i;
    i++;
  }
  return NULL;
}

/* Length of the line at `begin` with its end, 0 when there is none. */
static PetscErrorCode find_end(qv_lines *l, size_t *length) {
  size_t seen = 0;

  PetscFunctionBegin;
  *length = 0;
  while (!l->trouble[0]) {
    const char *start   = l->buffer + l->begin;
    const char *stop_at = memchr(start + seen, '\n', l->end - l->begin - seen);
    if (stop_at) {
      *length = (size_t)(stop_at - start) + 1;
      break;
    }
    seen = l->end - l->begin;
    if (l->at_end) {
      *length = seen;
      break;
    }
    PetscCall(fill(l));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_lines_next(qv_lines *lines, char **text, size_t *length) {
  size_t whole;

  PetscFunctionBegin;
  *text   = NULL;
  *length = 0;
  PetscCall(find_end(lines, &whole));
  if (!whole) PetscFunctionReturn(0);
  char  *start = lines->buffer + lines->begin;
  size_t n     = whole;
  lines->begin += whole;
  lines->number++;
  if (start[n - 1] == '\n') n--;
  if (n && start[n - 1] == '\r') n--;
  if (lines->number == 1 && n >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0) {
    start += 3;
    n -= 3;
  }
  const char *control = find_control(start, n);
  if (control) {
    char message[TROUBLE];
    snprintf(message, TROUBLE, "not a text file: byte 0x%02x", (unsigned)(unsigned char)*control);
    stop(lines, QV_EXIT_DATA, lines->number, message);
    PetscFunctionReturn(0);
  }
  start[n] = 0;
  *text    = start;
  *length  = n;
  PetscFunctionReturn(0);
}

int64_t qv_lines_number(const qv_lines *lines) {
  return lines->number;
}

const char *qv_lines_trouble(const qv_lines *lines, int *code, int64_t *line) {
  *code = lines->code;
  *line = lines->line;
  return lines->trouble[0] ? lines->trouble : NULL;
}
