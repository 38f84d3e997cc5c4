/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/command.h"
#include "apps/keys.h"

static const char dialect[] = "https://json-schema.org/draft/2020-12/schema";

/* Each problem by its name, so that an editor complains about the right keys. */
static PetscErrorCode print_all(void) {
  qv_keys keys;

  PetscFunctionBegin;
  printf(
    "{\n  \"$schema\": \"%s\",\n  \"type\": \"object\", \"required\": [\"problem\"],\n"
    "  \"properties\": {\"problem\": {\"enum\": [",
    dialect);
  for (int i = 0; qv_problems[i]; i++) printf("%s\"%s\"", i ? ", " : "", qv_problems[i]->name);
  printf("]}},\n  \"allOf\": [");
  for (int i = 0; qv_problems[i]; i++) {
    printf("%s\n    {\"if\": {\"properties\": {\"problem\": {\"const\": \"%s\"}}}, \"then\": ",
           i ? "," : "", qv_problems[i]->name);
    qv_keys_list(qv_problems[i], &keys);
    PetscCall(qv_keys_write_schema(&keys, 4, stdout));
    printf("}");
  }
  printf("\n  ]\n}\n");
  PetscFunctionReturn(0);
}

static PetscErrorCode run(const qv_arguments *arguments, int *code) {
  qv_keys keys;

  PetscFunctionBegin;
  *code = QV_EXIT_DONE;
  if (arguments->rank) PetscFunctionReturn(0);
  if (!arguments->n_words) {
    PetscCall(print_all());
    PetscFunctionReturn(0);
  }
  const qv_problem *problem = qv_keys_problem(arguments->word[0]);
  if (!problem) {
    fprintf(stderr, "quadrivium schema: unknown problem '%s'\n", arguments->word[0]);
    *code = QV_EXIT_USAGE;
    PetscFunctionReturn(0);
  }
  qv_keys_list(problem, &keys);
  PetscCall(qv_keys_write_schema(&keys, 0, stdout));
  printf("\n");
  PetscFunctionReturn(0);
}

const qv_command qv_command_schema = {
  .name    = "schema",
  .usage   = "schema [PROBLEM]",
  .summary = "print a JSON Schema of decks, for editors",
  .options = "",
  .least   = 0,
  .most    = 1,
  .run     = run,
  .help =
    "Editors complete and check keys by it. In the first line of a deck:\n\n"
    "  # yaml-language-server: $schema=quadrivium.schema.json\n\n"
    "Rules between keys are known to 'quadrivium check' alone.\n"};
