/* SPDX-License-Identifier: GPL-3.0-or-later
 * Subcommands of the program: one file each, one row each in commands.def. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>

#include "solvers/run/driver.h"

/* The words of the command line, sorted: options of ours, other words, and what stands behind `--`.
 */
typedef struct {
  int         n_words;
  char      **word;  /* neither options nor their values */
  char       *whole; /* the command line as it was given */
  char       *petsc; /* the words behind `--`, joined by blanks */
  int         n_options;
  const char *option[16]; /* "--force", "--only" */
  const char *value[16];  /* NULL for flags */
  int         rank;
} qv_arguments;

typedef struct {
  const char *name, *usage, *summary, *help;
  const char *options;     /* known options: "--force --resume --only=" ('=': takes a value) */
  int         least, most; /* number of words */
  PetscErrorCode (*run)(const qv_arguments *arguments, int *code);
} qv_command;

#define QV_COMMAND(name) extern const qv_command qv_command_##name;
#include "apps/commands.def"
#undef QV_COMMAND

/* All problems, ends with NULL. */
extern const qv_problem *const qv_problems[];

/* Sort argv[2…] for a command; *complaint is NULL or a sentence about what is wrong. */
PetscErrorCode qv_arguments_parse(const qv_command *command, int argc, char **argv,
                                  qv_arguments *arguments, char **complaint);
PetscErrorCode qv_arguments_release(qv_arguments *arguments);

/* Was the flag given? The value of an option, or `otherwise`. */
bool        qv_arguments_has(const qv_arguments *arguments, const char *option);
const char *qv_arguments_value(const qv_arguments *arguments, const char *option,
                               const char *otherwise);

/* The deck and the overrides among the words, for qv_job_create. */
qv_job_request qv_arguments_job(const qv_arguments *arguments);

/* The program's folder of inputs: of the source tree where it is there, else of the installation.
 */
const char *qv_arguments_data_folder(void);

/* Rank 0 prints the list to stderr. */
PetscErrorCode qv_arguments_print_diag(const qv_arguments *arguments, const qv_diag *diag);
