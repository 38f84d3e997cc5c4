/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/split.h"

#include <math.h>
#include <stdio.h>

enum { PATH = 64 };

/* Rank 0: numbers to labels, with what is wrong. */
static PetscErrorCode judge_labels(qv_input *input, const char *path, int64_t n, int64_t classes,
                                   int *label) {
  double     *value;
  const char *reason;
  int64_t     bad = 0, first = 0;

  PetscFunctionBegin;
  PetscCall(qv_h5_read(input->file, path, QV_F64, (void **)&value, &reason));
  if (reason) {
    PetscCall(qv_input_complain(input, "%s", reason));
    PetscFunctionReturn(0);
  }
  for (int64_t i = n - 1; i >= 0; i--) {
    const bool good = value[i] >= 0 && value[i] < (double)classes && value[i] == floor(value[i]);
    label[i]        = good ? (int)value[i] : 0;
    if (!good) bad++, first = i;
  }
  if (bad)
    PetscCall(qv_input_complain(input,
                                "%s[%lld] is %g, must be a whole number from 0 to %lld "
                                "(%lld of %lld labels are wrong)",
                                path, (long long)first, value[first], (long long)(classes - 1),
                                (long long)bad, (long long)n));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_split_labels(qv_input *input, const char *path, int64_t n, int64_t classes,
                               int **label) {
  int64_t shape[1] = {n};
  bool    ok;

  PetscFunctionBegin;
  *label = NULL;
  PetscCall(qv_input_shape(input, path, 1, shape, "[sample], as many as rows of x", &ok));
  if (!ok) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1((size_t)n, label));
  if (input->rank == 0) PetscCall(judge_labels(input, path, n, classes, *label));
  PetscCall(qv_input_share(input));
  PetscCallMPI(MPI_Bcast(*label, (int)n, MPI_INT, 0, input->comm));
  PetscFunctionReturn(0);
}

/* A class without samples has no place in a softmax: most likely `classes` is wrong. */
static PetscErrorCode check_classes(qv_input *input, const char *path, int64_t classes,
                                    const qv_split *s) {
  int64_t *count;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1((size_t)classes, &count));
  for (int64_t i = 0; i < s->n; i++) count[s->label[i]]++;
  for (int64_t c = 0; c < classes; c++)
    if (count[c] == 0)
      PetscCall(qv_input_complain(input,
                                  "%s: class %lld has no samples, though "
                                  "bilevel.task.classes is %lld",
                                  path, (long long)c, (long long)classes));
  PetscCall(PetscFree(count));
  PetscFunctionReturn(0);
}

/* Rank 0: samples [first, first + count) of x; the first number that is not finite in *bad. */
static PetscErrorCode read_tile(qv_input *input, const char *path, const qv_split *s,
                                const int64_t range[2], double *x) {
  const char   *reason;
  const int64_t length = (range[1] - range[0]) * s->features;

  PetscFunctionBegin;
  PetscCall(qv_h5_read_rows(input->file, path, QV_F64, (qv_h5_range){range[0], range[1] - range[0]},
                            x, &reason));
  if (reason) PetscCall(qv_input_complain(input, "%s", reason));
  for (int64_t i = 0; !reason && i < length; i++) {
    if (isfinite(x[i])) continue;
    PetscCall(qv_input_complain(input, "%s[%lld, %lld] is %g, must be finite", path,
                                (long long)(range[0] + i / s->features),
                                (long long)(i % s->features), x[i]));
    break;
  }
  PetscFunctionReturn(0);
}

/* Tile by tile: rank 0 reads, the owner gets. */
static PetscErrorCode read_rows(qv_input *input, const char *path, qv_split *s) {
  int     size;
  double *buffer = NULL;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(input->comm, &size));
  const int64_t most = (s->n / QV_TILES + 1) * s->features;
  if (input->rank == 0) PetscCall(PetscMalloc1((size_t)most, &buffer));
  for (int owner = 0; owner < size; owner++)
    for (int t = qv_tiles_of(owner, size); t < qv_tiles_of(owner + 1, size); t++) {
      const int64_t range[2] = {qv_tiles_first(s->n, t), qv_tiles_first(s->n, t + 1)};
      const int     length   = (int)((range[1] - range[0]) * s->features);
      double       *to       = s->x + (range[0] - s->first) * s->features;
      if (range[1] == range[0]) continue;
      if (input->rank == 0) PetscCall(read_tile(input, path, s, range, owner == 0 ? to : buffer));
      if (owner == 0) continue;
      if (input->rank == 0)
        PetscCallMPI(MPI_Send(buffer, length, MPI_DOUBLE, owner, t, input->comm));
      else if (input->rank == owner)
        PetscCallMPI(MPI_Recv(to, length, MPI_DOUBLE, 0, t, input->comm, MPI_STATUS_IGNORE));
    }
  PetscCall(PetscFree(buffer));
  PetscCall(qv_input_share(input));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_split_read(qv_input *input, const char *name, int64_t classes, bool complete,
                             int64_t *features, qv_split **split) {
  char      rows[PATH], labels[PATH];
  int64_t   shape[2] = {-1, *features};
  qv_split *s;
  bool      ok;
  int       size;

  PetscFunctionBegin;
  snprintf(rows, sizeof rows, "/%s/x", name);
  snprintf(labels, sizeof labels, "/%s/label", name);
  PetscCall(PetscNew(split));
  s = *split;
  PetscCall(qv_input_shape(input, rows, 2, shape,
                           *features < 0 ? "[sample, feature]"
                                         : "[sample, feature] with the "
                                           "features of /train/x",
                           &ok));
  if (!ok) PetscFunctionReturn(0);
  s->n        = shape[0];
  s->features = *features = shape[1];
  PetscCall(qv_tiles_create(input->comm, s->n, &s->tiles));
  PetscCallMPI(MPI_Comm_size(input->comm, &size));
  s->first           = qv_tiles_first_of(s->n, input->rank, size);
  s->end             = qv_tiles_first_of(s->n, input->rank + 1, size);
  const int mistakes = qv_diag_count(input->diag);
  PetscCall(qv_split_labels(input, labels, s->n, classes, &s->label));
  if (complete && qv_diag_count(input->diag) == mistakes)
    PetscCall(check_classes(input, labels, classes, s));
  PetscCall(PetscMalloc1((size_t)((s->end - s->first) * s->features), &s->x));
  PetscCall(read_rows(input, rows, s));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_split_destroy(qv_split **split) {
  PetscFunctionBegin;
  if (!*split) PetscFunctionReturn(0);
  PetscCall(qv_tiles_destroy(&(*split)->tiles));
  PetscCall(PetscFree((*split)->x));
  PetscCall(PetscFree((*split)->label));
  PetscCall(PetscFree(*split));
  PetscFunctionReturn(0);
}
