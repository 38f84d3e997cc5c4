/* SPDX-License-Identifier: GPL-3.0-or-later
 * The keys that every deck may have. */
#pragma once
#include "solvers/deck/key.h"

typedef struct {
  char       *problem, *title;
  int64_t     seed;
  char       *output;
  int64_t     step;
  char       *deadline;
  double      wall_time; /* s */
  qv_quantity checkpoint_every;
  char       *checkpoint_directory;
} qv_common;

extern const qv_key qv_common_keys[];
