/* SPDX-License-Identifier: GPL-3.0-or-later
 * The schema at work: rows of all sections, what a deck says for each, what becomes of it. */
#pragma once
#include "solvers/deck/deck.h"

/* A row as one walks over all sections:
 *   for (qv_row r = qv_row_first(n, sections); r.key; qv_row_next(&r)) … */
typedef struct {
  const qv_key     *key; /* NULL after the last row */
  char             *params;
  int               index; /* from 0 over all sections */
  int               section, n_sections;
  const qv_section *sections;
} qv_row;

qv_row qv_row_first(int n_sections, const qv_section *sections);
void   qv_row_next(qv_row *row);
int    qv_row_count(int n_sections, const qv_section *sections);

typedef enum {
  QV_ROW_UNASKED,
  QV_ROW_OFF,  /* its condition does not hold, or a row above with the same path counts */
  QV_ROW_ON,   /* it counts, and the member is set */
  QV_ROW_WRONG /* its value, or one that its condition names, is a mistake */
} qv_row_state;

/* A path of the tables, or the first `length` letters of one. */
typedef struct {
  const char *path;
  size_t      length;
} qv_span;

typedef struct {
  const qv_deck    *deck;
  const char       *data_folder;
  int               n_sections;
  const qv_section *sections;
  qv_diag          *diag;
  unsigned char    *state;  /* qv_row_state of each row, as far as asked; may be NULL */
  qv_span          *hinted; /* keys that an unknown key of the deck seems to mean */
  int               n_hinted;
} qv_schema;

/* --- members of parameter structs (schema_member.c) --- */

PetscErrorCode qv_member_release(const qv_row *row); /* leaves it unset */
bool           qv_member_is_set(const qv_row *row);
/* Value as a text of the deck, without quotes; "" for an unset one and for lists. `buffer` is used
 * for numbers. Pure. */
enum { QV_MEMBER_TEXT = 64 };
const char *qv_member_text(const qv_row *row, char buffer[QV_MEMBER_TEXT]);

/* --- which rows count (schema_when.c) --- */

/* From the rows above: schema->state where they are known, else the parameters. Pure. */
qv_row_state qv_schema_state(const qv_schema *schema, const qv_row *row);

/* The states of all rows by their parameters alone; the caller frees. */
PetscErrorCode qv_schema_states(int n_sections, const qv_section *sections, unsigned char **state);

/* --- keys of the deck against paths of the tables (schema_keys.c) --- */

/* Does `path` begin with the span `start` and end there or go on with a dot? Pure. */
bool qv_schema_begins_with(const char *path, qv_span start);

/* The rest of a path after a span that it begins with, without the dot. Pure. */
const char *qv_schema_rest(const char *path, qv_span start);

/* All keys of the deck: unknown ones and values in place of maps are mistakes. Fills hinted. */
PetscErrorCode qv_schema_check_keys(qv_schema *schema);

/* The value of a path in the deck, or NULL. *is_blocked: something on the way was a mistake. */
const qv_node *qv_schema_locate(const qv_schema *schema, const char *path, bool *is_blocked);

/* --- values (schema_value.c) --- */

/* Read the value into the row's member; *ok is false after a mistake. Collective for files. */
PetscErrorCode qv_schema_assign(const qv_schema *schema, const qv_row *row, const qv_node *node,
                                bool *ok);
bool           qv_schema_is_null(const qv_node *node);

/* The places of a node's key and of its value; a default has the place of its path. */
qv_place qv_schema_key_place(const qv_schema *schema, const qv_node *node);
qv_place qv_schema_value_place(const qv_schema *schema, const qv_node *node, const char *path);

/* "'abc'", "text '5'", "a list": how a message shows a value. */
enum { QV_SCHEMA_SHOWN = 96 };
const char *qv_schema_show(const qv_node *node, char shown[QV_SCHEMA_SHOWN]);

/* The end of a message on a wrong word: "; did you mean 'a'?" or "; one of a, b, c". */
void qv_schema_advise(const char *word, int n, const char *const *words, char *advice, size_t size);

/* --- input files (schema_file.c) --- */

/* Look the file up on rank 0 and tell all: *found is the path, or NULL after a mistake. Collective.
 */
PetscErrorCode qv_schema_find_file(const qv_schema *schema, const char *subject, const char *name,
                                   qv_place place, char **found);
