/* SPDX-License-Identifier: GPL-3.0-or-later
 * HDF5 files through the serial driver, on one rank. This room alone includes hdf5.h.
 *
 * Nothing here is collective. A function that fails returns a PETSc error whose message names the
 * file and the object: PETSC_ERR_FILE_OPEN, _READ or _WRITE; HDF5's own trace goes into that one
 * message. Functions that answer a question about a user's file (find, read) report through
 * *reason instead: NULL when all is well, else a sentence (static or owned by the file handle). */
#pragma once
#include <stdbool.h>
#include "solvers/store/array.h"

typedef struct qv_h5 qv_h5;

/* Rows [first, first + count) of axis 0. */
typedef struct {
  int64_t first, count;
} qv_h5_range;

/* Entries [start[k], start[k] + count[k]) of every axis k. */
typedef struct {
  const int64_t *start, *count;
} qv_h5_part;

/* Writing. Data sets carry no times; attributes unit, long_name, axes ("time body", when all have
 * names), view; axes become dimension scales. A scale is the data set of the axis's name in the
 * same group (put it there first, to give it values); where there is none, one with 0 … n-1 is made
 * at close. After a failure (a full disk) the file is lost and emptied: every later call fails with
 * the same message, close too; the caller removes the file. */
PetscErrorCode qv_h5_create(const char *path, qv_h5 **file);
PetscErrorCode qv_h5_group(qv_h5 *file, const char *path); /* with parents; there already: fine */
PetscErrorCode qv_h5_write(qv_h5 *file, const qv_array *array, const void *data);
/* In parts: the whole shape is reserved, rows [first, first + count) of axis 0 are written. */
PetscErrorCode qv_h5_begin(qv_h5 *file, const qv_array *array);
PetscErrorCode qv_h5_write_rows(qv_h5 *file, const char *path, int64_t first, int64_t count,
                                const void *data);
/* A block: entries [start, start + count) of every axis, contiguous in memory. A single value has
 * no axes: start and count are not looked at. */
PetscErrorCode qv_h5_write_block(qv_h5 *file, const char *path, qv_h5_part part, const void *data);
PetscErrorCode qv_h5_text(qv_h5 *file, const char *object, const char *name, const char *value);
PetscErrorCode qv_h5_integer(qv_h5 *file, const char *object, const char *name, int64_t value);
PetscErrorCode qv_h5_real(qv_h5 *file, const char *object, const char *name, double value);

/* Has the file the signature of HDF5? A file that cannot be opened has not. Not collective. */
bool qv_h5_is_file(const char *path);

/* Reading. */
PetscErrorCode qv_h5_open(const char *path, qv_h5 **file, const char **reason);
/* Shape and type of a data set (texts in *array are owned by the file handle, valid until close).
 * Any float or integer type is described by the type it is read as: QV_F64 or QV_I64. */
PetscErrorCode qv_h5_find(qv_h5 *file, const char *path, qv_array *array, const char **reason);
/* Read all of a data set, converted to `type`; the caller frees *data with PetscFree (for QV_TEXT
 * the array and its texts are one block). */
PetscErrorCode qv_h5_read(qv_h5 *file, const char *path, qv_type type, void **data,
                          const char **reason);
PetscErrorCode qv_h5_read_rows(qv_h5 *file, const char *path, qv_type type, qv_h5_range rows,
                               void *data, const char **reason);
/* A block, as above, of a data set whose kind and shape qv_h5_find has told. Integers that `type`
 * cannot hold are cut off at its ends. */
PetscErrorCode qv_h5_read_block(qv_h5 *file, const char *path, qv_type type, qv_h5_part part,
                                void *data, const char **reason);
/* Attributes; *value is NULL (text: PetscFree it) or *found false when it is not there. */
PetscErrorCode qv_h5_get_text(qv_h5 *file, const char *object, const char *name, char **value);
PetscErrorCode qv_h5_get_integer(qv_h5 *file, const char *object, const char *name, int64_t *value,
                                 bool *found);
PetscErrorCode qv_h5_get_real(qv_h5 *file, const char *object, const char *name, double *value,
                              bool *found);

/* Visit every object below `group` in order of name, parents first; the visitor gets the absolute
 * path. Stops at the first non-zero return and hands it on. */
typedef PetscErrorCode (*qv_h5_visitor)(qv_h5 *file, const char *path, bool is_group,
                                        void *context);
PetscErrorCode qv_h5_visit(qv_h5 *file, const char *group, qv_h5_visitor visitor, void *context);

/* Close; for a file being written: make missing scales, attach them, flush, fsync, close, and
 * report any failure. */
PetscErrorCode qv_h5_close(qv_h5 **file);

/* Compare two files: type, shape, attributes and bits of everything outside `exclude` ("/run"; may
 * be NULL). *difference is NULL when they are equal, else one line that names the first difference
 * (PetscFree). *reason as above for an unreadable file. */
PetscErrorCode qv_h5_diff(const char *a, const char *b, const char *exclude, char **difference,
                          const char **reason);

/* SHA-256 of the content outside `exclude`, as qv_h5_diff sees it: equal iff the files are equal.
 */
PetscErrorCode qv_h5_digest(const char *path, const char *exclude, char text[65],
                            const char **reason);
