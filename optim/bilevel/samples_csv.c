/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables of numbers: a column of labels, the others are features. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/samples.h"
#include "solvers/store/table.h"

/* Which column: by name, or by number from 0 where there are no names; the first by default. */
static PetscErrorCode find_label(qv_input *input, const qv_table *t, const char *name,
                                 int *column) {
  char *end;

  PetscFunctionBegin;
  *column = 0;
  if (!name) PetscFunctionReturn(0);
  *column = t->name ? qv_table_column(t, name) : -1;
  if (*column >= 0) PetscFunctionReturn(0);
  const long number = strtol(name, &end, 10);
  if (*name && !*end && number >= 0 && number < t->n_columns)
    *column = (int)number;
  else
    PetscCall(qv_samples_complain(input, 0,
                                  "has no column '%s' (%d columns%s); a number counts from 0", name,
                                  t->n_columns, t->name ? "" : ", no header"));
  PetscFunctionReturn(0);
}

static PetscErrorCode fill(qv_input *input, const qv_table *t, int column, qv_samples *s,
                           bool *ok) {
  PetscFunctionBegin;
  for (int64_t i = 0; *ok && i < s->n; i++) {
    const double *row = t->value + i * t->n_columns, label = row[column];
    double       *to    = s->real + i * s->features;
    const bool    whole = fabs(label) < 1e15 && label == floor(label);
    for (int k = 0; k < t->n_columns; k++)
      if (k != column) *to++ = row[k];
    s->label[i] = whole ? (int64_t)label : 0;
    s->line[i]  = t->line[i];
    if (whole) continue;
    *ok = false;
    PetscCall(qv_samples_complain(input, t->line[i], "the label %g is no whole number", label));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_samples_csv(qv_input *input, const qv_samples_form *form, qv_samples **samples) {
  qv_table *table;
  int       column = -1;

  PetscFunctionBegin;
  *samples = NULL;
  PetscCall(qv_table_read(PETSC_COMM_SELF, input->path, input->written, input->diag, &table));
  if (!table) PetscFunctionReturn(0);
  bool ok = table->n_columns >= 2;
  if (!ok)
    PetscCall(qv_samples_complain(input, 0, "has one column, expected a label and features"));
  else
    PetscCall(find_label(input, table, form->label, &column));
  ok = ok && column >= 0;
  if (ok) {
    PetscCall(PetscNew(samples));
    qv_samples *s = *samples;
    *s            = (qv_samples){.n = table->n_rows, .features = table->n_columns - 1, .unit = 1};
    PetscCall(PetscMalloc1((size_t)(s->n * s->features), &s->real));
    PetscCall(PetscMalloc1((size_t)s->n, &s->label));
    PetscCall(PetscMalloc1((size_t)s->n, &s->line));
    PetscCall(fill(input, table, column, s, &ok));
    if (ok) PetscCall(qv_samples_pack(s));
  }
  if (!ok) PetscCall(qv_samples_destroy(samples));
  PetscCall(qv_table_destroy(&table));
  PetscFunctionReturn(0);
}
