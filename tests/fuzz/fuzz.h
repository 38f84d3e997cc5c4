/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the fuzz targets share: their start, and scratch files for readers that want a name. */
#pragma once
#include <petscsys.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Signals stay the sanitizer's, which writes the input down: neither Open MPI nor PETSc takes them.
 */
static inline void fuzz_begin(void) {
  setenv("OMPI_MCA_opal_signal", "", 1);
  if (PetscInitializeNoArguments()) abort();
  if (PetscPopSignalHandler()) abort();
}

enum { FUZZ_PATH = 64 };

/* A scratch file in memory where that can be: a disk flushes what is cut to nothing. The caller
 * unlinks it at the process's end. */
static inline void fuzz_scratch(char path[FUZZ_PATH]) {
  snprintf(path, FUZZ_PATH, "/dev/shm/fuzz_XXXXXX");
  int file = mkstemp(path);
  if (file < 0) {
    snprintf(path, FUZZ_PATH, "/tmp/fuzz_XXXXXX");
    file = mkstemp(path);
  }
  if (file < 0) abort();
  close(file);
}

static inline void fuzz_write(const char *path, const void *bytes, size_t size) {
  FILE *out = fopen(path, "wb");
  if (!out || fwrite(bytes, 1, size, out) != size || fclose(out)) abort();
}
