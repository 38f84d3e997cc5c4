/* SPDX-License-Identifier: GPL-3.0-or-later
 * For readers that want a name: one scratch file a process, gone at its end. */
#pragma once
#include <petscsys.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char scratch[] = "/tmp/fuzz_XXXXXX";

static inline void scratch_remove(void) {
  unlink(scratch);
}

static inline void scratch_write(const uint8_t *data, size_t size) {
  FILE *file = fopen(scratch, "wb");
  if (!file || fwrite(data, 1, size, file) != size || fclose(file)) abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  const int file = mkstemp(scratch);
  if (file < 0) abort();
  close(file);
  atexit(scratch_remove);
  (void)argc;
  (void)argv;
  if (PetscInitializeNoArguments()) abort();
  if (PetscPopSignalHandler()) abort();
  return 0;
}
