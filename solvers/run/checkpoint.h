/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where checkpoints lie and how far they are, for commands that only look. */
#pragma once
#include <petscsys.h>
#include <stdint.h>

/* The two files of an output: <output>.ckpt-0 and -1, in `directory` unless that is ".". PetscFree
 * both. */
PetscErrorCode qv_checkpoint_names(const char *output, const char *directory, char *path[2]);

/* The sequence number of the newest checkpoint, -1 when there is none. It grows with every save.
 * Not collective. */
PetscErrorCode qv_checkpoint_newest(const char *output, const char *directory, int64_t *sequence);
