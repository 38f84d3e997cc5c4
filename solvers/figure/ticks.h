/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers as text without a locale. Pure. */
#pragma once
#include <stdint.h>

enum { QV_TICK_TEXT = 24 };

/* mantissa * 10^exponent, rounded once. */
double qv_ticks_decimal(int64_t mantissa, int exponent);
/* floor(log10(value)) for value > 0, exact at the powers of ten. */
int qv_ticks_decade(double value);
/* With `decimals` places (0 … 15) and commas between thousands; "-" is U+2212. |value| < 1e15. */
void qv_ticks_plain(double value, int decimals, char text[64]);
/* With up to `significant` (1 … 17) digits, "m×10^e" outside 1e-4 … 1e6. */
void qv_ticks_general(double value, int significant, char text[64]);
