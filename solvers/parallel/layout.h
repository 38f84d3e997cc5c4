/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tile-aligned block layout: n entries in tiles of 64 reals, whole tiles to ranks. */
#pragma once
#include <stdint.h>

enum { QV_TILE = 64 }; /* reals in a tile */

/* First entry that `rank` of `size` owns, of n entries of 1 real: min(n, 64 floor(rank nt / size)),
 * nt = ceil(n / 64). Entries of rank r are [first(r), first(r + 1)). Pure. */
int64_t qv_layout_first(int64_t n, int rank, int size);

/* The rank that owns entry i. Pure. */
int qv_layout_owner(int64_t n, int64_t i, int size);

/* The same for n indivisible units (systems, frames, samples): floor(rank n / size). Pure. */
int64_t qv_layout_first_unit(int64_t n, int rank, int size);
int     qv_layout_owner_unit(int64_t n, int64_t i, int size);
