/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/amounts.h"

#include <string.h>

#include "optim/submodular/grid.h"
#include "optim/submodular/maker.h"
#include "optim/submodular/reader.h"
#include "optim/submodular/sets.h"
#include "solvers/deck/number.h"
#include "solvers/parallel/agree.h"

const qv_choice qv_amounts_words[] = {
  {"lists", "lines `id feature amount feature amount …`"},
  {"table", "a row an element, a column a feature; a text or the set `/data` of an HDF5 file"},
  {NULL, NULL}};

/* Rows as they grow. */
typedef struct {
  int64_t  n, capacity;
  int32_t *item;
  double  *amount;
  int64_t  n_rows, row_capacity;
  int64_t *first;
  int32_t  n_seen;
  int64_t *seen; /* [n_seen] by feature: the number of rows when it came last */
} rows;

static PetscErrorCode add_row(rows *r) {
  PetscFunctionBegin;
  if (r->n_rows + 1 >= r->row_capacity) {
    r->row_capacity = PetscMax(1024, 2 * r->row_capacity);
    PetscCall(PetscRealloc((size_t)r->row_capacity * sizeof *r->first, &r->first));
  }
  r->first[r->n_rows++] = r->n;
  r->first[r->n_rows]   = r->n;
  PetscFunctionReturn(0);
}

/* To the last row. */
static PetscErrorCode add_amount(rows *r, int32_t item, double amount) {
  PetscFunctionBegin;
  if (r->n == r->capacity) {
    r->capacity = PetscMax(1024, 2 * r->capacity);
    PetscCall(PetscRealloc((size_t)r->capacity * sizeof *r->item, &r->item));
    PetscCall(PetscRealloc((size_t)r->capacity * sizeof *r->amount, &r->amount));
  }
  r->item[r->n]       = item;
  r->amount[r->n++]   = amount;
  r->first[r->n_rows] = r->n;
  PetscFunctionReturn(0);
}

/* Is a feature in the last row already? It is from now on. */
static PetscErrorCode meet(rows *r, int32_t feature, bool *again) {
  PetscFunctionBegin;
  if (feature >= r->n_seen) {
    const int32_t before = r->n_seen;
    r->n_seen            = PetscMax(1024, 2 * feature);
    PetscCall(PetscRealloc((size_t)r->n_seen * sizeof *r->seen, &r->seen));
    for (int32_t u = before; u < r->n_seen; u++) r->seen[u] = 0;
  }
  *again           = r->seen[feature] == r->n_rows;
  r->seen[feature] = r->n_rows;
  PetscFunctionReturn(0);
}

/* The pairs of one line; the first mistake ends it. */
static PetscErrorCode take_line(qv_reader *r, qv_names *features, rows *all) {
  PetscFunctionBegin;
  if (r->n_words % 2 == 0)
    PetscCall(qv_reader_mistake(r, "expected `id feature amount …`, found %d words", r->n_words));
  for (int i = 1; i + 1 < r->n_words && r->n_words % 2; i += 2) {
    int32_t     feature;
    double      amount;
    bool        again;
    const char *wrong = qv_number_real(r->word[i + 1], &amount);
    PetscCall(qv_names_add(features, r->word[i], &feature));
    PetscCall(meet(all, feature, &again));
    if (wrong)
      PetscCall(qv_reader_mistake(r, "the amount '%s' %s", r->word[i + 1], wrong));
    else if (amount < 0)
      PetscCall(qv_reader_mistake(r, "the amount %s is negative", r->word[i + 1]));
    else if (amount > QV_GRID_MOST)
      PetscCall(
        qv_reader_mistake(r, "the amount %s is larger than %g", r->word[i + 1], QV_GRID_MOST));
    else if (again)
      PetscCall(qv_reader_mistake(r, "the feature '%s' comes twice", r->word[i]));
    else {
      PetscCall(add_amount(all, feature, amount));
      continue;
    }
    break;
  }
  PetscFunctionReturn(0);
}

/* Rank 0. */
static PetscErrorCode read_lists(const qv_amounts_plan *plan, qv_diag *diag, qv_names *elements,
                                 qv_names *features, rows *all) {
  qv_reader r;
  bool      there;

  PetscFunctionBegin;
  PetscCall(qv_reader_open(plan->data, diag, &r));
  for (;;) {
    int32_t       element;
    const int32_t before = elements->n;
    PetscCall(qv_reader_next(&r, &there));
    if (!there) break;
    PetscCall(qv_names_add(elements, r.word[0], &element));
    if (elements->n == before) {
      PetscCall(qv_reader_mistake(&r, "the element '%s' has a line already", r.word[0]));
      continue;
    }
    PetscCall(add_row(all));
    PetscCall(take_line(&r, features, all));
  }
  PetscCall(qv_reader_close(&r));
  if (!qv_diag_count(diag) && !elements->n)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = plan->data->written},
                          "holds no elements"));
  PetscFunctionReturn(0);
}

/* Rank 0: the entries of a table that are not 0. */
static PetscErrorCode take_table(const qv_amounts_plan *plan, qv_diag *diag, const qv_table *t,
                                 rows *all) {
  PetscFunctionBegin;
  for (int64_t e = 0; e < t->n_rows && qv_diag_count(diag) < QV_READER_MISTAKES; e++) {
    PetscCall(add_row(all));
    for (int32_t u = 0; u < t->n_columns; u++) {
      const double amount = t->value[e * t->n_columns + u];
      if (amount < 0)
        PetscCall(qv_diag_add(diag, QV_EXIT_DATA, qv_grid_place(plan->data, t, e),
                              "the amount %g of row %lld, column %d (from 0) is negative", amount,
                              (long long)e, u));
      if (amount > 0) PetscCall(add_amount(all, u, amount));
    }
  }
  PetscFunctionReturn(0);
}

/* Rank 0: what was read, as sets with amounts. */
static PetscErrorCode finish(const qv_amounts_plan *plan, qv_diag *diag, const qv_names *features,
                             rows *all, qv_amounts *amounts) {
  qv_sets *sets = &amounts->sets;

  PetscFunctionBegin;
  *sets = (qv_sets){
    .n_sets = (int32_t)all->n_rows, .n_items = features->n, .first = all->first, .item = all->item};
  amounts->amount = all->amount;
  if (plan->weights->found) {
    PetscCall(PetscMalloc1(features->n, &sets->weight));
    PetscCall(qv_sets_read_weights(plan->weights, diag, features, sets->weight));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode share(MPI_Comm comm, int rank, qv_amounts *amounts, qv_names *names) {
  PetscFunctionBegin;
  PetscCall(qv_sets_share(comm, rank, &amounts->sets));
  const int64_t n = amounts->sets.first[amounts->sets.n_sets];
  if (rank) PetscCall(PetscMalloc1(n, &amounts->amount));
  PetscCall(qv_agree_broadcast(comm, amounts->amount, n, sizeof *amounts->amount));
  PetscCall(qv_names_share(comm, names));
  PetscFunctionReturn(0);
}

/* Rank 0, from a table or from lines. */
static PetscErrorCode read_here(const qv_amounts_plan *plan, qv_diag *diag, const qv_table *table,
                                qv_amounts *amounts, qv_names **names) {
  qv_names *features;
  rows      all = {0};

  PetscFunctionBegin;
  if (table) {
    PetscCall(qv_maker_name(table->n_columns, table->name, &features));
    PetscCall(qv_maker_name((int32_t)table->n_rows, NULL, names));
    PetscCall(take_table(plan, diag, table, &all));
  } else {
    PetscCall(qv_names_create(&features));
    PetscCall(qv_names_create(names));
    PetscCall(read_lists(plan, diag, *names, features, &all));
  }
  PetscCall(finish(plan, diag, features, &all, amounts));
  PetscCall(qv_names_destroy(&features));
  PetscCall(PetscFree(all.seen));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_amounts_read(MPI_Comm comm, const qv_amounts_plan *plan, qv_diag *diag,
                               qv_amounts *amounts, qv_names **names) {
  qv_table *table = NULL;
  int       rank;

  PetscFunctionBegin;
  memset(amounts, 0, sizeof *amounts);
  *names = NULL;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (plan->format == QV_AMOUNTS_TABLE) {
    PetscCall(qv_grid_read(comm, plan->data, "/data", diag, &table));
    if (!table) PetscFunctionReturn(0);
  }
  if (rank == 0)
    PetscCall(read_here(plan, diag, table, amounts, names));
  else
    PetscCall(qv_names_create(names));
  PetscCall(qv_table_destroy(&table));
  PetscCall(qv_diag_share(comm, diag));
  if (qv_diag_count(diag)) {
    PetscCall(qv_amounts_free(amounts));
    PetscCall(qv_names_destroy(names));
    PetscFunctionReturn(0);
  }
  PetscCall(share(comm, rank, amounts, *names));
  PetscFunctionReturn(0);
}
