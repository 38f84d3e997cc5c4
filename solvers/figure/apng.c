/* SPDX-License-Identifier: GPL-3.0-or-later
 * Animated PNG (the W3C's PNG specification, third edition, 11.3.6): the picture data of ordinary
 * ones, framed anew. A reader that knows no animations shows the first frame. */
#include "solvers/figure/scene.h"

#include <string.h>
#include <zlib.h>

enum { SIGNATURE = 8, HEAD = 8, CRC = 4, DELAY = 100 };

static void put_number(unsigned char *to, uint32_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; i--, value >>= 8) to[i] = (unsigned char)(value & 255);
}

static uint32_t get_number(const char *from) {
  const unsigned char *b = (const unsigned char *)from;
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* A chunk whose data are `lead` bytes of head and n of data. */
typedef struct {
  const char          *type;
  const unsigned char *head;
  uint32_t             lead;
  const char          *data;
  uint32_t             n;
} chunk;

static PetscErrorCode put_chunk(qv_apng *apng, const chunk *c) {
  unsigned char number[4];
  uLong         sum = crc32(0, (const Bytef *)c->type, 4);
  PetscFunctionBegin;
  if (c->lead) sum = crc32(sum, c->head, c->lead);
  if (c->n) sum = crc32(sum, (const Bytef *)c->data, c->n);
  put_number(number, c->lead + c->n, 4);
  PetscCall(qv_buffer_add(&apng->file, number, 4));
  PetscCall(qv_buffer_add(&apng->file, c->type, 4));
  if (c->lead) PetscCall(qv_buffer_add(&apng->file, c->head, c->lead));
  if (c->n) PetscCall(qv_buffer_add(&apng->file, c->data, c->n));
  put_number(number, (uint32_t)sum, 4);
  PetscCall(qv_buffer_add(&apng->file, number, 4));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_control(qv_apng *apng) {
  unsigned char head[26] = {0};
  PetscFunctionBegin;
  put_number(head, apng->sequence++, 4);
  put_number(head + 4, apng->width, 4);
  put_number(head + 8, apng->height, 4);
  put_number(head + 20, DELAY, 2);
  put_number(head + 22, (uint32_t)(DELAY * apng->fps + 0.5), 2);
  PetscCall(put_chunk(apng, &(chunk){.type = "fcTL", .head = head, .lead = sizeof head}));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_data(qv_apng *apng, const char *data, uint32_t n) {
  unsigned char head[4];
  PetscFunctionBegin;
  if (!apng->n_added) {
    PetscCall(put_chunk(apng, &(chunk){.type = "IDAT", .data = data, .n = n}));
    PetscFunctionReturn(0);
  }
  put_number(head, apng->sequence++, 4);
  PetscCall(put_chunk(apng, &(chunk){"fdAT", head, sizeof head, data, n}));
  PetscFunctionReturn(0);
}

/* The first frame's header opens the file; all frames are of its size. */
static PetscErrorCode put_header(qv_apng *apng, const char *png, const char *data, uint32_t n) {
  unsigned char head[8] = {0};
  PetscFunctionBegin;
  if (apng->n_added) {
    PetscCheck(apng->width == get_number(data) && apng->height == get_number(data + 4),
               PETSC_COMM_SELF, PETSC_ERR_PLIB, "the frames of an animation differ in size");
    PetscFunctionReturn(0);
  }
  apng->width  = get_number(data);
  apng->height = get_number(data + 4);
  PetscCall(qv_buffer_add(&apng->file, png, SIGNATURE));
  PetscCall(put_chunk(apng, &(chunk){.type = "IHDR", .data = data, .n = n}));
  put_number(head, (uint32_t)apng->n_frames, 4);
  PetscCall(put_chunk(apng, &(chunk){.type = "acTL", .head = head, .lead = sizeof head}));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_apng_add(qv_apng *apng, const char *png, size_t n) {
  bool has_control = false;
  PetscFunctionBegin;
  for (size_t at = SIGNATURE; at + HEAD + CRC <= n;) {
    const uint32_t length = get_number(png + at);
    const char    *type = png + at + 4, *data = png + at + HEAD;
    PetscCheck(length <= n - at - HEAD - CRC, PETSC_COMM_SELF, PETSC_ERR_LIB, "a PNG is cut off");
    if (!memcmp(type, "IHDR", 4)) PetscCall(put_header(apng, png, data, length));
    if (!memcmp(type, "IDAT", 4)) {
      if (!has_control) PetscCall(put_control(apng));
      has_control = true;
      PetscCall(put_data(apng, data, length));
    }
    at += HEAD + length + CRC;
  }
  apng->n_added++;
  if (apng->n_added == apng->n_frames) PetscCall(put_chunk(apng, &(chunk){.type = "IEND"}));
  PetscFunctionReturn(0);
}
