/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/command.h"

#define QV_PROBLEM(name) extern const qv_problem qv_problem_##name;
#include "apps/problems.def"
#undef QV_PROBLEM

const qv_problem *const qv_problems[] = {
#define QV_PROBLEM(name) &qv_problem_##name,
#include "apps/problems.def"
#undef QV_PROBLEM
  NULL};
