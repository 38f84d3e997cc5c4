/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "apps/command.h"
#include "solvers/store/h5.h"

enum { DIFFERENT = 1 };

static PetscErrorCode run(const qv_arguments *arguments, int *code) {
  const char *a = arguments->word[0], *b = arguments->word[1], *reason = NULL;
  char       *difference = NULL;

  PetscFunctionBegin;
  *code = QV_EXIT_DONE;
  if (arguments->rank) PetscFunctionReturn(0);
  PetscCall(
    qv_h5_diff(a, b, qv_arguments_has(arguments, "--all") ? NULL : "/run", &difference, &reason));
  if (reason) {
    fprintf(stderr, "quadrivium diff: %s\n", reason);
    *code = QV_EXIT_DATA;
  } else if (difference) {
    printf("%s\n", difference);
    *code = DIFFERENT;
  }
  PetscCall(PetscFree(difference));
  PetscFunctionReturn(0);
}

const qv_command qv_command_diff = {
  .name    = "diff",
  .usage   = "diff A B [--all]",
  .summary = "compare two output files: types, shapes, attributes and bits",
  .options = "--all",
  .least   = 2,
  .most    = 2,
  .run     = run,
  .help =
    "Everything outside /run counts: that group holds what may differ between equal runs.\n"
    "The first difference is named.\n\n"
    "  --all   compare /run too\n\n"
    "exit codes: 0 equal, 1 different, 65 a file cannot be read\n"};
