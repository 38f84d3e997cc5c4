/* SPDX-License-Identifier: GPL-3.0-or-later
 * How the costs of the updates spread over the whole run: counts in bins, and some quantiles. */
#include "optim/submodular/maintain.h"

enum { QUANTILES = 5 };
static const double share[QUANTILES] = {0.5, 0.9, 0.99, 0.999, 1};

/* Where one kind of cost goes, and what one of its units is. */
typedef struct {
  const qv_spread *spread;
  double           unit;
  const qv_array   left, count, quantile, share;
} place;

// clang-format off
#define PUT(PATH, TYPE, AXIS, UNIT, NAME, VIEW)                                                    \
  {.path = PATH, .type = TYPE, .rank = 1, .axes = {AXIS}, .unit = UNIT, .long_name = NAME, .view = VIEW}
#define SHARES "share of the updates that cost at most so much"

static place calls_of(const qv_spread *spread) {
  return (place){spread, 1,
    PUT("/result/left", QV_I64, "left", "1", "marginal evaluations of an update", NULL),
    PUT("/result/update_calls_count", QV_I64, "left", "1", "updates by their marginal evaluations", "bins-log at update_calls_quantile"),
    PUT("/result/update_calls_quantile", QV_I64, "quantile", "1", "quantiles of the marginal evaluations of an update: lower edges of bins, the last exact", NULL),
    PUT("/result/quantile", QV_F64, "quantile", "1", SHARES, NULL)};
}

static place seconds_of(const qv_spread *spread) {
  return (place){spread, 1e-9,
    PUT("/run/left", QV_F64, "left", "s", "time of an update on rank 0", NULL),
    PUT("/run/update_seconds_count", QV_I64, "left", "1", "updates by their time", "bins-log at update_seconds_quantile"),
    PUT("/run/update_seconds_quantile", QV_F64, "quantile", "s", "quantiles of the time of an update on rank 0: lower edges of bins, the last exact", NULL),
    PUT("/run/quantile", QV_F64, "quantile", "1", SHARES, NULL)};
}
// clang-format on

static PetscErrorCode put(qv_record *record, const qv_array *like, int n, const int64_t *value,
                          double unit) {
  qv_array array = *like;
  double   real[QV_SPREAD_COARSE];

  PetscFunctionBegin;
  array.shape[0] = n;
  for (int i = 0; i < n; i++) real[i] = unit * (double)value[i];
  PetscCall(
    qv_record_put(record, &array, like->type == QV_F64 ? (const void *)real : (const void *)value));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_spread(const place *p, qv_record *record) {
  qv_spread_list list;
  qv_array       shares = p->share;
  int64_t        at[QUANTILES];

  PetscFunctionBegin;
  qv_spread_coarsen(p->spread, &list);
  for (int i = 0; i < QUANTILES - 1; i++) at[i] = qv_spread_quantile(p->spread, share[i]);
  at[QUANTILES - 1] = p->spread->largest;
  shares.shape[0]   = QUANTILES;
  PetscCall(put(record, &p->left, list.n, list.left, p->unit));
  PetscCall(put(record, &p->count, list.n, list.count, 1));
  PetscCall(qv_record_put(record, &shares, share));
  PetscCall(put(record, &p->quantile, QUANTILES, at, p->unit));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_put_spreads(const qv_maintain_state *s, qv_record *record) {
  const place calls   = calls_of(&s->counts.all_spread);
  const place seconds = seconds_of(&s->counts.all_seconds);

  PetscFunctionBegin;
  PetscCall(put_spread(&calls, record));
  PetscCall(put_spread(&seconds, record));
  PetscFunctionReturn(0);
}
