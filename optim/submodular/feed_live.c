/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/feed_live.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1 << 16, LONGEST = 1 << 20, PATIENCE = 100 /* ms */ };

struct qv_live {
  MPI_Comm  comm;
  int       rank, repeats;
  int       file;   /* descriptor; rank 0 */
  qv_intake intake; /* rank 0 */
  bool      ended;
  int64_t   line; /* lines taken */
  size_t    n, at, capacity;
  char     *text;     /* [capacity] what was read, of which `at` is taken */
  bool      dropping; /* the rest of a line that is too long */
  PetscErrorCode (*complain)(void *context, const char *text);
  void *context;
};

/* Complaints name the line. */
static PetscErrorCode complain(void *context, const char *text) {
  qv_live *live = context;
  char     whole[600];

  PetscFunctionBegin;
  snprintf(whole, sizeof whole, "line %lld: %s", (long long)live->line, text);
  if (live->complain) PetscCall(live->complain(live->context, whole));
  PetscFunctionReturn(0);
}

/* Rank 0. A FIFO is opened without waiting for its writer. */
static PetscErrorCode open_here(const char *source, qv_diag *diag, qv_live *live) {
  const qv_place place = {.file = source};
  struct stat    about;

  PetscFunctionBegin;
  live->file = strcmp(source, "-") ? open(source, O_RDONLY | O_NONBLOCK) : STDIN_FILENO;
  if (live->file < 0) {
    PetscCall(qv_diag_add(diag, errno == ENOENT ? QV_EXIT_NOINPUT : QV_EXIT_DATA, place,
                          "cannot be read: %s", strerror(errno)));
  } else if (fstat(live->file, &about) || S_ISDIR(about.st_mode)) {
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, place, "is not a stream"));
  } else {
    live->repeats = S_ISREG(about.st_mode);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_live_open(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                            qv_live **live) {
  PetscFunctionBegin;
  PetscCall(PetscNew(live));
  (*live)->comm = comm;
  (*live)->file = -1;
  PetscCallMPI(MPI_Comm_rank(comm, &(*live)->rank));
  if ((*live)->rank == 0) {
    PetscCall(open_here(plan->source, diag, *live));
    PetscCall(qv_intake_begin(plan, NULL, &(*live)->intake));
    (*live)->intake.plan.skip = true;
    (*live)->intake.complain  = complain;
    (*live)->intake.context   = *live;
  }
  PetscCallMPI(MPI_Bcast(&(*live)->repeats, 1, MPI_INT, 0, comm));
  PetscCall(qv_diag_share(comm, diag));
  if (qv_diag_count(diag)) PetscCall(qv_live_close(live));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_live_close(qv_live **live) {
  PetscFunctionBegin;
  if (!*live) PetscFunctionReturn(0);
  if ((*live)->file > STDIN_FILENO) close((*live)->file);
  PetscCall(qv_intake_end(&(*live)->intake));
  PetscCall(PetscFree((*live)->intake.reader.word));
  PetscCall(PetscFree((*live)->text));
  PetscCall(PetscFree(*live));
  PetscFunctionReturn(0);
}

void qv_live_on_complaint(qv_live *live, void *context,
                          PetscErrorCode (*say)(void *context, const char *text)) {
  live->complain = say;
  live->context  = context;
}

bool qv_live_repeats(const qv_live *live) {
  return live->repeats;
}

/* Read what is there; wait for it if asked to. *got is false when there was nothing. */
static PetscErrorCode fetch(qv_live *live, bool wait, bool *got) {
  struct pollfd watch = {.fd = live->file, .events = POLLIN};

  PetscFunctionBegin;
  *got = false;
  if (live->at) {
    memmove(live->text, live->text + live->at, live->n - live->at);
    live->n -= live->at;
    live->at = 0;
  }
  if (live->n + PIECE + 1 > live->capacity) {
    live->capacity = 2 * (live->n + PIECE + 1);
    PetscCall(PetscRealloc(live->capacity, &live->text));
  }
  if (poll(&watch, 1, wait ? PATIENCE : 0) <= 0) PetscFunctionReturn(0);
  const ssize_t n = read(live->file, live->text + live->n, PIECE);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) PetscFunctionReturn(0);
  live->ended = n <= 0;
  *got        = n > 0;
  if (n > 0) live->n += (size_t)n;
  PetscFunctionReturn(0);
}

/* One line, without its end, closed by a NUL. */
static PetscErrorCode take(qv_live *live, char *text, size_t length) {
  qv_intake *x    = &live->intake;
  const bool skip = live->dropping;

  PetscFunctionBegin;
  live->dropping = false;
  if (skip) PetscFunctionReturn(0);
  live->line++;
  if (strlen(text) != length) {
    PetscCall(qv_intake_refuse(x, "holds a byte 0"));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_reader_cut(&x->reader, text));
  if (x->reader.n_words) PetscCall(qv_intake_line(x));
  PetscFunctionReturn(0);
}

/* The next line of what was read, if there is a whole one; at the end, what is left is one. */
static PetscErrorCode take_next(qv_live *live, bool *taken) {
  PetscFunctionBegin;
  *taken = false;
  if (live->at == live->n) PetscFunctionReturn(0);
  char *start = live->text + live->at, *stop = memchr(start, '\n', live->n - live->at);
  if (!stop && live->n - live->at > LONGEST) { /* no line of a stream is so long */
    if (!live->dropping) {
      live->line++;
      PetscCall(qv_intake_refuse(&live->intake, "is longer than %d bytes", LONGEST));
    }
    live->dropping = true;
    live->at       = live->n;
    PetscFunctionReturn(0);
  }
  if (!stop && !live->ended) PetscFunctionReturn(0);
  if (!stop) stop = live->text + live->n;
  live->at = PetscMin((size_t)(stop - live->text) + 1, live->n);
  *stop    = '\0'; /* there is room for one byte more than was read */
  PetscCall(take(live, start, (size_t)(stop - start)));
  *taken = true;
  PetscFunctionReturn(0);
}

/* Rank 0. Comes back with what is there, at the latest when it has waited in vain once. */
static PetscErrorCode gather(qv_live *live, int64_t most, qv_updates *u) {
  const int64_t before = u->n;
  bool          more   = true;

  PetscFunctionBegin;
  live->intake.updates = u;
  for (int64_t lines = 0; more && lines < most; lines += more) {
    PetscCall(take_next(live, &more));
    if (more) continue;
    if (live->ended) break;
    PetscCall(fetch(live, u->n == before, &more));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_live_more(qv_live *live, int64_t most, qv_updates *u, bool *ended) {
  const int64_t before = u->n;
  int64_t       head[4];

  PetscFunctionBegin;
  if (live->rank == 0) PetscCall(gather(live, PetscMin(most, 1 << 28), u));
  head[0] = u->n - before;
  head[1] = u->n_updates;
  head[2] = u->n_skipped;
  head[3] = live->ended && live->at == live->n;
  PetscCallMPI(MPI_Bcast(head, 4, MPI_INT64_T, 0, live->comm));
  if (live->rank && before + head[0] > u->capacity) {
    u->capacity = PetscMax(before + head[0], 2 * u->capacity);
    PetscCall(PetscRealloc((size_t)u->capacity * sizeof *u->op, &u->op));
  }
  if (head[0]) PetscCallMPI(MPI_Bcast(u->op + before, (int)head[0], MPI_INT32_T, 0, live->comm));
  u->n         = before + head[0];
  u->n_updates = head[1];
  u->n_skipped = head[2];
  *ended       = head[3];
  PetscFunctionReturn(0);
}

/* Nothing is there before the run. */
static PetscErrorCode make(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                           qv_updates *updates) {
  PetscFunctionBegin;
  (void)comm;
  (void)plan;
  (void)diag;
  (void)updates;
  PetscFunctionReturn(0);
}

const qv_feed qv_feed_live = {make};
