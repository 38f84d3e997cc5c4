/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/names.h"

#include <stdlib.h>
#include <string.h>

#include "solvers/parallel/agree.h"

enum { DIGITS = 19 }; /* of 2^63 - 1 */

PetscErrorCode qv_names_create(qv_names **names) {
  PetscFunctionBegin;
  PetscCall(PetscNew(names));
  PetscCall(PetscCalloc1(1, &(*names)->start));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_names_destroy(qv_names **names) {
  PetscFunctionBegin;
  if (!*names) PetscFunctionReturn(0);
  PetscCall(PetscFree((*names)->start));
  PetscCall(PetscFree((*names)->text));
  PetscCall(PetscFree((*names)->slot));
  PetscCall(PetscFree(*names));
  PetscFunctionReturn(0);
}

/* FNV-1a, then mixed, since the low bits choose the slot. */
static uint64_t hash_of(const char *word) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (; *word; word++) hash = (hash ^ (unsigned char)*word) * UINT64_C(0x100000001b3);
  return hash ^ (hash >> 32);
}

/* The slot that holds the word, or the free one where it would go. */
static int64_t slot_of(const qv_names *s, const char *word) {
  int64_t at = (int64_t)(hash_of(word) & (uint64_t)(s->n_slots - 1));
  while (s->slot[at] && strcmp(qv_names_word(s, s->slot[at] - 1), word))
    at = (at + 1) & (s->n_slots - 1);
  return at;
}

static PetscErrorCode rehash(qv_names *s, int64_t n_slots) {
  PetscFunctionBegin;
  PetscCall(PetscFree(s->slot));
  PetscCall(PetscCalloc1(n_slots, &s->slot));
  s->n_slots = n_slots;
  for (int32_t i = 0; i < s->n; i++) s->slot[slot_of(s, qv_names_word(s, i))] = i + 1;
  PetscFunctionReturn(0);
}

static PetscErrorCode append(qv_names *s, const char *word) {
  const int64_t length = (int64_t)strlen(word) + 1, end = s->start[s->n] + length;

  PetscFunctionBegin;
  if (s->n == s->capacity) {
    s->capacity = PetscMax(64, 2 * s->capacity);
    PetscCall(PetscRealloc((size_t)(s->capacity + 1) * sizeof *s->start, &s->start));
  }
  if (end > s->room) {
    s->room = PetscMax(end, 2 * s->room);
    PetscCall(PetscRealloc((size_t)s->room, &s->text));
  }
  memcpy(s->text + s->start[s->n], word, (size_t)length);
  s->start[++s->n] = end;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_names_add(qv_names *s, const char *word, int32_t *number) {
  PetscFunctionBegin;
  if (2 * (int64_t)s->n >= s->n_slots) PetscCall(rehash(s, PetscMax(128, 2 * s->n_slots)));
  const int64_t at = slot_of(s, word);
  if (!s->slot[at]) {
    PetscCheck(s->n < INT32_MAX - 1, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "too many words");
    PetscCall(append(s, word));
    s->slot[at] = s->n;
  }
  *number = s->slot[at] - 1;
  PetscFunctionReturn(0);
}

int32_t qv_names_find(const qv_names *s, const char *word) {
  return s->n ? s->slot[slot_of(s, word)] - 1 : -1;
}

const char *qv_names_word(const qv_names *s, int32_t number) {
  return s->text + s->start[number];
}

static bool is_decimal(const char *word) {
  const size_t length = strspn(word, "0123456789");
  if (!length || word[length] || length > DIGITS || (word[0] == '0' && length > 1)) return false;
  return length < DIGITS || strcmp(word, "9223372036854775807") <= 0;
}

bool qv_names_numeric(const qv_names *s) {
  for (int32_t i = 0; i < s->n; i++)
    if (!is_decimal(qv_names_word(s, i))) return false;
  return true;
}

int64_t qv_names_number(const qv_names *s, int32_t number) {
  return strtoll(qv_names_word(s, number), NULL, 10);
}

PetscErrorCode qv_names_share(MPI_Comm comm, qv_names *s) {
  int     rank;
  int64_t size[2] = {s->n, s->n ? s->start[s->n] : 0};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Bcast(size, 2, MPI_INT64_T, 0, comm));
  if (rank) {
    s->n = s->capacity = (int32_t)size[0];
    s->room            = size[1];
    PetscCall(PetscRealloc((size_t)(s->n + 1) * sizeof *s->start, &s->start));
    PetscCall(PetscRealloc((size_t)PetscMax(1, s->room), &s->text));
  }
  PetscCall(qv_agree_broadcast(comm, s->start, s->n + 1, sizeof *s->start));
  PetscCall(qv_agree_broadcast(comm, s->text, size[1], 1));
  if (rank) {
    int64_t n_slots = 128;
    while (n_slots < 2 * (int64_t)s->n) n_slots *= 2;
    PetscCall(rehash(s, n_slots));
  }
  PetscFunctionReturn(0);
}
