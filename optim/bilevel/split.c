/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/split.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solvers/parallel/agree.h"

enum { PATH = 64, BLOCK = 64 };

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
  PetscCall(qv_agree_broadcast(input->comm, *label, n, sizeof **label));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_split_check(qv_input *input, const char *what, int64_t classes,
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
                                  what, (long long)c, (long long)classes));
  PetscCall(PetscFree(count));
  PetscFunctionReturn(0);
}

/* Where the rows of a split come from, on rank 0. */
typedef struct {
  qv_input         *input;
  const char       *path; /* of an HDF5 file, */
  const qv_samples *samples;
  const int64_t    *chosen; /* or these */
  qv_scaling       *moments;
} origin;

static size_t bytes_of(qv_kept kept) {
  return kept == QV_KEPT_DOUBLE ? sizeof(double) : kept == QV_KEPT_SINGLE ? sizeof(float) : 1;
}

/* Mean and sum of squared distances from it, sample by sample (Welford). */
static void add_moments(qv_scaling *f, const double *x) {
  f->counted++;
  for (int64_t k = 0; k < f->n; k++) {
    const double step = x[k] - f->mean[k];
    f->mean[k] += step / (double)f->counted;
    f->square[k] += step * (x[k] - f->mean[k]);
  }
}

/* One row on its way: into the moments and into the place where it is kept. */
static void keep_row(const qv_split *s, qv_scaling *moments, const double *row, void *to) {
  if (moments) add_moments(moments, row);
  if (s->kept == QV_KEPT_DOUBLE) memcpy(to, row, (size_t)s->features * sizeof *row);
  for (int64_t k = 0; s->kept == QV_KEPT_SINGLE && k < s->features; k++)
    ((float *)to)[k] = (float)row[k];
  for (int64_t k = 0; s->kept == QV_KEPT_BYTES && k < s->features; k++)
    ((uint8_t *)to)[k] = (uint8_t)row[k];
}

/* Rank 0: samples of an HDF5 file; the first number that is not finite is a mistake. */
static PetscErrorCode read_file_rows(const origin *from, const qv_split *s, const int64_t range[2],
                                     double *work, char *to) {
  const size_t step = bytes_of(s->kept) * (size_t)s->features;
  const char  *reason;

  PetscFunctionBegin;
  for (int64_t i = range[0]; i < range[1]; i += BLOCK) {
    const qv_h5_range rows = {i, PetscMin(range[1] - i, BLOCK)};
    PetscCall(qv_h5_read_rows(from->input->file, from->path, QV_F64, rows, work, &reason));
    if (reason) PetscCall(qv_input_complain(from->input, "%s", reason));
    for (int64_t k = 0; !reason && k < rows.count * s->features; k++) {
      if (isfinite(work[k])) continue;
      PetscCall(qv_input_complain(from->input, "%s[%lld, %lld] is %g, must be finite", from->path,
                                  (long long)(i + k / s->features), (long long)(k % s->features),
                                  work[k]));
      PetscFunctionReturn(0);
    }
    if (reason) PetscFunctionReturn(0);
    for (int64_t k = 0; k < rows.count; k++, to += step)
      keep_row(s, from->moments, work + k * s->features, to);
  }
  PetscFunctionReturn(0);
}

/* Rank 0: samples that are in memory. */
static void copy_rows(const origin *from, const qv_split *s, const int64_t range[2], double *row,
                      char *to) {
  const size_t step = bytes_of(s->kept) * (size_t)s->features;
  for (int64_t i = range[0]; i < range[1]; i++, to += step) {
    const int64_t at = from->chosen[i] * s->features;
    for (int64_t k = 0; k < s->features; k++)
      row[k] =
        from->samples->byte ? (double)from->samples->byte[at + k] : from->samples->real[at + k];
    keep_row(s, from->moments, row, to);
  }
}

static PetscErrorCode fill_rows(const origin *from, const qv_split *s, const int64_t range[2],
                                double *row, void *to) {
  PetscFunctionBegin;
  if (from->samples)
    copy_rows(from, s, range, row, to);
  else if (qv_diag_count(from->input->diag) == 0)
    PetscCall(read_file_rows(from, s, range, row, to));
  PetscFunctionReturn(0);
}

/* Tile by tile: rank 0 reads, the owner gets. */
static PetscErrorCode spread_rows(const origin *from, qv_split *s) {
  const MPI_Comm comm = from->input->comm;
  const size_t   row  = bytes_of(s->kept) * (size_t)s->features;
  const int      rank = from->input->rank;
  int            size;
  char          *buffer = NULL;
  double        *work   = NULL;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(comm, &size));
  PetscCall(PetscMalloc1(rank ? 0 : (size_t)(s->n / QV_TILES + 1) * row, &buffer));
  PetscCall(PetscMalloc1(rank ? 0 : (size_t)(BLOCK * s->features), &work));
  for (int owner = 0; owner < size; owner++)
    for (int t = qv_tiles_of(owner, size); t < qv_tiles_of(owner + 1, size); t++) {
      const int64_t range[2] = {qv_tiles_first(s->n, t), qv_tiles_first(s->n, t + 1)};
      const size_t  length   = (size_t)(range[1] - range[0]) * row;
      char         *to       = (char *)s->x + (size_t)(range[0] - s->first) * row;
      if (length == 0) continue;
      if (rank == 0) PetscCall(fill_rows(from, s, range, work, owner == 0 ? to : buffer));
      if (owner == 0) continue;
      if (rank == 0)
        PetscCallMPI(MPI_Send(buffer, (int)length, MPI_BYTE, owner, t, comm));
      else if (rank == owner)
        PetscCallMPI(MPI_Recv(to, (int)length, MPI_BYTE, 0, t, comm, MPI_STATUS_IGNORE));
    }
  PetscCall(PetscFree(buffer));
  PetscCall(PetscFree(work));
  PetscCall(qv_input_share(from->input));
  PetscFunctionReturn(0);
}

/* A split of known shape, its rows and labels still empty. */
static PetscErrorCode make(qv_input *input, int64_t n, int64_t features, qv_split *s) {
  int size;

  PetscFunctionBegin;
  s->n        = n;
  s->features = features;
  PetscCall(qv_tiles_create(input->comm, n, &s->tiles));
  PetscCallMPI(MPI_Comm_size(input->comm, &size));
  s->first = qv_tiles_first_of(n, input->rank, size);
  s->end   = qv_tiles_first_of(n, input->rank + 1, size);
  PetscCall(
    PetscMalloc1((size_t)((s->end - s->first) * features) * bytes_of(s->kept), (char **)&s->x));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_split_read(qv_input *input, const char *name, const qv_split_wish *wish,
                             qv_split **split) {
  char    rows[PATH], labels[PATH];
  int64_t shape[2] = {-1, wish->features};
  bool    ok;

  PetscFunctionBegin;
  snprintf(rows, sizeof rows, "/%s/x", name);
  snprintf(labels, sizeof labels, "/%s/label", name);
  PetscCall(PetscNew(split));
  qv_split *s = *split;
  PetscCall(qv_input_shape(input, rows, 2, shape,
                           wish->features < 0 ? "[sample, feature]"
                                              : "[sample, feature] with the "
                                                "features of /train/x",
                           &ok));
  if (!ok) PetscFunctionReturn(0);
  s->kept = wish->single ? QV_KEPT_SINGLE : QV_KEPT_DOUBLE;
  PetscCall(make(input, shape[0], shape[1], s));
  if (wish->moments) PetscCall(qv_scaling_create(s->features, 1, wish->moments));
  const int mistakes = qv_diag_count(input->diag);
  PetscCall(qv_split_labels(input, labels, s->n, wish->classes, &s->label));
  if (wish->complete && qv_diag_count(input->diag) == mistakes)
    PetscCall(qv_split_check(input, labels, wish->classes, s));
  PetscCall(spread_rows(&(origin){input, rows, NULL, NULL, wish->moments}, s));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_split_take(qv_input *input, const qv_samples *samples, int64_t n,
                             const int64_t *chosen, const qv_split_wish *wish, qv_split **split) {
  int is_byte = input->rank == 0 && samples->byte;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Bcast(&is_byte, 1, MPI_INT, 0, input->comm));
  PetscCall(PetscNew(split));
  qv_split *s = *split;
  s->kept     = is_byte ? QV_KEPT_BYTES : wish->single ? QV_KEPT_SINGLE : QV_KEPT_DOUBLE;
  PetscCall(make(input, n, wish->features, s));
  PetscCall(PetscMalloc1((size_t)n, &s->label));
  for (int64_t i = 0; input->rank == 0 && i < n; i++) s->label[i] = (int)samples->label[chosen[i]];
  PetscCall(qv_agree_broadcast(input->comm, s->label, n, sizeof *s->label));
  PetscCall(spread_rows(&(origin){input, NULL, samples, chosen, wish->moments}, s));
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
