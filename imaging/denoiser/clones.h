/* SPDX-License-Identifier: GPL-3.0-or-later
 * Function clones for kernels, chosen at load time. Names of clones must be unique in the program:
 * clang shows their resolvers to all files. */
#pragma once
#if defined(__x86_64__)
#define QV_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define QV_CLONES
#endif
