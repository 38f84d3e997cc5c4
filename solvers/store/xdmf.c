/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/store/xdmf.h"

#include <stdio.h>
#include <string.h>

#include "solvers/parallel/buffer.h"
#include "solvers/store/h5.h"
#include "solvers/store/safe.h"

static const char mark[] = "<!-- written by quadrivium beside its output -->";

typedef struct {
  qv_buffer   text;
  const char *name; /* of the HDF5 file, without its folder */
  int         n_sets;
} sheet;

/* Text inside XML. */
static PetscErrorCode print_escaped(sheet *s, const char *text) {
  PetscFunctionBegin;
  for (const char *c = text; *c; c++) {
    const char *word = *c == '&' ? "&amp;" : *c == '<' ? "&lt;" : *c == '"' ? "&quot;" : NULL;
    if (word)
      PetscCall(qv_buffer_print(&s->text, "%s", word));
    else
      PetscCall(qv_buffer_print(&s->text, "%c", *c));
  }
  PetscFunctionReturn(0);
}

/* Numbers of one axis: `base` beside the images, or in /data. NULL where there are none that fit.
 */
static PetscErrorCode read_axis(qv_h5 *file, const qv_array *set, const char *base, int64_t n,
                                double **value) {
  const int   folder = (int)(strrchr(set->path, '/') - set->path);
  char        path[2][256];
  qv_array    array;
  const char *reason;

  PetscFunctionBegin;
  *value = NULL;
  snprintf(path[0], sizeof path[0], "%.*s/%s", folder, set->path, base);
  snprintf(path[1], sizeof path[1], "/data/%s", base);
  for (int k = 0; k < 2 && !*value; k++) {
    void *read = NULL;
    PetscCall(qv_h5_find(file, path[k], &array, &reason));
    if (reason || array.rank != 1 || array.shape[0] != n || array.type != QV_F64) continue;
    PetscCall(qv_h5_read(file, path[k], QV_F64, &read, &reason));
    *value = read;
  }
  PetscFunctionReturn(0);
}

/* Left edge and width of the pixels along an axis. */
static PetscErrorCode find_pixels(qv_h5 *file, const qv_array *set, int axis, double edge[2]) {
  const int64_t n = set->shape[axis];
  double       *centre;

  PetscFunctionBegin;
  edge[0] = -0.5, edge[1] = 1;
  PetscCall(read_axis(file, set, axis == 1 ? "y" : "x", n, &centre));
  if (centre && n > 1) {
    edge[1] = (centre[n - 1] - centre[0]) / (double)(n - 1);
    edge[0] = centre[0] - edge[1] / 2;
  }
  PetscCall(PetscFree(centre));
  PetscFunctionReturn(0);
}

/* One frame: a slab of one layer of cells, so that no reader has to know of flat grids. Orders are
 * z, y, x, as XDMF has them. */
static PetscErrorCode print_frame(sheet *s, const qv_array *set, int64_t frame, double time,
                                  double pixel[2][2]) {
  const int64_t *n = set->shape;

  PetscFunctionBegin;
  PetscCall(qv_buffer_print(&s->text, "   <Grid Name=\"frame %lld\" GridType=\"Uniform\">\n",
                            (long long)frame));
  PetscCall(qv_buffer_print(&s->text, "    <Time Value=\"%.17g\"/>\n", time));
  PetscCall(
    qv_buffer_print(&s->text,
                    "    <Topology TopologyType=\"3DCoRectMesh\" Dimensions=\"2 %lld %lld\"/>\n"
                    "    <Geometry GeometryType=\"ORIGIN_DXDYDZ\">\n"
                    "     <DataItem Format=\"XML\" Dimensions=\"3\">0 %.17g %.17g</DataItem>\n"
                    "     <DataItem Format=\"XML\" Dimensions=\"3\">%.17g %.17g %.17g</DataItem>\n"
                    "    </Geometry>\n",
                    (long long)n[1] + 1, (long long)n[2] + 1, pixel[0][0], pixel[1][0], pixel[1][1],
                    pixel[0][1], pixel[1][1]));
  PetscCall(qv_buffer_print(
    &s->text, "    <Attribute Name=\"%s\" AttributeType=\"Scalar\" Center=\"Cell\">\n",
    strrchr(set->path, '/') + 1));
  PetscCall(qv_buffer_print(
    &s->text,
    "     <DataItem ItemType=\"HyperSlab\" Dimensions=\"1 %lld %lld\">\n"
    "      <DataItem Format=\"XML\" Dimensions=\"3 3\">%lld 0 0 1 1 1 1 %lld %lld"
    "</DataItem>\n",
    (long long)n[1], (long long)n[2], (long long)frame, (long long)n[1], (long long)n[2]));
  PetscCall(qv_buffer_print(&s->text,
                            "      <DataItem Format=\"HDF\" NumberType=\"Float\" Precision=\"8\" "
                            "Dimensions=\"%lld %lld %lld\">",
                            (long long)n[0], (long long)n[1], (long long)n[2]));
  PetscCall(print_escaped(s, s->name));
  PetscCall(qv_buffer_print(
    &s->text, ":%s</DataItem>\n     </DataItem>\n    </Attribute>\n   </Grid>\n", set->path));
  PetscFunctionReturn(0);
}

static PetscErrorCode print_set(qv_h5 *file, const qv_array *set, sheet *s) {
  double *time, pixel[2][2];

  PetscFunctionBegin;
  for (int k = 0; k < 2; k++) PetscCall(find_pixels(file, set, k + 1, pixel[k]));
  PetscCall(read_axis(file, set, "time", set->shape[0], &time));
  PetscCall(qv_buffer_print(
    &s->text, "  <Grid Name=\"%s\" GridType=\"Collection\" CollectionType=\"Temporal\">\n",
    set->path + 1));
  for (int64_t f = 0; f < set->shape[0]; f++)
    PetscCall(print_frame(s, set, f, time ? time[f] : (double)f, pixel));
  PetscCall(qv_buffer_print(&s->text, "  </Grid>\n"));
  PetscCall(PetscFree(time));
  PetscFunctionReturn(0);
}

static PetscErrorCode visit(qv_h5 *file, const char *path, bool is_group, void *context) {
  static const char *const axis[3] = {"frame", "y", "x"};
  sheet                   *s       = context;
  qv_array                 set;
  const char              *reason;

  PetscFunctionBegin;
  if (is_group) PetscFunctionReturn(0);
  PetscCall(qv_h5_find(file, path, &set, &reason));
  if (reason || set.rank != 3 || set.type != QV_F64 || !qv_array_length(&set))
    PetscFunctionReturn(0);
  for (int k = 0; k < 3; k++)
    if (!set.axes[k] || strcmp(set.axes[k], axis[k])) PetscFunctionReturn(0);
  if (!s->n_sets++)
    PetscCall(qv_buffer_print(
      &s->text, "<?xml version=\"1.0\"?>\n%s\n<Xdmf Version=\"2.0\">\n <Domain>\n", mark));
  PetscCall(print_set(file, &set, s));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_xdmf_name(const char *path, char **name) {
  const char  *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
  const bool   has_ending = dot && dot > (slash ? slash + 1 : path) && strcmp(dot, ".xdmf");
  const size_t stem       = has_ending ? (size_t)(dot - path) : strlen(path);

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(stem + 6, name));
  memcpy(*name, path, stem);
  memcpy(*name + stem, ".xdmf", 6);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_xdmf_is_foreign(const char *path, bool *foreign) {
  char  head[256];
  FILE *file = fopen(path, "rb");

  PetscFunctionBegin;
  *foreign = false;
  if (!file) PetscFunctionReturn(0);
  head[fread(head, 1, sizeof head - 1, file)] = 0;
  fclose(file);
  *foreign = strstr(head, mark) == NULL;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_xdmf_text(const char *path, const char *name, char **text, const char **reason) {
  const char *slash = strrchr(name, '/');
  sheet       s     = {.name = slash ? slash + 1 : name};
  qv_h5      *file;

  PetscFunctionBegin;
  *text = NULL;
  PetscCall(qv_h5_open(path, &file, reason));
  if (*reason) PetscFunctionReturn(0);
  PetscErrorCode code = qv_h5_visit(file, "/", visit, &s);
  if (!code && s.n_sets) code = qv_buffer_print(&s.text, " </Domain>\n</Xdmf>\n");
  PetscCall(qv_h5_close(&file));
  if (code) PetscCall(qv_buffer_free(&s.text));
  *text = s.text.bytes;
  PetscCall(code);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_xdmf_save(const char *path, const char *text) {
  bool foreign;

  PetscFunctionBegin;
  if (!text) {
    PetscCall(qv_xdmf_is_foreign(path, &foreign));
    if (!foreign) PetscCall(qv_safe_discard(path));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_safe_write(path, text, strlen(text)));
  PetscFunctionReturn(0);
}
