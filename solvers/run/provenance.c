/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "solvers/parallel/agree.h"
#include "solvers/run/run_impl.h"
#include "solvers/run/version.h"

enum { NAME = 256 };

static void date_text(int64_t seconds, char text[32]) {
  const time_t t = (time_t)seconds;
  struct tm    parts;
  text[0] = 0;
  if (gmtime_r(&t, &parts)) strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* The model name of the first processor; bits are promised per model. */
static void cpu_text(char text[NAME]) {
  char  line[NAME];
  FILE *file = fopen("/proc/cpuinfo", "r");
  snprintf(text, NAME, "unknown");
  while (file && fgets(line, sizeof line, file)) {
    const char *colon = strchr(line, ':');
    if (strncmp(line, "model name", 10) || !colon) continue;
    snprintf(text, NAME, "%s", colon + 2);
    text[strcspn(text, "\n")] = 0;
    break;
  }
  if (file) fclose(file);
}

static PetscErrorCode write_software(qv_h5 *file) {
  char text[NAME], mpi[MPI_MAX_LIBRARY_VERSION_STRING];
  int  length;

  PetscFunctionBegin;
  PetscCall(qv_h5_text(file, "/run", "version", QV_VERSION));
  PetscCall(qv_h5_text(file, "/run", "commit", QV_COMMIT));
  PetscCall(qv_h5_text(file, "/run", "compiler", QV_COMPILER));
  PetscCall(qv_h5_text(file, "/run", "build_type", QV_BUILD_TYPE));
  snprintf(text, sizeof text, "%d.%d.%d", PETSC_VERSION_MAJOR, PETSC_VERSION_MINOR,
           PETSC_VERSION_SUBMINOR);
  PetscCall(qv_h5_text(file, "/run", "petsc", text));
  PetscCallMPI(MPI_Get_library_version(mpi, &length));
  mpi[strcspn(mpi, ",\n")] = 0;
  PetscCall(qv_h5_text(file, "/run", "mpi", mpi));
  cpu_text(text);
  PetscCall(qv_h5_text(file, "/run", "cpu", text));
  PetscFunctionReturn(0);
}

static PetscErrorCode write_times(const qv_run *run, qv_h5 *file) {
  static const char *const phase[QV_PHASES] = {"setup_seconds", "step_seconds", "observe_seconds",
                                               "checkpoint_seconds", "output_seconds"};
  char                     text[32];

  PetscFunctionBegin;
  date_text(run->started_at, text);
  PetscCall(qv_h5_text(file, "/run", "started", text));
  date_text((int64_t)time(NULL), text);
  PetscCall(qv_h5_text(file, "/run", "ended", text));
  PetscCall(qv_h5_real(file, "/run", "seconds", MPI_Wtime() - run->started));
  for (int i = 0; i < QV_PHASE_OUTPUT; i++)
    PetscCall(qv_h5_real(file, "/run", phase[i], run->phase[i]));
  PetscCall(qv_h5_integer(file, "/run", "steps", run->steps));
  PetscCall(qv_h5_integer(file, "/run", "step_quantum", run->quantum));
  PetscFunctionReturn(0);
}

/* The plain digest of every input, "sha256  path as found", one a line. */
static PetscErrorCode write_inputs(const qv_run *run, qv_h5 *file) {
  const qv_path **files;
  int             n;

  PetscFunctionBegin;
  PetscCall(qv_deck_files(2, run->job->section, &n, &files));
  for (int i = 0; i < n; i++) {
    char name[32], digest[QV_DIGEST_TEXT], text[QV_DIGEST_TEXT + 4096];
    int  reason;
    PetscCall(qv_digest_file(files[i]->found, digest, &reason));
    snprintf(name, sizeof name, "input_%d", i + 1);
    snprintf(text, sizeof text, "%s  %s", reason ? "unreadable" : digest, files[i]->found);
    PetscCall(qv_h5_text(file, "/run", name, text));
  }
  PetscCall(PetscFree(files));
  PetscFunctionReturn(0);
}

static PetscErrorCode write_overrides(const qv_run *run, qv_h5 *file) {
  const qv_deck *deck = run->job->deck;

  PetscFunctionBegin;
  if (!deck->n_overrides) PetscFunctionReturn(0);
  PetscCall(qv_h5_write(file,
                        &(qv_array){.path      = "/run/overrides",
                                    .type      = QV_TEXT,
                                    .rank      = 1,
                                    .shape     = {deck->n_overrides},
                                    .axes      = {"override"},
                                    .unit      = "1",
                                    .long_name = "keys set on the command line"},
                        deck->override));
  PetscFunctionReturn(0);
}

/* Rank 0 writes; `hosts` holds NAME bytes for each rank. */
static PetscErrorCode write_run(const qv_run *run, qv_h5 *file, char *hosts) {
  char **host;

  PetscFunctionBegin;
  PetscCall(qv_h5_group(file, "/run"));
  PetscCall(write_software(file));
  PetscCall(write_times(run, file));
  PetscCall(write_inputs(run, file));
  PetscCall(write_overrides(run, file));
  PetscCall(qv_h5_text(file, "/run", "output", run->job->common.output));
  PetscCall(qv_h5_text(file, "/run", "command_line", run->request->command_line));
  PetscCall(qv_h5_integer(file, "/run", "ranks", run->size));
  PetscCall(qv_h5_write(
    file,
    &(qv_array){
      .path = "/run/deck", .type = QV_TEXT, .unit = "1", .long_name = "the deck as it was read"},
    &run->job->deck->text));
  PetscCall(PetscMalloc1(run->size, &host));
  for (int i = 0; i < run->size; i++) host[i] = hosts + (size_t)i * NAME;
  PetscCall(qv_h5_write(file,
                        &(qv_array){.path      = "/run/host",
                                    .type      = QV_TEXT,
                                    .rank      = 1,
                                    .shape     = {run->size},
                                    .axes      = {"rank"},
                                    .unit      = "1",
                                    .long_name = "host of each rank"},
                        host));
  PetscCall(PetscFree(host));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_provenance_write(qv_run *run, qv_h5 *file) {
  char           mine[NAME] = "", *hosts = NULL;
  PetscErrorCode code = 0;

  PetscFunctionBegin;
  gethostname(mine, sizeof mine - 1);
  if (run->rank == 0) PetscCall(PetscCalloc1((size_t)run->size * NAME, &hosts));
  PetscCallMPI(MPI_Gather(mine, NAME, MPI_CHAR, hosts, NAME, MPI_CHAR, 0, run->comm));
  if (run->rank == 0) code = write_run(run, file, hosts);
  PetscCall(PetscFree(hosts));
  PetscCall(qv_agree_ok(run->comm, !code, code, "cannot write the output"));
  PetscFunctionReturn(0);
}
