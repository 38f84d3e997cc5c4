/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rl/threebody/systems_input.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>

enum { LISTED = 20 };

static qv_place place_of(const qv_systems_input *input, int64_t line) {
  return (qv_place){.file = input->written, .line = line < INT_MAX ? (int)line : 0};
}

PetscErrorCode qv_systems_input_complain(qv_systems_input *input, int64_t line, const char *format,
                                         ...) {
  va_list arguments;

  PetscFunctionBegin;
  if (input->n_mistakes++ == LISTED) input->cut = line;
  if (input->n_mistakes > LISTED) PetscFunctionReturn(0);
  va_start(arguments, format);
  const PetscErrorCode code =
    qv_diag_add_list(input->diag, QV_EXIT_DATA, place_of(input, line), format, arguments);
  va_end(arguments);
  PetscCall(code);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_systems_input_close(qv_systems_input *input) {
  const int64_t more = input->n_mistakes - LISTED;

  PetscFunctionBegin;
  if (more <= 0) PetscFunctionReturn(0);
  PetscCall(qv_diag_add(input->diag, QV_EXIT_DATA, place_of(input, input->cut),
                        "and %lld more mistake%s", (long long)more, more == 1 ? "" : "s"));
  PetscFunctionReturn(0);
}

static int compare(const void *a, const void *b) {
  const qv_systems_key *x = a, *y = b;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

void qv_systems_input_sort(int64_t n, qv_systems_key *keys) {
  qsort(keys, (size_t)n, sizeof *keys, compare);
}

bool qv_systems_input_coincide(const qv_system *system, int *a, int *b) {
  for (*a = 0; *a < 2; (*a)++)
    for (*b = *a + 1; *b < 3; (*b)++) {
      const double *x = system->position[*a], *y = system->position[*b];
      if (x[0] == y[0] && x[1] == y[1] && x[2] == y[2]) return true;
    }
  return false;
}
