/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/run/checkpoint.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "solvers/parallel/agree.h"
#include "solvers/run/run_impl.h"
#include "solvers/run/seal.h"
#include "solvers/store/safe.h"

PetscErrorCode qv_checkpoint_names(const char *output, const char *directory, char *path[2]) {
  const char *base   = strrchr(output, '/');
  const bool  beside = !strcmp(directory, ".");

  PetscFunctionBegin;
  const char  *name   = beside || !base ? output : base + 1;
  const size_t length = strlen(directory) + strlen(output) + 16;
  for (int i = 0; i < 2; i++) {
    PetscCall(PetscMalloc1(length, &path[i]));
    snprintf(path[i], length, "%s%s%s.ckpt-%d", beside ? "" : directory, beside ? "" : "/", name,
             i);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_checkpoint_paths(qv_run *run) {
  PetscFunctionBegin;
  PetscCall(qv_checkpoint_names(run->job->common.output, run->job->common.checkpoint_directory,
                                run->checkpoint.path));
  if (run->rank == 0)
    PetscCall(qv_checkpoint_newest(run->job->common.output, run->job->common.checkpoint_directory,
                                   &run->checkpoint.sequence));
  run->checkpoint.sequence = PetscMax(run->checkpoint.sequence, 0);
  PetscCallMPI(MPI_Bcast(&run->checkpoint.sequence, 1, MPI_INT64_T, 0, run->comm));
  run->checkpoint.at = MPI_Wtime();
  PetscFunctionReturn(0);
}

/* The sequence number of one file, -1 when it is not a whole checkpoint. */
static PetscErrorCode sequence_of(const char *path, int64_t *sequence, const char **reason) {
  qv_h5 *file;
  bool   found = false;

  PetscFunctionBegin;
  *sequence = -1;
  PetscCall(qv_seal_verify(path, reason));
  if (*reason) PetscFunctionReturn(0);
  PetscCall(qv_h5_open(path, &file, reason));
  if (*reason) PetscFunctionReturn(0);
  PetscCall(qv_h5_get_integer(file, "/", "sequence", sequence, &found));
  if (!found) *sequence = -1;
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_checkpoint_newest(const char *output, const char *directory, int64_t *sequence) {
  char *path[2];

  PetscFunctionBegin;
  *sequence = -1;
  PetscCall(qv_checkpoint_names(output, directory, path));
  for (int i = 0; i < 2; i++) {
    int64_t     one;
    const char *reason;
    PetscCall(sequence_of(path[i], &one, &reason));
    *sequence = PetscMax(*sequence, one);
    PetscCall(PetscFree(path[i]));
  }
  PetscFunctionReturn(0);
}

/* Rank 0: open a new file and say what it is. */
static PetscErrorCode write_head(const qv_run *run, const char *temporary, qv_h5 **file) {
  PetscFunctionBegin;
  PetscCall(qv_h5_create(temporary, file));
  PetscCall(qv_h5_text(*file, "/", "format", "quadrivium-checkpoint"));
  PetscCall(qv_h5_integer(*file, "/", "format_version", 1));
  PetscCall(qv_h5_text(*file, "/", "problem", run->job->problem->name));
  PetscCall(qv_h5_text(*file, "/", "digest", run->digest));
  PetscCall(qv_h5_text(*file, "/", "resume_digest", run->resume_digest));
  PetscCall(qv_h5_integer(*file, "/", "sequence", run->checkpoint.sequence + 1));
  PetscCall(qv_h5_real(*file, "/", "progress_done", run->progress.done));
  PetscCall(qv_h5_real(*file, "/", "progress_total", run->progress.total));
  PetscFunctionReturn(0);
}

/* Rank 0: close, seal, put in place. */
static PetscErrorCode write_tail(qv_run *run, const char *temporary, const char *path,
                                 qv_h5 **file) {
  PetscFunctionBegin;
  PetscCall(qv_record_write_series(run->record, *file, "/state"));
  PetscCall(qv_h5_close(file));
  PetscCall(qv_seal_append(temporary));
  PetscCall(qv_safe_commit(temporary, path));
  PetscFunctionReturn(0);
}

static PetscErrorCode save_as(qv_run *run, const char *temporary, const char *path) {
  const qv_problem *problem = run->job->problem;
  qv_h5            *file    = NULL;
  PetscErrorCode    code    = 0;

  PetscFunctionBegin;
  if (run->rank == 0) code = write_head(run, temporary, &file);
  PetscCall(qv_agree_ok(run->comm, !code, code, "cannot write a checkpoint"));
  PetscCall(qv_field_save(run->comm, problem->fields, run->state, file));
  if (run->rank == 0) code = write_tail(run, temporary, path, &file);
  PetscCall(qv_agree_ok(run->comm, !code, code, "cannot write a checkpoint"));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_checkpoint_save(qv_run *run) {
  const char  *path  = run->checkpoint.path[(run->checkpoint.sequence + 1) % 2];
  const double start = MPI_Wtime();
  char        *temporary;

  PetscFunctionBegin;
  if (run->job->problem->freeze) PetscCall(run->job->problem->freeze(run, run->state));
  PetscCall(qv_safe_name(path, &temporary));
  const PetscErrorCode code = save_as(run, temporary, path);
  if (code && run->rank == 0) PetscCall(qv_safe_discard(temporary));
  PetscCall(PetscFree(temporary));
  PetscCall(code);
  run->checkpoint.sequence++;
  run->checkpoint.at      = MPI_Wtime();
  run->checkpoint.step    = run->steps;
  run->checkpoint.seconds = run->checkpoint.at - start;
  run->phase[QV_PHASE_CHECKPOINT] += run->checkpoint.seconds;
  PetscFunctionReturn(0);
}

/* Rank 0: does the file belong to this deck? */
static PetscErrorCode belongs(const qv_run *run, const char *path, bool *mine) {
  qv_h5      *file;
  const char *reason;
  char       *digest = NULL;

  PetscFunctionBegin;
  *mine = false;
  PetscCall(qv_h5_open(path, &file, &reason));
  if (reason) PetscFunctionReturn(0);
  PetscCall(qv_h5_get_text(file, "/", "resume_digest", &digest));
  PetscCall(qv_h5_close(&file));
  *mine = digest && !strcmp(digest, run->resume_digest);
  PetscCall(PetscFree(digest));
  PetscFunctionReturn(0);
}

/* Rank 0: the places 0, 1 of the good files of this deck, newest first; -1 where there is none. */
static PetscErrorCode choose(const qv_run *run, int order[2], int *found) {
  int64_t sequence[2];

  PetscFunctionBegin;
  *found = QV_FOUND_NONE;
  for (int i = 0; i < 2; i++) {
    const char *reason;
    bool        mine = false;
    PetscCall(sequence_of(run->checkpoint.path[i], &sequence[i], &reason));
    if (reason && !access(run->checkpoint.path[i], F_OK))
      fprintf(stderr, "quadrivium: the checkpoint '%s' %s; it is passed over\n",
              run->checkpoint.path[i], reason);
    if (sequence[i] >= 0) PetscCall(belongs(run, run->checkpoint.path[i], &mine));
    if (sequence[i] >= 0 && !mine && *found == QV_FOUND_NONE) *found = QV_FOUND_OTHER;
    if (mine)
      *found = QV_FOUND_SAME;
    else
      sequence[i] = -1;
  }
  order[0] = sequence[1] > sequence[0];
  order[1] = !order[0];
  for (int i = 0; i < 2; i++)
    if (sequence[order[i]] < 0) order[i] = -1;
  PetscFunctionReturn(0);
}

/* Rank 0: the series, after the fields; a reason why not, PetscFree it. */
static PetscErrorCode load_series(qv_run *run, qv_h5 *file, char **reason) {
  const char *why = NULL;

  PetscFunctionBegin;
  if (!*reason) PetscCall(qv_record_read_series(run->record, file, "/state", &why));
  if (why) PetscCall(PetscStrallocpy(why, reason));
  PetscFunctionReturn(0);
}

/* Load one file; *reason is NULL when the state and the series are there. PetscFree it. */
static PetscErrorCode load_from(qv_run *run, const char *path, char **reason) {
  qv_h5         *file = NULL;
  const char    *why  = NULL;
  PetscErrorCode code = 0;
  int            bad;

  PetscFunctionBegin;
  *reason = NULL;
  if (run->rank == 0) code = qv_h5_open(path, &file, &why);
  PetscCall(qv_agree_ok(run->comm, !code, code, "cannot read a checkpoint"));
  PetscCall(qv_agree_max(run->comm, why != NULL, &bad));
  if (bad) {
    PetscCall(PetscStrallocpy("cannot be opened", reason));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_field_load(run->comm, run->job->problem->fields, run->state, file, reason));
  if (run->rank == 0) {
    code = load_series(run, file, reason);
    PetscCall(qv_h5_close(&file));
  }
  PetscCall(qv_agree_ok(run->comm, !code, code, "cannot read a checkpoint"));
  PetscCall(qv_agree_max(run->comm, *reason != NULL, &bad));
  if (bad && !*reason) PetscCall(PetscStrallocpy("cannot be read", reason));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_checkpoint_load(qv_run *run, qv_found *found) {
  int kind[3] = {QV_FOUND_NONE, -1, -1}; /* what was found, and the places in order */

  PetscFunctionBegin;
  if (run->rank == 0) PetscCall(choose(run, &kind[1], &kind[0]));
  PetscCallMPI(MPI_Bcast(kind, 3, MPI_INT, 0, run->comm));
  *found = (qv_found)kind[0];
  if (*found != QV_FOUND_SAME) PetscFunctionReturn(0);
  for (int i = 1; i <= 2 && kind[i] >= 0; i++) {
    const char *path = run->checkpoint.path[kind[i]];
    char       *reason;
    PetscCall(load_from(run, path, &reason));
    if (!reason) {
      if (run->job->problem->thaw) PetscCall(run->job->problem->thaw(run, run->state));
      PetscFunctionReturn(0);
    }
    if (run->rank == 0)
      fprintf(stderr, "quadrivium: the checkpoint '%s' %s; it is passed over\n", path, reason);
    PetscCall(PetscFree(reason));
  }
  *found = QV_FOUND_NONE;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_checkpoint_tidy(qv_run *run) {
  PetscFunctionBegin;
  if (run->rank) PetscFunctionReturn(0);
  const int keep = qv_identity_extendable(run) ? (int)(run->checkpoint.sequence % 2) : -1;
  for (int i = 0; i < 2; i++)
    if (i != keep) PetscCall(qv_safe_discard(run->checkpoint.path[i]));
  PetscFunctionReturn(0);
}
