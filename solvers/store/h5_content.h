/* SPDX-License-Identifier: GPL-3.0-or-later
 * Private to h5_diff.c and h5_digest.c: the content of a file in words and in bytes that do not
 * depend on how the file stores it. Two objects are equal when their labels, attributes and entries
 * are. */
#pragma once
#include "solvers/parallel/buffer.h"
#include "solvers/store/h5_impl.h"

/* One of the files being read. The first trouble stays; nothing else is looked at after it. */
typedef struct {
  qv_h5        *file;
  qv_h5_trouble trouble;
  qv_h5_trail   trail;
  char         *exclude; /* without a slash at its end; NULL: nothing */
} qv_h5_side;

PetscErrorCode qv_h5_side_open(const char *path, const char *exclude, qv_h5_side *side);
PetscErrorCode qv_h5_side_close(qv_h5_side *side);

/* What a path leads to. */
typedef struct {
  qv_h5_node node;
  bool       is_loop; /* a group that contains this one */
  hid_t      id;      /* negative for links */
  haddr_t    address;
  qv_buffer  label; /* "a group", "float64 [3, 2]", "a soft link to '/a'" */
} qv_h5_object;

PetscErrorCode qv_h5_object_open(qv_h5_side *side, const char *path, qv_h5_object *object);
PetscErrorCode qv_h5_object_close(qv_h5_object *object);
PetscErrorCode qv_h5_attribute_open(qv_h5_side *side, hid_t on, const char *name,
                                    qv_h5_object *object);
PetscErrorCode qv_h5_attribute_close(qv_h5_object *object);
/* Around looking at the members of a group; too deep is a trouble. */
void qv_h5_side_enter(qv_h5_side *side, const qv_h5_object *group);
void qv_h5_side_leave(qv_h5_side *side);

/* Members of an open group (without what is excluded), attributes of an open object (without those
 * that only point back). */
PetscErrorCode qv_h5_side_members(qv_h5_side *side, const char *path, hid_t group,
                                  qv_h5_names *names);
PetscErrorCode qv_h5_side_attributes(qv_h5_side *side, hid_t object, qv_h5_names *names);

/* The entries of a data set or attribute, in their own type, in blocks of whole rows. */
typedef struct {
  hid_t   id, type, space, memory_type;
  size_t  size;     /* bytes of an entry in memory */
  bool    is_plain; /* entries are their bytes */
  int     rank;
  hsize_t shape[H5S_MAX_RANK];
  hsize_t n, row, first, next; /* entries: all, of a row, before the block, up to its end */
  int64_t rows;                /* of a block; 0: all entries at once */
  char   *block;
} qv_h5_entries;

PetscErrorCode qv_h5_entries_open(qv_h5_side *side, hid_t source, qv_h5_entries *entries);
/* The next block is in `block`, [first, next); none left: first = next. */
PetscErrorCode qv_h5_entries_next(qv_h5_side *side, qv_h5_entries *entries);
PetscErrorCode qv_h5_entries_close(qv_h5_entries *entries);

/* h5_words.c: types and spaces in words that determine them. */
PetscErrorCode qv_h5_words_of(qv_h5_side *side, hid_t type, hid_t space, qv_buffer *words);
PetscErrorCode qv_h5_words_type(qv_h5_side *side, hid_t type, qv_buffer *words);

/* h5_show.c: an entry for people. `skip`: bytes of a text before its first difference. */
PetscErrorCode qv_h5_show_entry(qv_h5_side *side, hid_t type, const void *entry, size_t skip,
                                qv_buffer *words);
PetscErrorCode qv_h5_show_text(const char *text, size_t length, size_t skip, qv_buffer *words);
PetscErrorCode qv_h5_show_bytes(hid_t type, const void *entry, qv_buffer *words);

/* h5_entry.c: one entry as bytes without addresses; is a type such that its memory will do? */
bool           qv_h5_entry_is_plain(hid_t type);
PetscErrorCode qv_h5_entry_bytes(qv_h5_side *side, hid_t type, const void *entry, qv_buffer *bytes);
/* The path of a referenced object; "" for none. */
PetscErrorCode qv_h5_entry_target(qv_h5_side *side, const void *reference, qv_buffer *path);
