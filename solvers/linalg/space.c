/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/linalg/space.h"

#include "solvers/parallel/layout.h"

#include <inttypes.h>

qv_space qv_space_reals(int64_t n) {
  return (qv_space){.parts = 1, .part = {{.rows = n, .unit = 0, .columns = 1}}};
}

qv_space qv_space_pairs(int64_t n) {
  return qv_space_reals(2 * n);
}

qv_space qv_space_units(int64_t count, int64_t length) {
  return (qv_space){.parts = 1, .part = {{.rows = count * length, .unit = length, .columns = 1}}};
}

qv_space qv_space_panel(qv_space rows, int64_t columns) {
  qv_space panel = rows;
  if (rows.parts != 1 || rows.part[0].columns != 1) return (qv_space){0};
  panel.part[0].columns = columns;
  return panel;
}

qv_space qv_space_stack(qv_space a, qv_space b) {
  if (a.parts + b.parts > QV_SPACE_PARTS) return (qv_space){0};
  for (int i = 0; i < b.parts; i++) a.part[a.parts++] = b.part[i];
  return a;
}

/* First row that a rank owns. */
static int64_t first_row(const qv_space_part *part, int rank, int ranks) {
  if (!part->unit) return qv_layout_first(part->rows, rank, ranks);
  return part->unit * qv_layout_first_unit(part->rows / part->unit, rank, ranks);
}

static int64_t local_rows(const qv_space_part *part, int rank, int ranks) {
  return first_row(part, rank + 1, ranks) - first_row(part, rank, ranks);
}

int64_t qv_space_size(const qv_space *space) {
  int64_t size = 0;
  for (int i = 0; i < space->parts; i++) size += space->part[i].rows * space->part[i].columns;
  return size;
}

int64_t qv_space_local(const qv_space *space, int rank, int ranks) {
  int64_t size = 0;
  for (int i = 0; i < space->parts; i++)
    size += local_rows(&space->part[i], rank, ranks) * space->part[i].columns;
  return size;
}

bool qv_space_equal(const qv_space *a, const qv_space *b) {
  if (a->parts != b->parts) return false;
  for (int i = 0; i < a->parts; i++) {
    const qv_space_part *p = &a->part[i], *q = &b->part[i];
    if (p->rows != q->rows || p->unit != q->unit || p->columns != q->columns) return false;
  }
  return true;
}

int qv_space_runs(const qv_space *space) {
  int64_t runs = 0;
  for (int i = 0; i < space->parts; i++) runs += space->part[i].columns;
  return (int)runs;
}

qv_space_run qv_space_run_at(const qv_space *space, int run, int rank, int ranks) {
  qv_space_run at   = {0};
  int64_t      left = run;
  for (int i = 0; i < space->parts; i++) {
    const qv_space_part *part = &space->part[i];
    const int64_t        here = local_rows(part, rank, ranks);
    if (left < part->columns) {
      at.local += left * here;
      at.index += left * part->rows + first_row(part, rank, ranks);
      at.count = here;
      at.unit  = part->unit % QV_TILE ? part->unit : 0; /* whole tiles need no restart */
      return at;
    }
    left -= part->columns;
    at.local += part->columns * here;
    at.index += part->columns * part->rows;
  }
  return at;
}

PetscErrorCode qv_space_check(const qv_space *space) {
  double size = 0;

  PetscFunctionBegin;
  PetscCheck(space->parts >= 1 && space->parts <= QV_SPACE_PARTS, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "a space has 1 to %d parts", QV_SPACE_PARTS);
  for (int i = 0; i < space->parts; i++) {
    const qv_space_part *part = &space->part[i];
    PetscCheck(part->rows >= 0 && part->unit >= 0 && part->columns >= 1 &&
                 part->columns <= PETSC_MAX_INT && (!part->unit || part->rows % part->unit == 0),
               PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "part %d of a space: %" PRId64 " rows in units of %" PRId64 ", %" PRId64 " columns",
               i, part->rows, part->unit, part->columns);
    size += (double)part->rows * (double)part->columns;
  }
  PetscCheck(size <= PETSC_MAX_INT, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "a vector of %.0f reals is longer than PETSc's integers allow", size);
  PetscFunctionReturn(0);
}
