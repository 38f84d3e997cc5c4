/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/feed_h5.h"

#include <math.h>
#include <stdio.h>

#include "solvers/store/h5.h"

enum { BLOCK = 1 << 16 }; /* rows at a time */

typedef struct {
  double  time[BLOCK];
  int64_t op[BLOCK], id[BLOCK];
} block;

/* The element of an id, and the id as text. */
static int32_t find(const qv_intake *x, int64_t id, bool numeric, char text[24]) {
  snprintf(text, 24, "%lld", (long long)id);
  if (numeric) return qv_names_find(x->plan.names, text);
  return id >= 0 && id < x->plan.f->n ? (int32_t)id : -1;
}

static PetscErrorCode take(qv_intake *x, const block *b, int i, bool sightings, bool numeric) {
  char          id[24];
  const int32_t e  = find(x, b->id[i], numeric, id);
  const int64_t op = b->op[i];

  PetscFunctionBegin;
  if (sightings && !isfinite(b->time[i]))
    PetscCall(qv_intake_refuse(x, "the time %g is not finite", b->time[i]));
  else if (sightings)
    PetscCall(qv_intake_sighting(x, b->time[i], e, id));
  else if (op == 1 || op == '+')
    PetscCall(qv_intake_update(x, '+', e, id));
  else if (op == -1 || op == '-')
    PetscCall(qv_intake_update(x, '-', e, id));
  else if (op == 0 || op == '?')
    PetscCall(qv_updates_ask(x->updates));
  else
    PetscCall(qv_intake_refuse(x, "expected 1, -1 or 0 in '/ops', found %lld", (long long)op));
  PetscFunctionReturn(0);
}

/* The rows of a set with one axis, -1 after a mistake. */
static PetscErrorCode count_rows(qv_h5 *file, const char *set, qv_reader *r, int64_t *n) {
  qv_array    array;
  const char *reason;

  PetscFunctionBegin;
  *n = -1;
  PetscCall(qv_h5_find(file, set, &array, &reason));
  if (reason)
    PetscCall(qv_reader_mistake(r, "%s", reason));
  else if (array.rank != 1)
    PetscCall(qv_reader_mistake(r, "'%s' has %d axes, expected 1", set, array.rank));
  else
    *n = array.shape[0];
  PetscFunctionReturn(0);
}

static PetscErrorCode read_rows(qv_intake *x, qv_h5 *file, int64_t n, bool sightings) {
  const bool  numeric = qv_names_numeric(x->plan.names);
  const char *reason  = NULL;
  block      *b;

  PetscFunctionBegin;
  PetscCall(PetscNew(&b));
  for (int64_t first = 0; first < n && x->reader.n_mistakes < QV_READER_MISTAKES; first += BLOCK) {
    const qv_h5_range rows = {first, PetscMin(BLOCK, n - first)};
    x->reader.row          = -1;
    PetscCall(qv_h5_read_rows(file, "/id", QV_I64, rows, b->id, &reason));
    if (!reason && sightings)
      PetscCall(qv_h5_read_rows(file, "/time", QV_F64, rows, b->time, &reason));
    if (!reason && !sightings)
      PetscCall(qv_h5_read_rows(file, "/ops", QV_I64, rows, b->op, &reason));
    if (reason) break;
    for (int i = 0; i < rows.count && x->reader.n_mistakes < QV_READER_MISTAKES; i++) {
      x->reader.row = first + i;
      PetscCall(take(x, b, i, sightings, numeric));
    }
  }
  if (reason) PetscCall(qv_reader_mistake(&x->reader, "%s", reason));
  PetscCall(PetscFree(b));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_feed_read_h5(qv_intake *x, qv_diag *diag, bool sightings) {
  const char *other = sightings ? "/time" : "/ops", *reason;
  qv_h5      *file;
  int64_t     n, m;

  PetscFunctionBegin;
  x->reader = (qv_reader){.written = x->plan.path->written, .diag = diag, .row = -1};
  PetscCall(qv_h5_open(x->plan.path->found, &file, &reason));
  if (reason) {
    PetscCall(qv_reader_mistake(&x->reader, "%s", reason));
    PetscFunctionReturn(0);
  }
  PetscCall(count_rows(file, other, &x->reader, &n));
  PetscCall(count_rows(file, "/id", &x->reader, &m));
  if (n >= 0 && m >= 0 && n != m)
    PetscCall(qv_reader_mistake(&x->reader, "'%s' has %lld rows, '/id' %lld", other, (long long)n,
                                (long long)m));
  else if (n > 0 && m > 0)
    PetscCall(read_rows(x, file, n, sightings));
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}
