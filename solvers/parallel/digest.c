/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/parallel/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>

struct qv_digest {
  EVP_MD_CTX *context;
};

PetscErrorCode qv_digest_begin(qv_digest **digest) {
  PetscFunctionBegin;
  PetscCall(PetscNew(digest));
  (*digest)->context = EVP_MD_CTX_new();
  if (!(*digest)->context || !EVP_DigestInit_ex((*digest)->context, EVP_sha256(), NULL)) {
    EVP_MD_CTX_free((*digest)->context);
    PetscCall(PetscFree(*digest));
    SETERRQ(PETSC_COMM_SELF, PETSC_ERR_LIB, "libcrypto offers no SHA-256");
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_digest_add(qv_digest *digest, const void *bytes, size_t length) {
  PetscFunctionBegin;
  if (length)
    PetscCheck(EVP_DigestUpdate(digest->context, bytes, length), PETSC_COMM_SELF, PETSC_ERR_LIB,
               "libcrypto failed to digest %zu bytes", length);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_digest_end(qv_digest **digest, char text[QV_DIGEST_TEXT]) {
  static const char digits[] = "0123456789abcdef";
  unsigned char     value[EVP_MAX_MD_SIZE];
  unsigned          length = 0;

  PetscFunctionBegin;
  const int ok = EVP_DigestFinal_ex((*digest)->context, value, &length);
  EVP_MD_CTX_free((*digest)->context);
  PetscCall(PetscFree(*digest));
  PetscCheck(ok && 2 * length + 1 == QV_DIGEST_TEXT, PETSC_COMM_SELF, PETSC_ERR_LIB,
             "libcrypto failed to finish a digest");
  for (unsigned i = 0; i < length; i++) {
    text[2 * i]     = digits[value[i] >> 4];
    text[2 * i + 1] = digits[value[i] & 15];
  }
  text[2 * length] = '\0';
  PetscFunctionReturn(0);
}

PetscErrorCode qv_digest_bytes(const void *bytes, size_t length, char text[QV_DIGEST_TEXT]) {
  qv_digest *digest;

  PetscFunctionBegin;
  PetscCall(qv_digest_begin(&digest));
  PetscCall(qv_digest_add(digest, bytes, length));
  PetscCall(qv_digest_end(&digest, text));
  PetscFunctionReturn(0);
}

static PetscErrorCode add_file(qv_digest *digest, FILE *file, int *reason) {
  enum { BLOCK = 1 << 16 };
  unsigned char *block;
  size_t         length;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(BLOCK, &block));
  errno = 0;
  while ((length = fread(block, 1, BLOCK, file)) > 0)
    PetscCall(qv_digest_add(digest, block, length));
  if (ferror(file)) *reason = errno ? errno : EIO;
  PetscCall(PetscFree(block));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_digest_file(const char *path, char text[QV_DIGEST_TEXT], int *reason) {
  qv_digest *digest;

  PetscFunctionBegin;
  *reason    = 0;
  text[0]    = '\0';
  FILE *file = fopen(path, "rb");
  if (!file) {
    *reason = errno;
    PetscFunctionReturn(0);
  }
  PetscCall(qv_digest_begin(&digest));
  PetscCall(add_file(digest, file, reason));
  PetscCall(qv_digest_end(&digest, text));
  (void)fclose(file);
  if (*reason) text[0] = '\0';
  PetscFunctionReturn(0);
}
