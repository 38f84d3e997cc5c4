/* SPDX-License-Identifier: GPL-3.0-or-later
 * A closing line with the digest of all bytes before it, so that any damage to a file shows. HDF5
 * ignores what stands behind its own end. */
#pragma once
#include <petscsys.h>

/* Append the seal to a closed file. Not collective. */
PetscErrorCode qv_seal_append(const char *path);

/* *reason is NULL when the seal is there and holds, else a sentence. A file that is not there has
 * the reason "is not there". Not collective. */
PetscErrorCode qv_seal_verify(const char *path, const char **reason);
