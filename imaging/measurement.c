/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/measurement.h"

#include <math.h>
#include <string.h>

#include "imaging/measurement_impl.h"
#include "solvers/parallel/agree.h"
#include "solvers/parallel/layout.h"

enum { TAG = 7, EDGE_SIGMAS = 5 };

/* A set [frame, …] on its way from rank 0 to the frames' owners. */
typedef struct {
  const char          *path;
  int64_t              length; /* reals of a frame */
  const qv_geometry   *geometry;
  double              *mine;     /* [count, length] */
  const unsigned char *measured; /* NULL: all */
  double               largest;  /* rank 0: max |value| */
  int64_t              bad;      /* rank 0: the first entry that is not finite, -1: none */
} shipment;

/* The values of a frame as read: find bad ones, clear what was not measured. */
static void inspect(shipment *s, int64_t frame, double *value) {
  const unsigned char *measured = s->measured ? s->measured + frame * s->length : NULL;
  for (int64_t i = 0; i < s->length; i++) {
    if (measured && !measured[i]) value[i] = 0;
    if (!isfinite(value[i]) && s->bad < 0) s->bad = frame * s->length + i;
    s->largest = fmax(s->largest, fabs(value[i]));
  }
}

/* Rank 0 reads frame by frame; nothing here may end early, for the others wait. */
static PetscErrorCode ship(MPI_Comm comm, qv_measurement_file *f, shipment *s) {
  const int64_t n      = s->geometry->n_frames;
  const char   *reason = NULL, *trouble = NULL;
  double       *buffer = NULL;
  int           rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  const int64_t first = qv_layout_first_unit(n, rank, size);
  if (rank == 0) PetscCall(PetscCalloc1(s->length, &buffer));
  for (int64_t t = 0; t < n; t++) {
    const int owner = qv_layout_owner_unit(n, t, size);
    double   *to    = owner == rank ? s->mine + (t - first) * s->length : buffer;
    if (rank == 0) {
      PetscCall(qv_h5_read_rows(f->file, s->path, QV_F64, (qv_h5_range){t, 1}, to, &reason));
      if (reason && !trouble) trouble = reason;
      if (trouble) memset(to, 0, sizeof *to * (size_t)s->length);
      inspect(s, t, to);
      if (owner) PetscCallMPI(MPI_Send(to, (int)s->length, MPI_DOUBLE, owner, TAG, comm));
    } else if (owner == rank)
      PetscCallMPI(MPI_Recv(to, (int)s->length, MPI_DOUBLE, 0, TAG, comm, MPI_STATUS_IGNORE));
  }
  if (trouble) PetscCall(qv_measurement_complain(f, "%s: %s", s->path, trouble));
  PetscCall(PetscFree(buffer));
  PetscFunctionReturn(0);
}

static PetscErrorCode complain_of_bad(const qv_measurement_file *f, const shipment *s, int row) {
  const int64_t frame = s->bad / s->length, rest = s->bad % s->length;

  PetscFunctionBegin;
  if (s->bad >= 0)
    PetscCall(qv_measurement_complain(f, "%s[%lld, %lld, %lld] is not finite", s->path,
                                      (long long)frame, (long long)(rest / row),
                                      (long long)(rest % row)));
  PetscFunctionReturn(0);
}

/* Does the object reach over the detector's ends? Then the images carry the missing rest. */
static PetscErrorCode warn_truncated(MPI_Comm comm, const qv_measurement_file *f,
                                     const qv_measurement *m) {
  const qv_geometry *g    = &m->geometry;
  double             edge = 0;
  int                rank;

  PetscFunctionBegin;
  for (int64_t v = 0; v < m->count * g->n_views; v++) {
    const double *row = m->samples + v * g->n_bins;
    edge              = fmax(edge, fmax(fabs(row[0]), fabs(row[g->n_bins - 1])));
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &edge, 1, MPI_DOUBLE, MPI_MAX, comm));
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0 && edge > EDGE_SIGMAS * m->sigma)
    PetscCall(qv_diag_warn(f->diag, (qv_place){.file = f->written},
                           "/data/samples reaches %.3g at the ends of the detector, %.0f sigma: "
                           "projections seem to be truncated",
                           edge, edge / m->sigma));
  PetscFunctionReturn(0);
}

static PetscErrorCode ship_all(MPI_Comm comm, qv_measurement_file *f, qv_measurement *m) {
  const qv_geometry *g       = &m->geometry;
  shipment           samples = {.path     = "/data/samples",
                                .length   = (int64_t)g->n_views * g->n_bins,
                                .geometry = g,
                                .mine     = m->samples,
                                .measured = g->measured,
                                .bad      = -1};
  shipment           truth   = {.path     = "/truth/image",
                                .length   = (int64_t)g->size * g->size,
                                .geometry = g,
                                .mine     = m->truth,
                                .bad      = -1};
  int                rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(ship(comm, f, &samples));
  if (f->has_truth) PetscCall(ship(comm, f, &truth));
  if (rank == 0) {
    PetscCall(complain_of_bad(f, &samples, g->n_bins));
    PetscCall(complain_of_bad(f, &truth, g->size));
    if (!qv_diag_count(f->diag) && samples.largest == 0)
      PetscCall(qv_measurement_complain(f, "all of /data/samples is 0"));
    if (f->has_truth && truth.bad < 0 && truth.largest == 0)
      PetscCall(qv_diag_warn(f->diag, (qv_place){.file = f->written},
                             "all of /truth/image is 0: there is nothing to compare with"));
  }
  m->largest = samples.largest;
  PetscCallMPI(MPI_Bcast(&m->largest, 1, MPI_DOUBLE, 0, comm));
  if (qv_forward_has_angles(g->model)) PetscCall(warn_truncated(comm, f, m));
  PetscFunctionReturn(0);
}

/* Rank 0's array to all; there or not there on all alike. */
static PetscErrorCode share_reals(MPI_Comm comm, int64_t n, const double **value) {
  double *mine     = (double *)*value;
  int     is_there = mine != NULL;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Bcast(&is_there, 1, MPI_INT, 0, comm));
  if (!is_there) PetscFunctionReturn(0);
  if (!mine) PetscCall(PetscMalloc1(n, &mine));
  PetscCall(qv_agree_broadcast(comm, mine, n, sizeof *mine));
  *value = mine;
  PetscFunctionReturn(0);
}

static PetscErrorCode share_text(MPI_Comm comm, char **text) {
  int length = *text ? (int)strlen(*text) + 1 : 0;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Bcast(&length, 1, MPI_INT, 0, comm));
  if (!length) {
    PetscCall(PetscStrallocpy("1", text));
    PetscFunctionReturn(0);
  }
  if (!*text) PetscCall(PetscMalloc1(length, text));
  PetscCallMPI(MPI_Bcast(*text, length, MPI_CHAR, 0, comm));
  PetscFunctionReturn(0);
}

static PetscErrorCode share_mask(MPI_Comm comm, qv_geometry *g) {
  const int64_t  n        = g->n_frames * g->n_views * g->n_bins;
  unsigned char *measured = (unsigned char *)g->measured;

  PetscFunctionBegin;
  if (!qv_forward_has_mask(g->model)) PetscFunctionReturn(0);
  if (!measured) PetscCall(PetscMalloc1(n, &measured));
  g->measured = measured;
  PetscCall(qv_agree_broadcast(comm, measured, n, 1));
  PetscFunctionReturn(0);
}

/* The geometry and all scalars from rank 0 to all. */
static PetscErrorCode share(MPI_Comm comm, qv_measurement_file *f, qv_measurement *m) {
  qv_geometry *g        = &m->geometry;
  int64_t      whole[7] = {g->model,  g->n_frames,      g->size,     g->n_views,
                           g->n_bins, g->field_of_view, f->has_truth};
  double       real[2]  = {m->sigma, m->model_error};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Bcast(whole, 7, MPI_INT64_T, 0, comm));
  PetscCallMPI(MPI_Bcast(real, 2, MPI_DOUBLE, 0, comm));
  g->model         = (int)whole[0];
  g->n_frames      = whole[1];
  g->size          = (int)whole[2];
  g->n_views       = (int)whole[3];
  g->n_bins        = (int)whole[4];
  g->field_of_view = (qv_field_of_view)whole[5];
  f->has_truth     = whole[6] != 0;
  m->sigma         = real[0];
  m->model_error   = real[1];
  PetscCall(share_reals(comm, g->n_frames, &g->time));
  PetscCall(share_reals(comm, g->n_frames, (const double **)&m->file_time));
  PetscCall(share_reals(comm, g->n_frames * g->n_views, &g->angle));
  PetscCall(share_reals(comm, g->n_bins, &g->detector));
  PetscCall(share_mask(comm, g));
  PetscCall(share_text(comm, &m->time_unit));
  PetscCall(share_text(comm, &m->sample_unit));
  PetscCall(share_text(comm, &m->image_unit));
  PetscFunctionReturn(0);
}

static PetscErrorCode allocate(MPI_Comm comm, bool has_truth, qv_measurement *m) {
  const qv_geometry *g = &m->geometry;
  const int64_t      n = g->n_frames, length = (int64_t)g->n_views * g->n_bins;
  int                rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  m->first     = qv_layout_first_unit(n, rank, size);
  m->count     = qv_layout_first_unit(n, rank + 1, size) - m->first;
  m->n_samples = n * length;
  if (g->measured) {
    m->n_samples = 0;
    for (int64_t i = 0; i < n * length; i++) m->n_samples += g->measured[i];
  }
  PetscCall(PetscMalloc1(m->count * length, &m->samples));
  if (has_truth) PetscCall(PetscMalloc1(m->count * g->size * g->size + 1, &m->truth));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_measurement_read(MPI_Comm comm, const qv_path *path,
                                   const qv_measurement_choice *choice, qv_diag *diag,
                                   qv_measurement **measurement) {
  qv_measurement_file f = {.written = path->written, .choice = choice, .diag = diag};
  qv_measurement     *m;
  int                 rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(PetscNew(&m));
  *measurement = m;
  if (rank == 0) PetscCall(qv_measurement_examine(path, &f, m));
  PetscCall(qv_diag_share(comm, diag));
  if (!qv_diag_count(diag)) {
    PetscCall(share(comm, &f, m));
    PetscCall(allocate(comm, f.has_truth, m));
    PetscCall(ship_all(comm, &f, m));
    if (f.file) PetscCall(qv_h5_close(&f.file));
    PetscCall(qv_diag_share(comm, diag));
  }
  if (qv_diag_count(diag)) PetscCall(qv_measurement_destroy(measurement));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_measurement_destroy(qv_measurement **measurement) {
  qv_measurement *m = *measurement;

  PetscFunctionBegin;
  if (!m) PetscFunctionReturn(0);
  PetscCall(PetscFree(m->geometry.time));
  PetscCall(PetscFree(m->geometry.angle));
  PetscCall(PetscFree(m->geometry.detector));
  PetscCall(PetscFree(m->geometry.measured));
  PetscCall(PetscFree(m->samples));
  PetscCall(PetscFree(m->truth));
  PetscCall(PetscFree(m->file_time));
  PetscCall(PetscFree(m->time_unit));
  PetscCall(PetscFree(m->sample_unit));
  PetscCall(PetscFree(m->image_unit));
  PetscCall(PetscFree(*measurement));
  PetscFunctionReturn(0);
}
