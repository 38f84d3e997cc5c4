/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,3 labels=fast timeout=300
 * Adam in the place of the exact steps of RED-PSM. */
#include "tests/support/qv_test.h"
#include "tests/unit/imaging/redpsm_case.h"

/* Adam's gradient through what it does: with one step of a tiny length every parameter moves by
 * that length against the sign of the energy's slope there. */
static PetscErrorCode adam_goes_downhill(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double            before[3 * CASE_PIXELS], first_z, up, down, at[3] = {5, 500, 1700};
  int               wrong = 0;

  PetscFunctionBegin;
  options.adam = 1;
  options.rate = 1e-7;
  PetscCall(case_open("radon2d", 1e-3, &c));
  PetscCall(case_begin(&options, 4, 6, &c));
  PetscCall(case_iterate(2, &c)); /* f and y are no longer trivial */
  PetscCall(PetscArrayzero(c.redpsm->moment, qv_redpsm_moments(c.redpsm)));
  c.numbers.adam_steps = 0;
  double slope[3], slope_z, unit[3 * CASE_PIXELS];
  c.redpsm->beta = c.numbers.beta;
  for (int i = 0; i < 4; i++) {
    memset(unit, 0, sizeof unit);
    const int place = i < 3 ? (int)at[i] : 7;
    unit[place]     = c.redpsm->view[place % CASE_PIXELS] || i == 3;
    PetscCall(case_energy_at(&c, 1e-5, i < 3 ? unit : NULL, i < 3 ? NULL : unit, &up));
    PetscCall(case_energy_at(&c, -1e-5, i < 3 ? unit : NULL, i < 3 ? NULL : unit, &down));
    if (i < 3)
      slope[i] = up - down;
    else
      slope_z = up - down;
  }
  memcpy(before, c.redpsm->spatial, sizeof before);
  first_z = c.redpsm->latent[7];
  PetscCall(qv_redpsm_adam_fit(c.redpsm, &c.numbers, &c.report));
  for (int i = 0; i < 3; i++) {
    const double moved = c.redpsm->spatial[(int)at[i]] - before[(int)at[i]];
    if (c.redpsm->view[(int)at[i] % CASE_PIXELS]) wrong += !(moved * slope[i] < 0);
    if (slope[i] != 0) EXPECT_REL(fabs(moved), 1e-7, 1e-2);
  }
  EXPECT_INT(wrong, 0);
  EXPECT((c.redpsm->latent[7] - first_z) * slope_z < 0);
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* Adam ends where the exact steps end, later. */
static PetscErrorCode adam_agrees(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double            error[2];

  PetscFunctionBegin;
  PetscCall(case_open("radon2d", 5e-3, &c));
  for (int k = 0; k < 2; k++) {
    options.adam = k ? 25 : 0;
    options.rate = 5e-3;
    PetscCall(case_begin(&options, 4, 6, &c));
    PetscCall(case_iterate(40, &c));
    PetscCall(case_distance(&c, 1, c.redpsm->x, c.truth, &error[k]));
    PetscCall(case_end(&c));
  }
  EXPECT_REL(error[1], error[0], 0.1);
  PetscCall(case_close(&c));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"Adam goes downhill", adam_goes_downhill},
               {"Adam agrees", adam_agrees});
}
