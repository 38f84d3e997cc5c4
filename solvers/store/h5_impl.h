/* SPDX-License-Identifier: GPL-3.0-or-later
 * Private to h5*.c: the file handle, errors, and the pieces that reading and comparing share. */
#pragma once
#define H5_USE_110_API
#include "solvers/store/h5.h"

#include <hdf5.h>

/* A block that lives as long as the file handle. */
typedef struct qv_h5_block qv_h5_block;

/* Axis `axis` of data set `path` wants the scale `name`. */
typedef struct {
  char   *path, *name;
  int     axis;
  int64_t length;
} qv_h5_axis;

struct qv_h5 {
  hid_t        id;
  bool         is_writing;
  int64_t      bytes; /* of a file being read */
  char        *path;
  char         why[200]; /* HDF5's reason for the failure noted last */
  bool         is_lost;  /* writing failed: the file is emptied, nothing more is written */
  char        *failure;  /* the message of that failure */
  qv_h5_block *blocks;
  qv_h5_axis  *axes;
  int          n_axes, axes_capacity;
};

/* HDF5's own checks of the file's consistency failed, or one of ours. */
typedef enum {
  QV_H5_FINE,
  QV_H5_MISSING,
  QV_H5_FOLDER,
  QV_H5_SPECIAL,
  QV_H5_DENIED,
  QV_H5_LOCKED,
  QV_H5_EMPTY,
  QV_H5_FOREIGN,
  QV_H5_CUT,
  QV_H5_UNOPENED,
  QV_H5_DAMAGED,
  QV_H5_DEEP,
  QV_H5_UNKNOWN
} qv_h5_trouble;

/* The trouble as a static sentence about "the file" (0), A (1) or B (2). */
const char    *qv_h5_sentence(qv_h5_trouble trouble, int who);
PetscErrorCode qv_h5_try_open(const char *path, qv_h5 **file, qv_h5_trouble *trouble);

/* Hand `ok` on; when it is false, keep HDF5's innermost reason, and give up a file being written.
 * To be called right after the HDF5 call, since every other one clears HDF5's list of errors. */
bool qv_h5_note(qv_h5 *file, bool ok);
/* Close any HDF5 id; a negative one is fine. Returns `ok`, or false when closing fails; that is
 * noted when it is the first failure. */
bool qv_h5_drop(qv_h5 *file, hid_t id, bool ok);

/* The message for a failure that has been noted; kept for close when the file is being written. */
PetscErrorCode qv_h5_message(qv_h5 *file, const char *what, const char *object,
                             const char **message);

/* Before anything is written: an error when the file is lost, or open for reading. */
PetscErrorCode qv_h5_check_writing(const qv_h5 *file);

/* End the calling function with one PETSc error: file, what failed, object, HDF5's reason. */
#define QV_H5_REQUIRE(ok, file, code, what, object)               \
  do {                                                            \
    if (PetscUnlikely(!(ok))) {                                   \
      const char *qv_h5_text_;                                    \
      PetscCall(qv_h5_message(file, what, object, &qv_h5_text_)); \
      SETERRQ(PETSC_COMM_SELF, code, "%s", qv_h5_text_);          \
    }                                                             \
  } while (0)

/* Zeroed memory, and formatted text, that lives until the file is closed. */
PetscErrorCode qv_h5_keep(qv_h5 *file, size_t bytes, void **block);
PetscErrorCode qv_h5_say(qv_h5 *file, const char **text, const char *format, ...)
  __attribute__((format(printf, 3, 4)));
PetscErrorCode qv_h5_forget(qv_h5 *file); /* free them all */

/* 1: there, 0: not there (a dangling link too), -1: the file is damaged. */
int qv_h5_exists(qv_h5 *file, const char *path);
/* Creation list of the link to a new object: makes missing groups. */
hid_t qv_h5_link_list(const char *path);

/* A data set's rows [first, first + count) as a selection of `space`; the space of their number. */
hid_t qv_h5_select_rows(hid_t space, int64_t first, int64_t count);

/* h5_type.c */
typedef enum {
  QV_H5_INTEGERS,
  QV_H5_REALS,
  QV_H5_WORDS, /* an enum */
  QV_H5_COMPLEX,
  QV_H5_TEXTS,
  QV_H5_OTHER
} qv_h5_kind;

hid_t       qv_h5_type_make(const qv_array *array); /* for a new data set */
qv_h5_kind  qv_h5_type_kind(hid_t type);
const char *qv_h5_type_name(hid_t type); /* "numbers", "text", … */
/* What was expected, when the stored kind cannot be read as `wanted`; else NULL. */
const char *qv_h5_type_mismatch(qv_h5_kind stored, qv_type wanted);
hid_t       qv_h5_type_memory(hid_t stored, qv_type wanted); /* for a fitting kind */
/* The words of an enum with values 0, 1, … n-1 in order of value; NULL for any other one. */
PetscErrorCode qv_h5_type_words(qv_h5 *file, hid_t type, const char *const **words);

/* Can the file hold the n entries that a data set or attribute claims? */
bool qv_h5_is_plausible(const qv_h5 *file, hid_t source, hid_t type, int64_t n);

/* h5_attribute.c */
bool qv_h5_put_text(qv_h5 *file, hid_t object, const char *name, const char *value);
/* *value is kept by the file; NULL when there is no such text. False: damaged. */
PetscErrorCode qv_h5_kept_text(qv_h5 *file, hid_t object, const char *name, const char **value,
                               bool *ok);

/* h5_text.c: n texts from a data set or attribute of texts as one block, [n] pointers and then the
 * bytes; *texts is NULL when reading failed. */
PetscErrorCode qv_h5_read_texts(qv_h5 *file, hid_t source, int64_t n, char ***texts);

/* h5_scale.c */
PetscErrorCode qv_h5_scale_want(qv_h5 *file, const qv_array *array, const char **text);
PetscErrorCode qv_h5_scale_attach_all(qv_h5 *file);
PetscErrorCode qv_h5_scale_names(qv_h5 *file, hid_t set, qv_array *array);

/* h5_visit.c: names in order of strcmp. */
typedef struct {
  int    n, capacity;
  char **name;
} qv_h5_names;
PetscErrorCode qv_h5_names_of_group(qv_h5 *file, hid_t group, qv_h5_names *names, bool *ok);
PetscErrorCode qv_h5_names_of_attributes(qv_h5 *file, hid_t object, qv_h5_names *names, bool *ok);
PetscErrorCode qv_h5_names_free(qv_h5_names *names);

/* What a path leads to; the address of an object. */
typedef enum {
  QV_H5_GROUP,
  QV_H5_SET,
  QV_H5_NAMED_TYPE,
  QV_H5_SOFT,
  QV_H5_EXTERNAL,
  QV_H5_STRANGE,
  QV_H5_BROKEN
} qv_h5_node;
qv_h5_node qv_h5_node_at(qv_h5 *file, const char *path, haddr_t *address);

/* The groups above the current one: hard links may form cycles. */
enum { QV_H5_DEPTH = 64 };
typedef struct {
  haddr_t address[QV_H5_DEPTH];
  int     depth;
} qv_h5_trail;
int qv_h5_trail_find(const qv_h5_trail *trail, haddr_t address);

/* "/a" and "b" to "/a/b". PetscFree it. */
PetscErrorCode qv_h5_join(const char *group, const char *name, char **path);
