/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/episodes.h"

#include <stdio.h>
#include <string.h>

enum { PATH = 64 };

static const char *const set_names[QV_EPISODE_SETS] = {"support", "query"};

/* /<name>/<set>/label [episode, sample], as many as the samples. */
static PetscErrorCode read_labels(qv_input *input, const char *path, int64_t classes,
                                  const int64_t shape[2], int **label) {
  int64_t met[2] = {shape[0], shape[1]};
  double *value;
  int64_t bad = -1;

  PetscFunctionBegin;
  PetscCall(qv_input_reals(input, path, 2, met, "[episode, sample], as many as samples", &value));
  if (!value) PetscFunctionReturn(0);
  const int64_t n = shape[0] * shape[1];
  PetscCall(PetscMalloc1((size_t)n, label));
  for (int64_t i = n - 1; i >= 0; i--) {
    (*label)[i] = value[i] >= 0 && value[i] < (double)classes ? (int)value[i] : 0;
    if ((double)(*label)[i] != value[i]) bad = i;
  }
  if (bad >= 0 && input->rank == 0)
    PetscCall(qv_input_complain(input,
                                "%s[%lld, %lld] is %g, must be a whole number from 0 to %lld", path,
                                (long long)(bad / shape[1]), (long long)(bad % shape[1]),
                                value[bad], (long long)(classes - 1)));
  PetscCall(qv_input_share(input));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(0);
}

/* Rows one after the other. */
static PetscErrorCode number_rows(int64_t n, int32_t **token) {
  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)n, token));
  for (int64_t i = 0; i < n; i++) (*token)[i] = (int32_t)i;
  PetscFunctionReturn(0);
}

static PetscErrorCode read_images(qv_input *input, const char *path, int64_t shape[3],
                                  qv_episodes *e, int set) {
  double *value;

  PetscFunctionBegin;
  PetscCall(qv_input_reals(input, path, 3, shape,
                           "[episode, sample, feature], as many episodes and features in all sets",
                           &value));
  if (!value) PetscFunctionReturn(0);
  const int64_t n = shape[0] * shape[1], entries = n * shape[2];
  PetscCall(PetscMalloc1((size_t)entries, &e->table[set]));
  for (int64_t i = 0; i < entries; i++) e->table[set][i] = (float)value[i];
  PetscCall(PetscFree(value));
  PetscCall(number_rows(n, &e->token[set]));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_episodes_images(qv_input *input, const char *name, int64_t classes,
                                  int64_t *features, qv_episodes **episodes) {
  char         path[PATH];
  qv_episodes *e;
  int64_t      shape[3] = {-1, -1, *features};

  PetscFunctionBegin;
  PetscCall(PetscNew(&e));
  *episodes = e;
  e->width  = 1;
  for (int s = 0; s < QV_EPISODE_SETS; s++) {
    shape[1] = -1;
    snprintf(path, sizeof path, "/%s/%s/x", name, set_names[s]);
    PetscCall(read_images(input, path, shape, e, s));
    if (!e->token[s]) PetscFunctionReturn(0);
    e->episodes = shape[0];
    e->n[s]     = shape[1];
    snprintf(path, sizeof path, "/%s/%s/label", name, set_names[s]);
    PetscCall(read_labels(input, path, classes, shape, &e->label[s]));
  }
  *features = shape[2];
  PetscFunctionReturn(0);
}

PetscErrorCode qv_episodes_texts(qv_input *input, const char *name, int64_t classes,
                                 int64_t longest, qv_episodes **episodes) {
  char         path[PATH];
  qv_episodes *e;
  int64_t      shape[3] = {-1, -1, -1};
  bool         ok;

  PetscFunctionBegin;
  PetscCall(PetscNew(&e));
  *episodes = e;
  for (int s = 0; s < QV_EPISODE_SETS; s++) {
    shape[1] = -1;
    snprintf(path, sizeof path, "/%s/%s/tokens", name, set_names[s]);
    PetscCall(qv_input_shape(input, path, 3, shape,
                             "[episode, sample, word], as many episodes and words in all sets",
                             &ok));
    if (!ok) PetscFunctionReturn(0);
    e->episodes = shape[0];
    e->n[s]     = shape[1];
    e->width    = longest && longest < shape[2] ? longest : shape[2];
    PetscCall(qv_corpus_tokens(input, path, (int64_t[3]){shape[0] * shape[1], shape[2], e->width},
                               &e->token[s], &e->length[s]));
    snprintf(path, sizeof path, "/%s/%s/label", name, set_names[s]);
    PetscCall(read_labels(input, path, classes, shape, &e->label[s]));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_episodes_destroy(qv_episodes **episodes) {
  qv_episodes *e = *episodes;

  PetscFunctionBegin;
  if (!e) PetscFunctionReturn(0);
  for (int s = 0; s < QV_EPISODE_SETS; s++) {
    PetscCall(PetscFree(e->token[s]));
    PetscCall(PetscFree(e->length[s]));
    PetscCall(PetscFree(e->label[s]));
    PetscCall(PetscFree(e->table[s]));
  }
  PetscCall(PetscFree(*episodes));
  PetscFunctionReturn(0);
}

/* Entry k of the numbers 0 … n - 1 in a random order, by Fisher and Yates: the first `n` of them.
 */
static void shuffle(qv_stream stream, uint64_t index, int64_t first, int64_t n, int64_t *number) {
  for (int64_t k = 0; k < first; k++) {
    const int64_t other =
      k + (int64_t)qv_random_below(stream, index, (uint64_t)k, (uint64_t)(n - k));
    const int64_t kept = number[k];
    number[k]          = number[other];
    number[other]      = kept;
  }
}

/* `shots` samples of a class into support and others into query of episode e, label `as`. */
static void deal(const qv_labelled *from, const int64_t *sample, int64_t shots, int64_t e, int as,
                 qv_episodes *to) {
  for (int64_t k = 0; k < 2 * shots; k++) {
    const int     set   = k < shots ? QV_SUPPORT : QV_QUERY;
    const int64_t at    = e * to->n[set] + as * shots + k % shots;
    const int64_t first = sample[k] * from->features;
    to->label[set][at]  = as;
    if (from->token) {
      to->length[set][at] = from->length[sample[k]];
      memcpy(to->token[set] + at * to->width, from->token + first,
             (size_t)to->width * sizeof(int32_t));
      continue;
    }
    float *row = to->table[set] + at * from->features;
    for (int64_t i = 0; i < from->features; i++)
      row[i] = from->x ? from->x[first + i] : (float)(from->unit * from->byte[first + i]);
  }
}

static PetscErrorCode allocate(const qv_labelled *from, int64_t episodes, int64_t samples,
                               qv_episodes **made) {
  const int64_t all = episodes * samples;
  qv_episodes  *e;

  PetscFunctionBegin;
  PetscCall(PetscNew(&e));
  *made       = e;
  e->episodes = episodes;
  e->width    = from->token ? from->features : 1;
  for (int s = 0; s < QV_EPISODE_SETS; s++) {
    e->n[s] = samples;
    PetscCall(PetscMalloc1((size_t)all, &e->label[s]));
    if (from->token) {
      PetscCall(PetscMalloc1((size_t)all, &e->length[s]));
      PetscCall(PetscMalloc1((size_t)(all * e->width), &e->token[s]));
    } else {
      PetscCall(PetscMalloc1((size_t)(all * from->features), &e->table[s]));
      PetscCall(number_rows(all, &e->token[s]));
    }
  }
  PetscFunctionReturn(0);
}

/* Samples of class c, *n of them. */
static void gather(const qv_labelled *from, int64_t c, int64_t *sample, int64_t *n) {
  *n = 0;
  for (int64_t i = 0; i < from->n; i++)
    if (from->label[i] == c) sample[(*n)++] = i;
}

PetscErrorCode qv_episodes_pairs(const qv_labelled *from, const int64_t range[2], int64_t shots,
                                 qv_stream stream, qv_episodes **episodes, bool *made) {
  const int64_t classes = from->classes, pairs = classes * (classes - 1) / 2;
  int64_t      *order, *sample, n;

  PetscFunctionBegin;
  *made = true;
  PetscCall(PetscMalloc2((size_t)(classes * classes), &order, (size_t)from->n, &sample));
  n = 0;
  for (int64_t a = 0; a < classes; a++)
    for (int64_t b = a + 1; b < classes; b++) order[n++] = a * classes + b;
  shuffle(stream, 0, pairs, pairs, order);
  PetscCall(allocate(from, range[1] - range[0], 2 * shots, episodes));
  for (int64_t p = range[0]; p < range[1] && *made; p++)
    for (int as = 0; as < 2 && *made; as++) {
      gather(from, as ? order[p] % classes : order[p] / classes, sample, &n);
      *made = n >= 2 * shots;
      if (!*made) break;
      shuffle(stream, (uint64_t)(1 + 2 * p + as), 2 * shots, n, sample);
      deal(from, sample, shots, p - range[0], as, *episodes);
    }
  if (!*made) PetscCall(qv_episodes_destroy(episodes));
  PetscCall(PetscFree2(order, sample));
  PetscFunctionReturn(0);
}
