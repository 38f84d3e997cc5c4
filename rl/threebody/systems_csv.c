/* SPDX-License-Identifier: GPL-3.0-or-later
 * Systems from a table with a row for each body. */
#include "rl/threebody/systems_input.h"

#include <math.h>

enum { SYSTEM, BODY, MASS, X, Y, Z, VX, VY, VZ, COLUMNS };

static const char *const names[COLUMNS] = {"system", "body", "mass", "x", "y",
                                           "z",      "vx",   "vy",   "vz"};

typedef struct {
  qv_systems_input *input;
  const qv_table   *table;
  int               column[COLUMNS]; /* -1: not there */
  int               base;            /* number of the first body */
} reader;

static double entry(const reader *r, int64_t row, int column) {
  const int c = r->column[column];
  return c < 0 ? 0 : r->table->value[row * r->table->n_columns + c];
}

static int64_t line(const reader *r, int64_t row) {
  return r->table->line[row];
}

/* Without a header the columns come in the order of `names`, with or without z and vz. */
static PetscErrorCode place_columns(reader *r) {
  const int n = r->table->n_columns;

  PetscFunctionBegin;
  if (n != COLUMNS && n != COLUMNS - 2)
    PetscCall(qv_systems_input_complain(
      r->input, 0,
      "%d columns without a header; expected 7 (system, body, mass, x, y, vx, vy) or 9 "
      "(system, body, mass, x, y, z, vx, vy, vz)",
      n));
  for (int c = 0, next = 0; c < COLUMNS; c++) {
    const bool absent = n != COLUMNS && (c == Z || c == VZ);
    r->column[c]      = absent ? -1 : next++;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode find_columns(reader *r) {
  PetscFunctionBegin;
  if (!r->table->name) {
    PetscCall(place_columns(r));
    PetscFunctionReturn(0);
  }
  for (int c = 0; c < COLUMNS; c++) {
    r->column[c] = qv_table_column(r->table, names[c]);
    if (r->column[c] < 0 && c != Z && c != VZ)
      PetscCall(qv_systems_input_complain(r->input, 0, "no column '%s'", names[c]));
  }
  if ((r->column[Z] < 0) != (r->column[VZ] < 0))
    PetscCall(qv_systems_input_complain(
      r->input, 0, "there is a column '%s' but no column '%s'; expected both or neither",
      names[r->column[Z] < 0 ? VZ : Z], names[r->column[Z] < 0 ? Z : VZ]));
  PetscFunctionReturn(0);
}

/* Bodies count from 0 if any of them is 0. */
static PetscErrorCode check_bodies(reader *r) {
  int64_t zero = -1;

  PetscFunctionBegin;
  for (int64_t i = 0; i < r->table->n_rows && zero < 0; i++)
    if (entry(r, i, BODY) == 0) zero = i;
  r->base = zero < 0;
  for (int64_t i = 0; i < r->table->n_rows; i++) {
    const double body = entry(r, i, BODY);
    if (body == 3 && zero >= 0)
      PetscCall(qv_systems_input_complain(
        r->input, line(r, i),
        "body 3, but line %lld has a body 0; bodies are numbered 0 to 2 or 1 to 3 in all of a file",
        (long long)line(r, zero)));
    else if (body != 0 && body != 1 && body != 2 && body != 3)
      PetscCall(qv_systems_input_complain(r->input, line(r, i),
                                          "body %g; bodies are numbered 0 to 2 or 1 to 3", body));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode check_ids(reader *r) {
  PetscFunctionBegin;
  for (int64_t i = 0; i < r->table->n_rows; i++) {
    const double id = entry(r, i, SYSTEM);
    if (floor(id) != id || fabs(id) > 9007199254740992.0)
      PetscCall(qv_systems_input_complain(r->input, line(r, i),
                                          "system %g; expected a whole number up to 2^53", id));
  }
  PetscFunctionReturn(0);
}

/* One body's row into its place. */
static PetscErrorCode take_row(reader *r, int64_t row, int body, qv_system *system) {
  const double mass = entry(r, row, MASS);

  PetscFunctionBegin;
  if (!(mass > 0))
    PetscCall(
      qv_systems_input_complain(r->input, line(r, row), "mass %g; a mass must be positive", mass));
  system->mass[body] = mass;
  for (int k = 0; k < 3; k++) {
    system->position[body][k] = entry(r, row, X + k);
    system->velocity[body][k] = entry(r, row, VX + k);
  }
  PetscFunctionReturn(0);
}

/* The rows keys[0..n) of one system. */
static PetscErrorCode take_system(reader *r, const qv_systems_key *keys, int64_t n,
                                  qv_system *system) {
  int64_t         of[3] = {-1, -1, -1};
  int             a, b;
  const long long id = keys[0].id;

  PetscFunctionBegin;
  for (int64_t i = 0; i < n; i++) {
    const int body = (int)entry(r, keys[i].row, BODY) - r->base;
    if (of[body] >= 0) {
      PetscCall(qv_systems_input_complain(
        r->input, line(r, keys[i].row), "body %d of system %lld again; it is on line %lld already",
        body + r->base, id, (long long)line(r, of[body])));
      PetscFunctionReturn(0);
    }
    of[body] = keys[i].row;
    PetscCall(take_row(r, keys[i].row, body, system));
  }
  if (n != 3)
    PetscCall(qv_systems_input_complain(r->input, line(r, keys[0].row),
                                        "system %lld has %lld row%s; a system has 3 bodies", id,
                                        (long long)n, n == 1 ? "" : "s"));
  else if (qv_systems_input_coincide(system, &a, &b))
    PetscCall(qv_systems_input_complain(r->input, line(r, of[b]),
                                        "bodies %d and %d of system %lld are at the same place",
                                        a + r->base, b + r->base, id));
  PetscFunctionReturn(0);
}

static PetscErrorCode take_systems(reader *r, const qv_systems_key *keys, qv_system_file *file) {
  const int64_t n_rows = r->table->n_rows;

  PetscFunctionBegin;
  file->axes = r->column[Z] < 0 ? 2 : 3;
  for (int64_t i = 0; i < n_rows; i++) file->n += i == 0 || keys[i].id != keys[i - 1].id;
  PetscCall(PetscMalloc1((size_t)file->n, &file->id));
  PetscCall(PetscCalloc1((size_t)file->n, &file->system));
  for (int64_t i = 0, s = 0, end; i < n_rows; i = end, s++) {
    for (end = i + 1; end < n_rows && keys[end].id == keys[i].id;) end++;
    file->id[s] = keys[i].id;
    PetscCall(take_system(r, keys + i, end - i, &file->system[s]));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_systems_csv_judge(qv_systems_input *input, const qv_table *table,
                                    qv_system_file *file) {
  reader          r = {.input = input, .table = table};
  qv_systems_key *keys;

  PetscFunctionBegin;
  PetscCall(find_columns(&r));
  if (input->n_mistakes) PetscFunctionReturn(0);
  PetscCall(check_ids(&r));
  PetscCall(check_bodies(&r));
  if (input->n_mistakes) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1((size_t)table->n_rows, &keys));
  for (int64_t i = 0; i < table->n_rows; i++)
    keys[i] = (qv_systems_key){(int64_t)entry(&r, i, SYSTEM), i};
  qv_systems_input_sort(table->n_rows, keys);
  PetscCall(take_systems(&r, keys, file));
  PetscCall(PetscFree(keys));
  PetscFunctionReturn(0);
}
