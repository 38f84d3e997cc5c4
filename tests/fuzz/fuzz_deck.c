/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target (QV_FUZZ=ON, clang):
 *   fuzz_deck -max_total_time=300 -max_len=4096 NEW_CORPUS tests/fuzz/corpus/deck */
#include "tests/fuzz/deck_case.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  if (PetscInitializeNoArguments()) abort();
  return PetscPopSignalHandler() ? 1 : 0; /* reports are the sanitizer's */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *wrong = deck_case_run((const char *)data, size);
  if (wrong) {
    fprintf(stderr, "%s\n", wrong);
    abort();
  }
  return 0;
}
