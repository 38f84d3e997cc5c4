/* SPDX-License-Identifier: GPL-3.0-or-later
 * An episode's variables take gradient steps on its support, and derivatives go back through them.
 */
#include <string.h>

#include "optim/bilevel/task_representation.h"

void qv_representation_adapt(const qv_task *task, const qv_episodes *episodes, int64_t episode,
                             const qv_adapt *how, double *path) {
  const qv_representation *r     = task->data;
  const double             l2    = task->params->task.l2;
  const int64_t            first = how->all ? 0 : r->encoder;
  double                  *g = r->part[0], *parameters = r->parameters;
  for (int64_t k = 0; k < how->steps; k++) {
    if (path) memcpy(path + k * r->count, parameters, (size_t)r->count * sizeof *path);
    memset(g, 0, (size_t)r->count * sizeof *g);
    qv_network_load(r->net, parameters, NULL, false);
    qv_representation_pass(r, episodes, QV_SUPPORT, episode, 1,
                           &(qv_network_wish){.gradient = g, .gradient_of_head = !how->all});
    for (int64_t i = r->encoder; i < r->count; i++) g[i] += 2 * l2 * parameters[i];
    for (int64_t i = first; i < r->count; i++) parameters[i] -= how->size * g[i];
  }
}

void qv_representation_back(const qv_task *task, int64_t episode) {
  const qv_representation *r     = task->data;
  const qv_adapt          *how   = &task->adapt;
  const double             l2    = task->params->task.l2;
  const int64_t            first = how->all ? 0 : r->encoder;
  double                  *v = r->part[0], *product = r->part[1];
  for (int64_t k = how->steps - 1; k >= 0; k--) {
    memcpy(r->along + first, v + first, (size_t)(r->count - first) * sizeof *v);
    memset(product, 0, (size_t)r->count * sizeof *product);
    qv_network_load(r->net, r->path + k * r->count, r->along, !how->all);
    qv_representation_pass(r, r->train, QV_SUPPORT, episode, 1,
                           &(qv_network_wish){.product = product});
    for (int64_t i = r->encoder; i < r->count; i++) product[i] += 2 * l2 * r->along[i];
    for (int64_t i = 0; i < r->count; i++) v[i] -= how->size * product[i];
  }
}
