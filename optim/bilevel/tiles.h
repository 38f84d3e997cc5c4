/* SPDX-License-Identifier: GPL-3.0-or-later
 * Data are cut into a fixed number of tiles, consecutive samples each; a tile belongs to one rank.
 * A batch is cut the same way, by where its samples lie. So what a tile gives depends on the draw
 * alone, and sums over tiles have no order: results do not show the number of ranks. */
#pragma once
#include "optim/bilevel/task.h"

enum { QV_TILES = 16 }; /* ranks beyond hold no samples */

/* First of n samples in tile t of QV_TILES. Pure. */
int64_t qv_tiles_first(int64_t n, int t);
/* First tile, and first of n samples, of a rank. Pure. */
int     qv_tiles_of(int rank, int size);
int64_t qv_tiles_first_of(int64_t n, int rank, int size);

/* The samples of one batch that this rank owns, tile by tile. */
typedef struct {
  int64_t  n;                         /* of all ranks */
  int      rank, size, tile, n_tiles; /* first tile and number of tiles of this rank */
  int64_t  drawn;                     /* samples in the batch, over all ranks */
  int64_t  start[QV_TILES + 1];       /* tile t holds sample[start[t]] … of those below */
  int64_t *sample;                    /* global numbers */
  int64_t *pick;                      /* room for a draw, */
  uint8_t *home;                      /* and for the tile of each sample of it */
  int64_t *seen;           /* the draw as a hash table, 1 + number of a sample; 0: empty */
  int64_t  room, capacity; /* of it, a power of two; largest so far */
} qv_tiles;

PetscErrorCode qv_tiles_create(MPI_Comm comm, int64_t n, qv_tiles **tiles);
PetscErrorCode qv_tiles_destroy(qv_tiles **tiles);
/* Fill from a batch: a uniform subset of `size` samples. Not collective. */
PetscErrorCode qv_tiles_draw(qv_tiles *tiles, const qv_batch *batch);

/* result[i] := sum over all tiles of all ranks of part[t, i]; `n_parts` tiles of n doubles here. */
PetscErrorCode qv_tiles_sum(qv_task *task, int64_t n, int n_parts, const double *part,
                            double *result);
