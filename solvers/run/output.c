/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "solvers/parallel/agree.h"
#include "solvers/run/run_impl.h"
#include "solvers/store/safe.h"
#include "solvers/store/xdmf.h"

/* Rank 0: what the file is, and what determines it. */
static PetscErrorCode write_head(const qv_run *run, const char *temporary, qv_h5 **file) {
  const qv_common *common = &run->job->common;

  PetscFunctionBegin;
  PetscCall(qv_h5_create(temporary, file));
  PetscCall(qv_h5_text(*file, "/", "format", "quadrivium"));
  PetscCall(qv_h5_integer(*file, "/", "format_version", 1));
  PetscCall(qv_h5_text(*file, "/", "problem", run->job->problem->name));
  if (common->title) PetscCall(qv_h5_text(*file, "/", "title", common->title));
  PetscCall(qv_h5_text(*file, "/", "verdict", run->conclusion[0] ? run->conclusion : "done"));
  PetscCall(qv_h5_group(*file, "/deck"));
  PetscCall(qv_h5_text(*file, "/deck", "digest", run->digest));
  PetscCall(qv_h5_text(*file, "/deck", "resume_digest", run->resume_digest));
  PetscCall(qv_h5_write(*file,
                        &(qv_array){.path      = "/deck/resolved",
                                    .type      = QV_TEXT,
                                    .unit      = "1",
                                    .long_name = "the deck with all defaults, without keys that "
                                                 "leave the result as it is"},
                        &run->resolved));
  PetscCall(qv_h5_write(*file,
                        &(qv_array){.path      = "/deck/inputs",
                                    .type      = QV_TEXT,
                                    .unit      = "1",
                                    .long_name = "SHA-256 and name of each input file"},
                        &run->inputs));
  PetscFunctionReturn(0);
}

/* Close the file and give it its name; image sequences get a side file. A file in its place that we
 * did not write is left as it is, unless --force was given. */
static PetscErrorCode write_tail(qv_run *run, const char *temporary, const char *path,
                                 qv_h5 **file) {
  const char *reason;
  char       *side, *text;
  bool        foreign;

  PetscFunctionBegin;
  PetscCall(qv_h5_close(file));
  PetscCall(qv_xdmf_name(path, &side));
  PetscCall(qv_xdmf_text(temporary, path, &text, &reason));
  PetscCheck(!reason, PETSC_COMM_SELF, PETSC_ERR_FILE_READ, "%s: %s", temporary, reason);
  PetscCall(qv_xdmf_is_foreign(side, &foreign));
  run->keeps_side     = text && foreign && !run->request->force;
  PetscErrorCode code = qv_safe_commit(temporary, path);
  if (!code && !run->keeps_side) code = qv_xdmf_save(side, text);
  PetscCall(PetscFree(side));
  PetscCall(PetscFree(text));
  PetscCall(code);
  PetscFunctionReturn(0);
}

static PetscErrorCode write_as(qv_run *run, const char *temporary, const char *path) {
  qv_h5         *file = NULL;
  PetscErrorCode code = 0;

  PetscFunctionBegin;
  if (run->rank == 0) code = write_head(run, temporary, &file);
  PetscCall(qv_agree_ok(run->comm, !code, code, "cannot write the output"));
  PetscCall(qv_record_open(run->record, file, true));
  PetscCall(run->job->problem->observe(run, run->state, run->record));
  if (run->rank == 0) code = qv_record_write_series(run->record, file, "");
  PetscCall(qv_agree_ok(run->comm, !code, code, "cannot write the output"));
  PetscCall(qv_provenance_write(run, file));
  if (run->rank == 0) code = write_tail(run, temporary, path, &file);
  PetscCall(qv_agree_ok(run->comm, !code, code, "cannot write the output"));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_output_write(qv_run *run) {
  const char *path = run->job->common.output;
  char       *temporary;

  PetscFunctionBegin;
  PetscCall(qv_safe_name(path, &temporary));
  const PetscErrorCode code = write_as(run, temporary, path);
  if (code && run->rank == 0) PetscCall(qv_safe_discard(temporary));
  PetscCall(PetscFree(temporary));
  PetscCall(code);
  PetscFunctionReturn(0);
}
