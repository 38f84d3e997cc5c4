/* SPDX-License-Identifier: GPL-3.0-or-later
 * What must hold of any bytes given as a deck. Bytes after the first 0xff are words of the command
 * line, parted by 0xff. */
#pragma once
#include "tests/unit/deck/sample.h"

enum { DECK_CASE_WORDS = 8, DECK_CASE_MOST_MISTAKES = 201 };

typedef struct {
  char  *text; /* a copy of just this length, so that a sanitizer sees one byte too many */
  size_t length;
  char  *words[DECK_CASE_WORDS];
  int    n_words;
} deck_case;

static inline void deck_case_split(const char *bytes, size_t size, deck_case *c) {
  const char *bar = size ? memchr(bytes, 0xff, size) : NULL;
  memset(c, 0, sizeof *c);
  c->length = bar ? (size_t)(bar - bytes) : size;
  c->text   = malloc(c->length ? c->length : 1);
  if (c->length) memcpy(c->text, bytes, c->length);
  while (bar && c->n_words < DECK_CASE_WORDS) {
    const char *word = bar + 1, *end = bytes + size;
    bar               = memchr(word, 0xff, (size_t)(end - word));
    const size_t n    = (size_t)((bar ? bar : end) - word);
    char        *copy = calloc(n + 1, 1);
    if (n) memcpy(copy, word, n);
    c->words[c->n_words++] = copy;
  }
}

static inline void deck_case_free(deck_case *c) {
  free(c->text);
  for (int i = 0; i < c->n_words; i++) free(c->words[i]);
}

/* Messages are plain text: nothing of a deck reaches a terminal as control characters. */
static inline const char *deck_case_check_messages(const qv_diag *diag) {
  char       *text;
  size_t      size;
  const char *wrong = NULL;
  FILE       *out   = open_memstream(&text, &size);
  qv_diag_print(diag, out);
  fclose(out);
  for (size_t i = 0; i < size; i++)
    if (((unsigned char)text[i] < 0x20 && text[i] != '\n' && text[i] != '\t') || text[i] == 0x7f)
      wrong = "a message holds a control character";
  free(text);
  return wrong;
}

/* A right deck, written and read again, is written the same. */
static inline const char *deck_case_check_round(const sample *first) {
  sample      back;
  qv_diag    *diag;
  qv_deck     deck;
  char       *yaml, *again = NULL;
  const char *wrong = NULL;
  sample_begin(&back);
  if (qv_diag_create(&diag)) return "fault";
  if (qv_deck_write(2, first->section, 0, true, &yaml)) return "fault";
  if (sample_deck(yaml, strlen(yaml), 0, NULL, diag, &deck)) return "fault";
  if (qv_deck_apply(&deck, NULL, 2, back.section, diag)) return "fault";
  if (qv_deck_write(2, back.section, 0, true, &again)) return "fault";
  if (qv_diag_count(diag)) wrong = "the resolved deck is not right";
  if (strcmp(yaml, again)) wrong = "the resolved deck is not written again as it was";
  PetscFree(yaml);
  PetscFree(again);
  sample_end(&back);
  qv_tree_destroy(&deck.root);
  qv_diag_destroy(&diag);
  return wrong;
}

/* NULL when all is well, else what is not. */
static inline const char *deck_case_run(const char *bytes, size_t size) {
  deck_case   c;
  qv_diag    *diag;
  qv_deck     deck;
  sample      s;
  const char *wrong = NULL;
  deck_case_split(bytes, size, &c);
  sample_begin(&s);
  if (qv_diag_create(&diag)) return "fault";
  if (sample_deck(c.text, c.length, c.n_words, c.words, diag, &deck)) return "fault";
  if (!deck.root && qv_diag_count(diag) == 0) wrong = "no tree and no mistake";
  if (qv_deck_apply(&deck, NULL, 2, s.section, diag)) return "fault";
  if (qv_diag_count(diag) > DECK_CASE_MOST_MISTAKES) wrong = "too many mistakes";
  if (c.n_words == 0 && !wrong) wrong = deck_case_check_messages(diag);
  if (qv_diag_count(diag) == 0 && !wrong) wrong = deck_case_check_round(&s);
  sample_end(&s);
  qv_tree_destroy(&deck.root);
  qv_diag_destroy(&diag);
  deck_case_free(&c);
  return wrong;
}
