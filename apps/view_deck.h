/* SPDX-License-Identifier: GPL-3.0-or-later
 * The deck of an output file: what tells its curves from those of others. Not collective. */
#pragma once
#include "solvers/store/h5.h"

/* Every key with its value as text, in the order of the deck. Owned. */
typedef struct {
  int    n;
  char **path, **text;
} qv_view_deck;

/* Read /deck/resolved; a file without one has no keys. Release it. */
PetscErrorCode qv_view_deck_read(qv_h5 *file, qv_view_deck *deck);
PetscErrorCode qv_view_deck_release(qv_view_deck *deck);

/* The value of the key with this path, or whose path ends with these words; NULL: none, or more
 * than one. Pure. */
const char *qv_view_deck_find(const qv_view_deck *deck, const char *key);

/* How files are told apart. Borrowed. */
typedef struct {
  int                 n;
  const qv_view_deck *deck;     /* [n] */
  const char *const  *stem;     /* [n] names of last resort */
  const char         *key;      /* of the deck, or "file"; NULL: what differs */
  const char         *left_out; /* a key that does not count: it is on the x axis */
  bool                groups;   /* several files may have one label: a kind of file */
} qv_view_naming;

/* label [n]; PetscFree each. */
PetscErrorCode qv_view_deck_labels(const qv_view_naming *naming, char **label);
