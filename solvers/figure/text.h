/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text that is measured without a font, so that a layout is the same on every machine. A caret
 * before an integer raises it: "10^-3", "m s^-2". Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is raised is smaller by QV_RAISED_SIZE and lifted by QV_RAISED_LIFT of the font size. */
#define QV_RAISED_SIZE 0.72
#define QV_RAISED_LIFT 0.40

/* The code point at *text, which moves on; U+FFFD for a byte that is not UTF-8, 0 at the end. */
uint32_t qv_text_next(const char **text);
/* UTF-8 of a code point (1 to 4 bytes, no NUL). Returns the number of bytes. */
int qv_text_encode(uint32_t code, char bytes[4]);

/* The next piece of one level. False at the end. */
typedef struct {
  const char *from;
  size_t      bytes;
  bool        raised;
} qv_text_run;
bool qv_text_split(const char **text, qv_text_run *run);

/* Width in pixels in DejaVu Sans of `size` pixels. */
double qv_text_width(const char *text, double size, bool bold);
/* How many bytes from the start fit into `width`, cut between characters. */
size_t qv_text_fit(const char *text, double size, bool bold, double width);
