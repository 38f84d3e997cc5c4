/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/samples_lines.h"

#include <string.h>

#include "solvers/store/lines.h"

enum { FIRST_ROOM = 1024, MOST_MISTAKES = 20 };

static PetscErrorCode grow(int64_t wanted, int64_t *room) {
  PetscFunctionBegin;
  *room = *room ? *room : FIRST_ROOM;
  while (*room < wanted) *room *= 2;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sparse_add_sample(qv_sparse *to, int64_t label, int64_t line) {
  PetscFunctionBegin;
  if (to->n == to->room) {
    PetscCall(grow(to->n + 1, &to->room));
    PetscCall(PetscRealloc((size_t)to->room * sizeof *to->label, &to->label));
    PetscCall(PetscRealloc((size_t)to->room * sizeof *to->line, &to->line));
  }
  to->label[to->n]  = label;
  to->line[to->n++] = line;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sparse_add_pair(qv_sparse *to, int64_t feature, double value) {
  PetscFunctionBegin;
  if (to->entries == to->most) {
    PetscCall(grow(to->entries + 1, &to->most));
    PetscCall(PetscRealloc((size_t)to->most * sizeof *to->row, &to->row));
    PetscCall(PetscRealloc((size_t)to->most * sizeof *to->feature, &to->feature));
    PetscCall(PetscRealloc((size_t)to->most * sizeof *to->value, &to->value));
  }
  to->row[to->entries]     = to->n - 1;
  to->feature[to->entries] = feature;
  to->value[to->entries++] = value;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sparse_clear(qv_sparse *s) {
  PetscFunctionBegin;
  PetscCall(PetscFree(s->label));
  PetscCall(PetscFree(s->line));
  PetscCall(PetscFree(s->row));
  PetscCall(PetscFree(s->feature));
  PetscCall(PetscFree(s->value));
  *s = (qv_sparse){0};
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sparse_read(qv_input *input, const qv_samples_form *form, qv_sparse_line read,
                              qv_sparse *to, bool *ok) {
  const int before = qv_diag_count(input->diag);
  qv_lines *lines;
  char     *text;
  size_t    length;
  int       code;
  int64_t   line;

  PetscFunctionBegin;
  PetscCall(qv_lines_open(input->path, &lines));
  for (;;) {
    PetscCall(qv_lines_next(lines, &text, &length));
    if (!text || qv_diag_count(input->diag) >= before + MOST_MISTAKES) break;
    if (text[strspn(text, " \t")] == 0 || *text == '#') continue;
    PetscCall(read(input, form, text, qv_lines_number(lines), to));
  }
  const char *trouble = qv_lines_trouble(lines, &code, &line);
  if (trouble) PetscCall(qv_samples_complain(input, line, "%s", trouble));
  PetscCall(qv_lines_close(&lines));
  if (qv_diag_count(input->diag) == before && !to->n)
    PetscCall(qv_samples_complain(input, 0, "holds no samples"));
  *ok = qv_diag_count(input->diag) == before;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sparse_spread(const qv_sparse *from, int64_t features, qv_samples **samples) {
  PetscFunctionBegin;
  PetscCall(PetscNew(samples));
  qv_samples *s = *samples;
  *s            = (qv_samples){.n = from->n, .features = features, .unit = 1};
  PetscCall(PetscCalloc1((size_t)(s->n * s->features), &s->real));
  PetscCall(PetscMalloc1((size_t)s->n, &s->label));
  PetscCall(PetscMalloc1((size_t)s->n, &s->line));
  memcpy(s->label, from->label, (size_t)s->n * sizeof *s->label);
  memcpy(s->line, from->line, (size_t)s->n * sizeof *s->line);
  for (int64_t e = 0; e < from->entries; e++)
    s->real[from->row[e] * features + from->feature[e]] += from->value[e];
  PetscCall(qv_samples_pack(s));
  PetscFunctionReturn(0);
}
