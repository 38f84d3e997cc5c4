/* SPDX-License-Identifier: GPL-3.0-or-later
 * A stream of updates that comes while the run goes on: standard input, a FIFO, or a file. Rank 0
 * reads, and all ranks get the same updates. */
#pragma once
#include "optim/submodular/feed_intake.h"

extern const qv_feed qv_feed_live; /* makes nothing: updates come later */

typedef struct qv_live qv_live;

/* Open `source`, "-" for standard input. Mistakes go to diag; then *live is NULL on all ranks. What
 * is wrong with a line goes to `complain` on rank 0, and the line is passed over. Collective. */
PetscErrorCode qv_live_open(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag, qv_live **live);
PetscErrorCode qv_live_close(qv_live **live);
void           qv_live_on_complaint(qv_live *live, void *context,
                                    PetscErrorCode (*complain)(void *context, const char *text));

/* Wait a tenth of a second at most for updates, and add at most `most` that are there. *ended:
 * there will be no more. Collective. */
PetscErrorCode qv_live_more(qv_live *live, int64_t most, qv_updates *updates, bool *ended);

/* Can the source be read again from its beginning, as a file can? */
bool qv_live_repeats(const qv_live *live);
