/* SPDX-License-Identifier: GPL-3.0-or-later
 * A table of numbers out of lines of text: rank 0's side of qv_table_read. Not collective. */
#pragma once
#include "solvers/store/table.h"

/* Read the file; its mistakes and warnings go to diag. table->name is one block: the pointers, then
 * the texts. On a mistake the table is left incomplete; clear it with qv_table_text_clear. */
PetscErrorCode qv_table_text_read(const char *path, const char *written, qv_diag *diag,
                                  qv_table *table);
PetscErrorCode qv_table_text_clear(qv_table *table);
