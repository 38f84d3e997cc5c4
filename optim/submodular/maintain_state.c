/* SPDX-License-Identifier: GPL-3.0-or-later
 * Checkpoints: the stream's offset, the live elements, the reports so far, and the engine in words.
 * Any number of ranks may go on from them, since the words say which guess they belong to. */
#include "optim/submodular/maintain.h"

/* All ranks' words on rank 0. */
static PetscErrorCode gather(const qv_run *run, qv_words *mine, qv_words *all) {
  const MPI_Comm comm = qv_run_comm(run);
  const int      size = qv_run_size(run);
  const int      n    = (int)mine->n;
  int           *count, *start;

  PetscFunctionBegin;
  PetscCheck(mine->n < INT32_MAX, PETSC_COMM_SELF, PETSC_ERR_SUP, "too large a state of a rank");
  PetscCall(PetscCalloc2(size, &count, size + 1, &start));
  PetscCallMPI(MPI_Allgather(&n, 1, MPI_INT, count, 1, MPI_INT, comm));
  all->n = 0;
  for (int r = 0; r < size; r++) {
    start[r] = (int)all->n;
    all->n += count[r];
  }
  PetscCheck(all->n < INT32_MAX, comm, PETSC_ERR_SUP, "too large a state for a checkpoint");
  if (qv_run_rank(run) == 0) PetscCall(PetscMalloc1(all->n, &all->word));
  PetscCallMPI(
    MPI_Gatherv(mine->word, n, MPI_INT64_T, all->word, count, start, MPI_INT64_T, 0, comm));
  PetscCall(PetscFree2(count, start));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_freeze(qv_run *run, void *state) {
  qv_maintain_state *s    = state;
  qv_words           mine = {0};

  PetscFunctionBegin;
  PetscCall(qv_maintain_sum_calls(run, s)); /* what was counted since the last report */
  PetscCall(qv_words_free(&s->words));
  if (s->group.rank == 0) PetscCall(s->engine->kind->freeze(s->engine, &mine));
  PetscCall(gather(run, &mine, &s->words));
  PetscCall(qv_words_free(&mine));
  s->counts.n_words = s->words.n;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_thaw(qv_run *run, void *state) {
  qv_maintain_state *s = state;

  PetscFunctionBegin;
  if (s->live && !qv_live_repeats(s->live))
    PetscCall(qv_diag_add(qv_run_diag(run), QV_EXIT_DECK, (qv_place){.file = s->params->source},
                          "is a live stream that cannot be read again from its beginning: --resume "
                          "cannot go on, --force starts anew"));
  s->ground.n_live = 0;
  for (int32_t e = 0; e < s->f->n; e++) s->ground.n_live += s->ground.live[e];
  PetscCall(s->engine->kind->recount(s->engine));
  for (int64_t at = 0; at < s->counts.n_words; at += 2 + s->words.word[at + 1])
    PetscCall(s->engine->kind->thaw(s->engine, s->words.word[at], s->words.word[at + 1],
                                    s->words.word + at + 2));
  PetscCall(qv_words_free(&s->words));
  PetscFunctionReturn(0);
}

static PetscErrorCode view_counts(void *state, qv_field_view *view) {
  qv_maintain_state *s = state;

  PetscFunctionBegin;
  *view =
    (qv_field_view){.rank = 1, .shape = {sizeof s->counts / sizeof(int64_t)}, .data = &s->counts};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_live(void *state, qv_field_view *view) {
  qv_maintain_state *s = state;

  PetscFunctionBegin;
  *view = (qv_field_view){.rank = 1, .shape = {s->f->n}, .data = s->ground.live};
  PetscFunctionReturn(0);
}

/* The next three have the length that the counts say: room is made when they are asked for. The
 * last row of the first two is not used; no field is empty. */
static PetscErrorCode view_chosen(void *state, qv_field_view *view) {
  qv_maintain_state *s = state;

  PetscFunctionBegin;
  PetscCall(qv_maintain_reserve(s));
  *view =
    (qv_field_view){.rank = 2, .shape = {s->counts.n_reports, s->params->k}, .data = s->chosen};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_gain(void *state, qv_field_view *view) {
  qv_maintain_state *s = state;

  PetscFunctionBegin;
  PetscCall(qv_maintain_reserve(s));
  *view = (qv_field_view){.rank = 2, .shape = {s->counts.n_reports, s->params->k}, .data = s->gain};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_words(void *state, qv_field_view *view) {
  qv_maintain_state *s = state;

  PetscFunctionBegin;
  if (!s->words.word) PetscCall(PetscMalloc1(s->counts.n_words, &s->words.word));
  *view = (qv_field_view){.rank = 1, .shape = {s->counts.n_words}, .data = s->words.word};
  PetscFunctionReturn(0);
}

const qv_field qv_maintain_fields[] = {{"counts", QV_I64, QV_REPLICATED, "1", view_counts},
                                       {"live", QV_U8, QV_REPLICATED, "1", view_live},
                                       {"chosen", QV_I64, QV_REPLICATED, "1", view_chosen},
                                       {"gain", QV_F64, QV_REPLICATED, "1", view_gain},
                                       {"engine", QV_I64, QV_REPLICATED, "1", view_words},
                                       {.name = NULL}};
