/* SPDX-License-Identifier: GPL-3.0-or-later
 * libFuzzer target: see scripts/fuzz.sh. */
#include "tests/fuzz/deck_case.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  fuzz_begin();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *wrong = deck_case_run((const char *)data, size);
  if (wrong) {
    fprintf(stderr, "%s\n", wrong);
    abort();
  }
  return 0;
}
