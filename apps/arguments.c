/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apps/command.h"
#include "solvers/run/version.h"

/* 0: unknown, 1: a flag, 2: takes a value. */
static int kind_of_option(const qv_command *command, const char *word, size_t length) {
  for (const char *at = command->options; at && (at = strstr(at, "--")); at += 2) {
    const size_t known = strcspn(at, " =");
    if (known == length && !strncmp(at, word, length)) return at[known] == '=' ? 2 : 1;
  }
  return 0;
}

static PetscErrorCode complain(char **complaint, const char *format, const char *a, const char *b) {
  const size_t length = strlen(format) + strlen(a) + strlen(b) + 1;

  PetscFunctionBegin;
  if (*complaint) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1(length, complaint));
  snprintf(*complaint, length, format, a, b);
  PetscFunctionReturn(0);
}

/* All words from `first` on, joined by blanks. */
static PetscErrorCode join(int argc, char **argv, int first, char **text) {
  size_t length = 1;

  PetscFunctionBegin;
  for (int i = first; i < argc; i++) length += strlen(argv[i]) + 1;
  PetscCall(PetscCalloc1(length, text));
  for (int i = first; i < argc; i++) {
    PetscCall(PetscStrlcat(*text, argv[i], length));
    if (i + 1 < argc) PetscCall(PetscStrlcat(*text, " ", length));
  }
  PetscFunctionReturn(0);
}

/* One option, with its value in the same word or the next. */
static PetscErrorCode take_option(const qv_command *command, int argc, char **argv, int *i,
                                  qv_arguments *arguments, char **complaint) {
  const char  *word   = argv[*i];
  const size_t length = strcspn(word, "=");
  const int    kind = kind_of_option(command, word, length), n = arguments->n_options;

  PetscFunctionBegin;
  if (!kind || n == 16) {
    PetscCall(
      complain(complaint, "unknown option '%s'; see 'quadrivium %s --help'", word, command->name));
    PetscFunctionReturn(0);
  }
  arguments->option[n] = word;
  if (kind == 2) {
    if (word[length])
      arguments->value[n] = word + length + 1;
    else if (*i + 1 < argc)
      arguments->value[n] = argv[++*i];
    else
      PetscCall(complain(complaint, "option '%s' needs a value%s", word, ""));
  } else if (word[length]) {
    PetscCall(complain(complaint, "option '%s' takes no value%s", word, ""));
  }
  arguments->n_options++;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_arguments_parse(const qv_command *command, int argc, char **argv,
                                  qv_arguments *arguments, char **complaint) {
  int end = argc;

  PetscFunctionBegin;
  memset(arguments, 0, sizeof *arguments);
  *complaint = NULL;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &arguments->rank));
  for (int i = argc - 1; i > 1; i--)
    if (!strcmp(argv[i], "--")) end = i;
  PetscCall(join(argc, argv, 0, &arguments->whole));
  PetscCall(join(argc, argv, end + 1, &arguments->petsc));
  PetscCall(PetscMalloc1(argc, &arguments->word));
  for (int i = 2; i < end; i++) {
    if (argv[i][0] == '-' && argv[i][1])
      PetscCall(take_option(command, end, argv, &i, arguments, complaint));
    else
      arguments->word[arguments->n_words++] = argv[i];
  }
  if (arguments->n_words < command->least)
    PetscCall(complain(complaint, "too few words; usage: quadrivium %s%s", command->usage, ""));
  if (arguments->n_words > command->most)
    PetscCall(complain(complaint, "too many words; usage: quadrivium %s%s", command->usage, ""));
  if (end < argc && strcmp(command->name, "run") != 0)
    PetscCall(complain(complaint, "'--' and options for PETSc go with 'run', not '%s'%s",
                       command->name, ""));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_arguments_release(qv_arguments *arguments) {
  PetscFunctionBegin;
  PetscCall(PetscFree(arguments->word));
  PetscCall(PetscFree(arguments->whole));
  PetscCall(PetscFree(arguments->petsc));
  PetscFunctionReturn(0);
}

static int place_of(const qv_arguments *arguments, const char *option) {
  const size_t length = strlen(option);
  for (int i = arguments->n_options - 1; i >= 0; i--)
    if (!strncmp(arguments->option[i], option, length) &&
        (!arguments->option[i][length] || arguments->option[i][length] == '='))
      return i;
  return -1;
}

bool qv_arguments_has(const qv_arguments *arguments, const char *option) {
  return place_of(arguments, option) >= 0;
}

const char *qv_arguments_value(const qv_arguments *arguments, const char *option,
                               const char *otherwise) {
  const int i = place_of(arguments, option);
  return i >= 0 ? arguments->value[i] : otherwise;
}

qv_job_request qv_arguments_job(const qv_arguments *arguments) {
  return (qv_job_request){.path        = arguments->word[0],
                          .n_overrides = arguments->n_words - 1,
                          .overrides   = arguments->word + 1,
                          .data_folder = qv_arguments_data_folder(),
                          .problems    = qv_problems};
}

const char *qv_arguments_data_folder(void) {
  return access(QV_SOURCE_INPUTS, R_OK) ? QV_PREFIX_INPUTS : QV_SOURCE_INPUTS;
}

PetscErrorCode qv_arguments_print_diag(const qv_arguments *arguments, const qv_diag *diag) {
  PetscFunctionBegin;
  if (arguments->rank == 0) PetscCall(qv_diag_print(diag, stderr));
  PetscFunctionReturn(0);
}
