/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files that are complete or not there: temporary name, fsync, rename, fsync of the folder. */
#pragma once
#include <petscsys.h>

/* The temporary name for `path`: beside it, ".<name>.part". PetscFree it. */
PetscErrorCode qv_safe_name(const char *path, char **temporary);

/* Is there room for `bytes` in the folder of `path`? Reserves and releases a sibling file. *reason
 * is 0 or errno (ENOSPC, ENOENT, EACCES, …). Not collective. */
PetscErrorCode qv_safe_probe(const char *path, int64_t bytes, int *reason);

/* fsync temporary, rename it to path, fsync the folder. */
PetscErrorCode qv_safe_commit(const char *temporary, const char *path);

/* Remove a temporary file; not there: fine. */
PetscErrorCode qv_safe_discard(const char *temporary);

/* A whole file: n bytes to `path`, complete or not there. Not collective. Errors:
 * PETSC_ERR_FILE_OPEN or _WRITE; nothing stays behind then. */
PetscErrorCode qv_safe_write(const char *path, const void *bytes, size_t n);
