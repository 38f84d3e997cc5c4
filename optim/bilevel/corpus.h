/* SPDX-License-Identifier: GPL-3.0-or-later
 * Labelled texts: sequences of numbers of words, equal on all ranks, and vectors of the words. */
#pragma once
#include "optim/bilevel/files.h"
#include "optim/bilevel/split.h"

/* A set of texts. The numbers of text i are token[i * width] … , length[i] of them. */
typedef struct {
  int64_t   n, width;
  int32_t  *token;  /* [n, width] */
  int32_t  *length; /* [n] */
  int      *label;  /* [n] */
  qv_tiles *tiles;  /* for draws of it; all on this rank */
} qv_corpus;

/* Read /<name>/tokens [text, word], whole numbers that end with -1s, the first `longest` of each
 * text (0: all), and /<name>/label [text]. Mistakes go to the input's list; then *texts may be in
 * part and can be destroyed. Collective. */
PetscErrorCode qv_corpus_read(qv_input *input, const char *name, int64_t classes, int64_t longest,
                              qv_corpus **texts);
/* Split k of files that hold sequences, the first `longest` words of each text. Collective. */
PetscErrorCode qv_corpus_take(const qv_files *files, int k, int64_t longest, qv_corpus **texts);
PetscErrorCode qv_corpus_destroy(qv_corpus **texts);

/* Texts alone: shape is how many there are, words in the file, words that count. token
 * [shape[0], shape[2]] with -1 behind the end, length [shape[0]]; PetscFree them. Collective. */
PetscErrorCode qv_corpus_tokens(qv_input *input, const char *path, const int64_t shape[3],
                                int32_t **token, int32_t **length);
/* The largest number of a word, of n. Pure. */
int32_t qv_corpus_largest(int64_t n, const int32_t *token);

/* Vectors of words, [words, *columns], PetscFree them: /embedding of the file where it is there,
 * else normal random numbers of the stream, entry k of word i being draw k of index i. *columns may
 * be asked for, or 0: those of the file, else 50. Collective. */
PetscErrorCode qv_corpus_embed(qv_input *input, qv_stream stream, int64_t words, int64_t *columns,
                               float **table);
/* The random ones; *columns is 50 where it is 0. Not collective. */
PetscErrorCode qv_corpus_draw(qv_stream stream, int64_t words, int64_t *columns, float **table);
