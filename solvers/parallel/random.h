/* SPDX-License-Identifier: GPL-3.0-or-later
 * Random numbers as a pure function of (seed, named stream, index, draw): Philox4x64-10. */
#pragma once
#include <stdint.h>

typedef struct {
  uint64_t key[2];
} qv_stream;

/* The stream `name` of `seed`. key[0] = seed, key[1] = FNV-1a 64 hash of the name. Pure. */
qv_stream qv_stream_named(uint64_t seed, const char *name);

/* Four 64-bit words: Philox4x64-10 of counter (draw, index, 0, 0). Pure. */
void qv_random_words(qv_stream stream, uint64_t index, uint64_t draw, uint64_t words[4]);

/* Uniform in the open interval (0, 1) on 53 bits: word draw % 4 of block draw / 4. Pure. */
double qv_random_uniform(qv_stream stream, uint64_t index, uint64_t draw);

/* Standard normal by Box-Muller from uniforms 2 draw and 2 draw + 1 (the cosine branch). Pure. */
double qv_random_normal(qv_stream stream, uint64_t index, uint64_t draw);

/* A uniform integer in [0, n), n >= 1, without bias: the first word w >= 2^64 mod n of the draw's
 * own blocks (draw, index, 0, 1), (draw, index, 1, 1), ..., modulo n. No word is shared with
 * reals. Pure. */
uint64_t qv_random_below(qv_stream stream, uint64_t index, uint64_t draw, uint64_t n);
