/* SPDX-License-Identifier: GPL-3.0-or-later
 * Episodes: small tasks of classification, each with samples to learn from (support) and others to
 * be judged by (query). Equal on all ranks. */
#pragma once
#include "optim/bilevel/corpus.h"

enum { QV_SUPPORT, QV_QUERY, QV_EPISODE_SETS };

/* Sample i of set s of episode e is number j = e n[s] + i: the rows token[s][j width] … of the
 * table, length[s][j] of them. Of images the table is their own, one row each; of texts that of the
 * words. */
typedef struct {
  int64_t  episodes, width;
  int64_t  n[QV_EPISODE_SETS];
  int32_t *token[QV_EPISODE_SETS];
  int32_t *length[QV_EPISODE_SETS]; /* NULL: 1 each */
  int     *label[QV_EPISODE_SETS];
  float   *table[QV_EPISODE_SETS]; /* of images; NULL of texts */
} qv_episodes;

/* Labelled rows or texts, of which episodes are made. */
typedef struct {
  int64_t        n, features, classes;
  const float   *x;    /* [n, features], */
  const uint8_t *byte; /* or unit times this */
  double         unit;
  const int32_t *token;  /* or texts of at most `features` words, -1 behind their end, */
  const int32_t *length; /* [n] */
  const int     *label;  /* [n] */
} qv_labelled;

/* Read /<name>/support/x [episode, sample, feature], /<name>/support/label and the same of query;
 * `features` is met, or set where it is negative. Collective, as all here; mistakes go to the list.
 */
PetscErrorCode qv_episodes_images(qv_input *input, const char *name, int64_t classes,
                                  int64_t *features, qv_episodes **episodes);
/* Read /<name>/support/tokens [episode, sample, word] and so on, as qv_corpus_read. */
PetscErrorCode qv_episodes_texts(qv_input *input, const char *name, int64_t classes,
                                 int64_t longest, qv_episodes **episodes);

/* Episodes of two classes each, label 0 for the one with the smaller number: the pairs of all
 * classes in an order drawn from the stream, [first, end) of them, each with `shots` samples of
 * each class for support and others for query. *made is false, and nothing else, where a class has
 * too few. Not collective. */
PetscErrorCode qv_episodes_pairs(const qv_labelled *from, const int64_t range[2], int64_t shots,
                                 qv_stream stream, qv_episodes **episodes, bool *made);
PetscErrorCode qv_episodes_destroy(qv_episodes **episodes);
