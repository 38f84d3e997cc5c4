/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a run will take, from the deck and the sizes of its data. */
#include <math.h>
#include <string.h>

#include "optim/submodular/amounts.h"
#include "optim/submodular/census.h"
#include "optim/submodular/logdet.h"
#include "optim/submodular/logdet_kernel.h"
#include "optim/submodular/maintain.h"
#include "optim/submodular/sets.h"
#include "solvers/store/h5.h"

/* Numbers of a piece of HDF5; prefixes of the desk, of the probe, and of reports. */
enum { PIECE = 1 << 22, OTHERS = 3 };

/* Bytes of the fullest rank: while data are read, of the objective, and of a guess. */
typedef struct {
  double size, groups, own; /* ranks, groups, and ranks of the smallest group, which share rows */
  double n, live;           /* elements of the data; live ones at most */
  double guesses, levels;   /* guesses of one rank */
  double read, kept, guess;
  double marginal; /* seconds, as measured (docs, "Which engine?") */
} sizes;

static bool objective_is(const qv_maintain_params *p, const char *word) {
  return !strcmp(qv_maker_words[p->objective.name].word, word);
}

/* As qv_maker_split does. */
static void part(const qv_maintain_params *p, double table, double entries, sizes *s) {
  const qv_objective_plan plan = qv_maintain_objective(p);
  s->groups = ceil(s->size / (double)qv_maker_ranks(&plan, (int)s->size, table, entries));
  s->own    = floor(s->size / s->groups);
}

/* Lists of sets or amounts, which rank 0 reads as a whole. */
static PetscErrorCode size_lists(const qv_maintain_params *p, sizes *s) {
  const bool saturated = objective_is(p, "saturated");
  const bool table     = saturated && p->objective.format == QV_AMOUNTS_TABLE;
  const bool edges     = !saturated && p->objective.format == QV_SETS_EDGES;
  qv_census  c;

  PetscFunctionBegin;
  PetscCall(qv_census_take(&p->objective.data, edges, "/data", &c));
  s->n               = table ? c.rows : edges ? c.first : c.lines;
  const double items = table ? c.columns : edges ? c.first : c.other;
  const double pairs = table       ? c.rows * c.columns
                       : edges     ? 2 * c.lines + s->n
                       : saturated ? (c.words - c.lines) / 2
                                   : c.words - c.lines;
  const double each  = pairs / fmax(1, s->n);
  part(p, 0, each, s);
  s->read     = pairs * (saturated ? 20 : 12) + 60 * (s->n + (edges ? 0 : items));
  s->kept     = pairs * (saturated ? 12 : 4) / s->own + 48 * s->n + 16 * items / s->own;
  s->guess    = saturated ? 4 * items + 32 * s->levels * each : (p->k > 252 ? 2 : 1) * items;
  s->marginal = 4e-9 * each;
  PetscFunctionReturn(0);
}

/* Of how many of n nodes a random one is reached, when each is reached by `next` others on average:
 * what a branching process and a random graph say. */
static double reached_from(double n, double next) {
  const double critical = 1.8 * cbrt(n);
  double       share    = 1;
  if (next < 1) return fmin(1 / (1 - next), critical);
  for (int i = 0; i < 200; i++) share = -expm1(-next * share);
  return fmax(n * share * share, critical);
}

/* Edges as they are read; then each rank samples its part, and all parts meet on every rank. */
static PetscErrorCode size_influence(const qv_maintain_params *p, sizes *s) {
  const qv_real_or_word chance  = p->objective.chance;
  const double          samples = (double)p->objective.samples;
  qv_census             c;

  PetscFunctionBegin;
  PetscCall(qv_census_take(&p->objective.data, true, "/data", &c));
  const double edges = c.lines * (p->objective.directed ? 1 : 2), n = fmax(1, c.first);
  const double heads = p->objective.directed ? c.other / n : 1; /* nodes that an edge leads to */
  const double next  = chance.word >= 0 ? heads : chance.value * edges / n;
  const double pairs = samples * reached_from(n, isfinite(next) ? next : 1);
  const double meet  = pairs * (8 + 4 / s->size) + samples * (12 + 8 / s->size);
  part(p, 0, pairs / n, s);
  s->n        = n;
  s->read     = fmax(36 * edges, 12 * edges + meet) + 60 * n;
  s->kept     = pairs * 4 / s->own + 48 * n + 16 * samples / s->own;
  s->guess    = (p->k > 252 ? 2 : 1) * samples;
  s->marginal = 4e-9 * pairs / n;
  PetscFunctionReturn(0);
}

/* A kernel, or points, on every rank; a kernel is tried on a copy. */
static PetscErrorCode size_logdet(const qv_maintain_params *p, sizes *s) {
  const bool   matrix = p->objective.kernel == QV_KERNEL_MATRIX;
  const double room   = s->levels + 1;
  qv_census    c;

  PetscFunctionBegin;
  PetscCall(qv_census_take(&p->objective.data, false, "/data", &c));
  part(p, 0, 0, s);
  s->n    = c.rows;
  s->kept = 8 * c.rows * c.columns;
  s->read = (matrix ? 2 : 1) * s->kept;
  s->guess =
    s->own * 8 *
    (0.75 * room * room + room * (QV_LOGDET_LANES + (matrix ? 0 : c.columns))); /* is not shared */
  s->marginal = 1.2e-10 * s->levels * s->levels;
  PetscFunctionReturn(0);
}

/* Similarities of clients and elements, dense or of neighbours: a block of clients a rank, from a
 * table that rank 0 reads (all of a text, pieces of HDF5), or from points, which all have. */
static PetscErrorCode size_similarities(const qv_maintain_params *p, sizes *s) {
  const qv_objective_plan *o      = &p->objective;
  const bool               points = objective_is(p, "exemplar");
  const bool               dense  = o->neighbours == QV_UNSET_INT;
  qv_census                c, from;

  PetscFunctionBegin;
  PetscCall(qv_census_take(&o->data, false, "/data", &c));
  PetscCall(qv_census_take(o->elements.found ? &o->elements : &o->data, false, "/elements", &from));
  s->n               = points ? from.rows : c.columns;
  const double known = dense ? s->n : fmin(s->n, (double)o->neighbours);
  const double pairs = c.rows * known, each = pairs / fmax(1, s->n);
  part(p, pairs, each, s);
  const bool   pieces = o->data.found && qv_h5_is_file(o->data.found);
  const double whole  = points   ? c.rows * c.columns + from.rows * from.columns
                        : pieces ? fmin(PIECE, c.rows * c.columns)
                                 : c.rows * c.columns;
  const double block  = points && !dense ? 0 : c.rows * s->n / s->own;
  const double lists  = (points ? 8 * whole : 0) + 8 * block + 28 * pairs / s->own;
  s->read             = 8 * (whole + block);
  if (!dense) s->read = fmax(s->read, lists);
  s->kept     = (dense ? 8 : 12) * pairs / s->own;
  s->guess    = dense ? 8 * c.rows * s->levels : 4 * c.rows + 32 * s->levels * each;
  s->marginal = dense ? 4.5e-10 * c.rows : 4e-9 * each;
  PetscFunctionReturn(0);
}

static bool has_guesses(const char *engine) {
  return !strstr(engine, "greedy") && strcmp(engine, "brute-force") != 0;
}

/* Guesses that are ever awake on one rank. */
static void deal_guesses(const qv_maintain_params *p, sizes *s) {
  const double each = (log(2 * (double)p->k) / log1p(p->epsilon) + 1) * (p->dormant ? 1 : 1.5);
  int          n    = has_guesses(qv_engine_words[p->engine].word);
  if (p->members.n) n = 0;
  for (int m = 0; m < p->members.n; m++) n += has_guesses(p->members.text[m]);
  const bool dealt = qv_maintain_objective(p).by_guess;
  s->guesses       = n ? n * ceil(each / (dealt ? s->groups : 1)) : 0;
}

static PetscErrorCode size_objective(const qv_maintain_params *p, sizes *s) {
  PetscFunctionBegin;
  if (objective_is(p, "coverage") || objective_is(p, "saturated"))
    PetscCall(size_lists(p, s));
  else if (objective_is(p, "influence"))
    PetscCall(size_influence(p, s));
  else if (objective_is(p, "log-det"))
    PetscCall(size_logdet(p, s));
  else
    PetscCall(size_similarities(p, s));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_estimate(const void *params, int size, qv_cost *cost) {
  const qv_maintain_params *p = params;
  sizes                     s = {.size = size, .levels = (double)p->k};

  PetscFunctionBegin;
  PetscCall(size_objective(p, &s));
  deal_guesses(p, &s);
  s.live = p->window != QV_UNSET_INT ? fmin((double)p->window, s.n) : s.n;
  if (p->size != QV_UNSET_INT) s.live = fmin((double)p->size, s.n);
  const double insertions = p->window != QV_UNSET_INT ? 2 * s.n : s.n;
  const double updates    = p->updates != QV_UNSET_INT ? (double)p->updates : insertions;
  const double reports    = p->every ? updates / (double)p->every : 1;
  const double engine =
    s.guesses * (2 * s.n + 8 * s.live) + (s.guesses + OTHERS) * s.guess / s.own + 150 * s.n;
  cost->memory = (size > 1 ? 5.3e7 : 5e7) + fmax(s.read, s.kept + engine) + 4 * updates +
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
