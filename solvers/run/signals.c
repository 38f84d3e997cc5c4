/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <string.h>

#include "solvers/run/run_impl.h"

/* A signal handler can reach nothing but a global; this is the only one of the program. */
static volatile sig_atomic_t seen;

static void note(int number) {
  (void)number;
  seen = 1;
}

PetscErrorCode qv_signals_install(void) {
  const int        numbers[] = {SIGUSR1, SIGTERM, SIGINT};
  struct sigaction action;

  PetscFunctionBegin;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (int i = 0; i < 3; i++)
    PetscCheck(!sigaction(numbers[i], &action, NULL), PETSC_COMM_SELF, PETSC_ERR_LIB,
               "cannot handle signal %d", numbers[i]);
  PetscFunctionReturn(0);
}

bool qv_signals_seen(void) {
  return seen != 0;
}
