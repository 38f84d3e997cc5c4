/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "apps/command.h"
#include "apps/keys.h"
#include "solvers/run/common.h"

static void print_row(const qv_key *row) {
  printf("  %s (%s", row->path, qv_keys_type_word(row->type));
  if (row->unit) printf(", unit %s", row->unit);
  if (row->range) printf(", in %s", row->range);
  if (!row->preset)
    printf(", must be given");
  else if (row->preset[0])
    printf(", default %s", row->preset);
  printf(")\n      %s\n", row->doc);
  if (row->when) printf("      only with %s\n", row->when);
  for (const qv_choice *c = row->choices; c && c->word; c++)
    printf("      %-18s %s\n", c->word, c->doc);
}

static void print_keys(const qv_problem *problem) {
  printf("%s: %s\n\nkeys of every deck:\n", problem->name, problem->summary);
  for (const qv_key *row = qv_common_keys; row->type; row++) print_row(row);
  printf("\nkeys of %s:\n", problem->name);
  for (const qv_key *row = problem->keys; row->type; row++) print_row(row);
}

/* docs/decks.md. */
static PetscErrorCode print_reference(void) {
  qv_keys keys;
  int     n = 0;

  PetscFunctionBegin;
  printf(
    "# Decks: every key\n\n"
    "Made by `quadrivium list --markdown` from the tables that decks are checked by; what values "
    "look\n"
    "like is told in the [user guide](guide.md#decks).\n\n## Keys of every deck\n\n");
  while (qv_common_keys[n].type) n++;
  qv_keys_list(qv_problems[0], &keys);
  keys.n = n;
  PetscCall(qv_keys_write_reference(&keys, 0, stdout));
  for (int i = 0; qv_problems[i]; i++) {
    printf("\n## `%s`\n\nTo %s.\n\n", qv_problems[i]->name, qv_problems[i]->summary);
    qv_keys_list(qv_problems[i], &keys);
    PetscCall(qv_keys_write_reference(&keys, n, stdout));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode run(const qv_arguments *arguments, int *code) {
  PetscFunctionBegin;
  *code = QV_EXIT_DONE;
  if (arguments->rank) PetscFunctionReturn(0);
  if (qv_arguments_has(arguments, "--markdown")) {
    PetscCall(print_reference());
    PetscFunctionReturn(0);
  }
  if (!arguments->n_words) {
    for (int i = 0; qv_problems[i]; i++)
      printf("%-24s %s\n", qv_problems[i]->name, qv_problems[i]->summary);
    PetscFunctionReturn(0);
  }
  for (int i = 0; qv_problems[i]; i++) {
    if (strcmp(qv_problems[i]->name, arguments->word[0])) continue;
    print_keys(qv_problems[i]);
    PetscFunctionReturn(0);
  }
  fprintf(stderr, "quadrivium list: unknown problem '%s'\n", arguments->word[0]);
  *code = QV_EXIT_USAGE;
  PetscFunctionReturn(0);
}

const qv_command qv_command_list = {
  .name    = "list",
  .usage   = "list [PROBLEM]",
  .summary = "list all problems, or all keys of one",
  .options = "--markdown",
  .least   = 0,
  .most    = 1,
  .run     = run,
  .help =
    "With the name of a problem: every key with its type, unit, range, default and meaning.\n\n"
    "  --markdown   the keys of all problems as tables: docs/decks.md\n"};
