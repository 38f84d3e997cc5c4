/* SPDX-License-Identifier: GPL-3.0-or-later
 * SHA-256 digests as lower-case hexadecimal text (libcrypto). */
#pragma once
#include <petscsys.h>

enum { QV_DIGEST_TEXT = 65 }; /* 64 digits and NUL */

typedef struct qv_digest qv_digest;

PetscErrorCode qv_digest_begin(qv_digest **digest);
PetscErrorCode qv_digest_add(qv_digest *digest, const void *bytes, size_t length);
PetscErrorCode qv_digest_end(qv_digest **digest, char text[QV_DIGEST_TEXT]); /* frees */

/* The digest of one block of bytes. */
PetscErrorCode qv_digest_bytes(const void *bytes, size_t length, char text[QV_DIGEST_TEXT]);
/* The digest of a file, read in blocks; *reason is 0 or errno. Not collective. */
PetscErrorCode qv_digest_file(const char *path, char text[QV_DIGEST_TEXT], int *reason);
