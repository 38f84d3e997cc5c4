/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/parallel/layout.h"
#include "solvers/parallel/rows.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Who sends how many rows to whom: [size] each, in rows. */
typedef struct {
  MPI_Comm comm;
  int      rank, size;
  int     *send, *send_start, *receive, *receive_start;
  int      sent, received; /* over all ranks */
} traffic;

static PetscErrorCode traffic_create(MPI_Comm comm, traffic *t) {
  PetscFunctionBegin;
  *t = (traffic){.comm = comm};
  PetscCallMPI(MPI_Comm_rank(comm, &t->rank));
  PetscCallMPI(MPI_Comm_size(comm, &t->size));
  PetscCall(PetscCalloc4(t->size, &t->send, t->size, &t->send_start, t->size, &t->receive, t->size,
                         &t->receive_start));
  PetscFunctionReturn(0);
}

static PetscErrorCode traffic_destroy(traffic *t) {
  PetscFunctionBegin;
  PetscCall(PetscFree4(t->send, t->send_start, t->receive, t->receive_start));
  PetscFunctionReturn(0);
}

/* Complete the plan from t->send. */
static PetscErrorCode traffic_plan(traffic *t) {
  PetscFunctionBegin;
  PetscCallMPI(MPI_Alltoall(t->send, 1, MPI_INT, t->receive, 1, MPI_INT, t->comm));
  t->sent = t->received = 0;
  for (int r = 0; r < t->size; r++) {
    t->send_start[r]    = t->sent;
    t->receive_start[r] = t->received;
    t->sent += t->send[r];
    t->received += t->receive[r];
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode traffic_run(const traffic *t, MPI_Datatype type, const void *from, void *to) {
  PetscFunctionBegin;
  PetscCallMPI(MPI_Alltoallv(from, t->send, t->send_start, type, to, t->receive, t->receive_start,
                             type, t->comm));
  PetscFunctionReturn(0);
}

/* The rule, on the counts of open rows of all ranks: dealing n open rows in equal blocks leaves
 * ceil(n / size) on the fullest rank. (That is no less than now where counts differ by at most 1.)
 */
static bool is_worth_moving(int size, const int64_t *count) {
  int64_t total = 0, most = 0;
  for (int r = 0; r < size; r++) {
    total += count[r];
    most = PetscMax(most, count[r]);
  }
  return (total + size - 1) / size < most;
}

/* Whether to move, and the number of open rows on all ranks. */
static PetscErrorCode decide(MPI_Comm comm, int64_t mine, bool *move, int64_t *total) {
  int64_t *count;
  int      size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(comm, &size));
  PetscCall(PetscMalloc1((size_t)size, &count));
  PetscCallMPI(MPI_Allgather(&mine, 1, MPI_INT64_T, count, 1, MPI_INT64_T, comm));
  *total = 0;
  for (int r = 0; r < size; r++) *total += count[r];
  *move = is_worth_moving(size, count);
  PetscCall(PetscFree(count));
  PetscFunctionReturn(0);
}

/* At the meeting place of indices [first, first + n): turn each of the m indices that came into its
 * rank among all open ones. */
static PetscErrorCode count_open(MPI_Comm comm, int64_t first, int64_t n, int m, int64_t *index) {
  unsigned char *here;
  int64_t       *below, before = 0, mine = m;
  int            rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Exscan(&mine, &before, 1, MPI_INT64_T, MPI_SUM, comm));
  if (rank == 0) before = 0;
  PetscCall(PetscCalloc1((size_t)n, &here));
  PetscCall(PetscMalloc1((size_t)n, &below));
  for (int i = 0; i < m; i++) here[index[i] - first] = 1;
  for (int64_t i = 0; i < n; before += here[i++]) below[i] = before;
  for (int i = 0; i < m; i++) index[i] = below[index[i] - first];
  PetscCall(PetscFree(below));
  PetscCall(PetscFree(here));
  PetscFunctionReturn(0);
}

/* Replace the increasing indices of this rank's m open rows by their places in the order of index
 * over all ranks. The ranks meet on the block distribution, so none holds more than its share. */
static PetscErrorCode place_open(MPI_Comm comm, int64_t n, int64_t m, int64_t *open) {
  traffic  there, back;
  int64_t *meeting;

  PetscFunctionBegin;
  PetscCall(traffic_create(comm, &there));
  for (int64_t i = 0; i < m; i++) there.send[qv_layout_owner_unit(n, open[i], there.size)]++;
  PetscCall(traffic_plan(&there));
  PetscCall(PetscMalloc1((size_t)there.received, &meeting));
  PetscCall(traffic_run(&there, MPI_INT64_T, open, meeting));
  const int64_t first = qv_layout_first_unit(n, there.rank, there.size);
  const int64_t end   = qv_layout_first_unit(n, there.rank + 1, there.size);
  PetscCall(count_open(comm, first, end - first, there.received, meeting));
  back               = there;
  back.send          = there.receive;
  back.send_start    = there.receive_start;
  back.receive       = there.send;
  back.receive_start = there.send_start;
  PetscCall(traffic_run(&back, MPI_INT64_T, meeting, open));
  PetscCall(PetscFree(meeting));
  PetscCall(traffic_destroy(&there));
  PetscFunctionReturn(0);
}

/* The new owner of each local row. */
static PetscErrorCode choose_owners(const qv_rows *rows, const unsigned char *open, int64_t n_open,
                                    int64_t total, int *owner) {
  int64_t *place, k = 0;
  int      rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(rows->comm, &rank));
  PetscCallMPI(MPI_Comm_size(rows->comm, &size));
  PetscCall(PetscMalloc1((size_t)n_open, &place));
  for (int64_t i = 0; i < rows->n_local; i++)
    if (open[i]) place[k++] = rows->index[i];
  PetscCall(place_open(rows->comm, rows->n, n_open, place));
  k = 0;
  for (int64_t i = 0; i < rows->n_local; i++)
    owner[i] = open[i] ? qv_layout_owner_unit(total, place[k++], size) : rank;
  PetscCall(PetscFree(place));
  PetscFunctionReturn(0);
}

/* A row of the new set: its index, and its place among the kept rows followed by the received. */
typedef struct {
  int64_t index, place;
} arrival;

typedef struct {
  traffic  traffic;
  int64_t  n_old, n_kept, n_new;
  int     *owner;   /* [n_old] new owners */
  arrival *arrival; /* [n_new] in order of index */
} relocation;

static int by_index(const void *a, const void *b) {
  const int64_t i = ((const arrival *)a)->index, j = ((const arrival *)b)->index;
  return (i > j) - (i < j);
}

/* The kept rows of one column, then the received ones. Leaving rows go out in order of index, which
 * is the order of their new owners. */
static PetscErrorCode exchange(const relocation *r, size_t bytes, const char *old, char *pool) {
  MPI_Datatype row;
  char        *leaving, *out, *kept = pool;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Type_contiguous((int)bytes, MPI_BYTE, &row));
  PetscCallMPI(MPI_Type_commit(&row));
  PetscCall(PetscMalloc1((size_t)r->traffic.sent * bytes, &leaving));
  out = leaving;
  for (int64_t i = 0; i < r->n_old; i++) {
    char **to = r->owner[i] == r->traffic.rank ? &kept : &out;
    memcpy(*to, old + (size_t)i * bytes, bytes);
    *to += bytes;
  }
  PetscCall(traffic_run(&r->traffic, row, leaving, kept));
  PetscCall(PetscFree(leaving));
  PetscCallMPI(MPI_Type_free(&row));
  PetscFunctionReturn(0);
}

static PetscErrorCode move_column(const relocation *r, qv_column *column) {
  const size_t bytes = column->bytes;
  char        *pool, *fresh;

  PetscFunctionBegin;
  if (bytes == 0) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1((size_t)r->n_new * bytes, &pool));
  PetscCall(exchange(r, bytes, column->data, pool));
  PetscCall(PetscFree(column->data));
  PetscCall(PetscMalloc1((size_t)r->n_new * bytes, &fresh));
  for (int64_t i = 0; i < r->n_new; i++)
    memcpy(fresh + (size_t)i * bytes, pool + (size_t)r->arrival[i].place * bytes, bytes);
  PetscCall(PetscFree(pool));
  column->data = fresh;
  PetscFunctionReturn(0);
}

/* Plan the traffic from r->owner; find out which rows will be here and in which order. */
static PetscErrorCode plan(const qv_rows *rows, relocation *r) {
  int64_t *index;

  PetscFunctionBegin;
  r->n_old = rows->n_local;
  for (int64_t i = 0; i < r->n_old; i++)
    if (r->owner[i] != r->traffic.rank) r->traffic.send[r->owner[i]]++;
  PetscCall(traffic_plan(&r->traffic));
  r->n_kept = r->n_old - r->traffic.sent;
  r->n_new  = r->n_kept + r->traffic.received;
  PetscCall(PetscMalloc1((size_t)r->n_new, &index));
  PetscCall(PetscMalloc1((size_t)r->n_new, &r->arrival));
  PetscCall(exchange(r, sizeof *index, (const char *)rows->index, (char *)index));
  for (int64_t i = 0; i < r->n_new; i++) r->arrival[i] = (arrival){index[i], i};
  if (r->n_new) qsort(r->arrival, (size_t)r->n_new, sizeof *r->arrival, by_index);
  PetscCall(PetscFree(index));
  PetscFunctionReturn(0);
}

static PetscErrorCode relocate(qv_rows *rows, relocation *r) {
  PetscFunctionBegin;
  PetscCall(plan(rows, r));
  PetscCall(PetscFree(rows->index));
  PetscCall(PetscMalloc1((size_t)r->n_new, &rows->index));
  for (int64_t i = 0; i < r->n_new; i++) rows->index[i] = r->arrival[i].index;
  for (int c = 0; c < rows->n_columns; c++) PetscCall(move_column(r, &rows->column[c]));
  rows->n_local = r->n_new;
  PetscCall(PetscFree(r->arrival));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_rows_balance(qv_rows *rows, const unsigned char *open) {
  relocation r      = {0};
  int64_t    n_open = 0, total = 0;
  bool       move = false;

  PetscFunctionBegin;
  for (int64_t i = 0; i < rows->n_local; i++) n_open += open[i] != 0;
  PetscCall(decide(rows->comm, n_open, &move, &total));
  if (!move) PetscFunctionReturn(0);
  PetscCheck(total <= PETSC_MPI_INT_MAX, rows->comm, PETSC_ERR_ARG_SIZ,
             "cannot deal %" PRId64 " open rows", total);
  PetscCall(traffic_create(rows->comm, &r.traffic));
  PetscCall(PetscMalloc1((size_t)rows->n_local, &r.owner));
  PetscCall(choose_owners(rows, open, n_open, total, r.owner));
  PetscCall(relocate(rows, &r));
  PetscCall(PetscFree(r.owner));
  PetscCall(traffic_destroy(&r.traffic));
  PetscFunctionReturn(0);
}
