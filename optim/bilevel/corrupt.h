/* SPDX-License-Identifier: GPL-3.0-or-later
 * Training labels that are made wrong on purpose. */
#pragma once
#include "optim/bilevel/task.h"

/* Replace each of n labels with probability `noise` of the deck, by the stream `label noise` of the
 * seed; *truth holds what they were (allocated where it is NULL). The same on every rank. Pure but
 * for that. */
PetscErrorCode qv_corrupt_labels(const qv_task *task, int64_t n, int *label, int **truth);
/* Mark in task->flag which of the n labels are wrong; nothing where the truth is not known. */
PetscErrorCode qv_corrupt_flag(qv_task *task, int64_t n, const int *label, const int *truth);
