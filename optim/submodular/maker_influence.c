/* SPDX-License-Identifier: GPL-3.0-or-later
 * Influence from an edge list with probabilities. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optim/submodular/cascade.h"
#include "optim/submodular/maker.h"
#include "optim/submodular/reader.h"
#include "optim/submodular/sets.h"
#include "solvers/deck/number.h"
#include "solvers/parallel/agree.h"

extern const qv_maker qv_maker_influence;

const qv_choice qv_maker_chances[] = {
  {"column", "the third column of the data"},
  {"weighted-cascade", "1 over the number of edges into the node that it leads to"},
  {NULL, NULL}};
enum { CHANCE_COLUMN, CHANCE_WEIGHTED };

typedef struct {
  int32_t from, to;
  double  probability; /* NaN: not given */
  int64_t line;
} edge;

typedef struct {
  int64_t n, capacity;
  edge   *edge;
} edges;

static PetscErrorCode add(edges *all, edge x) {
  PetscFunctionBegin;
  if (all->n == all->capacity) {
    all->capacity = PetscMax(1024, 2 * all->capacity);
    PetscCall(PetscRealloc((size_t)all->capacity * sizeof *all->edge, &all->edge));
  }
  all->edge[all->n++] = x;
  PetscFunctionReturn(0);
}

/* The probability that a line gives, NaN if it is not asked for; *good is false after a mistake. */
static PetscErrorCode chance_of(const qv_objective_plan *plan, qv_reader *r, double *p,
                                bool *good) {
  PetscFunctionBegin;
  *p    = plan->chance.word == CHANCE_WEIGHTED ? NAN : plan->chance.value;
  *good = true;
  if (plan->chance.word != CHANCE_COLUMN) PetscFunctionReturn(0);
  *good             = false;
  const char *wrong = r->n_words > 2 ? qv_number_real(r->word[2], p) : NULL;
  if (r->n_words < 3)
    PetscCall(
      qv_reader_mistake(r, "expected an edge and its probability, found %d words", r->n_words));
  else if (wrong)
    PetscCall(qv_reader_mistake(r, "the probability '%s' %s", r->word[2], wrong));
  else if (*p < 0 || *p > 1)
    PetscCall(qv_reader_mistake(r, "the probability %s is not between 0 and 1", r->word[2]));
  else
    *good = true;
  PetscFunctionReturn(0);
}

static PetscErrorCode take_edge(const qv_objective_plan *plan, qv_reader *r, qv_names *nodes,
                                edges *all) {
  int32_t a, b;
  double  p;
  bool    good;

  PetscFunctionBegin;
  if (r->n_words < 2) {
    PetscCall(qv_reader_mistake(r, "expected an edge, two ids, found only '%s'", r->word[0]));
    PetscFunctionReturn(0);
  }
  PetscCall(chance_of(plan, r, &p, &good));
  if (!good || !strcmp(r->word[0], r->word[1])) PetscFunctionReturn(0);
  const int64_t line = qv_lines_number(r->lines);
  PetscCall(qv_names_add(nodes, r->word[0], &a));
  PetscCall(qv_names_add(nodes, r->word[1], &b));
  PetscCall(add(all, (edge){a, b, p, line}));
  if (!plan->directed) PetscCall(add(all, (edge){b, a, p, line}));
  PetscFunctionReturn(0);
}

static int by_ends(const void *a, const void *b) {
  const edge *x = a, *y = b;
  if (x->to != y->to) return x->to < y->to ? -1 : 1;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  return (x->line > y->line) - (x->line < y->line);
}

/* Each edge once; a second one must say the same. */
static PetscErrorCode merge(const qv_objective_plan *plan, qv_diag *diag, edges *all) {
  int64_t kept = 0;

  PetscFunctionBegin;
  if (all->n) qsort(all->edge, (size_t)all->n, sizeof *all->edge, by_ends);
  for (int64_t i = 0; i < all->n; i++) {
    const edge *x = &all->edge[i], *last = kept ? &all->edge[kept - 1] : NULL;
    if (!last || last->from != x->from || last->to != x->to) {
      all->edge[kept++] = *x;
    } else if (x->probability < last->probability || x->probability > last->probability) {
      if (qv_diag_count(diag) < QV_READER_MISTAKES)
        PetscCall(qv_diag_add(
          diag, QV_EXIT_DATA, (qv_place){.file = plan->data.written, .line = (int)x->line},
          "the edge of line %lld again, with another probability", (long long)last->line));
    }
  }
  all->n = kept;
  PetscFunctionReturn(0);
}

static PetscErrorCode by_target(const edges *all, int32_t n, qv_cascade *c) {
  PetscFunctionBegin;
  c->n = n;
  PetscCall(PetscCalloc1(n + 1, &c->first));
  PetscCall(PetscMalloc1(all->n, &c->from));
  PetscCall(PetscMalloc1(all->n, &c->probability));
  for (int64_t j = 0; j < all->n; j++) c->first[all->edge[j].to + 1]++;
  for (int32_t v = 0; v < n; v++) c->first[v + 1] += c->first[v];
  for (int64_t j = 0; j < all->n; j++) {
    const edge *x  = &all->edge[j];
    c->from[j]     = x->from;
    const double p = 1 / (double)(c->first[x->to + 1] - c->first[x->to]);

    c->probability[j] = isnan(x->probability) ? p : x->probability;
  }
  PetscFunctionReturn(0);
}

/* Rank 0. */
static PetscErrorCode read_here(const qv_objective_plan *plan, qv_diag *diag, qv_cascade *c,
                                qv_names *nodes) {
  edges     all = {0};
  qv_reader r;
  bool      there;

  PetscFunctionBegin;
  PetscCall(qv_reader_open(&plan->data, diag, &r));
  for (;;) {
    PetscCall(qv_reader_next(&r, &there));
    if (!there) break;
    PetscCall(take_edge(plan, &r, nodes, &all));
  }
  PetscCall(qv_reader_close(&r));
  if (!qv_diag_count(diag)) PetscCall(merge(plan, diag, &all));
  if (!qv_diag_count(diag) && !nodes->n)
    PetscCall(
      qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = plan->data.written}, "holds no edges"));
  if (!qv_diag_count(diag)) PetscCall(by_target(&all, nodes->n, c));
  PetscCall(PetscFree(all.edge));
  PetscFunctionReturn(0);
}

static PetscErrorCode share(MPI_Comm comm, int rank, qv_cascade *c) {
  int64_t head[2] = {c->n, c->first ? c->first[c->n] : 0};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Bcast(head, 2, MPI_INT64_T, 0, comm));
  if (rank) {
    c->n = (int32_t)head[0];
    PetscCall(PetscMalloc1(head[0] + 1, &c->first));
    PetscCall(PetscMalloc1(head[1], &c->from));
    PetscCall(PetscMalloc1(head[1], &c->probability));
  }
  PetscCall(qv_agree_broadcast(comm, c->first, head[0] + 1, sizeof *c->first));
  PetscCall(qv_agree_broadcast(comm, c->from, head[1], sizeof *c->from));
  PetscCall(qv_agree_broadcast(comm, c->probability, head[1], sizeof *c->probability));
  PetscFunctionReturn(0);
}

static PetscErrorCode make(MPI_Comm comm, const qv_objective_plan *plan, qv_diag *diag,
                           qv_objective **f, qv_names **names) {
  qv_cascade      c = {0};
  const qv_group *group;
  qv_sets         sets;
  int             rank;

  PetscFunctionBegin;
  *f = NULL;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(qv_names_create(names));
  if (rank == 0) PetscCall(read_here(plan, diag, &c, *names));
  PetscCall(qv_diag_share(comm, diag));
  if (qv_diag_count(diag)) {
    PetscCall(qv_names_destroy(names));
  } else {
    PetscCall(share(comm, rank, &c));
    PetscCall(qv_names_share(comm, *names));
    PetscCall(
      qv_cascade_sets(comm, &c, qv_stream_named(plan->seed, "influence"), plan->samples, &sets));
    const double each = (double)sets.first[sets.n_sets] / sets.n_sets;
    PetscCall(qv_maker_split(comm, plan, 0, each, &group));
    PetscCall(qv_coverage_create(group, &sets, f));
  }
  PetscCall(qv_cascade_free(&c));
  PetscFunctionReturn(0);
}

const qv_maker qv_maker_influence = {make};
