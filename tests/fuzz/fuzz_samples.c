/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzing of the readers of labelled samples, the first byte chooses which: never a crash, every
 * table finite, every refusal with words. */
#include "optim/bilevel/samples.h"
#include "tests/fuzz/fuzz_scratch.h"

#include <math.h>

static PetscErrorCode read_one(int which, qv_input *input, qv_samples **samples) {
  const qv_samples_form form = {.features = 64};
  switch (which % 4) {
    case 0:
      return qv_samples_idx(input, input, samples);
    case 1:
      return qv_samples_csv(input, &form, samples);
    case 2:
      return qv_samples_libsvm(input, &form, samples);
    default:
      return qv_samples_text(input, &form, samples);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  qv_input    input   = {.comm = PETSC_COMM_SELF, .written = "fuzz", .path = scratch};
  qv_samples *samples = NULL;
  if (size == 0) return 0;
  fuzz_write(scratch, data + 1, size - 1);
  if (qv_diag_create(&input.diag)) abort();
  if (read_one(data[0], &input, &samples)) abort();
  if ((samples != NULL) != (qv_diag_count(input.diag) == 0)) abort();
  if (samples && (samples->n < 1 || samples->features < 1)) abort();
  for (int64_t i = 0; samples && samples->real && i < samples->n * samples->features; i++)
    if (!isfinite(samples->real[i])) abort();
  if (qv_samples_destroy(&samples) || qv_diag_destroy(&input.diag)) abort();
  return 0;
}
