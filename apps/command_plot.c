/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "apps/command.h"
#include "apps/view.h"

static PetscErrorCode run(const qv_arguments *arguments, int *code) {
  const char           *reason;
  qv_view_pictures      made;
  const qv_view_request request = {.file   = arguments->word[0],
                                   .only   = qv_arguments_value(arguments, "--only", NULL),
                                   .folder = qv_arguments_value(arguments, "--output", "."),
                                   .format = qv_arguments_value(arguments, "--format", "both")};

  PetscFunctionBegin;
  *code = QV_EXIT_DONE;
  if (arguments->rank) PetscFunctionReturn(0);
  PetscCall(qv_view_draw(&request, &made, &reason));
  if (reason) {
    fprintf(stderr, "quadrivium plot: %s: %s\n", request.file, reason);
    *code = QV_EXIT_DATA;
  }
  for (int i = 0; i < made.n; i++) printf("%s\n", made.path[i]);
  PetscCall(qv_view_release(&made));
  PetscFunctionReturn(0);
}

const qv_command qv_command_plot = {
  .name    = "plot",
  .usage   = "plot FILE [--only SET] [--output FOLDER]",
  .summary = "draw pictures of an output file",
  .options = "--only= --output= --format=",
  .least   = 1,
  .most    = 1,
  .run     = run,
  .help =
    "Every data set with the attribute `view` becomes a picture <file>-<set>.svg and .png.\n\n"
    "  --only SET        one data set, as /result/energy_error\n"
    "  --output FOLDER   where the pictures go (default: the working directory)\n"
    "  --format FORMAT   svg, png or both (default)\n"};
