/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2,3,4 labels=fast timeout=60
 * Files of measurements: what comes back on each rank, and what is said of files that are wrong. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "imaging/measurement.h"
#include "solvers/parallel/layout.h"
#include "solvers/store/h5.h"
#include "tests/support/qv_test.h"

enum { T = 3, VIEWS = 2, BINS = 5, LENGTH = T * VIEWS * BINS, PIXELS = T * BINS * BINS };

/* What goes into a file; a NULL path leaves the set out. */
static double  samples[LENGTH], angle[T * VIEWS], at[T], detector[BINS], sigma, truth[PIXELS];
static int64_t n_truth, n_frames_of_angle;
static bool    has_angle, has_time, has_detector, has_sigma, has_truth;
static int     rank;

static void fresh(void) {
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  for (int i = 0; i < LENGTH; i++) samples[i] = i % BINS == 0 || i % BINS == BINS - 1 ? 0 : i + 1;
  for (int i = 0; i < T * VIEWS; i++) angle[i] = 0.25 * i;
  for (int t = 0; t < T; t++) at[t] = 10 + 2 * t * t;
  for (int j = 0; j < BINS; j++) detector[j] = 0.5 * j - 1 + 0.01 * j * j;
  for (int i = 0; i < PIXELS; i++) truth[i] = i;
  sigma             = 0.5;
  n_truth           = BINS;
  n_frames_of_angle = T;
  has_angle = has_time = has_detector = has_sigma = has_truth = true;
}

static PetscErrorCode put(qv_h5 *file, bool is_there, qv_array array, const void *data) {
  PetscFunctionBegin;
  array.type      = QV_F64;
  array.unit      = strcmp(array.path, "/data/time") ? "1" : "s";
  array.long_name = "x";
  if (is_there) PetscCall(qv_h5_write(file, &array, data));
  PetscFunctionReturn(0);
}

static PetscErrorCode write_file(void) {
  qv_h5 *file;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  if (rank == 0) {
    PetscCall(qv_h5_create("m.h5", &file));
    PetscCall(qv_h5_group(file, "/data"));
    PetscCall(qv_h5_group(file, "/truth"));
    PetscCall(put(file, true,
                  (qv_array){.path = "/data/samples", .rank = 3, .shape = {T, VIEWS, BINS}},
                  samples));
    PetscCall(put(file, has_angle,
                  (qv_array){.path = "/data/angle", .rank = 2, .shape = {n_frames_of_angle, VIEWS}},
                  angle));
    PetscCall(put(file, has_time, (qv_array){.path = "/data/time", .rank = 1, .shape = {T}}, at));
    PetscCall(put(file, has_detector,
                  (qv_array){.path = "/data/detector", .rank = 1, .shape = {BINS}}, detector));
    PetscCall(put(file, has_sigma, (qv_array){.path = "/data/sigma", .rank = 0}, &sigma));
    PetscCall(put(file, has_truth,
                  (qv_array){.path = "/truth/image", .rank = 3, .shape = {T, n_truth, n_truth}},
                  truth));
    PetscCall(qv_h5_close(&file));
  }
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  PetscFunctionReturn(0);
}

static const qv_measurement_choice as_found = {.model = -1, .size = QV_UNSET_INT, .sigma = NAN};

static PetscErrorCode read_file(const qv_measurement_choice *choice, qv_diag *diag,
                                qv_measurement **m) {
  char    name[] = "m.h5", found[] = "./m.h5";
  qv_path path = {.written = name, .found = found};

  PetscFunctionBegin;
  PetscCall(qv_measurement_read(PETSC_COMM_WORLD, &path, choice, diag, m));
  PetscFunctionReturn(0);
}

/* All that diag says, as one text. */
static void said(const qv_diag *diag, char text[2000]) {
  FILE *file = tmpfile();
  qv_diag_print(diag, file);
  rewind(file);
  text[fread(text, 1, 1999, file)] = 0;
  fclose(file);
}

static PetscErrorCode comes_back(void) {
  qv_measurement *m;
  qv_diag        *diag;
  int             size;
  fresh();
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  PetscCall(write_file());
  PetscCall(qv_diag_create(&diag));
  PetscCall(read_file(&as_found, diag, &m));
  EXPECT_INT(qv_diag_count(diag), 0);
  EXPECT_INT(m->geometry.model, qv_forward_model_named("radon2d"));
  EXPECT_INT(m->geometry.n_frames, T);
  EXPECT_INT(m->geometry.size, BINS);
  EXPECT_INT(m->geometry.n_views, VIEWS);
  EXPECT_INT(m->n_samples, LENGTH);
  EXPECT_INT(m->first, qv_layout_first_unit(T, rank, size));
  EXPECT_INT(m->first + m->count, qv_layout_first_unit(T, rank + 1, size));
  for (int64_t i = 0; i < m->count * VIEWS * BINS; i++)
    EXPECT_BITS(m->samples[i], samples[m->first * VIEWS * BINS + i]);
  for (int64_t i = 0; i < m->count * BINS * BINS; i++)
    EXPECT_BITS(m->truth[i], truth[m->first * BINS * BINS + i]);
  EXPECT(!memcmp(m->geometry.angle, angle, sizeof angle));
  EXPECT(!memcmp(m->geometry.detector, detector, sizeof detector));
  EXPECT_REL(m->geometry.time[1], 0.25, 1e-15); /* 10, 12, 18 */
  EXPECT_BITS(m->geometry.time[2], 1);
  EXPECT_BITS(m->file_time[1], 12);
  EXPECT_TEXT(m->time_unit, "s");
  EXPECT_TEXT(m->sample_unit, "1");
  EXPECT_BITS(m->sigma, 0.5);
  EXPECT(isnan(m->model_error));
  EXPECT_BITS(m->largest, LENGTH - 1);
  PetscCall(qv_measurement_destroy(&m));
  EXPECT(m == NULL);
  PetscCall(qv_diag_destroy(&diag));
  return 0;
}

static PetscErrorCode defaults(void) {
  qv_measurement       *m;
  qv_diag              *diag;
  qv_measurement_choice choice = as_found;
  fresh();
  has_time = has_detector = has_sigma = has_truth = false;
  PetscCall(write_file());
  PetscCall(qv_diag_create(&diag));
  choice.size  = 10;
  choice.sigma = 2;
  PetscCall(read_file(&choice, diag, &m));
  EXPECT_INT(qv_diag_count(diag), 0);
  EXPECT_INT(m->geometry.size, 10);
  EXPECT(m->truth == NULL);
  EXPECT_BITS(m->sigma, 2);
  EXPECT_BITS(m->geometry.time[1], 0.5);
  EXPECT_REL(m->geometry.detector[0], -0.4, 1e-15); /* five bins at the middle of ten pixels */
  EXPECT_BITS(m->geometry.detector[2], 0);
  PetscCall(qv_measurement_destroy(&m));
  PetscCall(qv_diag_destroy(&diag));
  return 0;
}

/* Write the file, read it, and look for a text; mistakes or a warning. */
static void says(const qv_measurement_choice *choice, const char *want, bool is_mistake) {
  qv_measurement *m;
  qv_diag        *diag;
  char            text[2000];
  PetscCallAbort(PETSC_COMM_WORLD, write_file());
  PetscCallAbort(PETSC_COMM_WORLD, qv_diag_create(&diag));
  PetscCallAbort(PETSC_COMM_WORLD, read_file(choice, diag, &m));
  said(diag, text);
  if (!strstr(text, want)) qv_test_fail(__FILE__, __LINE__, "'%s' is not said: %s", want, text);
  EXPECT((m == NULL) == is_mistake);
  EXPECT_INT(qv_diag_exit_code(diag), is_mistake ? QV_EXIT_DATA : 0);
  PetscCallAbort(PETSC_COMM_WORLD, qv_measurement_destroy(&m));
  PetscCallAbort(PETSC_COMM_WORLD, qv_diag_destroy(&diag));
  fresh();
}

static PetscErrorCode wrong_shapes(void) {
  qv_measurement_choice choice = as_found;
  fresh();
  has_angle = false;
  says(&as_found, "m.h5: there is no /data/angle [frame, view]", true);
  n_frames_of_angle = 2;
  says(&as_found, "m.h5: /data/angle has the shape [2, 2], expected reals [frame, view] = [3, 2]",
       true);
  n_truth = 4;
  says(&as_found,
       "m.h5: /truth/image has the shape [3, 4, 4], expected reals [frame, y, x] = [3, 5, 5]",
       true);
  choice.size = 7;
  says(&choice,
       "m.h5: /truth/image has the shape [3, 5, 5], expected reals [frame, y, x] = [3, 7, 7]",
       true);
  choice       = as_found;
  choice.model = qv_forward_model_named("mask");
  says(&choice, "m.h5: there is no /data/measured [frame, view, bin]", true);
  choice.model = qv_forward_model_named("identity");
  says(&choice, "has frames of 2 x 5, but the model 'identity' measures 5 x 5 pixels", true);
  return 0;
}

static PetscErrorCode wrong_values(void) {
  fresh();
  samples[(2 * VIEWS + 1) * BINS + 3] = NAN;
  samples[LENGTH - 1]                 = INFINITY;
  says(&as_found, "m.h5: /data/samples[2, 1, 3] is not finite", true);
  truth[BINS * BINS + BINS + 2] = -INFINITY;
  says(&as_found, "m.h5: /truth/image[1, 1, 2] is not finite", true);
  memset(samples, 0, sizeof samples);
  says(&as_found, "m.h5: all of /data/samples is 0", true);
  angle[3] = NAN;
  says(&as_found, "m.h5: entry 3 of /data/angle is not finite", true);
  at[2] = at[1];
  says(&as_found, "m.h5: /data/time must increase: entry 2 is 12 after 12", true);
  detector[1] = -2;
  says(&as_found, "m.h5: /data/detector must increase: entry 1 is -2 after -1", true);
  sigma = 0;
  says(&as_found, "m.h5: /data/sigma is 0, must be positive", true);
  sigma = -1, at[1] = 3, angle[0] = INFINITY; /* all in one go */
  says(&as_found, "m.h5: /data/time must increase", true);
  return 0;
}

static PetscErrorCode warnings(void) {
  fresh();
  angle[4] = 90;
  says(&as_found, "/data/angle goes up to 90; angles are radians, not degrees", false);
  memset(angle, 0, sizeof angle);
  says(&as_found, "all angles are 0: the images are not determined", false);
  samples[BINS] = 6;
  says(&as_found, "/data/samples reaches 6 at the ends of the detector, 12 sigma", false);
  memset(truth, 0, sizeof truth);
  says(&as_found, "all of /truth/image is 0", false);
  return 0;
}

static PetscErrorCode no_hdf5(void) {
  qv_measurement *m;
  qv_diag        *diag;
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  if (rank == 0) {
    FILE *file = fopen("m.h5", "w");
    fputs("no numbers here\n", file);
    fclose(file);
  }
  PetscCall(qv_diag_create(&diag));
  PetscCall(read_file(&as_found, diag, &m));
  EXPECT(m == NULL);
  EXPECT_INT(qv_diag_count(diag), 1);
  EXPECT_INT(qv_diag_exit_code(diag), QV_EXIT_DATA);
  PetscCall(qv_diag_destroy(&diag));
  return 0;
}

/* Pixels, some of them measured: /data/measured counts and clears. */
static PetscErrorCode masked(void) {
  enum { N = 4 };
  double          value[2 * N * N], kept[2 * N * N];
  qv_measurement *m;
  qv_diag        *diag;
  qv_h5          *file;
  for (int i = 0; i < 2 * N * N; i++) value[i] = i + 1, kept[i] = i % 3 == 0;
  value[1] = NAN; /* not measured: nobody minds */
  if (rank == 0) {
    PetscCall(qv_h5_create("m.h5", &file));
    PetscCall(qv_h5_group(file, "/data"));
    PetscCall(
      put(file, true, (qv_array){.path = "/data/samples", .rank = 3, .shape = {2, N, N}}, value));
    PetscCall(
      put(file, true, (qv_array){.path = "/data/measured", .rank = 3, .shape = {2, N, N}}, kept));
    PetscCall(qv_h5_close(&file));
  }
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  PetscCall(qv_diag_create(&diag));
  PetscCall(read_file(&as_found, diag, &m));
  EXPECT_INT(qv_diag_count(diag), 0);
  EXPECT_INT(m->geometry.model, qv_forward_model_named("mask"));
  EXPECT_INT(m->n_samples, 11);
  for (int64_t i = 0; i < m->count * N * N; i++) {
    const int64_t all = m->first * N * N + i;
    EXPECT_BITS(m->samples[i], all % 3 ? 0 : (double)all + 1);
  }
  PetscCall(qv_measurement_destroy(&m));
  PetscCall(qv_diag_destroy(&diag));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"what was written comes back", comes_back},
               {"defaults and choices", defaults}, {"wrong shapes", wrong_shapes},
               {"wrong values", wrong_values}, {"warnings", warnings}, {"no HDF5", no_hdf5},
               {"a mask", masked});
}
