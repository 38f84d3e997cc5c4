/* SPDX-License-Identifier: GPL-3.0-or-later
 * BO-REP among clients, each with a fixed part of the samples of both levels. An iteration is a
 * round: clients that take part start from the server's x, m, y and z and do local steps, all three
 * directions at the same point; between the last step of m and that of x all four are averaged, and
 * the server moves x by eta along the averaged m, so that the length of the step stays eta. With
 * one local step and all clients there, that is the method without clients. */
#include <string.h>

#include "optim/bilevel/federated.h"
#include "optim/bilevel/method.h"

enum { X, M };
enum { Y, Z, RECORDS };
/* work vectors: a client's variables, the sums over clients, what an oracle gives */
enum { HERE_X, HERE_M, SUM_X, SUM_M, CROSS, DIRECT };
enum { HERE_Y, HERE_Z, SUM_Y, SUM_Z, GRADIENT, RESIDUAL };

static void tables(const qv_task *task, int vectors[2]) {
  const int64_t words = 3 * task->params->federated.clients;
  vectors[1] += (int)((words + task->n_lower - 1) / task->n_lower);
}

/* The record of each client stands in the lower vectors behind y and z, which follow each other. */
static qv_federated_record *record_of(qv_walk *w, int64_t client) {
  return (qv_federated_record *)(void *)(w->lower_v[RECORDS] + 3 * client);
}

static qv_batch batch_of(const qv_walk *w, int stream, int64_t client, int64_t step) {
  const int64_t clients = w->params->federated.clients, steps = w->params->federated.local_steps;
  qv_batch      b = qv_method_batch(w, stream, (w->iteration * steps + step) * clients + client);
  b.parts         = clients;
  b.part          = client;
  return b;
}

/* One local step of y, z and m at the client's point, and of x unless it is the last. */
static PetscErrorCode local_step(qv_walk *w, int64_t client, int64_t step) {
  const qv_batch lower = batch_of(w, QV_STREAM_PRODUCT, client, step);
  const qv_batch upper = batch_of(w, QV_STREAM_UPPER_Y, client, step);
  double       **u = w->work_upper, **l = w->work_lower, norm;
  const double   gamma = qv_method_step(w, QV_SETTING_GAMMA), nu = qv_method_step(w, QV_SETTING_NU);
  const double   beta = w->setting[QV_SETTING_BETA];

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(w->task, &(qv_oracle){.x        = u[HERE_X],
                                                   .y        = l[HERE_Y],
                                                   .z        = l[HERE_Z],
                                                   .lower    = &lower,
                                                   .upper    = &upper,
                                                   .gradient = l[GRADIENT],
                                                   .product  = l[RESIDUAL],
                                                   .cross    = u[CROSS],
                                                   .upper_x  = u[DIRECT],
                                                   .fold     = true}));
  for (int64_t i = 0; i < w->task->n_lower; i++) {
    l[HERE_Y][i] -= gamma * l[GRADIENT][i];
    l[HERE_Z][i] -= nu * l[RESIDUAL][i];
  }
  for (int64_t i = w->task->first; i < w->task->end; i++)
    u[HERE_M][i] = beta * u[HERE_M][i] + (1 - beta) * (u[DIRECT][i] - u[CROSS][i]);
  if (step + 1 == w->params->federated.local_steps) PetscFunctionReturn(0);
  PetscCall(qv_task_norm(w->task, u[HERE_M], &norm));
  const double factor = norm > 0 ? qv_method_step(w, QV_SETTING_ETA) / norm : 0;
  for (int64_t i = w->task->first; i < w->task->end; i++) u[HERE_X][i] -= factor * u[HERE_M][i];
  PetscFunctionReturn(0);
}

/* sum += weight (here - server) */
static void add(int64_t first, int64_t end, double weight, const double *vectors[2], double *sum) {
  for (int64_t i = first; i < end; i++) sum[i] += weight * (vectors[0][i] - vectors[1][i]);
}

static PetscErrorCode visit(qv_walk *w, int64_t client, double weight) {
  const size_t  upper = (size_t)w->task->n_upper * sizeof(double);
  const size_t  lower = (size_t)w->task->n_lower * sizeof(double);
  const int64_t first = w->task->first, end = w->task->end, n = w->task->n_lower;
  double      **u = w->work_upper, **l = w->work_lower;

  PetscFunctionBegin;
  memcpy(u[HERE_X], w->upper[X], upper);
  memcpy(u[HERE_M], w->upper[M], upper);
  memcpy(l[HERE_Y], w->lower_v[Y], lower);
  memcpy(l[HERE_Z], w->lower_v[Z], lower);
  for (int64_t k = 0; k < w->params->federated.local_steps; k++)
    PetscCall(local_step(w, client, k));
  add(first, end, weight, (const double *[2]){u[HERE_X], w->upper[X]}, u[SUM_X]);
  add(first, end, weight, (const double *[2]){u[HERE_M], w->upper[M]}, u[SUM_M]);
  add(0, n, weight, (const double *[2]){l[HERE_Y], w->lower_v[Y]}, l[SUM_Y]);
  add(0, n, weight, (const double *[2]){l[HERE_Z], w->lower_v[Z]}, l[SUM_Z]);
  w->task->count.exchanged += 2 * (int64_t)(2 * upper + 2 * lower); /* there and back */
  PetscFunctionReturn(0);
}

/* Who is there, by a draw for each client, and what it counts: its share of the samples, of those
 * there, or of all, or of all times FedAU's weight. */
static double share_of(qv_walk *w, int64_t client, bool *here) {
  const int64_t  clients = w->params->federated.clients;
  const qv_reals chance  = w->params->federated.participation;
  const double   p       = chance.value[chance.n > 1 ? client : 0];
  const qv_batch part    = {.parts = clients, .part = client};
  const double   share =
    w->task->samples ? (double)qv_task_samples(&part, w->task->samples) / (double)w->task->samples
                       : 1 / (double)clients;
  *here =
    qv_random_uniform(w->stream[QV_STREAM_START], (uint64_t)w->iteration, (uint64_t)client) < p;
  const double weight =
    qv_federated_weigh(record_of(w, client), *here, w->params->federated.cutoff);
  return w->params->federated.weights == QV_WEIGHTS_ADAPTIVE ? share * weight : share;
}

static PetscErrorCode round_of_clients(qv_walk *w) {
  double total = 0;

  PetscFunctionBegin;
  for (int64_t c = 0; c < w->params->federated.clients; c++) {
    bool         here;
    const double share = share_of(w, c, &here);
    if (!here) continue;
    total += share;
    PetscCall(visit(w, c, share));
  }
  if (total == 0) PetscFunctionReturn(0);
  const double scale = w->params->federated.weights == QV_WEIGHTS_PARTICIPANTS ? 1 / total : 1;
  for (int64_t i = w->task->first; i < w->task->end; i++) {
    w->upper[X][i] += scale * w->work_upper[SUM_X][i];
    w->upper[M][i] += scale * w->work_upper[SUM_M][i];
  }
  for (int64_t i = 0; i < w->task->n_lower; i++) {
    w->lower_v[Y][i] += scale * w->work_lower[SUM_Y][i];
    w->lower_v[Z][i] += scale * w->work_lower[SUM_Z][i];
  }
  PetscCall(qv_momentum_move(w, w->upper[M]));
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_walk *w) {
  const size_t upper = (size_t)w->task->n_upper * sizeof(double);
  const size_t lower = (size_t)w->task->n_lower * sizeof(double);

  PetscFunctionBegin;
  memset(w->work_upper[SUM_X], 0, upper);
  memset(w->work_upper[SUM_M], 0, upper);
  memset(w->work_lower[SUM_Y], 0, lower);
  memset(w->work_lower[SUM_Z], 0, lower);
  PetscCall(round_of_clients(w));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_fed_bo_rep;
const qv_method        qv_method_fed_bo_rep = {
         .upper = 2, .lower = 2, .federated = true, .tables = tables, .iterate = iterate};
