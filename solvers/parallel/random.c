/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/parallel/random.h"

#include <math.h>
#include <Random123/philox.h>

/* The last counter word: draws of integers never share words with draws of reals. */
enum { REALS = 0, INTEGERS = 1 };

qv_stream qv_stream_named(uint64_t seed, const char *name) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (const char *c = name; *c; c++) hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
  return (qv_stream){{seed, hash}};
}

static philox4x64_ctr_t block(qv_stream stream, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  const philox4x64_ctr_t counter = {{a, b, c, d}};
  const philox4x64_key_t key     = {{stream.key[0], stream.key[1]}};
  return philox4x64(counter, key);
}

void qv_random_words(qv_stream stream, uint64_t index, uint64_t draw, uint64_t words[4]) {
  const philox4x64_ctr_t out = block(stream, draw, index, 0, REALS);
  for (int i = 0; i < 4; i++) words[i] = out.v[i];
}

/* The half is rounded away above 1/2, so the last of the 2^53 values would be 1. */
static double open_unit(uint64_t word) {
  const double u = ((double)(word >> 11) + 0.5) * 0x1p-53;
  return u < 1 ? u : 1 - 0x1p-53;
}

double qv_random_uniform(qv_stream stream, uint64_t index, uint64_t draw) {
  uint64_t words[4];
  qv_random_words(stream, index, draw / 4, words);
  return open_unit(words[draw % 4]);
}

double qv_random_normal(qv_stream stream, uint64_t index, uint64_t draw) {
  const double   two_pi = 6.283185307179586;
  const unsigned pair   = 2 * (unsigned)(draw % 2);
  uint64_t       words[4];
  qv_random_words(stream, index, draw / 2, words);
  return sqrt(-2 * log(open_unit(words[pair]))) * cos(two_pi * open_unit(words[pair + 1]));
}

uint64_t qv_random_below(qv_stream stream, uint64_t index, uint64_t draw, uint64_t n) {
  /* -n % n = 2^64 mod n < n: what is left is a multiple of n */
  for (uint64_t attempt = 0;; attempt++) {
    const philox4x64_ctr_t out = block(stream, draw, index, attempt, INTEGERS);
    for (int i = 0; i < 4; i++)
      if (out.v[i] >= n || out.v[i] >= -n % n) return out.v[i] % n;
  }
}
