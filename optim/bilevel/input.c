/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/input.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "solvers/parallel/agree.h"

PetscErrorCode qv_input_complain(qv_input *input, const char *format, ...) {
  va_list arguments;

  PetscFunctionBegin;
  va_start(arguments, format);
  const PetscErrorCode code = qv_diag_add_list(
    input->diag, QV_EXIT_DATA, (qv_place){.file = input->written}, format, arguments);
  va_end(arguments);
  PetscCall(code);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_input_share(qv_input *input) {
  PetscFunctionBegin;
  PetscCall(qv_diag_share(input->comm, input->diag));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_input_name(MPI_Comm comm, const qv_path *path, qv_diag *diag, qv_input *input) {
  PetscFunctionBegin;
  *input = (qv_input){.comm = comm, .written = path->written, .path = path->found, .diag = diag};
  PetscCallMPI(MPI_Comm_rank(comm, &input->rank));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_input_open(MPI_Comm comm, const qv_path *path, qv_diag *diag, qv_input *input) {
  const char *reason = NULL;
  int         open   = 0;

  PetscFunctionBegin;
  PetscCall(qv_input_name(comm, path, diag, input));
  if (input->rank == 0) {
    PetscCall(qv_h5_open(path->found, &input->file, &reason));
    if (reason) PetscCall(qv_input_complain(input, "%s", reason));
    open = !reason;
  }
  PetscCallMPI(MPI_Bcast(&open, 1, MPI_INT, 0, comm));
  PetscCall(qv_input_share(input));
  input->open = open;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_input_close(qv_input *input) {
  PetscFunctionBegin;
  if (input->file) PetscCall(qv_h5_close(&input->file));
  PetscFunctionReturn(0);
}

static PetscErrorCode look_for(qv_h5 *file, const char *path, bool is_group, void *context) {
  const char **wanted = context;

  PetscFunctionBegin;
  (void)file, (void)is_group;
  if (*wanted && strcmp(path, *wanted) == 0) *wanted = NULL;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_input_has(qv_input *input, const char *path, bool *there) {
  int found = 0;

  PetscFunctionBegin;
  if (input->rank == 0) {
    const char *wanted = path;
    PetscCall(qv_h5_visit(input->file, "/", look_for, &wanted));
    found = wanted == NULL;
  }
  PetscCallMPI(MPI_Bcast(&found, 1, MPI_INT, 0, input->comm));
  *there = found;
  PetscFunctionReturn(0);
}

/* "[4, 3]" */
static void name_shape(int rank, const int64_t *shape, char text[128]) {
  int used = snprintf(text, 128, "[");
  for (int i = 0; i < rank && used < 100; i++)
    used +=
      snprintf(text + used, (size_t)(128 - used), "%s%lld", i ? ", " : "", (long long)shape[i]);
  snprintf(text + used, (size_t)(128 - used), "]");
}

/* Rank 0: find, compare, say what is wrong. */
static PetscErrorCode judge_shape(qv_input *input, const char *path, int rank, int64_t *shape,
                                  const char *axes, bool *ok) {
  const char *reason;
  qv_array    array;
  char        found[128], wanted[128];

  PetscFunctionBegin;
  PetscCall(qv_h5_find(input->file, path, &array, &reason));
  *ok = false;
  if (reason) {
    PetscCall(qv_input_complain(input, "%s; expected %s", reason, axes));
    PetscFunctionReturn(0);
  }
  *ok = array.rank == rank && (array.type == QV_F64 || array.type == QV_I64);
  for (int i = 0; *ok && i < rank; i++)
    *ok = array.shape[i] > 0 && (shape[i] < 0 || shape[i] == array.shape[i]);
  name_shape(array.rank, array.shape, found);
  name_shape(rank, shape, wanted);
  bool known = true;
  for (int i = 0; i < rank; i++) known = known && shape[i] >= 0;
  if (array.type != QV_F64 && array.type != QV_I64)
    PetscCall(qv_input_complain(input, "%s does not hold numbers", path));
  else if (!*ok)
    PetscCall(qv_input_complain(input, "%s has the shape %s, expected %s%s%s", path, found, axes,
                                known ? " = " : "", known ? wanted : ""));
  for (int i = 0; *ok && i < rank; i++) shape[i] = array.shape[i];
  PetscFunctionReturn(0);
}

PetscErrorCode qv_input_shape(qv_input *input, const char *path, int rank, int64_t *shape,
                              const char *axes, bool *ok) {
  PetscFunctionBegin;
  if (input->rank == 0) PetscCall(judge_shape(input, path, rank, shape, axes, ok));
  int good = input->rank == 0 && *ok;
  PetscCallMPI(MPI_Bcast(&good, 1, MPI_INT, 0, input->comm));
  PetscCallMPI(MPI_Bcast(shape, rank, MPI_INT64_T, 0, input->comm));
  PetscCall(qv_input_share(input));
  *ok = good;
  PetscFunctionReturn(0);
}

static PetscErrorCode read_all(qv_input *input, const char *path, int64_t length, double **data) {
  const char *reason;
  int64_t     bad = 0, first = 0;

  PetscFunctionBegin;
  PetscCall(qv_h5_read(input->file, path, QV_F64, (void **)data, &reason));
  if (reason) {
    *data = NULL;
    PetscCall(qv_input_complain(input, "%s", reason));
    PetscFunctionReturn(0);
  }
  for (int64_t i = length - 1; i >= 0; i--)
    if (!isfinite((*data)[i])) bad++, first = i;
  if (bad)
    PetscCall(qv_input_complain(input,
                                "%s holds %lld numbers that are not finite, the first as "
                                "entry %lld",
                                path, (long long)bad, (long long)first));
  if (bad) PetscCall(PetscFree(*data));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_input_reals(qv_input *input, const char *path, int rank, int64_t *shape,
                              const char *axes, double **data) {
  bool    ok;
  int64_t length = 1;

  PetscFunctionBegin;
  *data = NULL;
  PetscCall(qv_input_shape(input, path, rank, shape, axes, &ok));
  if (!ok) PetscFunctionReturn(0);
  for (int i = 0; i < rank; i++) length *= shape[i];
  if (input->rank == 0) PetscCall(read_all(input, path, length, data));
  int good = *data != NULL;
  PetscCallMPI(MPI_Bcast(&good, 1, MPI_INT, 0, input->comm));
  PetscCall(qv_input_share(input));
  if (!good) PetscFunctionReturn(0);
  if (input->rank) PetscCall(PetscMalloc1((size_t)length, data));
  PetscCall(qv_agree_broadcast(input->comm, *data, length, sizeof(double)));
  PetscFunctionReturn(0);
}
