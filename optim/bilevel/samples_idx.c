/* SPDX-License-Identifier: GPL-3.0-or-later
 * The IDX format of the MNIST family: a magic number with type and number of axes, their lengths,
 * both big-endian, then the bytes. */
#include <string.h>

#include "optim/bilevel/samples.h"
#include "solvers/store/bytes.h"

enum { BYTES = 0x08, MOST_AXES = 8 };

/* An array of unsigned bytes. */
typedef struct {
  int      rank;
  int64_t  shape[MOST_AXES], rows, row; /* row: bytes below the first axis */
  uint8_t *data;
} array;

/* More bytes, or a mistake: *ok. */
static PetscErrorCode take(qv_input *input, qv_bytes *bytes, void *to, size_t size, bool *ok) {
  size_t got;
  int    code;

  PetscFunctionBegin;
  PetscCall(qv_bytes_read(bytes, to, size, &got));
  *ok = got == size;
  if (*ok) PetscFunctionReturn(0);
  const char *trouble = qv_bytes_trouble(bytes, &code);
  if (trouble)
    PetscCall(qv_samples_complain(input, 0, "%s", trouble));
  else
    PetscCall(qv_samples_complain(input, 0,
                                  "is cut off: %zu bytes are missing of the %zu that its head "
                                  "announces",
                                  size - got, size));
  PetscFunctionReturn(0);
}

static int64_t big_endian(const uint8_t byte[4]) {
  return ((int64_t)byte[0] << 24) | (byte[1] << 16) | (byte[2] << 8) | byte[3];
}

static PetscErrorCode read_head(qv_input *input, qv_bytes *bytes, array *a, bool *ok) {
  uint8_t word[4];

  PetscFunctionBegin;
  PetscCall(take(input, bytes, word, sizeof word, ok));
  if (!*ok) PetscFunctionReturn(0);
  *ok = word[0] == 0 && word[1] == 0 && word[2] == BYTES && word[3] >= 1 && word[3] <= MOST_AXES;
  if (!*ok) {
    PetscCall(qv_samples_complain(input, 0,
                                  "begins with %02x %02x %02x %02x, expected 00 00 08 and the "
                                  "number of axes (IDX, unsigned bytes)",
                                  word[0], word[1], word[2], word[3]));
    PetscFunctionReturn(0);
  }
  a->rank = word[3];
  a->row  = 1;
  for (int i = 0; *ok && i < a->rank; i++) {
    PetscCall(take(input, bytes, word, sizeof word, ok));
    a->shape[i] = big_endian(word);
    if (*ok && i) a->row = a->row * a->shape[i] < INT32_MAX ? a->row * a->shape[i] : INT32_MAX;
  }
  a->rows = a->shape[0];
  if (!*ok || (a->rows > 0 && a->row > 0 && a->row < INT32_MAX)) PetscFunctionReturn(0);
  *ok = false;
  PetscCall(qv_samples_complain(input, 0, "has axes of length zero, or is too large"));
  PetscFunctionReturn(0);
}

/* Row blocks, so that a lying head costs no more memory than the file has bytes. */
static PetscErrorCode read_body(qv_input *input, qv_bytes *bytes, array *a, bool *ok) {
  enum { STEP = 1 << 24 };
  const size_t length = (size_t)(a->rows * a->row);
  size_t       have = 0, room = 0, got;
  uint8_t      more;

  PetscFunctionBegin;
  while (*ok && have < length) {
    const size_t piece = length - have < STEP ? length - have : STEP;
    if (have + piece > room) {
      room = 2 * (have + piece) < length ? 2 * (have + piece) : length;
      PetscCall(PetscRealloc(room, &a->data));
    }
    PetscCall(take(input, bytes, a->data + have, piece, ok));
    have += piece;
  }
  if (!*ok) PetscFunctionReturn(0);
  PetscCall(qv_bytes_read(bytes, &more, 1, &got));
  if (got)
    PetscCall(qv_samples_complain(input, 0, "goes on behind the %zu bytes of its head", length));
  *ok = !got;
  PetscFunctionReturn(0);
}

/* a->data is NULL after a mistake. */
static PetscErrorCode read_array(qv_input *input, array *a) {
  qv_bytes *bytes;
  bool      ok;

  PetscFunctionBegin;
  *a = (array){0};
  PetscCall(qv_bytes_open(input->path, &bytes));
  PetscCall(read_head(input, bytes, a, &ok));
  if (ok) PetscCall(read_body(input, bytes, a, &ok));
  if (!ok) PetscCall(PetscFree(a->data));
  PetscCall(qv_bytes_close(&bytes));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_samples_idx(qv_input *images, qv_input *labels, qv_samples **samples) {
  array image, label;

  PetscFunctionBegin;
  *samples = NULL;
  PetscCall(read_array(images, &image));
  PetscCall(read_array(labels, &label));
  const bool both = image.data && label.data;
  if (both && image.rank < 2)
    PetscCall(qv_samples_complain(images, 0, "has one axis, expected [sample, row, column]"));
  else if (both && label.rank != 1)
    PetscCall(
      qv_samples_complain(labels, 0, "has %d axes, expected one label a sample", label.rank));
  else if (both && label.rows != image.rows)
    PetscCall(qv_samples_complain(labels, 0, "has %lld labels, but there are %lld images",
                                  (long long)label.rows, (long long)image.rows));
  else if (both) {
    PetscCall(PetscNew(samples));
    qv_samples *s = *samples;
    *s =
      (qv_samples){.n = image.rows, .features = image.row, .byte = image.data, .unit = 1.0 / 255};
    image.data = NULL;
    PetscCall(PetscMalloc1((size_t)s->n, &s->label));
    for (int64_t i = 0; i < s->n; i++) s->label[i] = label.data[i];
  }
  PetscCall(PetscFree(image.data));
  PetscCall(PetscFree(label.data));
  PetscFunctionReturn(0);
}
