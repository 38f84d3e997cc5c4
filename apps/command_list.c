/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "apps/command.h"
#include "solvers/run/common.h"

static const char *type_word(qv_key_type type) {
  switch (type) {
    case QV_KEY_INT:
      return "whole number";
    case QV_KEY_REAL:
      return "number";
    case QV_KEY_QUANTITY:
      return "number with unit";
    case QV_KEY_REAL_OR_WORD:
      return "number or word";
    case QV_KEY_BOOL:
      return "true or false";
    case QV_KEY_CHOICE:
      return "word";
    case QV_KEY_FILE:
      return "file";
    case QV_KEY_REALS:
      return "list of numbers";
    case QV_KEY_TEXTS:
      return "list of texts";
    default:
      return "text";
  }
}

static void print_row(const qv_key *row) {
  printf("  %s (%s", row->path, type_word(row->type));
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

static PetscErrorCode run(const qv_arguments *arguments, int *code) {
  PetscFunctionBegin;
  *code = QV_EXIT_DONE;
  if (arguments->rank) PetscFunctionReturn(0);
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
  .options = "",
  .least   = 0,
  .most    = 1,
  .run     = run,
  .help =
    "With the name of a problem: every key with its type, unit, range, default and meaning.\n"};
