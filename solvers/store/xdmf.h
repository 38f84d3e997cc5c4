/* SPDX-License-Identifier: GPL-3.0-or-later
 * A side file by which ParaView and VisIt find the image sequences of an HDF5 file. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>

/* "a.xdmf" of "a.h5", never `path` itself; PetscFree it. */
PetscErrorCode qv_xdmf_name(const char *path, char **name);

/* Is a file there that was not written by qv_xdmf_text? */
PetscErrorCode qv_xdmf_is_foreign(const char *path, bool *foreign);

/* The XML for every real data set [frame, y, x] of the HDF5 file at `path`, which will be called
 * `name` (its folder does not count): one series of grids in time each, pixels as cells
 * where the scales x and y say; times from the set `time` beside it, else from /data/time,
 * else the numbers of the frames. *text is NULL where there is no such set; PetscFree it. *reason:
 * NULL or a sentence about a file that cannot be read. Not collective. */
PetscErrorCode qv_xdmf_text(const char *path, const char *name, char **text, const char **reason);

/* Write it to `path`, complete or not at all; a NULL text removes a file that is ours. Not
 * collective. Errors: PETSC_ERR_FILE_OPEN or _WRITE. */
PetscErrorCode qv_xdmf_save(const char *path, const char *text);
