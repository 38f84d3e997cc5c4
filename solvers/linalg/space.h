/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the entries of a vector live: what a vector type must know to sum without showing the
 * ranks.
 *
 * A space is a short list of parts. On each rank a vector holds its share of part 0, then of part
 * 1, and so on, so that stacking vectors moves nothing between ranks. A part is a block of reals,
 * cut among the ranks at tiles of 64 (or at whole units), repeated for each of its columns:
 *
 *   rank 0: [ part 0: column 0 | column 1 | ... ][ part 1: ... ]     rank 1: the same, other rows
 *
 * A complex entry is two neighbouring reals; a tile never splits it. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

enum { QV_SPACE_PARTS = 8 };

typedef struct {
  int64_t rows;    /* reals in a column */
  int64_t unit;    /* 0: cut at tiles. Else only between units of this many reals, at each of which
                      tiles start anew (frames, samples); it divides rows */
  int64_t columns; /* >= 1; each is cut alike and starts a tile */
} qv_space_part;

/* Entries have a global index that no number of ranks changes: part by part, column by column. */
typedef struct {
  int           parts;
  qv_space_part part[QV_SPACE_PARTS];
} qv_space;

/* n reals, cut at tiles. Pure, like all functions here but `check`. */
qv_space qv_space_reals(int64_t n);
/* n complex numbers as 2 n reals, cut at tiles (an even number of reals, so pairs stay whole). */
qv_space qv_space_pairs(int64_t n);
/* `count` units of `length` reals each: whole units to ranks, none to ranks beyond the count. */
qv_space qv_space_units(int64_t count, int64_t length);
/* `columns` columns over the rows of a space of one part and one column: a tall panel, by column.
 */
qv_space qv_space_panel(qv_space rows, int64_t columns);
/* First a, then b. A result of more than QV_SPACE_PARTS parts has parts = 0: not a space. */
qv_space qv_space_stack(qv_space a, qv_space b);

int64_t qv_space_size(const qv_space *space);                       /* reals in all */
int64_t qv_space_local(const qv_space *space, int rank, int ranks); /* reals on a rank */
bool    qv_space_equal(const qv_space *a, const qv_space *b);

/* One run of entries that are stored together and summed from a tile's start. */
typedef struct {
  int64_t local; /* place of the first in the rank's array */
  int64_t index; /* global index of the first */
  int64_t count;
  int64_t unit; /* 0, or tiles start anew after each `unit` reals */
} qv_space_run;

int qv_space_runs(const qv_space *space); /* the same number on all ranks; some may be empty */
qv_space_run qv_space_run_at(const qv_space *space, int run, int rank, int ranks);

/* An error, on all ranks alike, unless the space is sound and its size fits a PetscInt. */
PetscErrorCode qv_space_check(const qv_space *space);
