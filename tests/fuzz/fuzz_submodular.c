/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target (QV_FUZZ=ON, clang):
 *   fuzz_submodular -max_total_time=300 -max_len=2048 NEW_CORPUS tests/fuzz/corpus/submodular */
#include "tests/fuzz/submodular_case.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  if (PetscInitializeNoArguments()) abort();
  submodular_begin();
  return PetscPopSignalHandler() ? 1 : 0; /* reports are the sanitizer's */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *wrong = submodular_case_run((const char *)data, size);
  if (wrong) {
    fprintf(stderr, "%s\n", wrong);
    abort();
  }
  return 0;
}
