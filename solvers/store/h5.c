/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files and groups: open, create, close. */
#include "solvers/store/h5_impl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// clang-format off
#define SENTENCE(text) {text, "A " text, "B " text}
static const char *const sentences[][3] = {
  [QV_H5_FINE]     = {NULL, NULL, NULL},
  [QV_H5_MISSING]  = SENTENCE("does not exist"),
  [QV_H5_FOLDER]   = SENTENCE("is a folder"),
  [QV_H5_SPECIAL]  = SENTENCE("is not a regular file"),
  [QV_H5_DENIED]   = SENTENCE("may not be read (permission denied)"),
  [QV_H5_LOCKED]   = SENTENCE("is open for writing in another program"),
  [QV_H5_EMPTY]    = SENTENCE("is not an HDF5 file or is damaged (it is empty)"),
  [QV_H5_FOREIGN]  = SENTENCE("is not an HDF5 file or is damaged (it has no HDF5 signature)"),
  [QV_H5_CUT]      = SENTENCE("is not an HDF5 file or is damaged (it was cut short)"),
  [QV_H5_UNOPENED] = SENTENCE("is not an HDF5 file or is damaged (its first block makes no sense)"),
  [QV_H5_DAMAGED]  = SENTENCE("is damaged (a part of it cannot be read)"),
  [QV_H5_DEEP]     = SENTENCE("has groups nested more than 64 deep"),
  [QV_H5_UNKNOWN]  = SENTENCE("holds data of a type that cannot be compared"),
};
// clang-format on

const char *qv_h5_sentence(qv_h5_trouble trouble, int who) {
  return sentences[trouble][who];
}

/* HDF5 puts its signature at 0 or behind a block of the user's, at 512, 1024, 2048, … */
bool qv_h5_is_file(const char *path) {
  static const char signature[] = "\211HDF\r\n\032\n";
  char              start[8];
  bool              found = false;
  FILE             *in    = fopen(path, "rb");
  if (!in) return false;
  for (long at = 0; !found && at <= 1 << 20; at = at ? 2 * at : 512) {
    if (fseek(in, at, SEEK_SET) || fread(start, 1, sizeof start, in) != sizeof start) break;
    found = memcmp(start, signature, sizeof start) == 0;
  }
  fclose(in);
  return found;
}

static PetscErrorCode make_handle(const char *path, bool is_writing, qv_h5 **file) {
  PetscFunctionBegin;
  PetscCall(PetscNew(file));
  PetscCall(PetscStrallocpy(path, &(*file)->path));
  (*file)->is_writing = is_writing;
  (*file)->id         = H5I_INVALID_HID;
  /* HDF5 must not print: its reason goes into our one message. */
  PetscCheck(H5open() >= 0 && H5Eset_auto2(H5E_DEFAULT, NULL, NULL) >= 0, PETSC_COMM_SELF,
             PETSC_ERR_LIB, "HDF5 does not start");
  PetscFunctionReturn(0);
}

static PetscErrorCode free_handle(qv_h5 **file) {
  qv_h5 *f = *file;

  PetscFunctionBegin;
  for (int i = 0; i < f->n_axes; i++) {
    PetscCall(PetscFree(f->axes[i].path));
    PetscCall(PetscFree(f->axes[i].name));
  }
  PetscCall(PetscFree(f->axes));
  PetscCall(qv_h5_forget(f));
  PetscCall(PetscFree(f->failure));
  PetscCall(PetscFree(f->path));
  PetscCall(PetscFree(*file));
  PetscFunctionReturn(0);
}

/* The access list: serial driver; ids that somebody forgot do not keep the file open. */
static hid_t access_list(void) {
  const hid_t list = H5Pcreate(H5P_FILE_ACCESS);
  if (list < 0) return list;
  H5Pset_fapl_sec2(list);
  H5Pset_fclose_degree(list, H5F_CLOSE_STRONG);
  H5Pset_sieve_buf_size(list, 0); /* a write that fails does so when it is asked for */
#if H5_VERSION_GE(1, 10, 7)
  H5Pset_file_locking(list, true, true); /* network file systems without locks are fine */
#endif
  return list;
}

PetscErrorCode qv_h5_create(const char *path, qv_h5 **file) {
  PetscFunctionBegin;
  PetscCall(make_handle(path, true, file));
  qv_h5      *f    = *file;
  const hid_t list = access_list();
  f->id            = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, list);
  const bool ok    = qv_h5_note(f, f->id >= 0);
  if (list >= 0) H5Pclose(list);
  if (!ok) {
    char why[sizeof f->why];
    memcpy(why, f->why, sizeof why);
    PetscCall(free_handle(file));
    SETERRQ(PETSC_COMM_SELF, PETSC_ERR_FILE_OPEN, "%s: cannot create the file: %s", path, why);
  }
  PetscFunctionReturn(0);
}

/* What keeps `path` from being opened at all, before HDF5 looks into it. */
static qv_h5_trouble look_at(const char *path, int64_t *bytes) {
  struct stat status;
  if (stat(path, &status))
    return errno == ENOENT || errno == ENOTDIR ? QV_H5_MISSING : QV_H5_DENIED;
  if (S_ISDIR(status.st_mode)) return QV_H5_FOLDER;
  if (!S_ISREG(status.st_mode)) return QV_H5_SPECIAL;
  if (access(path, R_OK)) return QV_H5_DENIED;
  if (status.st_size == 0) return QV_H5_EMPTY;
  *bytes = (int64_t)status.st_size;
  return QV_H5_FINE;
}

static qv_h5_trouble why_unopened(const char *why) {
  if (strstr(why, "truncated")) return QV_H5_CUT;
  if (strstr(why, "signature")) return QV_H5_FOREIGN;
  if (strstr(why, "Resource temporarily unavailable")) return QV_H5_LOCKED;
  return QV_H5_UNOPENED;
}

PetscErrorCode qv_h5_try_open(const char *path, qv_h5 **file, qv_h5_trouble *trouble) {
  int64_t bytes = 0;

  PetscFunctionBegin;
  *file    = NULL;
  *trouble = look_at(path, &bytes);
  if (*trouble) PetscFunctionReturn(0);
  PetscCall(make_handle(path, false, file));
  (*file)->bytes   = bytes;
  const hid_t list = access_list();
  (*file)->id      = H5Fopen(path, H5F_ACC_RDONLY, list);
  if (!qv_h5_note(*file, (*file)->id >= 0)) {
    *trouble = why_unopened((*file)->why);
    PetscCall(free_handle(file));
  }
  if (list >= 0) H5Pclose(list);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_open(const char *path, qv_h5 **file, const char **reason) {
  qv_h5_trouble trouble;

  PetscFunctionBegin;
  PetscCall(qv_h5_try_open(path, file, &trouble));
  *reason = qv_h5_sentence(trouble, 0);
  PetscFunctionReturn(0);
}

hid_t qv_h5_link_list(const char *path) {
  const hid_t list  = H5Pcreate(H5P_LINK_CREATE);
  bool        ascii = true;
  if (list < 0) return list;
  H5Pset_create_intermediate_group(list, true);
  /* Names declared as UTF-8 turn a group into HDF5's newer format, which fewer programs read. */
  for (const char *c = path; *c; c++) ascii = ascii && !(*c & 0x80);
  if (!ascii) H5Pset_char_encoding(list, H5T_CSET_UTF8);
  return list;
}

/* One step of a path whose groups are there: as qv_h5_exists, and 2 for a group. */
static int look(qv_h5 *file, const char *path) {
  H5O_info_t info;
  htri_t     there = H5Lexists(file->id, path, H5P_DEFAULT);
  if (there > 0) there = H5Oexists_by_name(file->id, path, H5P_DEFAULT);
  if (!qv_h5_note(file, there >= 0)) return -1;
  if (!there) return 0;
  if (!qv_h5_note(file,
                  H5Oget_info_by_name2(file->id, path, &info, H5O_INFO_BASIC, H5P_DEFAULT) >= 0))
    return -1;
  return info.type == H5O_TYPE_GROUP ? 2 : 1;
}

int qv_h5_exists(qv_h5 *file, const char *path) {
  char   part[1024];
  size_t at    = strspn(path, "/");
  int    there = 2; /* the root */
  while (path[at] && there == 2) {
    at += strcspn(path + at, "/");
    if (at >= sizeof part) return 0;
    memcpy(part, path, at);
    part[at] = 0;
    there    = look(file, part);
    at += strspn(path + at, "/");
  }
  if (there < 0) return -1;
  return there > 0 && !path[at];
}

PetscErrorCode qv_h5_group(qv_h5 *file, const char *path) {
  PetscFunctionBegin;
  PetscCall(qv_h5_check_writing(file));
  int there = qv_h5_exists(file, path);
  if (there == 0) {
    const hid_t links = qv_h5_link_list(path);
    const hid_t group = H5Gcreate2(file->id, path, links, H5P_DEFAULT, H5P_DEFAULT);
    there             = qv_h5_note(file, group >= 0) ? 1 : -1;
    if (!qv_h5_drop(file, group, there > 0)) there = -1;
    if (links >= 0) H5Pclose(links);
  }
  QV_H5_REQUIRE(there > 0, file, PETSC_ERR_FILE_WRITE, "cannot make the group", path);
  PetscFunctionReturn(0);
}

/* Everything onto the disk while HDF5 still holds the descriptor that knows of failed writes. */
static bool flush(qv_h5 *file) {
  void *descriptor = NULL;
  if (!qv_h5_note(file, H5Fflush(file->id, H5F_SCOPE_GLOBAL) >= 0)) return false;
  if (!qv_h5_note(file, H5Fget_vfd_handle(file->id, H5P_DEFAULT, &descriptor) >= 0)) return false;
  if (!fsync(*(int *)descriptor)) return true;
  const int error = errno;
  qv_h5_note(file, false);
  snprintf(file->why, sizeof file->why, "%s", strerror(error));
  return false;
}

/* The parts of closing that may fail, in order; the handle stays whole. */
static PetscErrorCode finish(qv_h5 *file) {
  PetscFunctionBegin;
  PetscCall(qv_h5_scale_attach_all(file));
  QV_H5_REQUIRE(flush(file), file, PETSC_ERR_FILE_WRITE, "cannot write", "/");
  PetscFunctionReturn(0);
}

PetscErrorCode qv_h5_close(qv_h5 **file) {
  PetscErrorCode ierr = 0;
  const char    *message;
  char           text[512];

  PetscFunctionBegin;
  qv_h5 *f = *file;
  if (!f) PetscFunctionReturn(0);
  if (f->is_writing && !f->is_lost) ierr = finish(f);
  const bool ok = qv_h5_note(f, H5Fclose(f->id) >= 0);
  if (f->is_writing && !ok && !f->failure)
    PetscCall(qv_h5_message(f, "cannot close", "/", &message));
  snprintf(text, sizeof text, "%s", f->failure ? f->failure : f->is_lost ? f->why : "");
  /* What HDF5 wrote after the failure must not look like a file. */
  const bool is_emptied = !f->is_lost || !truncate(f->path, 0);
  PetscCall(free_handle(file));
  if (ierr) PetscFunctionReturn(ierr); /* reported already */
  PetscCheck(!text[0], PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE, "%s (the file is not whole%s)", text,
             is_emptied ? "" : " and could not be emptied");
  PetscFunctionReturn(0);
}
