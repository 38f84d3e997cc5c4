/* SPDX-License-Identifier: GPL-3.0-or-later
 * A prefix keeps a stack a feature: how much there was after each level that changed it. The nodes
 * of all stacks stand in one array in the order of their levels, so that cutting levels cuts its
 * end, and one walk down the stacks of an element's features gives its marginals to all prefixes.
 */
#include "optim/submodular/features.h"

#include <math.h>
#include <string.h>

typedef struct {
  qv_amounts rows;
  qv_phi     phi;
  double     unit;   /* of amounts */
  double     quant;  /* of f */
  int64_t   *amount; /* in units */
  int64_t   *cap;    /* [features] QV_PHI_MIN: in quanta */
  int64_t    most;   /* features of an element at most */
} features;

typedef struct {
  int64_t mass, value; /* m_u, and its term of f in quanta */
  int32_t feature, level;
  int32_t below; /* the node under it, -1: none */
} node;

typedef struct {
  qv_prefix base;
  int64_t   n;
  node     *node; /* [(k + 1) most] */
  int32_t  *top;  /* [features] -1: nothing yet */
  int64_t  *sum;  /* [k + 3] */
} stacks;

static PetscErrorCode stacks_create(const qv_objective *f, int32_t k, qv_prefix **prefix) {
  const features *d = f->data;
  const int64_t   n = PetscMin((k + 1) * d->most, INT32_MAX);
  stacks         *s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  s->base.f = f;
  PetscCall(PetscMalloc1(n, &s->node));                       /* pages come when they are reached */
  PetscCall(PetscMalloc1(d->rows.sets.n_items + 1, &s->top)); /* NULL is not to be filled */
  memset(s->top, 0xff, (size_t)d->rows.sets.n_items * sizeof *s->top);
  PetscCall(PetscMalloc1(k + 3, &s->sum));
  *prefix = &s->base;
  PetscFunctionReturn(0);
}

static PetscErrorCode stacks_destroy(qv_prefix **prefix) {
  stacks *s = (stacks *)*prefix;

  PetscFunctionBegin;
  PetscCall(PetscFree(s->node));
  PetscCall(PetscFree(s->top));
  PetscCall(PetscFree(s->sum));
  PetscCall(PetscFree(s));
  *prefix = NULL;
  PetscFunctionReturn(0);
}

/* m_u with one element more. */
static inline int64_t join(const features *d, int32_t u, int64_t mass, int64_t amount) {
  if (d->phi == QV_PHI_LARGEST) return mass > amount ? mass : amount;
  return d->phi == QV_PHI_MIN && amount > d->cap[u] - mass ? d->cap[u] : mass + amount;
}

static double phi_of(qv_phi phi, double m) {
  return phi == QV_PHI_SQRT ? sqrt(m) : log1p(m);
}

static double weight_of(const features *d, int32_t u) {
  return d->rows.sets.weight ? d->rows.sets.weight[u] : 1;
}

/* The term of f. */
static inline int64_t worth(const features *d, int32_t u, int64_t mass) {
  if (d->phi >= QV_PHI_MIN) return mass;
  return llround(weight_of(d, u) * phi_of(d->phi, (double)mass * d->unit) / d->quant);
}

static void gains(qv_prefix *prefix, int32_t n, const int32_t *e, int64_t *gain) {
  const stacks   *s     = (stacks *)prefix;
  const features *d     = prefix->f->data;
  const int64_t  *first = d->rows.sets.first;
  for (int32_t i = 0; i < n; i++) {
    int64_t sum = 0;
    for (int64_t j = first[e[i]]; j < first[e[i] + 1]; j++) {
      const int32_t u = d->rows.sets.item[j], top = s->top[u];
      const int64_t mass = top < 0 ? 0 : s->node[top].mass, had = top < 0 ? 0 : s->node[top].value;
      sum += worth(d, u, join(d, u, mass, d->amount[j])) - had;
    }
    gain[i] = sum;
    prefix->touched += first[e[i] + 1] - first[e[i]];
  }
}

/* Add what feature u of an element gives after each level <= top, as differences between levels. */
static void add_steps(const stacks *s, int32_t u, int64_t amount, int32_t top) {
  const features *d    = s->base.f->data;
  int32_t         last = top, at = s->top[u];
  for (; at >= 0 && last >= 0; at = s->node[at].below) {
    const node *x = &s->node[at];
    if (x->level > last) continue;
    const int64_t gain = worth(d, u, join(d, u, x->mass, amount)) - x->value;
    s->sum[x->level] += gain;
    s->sum[last + 1] -= gain;
    last = x->level - 1;
  }
  if (last < 0) return;
  const int64_t gain = worth(d, u, join(d, u, 0, amount));
  s->sum[0] += gain;
  s->sum[last + 1] -= gain;
}

static int32_t depth(qv_prefix *prefix, int32_t e, int32_t top, int64_t tau) {
  const stacks   *s     = (stacks *)prefix;
  const features *d     = prefix->f->data;
  const qv_sets  *sets  = &d->rows.sets;
  const int64_t   least = qv_objective_least(prefix->f, tau);
  memset(s->sum, 0, (size_t)(top + 2) * sizeof *s->sum);
  for (int64_t j = sets->first[e]; j < sets->first[e + 1]; j++)
    add_steps(s, sets->item[j], d->amount[j], top);
  prefix->touched += sets->first[e + 1] - sets->first[e];
  qv_group_sum(prefix->f->group, top + 1, s->sum);
  for (int32_t l = 1; l <= top; l++) s->sum[l] += s->sum[l - 1];
  for (int32_t l = top; l >= 0; l--) {
    if (s->sum[l] < least) continue;
    prefix->close += s->sum[l] < tau;
    return l;
  }
  return -1;
}

static void push(qv_prefix *prefix, int32_t e, int32_t level) {
  stacks         *s    = (stacks *)prefix;
  const features *d    = prefix->f->data;
  const qv_sets  *sets = &d->rows.sets;
  for (int64_t j = sets->first[e]; j < sets->first[e + 1]; j++) {
    const int32_t u    = sets->item[j];
    int32_t       at   = s->top[u];
    const int64_t mass = join(d, u, at < 0 ? 0 : s->node[at].mass, d->amount[j]);
    if (at < 0 || s->node[at].level < level) {
      s->node[s->n] = (node){.feature = u, .level = level, .below = at};
      s->top[u] = at = (int32_t)s->n++;
    }
    s->node[at].mass  = mass;
    s->node[at].value = worth(d, u, mass);
  }
}

static void retract(qv_prefix *prefix, int32_t level, int32_t n, const int32_t *e) {
  stacks *s = (stacks *)prefix;
  (void)n;
  (void)e;
  for (; s->n && s->node[s->n - 1].level > level; s->n--)
    s->top[s->node[s->n - 1].feature] = s->node[s->n - 1].below;
}

PetscErrorCode qv_amounts_free(qv_amounts *amounts) {
  PetscFunctionBegin;
  PetscCall(qv_sets_free(&amounts->sets));
  PetscCall(PetscFree(amounts->amount));
  PetscFunctionReturn(0);
}

static PetscErrorCode features_destroy(void *data) {
  features *d = data;

  PetscFunctionBegin;
  PetscCall(qv_amounts_free(&d->rows));
  PetscCall(PetscFree(d->amount));
  PetscCall(PetscFree(d->cap));
  PetscCall(PetscFree(d));
  PetscFunctionReturn(0);
}

static const qv_objective_kind kind = {.prefix_create  = stacks_create,
                                       .prefix_destroy = stacks_destroy,
                                       .gains          = gains,
                                       .depth          = depth,
                                       .push           = push,
                                       .truncate       = retract,
                                       .destroy        = features_destroy};

/* The largest term that a feature can reach, and the largest amount of one element. */
static PetscErrorCode measure(const features *d, double cap, double *term, double *largest) {
  const qv_sets *sets = &d->rows.sets;
  double        *total;

  PetscFunctionBegin;
  *term = *largest = 0;
  PetscCall(PetscCalloc1(sets->n_items, &total));
  for (int64_t j = 0; j < sets->first[sets->n_sets]; j++) {
    double *sum = &total[sets->item[j]];
    *sum     = d->phi == QV_PHI_LARGEST ? fmax(*sum, d->rows.amount[j]) : *sum + d->rows.amount[j];
    *largest = fmax(*largest, d->rows.amount[j]);
  }
  for (int32_t u = 0; u < sets->n_items; u++) {
    const double m = d->phi == QV_PHI_LARGEST ? total[u]
                     : d->phi == QV_PHI_MIN   ? fmin(total[u], cap)
                                              : phi_of(d->phi, total[u]);
    *term          = fmax(*term, weight_of(d, u) * m);
  }
  PetscCall(PetscFree(total));
  PetscFunctionReturn(0);
}

/* Amounts in integers: of the amount's own unit below a concave function, of f's quantum, weighted,
 * where the term is what it adds up to. An amount beyond the cap is the cap. */
static PetscErrorCode round_amounts(double cap, features *d) {
  const qv_sets *sets = &d->rows.sets;
  const bool     own  = d->phi < QV_PHI_MIN;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(sets->first[sets->n_sets], &d->amount));
  if (d->phi == QV_PHI_MIN) {
    PetscCall(PetscMalloc1(sets->n_items, &d->cap));
    for (int32_t u = 0; u < sets->n_items; u++)
      d->cap[u] = (int64_t)fmin(0x1p62, round(weight_of(d, u) * cap / d->quant));
  }
  for (int64_t j = 0; j < sets->first[sets->n_sets]; j++) {
    const double amount =
      own ? d->rows.amount[j] / d->unit
          : weight_of(d, sets->item[j]) *
              (d->phi == QV_PHI_MIN ? fmin(cap, d->rows.amount[j]) : d->rows.amount[j]) / d->quant;
    d->amount[j] = llround(amount);
  }
  PetscFunctionReturn(0);
}

/* The units, of the data of all ranks; then this rank's part of them remains. */
static PetscErrorCode prepare(const qv_features_plan *plan, const qv_group *group, features *d) {
  qv_sets *sets = &d->rows.sets;
  double   term, largest;

  PetscFunctionBegin;
  PetscCall(measure(d, plan->cap, &term, &largest));
  if (plan->dealt) PetscCall(qv_group_max(group, term, &term));
  d->quant = d->phi == QV_PHI_LARGEST
               ? qv_objective_quantum_real(plan->dealt ? plan->n_items : sets->n_items, term)
               : qv_objective_quantum(sets->n_items, term);
  d->unit  = qv_objective_quantum(sets->n_sets, largest);
  if (!plan->dealt) qv_sets_deal(group, sets, d->rows.amount);
  for (int32_t e = 0; e < sets->n_sets; e++)
    d->most = PetscMax(d->most, sets->first[e + 1] - sets->first[e]);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_features_create(const qv_features_plan *plan, qv_amounts *amounts,
                                  qv_objective **f) {
  const qv_group *group = plan->group ? plan->group : &qv_group_alone;
  features       *d;

  PetscFunctionBegin;
  PetscCall(PetscNew(&d));
  d->rows = *amounts;
  d->phi  = plan->phi;
  memset(amounts, 0, sizeof *amounts);
  PetscCall(prepare(plan, group, d));
  PetscCall(round_amounts(plan->cap, d));
  PetscCall(PetscFree(d->rows.amount));
  PetscCall(qv_objective_create(group, &kind, d->rows.sets.n_sets, d->quant, d, f));
  if (d->phi < QV_PHI_MIN) (*f)->band = QV_OBJECTIVE_BAND;
  PetscFunctionReturn(0);
}
