/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules between the keys. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/blocks.h"
#include "optim/bilevel/data.h"
#include "optim/bilevel/solve.h"
#include "optim/bilevel/task_representation.h"

/* What needs the exact y*(x). */
static PetscErrorCode check_minima(const qv_bilevel_params *p, const qv_deck *deck, qv_diag *diag) {
  PetscFunctionBegin;
  if (!qv_task_many_minima(p)) PetscFunctionReturn(0);
  if (qv_methods[p->method.name]->exact)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method.name"),
                          "method 'exact' needs a lower level that is convex; that of task '%s' "
                          "has many minima",
                          qv_task_words[p->task.name].word));
  else if (p->method.parameters == QV_PARAMETERS_RECIPE)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method.parameters"),
                          "the recipe needs a lower level that is convex; that of task '%s' has "
                          "many minima: give the steps by hand, with parameters: given",
                          qv_task_words[p->task.name].word));
  if (p->certify_every != QV_UNSET_INT || p->audit)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK,
                          qv_deck_place(deck, p->audit ? "bilevel.audit" : "bilevel.certificate"),
                          "certificates and audits need a lower level that is convex; that of task "
                          "'%s' has many minima",
                          qv_task_words[p->task.name].word));
  PetscFunctionReturn(0);
}

/* Networks read texts from two formats alone. */
static PetscErrorCode check_format(const qv_bilevel_params *p, const qv_deck *deck, qv_diag *diag) {
  const char *task   = qv_task_words[p->task.name].word;
  const bool  reader = !strcmp(task, "rnn-cleaning");

  PetscFunctionBegin;
  if (!reader && (strcmp(task, "representation") || p->network.encoder != QV_ENCODER_RNN))
    PetscFunctionReturn(0);
  const int format = qv_files_format(p);
  if (format != QV_FORMAT_HDF5 && format != QV_FORMAT_TEXT)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.task.data"),
                          "%s reads hdf5 and text, not %s",
                          reader ? "bilevel.task.name rnn-cleaning" : "bilevel.task.encoder rnn",
                          qv_data_formats[format].word));
  PetscFunctionReturn(0);
}

/* Methods that start every episode from one (x, y). */
static PetscErrorCode check_episodes(const qv_bilevel_params *p, const qv_deck *deck,
                                     qv_diag *diag) {
  const char *method = qv_method_words[p->method.name].word;

  PetscFunctionBegin;
  if (!qv_methods[p->method.name]->adapts) PetscFunctionReturn(0);
  if (!qv_task_kinds[p->task.name]->episodic)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method.name"),
                          "bilevel.method.name %s needs a task of episodes, as representation is; "
                          "bilevel.task.name %s has none",
                          method, qv_task_words[p->task.name].word));
  else if (p->network.heads == QV_HEADS_EACH)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.task.heads"),
                          "bilevel.method.name %s starts all episodes from one head: "
                          "bilevel.task.heads must be shared",
                          method));
  PetscFunctionReturn(0);
}

/* Methods that set the weights of samples. */
static PetscErrorCode check_weights(const qv_bilevel_params *p, const qv_deck *deck,
                                    qv_diag *diag) {
  PetscFunctionBegin;
  if (qv_methods[p->method.name]->weighs && !qv_task_kinds[p->task.name]->weighs)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method.name"),
                          "bilevel.method.name %s needs a task with a weight for each training "
                          "sample, as cleaning is; bilevel.task.name %s has none",
                          qv_method_words[p->method.name].word, qv_task_words[p->task.name].word));
  PetscFunctionReturn(0);
}

/* Upper variables as far as the deck tells: a task without data has one unless it says more. */
static int64_t known_upper(const qv_bilevel_params *p) {
  if (p->task.upper != QV_UNSET_INT) return p->task.upper;
  return p->task.data.written || p->task.images[0].written ? 0 : 1;
}

/* A step of Lion-K must not overshoot its bound, and its blocks must be there. */
static PetscErrorCode check_optimizer(const qv_bilevel_params *p, const qv_deck *deck,
                                      qv_diag *diag) {
  const qv_optimizer *o = &p->optimizer;

  PetscFunctionBegin;
  if (o->name == QV_OPTIMIZER_LION && p->method.eta > o->bound)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method.eta"),
                          "bilevel.method.eta (%g) is more than bilevel.method.optimizer.bound "
                          "(%g): a step of lion-k would leave the bound",
                          p->method.eta, o->bound));
  if (qv_optimizer_block(o) == 1) PetscFunctionReturn(0);
  const char *key =
    o->k == QV_LION_GROUP ? "bilevel.method.optimizer.group" : "bilevel.method.optimizer.rows";
  if (qv_task_kinds[p->task.name]->weighs)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method.optimizer.k"),
                          "bilevel.method.optimizer.k %s needs upper variables whose order means "
                          "something; those of bilevel.task.name %s belong to samples",
                          o->k == QV_LION_GROUP ? "group" : "nuclear",
                          qv_task_words[p->task.name].word));
  PetscCall(qv_blocks_check(p, known_upper(p), qv_deck_place(deck, key), diag));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_solve_check(const void *params, const qv_deck *deck, qv_diag *diag) {
  const qv_bilevel_params *p    = params;
  const qv_task_kind      *kind = qv_task_kinds[p->task.name];

  PetscFunctionBegin;
  if (qv_methods[p->method.name]->exact && !p->method.at.written && !kind->solve)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method"),
                          "bilevel.method.at must be given: only quadratic problems have a "
                          "solution that can be computed exactly"));
  if (qv_methods[p->method.name]->penalised && !kind->penalised)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method.name"),
                          "bilevel.method.name %s needs dg/dx, which bilevel.task.name %s does not "
                          "give",
                          qv_method_words[p->method.name].word, qv_task_words[p->task.name].word));
  if (qv_methods[p->method.name]->federated && p->federated.participation.n != 1 &&
      p->federated.participation.n != p->federated.clients)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK,
                          qv_deck_place(deck, "bilevel.federated.participation"),
                          "bilevel.federated.participation has %d numbers, not 1 or one for each "
                          "of %lld clients",
                          p->federated.participation.n, (long long)p->federated.clients));
  PetscCall(check_minima(p, deck, diag));
  PetscCall(check_format(p, deck, diag));
  PetscCall(check_episodes(p, deck, diag));
  PetscCall(check_weights(p, deck, diag));
  PetscCall(check_optimizer(p, deck, diag));
  if (p->task.per == QV_PER_FEATURE && p->task.classes != QV_UNSET_INT && p->task.classes != 2)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.task.classes"),
                          "bilevel.task.classes must be 2 with `per: feature`, which is binary "
                          "logistic regression"));
  if (p->method.every != QV_UNSET_INT && p->method.every > p->method.iterations)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method.every"),
                          "bilevel.method.every (%lld) is more than bilevel.method.iterations "
                          "(%lld)",
                          (long long)p->method.every, (long long)p->method.iterations));
  if (p->method.parameters == QV_PARAMETERS_GIVEN && p->method.init_epochs > 0 &&
      p->method.init_steps == QV_UNSET_INT)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "bilevel.method.init-epochs"),
                          "bilevel.method.init-steps must be given with init-epochs"));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_solve_estimate(const void *params, int size, qv_cost *cost) {
  const qv_bilevel_params *p     = params;
  const bool               exact = qv_methods[p->method.name]->exact;
  const bool               small = p->task.classes == QV_UNSET_INT; /* no samples */

  PetscFunctionBegin;
  (void)size; /* data are read later: about a batch of 512 images, and 20 lower steps */
  cost->memory           = 1e8;
  cost->disk             = 1e6;
  cost->work             = exact ? 1 : (double)(p->method.iterations * p->seeds);
  cost->unit             = exact ? "points" : "iterations";
  cost->seconds_per_unit = exact ? 0.1 : small ? 1e-4 : 1e-2;
  PetscFunctionReturn(0);
}
