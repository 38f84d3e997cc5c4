/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_data.h"

#include "solvers/figure/figure.h"

#include <stdio.h>
#include <string.h>

static const char unreadable[] = "a data set with a view, or a scale of it, cannot be read";

/* Entries read in one go. */
enum { BLOCK = 1 << 20 };

PetscErrorCode qv_view_data_label(const char *name, const char *unit, char **label) {
  const bool   has_unit = unit && *unit && strcmp(unit, "1");
  const size_t room     = strlen(name) + (has_unit ? strlen(unit) : 0) + 4;
  PetscFunctionBegin;
  PetscCall(PetscMalloc1(room, label));
  snprintf(*label, room, has_unit ? "%s [%s]" : "%s", name, unit);
  PetscFunctionReturn(0);
}

/* The data set that gives axis `axis` its values; NULL where there is none of the right length. The
 * rows of /run/series are those of /series. */
static PetscErrorCode find_scale(qv_h5 *file, const qv_array *array, int axis, char **path,
                                 qv_array *scale) {
  static const char beside[] = "/run/series/";
  const size_t      folder   = (size_t)(strrchr(array->path, '/') - array->path) + 1;
  const int         skip     = strncmp(array->path, beside, strlen(beside)) ? 0 : 4;
  const char       *reason, *name = array->axes[axis];
  PetscFunctionBegin;
  *path = NULL;
  if (!name) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1(folder + strlen(name) + 1, path));
  memcpy(*path, array->path, folder);
  memcpy(*path + folder, name, strlen(name) + 1);
  PetscCall(qv_h5_find(file, *path + skip, scale, &reason));
  if (!reason && skip) memmove(*path, *path + skip, strlen(*path + skip) + 1);
  if (reason && skip) PetscCall(qv_h5_find(file, *path, scale, &reason));
  if (reason || scale->rank != 1 || scale->shape[0] != array->shape[axis] ||
      (scale->type != QV_F64 && scale->type != QV_I64 && scale->type != QV_TEXT))
    PetscCall(PetscFree(*path));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_data_scale(qv_h5 *file, const qv_array *array, int axis, double **value,
                                  const char **reason) {
  char    *path;
  void    *read = NULL;
  qv_array scale;
  PetscFunctionBegin;
  *value = NULL;
  PetscCall(find_scale(file, array, axis, &path, &scale));
  if (path && scale.type != QV_TEXT) {
    PetscCall(qv_h5_read(file, path, QV_F64, &read, reason));
    if (*reason) *reason = unreadable;
    *value = read;
  } else {
    PetscCall(PetscMalloc1((size_t)array->shape[axis] + 1, value));
    for (int64_t i = 0; i < array->shape[axis]; i++) (*value)[i] = (double)i;
  }
  PetscCall(PetscFree(path));
  PetscFunctionReturn(0);
}

/* The scale along the curves, and how it is called. */
static PetscErrorCode read_along(qv_h5 *file, const qv_array *array, qv_view_data *data,
                                 const char **reason) {
  const int   axis = data->axis[QV_ALONG];
  const char *name = array->axes[axis] ? array->axes[axis] : "index";
  const char *text = name, *unit = NULL;
  char       *path;
  qv_array    scale;
  PetscFunctionBegin;
  PetscCall(find_scale(file, array, axis, &path, &scale));
  const bool has_numbers = path && scale.type != QV_TEXT;
  if (has_numbers) {
    void *read = NULL;
    PetscCall(qv_h5_read(file, path, QV_F64, &read, reason));
    data->along = read;
    unit        = scale.unit;
    if (scale.long_name && strcmp(scale.long_name, "index")) text = scale.long_name;
  } else {
    PetscCall(PetscMalloc1((size_t)data->n[QV_ALONG] + 1, &data->along));
    for (int64_t i = 0; i < data->n[QV_ALONG]; i++) data->along[i] = (double)i;
  }
  PetscCall(PetscFree(path));
  if (*reason) *reason = unreadable;
  PetscCall(qv_view_data_label(text, unit, &data->along_label));
  PetscFunctionReturn(0);
}

/* Words of a scale are names as they are; numbers follow the name of the axis. */
static PetscErrorCode read_names(qv_h5 *file, const qv_array *array, qv_view_data *data, int role,
                                 const char **reason) {
  const int   axis = data->axis[role];
  const char *what = array->axes[axis] ? array->axes[axis] : "column";
  void       *read = NULL;
  char       *path, text[128], number[24];
  qv_array    scale;
  PetscFunctionBegin;
  PetscCall(find_scale(file, array, axis, &path, &scale));
  const bool is_text = path && scale.type == QV_TEXT, is_real = path && scale.type == QV_F64;
  if (path) PetscCall(qv_h5_read(file, path, is_text ? QV_TEXT : QV_F64, &read, reason));
  PetscCall(PetscFree(path));
  if (*reason) *reason = unreadable;
  if (*reason) PetscFunctionReturn(0);
  PetscCall(PetscCalloc1((size_t)data->n[role] + 1, &data->name[role]));
  for (int64_t i = 0; i < data->n[role]; i++) {
    const double value = read && !is_text ? ((double *)read)[i] : (double)i;
    if (is_real)
      qv_figure_tick_text(value, false, number);
    else
      snprintf(number, sizeof number, "%.0f", value);
    if (is_text)
      snprintf(text, sizeof text, "%s", ((char **)read)[i]);
    else
      snprintf(text, sizeof text, "%s %s", what, number);
    PetscCall(PetscStrallocpy(text, &data->name[role][i]));
  }
  PetscCall(PetscFree(read));
  PetscFunctionReturn(0);
}

/* Copy rows [first, first + count) of the data set to where they belong, up to the limits. */
static void scatter(const qv_array *array, const qv_view_data *data, int64_t first, int64_t count,
                    const double *block) {
  static const int order[QV_ROLES] = {QV_ALONG, QV_COORDINATE, QV_CURVE, QV_CHART};
  int64_t          stride[4] = {0}, limit[4] = {1, 1, 1, 1}, shape[4] = {1, 1, 1, 1}, step = 1;
  for (int i = 0; i < QV_ROLES; i++) {
    const int role = order[i], axis = data->axis[role];
    if (axis < 0) continue;
    stride[axis] = step;
    limit[axis]  = data->n[role];
    shape[axis]  = array->shape[axis];
    step *= data->n[role];
  }
  for (int64_t a = first; a < first + count && a < limit[0]; a++)
    for (int64_t b = 0; b < limit[1]; b++)
      for (int64_t c = 0; c < limit[2]; c++)
        for (int64_t d = 0; d < limit[3]; d++)
          data->value[a * stride[0] + b * stride[1] + c * stride[2] + d * stride[3]] =
            block[(((a - first) * shape[1] + b) * shape[2] + c) * shape[3] + d];
}

static PetscErrorCode read_values(qv_h5 *file, const qv_array *array, qv_view_data *data,
                                  const char **reason) {
  const int64_t length = qv_array_row_length(array),
                rows   = length < BLOCK ? BLOCK / (length + 1) + 1 : 1;
  const int64_t total  = data->n[0] * data->n[1] * data->n[2] * data->n[3];
  int64_t       last   = array->shape[0];
  double       *block;
  PetscFunctionBegin;
  for (int role = 0; role < QV_ROLES; role++)
    if (data->axis[role] == 0) last = data->n[role];
  PetscCall(PetscMalloc1((size_t)total + 1, &data->value));
  PetscCall(PetscMalloc1((size_t)(rows * length) + 1, &block));
  for (int64_t first = 0; first < last && !*reason; first += rows) {
    const int64_t count = last - first < rows ? last - first : rows;
    PetscCall(
      qv_h5_read_rows(file, array->path, QV_F64, (qv_h5_range){first, count}, block, reason));
    if (!*reason) scatter(array, data, first, count, block);
  }
  if (*reason) *reason = unreadable;
  PetscCall(PetscFree(block));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_data_read(qv_h5 *file, const qv_array *array, const int axis[QV_ROLES],
                                 const int64_t limit[QV_ROLES], qv_view_data **data,
                                 const char **reason) {
  PetscFunctionBegin;
  PetscCall(PetscNew(data));
  *reason = NULL;
  for (int role = 0; role < QV_ROLES; role++) {
    (*data)->axis[role] = axis[role];
    (*data)->all[role]  = axis[role] < 0 ? 1 : array->shape[axis[role]];
    (*data)->n[role]    = (*data)->all[role] < limit[role] ? (*data)->all[role] : limit[role];
  }
  PetscCall(read_along(file, array, *data, reason));
  for (int role = QV_CHART; role < QV_ROLES && !*reason; role++)
    if (axis[role] >= 0) PetscCall(read_names(file, array, *data, role, reason));
  if (!*reason) PetscCall(read_values(file, array, *data, reason));
  if (*reason) PetscCall(qv_view_data_destroy(data));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_data_destroy(qv_view_data **data) {
  PetscFunctionBegin;
  if (!*data) PetscFunctionReturn(0);
  for (int role = 0; role < QV_ROLES; role++) {
    for (int64_t i = 0; (*data)->name[role] && i < (*data)->n[role]; i++)
      PetscCall(PetscFree((*data)->name[role][i]));
    PetscCall(PetscFree((*data)->name[role]));
  }
  PetscCall(PetscFree((*data)->value));
  PetscCall(PetscFree((*data)->along));
  PetscCall(PetscFree((*data)->along_label));
  PetscCall(PetscFree(*data));
  PetscFunctionReturn(0);
}

const double *qv_view_data_curve(const qv_view_data *data, int64_t chart, int64_t curve,
                                 int64_t coordinate) {
  const int64_t *n = data->n;
  const int64_t  i = (chart * n[QV_CURVE] + curve) * n[QV_COORDINATE] + coordinate;
  return data->value + i * n[QV_ALONG];
}
