/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rl/threebody/source.h"

#include <math.h>

static void member_paper(const qv_ensemble *ensemble, int64_t i, qv_member *member) {
  member->id = ensemble->first + i;
  qv_systems_paper((uint32_t)member->id, &member->system);
}

static void member_pythagorean(const qv_ensemble *ensemble, int64_t i, qv_member *member) {
  (void)ensemble;
  member->id = i;
  qv_systems_pythagorean(&member->system);
}

static void member_figure_eight(const qv_ensemble *ensemble, int64_t i, qv_member *member) {
  (void)ensemble;
  member->id = i;
  qv_systems_figure_eight(&member->system, &member->period);
}

static void member_agekyan_anosova(const qv_ensemble *ensemble, int64_t i, qv_member *member) {
  member->id = ensemble->first + i;
  qv_systems_agekyan_anosova(ensemble->seed, (uint64_t)member->id, &member->system);
}

static void member_brake(const qv_ensemble *ensemble, int64_t i, qv_member *member) {
  member->id = ensemble->first + i;
  qv_systems_brake((int)member->id, &member->system, &member->period);
}

static void member_file(const qv_ensemble *ensemble, int64_t i, qv_member *member) {
  member->id     = ensemble->file->id[i];
  member->system = ensemble->file->system[i];
}

// clang-format off
static const qv_source
  qv_source_paper           = {QV_UNITS_AU_MSUN_YR, 2, 0, false, UINT32_MAX, member_paper},
  qv_source_pythagorean     = {QV_UNITS_NBODY,      2, 1, false, INT64_MAX,  member_pythagorean},
  qv_source_figure_eight    = {QV_UNITS_NBODY,      2, 1, true,  INT64_MAX,  member_figure_eight},
  qv_source_agekyan_anosova = {QV_UNITS_NBODY,      2, 0, false, INT64_MAX,  member_agekyan_anosova},
  qv_source_brake           = {QV_UNITS_NBODY,      2, 0, true,  30,         member_brake},
  qv_source_file            = {QV_UNITS_NBODY,      0, 0, false, INT64_MAX,  member_file};
// clang-format on

const qv_choice qv_source_words[] = {
#define QV_SOURCE(name, word, doc) {word, doc},
#include "rl/threebody/sources.def"
#undef QV_SOURCE
  {NULL, NULL}};

const qv_source *const qv_sources[] = {
#define QV_SOURCE(name, word, doc) &qv_source_##name,
#include "rl/threebody/sources.def"
#undef QV_SOURCE
  NULL};

void qv_source_member(const qv_ensemble *ensemble, int64_t i, qv_member *member) {
  member->period = NAN;
  qv_sources[ensemble->from]->member(ensemble, i, member);
}

double qv_source_time_scale(qv_units units) {
  return units == QV_UNITS_AU_MSUN_YR ? 6.283185307179586477 : 1;
}

void qv_source_internal(const qv_ensemble *ensemble, int64_t i, qv_system *system) {
  qv_member    member;
  const double scale = qv_source_time_scale(ensemble->units);
  qv_source_member(ensemble, i, &member);
  *system = member.system;
  for (int b = 0; b < 3; b++)
    for (int k = 0; k < 3; k++) system->velocity[b][k] /= scale;
}
