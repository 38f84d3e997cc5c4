/* SPDX-License-Identifier: GPL-3.0-or-later
 * Streams in HDF5: a row an update, in the sets `/ops` (1 or '+' inserts, -1 or '-' deletes, 0 or
 * '?' asks for a report) and `/id`; a row a sighting, in `/time` and `/id`. */
#pragma once
#include "optim/submodular/feed_intake.h"

/* Ids are the elements' numbers, or their places in the data where elements have words for names.
 * Mistakes name the row, from 0. Not collective. */
PetscErrorCode qv_feed_read_h5(qv_intake *intake, qv_diag *diag, bool sightings);
