/* SPDX-License-Identifier: GPL-3.0-or-later
 * Words and their numbers 0, 1, … in the order in which they came. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  int32_t  n, capacity;
  int64_t *start; /* [capacity + 1] word i is text[start[i]] …, with a NUL */
  int64_t  room;  /* of text */
  char    *text;
  int32_t *slot; /* [n_slots] open hashing: number + 1, 0 is free */
  int64_t  n_slots;
} qv_names;

PetscErrorCode qv_names_create(qv_names **names);
PetscErrorCode qv_names_destroy(qv_names **names);

/* The number of a word; it is added when it is not there. At most 2^31 - 2 words. */
PetscErrorCode qv_names_add(qv_names *names, const char *word, int32_t *number);
/* -1: not there. */
int32_t     qv_names_find(const qv_names *names, const char *word);
const char *qv_names_word(const qv_names *names, int32_t number);

/* Is every word a decimal below 2^63 without leading zeros? */
bool    qv_names_numeric(const qv_names *names);
int64_t qv_names_number(const qv_names *names, int32_t number); /* its value, if so */

/* Rank 0's words become everybody's. Collective. */
PetscErrorCode qv_names_share(MPI_Comm comm, qv_names *names);
