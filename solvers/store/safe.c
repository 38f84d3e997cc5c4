/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/store/safe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Characters of `path` before its last component: 0, or up to and with the slash. */
static size_t folder_length(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? (size_t)(slash - path) + 1 : 0;
}

/* <folder of path>/<before><name of path><after> */
static PetscErrorCode sibling(const char *path, const char *before, const char *after,
                              char **name) {
  const size_t folder = folder_length(path);
  const size_t length = strlen(path) + strlen(before) + strlen(after) + 1;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(length, name));
  snprintf(*name, length, "%.*s%s%s%s", (int)folder, path, before, path + folder, after);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_safe_name(const char *path, char **temporary) {
  PetscFunctionBegin;
  PetscCall(sibling(path, ".", ".part", temporary));
  PetscFunctionReturn(0);
}

/* Does this error say that the file system cannot reserve, rather than that it has no room? */
static bool cannot_reserve(int error) {
  return error == EOPNOTSUPP || error == ENOTSUP || error == EINVAL || error == ENOSYS;
}

PetscErrorCode qv_safe_probe(const char *path, int64_t bytes, int *reason) {
  char *name;
  int   error = 0;

  PetscFunctionBegin;
  PetscCall(sibling(path, ".", ".probe-XXXXXX", &name));
  const int file = mkstemp(name);
  if (file < 0)
    *reason = errno;
  else {
    /* Without a name from the start: nothing stays behind, whatever happens to this process. */
    if (unlink(name)) error = errno;
    while (!error && bytes > 0 && (error = posix_fallocate(file, 0, (off_t)bytes)) == EINTR)
      error = 0;
    close(file);
    *reason = cannot_reserve(error) ? 0 : error;
  }
  PetscCall(PetscFree(name));
  PetscFunctionReturn(0);
}

/* 0 or errno. */
static int synchronise(const char *path, int flags) {
  const int file = open(path, flags);
  if (file < 0) return errno;
  const int error = fsync(file) ? errno : 0;
  close(file);
  return error;
}

PetscErrorCode qv_safe_commit(const char *temporary, const char *path) {
  char *folder;

  PetscFunctionBegin;
  int error = synchronise(temporary, O_RDONLY);
  PetscCheck(!error, PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE, "cannot bring '%s' to disk: %s",
             temporary, strerror(error));
  PetscCheck(!rename(temporary, path), PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE,
             "cannot rename '%s' to '%s': %s", temporary, path, strerror(errno));
  const size_t length = folder_length(path);
  PetscCall(PetscStrallocpy(length ? path : ".", &folder));
  if (length) folder[length] = 0;
  error = synchronise(folder, O_RDONLY | O_DIRECTORY);
  PetscCall(PetscFree(folder));
  /* Some file systems cannot fsync a folder; the file is whole all the same. */
  PetscCheck(!error || cannot_reserve(error) || error == EACCES, PETSC_COMM_SELF,
             PETSC_ERR_FILE_WRITE, "cannot bring the folder of '%s' to disk: %s", path,
             strerror(error));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_safe_discard(const char *temporary) {
  PetscFunctionBegin;
  PetscCheck(!unlink(temporary) || errno == ENOENT || errno == ENOTDIR, PETSC_COMM_SELF,
             PETSC_ERR_FILE_WRITE, "cannot remove '%s': %s", temporary, strerror(errno));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_safe_write(const char *path, const void *bytes, size_t n) {
  char *temporary;

  PetscFunctionBegin;
  PetscCall(qv_safe_name(path, &temporary));
  FILE      *file  = fopen(temporary, "wb");
  bool       whole = file && fwrite(bytes, 1, n, file) == n;
  const bool open  = file != NULL;
  if (file) whole = !fclose(file) && whole;
  const int      reason = errno;
  PetscErrorCode code   = whole ? qv_safe_commit(temporary, path) : 0;
  if (open && (code || !whole)) (void)qv_safe_discard(temporary);
  PetscCall(PetscFree(temporary));
  PetscCheck(open, PETSC_COMM_SELF, PETSC_ERR_FILE_OPEN, "cannot create %s: %s", path,
             strerror(reason));
  PetscCheck(whole, PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE, "cannot write %s: %s", path,
             strerror(reason));
  PetscCall(code);
  PetscFunctionReturn(0);
}
