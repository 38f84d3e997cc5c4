/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a run will take, from the deck and the sizes of its data. */
#include <math.h>
#include <string.h>

#include "optim/submodular/census.h"
#include "optim/submodular/maintain.h"

/* Bytes: while data are read, of the objective, and of a guess. */
typedef struct {
  double n, live; /* elements of the data; live ones at most */
  double guesses, levels;
  double read, kept, guess;
  double marginal; /* seconds, as measured (docs, "Which engine?") */
} sizes;

static bool objective_is(const qv_maintain_params *p, const char *word) {
  return !strcmp(qv_maker_words[p->objective.name].word, word);
}

/* Pairs of an element and an item in rows, `wide` bytes each, made from a list that grows. */
static void size_rows(double n, double items, double pairs, double wide, sizes *s) {
  s->n        = n;
  s->read     = pairs * (1.4 * 8 + wide) + 60 * (n + items);
  s->kept     = pairs * wide + 48 * n + 16 * items;
  s->marginal = 4e-9 * pairs / fmax(1, n);
}

static PetscErrorCode size_lists(const qv_maintain_params *p, double levels, sizes *s) {
  const bool saturated = objective_is(p, "saturated");
  const bool edges     = !saturated && p->objective.format == 0;
  qv_census  c;

  PetscFunctionBegin;
  PetscCall(qv_census_take(&p->objective.data, edges, "/data", &c));
  const bool   table = saturated && p->objective.format == 1;
  const double n     = table ? c.rows : edges ? c.first : c.lines;
  const double items = table ? c.columns : edges ? c.first : c.other;
  const double pairs = table       ? c.rows * c.columns
                       : edges     ? 2 * c.lines
                       : saturated ? (c.words - c.lines) / 2
                                   : c.words - c.lines;
  size_rows(n, items, pairs, saturated ? 20 : 4, s);
  s->guess =
    saturated ? 4 * items + 32 * levels * pairs / fmax(1, n) : (p->k > 252 ? 2 : 1) * items;
  PetscFunctionReturn(0);
}

/* Of how many of n nodes a random one is reached, when each is reached by `next` others on average:
 * what a branching process and a random graph say. */
static double reached_from(double n, double next) {
  const double critical = 1.3 * cbrt(n);
  double       share    = 1;
  if (next < 1) return fmin(1 / (1 - next), critical);
  for (int i = 0; i < 200; i++) share = -expm1(-next * share);
  return fmax(n * share * share, critical);
}

static PetscErrorCode size_influence(const qv_maintain_params *p, sizes *s) {
  const qv_real_or_word chance  = p->objective.chance;
  const double          samples = (double)p->objective.samples;
  qv_census             c;

  PetscFunctionBegin;
  PetscCall(qv_census_take(&p->objective.data, true, "/data", &c));
  const double edges = c.lines * (p->objective.directed ? 1 : 2), n = fmax(1, c.first);
  const double heads = p->objective.directed ? c.other / n : 1; /* nodes that an edge leads to */
  const double next  = chance.word >= 0 ? heads : chance.value * edges / n;
  size_rows(n, samples, samples * reached_from(n, isfinite(next) ? next : 1), 4, s);
  s->read += 24 * edges;
  s->guess = (p->k > 252 ? 2 : 1) * samples;
  PetscFunctionReturn(0);
}

/* Tables of similarities, of points, or a kernel. */
static PetscErrorCode size_tables(const qv_maintain_params *p, double levels, sizes *s) {
  const qv_objective_plan *o = &p->objective;
  const bool   logdet = objective_is(p, "log-det"), points = objective_is(p, "exemplar");
  const double room = levels + 2;
  qv_census    c, from;

  PetscFunctionBegin;
  PetscCall(qv_census_take(&o->data, false, "/data", &c));
  PetscCall(qv_census_take(o->elements.found ? &o->elements : &o->data, false, "/elements", &from));
  const double table = 8 * (c.rows * c.columns + (points ? from.rows * from.columns : 0));
  if (logdet) {
    const bool matrix = o->kernel == 2;
    s->n              = c.rows;
    s->read           = (matrix ? 2 : 1) * table;
    s->kept           = table;
    s->marginal       = 1.2e-10 * levels * levels;
    s->guess          = 8 * (0.5 * room * room + room * (matrix ? 8 : 8 + c.columns));
    PetscFunctionReturn(0);
  }
  s->n = points ? from.rows : c.columns;
  if (o->neighbours != QV_UNSET_INT) {
    const double pairs = c.rows * fmin((double)o->neighbours, s->n);
    s->read            = table + 28 * pairs;
    s->kept            = 12 * pairs;
    s->marginal        = 4e-9 * pairs / fmax(1, s->n);
    s->guess           = 4 * c.rows + 32 * levels * pairs / fmax(1, s->n);
    PetscFunctionReturn(0);
  }
  s->kept     = 8 * c.rows * s->n;
  s->read     = table + 2 * s->kept; /* as doubles, then in quanta */
  s->guess    = 8 * c.rows * levels;
  s->marginal = 4.5e-10 * c.rows;
  PetscFunctionReturn(0);
}

/* Guesses that are ever awake, and levels that each has. */
static void size_engine(const qv_maintain_params *p, sizes *s) {
  const char  *engine = qv_engine_words[p->engine].word;
  const double k      = (double)p->k;
  const bool   anew   = strstr(engine, "greedy") || !strcmp(engine, "brute-force");
  s->guesses          = anew ? 0 : (log(2 * k) / log1p(p->epsilon) + 1) * (p->dormant ? 1 : 1.5);
  s->levels           = k;
  if (!strcmp(engine, "portfolio")) s->guesses *= (double)p->members.n;
}

PetscErrorCode qv_maintain_estimate(const void *params, int size, qv_cost *cost) {
  const qv_maintain_params *p = params;
  sizes                     s = {0};

  PetscFunctionBegin;
  size_engine(p, &s);
  if (objective_is(p, "coverage") || objective_is(p, "saturated"))
    PetscCall(size_lists(p, s.levels, &s));
  else if (objective_is(p, "influence"))
    PetscCall(size_influence(p, &s));
  else
    PetscCall(size_tables(p, s.levels, &s));
  s.live = p->window != QV_UNSET_INT ? fmin((double)p->window, s.n) : s.n;
  if (p->size != QV_UNSET_INT) s.live = fmin((double)p->size, s.n);
  const double insertions = p->window != QV_UNSET_INT ? 2 * s.n : s.n;
  const double updates    = p->updates != QV_UNSET_INT ? (double)p->updates : insertions;
  const double reports    = p->every ? updates / (double)p->every : 1;
  const double own        = ceil(s.guesses / size);
  const double engine     = own * (s.guess + 2 * s.n + 8 * s.live) + 150 * s.n;
  cost->memory            = 5.5e7 + fmax(s.read, s.kept + engine) + 4 * updates +
                 reports * (16 * (double)p->k + 8 * QV_ROW_COLUMNS);
  cost->disk             = 1e5 + reports * (16 * (double)p->k + 8 * QV_ROW_COLUMNS);
  cost->work             = p->updates != QV_UNSET_INT || p->window != QV_UNSET_INT ? updates : 0;
  cost->unit             = "updates";
  const double n         = p->window != QV_UNSET_INT ? (double)p->window : 1e4;
  cost->seconds_per_unit = p->period == QV_UNSET_INT ? 2e-5 : 1e-7 * n / (double)p->period + 2e-5;
  /* It says how many updates a step has, so on several ranks it must not hang on what each can
   * read. About k marginals an update is what `batched` asks for. */
  if (size == 1) cost->seconds_per_unit = fmax(cost->seconds_per_unit, (double)p->k * s.marginal);
  PetscFunctionReturn(0);
}
