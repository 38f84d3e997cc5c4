/* SPDX-License-Identifier: GPL-3.0-or-later
 * A deck: read once, overridden from the command line, checked against tables of keys. */
#pragma once
#include "solvers/deck/key.h"
#include "solvers/deck/tree.h"

typedef struct {
  MPI_Comm comm;
  char    *path; /* as the user wrote it */
  char    *text; /* the bytes as read */
  size_t   length;
  char   **line; /* its lines, for excerpts */
  int      n_lines;
  qv_node *root;     /* NULL when the text is no tree */
  char   **override; /* words of the command line */
  int      n_overrides;
} qv_deck;

/* Read `path` on rank 0, broadcast, parse on every rank, apply the overrides. Mistakes go to diag
 * (a missing deck is QV_EXIT_NOINPUT). Collective. The caller destroys *deck. */
PetscErrorCode qv_deck_read(MPI_Comm comm, const char *path, int n_overrides,
                            char *const *overrides, qv_diag *diag, qv_deck **deck);
PetscErrorCode qv_deck_destroy(qv_deck **deck);

/* The text of a top-level scalar (as `problem`), or NULL. */
const char *qv_deck_text(const qv_deck *deck, const char *path);

/* The place of the key at a dotted path (or of its nearest parent that is there), for messages of
 * rules between keys. An override has file "command line", line 0 and its word as source. */
qv_place qv_deck_place(const qv_deck *deck, const char *path);

/* Fill the structs of all sections from the deck: defaults, types, ranges, choices, units, `when`,
 * unknown keys (with "did you mean"), missing keys, input files. Every mistake goes to diag; equal
 * on all ranks. Collective (files are looked up by rank 0). `data_folder` is the program's folder
 * of inputs. The structs hold owned texts: free with qv_deck_release. */
PetscErrorCode qv_deck_apply(const qv_deck *deck, const char *data_folder, int n_sections,
                             const qv_section *sections, qv_diag *diag);
PetscErrorCode qv_deck_release(int n_sections, const qv_section *sections);

/* The resolved deck as YAML that gives the same parameters again: every key that applies, in the
 * order of the tables, nested, numbers with all digits, unset keys left out. Keys with any flag of
 * `skip` are left out; `comments` adds unit, range and sentence to each line. The caller frees
 * *yaml with PetscFree. Pure. */
PetscErrorCode qv_deck_write(int n_sections, const qv_section *sections, unsigned skip,
                             bool comments, char **yaml);

/* Does the row apply, given the parameters of all sections? Pure. */
bool qv_deck_row_applies(const qv_key *row, int n_sections, const qv_section *sections);

/* Every input file named by the sections, in table order. *files is freed with PetscFree; the
 * qv_path are borrowed. */
PetscErrorCode qv_deck_files(int n_sections, const qv_section *sections, int *n,
                             const qv_path ***files);
