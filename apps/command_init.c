/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/command.h"
#include "apps/keys.h"

static PetscErrorCode run(const qv_arguments *arguments, int *code) {
  const qv_problem *problem = qv_keys_problem(arguments->word[0]);
  const char       *unknown;
  qv_keys           keys;

  PetscFunctionBegin;
  *code = QV_EXIT_DONE;
  if (arguments->rank) PetscFunctionReturn(0);
  if (!problem) {
    fprintf(stderr, "quadrivium init: unknown problem '%s'; 'quadrivium list' shows them all\n",
            arguments->word[0]);
    *code = QV_EXIT_USAGE;
    PetscFunctionReturn(0);
  }
  qv_keys_list(problem, &keys);
  PetscCall(
    qv_keys_write_deck(&keys, arguments->n_words - 1, arguments->word + 1, stdout, &unknown));
  if (unknown) {
    fprintf(stderr, "quadrivium init: '%s' is no key=value that applies here\n", unknown);
    *code = QV_EXIT_USAGE;
  }
  PetscFunctionReturn(0);
}

const qv_command qv_command_init = {
  .name    = "init",
  .usage   = "init PROBLEM [key=value …]",
  .summary = "print a commented starter deck",
  .options = "",
  .least   = 1,
  .most    = 1000,
  .run     = run,
  .help =
    "Keys that must be given stand open, with ??? for what has to be filled in; all others are\n"
    "comments with their defaults. Words key=value fill in; which keys must be given follows\n"
    "from choices made so:\n\n"
    "  quadrivium init submodular.stream submodular.stream.from=file > deck.yaml\n"};
