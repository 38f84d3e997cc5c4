/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/feed_intake.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "solvers/deck/number.h"

PetscErrorCode qv_intake_begin(const qv_feed_plan *plan, qv_updates *updates, qv_intake *x) {
  PetscFunctionBegin;
  *x = (qv_intake){.plan = *plan, .updates = updates};
  PetscCall(PetscCalloc1(plan->f->n, &x->live));
  PetscCall(PetscMalloc1(plan->f->n, &x->latest));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_intake_end(qv_intake *x) {
  PetscFunctionBegin;
  PetscCall(PetscFree(x->live));
  PetscCall(PetscFree(x->latest));
  PetscCall(PetscFree(x->seen));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_intake_refuse(qv_intake *x, const char *format, ...) {
  char    text[512];
  va_list arguments;

  PetscFunctionBegin;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  x->updates->n_skipped += x->plan.skip;
  if (!x->plan.skip) PetscCall(qv_reader_mistake(&x->reader, "%s", text));
  if (x->plan.skip && x->complain) PetscCall(x->complain(x->context, text));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_intake_update(qv_intake *x, char op, int32_t e, const char *id) {
  const bool insert = op == '+';

  PetscFunctionBegin;
  if (e < 0) {
    PetscCall(qv_intake_refuse(x, "the element '%s' is not in the data", id));
  } else if (insert && x->live[e]) {
    PetscCall(qv_intake_refuse(x, "the element '%s' is live already", id));
  } else if (!insert && !x->live[e]) {
    PetscCall(qv_intake_refuse(x, "the element '%s' is not live", id));
  } else {
    x->live[e] = insert;
    PetscCall(insert ? qv_updates_insert(x->updates, e) : qv_updates_erase(x->updates, e));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_intake_line(qv_intake *x) {
  const qv_reader *r  = &x->reader;
  const char      *op = r->word[0], *id = r->n_words > 1 ? r->word[1] : NULL;

  PetscFunctionBegin;
  const bool ask = !strcmp(op, "?"), update = !strcmp(op, "+") || !strcmp(op, "-");
  if (ask && r->n_words == 1)
    PetscCall(qv_updates_ask(x->updates));
  else if (update && r->n_words == 2)
    PetscCall(qv_intake_update(x, *op, qv_names_find(x->plan.names, id), id));
  else
    PetscCall(qv_intake_refuse(x, "expected `+ id`, `- id` or `?`, found '%s%s%s%s'", op,
                               id ? " " : "", id ? id : "", r->n_words > 2 ? " …" : ""));
  PetscFunctionReturn(0);
}

static PetscErrorCode see(qv_intake *x, double time, int32_t e) {
  PetscFunctionBegin;
  if (x->n_seen == x->capacity) {
    x->capacity = PetscMax(1024, 2 * x->capacity);
    PetscCall(PetscRealloc((size_t)x->capacity * sizeof *x->seen, &x->seen));
  }
  x->seen[x->n_seen] = (qv_sighting){time, e};
  x->latest[e]       = x->n_seen++;
  if (!x->live[e]) PetscCall(qv_updates_insert(x->updates, e));
  x->live[e] = 1;
  PetscFunctionReturn(0);
}

/* Delete what was seen last at least a lifetime before `time`. */
static PetscErrorCode expire(qv_intake *x, double time) {
  PetscFunctionBegin;
  for (; x->first < x->n_seen && time - x->seen[x->first].time >= x->plan.lifetime; x->first++) {
    const int32_t e = x->seen[x->first].e;
    if (x->latest[e] != x->first) continue;
    x->live[e] = 0;
    PetscCall(qv_updates_erase(x->updates, e));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_intake_sighting(qv_intake *x, double time, int32_t e, const char *id) {
  PetscFunctionBegin;
  if (x->n_seen && time < x->seen[x->n_seen - 1].time) {
    PetscCall(qv_intake_refuse(x, "the time %.15g is before that of the line above", time));
  } else if (e < 0) {
    PetscCall(qv_intake_refuse(x, "the element '%s' is not in the data", id));
  } else {
    PetscCall(expire(x, time));
    PetscCall(see(x, time, e));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_intake_sighting_line(qv_intake *x) {
  const qv_reader *r = &x->reader;
  double           time;

  PetscFunctionBegin;
  if (r->n_words != 2) {
    PetscCall(qv_intake_refuse(x, "expected `time id`, found %d words", r->n_words));
    PetscFunctionReturn(0);
  }
  const char *wrong = qv_number_real(r->word[0], &time);
  if (wrong)
    PetscCall(qv_intake_refuse(x, "the time '%s' %s", r->word[0], wrong));
  else
    PetscCall(qv_intake_sighting(x, time, qv_names_find(x->plan.names, r->word[1]), r->word[1]));
  PetscFunctionReturn(0);
}
