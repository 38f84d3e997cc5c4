/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/run/driver.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "solvers/parallel/agree.h"
#include "solvers/run/run_impl.h"
#include "solvers/store/safe.h"

static PetscErrorCode say(const qv_run *run, const char *text) {
  PetscFunctionBegin;
  if (run->rank == 0) fprintf(stderr, "quadrivium: %s\n", text);
  PetscFunctionReturn(0);
}

/* "2026-01-31T12:00:00", local time, to seconds since the epoch; a trailing Z means UTC. */
static bool parse_deadline(const char *text, int64_t *seconds) {
  struct tm parts;
  int       used = 0;
  memset(&parts, 0, sizeof parts);
  const int  n = sscanf(text, "%d-%d-%dT%d:%d:%d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                        &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &used);
  const bool utc = used && !strcmp(text + used, "Z");
  if (n != 6 || (text[used] && !utc)) return false;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  parts.tm_isdst = -1;
  *seconds       = (int64_t)mktime(&parts);
  if (utc) *seconds -= timezone;
  return *seconds != -1;
}

static PetscErrorCode start_clock(qv_run *run) {
  PetscFunctionBegin;
  run->started         = MPI_Wtime();
  run->started_at      = (int64_t)time(NULL);
  const char *deadline = run->job->common.deadline;
  if (deadline && !parse_deadline(deadline, &run->deadline))
    PetscCall(qv_diag_add(run->diag, QV_EXIT_DECK, qv_deck_place(run->job->deck, "run.deadline"),
                          "run.deadline must be a time like 2026-01-31T12:00:00, found '%s'",
                          deadline));
  PetscFunctionReturn(0);
}

/* About a tenth of a second of work on each rank. */
static PetscErrorCode choose_quantum(qv_run *run, qv_cost *cost) {
  PetscFunctionBegin;
  memset(cost, 0, sizeof *cost);
  PetscCall(run->job->problem->estimate(run->job->params, run->size, cost));
  run->quantum = run->job->common.step;
  if (run->quantum == QV_UNSET_INT)
    run->quantum = PetscMax(1, (int64_t)(0.1 / PetscMax(cost->seconds_per_unit, 1e-12)));
  PetscFunctionReturn(0);
}

/* What the output's digests say about this run. Rank 0. */
static PetscErrorCode compare_output(const qv_run *run, bool *complete, bool *extends) {
  qv_h5      *file;
  const char *reason;
  char       *digest = NULL, *resume = NULL;

  PetscFunctionBegin;
  *complete = *extends = false;
  PetscCall(qv_h5_open(run->job->common.output, &file, &reason));
  if (reason) PetscFunctionReturn(0);
  PetscCall(qv_h5_get_text(file, "/deck", "digest", &digest));
  PetscCall(qv_h5_get_text(file, "/deck", "resume_digest", &resume));
  PetscCall(qv_h5_close(&file));
  *complete = digest && !strcmp(digest, run->digest);
  *extends  = resume && !strcmp(resume, run->resume_digest);
  PetscCall(PetscFree(digest));
  PetscCall(PetscFree(resume));
  PetscFunctionReturn(0);
}

/* Rank 0: may the output be made? *done: it is there and complete. */
static PetscErrorCode judge_output(qv_run *run, bool *done) {
  const char    *output = run->job->common.output;
  const qv_place place  = {.file = output};
  bool           extends;

  PetscFunctionBegin;
  *done = false;
  if (access(output, F_OK)) PetscFunctionReturn(0);
  if (run->request->resume) {
    PetscCall(compare_output(run, done, &extends));
    if (!*done && !extends)
      PetscCall(qv_diag_add(run->diag, QV_EXIT_DECK, place,
                            "is the output of another deck; --resume cannot go on from it"));
  } else if (!run->request->force) {
    PetscCall(qv_diag_add(run->diag, QV_EXIT_CANTCREATE, place,
                          "is there already; --force replaces it, --resume goes on from it"));
  }
  PetscFunctionReturn(0);
}

/* Rank 0: is there a folder, and room? */
static PetscErrorCode judge_room(qv_run *run, const qv_cost *cost) {
  const char    *output = run->job->common.output;
  const qv_place place  = {.file = output};
  const int64_t  bytes  = (int64_t)PetscMin(PetscMax(cost->disk, 1 << 16), 9e18);
  struct stat    about;
  int            reason;

  PetscFunctionBegin;
  if (!stat(output, &about) && S_ISDIR(about.st_mode)) {
    PetscCall(qv_diag_add(run->diag, QV_EXIT_CANTCREATE, place, "is a folder, not a file"));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_safe_probe(output, bytes, &reason));
  if (reason == ENOSPC)
    PetscCall(qv_diag_add(run->diag, QV_EXIT_CANTCREATE, place,
                          "cannot be made: no room for %.3g MB on the disk", 1e-6 * (double)bytes));
  else if (reason == ENOENT || reason == ENOTDIR)
    PetscCall(
      qv_diag_add(run->diag, QV_EXIT_CANTCREATE, place, "cannot be made: its folder is not there"));
  else if (reason)
    PetscCall(
      qv_diag_add(run->diag, QV_EXIT_CANTCREATE, place, "cannot be made: %s", strerror(reason)));
  PetscFunctionReturn(0);
}

/* Collective: judge the output on rank 0, share what it found. */
static PetscErrorCode prepare_output(qv_run *run, const qv_cost *cost, bool *done) {
  int flag = 0;

  PetscFunctionBegin;
  if (run->rank == 0) {
    char *temporary;
    PetscCall(judge_output(run, done));
    flag = *done;
    if (!flag && !qv_diag_count(run->diag)) {
      PetscCall(judge_room(run, cost));
      PetscCall(qv_safe_name(run->job->common.output, &temporary));
      PetscCall(qv_safe_discard(temporary)); /* left behind by a run that was killed */
      PetscCall(PetscFree(temporary));
    }
  }
  PetscCallMPI(MPI_Bcast(&flag, 1, MPI_INT, 0, run->comm));
  *done = flag;
  PetscCall(qv_diag_share(run->comm, run->diag));
  PetscFunctionReturn(0);
}

/* Options after `--` that nobody read by now are mistakes. */
static PetscErrorCode check_petsc_options(qv_run *run) {
  char   **names, **values;
  PetscInt n;

  PetscFunctionBegin;
  if (!run->request->petsc_options[0]) PetscFunctionReturn(0);
  PetscCall(PetscOptionsLeftGet(NULL, &n, &names, &values));
  for (PetscInt i = 0; i < n; i++)
    PetscCall(qv_diag_add(run->diag, QV_EXIT_USAGE, (qv_place){.file = "command line"},
                          "no solver of this problem reads the PETSc option '-%s'", names[i]));
  PetscCall(PetscOptionsLeftRestore(NULL, &n, &names, &values));
  PetscFunctionReturn(0);
}

/* The state to start from: a checkpoint's, or that of step 0. */
static PetscErrorCode enter(qv_run *run) {
  qv_found found = QV_FOUND_NONE;

  PetscFunctionBegin;
  if (run->request->resume) {
    PetscCall(qv_checkpoint_load(run, &found));
    if (found == QV_FOUND_OTHER)
      PetscCall(qv_diag_add(run->diag, QV_EXIT_DECK, (qv_place){.file = run->checkpoint.path[0]},
                            "is a checkpoint of another deck; --resume cannot go on from it, "
                            "--force starts anew"));
    if (found == QV_FOUND_NONE)
      PetscCall(say(run, "no checkpoint to resume from; starting from the beginning"));
  } else if (run->checkpoint.sequence > 0 && !run->request->force) {
    PetscCall(say(run, "a checkpoint is here (--resume would go on from it); starting anew"));
  }
  if (found == QV_FOUND_NONE) PetscCall(run->job->problem->begin(run, run->state));
  PetscFunctionReturn(0);
}

/* Steps until the problem has a verdict or the run has to stop. */
static PetscErrorCode loop(qv_run *run, qv_verdict *verdict) {
  const qv_problem *problem = run->job->problem;

  PetscFunctionBegin;
  *verdict = QV_GOING_ON;
  for (;;) {
    const double start = MPI_Wtime();
    PetscCall(problem->step(run, run->state, verdict));
    const double stepped = MPI_Wtime();
    PetscCall(problem->observe(run, run->state, run->record));
    run->phase[QV_PHASE_STEP] += stepped - start;
    run->phase[QV_PHASE_OBSERVE] += MPI_Wtime() - stepped;
    run->steps++;
    qv_progress_show(run, false);
    if (*verdict != QV_GOING_ON) break;
    bool stop;
    PetscCall(qv_run_should_stop(run, &stop));
    if (stop || run->checkpoint.due) PetscCall(qv_checkpoint_save(run));
    if (stop) break;
  }
  qv_progress_show(run, true);
  PetscFunctionReturn(0);
}

static PetscErrorCode finish(qv_run *run) {
  struct stat about;

  PetscFunctionBegin;
  if (qv_identity_extendable(run)) PetscCall(qv_checkpoint_save(run));
  PetscCall(qv_output_write(run));
  PetscCall(qv_checkpoint_tidy(run));
  if (run->keeps_side)
    PetscCall(
      say(run, "the .xdmf file beside the output is another's and stays; --force replaces it"));
  if (run->rank || run->request->quiet) PetscFunctionReturn(0);
  const char  *output = run->job->common.output;
  const double size   = stat(output, &about) ? 0 : (double)about.st_size;
  fprintf(stderr, "%s: %s (%.3g s, %.3g MB)\n", output,
          run->conclusion[0] ? run->conclusion : "done", MPI_Wtime() - run->started, 1e-6 * size);
  PetscFunctionReturn(0);
}

/* From setup to the verdict. */
static PetscErrorCode work(qv_run *run, int *code) {
  const qv_problem *problem = run->job->problem;
  qv_verdict        verdict;

  PetscFunctionBegin;
  const double start = MPI_Wtime();
  PetscCall(problem->setup(run, run->job->params, run->state));
  if (!qv_diag_count(run->diag)) PetscCall(check_petsc_options(run));
  if (!qv_diag_count(run->diag)) PetscCall(enter(run));
  run->phase[QV_PHASE_SETUP] = MPI_Wtime() - start;
  if (qv_diag_count(run->diag)) PetscFunctionReturn(0);
  PetscCall(loop(run, &verdict));
  if (verdict == QV_GOING_ON) {
    PetscCall(say(run, "stopped with a checkpoint; the same command with --resume goes on"));
    *code = QV_EXIT_AGAIN;
    PetscFunctionReturn(0);
  }
  PetscCall(finish(run));
  *code = verdict == QV_NOT_REACHED ? QV_EXIT_GOAL : QV_EXIT_DONE;
  PetscFunctionReturn(0);
}

static PetscErrorCode open_run(MPI_Comm comm, const qv_job *job, const qv_run_request *request,
                               qv_diag *diag, qv_run **result) {
  qv_run *run;

  PetscFunctionBegin;
  PetscCall(PetscNew(&run));
  *result      = run;
  run->comm    = comm;
  run->job     = job;
  run->request = request;
  run->diag    = diag;
  PetscCallMPI(MPI_Comm_rank(comm, &run->rank));
  PetscCallMPI(MPI_Comm_size(comm, &run->size));
  PetscCall(PetscCalloc(job->problem->state_size, &run->state));
  PetscCall(qv_record_create(comm, &run->record));
  PetscCall(qv_signals_install());
  PetscCall(start_clock(run));
  PetscFunctionReturn(0);
}

static PetscErrorCode close_run(qv_run **run) {
  PetscFunctionBegin;
  PetscCall((*run)->job->problem->destroy((*run)->state));
  PetscCall(qv_record_destroy(&(*run)->record));
  for (int i = 0; i < 2; i++) PetscCall(PetscFree((*run)->checkpoint.path[i]));
  PetscCall(PetscFree((*run)->state));
  PetscCall(PetscFree((*run)->resolved));
  PetscCall(PetscFree((*run)->inputs));
  PetscCall(PetscFree(*run));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_driver_run(MPI_Comm comm, const qv_job *job, const qv_run_request *request,
                             qv_diag *diag, int *code) {
  qv_run *run;
  qv_cost cost;
  bool    done = false;

  PetscFunctionBegin;
  *code = QV_EXIT_DONE;
  PetscCall(open_run(comm, job, request, diag, &run));
  if (!qv_diag_count(diag)) {
    PetscCall(choose_quantum(run, &cost));
    PetscCall(qv_identity_compute(run));
    PetscCall(qv_checkpoint_paths(run));
    PetscCall(prepare_output(run, &cost, &done));
  }
  if (done)
    PetscCall(say(run, "the output is complete; nothing to do"));
  else if (!qv_diag_count(diag))
    PetscCall(work(run, code));
  PetscCall(close_run(&run));
  if (qv_diag_count(diag)) *code = qv_diag_exit_code(diag);
  PetscFunctionReturn(0);
}
