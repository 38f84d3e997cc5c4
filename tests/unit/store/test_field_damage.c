/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2,3,4 labels=fast timeout=90
 * A state whose file was damaged is refused, and ranks fail together where it cannot be written. */
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "tests/unit/store/field_state.h"
#include "tests/unit/store/sample.h"

/* Where the bits of x lie in the file. */
static size_t place_of(const char *bytes, size_t length, double x) {
  size_t at = 0;
  while (at + 8 <= length && memcmp(bytes + at, &x, 8) != 0) at++;
  return at;
}

static PetscErrorCode refuses_damage(void) {
  static const double of[] = {1, 2, 3};
  state               s;
  int                 rank;
  size_t              length = 0;
  char               *bytes  = NULL;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(state_make(PETSC_COMM_WORLD, true, &s));
  PetscCall(state_deal_unevenly(&s, 11));
  PetscCall(state_save(&s, state_fields, "a.h5"));
  PetscCall(state_drop(&s));
  if (rank == 0) bytes = sample_bytes("a.h5", &length);
  for (int i = 0; i < 3; i++) { /* one bit of a number of each distributed field */
    if (rank == 0) {
      const size_t at = place_of(bytes, length, state_truth((int)of[i], 90));
      EXPECT(at + 8 <= length);
      bytes[at + 3] ^= 0x10;
      sample_put("damaged.h5", bytes, length);
      bytes[at + 3] ^= 0x10;
    }
    PetscCall(state_expect_reason(state_fields, "damaged.h5",
                                  "is damaged: the checksum of its state is wrong", true));
  }
  for (int i = 1; i < 8; i++) {
    if (rank == 0) sample_put("damaged.h5", bytes, length * (size_t)i / 8);
    PetscCall(state_expect_reason(state_fields, "damaged.h5", "damaged", true));
  }
  free(bytes);
  PetscFunctionReturn(0);
}

/* One bit of every byte of some fields' data. (Bits of HDF5's own structures are another matter:
 * HDF5 1.10 itself may crash over them, so the driver proves the whole file before it is opened.)
 */
static PetscErrorCode refuses_every_flipped_byte(void) {
  state          s;
  int            rank;
  size_t         length = 0, begin = 0;
  char          *bytes = NULL;
  unsigned char  flags[N_ROWS];
  const qv_field few[] = {state_fields[1], state_fields[5], {.name = NULL}};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(state_make(PETSC_COMM_WORLD, true, &s));
  PetscCall(state_save(&s, few, "e.h5"));
  PetscCall(state_drop(&s));
  if (rank == 0) bytes = sample_bytes("e.h5", &length);
  for (int i = 0; i < N_ROWS; i++) flags[i] = (unsigned char)(200 + i);
  while (begin + N_ROWS < length && memcmp(bytes + begin, flags, N_ROWS) != 0) begin++;
  for (size_t i = 0; i < N_ROWS; i++) {
    if (rank == 0) {
      bytes[begin + i] ^= (char)(1u << (i % 8));
      sample_put("flipped.h5", bytes, length);
      bytes[begin + i] ^= (char)(1u << (i % 8));
    }
    PetscCall(state_expect_reason(few, "flipped.h5",
                                  "is damaged: the checksum of its state is wrong", true));
  }
  free(bytes);
  PetscFunctionReturn(0);
}

/* Rank 0 cannot write: all ranks return, with one code. */
static PetscErrorCode fails_together(void) {
  state          s;
  qv_h5         *file = NULL;
  int            rank;
  PetscErrorCode code;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(state_make(PETSC_COMM_WORLD, true, &s));
  if (rank == 0) PetscCall(qv_h5_create("d.h5", &file));
  if (rank == 0)
    PetscCall(qv_h5_write(file, &(qv_array){.path = "/state/flag", .type = QV_F64, .unit = "1"},
                          &s.scalar));
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  code = qv_field_save(PETSC_COMM_WORLD, state_fields, &s, file);
  if (rank == 0) qv_h5_close(&file);
  PetscCall(PetscPopErrorHandler());
  EXPECT_INT(code, PETSC_ERR_FILE_WRITE);
  PetscCall(state_drop(&s));
  PetscFunctionReturn(0);
}

/* Writing stops in the middle of a large field, as on a full disk. */
static PetscErrorCode fails_together_half_way(void) {
  state          s;
  qv_h5         *file = NULL;
  struct rlimit  before, small;
  int            rank;
  PetscErrorCode code;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(state_make(PETSC_COMM_WORLD, true, &s));
  if (rank == 0) PetscCall(qv_h5_create("full.h5", &file));
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  getrlimit(RLIMIT_FSIZE, &before);
  small          = before;
  small.rlim_cur = 1 << 21;
  if (rank == 0) setrlimit(RLIMIT_FSIZE, &small);
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  code = qv_field_save(PETSC_COMM_WORLD, state_fields, &s, file);
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  if (rank == 0) EXPECT(qv_h5_close(&file) != 0);
  PetscCall(PetscPopErrorHandler());
  EXPECT_INT(code, PETSC_ERR_FILE_WRITE);
  PetscCall(state_drop(&s));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"damage", refuses_damage},
               {"flipped bytes", refuses_every_flipped_byte}, {"failure to write", fails_together},
               {"failure half way", fails_together_half_way});
}
