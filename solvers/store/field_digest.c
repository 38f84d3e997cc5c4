/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/store/field_digest.h"

#include "solvers/store/field_move.h"

#include <stdio.h>
#include <string.h>

static const char *const type_word[] = {
  [QV_F64] = "float64", [QV_I64] = "int64",       [QV_I32] = "int32", [QV_I8] = "int8",
  [QV_U8] = "uint8",    [QV_C128] = "complex128", [QV_ENUM] = "int8", [QV_TEXT] = "text"};

PetscErrorCode qv_field_digest_array(qv_digest *digest, const qv_array *array) {
  char line[QV_FIELD_PATH + 32 * QV_MAX_RANK];

  PetscFunctionBegin;
  int used = snprintf(line, sizeof line, "%s %s", array->path, type_word[array->type]);
  for (int axis = 0; axis < array->rank; axis++)
    used +=
      snprintf(line + used, sizeof line - (size_t)used, " %lld", (long long)array->shape[axis]);
  used += snprintf(line + used, sizeof line - (size_t)used, "\n");
  PetscCall(qv_digest_add(digest, line, (size_t)used));
  PetscFunctionReturn(0);
}

/* The kinds of numbers that the file tells apart. */
static const char *kind_of(qv_type type) {
  if (type == QV_F64) return "real numbers";
  if (type == QV_C128) return "complex numbers";
  return type == QV_TEXT ? "texts" : "integers";
}

static PetscErrorCode add_bytes(qv_digest *digest, qv_h5 *file, const qv_array *array, char *buffer,
                                const char **why) {
  const int64_t bytes = (int64_t)qv_array_entry_bytes(array->type);
  qv_piece      piece = qv_piece_at(array, 0, QV_FIELD_PIECE / bytes, 0);

  PetscFunctionBegin;
  while (piece.length && !*why) {
    PetscCall(qv_h5_read_block(file, array->path, array->type,
                               (qv_h5_part){piece.start, piece.count}, buffer, why));
    if (!*why) PetscCall(qv_digest_add(digest, buffer, (size_t)(piece.length * bytes)));
    piece = qv_piece_at(array, piece.first + piece.length, QV_FIELD_PIECE / bytes, 0);
  }
  PetscFunctionReturn(0);
}

/* Add one field as it is in the file. */
static PetscErrorCode add_field(qv_digest *digest, const qv_field *field, qv_h5 *file, char *buffer,
                                char **reason) {
  qv_array    wanted, found;
  char        path[QV_FIELD_PATH], text[QV_FIELD_PATH + 64];
  const char *why = NULL;

  PetscFunctionBegin;
  PetscCall(qv_field_name(field, &wanted, path));
  PetscCall(qv_h5_find(file, path, &found, &why));
  if (!why && strcmp(kind_of(found.type), kind_of(wanted.type)) != 0) {
    snprintf(text, sizeof text, "'%s' holds %s, expected %s", path, kind_of(found.type),
             kind_of(wanted.type));
    why = text;
  }
  if (!why) {
    wanted.rank = found.rank;
    memcpy(wanted.shape, found.shape, sizeof found.shape);
    PetscCall(qv_field_digest_array(digest, &wanted));
    PetscCall(add_bytes(digest, file, &wanted, buffer, &why));
  }
  PetscCall(PetscStrallocpy(why, reason));
  PetscFunctionReturn(0);
}

/* The stored checksum, NULL when there is none; an unreadable one is no fault of the program. */
static PetscErrorCode stored_checksum(qv_h5 *file, char **text) {
  PetscFunctionBegin;
  *text = NULL;
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  if (qv_h5_get_text(file, "/state", "checksum", text)) *text = NULL;
  PetscCall(PetscPopErrorHandler());
  PetscFunctionReturn(0);
}

static PetscErrorCode compare(qv_h5 *file, const char *computed, char **reason) {
  char *stored;

  PetscFunctionBegin;
  PetscCall(stored_checksum(file, &stored));
  if (!stored)
    PetscCall(PetscStrallocpy("has no checksum of its state", reason));
  else if (strcmp(stored, computed) != 0)
    PetscCall(PetscStrallocpy("is damaged: the checksum of its state is wrong", reason));
  PetscCall(PetscFree(stored));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_field_digest_check(const qv_field *fields, qv_h5 *file, char **reason) {
  qv_digest *digest;
  char      *buffer, computed[QV_DIGEST_TEXT];

  PetscFunctionBegin;
  *reason = NULL;
  PetscCall(qv_digest_begin(&digest));
  PetscCall(PetscMalloc1(QV_FIELD_PIECE, &buffer));
  for (const qv_field *f = fields; f->name && !*reason; f++)
    PetscCall(add_field(digest, f, file, buffer, reason));
  PetscCall(PetscFree(buffer));
  PetscCall(qv_digest_end(&digest, computed));
  if (!*reason) PetscCall(compare(file, computed, reason));
  PetscFunctionReturn(0);
}
