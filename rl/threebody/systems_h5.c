/* SPDX-License-Identifier: GPL-3.0-or-later
 * Systems from the sets mass [system, 3], position and velocity [system, 3, 2 or 3] and, if it is
 * there, system [system] of an HDF5 file. */
#include "rl/threebody/systems_input.h"
#include "solvers/store/h5.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SYSTEM, MASS, POSITION, VELOCITY, SETS };

static const char *const paths[SETS]  = {"/system", "/mass", "/position", "/velocity"};
static const char *const shapes[SETS] = {"[system]", "[system, 3]", "[system, 3, 2 or 3]",
                                         "[system, 3, 2 or 3]"};

typedef struct {
  qv_systems_input *input;
  qv_h5            *h5;
  qv_array          array[SETS];
  bool              there[SETS];
  void             *data[SETS];
} reader;

/* "[4, 3]" */
static void name_shape(const qv_array *array, char text[128]) {
  int used = snprintf(text, 128, "[");
  for (int i = 0; i < array->rank && used < 100; i++)
    used += snprintf(text + used, (size_t)(128 - used), "%s%lld", i ? ", " : "",
                     (long long)array->shape[i]);
  snprintf(text + used, (size_t)(128 - used), "]");
}

static bool fits(int set, const qv_array *array) {
  const int64_t *shape = array->shape;
  if (set == SYSTEM) return array->rank == 1;
  if (set == MASS) return array->rank == 2 && shape[1] == 3;
  return array->rank == 3 && shape[1] == 3 && (shape[2] == 2 || shape[2] == 3);
}

static PetscErrorCode find_set(reader *r, int set) {
  const char *reason;
  char        shape[128];

  PetscFunctionBegin;
  PetscCall(qv_h5_find(r->h5, paths[set], &r->array[set], &reason));
  r->there[set] = !reason;
  if (reason) {
    PetscCall(qv_systems_input_complain(r->input, 0, "%s; expected %s", reason, shapes[set]));
  } else if (!fits(set, &r->array[set])) {
    name_shape(&r->array[set], shape);
    PetscCall(qv_systems_input_complain(r->input, 0, "'%s' has shape %s, expected %s", paths[set],
                                        shape, shapes[set]));
  }
  PetscFunctionReturn(0);
}

/* Every set has the same systems and axes as the first that is there. */
static PetscErrorCode check_shapes(reader *r) {
  const qv_array *mass = &r->array[MASS];
  const int64_t   axes = r->array[POSITION].shape[2];

  PetscFunctionBegin;
  if (mass->shape[0] == 0)
    PetscCall(qv_systems_input_complain(r->input, 0, "'/mass' has no systems"));
  for (int set = 0; set < SETS; set++)
    if (r->there[set] && r->array[set].shape[0] != mass->shape[0])
      PetscCall(qv_systems_input_complain(r->input, 0, "'%s' has %lld systems, '/mass' has %lld",
                                          paths[set], (long long)r->array[set].shape[0],
                                          (long long)mass->shape[0]));
  if (r->array[VELOCITY].shape[2] != axes)
    PetscCall(qv_systems_input_complain(r->input, 0,
                                        "'/velocity' has %lld axes, '/position' has %lld",
                                        (long long)r->array[VELOCITY].shape[2], (long long)axes));
  PetscFunctionReturn(0);
}

static PetscErrorCode look_for_ids(qv_h5 *file, const char *path, bool is_group, void *context) {
  bool *found = context;

  PetscFunctionBegin;
  (void)file, (void)is_group;
  *found = *found || strcmp(path, paths[SYSTEM]) == 0;
  PetscFunctionReturn(0);
}

static PetscErrorCode find_sets(reader *r) {
  const char *reason;
  qv_array    ids;
  bool        has_ids = true;

  PetscFunctionBegin;
  PetscCall(qv_h5_find(r->h5, paths[SYSTEM], &ids, &reason));
  if (reason) { /* not there, or there but of no use? */
    has_ids = false;
    PetscCall(qv_h5_visit(r->h5, "/", look_for_ids, &has_ids));
  }
  for (int set = has_ids ? SYSTEM : MASS; set < SETS; set++) PetscCall(find_set(r, set));
  if (r->input->n_mistakes == 0) PetscCall(check_shapes(r));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_sets(reader *r) {
  const char *reason;

  PetscFunctionBegin;
  for (int set = 0; set < SETS; set++) {
    if (!r->there[set]) continue;
    PetscCall(
      qv_h5_read(r->h5, paths[set], set == SYSTEM ? QV_I64 : QV_F64, &r->data[set], &reason));
    if (reason) PetscCall(qv_systems_input_complain(r->input, 0, "%s", reason));
  }
  PetscFunctionReturn(0);
}

/* Not finite, or a mass that is not positive. */
static PetscErrorCode check_numbers(reader *r, int set) {
  const qv_array *array  = &r->array[set];
  const int64_t   length = qv_array_length(array), row = qv_array_row_length(array);
  const double   *value = r->data[set];

  PetscFunctionBegin;
  for (int64_t i = 0; i < length; i++) {
    if (isfinite(value[i]) && (set != MASS || value[i] > 0)) continue;
    const int64_t axes = row / 3, body = i % row / axes;
    char          axis[8] = "";
    if (set != MASS) snprintf(axis, sizeof axis, ", %d", (int)(i % axes));
    PetscCall(qv_systems_input_complain(r->input, 0, "'%s'[%lld, %d%s] is %g; expected a %s number",
                                        paths[set], (long long)(i / row), (int)body, axis, value[i],
                                        set == MASS ? "positive" : "finite"));
  }
  PetscFunctionReturn(0);
}

static void take_row(const reader *r, int64_t row, int axes, qv_system *system) {
  const double *mass     = (const double *)r->data[MASS] + 3 * row;
  const double *position = (const double *)r->data[POSITION] + 3 * axes * row;
  const double *velocity = (const double *)r->data[VELOCITY] + 3 * axes * row;
  for (int b = 0; b < 3; b++) {
    system->mass[b] = mass[b];
    for (int k = 0; k < axes; k++) {
      system->position[b][k] = position[axes * b + k];
      system->velocity[b][k] = velocity[axes * b + k];
    }
  }
}

static PetscErrorCode take_systems(reader *r, qv_systems_key *keys, qv_system_file *file) {
  const int64_t *ids = r->data[SYSTEM];
  int            a, b;

  PetscFunctionBegin;
  for (int64_t i = 0; i < file->n; i++) keys[i] = (qv_systems_key){ids ? ids[i] : i, i};
  qv_systems_input_sort(file->n, keys);
  for (int64_t i = 0; i < file->n; i++) {
    file->id[i] = keys[i].id;
    take_row(r, keys[i].row, file->axes, &file->system[i]);
    if (i && keys[i].id == keys[i - 1].id)
      PetscCall(qv_systems_input_complain(r->input, 0, "'/system' has %lld in rows %lld and %lld",
                                          (long long)keys[i].id, (long long)keys[i - 1].row,
                                          (long long)keys[i].row));
    if (qv_systems_input_coincide(&file->system[i], &a, &b))
      PetscCall(qv_systems_input_complain(
        r->input, 0,
        "'/position': bodies %d and %d of system %lld (row %lld) are at the same place", a, b,
        (long long)keys[i].id, (long long)keys[i].row));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode judge(reader *r, qv_system_file *file) {
  qv_systems_key *keys;

  PetscFunctionBegin;
  PetscCall(find_sets(r));
  if (r->input->n_mistakes == 0) PetscCall(read_sets(r));
  if (r->input->n_mistakes) PetscFunctionReturn(0);
  for (int set = MASS; set < SETS; set++) PetscCall(check_numbers(r, set));
  file->n    = r->array[MASS].shape[0];
  file->axes = (int)r->array[POSITION].shape[2];
  PetscCall(PetscMalloc1((size_t)file->n, &file->id));
  PetscCall(PetscCalloc1((size_t)file->n, &file->system));
  PetscCall(PetscMalloc1((size_t)file->n, &keys));
  PetscCall(take_systems(r, keys, file));
  PetscCall(PetscFree(keys));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_systems_h5_judge(qv_systems_input *input, const char *path,
                                   qv_system_file *file) {
  reader      r = {.input = input};
  const char *reason;

  PetscFunctionBegin;
  PetscCall(qv_h5_open(path, &r.h5, &reason));
  if (reason) {
    PetscCall(qv_systems_input_complain(input, 0, "%s", reason));
    PetscFunctionReturn(0);
  }
  PetscCall(judge(&r, file));
  for (int set = 0; set < SETS; set++) PetscCall(PetscFree(r.data[set]));
  PetscCall(qv_h5_close(&r.h5));
  PetscFunctionReturn(0);
}
