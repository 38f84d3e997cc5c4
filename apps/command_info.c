/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "apps/command.h"
#include "solvers/run/checkpoint.h"
#include "solvers/run/driver.h"
#include "solvers/store/h5.h"

static bool is_deck(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
}

/* The newest checkpoint of an output file, or of the output that a deck names. */
static PetscErrorCode print_step(const qv_arguments *arguments, int *code) {
  int64_t              sequence = -1;
  qv_diag             *diag;
  qv_job              *job    = NULL;
  const qv_job_request wanted = qv_arguments_job(arguments);

  PetscFunctionBegin;
  PetscCall(qv_diag_create(&diag));
  if (!is_deck(arguments->word[0])) {
    PetscCall(qv_checkpoint_newest(arguments->word[0], ".", &sequence));
  } else {
    PetscCall(qv_job_create(PETSC_COMM_SELF, &wanted, diag, &job));
    *code = qv_diag_exit_code(diag);
    if (!*code)
      PetscCall(
        qv_checkpoint_newest(job->common.output, job->common.checkpoint_directory, &sequence));
    PetscCall(qv_arguments_print_diag(arguments, diag));
    PetscCall(qv_job_destroy(&job));
  }
  if (!*code) printf("%lld\n", (long long)sequence);
  PetscCall(qv_diag_destroy(&diag));
  PetscFunctionReturn(0);
}

/* "name  [3, 2]  unit  long name" for every data set. */
static PetscErrorCode print_set(qv_h5 *file, const char *path, bool is_group, void *context) {
  qv_array    array;
  const char *reason = NULL;
  char        shape[128];
  size_t      used = 0;

  PetscFunctionBegin;
  (void)context;
  if (is_group) PetscFunctionReturn(0);
  PetscCall(qv_h5_find(file, path, &array, &reason));
  if (reason) PetscFunctionReturn(0);
  shape[0] = 0;
  for (int i = 0; i < array.rank && used < sizeof shape - 48; i++)
    used += (size_t)snprintf(shape + used, sizeof shape - used, "%s%s %lld", i ? ", " : "",
                             array.axes[i] ? array.axes[i] : "", (long long)array.shape[i]);
  printf("%-40s [%s]%s%s  %s\n", path, shape, array.unit && strcmp(array.unit, "1") ? "  in " : "",
         array.unit && strcmp(array.unit, "1") ? array.unit : "",
         array.long_name ? array.long_name : "");
  PetscFunctionReturn(0);
}

static PetscErrorCode print_attributes(qv_h5 *file, const char *object, const char *const *names) {
  PetscFunctionBegin;
  for (int i = 0; names[i]; i++) {
    char   *text;
    int64_t number;
    double  real;
    bool    found;
    PetscCall(qv_h5_get_text(file, object, names[i], &text));
    if (text && text[0]) printf("%-20s %s\n", names[i], text);
    PetscCall(PetscFree(text));
    if (text) continue;
    PetscCall(qv_h5_get_integer(file, object, names[i], &number, &found));
    if (found) {
      printf("%-20s %lld\n", names[i], (long long)number);
      continue;
    }
    PetscCall(qv_h5_get_real(file, object, names[i], &real, &found));
    if (found) printf("%-20s %.6g\n", names[i], real);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode print_file(const char *path, int *code) {
  static const char *const root[] = {"format",  "format_version", "problem", "title",
                                     "verdict", "sequence",       NULL};
  static const char *const run[]  = {"version",         "commit",
                                     "started",         "ended",
                                     "seconds",         "ranks",
                                     "setup_seconds",   "step_seconds",
                                     "observe_seconds", "checkpoint_seconds",
                                     "steps",           "cpu",
                                     "petsc",           "mpi",
                                     "command_line",    NULL};
  qv_h5                   *file;
  const char              *reason;

  PetscFunctionBegin;
  PetscCall(qv_h5_open(path, &file, &reason));
  if (reason) {
    fprintf(stderr, "quadrivium info: %s: %s\n", path, reason);
    *code = QV_EXIT_DATA;
    PetscFunctionReturn(0);
  }
  PetscCall(print_attributes(file, "/", root));
  PetscCall(print_attributes(file, "/run", run));
  printf("\n");
  PetscCall(qv_h5_visit(file, "/", print_set, NULL));
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

static PetscErrorCode run(const qv_arguments *arguments, int *code) {
  PetscFunctionBegin;
  *code = QV_EXIT_DONE;
  if (arguments->rank) PetscFunctionReturn(0);
  if (qv_arguments_has(arguments, "--step"))
    PetscCall(print_step(arguments, code));
  else
    PetscCall(print_file(arguments->word[0], code));
  PetscFunctionReturn(0);
}

const qv_command qv_command_info = {
  .name    = "info",
  .usage   = "info FILE [--step]",
  .summary = "tell what an output file or a checkpoint holds",
  .options = "--step",
  .least   = 1,
  .most    = 1000,
  .run     = run,
  .help =
    "  --step   print only the number of the newest checkpoint of an output file, or of the\n"
    "           output of a deck (with its overrides); it grows with every checkpoint,\n"
    "           -1 when there is none. Batch scripts see by it whether a run gets on.\n"};
