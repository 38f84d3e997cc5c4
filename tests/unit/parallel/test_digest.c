/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=30 */
#include "solvers/parallel/digest.h"
#include "tests/support/qv_test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Answers of FIPS 180-4 and of its test vectors. */
static const char of_nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
static const char of_abc[]     = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char of_two[]     = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
static const char of_million[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
static const char two[]        = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

enum { MILLION = 1000000 };

static PetscErrorCode knows_blocks(void) {
  char text[QV_DIGEST_TEXT];

  PetscFunctionBegin;
  PetscCall(qv_digest_bytes(NULL, 0, text));
  EXPECT_TEXT(text, of_nothing);
  PetscCall(qv_digest_bytes("abc", 3, text));
  EXPECT_TEXT(text, of_abc);
  PetscCall(qv_digest_bytes(two, strlen(two), text));
  EXPECT_TEXT(text, of_two);
  PetscFunctionReturn(0);
}

static PetscErrorCode does_not_see_pieces(void) {
  char       text[QV_DIGEST_TEXT], piece[997];
  qv_digest *digest;

  PetscFunctionBegin;
  memset(piece, 'a', sizeof piece);
  PetscCall(qv_digest_begin(&digest));
  for (size_t left = MILLION, step = 0; left; left -= step) {
    step = left < sizeof piece ? left : sizeof piece;
    PetscCall(qv_digest_add(digest, piece, step));
  }
  PetscCall(qv_digest_end(&digest, text));
  EXPECT(digest == NULL);
  EXPECT_TEXT(text, of_million);
  PetscFunctionReturn(0);
}

static void write_letters(const char *path, int n) {
  FILE *file = fopen(path, "wb");
  EXPECT(file != NULL);
  if (!file) return;
  for (int i = 0; i < n; i++) fputc('a', file);
  EXPECT_INT(fclose(file), 0);
}

static PetscErrorCode knows_files(void) {
  char text[QV_DIGEST_TEXT];
  int  reason = -1;

  PetscFunctionBegin;
  write_letters("million", MILLION);
  PetscCall(qv_digest_file("million", text, &reason));
  EXPECT_INT(reason, 0);
  EXPECT_TEXT(text, of_million);
  write_letters("empty", 0);
  PetscCall(qv_digest_file("empty", text, &reason));
  EXPECT_INT(reason, 0);
  EXPECT_TEXT(text, of_nothing);
  remove("million");
  remove("empty");
  PetscFunctionReturn(0);
}

static PetscErrorCode gives_a_reason(void) {
  char text[QV_DIGEST_TEXT];
  int  reason = 0;

  PetscFunctionBegin;
  PetscCall(qv_digest_file("no-such-file", text, &reason));
  EXPECT_INT(reason, ENOENT);
  EXPECT_TEXT(text, "");
  PetscCall(qv_digest_file(".", text, &reason));
  EXPECT_INT(reason, EISDIR);
  EXPECT_TEXT(text, "");
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"knows the answers for blocks", knows_blocks},
               {"does not see pieces", does_not_see_pieces},
               {"knows the answers for files", knows_files},
               {"gives a reason for a file that it cannot read", gives_a_reason});
}
