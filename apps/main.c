/* SPDX-License-Identifier: GPL-3.0-or-later
 * The front door: picks the subcommand, starts and ends MPI and PETSc, turns faults into one
 * message and an exit code. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/command.h"
#include "apps/fault.h"

static const qv_command *const commands[] = {
#define QV_COMMAND(name) &qv_command_##name,
#include "apps/commands.def"
#undef QV_COMMAND
  NULL};

static const qv_command *find_command(const char *name) {
  for (int i = 0; commands[i]; i++)
    if (!strcmp(commands[i]->name, name)) return commands[i];
  return NULL;
}

static void print_help(FILE *out) {
  fputs(
    "quadrivium: chaotic three-body integration, dynamic imaging, bilevel optimisation and\n"
    "dynamic submodular maximisation, from one input deck to one HDF5 file\n\nusage:\n",
    out);
  for (int i = 0; commands[i]; i++)
    fprintf(out, "  quadrivium %-38s %s\n", commands[i]->usage, commands[i]->summary);
  fputs("\n'quadrivium COMMAND --help' tells more. In parallel: mpiexec -n 4 quadrivium run DECK\n",
        out);
}

static void print_command_help(const qv_command *command) {
  printf("usage: quadrivium %s\n%s\n\n%s", command->usage, command->summary, command->help);
}

/* What has to be said before MPI starts, without overruling the user. */
static void prepare_environment(void) {
  if (!getenv("OMPI_COMM_WORLD_SIZE") &&
      !getenv("PMIX_RANK")) { /* one process: no daemon, no network */
    setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
    setenv("OMPI_MCA_orte_create_session_dirs", "0", 0); /* all runs of a user share them: a race */
    setenv("OMPI_MCA_pml", "ob1", 0);
    setenv("OMPI_MCA_btl", "self,vader", 0);
  }
  /* the look for graphics cards costs a tenth of a second */
  setenv("HWLOC_COMPONENTS", "-gl,-opencl,-cuda,-nvml,-rsmi,-levelzero", 0);
  setenv("HDF5_USE_FILE_LOCKING", "BEST_EFFORT", 0);
}

/* PETSc without ~/.petscrc, PETSC_OPTIONS and signal handlers; options behind `--` only. */
static PetscErrorCode start(int argc, char **argv, bool *ignored) {
  static char skip[] = "-skip_petscrc", handler[] = "-no_signal_handler";
  char      **words;
  int         n = 0;

  *ignored = getenv("PETSC_OPTIONS") != NULL;
  unsetenv("PETSC_OPTIONS");
  words = calloc((size_t)argc + 3, sizeof *words);
  if (!words) return PETSC_ERR_MEM;
  words[n++] = argv[0];
  words[n++] = skip;
  words[n++] = handler;
  for (int i = 1; i < argc; i++)
    if (!strcmp(argv[i], "--"))
      while (++i < argc) words[n++] = argv[i];
  char               **given = words;
  const PetscErrorCode code  = PetscInitialize(&n, &given, NULL, NULL);
  free(words);
  openblas_set_num_threads(1); /* two threads give other bits */
  return code;
}

static PetscErrorCode dispatch(const qv_command *command, int argc, char **argv, int *code) {
  qv_arguments arguments;
  char        *complaint;

  PetscFunctionBegin;
  PetscCall(qv_arguments_parse(command, argc, argv, &arguments, &complaint));
  if (complaint) {
    if (arguments.rank == 0) fprintf(stderr, "quadrivium %s: %s\n", command->name, complaint);
    *code = QV_EXIT_USAGE;
  } else {
    PetscCall(command->run(&arguments, code));
  }
  PetscCall(PetscFree(complaint));
  PetscCall(qv_arguments_release(&arguments));
  PetscFunctionReturn(0);
}

static bool asks_for_help(int argc, char **argv) {
  for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
    if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) return true;
  return false;
}

/* The rank as the launcher names it, to speak once before MPI has started. */
static bool is_first(void) {
  const char *rank = getenv("OMPI_COMM_WORLD_RANK");
  return !rank || !strcmp(rank, "0");
}

int main(int argc, char **argv) {
  int  code = QV_EXIT_DONE;
  bool ignored;

  const char       *word = argc > 1 ? argv[1] : "--help";
  const bool        help = !strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help");
  const qv_command *command = find_command(!strcmp(word, "--version") ? "version" : word);
  if (help || !command) {
    if (!is_first()) return help && argc > 1 ? QV_EXIT_DONE : QV_EXIT_USAGE;
    if (!help) fprintf(stderr, "quadrivium: unknown command '%s'\n\n", word);
    print_help(help && argc > 1 ? stdout : stderr);
    return help && argc > 1 ? QV_EXIT_DONE : QV_EXIT_USAGE;
  }
  if (asks_for_help(argc, argv)) {
    if (is_first()) print_command_help(command);
    return QV_EXIT_DONE;
  }
  prepare_environment();
  if (start(argc, argv, &ignored)) return QV_EXIT_INTERNAL;
  qv_fault fault = {0};
  qv_fault_install(&fault);
  if (ignored && fault.rank == 0)
    fprintf(stderr, "quadrivium: PETSC_OPTIONS is ignored; options for PETSc go after '--'\n");
  const PetscErrorCode ierr = dispatch(command, argc, argv, &code);
  if (ierr) code = qv_fault_end(&fault, ierr);
  PetscPopErrorHandler();
  PetscFinalize();
  return code;
}
