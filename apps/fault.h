/* SPDX-License-Identifier: GPL-3.0-or-later
 * Faults: one block of text on one rank, the PETSc trace on demand, an end for all ranks. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>

typedef struct {
  int  rank, size;
  bool printed;  /* this process has said what went wrong */
  bool together; /* raised by all ranks after an agreement */
} qv_fault;

/* Push the handler that fills *fault, which must outlive it. */
PetscErrorCode qv_fault_install(qv_fault *fault);

/* The exit code for a fault; does not return on a fault of one rank among several, since the others
 * wait: it ends them all. */
int qv_fault_end(const qv_fault *fault, PetscErrorCode code);
