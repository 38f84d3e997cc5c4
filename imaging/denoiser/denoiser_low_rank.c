/* SPDX-License-Identifier: GPL-3.0-or-later
 * Blocks of 8 x 8 pixels over all frames, their singular values shrunk: the proximal map of a
 * multiple of the sum of nuclear norms. Frames are exchanged for blocks and back. */
#include "imaging/denoiser/denoiser_impl.h"

#include <math.h>
#include <petscblaslapack.h>
#include <string.h>

#include "solvers/parallel/agree.h"
#include "solvers/parallel/layout.h"

enum { SIDE = 8 };

/* Where the blocks are: `across` x `across` of them, the last ones smaller. */
typedef struct {
  int     size, across;
  int64_t n;
} blocks;

static blocks blocks_of(int size) {
  const int across = (size + SIDE - 1) / SIDE;
  return (blocks){size, across, (int64_t)across * across};
}

static int side_at(const blocks *b, int64_t k) {
  const int left = b->size - (int)k * SIDE;
  return left < SIDE ? left : SIDE;
}

static int area_of(const blocks *b, int64_t k) {
  return side_at(b, k / b->across) * side_at(b, k % b->across);
}

/* Pixels of the blocks [begin, end). */
static int64_t area_between(const blocks *b, int64_t begin, int64_t end) {
  int64_t sum = 0;
  for (int64_t k = begin; k < end; k++) sum += area_of(b, k);
  return sum;
}

/* Copy a block of a frame out to `packed`, or back. */
static void copy_block(const blocks *b, int64_t k, double *frame, double *packed, bool out) {
  const int     rows = side_at(b, k / b->across), columns = side_at(b, k % b->across);
  const int64_t corner = k / b->across * SIDE * b->size + k % b->across * SIDE;
  for (int y = 0; y < rows; y++) {
    double      *line  = frame + corner + (int64_t)y * b->size;
    const size_t bytes = sizeof(double) * (size_t)columns;
    if (out)
      memcpy(packed + y * columns, line, bytes);
    else
      memcpy(line, packed + y * columns, bytes);
  }
}

/* Counts and places of what goes to and comes from each rank, frames to blocks. */
typedef struct {
  int          size;
  PetscMPIInt *sent, *send_at, *received, *receive_at;
} exchange;

static PetscErrorCode plan_exchange(const qv_denoiser *d, const blocks *b, int64_t count,
                                    exchange *e) {
  int rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(d->comm, &rank));
  PetscCallMPI(MPI_Comm_size(d->comm, &e->size));
  PetscCall(PetscMalloc4(e->size, &e->sent, e->size, &e->send_at, e->size, &e->received, e->size,
                         &e->receive_at));
  const int64_t mine = area_between(b, qv_layout_first_unit(b->n, rank, e->size),
                                    qv_layout_first_unit(b->n, rank + 1, e->size));
  int64_t       sent = 0, received = 0;
  for (int q = 0; q < e->size; q++) {
    const int64_t theirs = area_between(b, qv_layout_first_unit(b->n, q, e->size),
                                        qv_layout_first_unit(b->n, q + 1, e->size));
    const int64_t frames = qv_layout_first_unit(d->n_frames, q + 1, e->size) -
                           qv_layout_first_unit(d->n_frames, q, e->size);
    PetscCall(PetscMPIIntCast(sent, &e->send_at[q]));
    PetscCall(PetscMPIIntCast(received, &e->receive_at[q]));
    PetscCall(PetscMPIIntCast(theirs * count, &e->sent[q]));
    PetscCall(PetscMPIIntCast(mine * frames, &e->received[q]));
    sent += theirs * count;
    received += mine * frames;
  }
  PetscFunctionReturn(0);
}

/* packed [block, frame, pixel of the block], all blocks and this rank's frames. */
static void pack_frames(const blocks *b, int64_t count, double *frames, double *packed, bool out) {
  const int64_t n = (int64_t)b->size * b->size;
  for (int64_t k = 0; k < b->n; k++)
    for (int64_t t = 0; t < count; t++, packed += area_of(b, k))
      copy_block(b, k, frames + t * n, packed, out);
}

/* Work of one block. */
typedef struct {
  double *matrix;                            /* [frame, pixel] */
  double *gram, *shrunk, *eigenvalue, *work; /* [area, area], …, [area], [8 area] */
} bench;

/* matrix := matrix V diag(max(0, 1 - tau / s)) V', s the singular values; *r = tau times the sum of
 * those that are left. Squares of singular values come from the Gram matrix: those below 1e-8 of
 * the largest are not resolved, and are as good as 0. */
static PetscErrorCode shrink_block(PetscBLASInt area, PetscBLASInt frames, double tau, bench *w,
                                   double *r) {
  const double       one = 1, zero = 0;
  const PetscBLASInt room = 8 * SIDE * SIDE;
  PetscBLASInt       info = 0;

  PetscFunctionBegin;
  *r = 0;
  BLASgemm_("N", "T", &area, &area, &frames, &one, w->matrix, &area, w->matrix, &area, &zero,
            w->gram, &area);
  LAPACKsyev_("V", "U", &area, w->gram, &area, w->eigenvalue, w->work, &room, &info);
  PetscCheck(!info, PETSC_COMM_SELF, PETSC_ERR_LIB, "dsyev failed with %d", (int)info);
  for (int k = 0; k < area; k++) {
    const double s = sqrt(fmax(w->eigenvalue[k], 0)), left = s > tau ? s - tau : 0;
    *r += tau * left;
    for (int i = 0; i < area; i++)
      w->shrunk[k * area + i] = w->gram[k * area + i] * (left > 0 ? left / s : 0);
  }
  /* gram V' -> area x area operator, then applied to the rows of the matrix */
  double *operator_ = w->work + 8 * SIDE * SIDE, *result = operator_ + SIDE * SIDE * SIDE * SIDE;
  BLASgemm_("N", "T", &area, &area, &area, &one, w->shrunk, &area, w->gram, &area, &zero, operator_,
            &area);
  BLASgemm_("N", "N", &area, &frames, &area, &one, operator_, &area, w->matrix, &area, &zero,
            result, &area);
  memcpy(w->matrix, result, sizeof(double) * (size_t)area * (size_t)frames);
  PetscFunctionReturn(0);
}

/* All blocks of this rank: received is [rank, block, frame of that rank, pixel]. */
static PetscErrorCode shrink_all(const qv_denoiser *d, const blocks *b, const exchange *e,
                                 double *received, qv_sum *r) {
  const int64_t most = (int64_t)SIDE * SIDE, T = d->n_frames;
  int64_t      *at;
  int           rank;
  bench         w;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(d->comm, &rank));
  PetscCall(PetscMalloc1(e->size, &at));
  PetscCall(PetscMalloc5(most * T, &w.matrix, most * most, &w.gram, most * most, &w.shrunk, most,
                         &w.eigenvalue, 8 * most + most * most + most * T, &w.work));
  for (int q = 0; q < e->size; q++) at[q] = e->receive_at[q];
  for (int64_t k = qv_layout_first_unit(b->n, rank, e->size);
       k < qv_layout_first_unit(b->n, rank + 1, e->size); k++) {
    const int64_t area = area_of(b, k);
    const double  tau  = d->choice.level * (sqrt((double)area) + sqrt((double)T));
    double        left;
    for (int q = 0, t = 0; q < e->size; q++) {
      const int64_t frames =
        qv_layout_first_unit(T, q + 1, e->size) - qv_layout_first_unit(T, q, e->size);
      memcpy(w.matrix + t * area, received + at[q], sizeof(double) * (size_t)(area * frames));
      t += (int)frames;
    }
    PetscCall(shrink_block((PetscBLASInt)area, (PetscBLASInt)T, tau, &w, &left));
    if (r) qv_sum_add(r, left);
    for (int q = 0, t = 0; q < e->size; q++) {
      const int64_t frames =
        qv_layout_first_unit(T, q + 1, e->size) - qv_layout_first_unit(T, q, e->size);
      memcpy(received + at[q], w.matrix + t * area, sizeof(double) * (size_t)(area * frames));
      at[q] += area * frames;
      t += (int)frames;
    }
  }
  PetscCall(PetscFree5(w.matrix, w.gram, w.shrunk, w.eigenvalue, w.work));
  PetscCall(PetscFree(at));
  PetscFunctionReturn(0);
}

static PetscErrorCode low_rank_frames(qv_denoiser *d, int64_t count, const double *x, double *out,
                                      qv_sum *r) {
  const blocks  b = blocks_of(d->size);
  const int64_t n = (int64_t)d->size * d->size;
  double       *sent, *received;
  exchange      e;

  PetscFunctionBegin;
  PetscCall(plan_exchange(d, &b, count, &e));
  const int64_t room = e.receive_at[e.size - 1] + (int64_t)e.received[e.size - 1];
  PetscCall(PetscMalloc2(n * count, &sent, room, &received));
  PetscCall(PetscArraycpy(out, x, n * count));
  pack_frames(&b, count, out, sent, true);
  PetscCallMPI(MPI_Alltoallv(sent, e.sent, e.send_at, MPI_DOUBLE, received, e.received,
                             e.receive_at, MPI_DOUBLE, d->comm));
  PetscCall(shrink_all(d, &b, &e, received, r));
  PetscCallMPI(MPI_Alltoallv(received, e.received, e.receive_at, MPI_DOUBLE, sent, e.sent,
                             e.send_at, MPI_DOUBLE, d->comm));
  pack_frames(&b, count, out, sent, false);
  PetscCall(PetscFree2(sent, received));
  PetscCall(PetscFree4(e.sent, e.send_at, e.received, e.receive_at));
  PetscFunctionReturn(0);
}

const qv_denoiser_row qv_denoiser_row_low_rank = {
  .traits = QV_DENOISER_SYMMETRIC | QV_DENOISER_NONEXPANSIVE | QV_DENOISER_PROX | QV_DENOISER_JOINT,
  .has_level = true,
  .joint     = low_rank_frames};
