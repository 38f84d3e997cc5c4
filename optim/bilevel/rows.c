/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows among groups of ranks: row r is done by group r mod groups, alone. What a row gives does not
 * depend on who does it, so neither does the result on the number of groups. */
#include "optim/bilevel/solve.h"
#include "solvers/parallel/agree.h"

PetscErrorCode qv_rows_split(qv_solve_state *s, MPI_Comm world) {
  const int64_t asked = s->params->groups, rows = s->method->exact ? 1 : s->params->seeds;
  int           rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(world, &rank));
  PetscCallMPI(MPI_Comm_size(world, &size));
  s->comm   = world;
  s->groups = (int)PetscMin(rows, (int64_t)size);
  if (asked != QV_UNSET_INT) s->groups = (int)PetscMin(asked, (int64_t)s->groups);
  if (s->groups == 1) PetscFunctionReturn(0);
  s->group = (int)((int64_t)rank * s->groups / size);
  PetscCallMPI(MPI_Comm_split(world, s->group, rank, &s->comm));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_rows_release(qv_solve_state *s) {
  PetscFunctionBegin;
  if (s->groups > 1) PetscCallMPI(MPI_Comm_free(&s->comm));
  PetscFunctionReturn(0);
}

/* What the row on its way has cost so far goes to its place. */
static void keep_costs(qv_solve_state *s) {
  const qv_count *count = &s->task->count;
  const double    now   = MPI_Wtime();
  if (!s->at) return;
  s->at[QV_AT_GRADIENTS]  = count->gradients;
  s->at[QV_AT_PRODUCTS]   = count->products;
  s->at[QV_AT_CROSSES]    = count->crosses;
  s->at[QV_AT_SAMPLES]    = count->samples;
  s->at[QV_AT_EXCHANGED]  = count->exchanged;
  s->at[QV_AT_REDUCTIONS] = count->reductions;
  s->at[QV_AT_BYTES]      = count->bytes;
  s->elapsed[s->at[QV_AT_ROW]] += now - s->since;
  s->since = now;
}

bool qv_rows_enter(qv_solve_state *s) {
  if (s->at && s->at[QV_AT_BEGUN] != QV_BEGUN_ENDED) return true;
  keep_costs(s);
  s->at = NULL;
  for (int64_t r = s->group; r < s->rows && !s->at; r += s->groups)
    if (s->place[r * QV_AT_WORDS + QV_AT_BEGUN] != QV_BEGUN_ENDED)
      s->at = s->place + r * QV_AT_WORDS;
  if (!s->at) return false;
  s->task->count   = (qv_count){.gradients  = s->at[QV_AT_GRADIENTS],
                                .products   = s->at[QV_AT_PRODUCTS],
                                .crosses    = s->at[QV_AT_CROSSES],
                                .samples    = s->at[QV_AT_SAMPLES],
                                .exchanged  = s->at[QV_AT_EXCHANGED],
                                .reductions = s->at[QV_AT_REDUCTIONS],
                                .bytes      = s->at[QV_AT_BYTES]};
  s->walk.momentum = 0;
  s->since         = MPI_Wtime();
  return true;
}

/* Row r from the first rank of its group to all. */
static PetscErrorCode send_row(qv_solve_state *s, MPI_Comm world, int64_t r) {
  const int64_t nx = s->vectors[0] * s->task->n_upper, ny = s->vectors[1] * s->task->n_lower;
  int           size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(world, &size));
  const int64_t g    = r % s->groups;
  const int     root = (int)((g * size + s->groups - 1) / s->groups);
  const struct {
    double *first;
    int64_t n;
  } part[] = {{s->upper, nx},
              {s->lower_v, ny},
              {s->setting, QV_SETTINGS},
              {s->row, QV_ROW_WORDS},
              {s->series, s->reports * QV_SERIES_COLUMNS},
              {s->meter, s->reports * QV_METERS},
              {s->elapsed, 1}};
  PetscCallMPI(MPI_Bcast(s->place + r * QV_AT_WORDS, QV_AT_WORDS, MPI_INT64_T, root, world));
  for (size_t k = 0; k < sizeof part / sizeof *part; k++)
    PetscCall(qv_agree_broadcast_from(world, root, part[k].first + r * part[k].n, part[k].n,
                                      sizeof *part[k].first));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_rows_share(qv_solve_state *s, MPI_Comm world) {
  PetscFunctionBegin;
  keep_costs(s);
  for (int64_t r = s->group; r < s->rows; r += s->groups)
    for (int k = 0; k < s->vectors[0]; k++)
      PetscCall(qv_task_gather(s->task, s->upper + (r * s->vectors[0] + k) * s->task->n_upper));
  for (int64_t r = 0; s->groups > 1 && r < s->rows; r++) PetscCall(send_row(s, world, r));
  PetscFunctionReturn(0);
}
