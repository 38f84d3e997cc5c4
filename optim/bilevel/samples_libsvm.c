/* SPDX-License-Identifier: GPL-3.0-or-later
 * LIBSVM's text: "label index:value index:value …", indices from 1, increasing; what is not named
 * is zero. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optim/bilevel/samples_lines.h"
#include "solvers/store/decimal.h"

enum { MOST_FEATURES = 1 << 24, SHOWN = 40 };

/* The label: a whole number, "+1" too. */
static bool read_label(const char *word, size_t length, int64_t *label) {
  double value;
  if (qv_decimal_read(word, length, &value) != QV_DECIMAL) return false;
  if (fabs(value) > 1e15 || value != floor(value)) return false;
  *label = (int64_t)value;
  return true;
}

/* "index:value"; what is wrong, or NULL */
static const char *read_pair(const char *word, size_t length, int64_t *index, double *value) {
  const char *colon = memchr(word, ':', length);
  char       *end;
  if (!colon || colon == word) return "is no pair index:value";
  *index = 0;
  if (*word < '0' || *word > '9') return "has no index";
  *index = strtoll(word, &end, 10);
  if (end != colon) return "has no index";
  if (*index < 1 || *index > MOST_FEATURES) return "has an index that is not in 1 to 16777216";
  const size_t rest = length - (size_t)(colon + 1 - word);
  if (qv_decimal_read(colon + 1, rest, value) != QV_DECIMAL) return "has no finite value";
  return NULL;
}

static PetscErrorCode read_line(qv_input *input, const qv_samples_form *form, char *text,
                                int64_t line, qv_sparse *to) {
  int64_t label, last = 0;
  size_t  length;

  PetscFunctionBegin;
  text += strspn(text, " \t");
  length = strcspn(text, " \t");
  if (!read_label(text, length, &label)) {
    PetscCall(qv_samples_complain(input, line, "'%.*s' is no label, expected a whole number",
                                  (int)PetscMin(length, (size_t)SHOWN), text));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_sparse_add_sample(to, label, line));
  for (text += length; *(text += strspn(text, " \t")) && *text != '#'; text += length) {
    int64_t index;
    double  value;
    length             = strcspn(text, " \t");
    const char *reason = read_pair(text, length, &index, &value);
    if (!reason && index <= last) reason = "does not come in increasing order of indices";
    if (!reason && form->features >= 0 && index > form->features)
      reason = "is beyond bilevel.task.features";
    if (reason) {
      PetscCall(qv_samples_complain(input, line, "'%.*s' %s", (int)PetscMin(length, (size_t)SHOWN),
                                    text, reason));
      break;
    }
    last = index;
    PetscCall(qv_sparse_add_pair(to, index - 1, value));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_samples_libsvm(qv_input *input, const qv_samples_form *form,
                                 qv_samples **samples) {
  qv_sparse pairs    = {0};
  int64_t   features = form->features;
  bool      ok;

  PetscFunctionBegin;
  *samples = NULL;
  PetscCall(qv_sparse_read(input, form, read_line, &pairs, &ok));
  for (int64_t e = 0; form->features < 0 && e < pairs.entries; e++)
    features = PetscMax(features, pairs.feature[e] + 1);
  if (ok && features < 1) PetscCall(qv_samples_complain(input, 0, "holds no features"));
  if (ok && features >= 1) PetscCall(qv_sparse_spread(&pairs, features, samples));
  PetscCall(qv_sparse_clear(&pairs));
  PetscFunctionReturn(0);
}
