/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables of keys: one row says all there is to say about a key of the deck. Parsing, checks,
 * defaults, the resolved deck and the documentation come from these rows alone. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A word of a choice and what it means; lists end with {NULL, NULL}. */
typedef struct {
  const char *word;
  const char *doc;
} qv_choice;

typedef enum {
  QV_UNIT_NONE, /* a bare number */
  QV_UNIT_S,
  QV_UNIT_MIN,
  QV_UNIT_H,
  QV_UNIT_D,
  QV_UNIT_YR,
  QV_UNIT_STEPS,
  QV_UNIT_PERIODS
} qv_unit;

/* A number and the unit it was written with. Unset: value is NaN. */
typedef struct {
  double  value;
  qv_unit unit;
} qv_quantity;

/* A number, or one of the words in `choices`. word is the index of the word, -1 for a number.
 * Unset: word -1 and value NaN. */
typedef struct {
  double value;
  int    word;
} qv_real_or_word;

/* An input file. Unset: both NULL. A word of the row's choices: found is NULL. */
typedef struct {
  char *written; /* as in the deck */
  char *found;   /* the path that was found: beside the deck, in the working directory, or in the
                    program's data folder */
} qv_path;

typedef struct {
  int     n;
  double *value;
} qv_reals;

typedef struct {
  int    n;
  char **text;
} qv_texts;

typedef enum {
  QV_KEY_END,
  QV_KEY_INT,          /* int64_t; unset: QV_UNSET_INT */
  QV_KEY_REAL,         /* double; unset: NaN. With .unit, "2 h" is converted to that unit */
  QV_KEY_QUANTITY,     /* qv_quantity; .unit lists the allowed units: "yr|periods" */
  QV_KEY_REAL_OR_WORD, /* qv_real_or_word; .choices are the words */
  QV_KEY_BOOL,         /* bool: true or false; needs a preset */
  QV_KEY_TEXT,         /* char *; unset: NULL */
  QV_KEY_CHOICE,       /* int: index into .choices; unset: -1 */
  QV_KEY_FILE,         /* qv_path; .choices, if any, are words that may stand for a file */
  QV_KEY_REALS,        /* qv_reals; unset: n = 0 */
  QV_KEY_TEXTS         /* qv_texts; unset: n = 0 */
} qv_key_type;

#define QV_UNSET_INT INT64_MIN

/* flags */
enum {
  QV_KEY_EXTENDABLE = 1, /* may grow on --resume: an end time, an iteration limit */
  QV_KEY_NEUTRAL    = 2  /* does not determine the result: left out of /deck */
};

/* One row. A path may stand in several rows with different `when`: the first whose condition holds
 * counts (that is how a default depends on another key). */
typedef struct {
  qv_key_type type;
  size_t      offset; /* of the member in the parameter struct */
  const char *path;   /* "threebody.systems.count" */
  const char *when;   /* "threebody.systems.from=paper|brake & a.b!=c": the key applies only
                         then; keys named here have rows above this one. NULL: always */
  const char *preset; /* default, as a deck would write it; NULL: the key must be given;
                         "": unset unless given */
  const char *range;  /* "[1,inf)", "(0,1]", for numbers (and each of a list); NULL: any finite */
  const char *unit;
  const qv_choice *choices;
  unsigned         flags;
  const char      *doc; /* one sentence */
} qv_key;

/* A row, with a compile-time check that the member has the type that the row says:
 *   QV_ROW(INT, qv_threebody_params, count, .path = "threebody.systems.count", …) */
#define QV_ROW(TYPE, STRUCT, MEMBER, ...)                                                   \
  {                                                                                         \
    .type = QV_KEY_##TYPE,                                                                  \
    .offset =                                                                               \
      offsetof(STRUCT, MEMBER) + 0 * sizeof(char[QV_ROW_OK_##TYPE(((STRUCT *)0)->MEMBER)]), \
    __VA_ARGS__                                                                             \
  }
#define QV_ROW_OK_INT(m)          _Generic((m), int64_t : 1, default : -1)
#define QV_ROW_OK_REAL(m)         _Generic((m), double : 1, default : -1)
#define QV_ROW_OK_QUANTITY(m)     _Generic((m), qv_quantity : 1, default : -1)
#define QV_ROW_OK_REAL_OR_WORD(m) _Generic((m), qv_real_or_word : 1, default : -1)
#define QV_ROW_OK_BOOL(m)         _Generic((m), bool : 1, default : -1)
#define QV_ROW_OK_TEXT(m)         _Generic((m), char * : 1, default : -1)
#define QV_ROW_OK_CHOICE(m)       _Generic((m), int : 1, default : -1)
#define QV_ROW_OK_FILE(m)         _Generic((m), qv_path : 1, default : -1)
#define QV_ROW_OK_REALS(m)        _Generic((m), qv_reals : 1, default : -1)
#define QV_ROW_OK_TEXTS(m)        _Generic((m), qv_texts : 1, default : -1)

/* A table and the struct that it fills. Tables end with {.type = QV_KEY_END}. */
typedef struct {
  const qv_key *keys;
  void         *params;
} qv_section;
