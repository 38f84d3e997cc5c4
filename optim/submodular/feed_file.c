/* SPDX-License-Identifier: GPL-3.0-or-later
 * Streams of the user in files: texts line by line, or HDF5. */
#include "optim/submodular/feed_h5.h"
#include "optim/submodular/feed_intake.h"
#include "solvers/parallel/agree.h"
#include "solvers/store/h5.h"

extern const qv_feed qv_feed_file, qv_feed_expiry;

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
  PetscCall(qv_agree_broadcast(comm, u->op, head[0], sizeof *u->op));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_text(qv_intake *x, qv_diag *diag, PetscErrorCode (*take)(qv_intake *)) {
  bool there;

  PetscFunctionBegin;
  PetscCall(qv_reader_open(x->plan.path, diag, &x->reader));
  for (;;) {
    PetscCall(qv_reader_next(&x->reader, &there));
    if (!there) break;
    PetscCall(take(x));
  }
  PetscCall(qv_reader_close(&x->reader));
  PetscFunctionReturn(0);
}

static PetscErrorCode make(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                           qv_updates *updates, bool sightings) {
  qv_intake x;
  int       rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0) {
    PetscCall(qv_intake_begin(plan, updates, &x));
    if (qv_h5_is_file(plan->path->found))
      PetscCall(qv_feed_read_h5(&x, diag, sightings));
    else
      PetscCall(read_text(&x, diag, sightings ? qv_intake_sighting_line : qv_intake_line));
    PetscCall(qv_intake_end(&x));
  }
  PetscCall(qv_diag_share(comm, diag));
  if (!qv_diag_count(diag)) PetscCall(share(comm, rank, updates));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_updates(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                                   qv_updates *updates) {
  PetscFunctionBegin;
  PetscCall(make(comm, plan, diag, updates, false));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_sightings(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                                     qv_updates *updates) {
  PetscFunctionBegin;
  PetscCall(make(comm, plan, diag, updates, true));
  PetscFunctionReturn(0);
}

const qv_feed qv_feed_file   = {make_updates};
const qv_feed qv_feed_expiry = {make_sightings};
