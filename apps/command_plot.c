/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "apps/command.h"
#include "apps/view.h"
#include "apps/view_compare.h"

/* A mistake in what was asked for, or in a file. */
static void complain(const char *where, const char *reason, int *code) {
  if (where)
    fprintf(stderr, "quadrivium plot: %s: %s\n", where, reason);
  else
    fprintf(stderr, "quadrivium plot: %s\n", reason);
  *code = QV_EXIT_DATA;
}

static PetscErrorCode compare(const qv_arguments *arguments, qv_view_pictures *made, int *code) {
  const char              *where, *reason;
  const qv_view_comparison wanted = {.n_files   = arguments->n_words,
                                     .files     = arguments->word,
                                     .x         = qv_arguments_value(arguments, "--x", NULL),
                                     .y         = qv_arguments_value(arguments, "--y", NULL),
                                     .log       = qv_arguments_value(arguments, "--log", NULL),
                                     .label     = qv_arguments_value(arguments, "--label", NULL),
                                     .only      = qv_arguments_value(arguments, "--only", NULL),
                                     .folder    = qv_arguments_value(arguments, "--output", "."),
                                     .format    = qv_arguments_value(arguments, "--format", "both"),
                                     .each_seed = qv_arguments_has(arguments, "--seeds")};

  PetscFunctionBegin;
  PetscCall(qv_view_compare(&wanted, made, &where, &reason));
  if (reason) complain(where, reason, code);
  PetscFunctionReturn(0);
}

/* Frames a second; 0: no animation; below 0: not a number that will do. */
static double frames_a_second(const qv_arguments *arguments) {
  const char  *text = qv_arguments_value(arguments, "--fps", "10");
  char        *end;
  const double fps = strtod(text, &end);
  if (!qv_arguments_has(arguments, "--animate"))
    return qv_arguments_has(arguments, "--fps") ? -1 : 0;
  return end > text && !*end && fps >= 0.1 && fps <= 100 ? fps : -1;
}

static PetscErrorCode draw(const qv_arguments *arguments, qv_view_pictures *made, int *code) {
  const char           *reason;
  const qv_view_request request = {.file      = arguments->word[0],
                                   .only      = qv_arguments_value(arguments, "--only", NULL),
                                   .folder    = qv_arguments_value(arguments, "--output", "."),
                                   .format    = qv_arguments_value(arguments, "--format", "both"),
                                   .fps       = frames_a_second(arguments),
                                   .each_seed = qv_arguments_has(arguments, "--seeds")};

  PetscFunctionBegin;
  if (request.fps < 0) {
    fprintf(stderr, "quadrivium plot: --fps goes with --animate and is between 0.1 and 100\n");
    *code = QV_EXIT_USAGE;
    PetscFunctionReturn(0);
  }
  PetscCall(qv_view_draw(&request, made, &reason));
  if (reason) complain(request.file, reason, code);
  PetscFunctionReturn(0);
}

static PetscErrorCode run(const qv_arguments *arguments, int *code) {
  qv_view_pictures made     = {0, NULL};
  const bool       compares = arguments->n_words > 1 || qv_arguments_has(arguments, "--x") ||
                        qv_arguments_has(arguments, "--y");

  PetscFunctionBegin;
  *code = QV_EXIT_DONE;
  if (arguments->rank) PetscFunctionReturn(0);
  if (compares)
    PetscCall(compare(arguments, &made, code));
  else
    PetscCall(draw(arguments, &made, code));
  for (int i = 0; i < made.n; i++) printf("%s\n", made.path[i]);
  PetscCall(qv_view_release(&made));
  PetscFunctionReturn(0);
}

const qv_command qv_command_plot = {
  .name    = "plot",
  .usage   = "plot FILE… [--only SET] [--output FOLDER]",
  .summary = "draw pictures of output files",
  .options = "--only= --output= --format= --x= --y= --log= --label= --seeds --animate --fps=",
  .least   = 1,
  .most    = 1000,
  .run     = run,
  .help =
    "Every data set with the attribute `view` becomes a picture <file>-<set>.svg and .png.\n"
    "Several files are compared: the curves and distributions that they share become\n"
    "compare-<set>.svg and .png, with a curve for each file.\n\n"
    "  --only SET,…      these data sets: paths (/result/energy_error) or last words of them\n"
    "  --output FOLDER   where the pictures go (default: the working directory)\n"
    "  --format FORMAT   svg, png or both (default)\n"
    "  --y WHAT --x WHAT draw one against the other: a column of /series or /run/series, a\n"
    "                    number of /result, a key of the deck, or a path. a+b adds, a:b is a\n"
    "                    per b (oracle_calls:update). Where one is a single number, a file is\n"
    "                    a point, of its last row; files of one label are joined\n"
    "  --log AXES        x, y or xy: logarithmic axes\n"
    "  --label KEY       key of the deck that names the curves, or `file`; default: what\n"
    "                    differs between the decks\n"
    "  --seeds           a curve for each seed; default: of three seeds and more their mean,\n"
    "                    with a band of one standard deviation\n"
    "  --animate         image sequences as animations <file>-<set>.apng, which browsers show,\n"
    "                    in place of pictures\n"
    "  --fps N           their frames a second (default 10)\n"};
