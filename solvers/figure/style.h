/* SPDX-License-Identifier: GPL-3.0-or-later
 * How all pictures look. Sizes in pixels of the scene. */
#pragma once
#include <stdint.h>

#define QV_INK      0x262626u /* text */
#define QV_PALE_INK 0x6E6E6Eu /* captions and notes */
#define QV_AXIS_INK 0x9A9A9Au
#define QV_GRID_INK 0xECECECu
#define QV_PAPER    0xFFFFFFu

#define QV_SIZE_TITLE   15.0
#define QV_SIZE_HEADING 12.5 /* title of a chart */
#define QV_SIZE_LABEL   12.0
#define QV_SIZE_TICK    10.5
#define QV_SIZE_LEGEND  11.0
#define QV_SIZE_CAPTION 10.5

#define QV_LINE       1.4 /* a curve */
#define QV_LINE_DENSE 0.9 /* one with thousands of points */
#define QV_DASH       6.0 /* and a gap of half of it, as svg.c writes it */
#define QV_DOT        2.2
#define QV_END_DOT    4.2

/* The palette of Okabe and Ito, what stands out on white first; -1: grey. */
static inline uint32_t qv_style_colour(int index) {
  static const uint32_t palette[8] = {0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7,
                                      0xE69F00, 0x56B4E9, 0x000000, 0xF0E442};
  return index < 0 ? 0xA8A8A8 : palette[index % 8];
}
