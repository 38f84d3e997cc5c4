/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/store/table.h"

#include "solvers/parallel/agree.h"
#include "solvers/store/table_text.h"

#include <locale.h>
#include <string.h>

/* Bytes of all names with their closing NULs. */
static size_t names_length(const qv_table *table) {
  size_t length = 0;
  for (int c = 0; table->name && c < table->n_columns; c++) length += strlen(table->name[c]) + 1;
  return length;
}

static PetscErrorCode share_names(MPI_Comm comm, int rank, size_t length, qv_table *table) {
  const size_t pointers = (size_t)table->n_columns * sizeof(char *);

  PetscFunctionBegin;
  if (rank) {
    char *block;
    PetscCall(PetscMalloc1(pointers + length, &block));
    table->name = (char **)(void *)block;
  }
  char *text = (char *)table->name + pointers;
  PetscCall(qv_agree_broadcast(comm, text, (int64_t)length, 1));
  for (int c = 0; rank && c < table->n_columns; c++) {
    table->name[c] = text;
    text += strlen(text) + 1;
  }
  PetscFunctionReturn(0);
}

/* Rank 0's table to all. */
static PetscErrorCode share(MPI_Comm comm, int rank, qv_table *table) {
  int64_t head[3] = {table->n_rows, table->n_columns, (int64_t)names_length(table)};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Bcast(head, 3, MPI_INT64_T, 0, comm));
  table->n_rows          = head[0];
  table->n_columns       = (int)head[1];
  const size_t n_entries = (size_t)head[0] * (size_t)head[1];
  if (rank) {
    PetscCall(PetscMalloc1(n_entries, &table->value));
    PetscCall(PetscMalloc1((size_t)head[0], &table->line));
  }
  PetscCall(qv_agree_broadcast(comm, table->value, head[0] * head[1], sizeof *table->value));
  PetscCall(qv_agree_broadcast(comm, table->line, head[0], sizeof *table->line));
  if (head[2]) PetscCall(share_names(comm, rank, (size_t)head[2], table));
  PetscFunctionReturn(0);
}

/* Numbers are written with a point, whatever the user's locale says. */
static PetscErrorCode read_in_c_locale(const char *path, const char *written, qv_diag *diag,
                                       qv_table *table) {
  PetscFunctionBegin;
  const locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
  PetscCheck(plain != (locale_t)0, PETSC_COMM_SELF, PETSC_ERR_MEM, "no room for a locale");
  const locale_t       before = uselocale(plain);
  const PetscErrorCode code   = qv_table_text_read(path, written, diag, table);
  uselocale(before);
  freelocale(plain);
  PetscCall(code);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_table_read(MPI_Comm comm, const char *path, const char *written, qv_diag *diag,
                             qv_table **table) {
  const int      mistakes = qv_diag_count(diag);
  PetscErrorCode code     = 0;
  int            rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(PetscNew(table));
  if (rank == 0) code = read_in_c_locale(path, written, diag, *table);
  PetscCall(qv_agree_ok(comm, code == 0, code, "cannot hold a table in memory"));
  int wrong = qv_diag_count(diag) > mistakes;
  PetscCallMPI(MPI_Bcast(&wrong, 1, MPI_INT, 0, comm));
  PetscCall(qv_diag_share(comm, diag));
  if (wrong)
    PetscCall(qv_table_destroy(table));
  else
    PetscCall(share(comm, rank, *table));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_table_destroy(qv_table **table) {
  PetscFunctionBegin;
  if (!*table) PetscFunctionReturn(0);
  PetscCall(qv_table_text_clear(*table));
  PetscCall(PetscFree(*table));
  PetscFunctionReturn(0);
}

int qv_table_column(const qv_table *table, const char *name) {
  for (int c = 0; table->name && c < table->n_columns; c++)
    if (strcmp(table->name[c], name) == 0) return c;
  return -1;
}
