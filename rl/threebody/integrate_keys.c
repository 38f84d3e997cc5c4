/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "rl/threebody/integrate.h"

static const qv_choice unit_words[] = {
  {"nbody", "G = 1"}, {"au-msun-yr", "au, solar masses, yr, au/yr"}, {NULL, NULL}};

enum { CONTROLLER_CONSTANT, CONTROLLER_ERROR };
static const qv_choice controller_words[] = {{"constant", "the step parameter mu, fixed"},
                                             {"error", "the integrator's own error estimate"},
                                             {NULL, NULL}};

// clang-format off
#define ROW(TYPE, MEMBER, ...) QV_ROW(TYPE, qv_integrate_params, MEMBER, __VA_ARGS__)
const qv_key qv_integrate_keys[] = {
  ROW(CHOICE, from, .path = "threebody.systems.from", .choices = qv_source_words,
      .doc = "where systems come from"),
  ROW(INT, first_seed, .path = "threebody.systems.first-seed", .preset = "0", .range = "[0,4294967295]",
      .when = "threebody.systems.from=paper", .doc = "NumPy seed of the first system"),
  ROW(INT, first, .path = "threebody.systems.first", .preset = "0", .range = "[0,inf)",
      .when = "threebody.systems.from=agekyan-anosova", .doc = "index of the first system of the draw"),
  ROW(INT, first, .path = "threebody.systems.first", .preset = "1", .range = "[1,30]",
      .when = "threebody.systems.from=brake", .doc = "number of the first orbit"),
  ROW(INT, count, .path = "threebody.systems.count", .preset = "100", .range = "[1,4294967296]",
      .when = "threebody.systems.from=paper|agekyan-anosova", .doc = "number of systems"),
  ROW(INT, count, .path = "threebody.systems.count", .preset = "30", .range = "[1,30]",
      .when = "threebody.systems.from=brake", .doc = "number of orbits"),
  ROW(FILE, path, .path = "threebody.systems.path", .when = "threebody.systems.from=file",
      .doc = "CSV with the header system,body,mass,x,y,z,vx,vy,vz (no z and vz: in the plane), or "
             "HDF5 with mass [system, 3], position and velocity [system, 3, 2 or 3]"),
  ROW(CHOICE, units, .path = "threebody.systems.units", .preset = "nbody", .choices = unit_words,
      .when = "threebody.systems.from=file", .doc = "units of the file and of the result"),
  ROW(CHOICE, integrator, .path = "threebody.integrator.name", .preset = "regularised",
      .choices = qv_integrator_words, .doc = "how the equations of motion are solved"),
  ROW(REAL, tolerance, .path = "threebody.integrator.tolerance", .preset = "1e-14", .range = "[1e-15,1e-3]",
      .when = "threebody.integrator.name=regularised", .doc = "relative error of a step"),
  ROW(QUANTITY, interval, .path = "threebody.integrator.interval", .preset = "0.1 yr", .range = "(0,inf)",
      .unit = "yr", .when = "threebody.integrator.name=hermite4 & threebody.systems.from=paper",
      .doc = "times that are met exactly, with forces computed anew"),
  ROW(QUANTITY, interval, .path = "threebody.integrator.interval", .preset = "", .range = "(0,inf)",
      .unit = "yr", .when = "threebody.integrator.name=hermite4",
      .doc = "times that are met exactly, with forces computed anew; none by default"),
  ROW(INT, budget, .path = "threebody.integrator.budget", .preset = "1000000000", .range = "[1,inf)",
      .doc = "force evaluations of a system after which it ends as it is"),
  ROW(CHOICE, controller, .path = "threebody.controller.name", .preset = "constant",
      .choices = controller_words, .when = "threebody.integrator.name=hermite4",
      .doc = "what chooses the time step"),
  ROW(CHOICE, controller, .path = "threebody.controller.name", .preset = "error",
      .choices = controller_words, .doc = "what chooses the time step"),
  ROW(REAL, mu, .path = "threebody.controller.mu", .preset = "0.03", .range = "(0,1]",
      .when = "threebody.controller.name=constant", .doc = "step in units of the shortest time scale of a pair"),
  ROW(INT, snapshots, .path = "threebody.time.snapshots", .preset = "0", .range = "[0,inf)",
      .doc = "number of equally spaced states to keep, both ends included"),
  ROW(QUANTITY, end, .path = "threebody.time.end", .range = "(0,inf)", .unit = "yr|periods",
      .when = "threebody.time.snapshots=0",
      .flags = QV_KEY_EXTENDABLE, .doc = "time at which to end, from 0"),
  ROW(QUANTITY, end, .path = "threebody.time.end", .range = "(0,inf)", .unit = "yr|periods",
      .doc = "time at which to end, from 0"),
  {QV_KEY_END}
};
// clang-format on

/* `yr` and `periods` make sense for some systems only. */
static PetscErrorCode check_unit(const qv_integrate_params *p, qv_quantity time, qv_place place,
                                 qv_diag *diag) {
  const qv_source *source = qv_sources[p->from];
  const bool       au     = source->units == QV_UNITS_AU_MSUN_YR || p->units == QV_UNITS_AU_MSUN_YR;

  PetscFunctionBegin;
  if (time.unit == QV_UNIT_YR && !au)
    PetscCall(
      qv_diag_add(diag, QV_EXIT_DECK, place,
                  "unit 'yr' is not possible here: these systems are in N-body units, G = 1"));
  if (time.unit == QV_UNIT_PERIODS && !source->has_period)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place,
                          "unit 'periods' goes only with periodic orbits (figure-eight, brake)"));
  PetscFunctionReturn(0);
}

/* A draw that asks for more than there is. */
static PetscErrorCode check_count(const qv_integrate_params *p, const qv_deck *deck,
                                  qv_diag *diag) {
  const int64_t last  = qv_sources[p->from]->last;
  const int64_t first = p->first != QV_UNSET_INT ? p->first : p->first_seed;

  PetscFunctionBegin;
  if (first == QV_UNSET_INT || p->count == QV_UNSET_INT || p->count - 1 <= last - first)
    PetscFunctionReturn(0);
  PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "threebody.systems.count"),
                        "%lld systems from %lld on are too many: the last one of '%s' is %lld",
                        (long long)p->count, (long long)first, qv_source_words[p->from].word,
                        (long long)last));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_integrate_check(const void *params, const qv_deck *deck, qv_diag *diag) {
  const qv_integrate_params *p = params;

  PetscFunctionBegin;
  PetscCall(check_unit(p, p->end, qv_deck_place(deck, "threebody.time.end"), diag));
  if (!isnan(p->interval.value))
    PetscCall(
      check_unit(p, p->interval, qv_deck_place(deck, "threebody.integrator.interval"), diag));
  if (p->snapshots == 1)
    PetscCall(
      qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "threebody.time.snapshots"),
                  "threebody.time.snapshots must be 0 or at least 2: both ends are included"));
  if (qv_integrators[p->integrator]->chooses_steps != (p->controller == CONTROLLER_ERROR))
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "threebody.controller.name"),
                          "controller '%s' does not go with integrator '%s'",
                          controller_words[p->controller].word,
                          qv_integrator_words[p->integrator].word));
  PetscCall(check_count(p, deck, diag));
  PetscFunctionReturn(0);
}
