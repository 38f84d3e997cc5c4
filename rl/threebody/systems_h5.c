/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/threebody/systems_file_impl.h"
#include "solvers/store/h5.h"

enum { MASS, POSITION, VELOCITY, SYSTEM, SETS };
static const char *const set_name[SETS] = {"/mass", "/position", "/velocity", "/system"};

/* What rank 0 finds in the file. */
typedef struct {
  int64_t  n;
  int      axes;
  double  *real[SYSTEM]; /* mass, position, velocity */
  int64_t *id;           /* NULL: 0, 1, … */
} contents;

static PetscErrorCode complain(qv_diag *diag, const char *written, const char *format,
                               const char *name, const char *detail) {
  PetscFunctionBegin;
  PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = written}, format, name, detail));
  PetscFunctionReturn(0);
}

/* "[5, 3, 2]" */
static PetscErrorCode shape_text(const qv_array *array, char text[96]) {
  char one[24];

  PetscFunctionBegin;
  PetscCall(PetscStrncpy(text, "[", 96));
  for (int i = 0; i < array->rank; i++) {
    snprintf(one, sizeof one, "%s%lld", i ? ", " : "", (long long)array->shape[i]);
    PetscCall(PetscStrlcat(text, one, 96));
  }
  PetscCall(PetscStrlcat(text, "]", 96));
  PetscFunctionReturn(0);
}

/* The shape that a set must have; the first one, mass, says how many systems there are. */
static PetscErrorCode check_shape(contents *c, int set, const qv_array *array, bool *ok) {
  const int64_t *shape = array->shape;

  PetscFunctionBegin;
  switch (set) {
    case MASS:
      *ok  = array->rank == 2 && shape[0] >= 1 && shape[1] == 3;
      c->n = shape[0];
      break;
    case POSITION:
      *ok =
        array->rank == 3 && shape[0] == c->n && shape[1] == 3 && (shape[2] == 2 || shape[2] == 3);
      c->axes = (int)shape[2];
      break;
    case VELOCITY:
      *ok = array->rank == 3 && shape[0] == c->n && shape[1] == 3 && shape[2] == c->axes;
      break;
    default:
      *ok = array->rank == 1 && shape[0] == c->n;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode read_set(qv_h5 *file, const char *written, int set, contents *c,
                               qv_diag *diag) {
  static const char *const expected[SETS] = {
    "[system, 3]", "[system, 3, 2 or 3] with as many systems as /mass", "the shape of /position",
    "[system] with as many systems as /mass"};
  qv_array    array;
  const char *reason = NULL;
  char        shape[96], detail[256];
  bool        ok;

  PetscFunctionBegin;
  PetscCall(qv_h5_find(file, set_name[set], &array, &reason));
  if (reason && set == SYSTEM) PetscFunctionReturn(0);
  if (reason) {
    PetscCall(complain(diag, written, "%s%s", "", reason));
    PetscFunctionReturn(0);
  }
  PetscCall(check_shape(c, set, &array, &ok));
  if (!ok) {
    PetscCall(shape_text(&array, shape));
    snprintf(detail, sizeof detail, "%s, expected %s", shape, expected[set]);
    PetscCall(complain(diag, written, "%s has the shape %s", set_name[set], detail));
    PetscFunctionReturn(0);
  }
  if (set == SYSTEM)
    PetscCall(qv_h5_read(file, set_name[set], QV_I64, (void **)&c->id, &reason));
  else
    PetscCall(qv_h5_read(file, set_name[set], QV_F64, (void **)&c->real[set], &reason));
  if (reason) PetscCall(complain(diag, written, "%s%s", "", reason));
  PetscFunctionReturn(0);
}

/* Rank 0: all sets; mistakes go to diag. */
static PetscErrorCode read_contents(const char *path, const char *written, contents *c,
                                    qv_diag *diag) {
  qv_h5      *file;
  const char *reason;

  PetscFunctionBegin;
  PetscCall(qv_h5_open(path, &file, &reason));
  if (reason) {
    PetscCall(complain(diag, written, "%s%s", "", reason));
    PetscFunctionReturn(0);
  }
  for (int set = 0; set < SETS && !qv_diag_count(diag); set++)
    PetscCall(read_set(file, written, set, c, diag));
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

typedef struct {
  int64_t id, row;
} sort_key;

static int by_id(const void *a, const void *b) {
  const sort_key *x = a, *y = b;
  return x->id != y->id ? (x->id < y->id ? -1 : 1) : (x->row > y->row) - (x->row < y->row);
}

static void fill_system(const contents *c, int64_t row, qv_system *s) {
  memset(s, 0, sizeof *s);
  for (int b = 0; b < 3; b++) {
    s->mass[b] = c->real[MASS][3 * row + b];
    for (int k = 0; k < c->axes; k++) {
      s->position[b][k] = c->real[POSITION][(3 * row + b) * c->axes + k];
      s->velocity[b][k] = c->real[VELOCITY][(3 * row + b) * c->axes + k];
    }
  }
}

/* Rank 0: in order of id, judged. */
static PetscErrorCode arrange(const contents *c, const char *written, qv_diag *diag,
                              qv_system_file *file) {
  sort_key *key;
  char      what[96];
  int       mistakes = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(c->n, &key));
  for (int64_t i = 0; i < c->n; i++) key[i] = (sort_key){c->id ? c->id[i] : i, i};
  qsort(key, (size_t)c->n, sizeof *key, by_id);
  for (int64_t i = 0; i < c->n && mistakes < QV_SYSTEMS_MISTAKES; i++) {
    file->id[i] = key[i].id;
    fill_system(c, key[i].row, &file->system[i]);
    qv_systems_file_judge(&file->system[i], what);
    if (i && key[i].id == key[i - 1].id)
      snprintf(what, sizeof what, "the name stands twice in /system");
    if (!what[0]) continue;
    mistakes++;
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = written},
                          "row %lld, system %lld: %s", (long long)key[i].row, (long long)key[i].id,
                          what));
  }
  PetscCall(PetscFree(key));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_systems_h5_read(MPI_Comm comm, const char *path, const char *written,
                                  qv_diag *diag, qv_system_file **file) {
  contents c = {0};
  int      rank;

  PetscFunctionBegin;
  *file = NULL;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0) {
    PetscCall(read_contents(path, written, &c, diag));
    if (!qv_diag_count(diag)) {
      PetscCall(qv_systems_file_create(c.n, c.axes, file));
      PetscCall(arrange(&c, written, diag, *file));
    }
    for (int i = 0; i < SYSTEM; i++) PetscCall(PetscFree(c.real[i]));
    PetscCall(PetscFree(c.id));
  }
  PetscCall(qv_diag_share(comm, diag));
  if (qv_diag_count(diag)) {
    PetscCall(qv_systems_file_destroy(file));
    PetscFunctionReturn(0);
  }
  int64_t head[2] = {c.n, c.axes};
  PetscCallMPI(MPI_Bcast(head, 2, MPI_INT64_T, 0, comm));
  if (rank) PetscCall(qv_systems_file_create(head[0], (int)head[1], file));
  PetscCheck(head[0] < INT32_MAX / (int64_t)sizeof(qv_system), comm, PETSC_ERR_SUP,
             "'%s' holds too many systems for one message", written);
  PetscCallMPI(MPI_Bcast((*file)->id, (int)head[0], MPI_INT64_T, 0, comm));
  PetscCallMPI(
    MPI_Bcast((*file)->system, (int)head[0] * (int)sizeof(qv_system), MPI_BYTE, 0, comm));
  PetscFunctionReturn(0);
}
