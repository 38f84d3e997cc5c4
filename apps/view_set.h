/* SPDX-License-Identifier: GPL-3.0-or-later
 * The data sets of a file that have a view, and what their pictures are called. Not collective. */
#pragma once
#include "solvers/store/h5.h"

/* By path. Texts are owned by the file's handle. */
typedef struct {
  qv_array *set;
  int       n, room;
} qv_view_sets;

/* Append the data sets with a view that the list does not have yet. Free .set with PetscFree. */
PetscErrorCode qv_view_set_collect(qv_h5 *file, qv_view_sets *sets);

/* "what" of "a/b/what". Pure. */
const char *qv_view_set_base(const char *path);
/* The name of set i, with its groups where another one has the same: "energy", "series-energy".
 * Pure. */
void qv_view_set_name(const qv_view_sets *sets, int i, char name[256]);
/* Is a path among the paths and last words of a list "value,/series/ratio"? NULL lists all. Pure.
 */
bool qv_view_set_wanted(const char *path, const char *only);

/* Is the first word of a view this one? "series with upper_bound" is a "series". A NULL
 * view is none. Pure. */
bool qv_view_set_is(const char *view, const char *kind);
/* The words behind another one, as "upper_bound" behind "with"; NULL where it is not there. Pure.
 */
const char *qv_view_set_after(const char *view, const char *word);
/* The path of `name` beside `path` (an absolute name: itself). PetscFree it. */
PetscErrorCode qv_view_set_sibling(const char *path, const char *name, size_t length,
                                   char **beside);
/* The data set beside `array` whose name is the first of `words`; *reason as of qv_h5_find. */
PetscErrorCode qv_view_set_named(qv_h5 *file, const qv_array *array, const char *words,
                                 qv_array *named, const char **reason);

/* "<folder>/<stem>-<set>.<ending>", the stem that of `file`; without the folder where it is the
 * working directory. PetscFree it. */
PetscErrorCode qv_view_set_picture(const char *const place[2], const char *set, const char *ending,
                                   char **path);
