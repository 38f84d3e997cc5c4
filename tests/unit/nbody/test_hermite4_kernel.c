/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * The bits of the kernel: the same from the clone that this machine chose and from plain code for
 * the oldest instruction set, in every lane, in the wide and in the narrow form. */
#include "solvers/nbody/hermite4_kernel.h"
#include "tests/support/qv_test.h"

#include <math.h>
#include <string.h>

/* the kernel once more, without clones */
#define target_clones(...) unused
#define qv_hermite4_kernel plain_kernel
#include "solvers/nbody/hermite4_kernel.c"
#undef qv_hermite4_kernel
#undef target_clones

static uint64_t next_word(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return *state >> 11;
}

static double uniform(uint64_t *state, double low, double high) {
  return low + (high - low) * (double)next_word(state) * 0x1p-53;
}

/* Numbers of a system that depend on `which` alone. */
static void fill(uint64_t which, int l, qv_hermite4_orders *orders, qv_hermite4_block *block) {
  uint64_t state = which * 977 + 5;
  for (int i = 0; i < 3; i++) orders->mass[i][l] = uniform(&state, 0.1, 3);
  orders->mu[l]    = exp(uniform(&state, -9, -2));
  orders->end[l]   = uniform(&state, 0.5, 4);
  orders->look[l]  = orders->end[l];
  orders->reach[l] = uniform(&state, 0, 10);
  double *rows     = (double *)block;
  for (size_t i = 0; i < sizeof *block / sizeof(double) / W; i++)
    rows[i * W + (size_t)l] = uniform(&state, -2, 2);
  block->scale[l] = which % 5 ? uniform(&state, 0, 2) : 0;
  block->t[l]     = uniform(&state, 0, 0.5);
}

static PetscErrorCode agrees_with_plain_code(void) {
  static _Alignas(64) qv_hermite4_orders orders;
  static _Alignas(64) qv_hermite4_block  from, fast, slow;
  int64_t                                event[W], plain_event[W], n_events[3] = {0};
  for (int turn = 0; turn < 200; turn++) {
    for (int l = 0; l < W; l++) fill((uint64_t)(turn * W + l), l, &orders, &from);
    for (int chain = 0; chain < 20; chain++) {
      const int lanes = chain % 2 ? W : QV_HERMITE4_FEW;
      fast = slow = from;
      memset(event, 0, sizeof event);
      memset(plain_event, 0, sizeof plain_event);
      qv_hermite4_kernel(lanes, &orders, &from, &fast, event);
      plain_kernel(lanes, &orders, &from, &slow, plain_event);
      EXPECT(memcmp(&fast, &slow, sizeof fast) == 0);
      EXPECT(memcmp(event, plain_event, sizeof event) == 0);
      for (int l = 0; l < lanes; l++)
        for (int bit = 0; bit < 3; bit++) n_events[bit] += (event[l] >> bit) & 1;
      from = fast;
    }
  }
  EXPECT(n_events[0] > 100 && n_events[1] > 100);
  return 0;
}

static PetscErrorCode knows_no_lanes(void) {
  static _Alignas(64) qv_hermite4_orders orders, turned;
  static _Alignas(64) qv_hermite4_block  from, to, turned_from, turned_to;
  int64_t                                event[W], turned_event[W];
  for (int l = 0; l < W; l++) {
    fill((uint64_t)l, l, &orders, &from);
    fill((uint64_t)l, (l + 5) % W, &turned, &turned_from);
  }
  qv_hermite4_kernel(W, &orders, &from, &to, event);
  qv_hermite4_kernel(W, &turned, &turned_from, &turned_to, turned_event);
  const double *a = (const double *)&to, *b = (const double *)&turned_to;
  for (size_t i = 0; i < sizeof to / sizeof(double); i++)
    EXPECT_BITS(b[i / W * W + (i % W + 5) % W], a[i]);
  for (int l = 0; l < W; l++) EXPECT_INT(turned_event[(l + 5) % W], event[l]);
  return 0;
}

static PetscErrorCode stands_still_for_h_0(void) {
  static _Alignas(64) qv_hermite4_orders orders;
  static _Alignas(64) qv_hermite4_block  from, to;
  int64_t                                event[W];
  for (int l = 0; l < W; l++) {
    fill((uint64_t)l + 1000, l, &orders, &from);
    from.scale[l] = 0;
  }
  qv_hermite4_kernel(W, &orders, &from, &to, event);
  EXPECT(memcmp(from.r, to.r, sizeof to.r) == 0);
  EXPECT(memcmp(from.v, to.v, sizeof to.v) == 0);
  EXPECT(memcmp(from.t, to.t, sizeof to.t) == 0);
  EXPECT(memcmp(from.a, to.a, sizeof to.a) != 0);
  return 0;
}

static PetscErrorCode tells_what_happened(void) {
  static _Alignas(64) qv_hermite4_orders orders;
  static _Alignas(64) qv_hermite4_block  from, to;
  int64_t                                event[W];
  memset(&from, 0, sizeof from);
  for (int l = 0; l < W; l++) {
    for (int i = 0; i < 3; i++) orders.mass[i][l] = 1;
    from.r[0][0][l] = from.r[1][1][l] = from.scale[l] = 1;
    orders.mu[l]                                      = 0.01;
    orders.end[l] = orders.look[l] = INFINITY;
  }
  orders.end[1] = orders.look[1] = 0.01;    /* met by the step itself */
  orders.end[2] = orders.look[2] = 0.005;   /* met by a shorter one */
  orders.look[3]                 = 0.0075;  /* passed */
  from.r[1][0][4] = 1, from.r[1][1][4] = 0; /* bodies 1 and 2 at one place */
  from.r[0][2][5]    = NAN;
  from.v[1][1][6]    = 1e300;
  from.closing[0][7] = -1, from.v[0][0][7] = 1, orders.reach[7] = 4; /* receding now */
  from.closing[0][8] = -1, from.v[0][0][8] = 1, orders.reach[8] = 0.5;
  from.closing[0][9] = -1, from.v[0][0][9] = -1, orders.reach[9] = 4;
  const int64_t want[W] = {
    [1] = QV_HERMITE4_LOOK,      [2] = QV_HERMITE4_LOOK,     [3] = QV_HERMITE4_LOOK,
    [4] = QV_HERMITE4_OVERFLOW,  [5] = QV_HERMITE4_OVERFLOW, [6] = QV_HERMITE4_OVERFLOW,
    [7] = QV_HERMITE4_PERICENTRE};
  qv_hermite4_kernel(W, &orders, &from, &to, event);
  for (int l = 0; l < W; l++) EXPECT_INT(event[l], want[l]);
  EXPECT_BITS(to.t[0], 0.01);
  EXPECT_BITS(to.t[1], 0.01);
  EXPECT_BITS(to.t[2], 0.005);
  EXPECT_BITS(to.t[3], 0.01);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"agrees with plain code", agrees_with_plain_code},
               {"knows no lanes", knows_no_lanes}, {"stands still for h = 0", stands_still_for_h_0},
               {"tells what happened", tells_what_happened});
}
