/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading texts: of variable or fixed length, from data sets and attributes, into one block. */
#include "solvers/store/h5_impl.h"

#include <string.h>

static bool is_attribute(hid_t source) {
  return H5Iget_type(source) == H5I_ATTR;
}

static bool read_raw(qv_h5 *file, hid_t source, hid_t type, void *data) {
  const herr_t status = is_attribute(source)
                          ? H5Aread(source, type, data)
                          : H5Dread(source, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
  return qv_h5_note(file, status >= 0);
}

/* Room for n pointers and `bytes` bytes behind them. */
static PetscErrorCode make_block(int64_t n, size_t bytes, char ***texts, char **end) {
  void *block;

  PetscFunctionBegin;
  const size_t head = (size_t)n * sizeof(char *);
  PetscCall(PetscMalloc(head + bytes + 1, &block));
  *texts = block;
  *end   = (char *)block + head;
  PetscFunctionReturn(0);
}

static PetscErrorCode copy_variable(char *const *read, int64_t n, char ***texts) {
  size_t bytes = 0;
  char  *end   = NULL;

  PetscFunctionBegin;
  for (int64_t i = 0; i < n; i++) bytes += (read[i] ? strlen(read[i]) : 0) + 1;
  PetscCall(make_block(n, bytes, texts, &end));
  for (int64_t i = 0; i < n; i++) {
    const size_t length = read[i] ? strlen(read[i]) : 0;
    (*texts)[i]         = end;
    if (length) memcpy(end, read[i], length);
    end[length] = 0;
    end += length + 1;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode read_variable(qv_h5 *file, hid_t source, hid_t type, int64_t n,
                                    char ***texts) {
  char **read;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(n + 1, &read));
  const hid_t space = is_attribute(source) ? H5Aget_space(source) : H5Dget_space(source);
  if (qv_h5_note(file, space >= 0) && read_raw(file, source, type, read)) {
    PetscCall(copy_variable(read, n, texts));
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, read);
  }
  qv_h5_drop(file, space, true);
  PetscCall(PetscFree(read));
  PetscFunctionReturn(0);
}

/* Bytes that count of a text in a field of `size` bytes. */
static size_t used_length(const char *text, size_t size, H5T_str_t padding) {
  const char *end    = memchr(text, 0, size);
  size_t      length = end ? (size_t)(end - text) : size;
  if (padding == H5T_STR_SPACEPAD)
    while (length && text[length - 1] == ' ') length--;
  return length;
}

static PetscErrorCode read_fixed(qv_h5 *file, hid_t source, hid_t type, int64_t n, char ***texts) {
  const size_t    size    = H5Tget_size(type);
  const H5T_str_t padding = H5Tget_strpad(type);
  char           *read, *end = NULL;

  PetscFunctionBegin;
  PetscCall(PetscMalloc((size_t)n * size + 1, &read));
  if (read_raw(file, source, type, read)) {
    PetscCall(make_block(n, (size_t)n * (size + 1), texts, &end));
    for (int64_t i = 0; i < n; i++) {
      const char  *text   = read + (size_t)i * size;
      const size_t length = used_length(text, size, padding);
      (*texts)[i]         = end;
      memcpy(end, text, length);
      end[length] = 0;
      end += length + 1;
    }
  }
  PetscCall(PetscFree(read));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_read_texts(qv_h5 *file, hid_t source, int64_t n, char ***texts) {
  const hid_t  type     = is_attribute(source) ? H5Aget_type(source) : H5Dget_type(source);
  const htri_t variable = type < 0 ? -1 : H5Tis_variable_str(type);

  PetscFunctionBegin;
  *texts = NULL;
  if (qv_h5_note(file, variable >= 0)) {
    if (variable)
      PetscCall(read_variable(file, source, type, n, texts));
    else
      PetscCall(read_fixed(file, source, type, n, texts));
  }
  qv_h5_drop(file, type, true);
  PetscFunctionReturn(0);
}
