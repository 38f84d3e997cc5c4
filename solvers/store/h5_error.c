/* SPDX-License-Identifier: GPL-3.0-or-later
 * HDF5's reasons in one line, and texts that live as long as the file handle. */
#include "solvers/store/h5_impl.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct qv_h5_block {
  struct qv_h5_block *next;
  max_align_t         bytes[];
};

/* HDF5 describes a failed system call at length; the system's words are enough. */
static void shorten(char *why) {
  static const char mark[] = "error message = '";
  char             *start  = strstr(why, mark);
  if (!start) return;
  start += sizeof mark - 1;
  const size_t length = strcspn(start, "'");
  memmove(why, start, length);
  why[length] = 0;
}

/* Called with the innermost entry first: keep that one. */
static herr_t first_entry(unsigned n, const H5E_error2_t *entry, void *context) {
  char text[1024];
  if (n > 0) return 0;
  snprintf(text, sizeof text, "%s", entry->desc ? entry->desc : "");
  shorten(text);
  qv_h5 *file = context;
  snprintf(file->why, sizeof file->why, "%.*s", (int)sizeof file->why - 1, text);
  return 0;
}

/* After a failed write HDF5 still holds what it could not write; closing would fail again, leave
 * half-freed objects behind and crash at the end of the program. The file is of no use any more:
 * emptying it gives back the room in which HDF5 can finish. */
static void give_up(qv_h5 *file) {
  void *descriptor = NULL;
  if (file->is_lost) return;
  file->is_lost = true;
  if (H5Fget_vfd_handle(file->id, H5P_DEFAULT, &descriptor) < 0 || !descriptor) return;
  if (ftruncate(*(int *)descriptor, 0)) return; /* nothing more can be done */
}

bool qv_h5_note(qv_h5 *file, bool ok) {
  if (ok) return true;
  snprintf(file->why, sizeof file->why, "HDF5 gives no reason");
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, first_entry, file);
  if (file->is_writing && file->id >= 0) give_up(file);
  return false;
}

PetscErrorCode qv_h5_check_writing(const qv_h5 *file) {
  PetscFunctionBegin;
  PetscCheck(file->is_writing, PETSC_COMM_SELF, PETSC_ERR_ORDER, "%s: open for reading only",
             file->path);
  PetscCheck(!file->is_lost, PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE, "%s%s%s",
             file->failure ? "" : file->path, file->failure ? "" : ": ",
             file->failure ? file->failure : file->why);
  PetscFunctionReturn(0);
}

bool qv_h5_drop(qv_h5 *file, hid_t id, bool ok) {
  if (id < 0 || H5Idec_ref(id) >= 0) return ok;
  if (ok) qv_h5_note(file, false);
  return false;
}

PetscErrorCode qv_h5_message(qv_h5 *file, const char *what, const char *object,
                             const char **message) {
  PetscFunctionBegin;
  PetscCall(qv_h5_say(file, message, "%s: %s '%s': %s", file->path, what, object, file->why));
  if (file->is_writing && !file->failure) PetscCall(PetscStrallocpy(*message, &file->failure));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_keep(qv_h5 *file, size_t bytes, void **block) {
  qv_h5_block *b;

  PetscFunctionBegin;
  PetscCall(PetscCalloc(sizeof *b + bytes, &b));
  b->next      = file->blocks;
  file->blocks = b;
  *block       = b->bytes;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_forget(qv_h5 *file) {
  PetscFunctionBegin;
  while (file->blocks) {
    qv_h5_block *b = file->blocks;
    file->blocks   = b->next;
    PetscCall(PetscFree(b));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_say(qv_h5 *file, const char **text, const char *format, ...) {
  va_list arguments;
  void   *block = NULL;

  PetscFunctionBegin;
  va_start(arguments, format);
  const int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  PetscCheck(length >= 0, PETSC_COMM_SELF, PETSC_ERR_LIB, "cannot format a message");
  PetscCall(qv_h5_keep(file, (size_t)length + 1, &block));
  va_start(arguments, format);
  vsnprintf(block, (size_t)length + 1, format, arguments);
  va_end(arguments);
  *text = block;
  PetscFunctionReturn(0);
}
