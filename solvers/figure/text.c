/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/figure/text.h"

#include <string.h>

// clang-format off
/* Advance widths of U+0020 … U+007E in DejaVu Sans, thousandths of the size. */
static const uint16_t advance[95] = {
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
  636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
  575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
  611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
  278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838};
// clang-format on

enum { REPLACEMENT = 0xFFFD, MINUS = 0x2212 };

static double code_width(uint32_t code) {
  if (code >= 32 && code < 127) return advance[code - 32] / 1000.0;
  if (code == MINUS || code == 0xD7) return 0.838;
  return code < 0x2E80 ? 0.64 : 1.0;
}

uint32_t qv_text_next(const char **text) {
  const unsigned char  *p        = (const unsigned char *)*text;
  const int             more     = p[0] < 0x80   ? 0
                                   : p[0] < 0xC2 ? -1
                                   : p[0] < 0xE0 ? 1
                                   : p[0] < 0xF0 ? 2
                                   : p[0] < 0xF5 ? 3
                                                 : -1;
  static const uint32_t least[4] = {0, 0x80, 0x800, 0x10000};
  if (!p[0]) return 0;
  *text += 1;
  if (more <= 0) return more ? REPLACEMENT : p[0];
  uint32_t code = p[0] & (0x3Fu >> more);
  for (int i = 1; i <= more; i++) {
    if ((p[i] & 0xC0) != 0x80) return REPLACEMENT;
    code = code << 6 | (p[i] & 0x3F);
  }
  const bool surrogate = code >= 0xD800 && code < 0xE000, none = code >= 0xFFFE && code <= 0xFFFF;
  if (code < least[more] || code > 0x10FFFF || surrogate || none) return REPLACEMENT;
  *text += more;
  return code;
}

int qv_text_encode(uint32_t code, char bytes[4]) {
  const int                  more    = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static const unsigned char head[4] = {0, 0xC0, 0xE0, 0xF0};
  for (int i = more; i > 0; i--, code >>= 6) bytes[i] = (char)(0x80 | (code & 0x3F));
  bytes[0] = (char)(head[more] | code);
  return more + 1;
}

/* The end of the integer that begins at `text`, NULL when none does. */
static const char *integer_end(const char *text) {
  static const char minus[] = "\xE2\x88\x92";
  if (*text == '-')
    text++;
  else if (!strncmp(text, minus, 3))
    text += 3;
  const char *end = text;
  while (*end >= '0' && *end <= '9') end++;
  return end > text ? end : NULL;
}

bool qv_text_split(const char **text, qv_text_run *run) {
  const char *p   = *text;
  const char *end = p[0] == '^' ? integer_end(p + 1) : NULL;
  if (!p[0]) return false;
  if (end) {
    *run  = (qv_text_run){p + 1, (size_t)(end - p - 1), true};
    *text = end;
    return true;
  }
  for (end = p + 1; *end && !(*end == '^' && integer_end(end + 1));) end++;
  *run  = (qv_text_run){p, (size_t)(end - p), false};
  *text = end;
  return true;
}

/* Walks the pieces, adding up widths until `width` is passed. */
static double walk(const char *text, double width, size_t *fits) {
  const char *rest = text;
  double      sum  = 0;
  qv_text_run run;
  *fits = 0;
  while (qv_text_split(&rest, &run)) {
    for (const char *p = run.from; p < run.from + run.bytes;) {
      sum += code_width(qv_text_next(&p)) * (run.raised ? QV_RAISED_SIZE : 1);
      if (sum > width) return sum;
      *fits = (size_t)(p - text);
    }
  }
  return sum;
}

/* The bold face is wider by about an eighth. */
static double face(double size, bool bold) {
  return bold ? 1.13 * size : size;
}

double qv_text_width(const char *text, double size, bool bold) {
  size_t fits;
  return walk(text, 1e9, &fits) * face(size, bold);
}

size_t qv_text_fit(const char *text, double size, bool bold, double width) {
  size_t fits;
  walk(text, width / face(size, bold), &fits);
  return fits;
}
