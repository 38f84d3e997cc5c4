/* SPDX-License-Identifier: GPL-3.0-or-later
 * The start of a fuzz target whose reader wants the name of a file: `scratch`, there until the
 * process ends. For the one source file of the target. */
#pragma once
#include "tests/fuzz/fuzz.h"

static char scratch[FUZZ_PATH];

static void remove_scratch(void) {
  unlink(scratch);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  fuzz_scratch(scratch);
  atexit(remove_scratch);
  fuzz_begin();
  return 0;
}
