/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>

#include "solvers/deck/number.h"
#include "solvers/run/driver.h"

enum { MANY = 64 };

/* The problem that the deck names; a mistake when there is none. */
static PetscErrorCode find_problem(qv_job *job, const qv_problem *const *problems, qv_diag *diag) {
  const char *word[MANY];
  int         n = 0;

  PetscFunctionBegin;
  const char *name = qv_deck_text(job->deck, "problem");
  for (int i = 0; problems[i]; i++) {
    if (n < MANY) word[n++] = problems[i]->name;
    if (name && !strcmp(name, problems[i]->name)) job->problem = problems[i];
  }
  if (job->problem) PetscFunctionReturn(0);
  const qv_place place = qv_deck_place(job->deck, "problem");
  const char    *near  = name ? qv_number_nearest(name, n, word) : NULL;
  if (!name)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place,
                          "missing key 'problem' (what to do; `quadrivium list` shows them all)"));
  else if (near)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place, "unknown problem '%s'; did you mean '%s'?",
                          name, near));
  else
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place,
                          "unknown problem '%s'; `quadrivium list` shows them all", name));
  PetscFunctionReturn(0);
}

/* Do both names lead to one file that is there? */
static bool same_file(const char *a, const char *b) {
  struct stat x, y;
  return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* An output that is one of the inputs would destroy it. */
static PetscErrorCode check_output(qv_job *job, qv_diag *diag) {
  const qv_path **files;
  int             n;

  PetscFunctionBegin;
  PetscCall(qv_deck_files(2, job->section, &n, &files));
  for (int i = 0; i < n && job->common.output; i++) {
    if (!files[i]->found) continue;
    if (!strcmp(files[i]->found, job->common.output) ||
        same_file(files[i]->found, job->common.output))
      PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(job->deck, "output"),
                            "the output '%s' is also an input of this deck", job->common.output));
  }
  PetscCall(PetscFree(files));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_job_create(MPI_Comm comm, const qv_job_request *request, qv_diag *diag,
                             qv_job **result) {
  qv_job *job;

  PetscFunctionBegin;
  PetscCall(PetscNew(&job));
  *result = job;
  PetscCall(
    qv_deck_read(comm, request->path, request->n_overrides, request->overrides, diag, &job->deck));
  if (!job->deck || !job->deck->root) PetscFunctionReturn(0);
  PetscCall(find_problem(job, request->problems, diag));
  if (!job->problem) PetscFunctionReturn(0);
  PetscCall(PetscCalloc(job->problem->params_size, &job->params));
  job->section[0] = (qv_section){qv_common_keys, &job->common};
  job->section[1] = (qv_section){job->problem->keys, job->params};
  PetscCall(qv_deck_apply(job->deck, request->data_folder, 2, job->section, diag));
  if (!qv_diag_count(diag)) PetscCall(check_output(job, diag));
  if (!qv_diag_count(diag) && job->problem->check)
    PetscCall(job->problem->check(job->params, job->deck, diag));
  PetscCall(qv_diag_share(comm, diag)); /* rank 0 alone has looked at files */
  PetscFunctionReturn(0);
}

PetscErrorCode qv_job_destroy(qv_job **job) {
  PetscFunctionBegin;
  if (!*job) PetscFunctionReturn(0);
  if ((*job)->params) PetscCall(qv_deck_release(2, (*job)->section));
  PetscCall(PetscFree((*job)->params));
  PetscCall(qv_deck_destroy(&(*job)->deck));
  PetscCall(PetscFree(*job));
  PetscFunctionReturn(0);
}
