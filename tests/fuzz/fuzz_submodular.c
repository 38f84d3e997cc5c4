/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: see scripts/fuzz.sh. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/submodular_case.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  submodular_begin();
  fuzz_begin();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *wrong = submodular_case_run((const char *)data, size);
  if (wrong) {
    fprintf(stderr, "%s\n", wrong);
    abort();
  }
  return 0;
}
