/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/threebody/systems_file_impl.h"
#include "solvers/store/table.h"

enum { SYSTEM, BODY, MASS, X, Y, VX, VY, Z, VZ, COLUMNS };
static const char *const column_name[COLUMNS] = {"system", "body", "mass", "x", "y",
                                                 "vx",     "vy",   "z",    "vz"};

/* A table on its way to systems. */
typedef struct {
  const qv_table *table;
  const char     *written;
  qv_diag        *diag;
  int             column[COLUMNS]; /* place in the table, -1: not there */
  int             axes;
  int             mistakes;
  int64_t        *order; /* rows by system, then body */
} reader;

static double value(const reader *r, int64_t row, int column) {
  return r->column[column] < 0 ? 0 : r->table->value[row * r->table->n_columns + r->column[column]];
}

/* A mistake at a row; the list is cut at its limit. */
static PetscErrorCode complain(reader *r, int64_t row, const char *text) {
  PetscFunctionBegin;
  if (r->mistakes++ < QV_SYSTEMS_MISTAKES)
    PetscCall(qv_diag_add(r->diag, QV_EXIT_DATA,
                          (qv_place){.file = r->written, .line = (int)r->table->line[row]}, "%s",
                          text));
  PetscFunctionReturn(0);
}

/* Which column is which; a mistake for each that is missing. */
static PetscErrorCode find_columns(reader *r) {
  const qv_place place = {.file = r->written};

  PetscFunctionBegin;
  for (int c = 0; c < COLUMNS; c++)
    r->column[c] = r->table->name ? qv_table_column(r->table, column_name[c]) : -1;
  r->axes = r->column[Z] >= 0 || r->column[VZ] >= 0 ? 3 : 2;
  if (!r->table->name) {
    r->mistakes++;
    PetscCall(qv_diag_add(r->diag, QV_EXIT_DATA, place,
                          "has no header; expected system,body,mass,x,y,z,vx,vy,vz"));
    PetscFunctionReturn(0);
  }
  for (int c = 0; c < (r->axes == 3 ? COLUMNS : Z); c++) {
    if (r->column[c] >= 0) continue;
    r->mistakes++;
    PetscCall(qv_diag_add(r->diag, QV_EXIT_DATA, place, "has no column '%s'", column_name[c]));
  }
  PetscFunctionReturn(0);
}

/* Rows whose system or body is no name. `base` is 0 or 1, whichever the file's bodies begin with.
 */
static PetscErrorCode check_names(reader *r, int *base) {
  char text[128];

  PetscFunctionBegin;
  *base = 1;
  for (int64_t i = 0; i < r->table->n_rows; i++)
    if (value(r, i, BODY) == 0) *base = 0;
  for (int64_t i = 0; i < r->table->n_rows; i++) {
    const double system = value(r, i, SYSTEM), body = value(r, i, BODY);
    if (system != rint(system) || fabs(system) > 9e15) {
      snprintf(text, sizeof text, "system must be a whole number, found %g", system);
      PetscCall(complain(r, i, text));
    }
    if (body != rint(body) || body < *base || body > *base + 2) {
      snprintf(text, sizeof text, "body must be %d, %d or %d, found %g", *base, *base + 1,
               *base + 2, body);
      PetscCall(complain(r, i, text));
    }
  }
  PetscFunctionReturn(0);
}

/* What rows are sorted by; qsort hands no context on, so the keys travel with the row numbers. */
typedef struct {
  double  system, body;
  int64_t row;
} sort_key;

static int by_name(const void *a, const void *b) {
  const sort_key *x = a, *y = b;
  if (x->system != y->system) return x->system < y->system ? -1 : 1;
  if (x->body != y->body) return x->body < y->body ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

static PetscErrorCode sort_rows(reader *r) {
  sort_key     *key;
  const int64_t n = r->table->n_rows;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &key));
  PetscCall(PetscMalloc1(n, &r->order));
  for (int64_t i = 0; i < n; i++) key[i] = (sort_key){value(r, i, SYSTEM), value(r, i, BODY), i};
  qsort(key, (size_t)n, sizeof *key, by_name);
  for (int64_t i = 0; i < n; i++) r->order[i] = key[i].row;
  PetscCall(PetscFree(key));
  PetscFunctionReturn(0);
}

/* Each system has each of its three bodies once; *n_systems counts them. */
static PetscErrorCode check_groups(reader *r, int64_t *n_systems) {
  const int64_t n = r->table->n_rows;
  char          text[128];

  PetscFunctionBegin;
  *n_systems = 0;
  for (int64_t i = 0, j; i < n; i = j, (*n_systems)++) {
    const double system = value(r, r->order[i], SYSTEM);
    for (j = i + 1; j < n && value(r, r->order[j], SYSTEM) == system; j++)
      if (value(r, r->order[j], BODY) == value(r, r->order[j - 1], BODY)) {
        snprintf(text, sizeof text, "body %g of system %.0f stands already on line %lld",
                 value(r, r->order[j], BODY), system, (long long)r->table->line[r->order[j - 1]]);
        PetscCall(complain(r, r->order[j], text));
      }
    if (j - i == 3) continue;
    snprintf(text, sizeof text, "system %.0f has %lld row%s; a system has 3 bodies", system,
             (long long)(j - i), j - i == 1 ? "" : "s");
    PetscCall(complain(r, r->order[i], text));
  }
  PetscFunctionReturn(0);
}

static void fill_system(const reader *r, int64_t first, qv_system *s) {
  static const int position[3] = {X, Y, Z}, velocity[3] = {VX, VY, VZ};
  for (int b = 0; b < 3; b++) {
    s->mass[b] = value(r, r->order[first + b], MASS);
    for (int k = 0; k < 3; k++) {
      s->position[b][k] = value(r, r->order[first + b], position[k]);
      s->velocity[b][k] = value(r, r->order[first + b], velocity[k]);
    }
  }
}

static PetscErrorCode fill(reader *r, qv_system_file *file) {
  char what[96], text[160];

  PetscFunctionBegin;
  for (int64_t i = 0; i < file->n; i++) {
    fill_system(r, 3 * i, &file->system[i]);
    file->id[i] = (int64_t)value(r, r->order[3 * i], SYSTEM);
    qv_systems_file_judge(&file->system[i], what);
    if (!what[0]) continue;
    snprintf(text, sizeof text, "system %lld: %s", (long long)file->id[i], what);
    PetscCall(complain(r, r->order[3 * i], text));
  }
  PetscFunctionReturn(0);
}

/* All checks, in the order in which they make sense of the next. */
static PetscErrorCode convert(reader *r, qv_system_file **file) {
  int64_t n_systems;
  int     base;

  PetscFunctionBegin;
  PetscCall(find_columns(r));
  if (r->mistakes) PetscFunctionReturn(0);
  PetscCall(check_names(r, &base));
  if (r->mistakes) PetscFunctionReturn(0);
  PetscCall(sort_rows(r));
  PetscCall(check_groups(r, &n_systems));
  if (r->mistakes) PetscFunctionReturn(0);
  PetscCall(qv_systems_file_create(n_systems, r->axes, file));
  PetscCall(fill(r, *file));
  if (r->mistakes) PetscCall(qv_systems_file_destroy(file));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_systems_csv_read(MPI_Comm comm, const char *path, const char *written,
                                   qv_diag *diag, qv_system_file **file) {
  qv_table *table;
  reader    r = {.written = written, .diag = diag};

  PetscFunctionBegin;
  *file = NULL;
  PetscCall(qv_table_read(comm, path, written, diag, &table));
  if (!table) PetscFunctionReturn(0);
  r.table = table;
  PetscCall(convert(&r, file));
  if (r.mistakes > QV_SYSTEMS_MISTAKES)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = written, .line = INT32_MAX},
                          "… and %d more", r.mistakes - QV_SYSTEMS_MISTAKES));
  PetscCall(PetscFree(r.order));
  PetscCall(qv_table_destroy(&table));
  PetscFunctionReturn(0);
}
