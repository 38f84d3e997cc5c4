/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzing of tables: never a crash, every table finite and rectangular, every refusal with words.
 */
#include "solvers/store/table.h"
#include "tests/fuzz/fuzz_scratch.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  qv_table *table;
  qv_diag  *diag;
  fuzz_write(scratch, data, size);
  if (qv_diag_create(&diag)) abort();
  if (qv_table_read(PETSC_COMM_SELF, scratch, "fuzz", diag, &table)) abort();
  if ((table != NULL) != (qv_diag_count(diag) == 0)) abort();
  if (qv_diag_count(diag) > 21) abort();
  for (int64_t i = 0; table && i < table->n_rows * table->n_columns; i++)
    if (!isfinite(table->value[i])) abort();
  for (int64_t i = 1; table && i < table->n_rows; i++)
    if (table->line[i] <= table->line[i - 1]) abort();
  if (qv_table_destroy(&table) || qv_diag_destroy(&diag)) abort();
  return 0;
}
