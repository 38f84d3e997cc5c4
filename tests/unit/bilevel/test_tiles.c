/* SPDX-License-Identifier: GPL-3.0-or-later
 * Draws of batches: against Floyd's algorithm with a mark for each sample, and as chances.
 * qv-test: np=1,2,3,4 labels=fast timeout=30 */
#include <math.h>

#include "optim/bilevel/tiles.h"
#include "tests/support/qv_test.h"

enum { MOST = 2000 };

/* The samples of a batch in the order of their draws. */
static int64_t draw_plainly(const qv_batch *batch, int64_t n, int64_t sample[MOST]) {
  const int64_t parts        = batch->parts > 1 ? batch->parts : 1;
  bool          chosen[MOST] = {false};
  int64_t       number[MOST], all = 0, drawn = 0;
  for (int64_t i = batch->part; i < n; i += parts) number[all++] = i;
  const int64_t size = batch->size && batch->size < all ? batch->size : all;
  for (int64_t j = all - size; j < all; j++, drawn++) {
    int64_t k = j;
    if (size < all)
      k = (int64_t)qv_random_below(batch->stream, (uint64_t)batch->index, (uint64_t)drawn,
                                   (uint64_t)(j + 1));
    if (chosen[k]) k = j;
    chosen[k]     = true;
    sample[drawn] = number[k];
  }
  return drawn;
}

static PetscErrorCode compare(qv_tiles *t, const qv_batch *batch) {
  int64_t expected[MOST], wrong = 0, own = 0, all = 0;

  PetscFunctionBegin;
  const int64_t drawn = draw_plainly(batch, t->n, expected);
  PetscCall(qv_tiles_draw(t, batch));
  EXPECT_INT(t->drawn, drawn);
  for (int k = 0; k < t->n_tiles; k++) {
    const int64_t first = qv_tiles_first(t->n, t->tile + k),
                  end   = qv_tiles_first(t->n, t->tile + k + 1);
    int64_t at          = t->start[k];
    for (int64_t i = 0; i < drawn; i++)
      if (expected[i] >= first && expected[i] < end)
        wrong += at >= t->start[k + 1] || t->sample[at++] != expected[i];
    wrong += at != t->start[k + 1];
  }
  EXPECT_INT(wrong, 0);
  own = t->start[t->n_tiles];
  PetscCallMPI(MPI_Allreduce(&own, &all, 1, MPI_INT64_T, MPI_SUM, PETSC_COMM_WORLD));
  EXPECT_INT(all, drawn);
  PetscFunctionReturn(0);
}

/* Tables of samples and batches of all sizes, of all samples and of parts; one object after the
 * other's draws. */
static PetscErrorCode draws_are_floyds(void) {
  const int64_t samples[] = {1, 2, 5, 15, 16, 17, 100, 1999}, sizes[] = {1, 2, 3, 16, 64, 99, 1998};

  PetscFunctionBegin;
  for (size_t s = 0; s < sizeof samples / sizeof *samples; s++) {
    qv_tiles *t;
    PetscCall(qv_tiles_create(PETSC_COMM_WORLD, samples[s], &t));
    for (int64_t index = 0; index < 42; index++) {
      const int64_t parts = 1 + index % 3;
      qv_batch      batch = {.stream = qv_stream_named(7, "batches"),
                             .index  = index,
                             .size   = sizes[index % 7],
                             .parts  = parts,
                             .part   = index % parts};
      if (batch.part < samples[s]) PetscCall(compare(t, &batch));
    }
    PetscCall(qv_tiles_destroy(&t));
  }
  PetscFunctionReturn(0);
}

/* Each sample, and each pair of them, is drawn as often as it should: within 5 standard errors. */
static PetscErrorCode draws_are_fair(void) {
  enum { N = 12, SIZE = 5, DRAWS = 20000 };
  double    single[N] = {0}, pair[N][N] = {{0}}, worst = 0;
  qv_tiles *t;

  PetscFunctionBegin;
  PetscCall(qv_tiles_create(PETSC_COMM_SELF, N, &t));
  for (int64_t d = 0; d < DRAWS; d++) {
    const qv_batch batch = {.stream = qv_stream_named(3, "fair"), .index = d, .size = SIZE};
    PetscCall(qv_tiles_draw(t, &batch));
    for (int i = 0; i < SIZE; i++) {
      single[t->sample[i]]++;
      for (int j = 0; j < i; j++)
        pair[PetscMin(t->sample[i], t->sample[j])][PetscMax(t->sample[i], t->sample[j])]++;
    }
  }
  PetscCall(qv_tiles_destroy(&t));
  const double one = (double)SIZE / N, two = one * (SIZE - 1) / (N - 1);
  for (int i = 0; i < N; i++) {
    worst = fmax(worst, fabs(single[i] - DRAWS * one) / sqrt(DRAWS * one * (1 - one)));
    for (int j = i + 1; j < N; j++)
      worst = fmax(worst, fabs(pair[i][j] - DRAWS * two) / sqrt(DRAWS * two * (1 - two)));
  }
  EXPECT(worst < 5);
  EXPECT(worst > 0.5); /* and by chance */
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"a draw is that of Floyd's algorithm", draws_are_floyds},
               {"all samples and pairs have the same chance", draws_are_fair});
}
