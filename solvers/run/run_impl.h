/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of a run, for this room only. */
#pragma once
#include "solvers/parallel/digest.h"
#include "solvers/run/checkpoint.h"
#include "solvers/run/driver.h"
#include "solvers/run/run.h"

enum { QV_CONCLUSION = 256 };

/* What wall time was spent on. */
typedef enum {
  QV_PHASE_SETUP,
  QV_PHASE_STEP,
  QV_PHASE_OBSERVE,
  QV_PHASE_CHECKPOINT,
  QV_PHASE_OUTPUT,
  QV_PHASES
} qv_phase;

struct qv_run {
  MPI_Comm              comm;
  int                   rank, size;
  const qv_job         *job;
  const qv_run_request *request;
  qv_diag              *diag;
  qv_record            *record;
  void                 *state;
  int64_t               quantum, steps;
  double                started, phase[QV_PHASES]; /* MPI_Wtime; seconds */
  int64_t               started_at;                /* time() of rank 0 */
  int64_t               deadline;                  /* time() at which to have stopped; 0: none */
  bool                  stop;                      /* agreed by all ranks */
  bool                  keeps_side;                /* another's .xdmf stands beside the output */
  char                  conclusion[QV_CONCLUSION];
  struct {
    double      done, total, first; /* first: done at the start of this run */
    const char *what;
    double      shown; /* MPI_Wtime of the last line */
    bool        live;  /* a terminal line is open */
  } progress;
  struct {
    char   *path[2];
    int64_t sequence; /* of the last one saved or found; 0: none */
    double  at;       /* MPI_Wtime when it was saved */
    int64_t step;     /* of the run when it was saved */
    double  seconds;  /* that the last save took */
    bool    due;      /* agreed by all ranks */
  } checkpoint;
  char *resolved;                      /* the deck as far as it determines the result */
  char *inputs;                        /* lines "sha256  path as written" of the input files */
  char  digest[QV_DIGEST_TEXT];        /* of resolved and inputs */
  char  resume_digest[QV_DIGEST_TEXT]; /* the same without extendable keys */
};

/* signals.c: SIGUSR1, SIGTERM and SIGINT ask for an end. Process-wide, as signals are. */
PetscErrorCode qv_signals_install(void);
bool           qv_signals_seen(void);

/* progress.c: the line on stderr of rank 0. */
void qv_progress_show(qv_run *run, bool last);

/* identity.c: what determines the result, as text and digests. Collective. */
PetscErrorCode qv_identity_compute(qv_run *run);
/* Has the deck keys that may grow on --resume? */
bool qv_identity_extendable(const qv_run *run);

/* checkpoint.c. Collective. */
typedef enum { QV_FOUND_NONE, QV_FOUND_SAME, QV_FOUND_OTHER } qv_found;
PetscErrorCode qv_checkpoint_paths(qv_run *run);
PetscErrorCode qv_checkpoint_save(qv_run *run);
/* Load the newest good one of this deck into the state; damaged ones are named on stderr and passed
 * over. QV_FOUND_OTHER: the only ones there belong to another deck. */
PetscErrorCode qv_checkpoint_load(qv_run *run, qv_found *found);
/* After the end: keep the newest if the deck can be extended, else remove both. */
PetscErrorCode qv_checkpoint_tidy(qv_run *run);

/* output.c: write the output file. Collective. */
PetscErrorCode qv_output_write(qv_run *run);

/* provenance.c: the group /run; rank 0 writes, all ranks give their host. Collective. */
PetscErrorCode qv_provenance_write(qv_run *run, qv_h5 *file);
