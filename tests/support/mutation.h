/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mutations of the small files of a corpus, the same in every run. */
#pragma once
#include <glob.h>
#include <petscsys.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/qv_test.h"
#include "tests/support/splitmix.h"

enum { MUTATION_BYTES = 4096, MUTATION_FILES = 32 };

typedef struct {
  char   bytes[MUTATION_BYTES];
  size_t size;
} mutation_text;

typedef struct {
  size_t             largest; /* bytes of a text, MUTATION_BYTES at most */
  size_t             n_parts;
  const char *const *parts;                           /* to put in */
  const char *(*run)(const char *bytes, size_t size); /* NULL, or what is wrong */
  int           n;
  mutation_text text[MUTATION_FILES];
} mutation_corpus;

/* Draw `draw` of mutation `index`. */
static inline uint64_t mutation_bits(uint64_t index, uint64_t draw) {
  return splitmix_at(index * 64 + draw);
}

/* Read the files of tests/fuzz/corpus/<folder>; what glob returned. */
static inline int mutation_load(mutation_corpus *corpus, const char *folder) {
  char   pattern[PETSC_MAX_PATH_LEN];
  glob_t found;
  snprintf(pattern, sizeof pattern, "%s/tests/fuzz/corpus/%s/*", getenv("QV_SOURCE"), folder);
  const int code = glob(pattern, 0, NULL, &found);
  if (code) return code;
  for (size_t i = 0; i < found.gl_pathc && corpus->n < MUTATION_FILES; i++) {
    FILE *in = fopen(found.gl_pathv[i], "rb");
    if (!in) continue;
    mutation_text *t = &corpus->text[corpus->n++];
    t->size          = fread(t->bytes, 1, corpus->largest, in);
    fclose(in);
  }
  globfree(&found);
  return code;
}

/* Put n bytes in the place of `gone` bytes at `at`, as far as `largest` allows. */
static inline void mutation_splice(mutation_text *t, size_t largest, size_t at, size_t gone,
                                   const char *bytes, size_t n) {
  if (gone > t->size - at) gone = t->size - at;
  if (t->size - gone + n > largest) return;
  memmove(t->bytes + at + n, t->bytes + at + gone, t->size - at - gone);
  memcpy(t->bytes + at, bytes, n);
  t->size += n - gone;
}

static inline void mutation_step(const mutation_corpus *c, mutation_text *t, uint64_t index,
                                 uint64_t draw) {
  const uint64_t       word = mutation_bits(index, draw), more = mutation_bits(index, draw + 1);
  const size_t         at = (size_t)(more % (t->size + 1)), n = (size_t)((more >> 32) % 12);
  const char          *part  = c->parts[(word >> 8) % c->n_parts];
  const mutation_text *other = &c->text[(word >> 16) % (uint64_t)c->n];
  const size_t         from  = (size_t)((word >> 24) % (other->size + 1));
  char                 byte  = (char)(word >> 40), copy[12];
  switch (word % 6) {
    case 0:
      mutation_splice(t, c->largest, at, 1, &byte, 1);
      break;
    case 1:
      mutation_splice(t, c->largest, at, 0, part, strlen(part));
      break;
    case 2:
      mutation_splice(t, c->largest, at, n, "", 0);
      break;
    case 3:
      mutation_splice(t, c->largest, at, n, part, strlen(part));
      break;
    case 4:
      mutation_splice(t, c->largest, at, n, other->bytes + from, other->size - from);
      break;
    default: /* a piece again */
      memcpy(copy, t->bytes + at, n < t->size - at ? n : t->size - at);
      mutation_splice(t, c->largest, at, 0, copy, n < t->size - at ? n : t->size - at);
  }
}

/* Text number `index`: one of the corpus with one to five mutations. */
static inline mutation_text mutation_make(const mutation_corpus *c, int index) {
  mutation_text t = c->text[index % c->n];
  const int     n = 1 + (int)(mutation_bits((uint64_t)index, 0) % 5);
  for (int j = 0; j < n; j++) mutation_step(c, &t, (uint64_t)index, (uint64_t)(2 * j + 1));
  return t;
}

static inline void mutation_expect_well(const mutation_corpus *c, const mutation_text *t,
                                        int index) {
  const char *wrong = c->run(t->bytes, t->size);
  if (wrong) qv_test_fail(__FILE__, __LINE__, "%d: %s: %.*s", index, wrong, (int)t->size, t->bytes);
}

static inline void mutation_expect_corpus(const mutation_corpus *c) {
  for (int i = 0; i < c->n; i++) mutation_expect_well(c, &c->text[i], i);
}

static inline void mutation_expect(const mutation_corpus *c, int index) {
  const mutation_text t = mutation_make(c, index);
  mutation_expect_well(c, &t, index);
}
