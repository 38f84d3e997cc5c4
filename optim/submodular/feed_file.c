/* SPDX-License-Identifier: GPL-3.0-or-later
 * Streams of the user: updates line by line, or elements with times. */
#include <string.h>

#include "optim/submodular/feed.h"
#include "optim/submodular/reader.h"
#include "solvers/deck/number.h"

extern const qv_feed qv_feed_file, qv_feed_expiry;

/* What reading keeps. */
typedef struct {
  const qv_feed_plan *plan;
  qv_reader           reader;
  qv_updates         *updates;
  uint8_t            *live; /* [n] */
} reading;

/* A line that cannot be used: a mistake, or passed over and counted. */
#define REFUSE(r, ...)                                         \
  do {                                                         \
    if ((r)->plan->skip)                                       \
      (r)->updates->n_skipped++;                               \
    else                                                       \
      PetscCall(qv_reader_mistake(&(r)->reader, __VA_ARGS__)); \
  } while (0)

static PetscErrorCode take_line(reading *x) {
  qv_reader  *r  = &x->reader;
  const char *op = r->word[0], *id = r->n_words > 1 ? r->word[1] : NULL;

  PetscFunctionBegin;
  const bool ask = !strcmp(op, "?"), insert = !strcmp(op, "+"), erase = !strcmp(op, "-");
  if (ask && r->n_words == 1) {
    PetscCall(qv_updates_ask(x->updates));
    PetscFunctionReturn(0);
  }
  if ((!insert && !erase) || r->n_words != 2) {
    REFUSE(x, "expected `+ id`, `- id` or `?`, found '%s%s%s%s'", op, id ? " " : "", id ? id : "",
           r->n_words > 2 ? " …" : "");
    PetscFunctionReturn(0);
  }
  const int32_t e = qv_names_find(x->plan->names, id);
  if (e < 0) {
    REFUSE(x, "the element '%s' is not in the data", id);
  } else if (insert && x->live[e]) {
    REFUSE(x, "the element '%s' is live already", id);
  } else if (erase && !x->live[e]) {
    REFUSE(x, "the element '%s' is not live", id);
  } else {
    x->live[e] = insert;
    PetscCall(insert ? qv_updates_insert(x->updates, e) : qv_updates_erase(x->updates, e));
  }
  PetscFunctionReturn(0);
}

/* The next element to expire; elements expire in the order in which they were seen last. */
typedef struct {
  double  time; /* when it was seen */
  int32_t e;
} sighting;

typedef struct {
  reading  *x;
  int64_t   n, first, capacity;
  sighting *seen;   /* [n] in order of time */
  int64_t  *latest; /* [elements] place of the last sighting of a live element */
} queue;

static PetscErrorCode see(queue *q, double time, int32_t e) {
  PetscFunctionBegin;
  if (q->n == q->capacity) {
    q->capacity = PetscMax(1024, 2 * q->capacity);
    PetscCall(PetscRealloc((size_t)q->capacity * sizeof *q->seen, &q->seen));
  }
  q->seen[q->n] = (sighting){time, e};
  q->latest[e]  = q->n++;
  if (!q->x->live[e]) PetscCall(qv_updates_insert(q->x->updates, e));
  q->x->live[e] = 1;
  PetscFunctionReturn(0);
}

/* Delete what was seen last at least a lifetime before `time`. */
static PetscErrorCode expire(queue *q, double time) {
  const double lifetime = q->x->plan->lifetime;

  PetscFunctionBegin;
  for (; q->first < q->n && time - q->seen[q->first].time >= lifetime; q->first++) {
    const int32_t e = q->seen[q->first].e;
    if (q->latest[e] != q->first) continue;
    q->x->live[e] = 0;
    PetscCall(qv_updates_erase(q->x->updates, e));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode take_sighting(queue *q) {
  qv_reader *r = &q->x->reader;
  double     time;

  PetscFunctionBegin;
  if (r->n_words != 2) {
    REFUSE(q->x, "expected `time id`, found %d words", r->n_words);
    PetscFunctionReturn(0);
  }
  const char   *wrong = qv_number_real(r->word[0], &time);
  const int32_t e     = qv_names_find(q->x->plan->names, r->word[1]);
  if (wrong) {
    REFUSE(q->x, "the time '%s' %s", r->word[0], wrong);
  } else if (q->n && time < q->seen[q->n - 1].time) {
    REFUSE(q->x, "the time %s is before that of the line above", r->word[0]);
  } else if (e < 0) {
    REFUSE(q->x, "the element '%s' is not in the data", r->word[1]);
  } else {
    PetscCall(expire(q, time));
    PetscCall(see(q, time, e));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode read_lines(reading *x) {
  bool there;

  PetscFunctionBegin;
  for (;;) {
    PetscCall(qv_reader_next(&x->reader, &there));
    if (!there) break;
    PetscCall(take_line(x));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode read_sightings(reading *x) {
  queue q = {.x = x};
  bool  there;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(x->plan->f->n, &q.latest));
  for (;;) {
    PetscCall(qv_reader_next(&x->reader, &there));
    if (!there) break;
    PetscCall(take_sighting(&q));
  }
  PetscCall(PetscFree(q.seen));
  PetscCall(PetscFree(q.latest));
  PetscFunctionReturn(0);
}

/* Rank 0's stream becomes everybody's. */
static PetscErrorCode share(MPI_Comm comm, int rank, qv_updates *u) {
  int64_t head[3] = {u->n, u->n_updates, u->n_skipped};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Bcast(head, 3, MPI_INT64_T, 0, comm));
  if (rank) {
    *u =
      (qv_updates){.n = head[0], .capacity = head[0], .n_updates = head[1], .n_skipped = head[2]};
    PetscCall(PetscMalloc1(head[0], &u->op));
  }
  for (int64_t done = 0; done < head[0]; done += 1 << 28)
    PetscCallMPI(
      MPI_Bcast(u->op + done, (int)PetscMin(head[0] - done, 1 << 28), MPI_INT32_T, 0, comm));
  PetscFunctionReturn(0);
}

static PetscErrorCode make(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                           qv_updates *updates, PetscErrorCode (*read)(reading *)) {
  reading x = {.plan = plan, .updates = updates};
  int     rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0) {
    PetscCall(PetscCalloc1(plan->f->n, &x.live));
    PetscCall(qv_reader_open(plan->path, diag, &x.reader));
    PetscCall(read(&x));
    PetscCall(qv_reader_close(&x.reader));
    PetscCall(PetscFree(x.live));
  }
  PetscCall(qv_diag_share(comm, diag));
  if (!qv_diag_count(diag)) PetscCall(share(comm, rank, updates));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_lines(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                                 qv_updates *updates) {
  PetscFunctionBegin;
  PetscCall(make(comm, plan, diag, updates, read_lines));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_sightings(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                                     qv_updates *updates) {
  PetscFunctionBegin;
  PetscCall(make(comm, plan, diag, updates, read_sightings));
  PetscFunctionReturn(0);
}

const qv_feed qv_feed_file   = {make_lines};
const qv_feed qv_feed_expiry = {make_sightings};
