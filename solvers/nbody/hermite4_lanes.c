/* SPDX-License-Identifier: GPL-3.0-or-later
 * Systems take turns in the lanes of a block: loaded in order, stored when they stop. */
#include "solvers/nbody/hermite4_kernel.h"
#include "solvers/nbody/hermite4_pericentre.h"
#include "solvers/nbody/hermite4_state.h"

#include <math.h>
#include <string.h>

enum { W = QV_HERMITE4_LANES, ROWS = QV_HERMITE4_ROWS };

/* More than any run; leaves room for sums. */
#define ENDLESS (INT64_MAX / 4)

_Static_assert(sizeof(qv_hermite4_block) == ROWS * W * sizeof(double), "block and words differ");

typedef struct {
  _Alignas(64) qv_hermite4_orders orders;
  _Alignas(64) qv_hermite4_block block[2]; /* block[now] is the state, the other the one before */
  _Alignas(64) int64_t event[W];
  int                          now, active, lanes;
  bool                         has_left;       /* a system, in the last turn */
  int64_t                      turn;           /* evaluations of each lane in this call */
  int64_t                      system[W];      /* -1: none */
  int64_t                      loaded[W];      /* turn */
  int64_t                      expires[W];     /* turn at which the budget is spent */
  int64_t                      appointment[W]; /* the next snapshot */
  int64_t                      next, n;
  qv_hermite4                 *s;
  const double                *mu;
  int64_t                      budget;
  const qv_hermite4_snapshots *snapshots;
} crew;

static double *row(qv_hermite4_block *block, int i) {
  return (double *)block + i * W;
}

/* The next time at which a lane must be looked at: a snapshot or the end of the interval. */
static void plan(crew *c, int l) {
  const qv_hermite4_snapshots *shots = c->snapshots;
  const double                 end   = qv_hermite4_state_end(&c->s[c->system[l]]);
  const bool                   more  = shots && c->appointment[l] < shots->n_times;
  c->orders.end[l]                   = end;
  c->orders.look[l]                  = more ? fmin(end, shots->time[c->appointment[l]]) : end;
}

/* A step ends at less than twice the separation that it passed, unless mu is absurd. */
static void watch(crew *c, int l) {
  const double nearest = c->s[c->system[l]].word[QV_HERMITE4_NEAREST];
  c->orders.reach[l]   = 4 * nearest * nearest;
}

/* The first snapshot after t. */
static int64_t first_after(const qv_hermite4_snapshots *shots, double t) {
  int64_t low = 0, high = shots ? shots->n_times : 0;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (shots->time[middle] > t)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* A lane without a system: a triangle that stands still. */
static void idle(crew *c, int l) {
  qv_hermite4_block *block = &c->block[c->now];
  for (int i = 0; i < ROWS; i++) row(block, i)[l] = 0;
  block->r[0][0][l] = block->r[1][1][l] = 1;
  for (int i = 0; i < 3; i++) c->orders.mass[i][l] = 1;
  c->orders.mu[l] = c->orders.reach[l] = 0;
  c->orders.end[l] = c->orders.look[l] = INFINITY;
  c->system[l]                         = -1;
  c->expires[l]                        = INT64_MAX;
}

/* Put system i into lane l. */
static void load(crew *c, int l, int64_t i) {
  const double *w = c->s[i].word;
  for (int q = 0; q < ROWS; q++) row(&c->block[c->now], q)[l] = w[QV_HERMITE4_BLOCK + q];
  for (int b = 0; b < 3; b++) c->orders.mass[b][l] = w[QV_HERMITE4_MASS + b];
  c->orders.mu[l]   = c->mu[i];
  c->loaded[l]      = c->turn;
  c->expires[l]     = c->turn + c->budget - (int64_t)w[QV_HERMITE4_SPENT];
  c->appointment[l] = first_after(c->snapshots, w[QV_HERMITE4_TIME]);
  c->system[l]      = i;
  plan(c, l);
  watch(c, l);
}

/* Give lane l the next system that can go on, or none. */
static void refill(crew *c, int l) {
  while (c->next < c->n) {
    const qv_hermite4 *s = &c->s[c->next++];
    if (qv_hermite4_reached(s) || !qv_hermite4_finite(s)) continue;
    if (qv_hermite4_evaluations(s) >= c->budget) continue;
    load(c, l, c->next - 1);
    c->active++;
    return;
  }
  idle(c, l);
}

/* Copy a lane to its system. */
static void store(crew *c, int l, int which) {
  double *w = c->s[c->system[l]].word;
  for (int i = 0; i < ROWS; i++) w[QV_HERMITE4_BLOCK + i] = row(&c->block[which], i)[l];
  w[QV_HERMITE4_SPENT] += (double)(c->turn - c->loaded[l]);
  c->loaded[l] = c->turn;
}

static void leave(crew *c, int l) {
  c->has_left = true;
  c->active--;
  refill(c, l);
}

/* The last few systems move together, for the narrow kernel. */
static void close_up(crew *c) {
  for (int l = QV_HERMITE4_FEW, free = 0; l < W; l++) {
    const int64_t i = c->system[l];
    if (i < 0) continue;
    while (c->system[free] >= 0) free++;
    store(c, l, c->now);
    idle(c, l);
    load(c, free, i);
  }
  c->lanes = QV_HERMITE4_FEW;
}

/* One snapshot: a step of its own from the state before the last step, on a copy. */
static void take_snapshot(const crew *c, int l, int64_t i) {
  const qv_hermite4_snapshots *shots  = c->snapshots;
  qv_hermite4_orders           orders = c->orders;
  qv_hermite4_block            from   = c->block[1 - c->now], to;
  int64_t                      event[W];
  double                       r[6], v[6], position[3][3], velocity[3][3];
  from.scale[l] = orders.mu[l] = INFINITY;
  orders.end[l]                = shots->time[i];
  qv_hermite4_kernel(W, &orders, &from, &to, event);
  for (int b = 0; b < 2; b++)
    for (int k = 0; k < 3; k++) r[3 * b + k] = to.r[b][k][l], v[3 * b + k] = to.v[b][k][l];
  qv_hermite4_state_absolute(&c->s[c->system[l]], r, v, shots->time[i], position, velocity);
  shots->take(shots->context, c->system[l], i, (const double(*)[3])position,
              (const double(*)[3])velocity);
}

static void take_snapshots(crew *c, int l) {
  const qv_hermite4_snapshots *shots = c->snapshots;
  while (shots && c->appointment[l] < shots->n_times &&
         shots->time[c->appointment[l]] <= c->block[c->now].t[l])
    take_snapshot(c, l, c->appointment[l]++);
}

/* Relative position, velocity or acceleration of a pair. */
static double pair_of(double x[2][3][W], int p, int k, int l) {
  return p == 0 ? x[0][k][l] : p == 1 ? x[1][k][l] : x[1][k][l] - x[0][k][l];
}

static void look_closer(crew *c, int l) {
  double *w = c->s[c->system[l]].word;
  for (int p = 0; p < 3; p++) {
    qv_hermite4_passage passage;
    double              time;
    for (int end = 0; end < 2; end++) {
      qv_hermite4_block *b = &c->block[end ? c->now : 1 - c->now];
      for (int k = 0; k < 3; k++) {
        passage.r[end][k] = pair_of(b->r, p, k, l);
        passage.v[end][k] = pair_of(b->v, p, k, l);
        passage.a[end][k] = pair_of(b->a, p, k, l);
      }
    }
    const qv_hermite4_block *before = &c->block[1 - c->now], *after = &c->block[c->now];
    if (!(before->closing[p][l] < 0 && after->closing[p][l] >= 0)) continue;
    passage.h               = after->t[l] - before->t[l];
    const double separation = qv_hermite4_pericentre_find(&passage, &time);
    if (!(separation < w[QV_HERMITE4_NEAREST])) continue;
    w[QV_HERMITE4_NEAREST]      = separation;
    w[QV_HERMITE4_NEAREST_TIME] = before->t[l] + time;
    w[QV_HERMITE4_NEAREST_PAIR] = p;
    watch(c, l);
  }
}

/* The state before the step that ended the run. */
static void keep(crew *c, int l) {
  double *w = c->s[c->system[l]].word;
  for (int q = 0; q < ROWS; q++) w[QV_HERMITE4_KEPT + q] = row(&c->block[1 - c->now], q)[l];
  memcpy(w + QV_HERMITE4_KEPT_NEAREST, w + QV_HERMITE4_NEAREST, 3 * sizeof *w);
  w[QV_HERMITE4_KEPT_DONE] = w[QV_HERMITE4_DONE];
}

/* A lane whose step was an event. */
static void attend(crew *c, int l) {
  qv_hermite4 *s = &c->s[c->system[l]];
  if (c->event[l] & QV_HERMITE4_OVERFLOW) { /* the step is not taken */
    store(c, l, 1 - c->now);
    s->word[QV_HERMITE4_OVERFLOWED] = 1;
    s->word[QV_HERMITE4_RESTARTS] += 1;
    leave(c, l);
    return;
  }
  if (c->block[c->now].t[l] >= s->word[QV_HERMITE4_T_END]) keep(c, l);
  if (c->event[l] & QV_HERMITE4_PERICENTRE) look_closer(c, l);
  if (!(c->event[l] & QV_HERMITE4_LOOK)) return;
  take_snapshots(c, l);
  if (c->block[c->now].t[l] >= c->orders.end[l]) {
    s->word[QV_HERMITE4_TIME] = c->block[c->now].t[l];
    qv_hermite4_state_restart(s);
    c->block[c->now].scale[l] = 0;
    if (qv_hermite4_reached(s)) {
      store(c, l, c->now);
      leave(c, l);
      return;
    }
  }
  plan(c, l);
}

/* Up to `most` steps of all lanes, until a system has left. */
static void run(crew *c, int64_t most) {
  for (c->has_left = false; most > 0 && !c->has_left; most--) {
    int64_t any = 0;
    qv_hermite4_kernel(c->lanes, &c->orders, &c->block[c->now], &c->block[1 - c->now], c->event);
    c->now = 1 - c->now;
    c->turn++;
    for (int l = 0; l < c->lanes; l++) any |= c->event[l];
    for (int l = 0; any && l < c->lanes; l++)
      if (c->event[l]) attend(c, l);
  }
}

static void expire(crew *c) {
  for (int l = 0; l < W; l++) {
    if (c->system[l] < 0 || c->turn < c->expires[l]) continue;
    store(c, l, c->now);
    leave(c, l);
  }
}

int64_t qv_hermite4_advance_with(int64_t n, qv_hermite4 *s, const double *mu, int64_t budget,
                                 int64_t work, const qv_hermite4_snapshots *snapshots) {
  crew    c     = {.n = n, .s = s, .mu = mu, .snapshots = snapshots, .lanes = W};
  int64_t spent = 0;
  c.budget      = budget < ENDLESS ? budget : ENDLESS;
  if (work > ENDLESS) work = ENDLESS;
  for (int l = 0; l < W; l++) refill(&c, l);
  while (c.active && spent < work) {
    if (c.active <= QV_HERMITE4_FEW && c.lanes == W) close_up(&c);
    const int64_t turn = c.turn, active = c.active;
    int64_t       most = (work - spent + active - 1) / active;
    for (int l = 0; l < W; l++)
      if (c.expires[l] - c.turn < most) most = c.expires[l] - c.turn;
    run(&c, most);
    spent += (c.turn - turn) * active;
    expire(&c);
  }
  for (int l = 0; l < W; l++)
    if (c.system[l] >= 0) store(&c, l, c.now);
  return spent;
}

int64_t qv_hermite4_advance(int64_t n, qv_hermite4 *s, const double *mu, int64_t budget,
                            int64_t work) {
  return qv_hermite4_advance_with(n, s, mu, budget, work, NULL);
}
