/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2,3 labels=fast timeout=30 */
#include "solvers/parallel/agree.h"
#include "tests/support/qv_test.h"

/* Entry i of an array whose bytes all matter and never repeat within one message. */
static uint64_t entry(int64_t i) {
  return (uint64_t)(i + 1) * 0x9e3779b97f4a7c15u;
}

/* Every rank ends with rank 0's array, and with its own bytes behind the end. */
static PetscErrorCode carries(int64_t count) {
  const size_t   room  = (size_t)count + 1;
  const uint64_t guard = 0x0123456789abcdefu;
  uint64_t      *data;
  int64_t        bad = 0;
  int            rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(PetscMalloc1(room, &data));
  for (int64_t i = 0; i < count; i++) data[i] = rank ? 0 : entry(i);
  data[count] = guard + (uint64_t)rank;
  PetscCall(qv_agree_broadcast(PETSC_COMM_WORLD, data, count, sizeof *data));
  for (int64_t i = 0; i < count; i++) bad += data[i] != entry(i);
  EXPECT_INT(bad, 0);
  EXPECT(data[count] == guard + (uint64_t)rank);
  PetscCall(PetscFree(data));
  PetscFunctionReturn(0);
}

/* A message takes 2^24 bytes, 2^21 of these entries. */
static PetscErrorCode carries_arrays_of_any_length(void) {
  const int64_t count[] = {0, 1, 1000, (1 << 21) - 1, 1 << 21, (1 << 21) + 1, 5 * (1 << 20) + 3};

  PetscFunctionBegin;
  for (size_t i = 0; i < sizeof count / sizeof *count; i++) PetscCall(carries(count[i]));
  PetscFunctionReturn(0);
}

/* Entries of three bytes, which the end of a message cuts in two. */
static PetscErrorCode carries_entries_of_any_size(void) {
  const int64_t  count = 12000001;
  unsigned char *data;
  int64_t        bad = 0;
  int            rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(PetscCalloc1((size_t)(3 * count), &data));
  for (int64_t i = 0; rank == 0 && i < 3 * count; i++) data[i] = (unsigned char)(entry(i) >> 56);
  PetscCall(qv_agree_broadcast(PETSC_COMM_WORLD, data, count, 3));
  for (int64_t i = 0; i < 3 * count; i++) bad += data[i] != (unsigned char)(entry(i) >> 56);
  EXPECT_INT(bad, 0);
  PetscCall(PetscFree(data));
  PetscFunctionReturn(0);
}

/* The last rank's array becomes everybody's. */
static PetscErrorCode carries_from_any_rank(void) {
  const int64_t count = (1 << 21) + 7;
  uint64_t     *data;
  int64_t       bad = 0;
  int           rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  PetscCall(PetscMalloc1((size_t)count, &data));
  for (int64_t i = 0; i < count; i++) data[i] = entry(i) + (uint64_t)rank;
  PetscCall(qv_agree_broadcast_from(PETSC_COMM_WORLD, size - 1, data, count, sizeof *data));
  for (int64_t i = 0; i < count; i++) bad += data[i] != entry(i) + (uint64_t)(size - 1);
  EXPECT_INT(bad, 0);
  PetscCall(PetscFree(data));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv,
               {"a broadcast carries arrays of any length", carries_arrays_of_any_length},
               {"a broadcast carries entries of any size", carries_entries_of_any_size},
               {"a broadcast carries from any rank", carries_from_any_rank});
}
