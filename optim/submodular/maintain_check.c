/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rules between the keys, and advice. */
#include <math.h>
#include <string.h>

#include "optim/submodular/logdet.h"
#include "optim/submodular/maintain.h"

int qv_maintain_engine(const char *word) {
  for (int i = 0; qv_engine_words[i].word; i++)
    if (!strcmp(word, qv_engine_words[i].word)) return i;
  return -1;
}

static PetscErrorCode check_members(const qv_maintain_params *p, const qv_deck *deck,
                                    qv_diag *diag) {
  const qv_place place = qv_deck_place(deck, "submodular.engine.members");

  PetscFunctionBegin;
  if (!p->members.n || p->members.n > QV_PORTFOLIO)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place, "a portfolio has 1 to %d members, not %d",
                          QV_PORTFOLIO, p->members.n));
  for (int m = 0; m < p->members.n; m++) {
    const char *word = p->members.text[m];
    if (qv_maintain_engine(word) < 0)
      PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place, "unknown engine '%s'", word));
    else if (!strcmp(word, "portfolio") || !strcmp(word, "brute-force"))
      PetscCall(
        qv_diag_add(diag, QV_EXIT_DECK, place, "%s cannot be a member of a portfolio", word));
  }
  PetscFunctionReturn(0);
}

static bool engine_is(const qv_maintain_params *p, const char *word) {
  return !strcmp(qv_engine_words[p->engine].word, word);
}

static bool stream_is(const qv_maintain_params *p, const char *word) {
  return !strcmp(qv_feed_words[p->from].word, word);
}

/* The least number of marginals an update that an engine with guesses took on networks (docs,
 * "Which engine?"); 0: nothing is known. Awake, `sampled` took half of its bound. */
static double least_calls(const qv_maintain_params *p) {
  const double k = (double)p->k, narrow = 0.2 / p->epsilon;
  if (engine_is(p, "batched")) return p->dormant ? 0.3 * k : 5 * k * narrow * narrow;
  if (!engine_is(p, "sampled")) return 0;
  const double guesses = floor(log(2 * k) / log1p(p->epsilon)) + 1;
  return p->dormant ? 0.25 * k : guesses * (k * (1 + log2(k)) + log2(k)) / 2;
}

/* Where it would be cheaper, and better, to compute anew for every report. */
static PetscErrorCode advise_recomputing(const qv_maintain_params *p, const qv_deck *deck,
                                         qv_diag *diag) {
  const bool    window = p->window != QV_UNSET_INT;
  const int64_t live   = window ? p->window : p->size;
  const double  calls  = least_calls(p);

  PetscFunctionBegin;
  if (live == QV_UNSET_INT || calls == 0) PetscFunctionReturn(0);
  const qv_place place =
    qv_deck_place(deck, window ? "submodular.stream.window" : "submodular.stream.size");
  const double anew = p->every ? ((double)live + 10 * (double)p->k) / (double)p->every : 0;
  if (live <= 2 * p->k)
    PetscCall(qv_diag_warn(diag, place,
                           "a window of %lld is so short against k = %lld that recomputing "
                           "(engine lazy-greedy) is cheaper, and better",
                           (long long)live, (long long)p->k));
  else if (p->every && anew < calls)
    PetscCall(qv_diag_warn(diag, place,
                           "for a report every %lld updates of about %lld live elements the engine "
                           "lazy-greedy with period %lld is cheaper, and better: about %.2g oracle "
                           "calls an update instead of at least %.2g",
                           (long long)p->every, (long long)live, (long long)p->every, anew, calls));
  PetscFunctionReturn(0);
}

/* Sieves: the choice where nothing is deleted, and a risk where what is old is. */
static PetscErrorCode advise_sieve(const qv_maintain_params *p, const qv_deck *deck,
                                   qv_diag *diag) {
  const bool sieve = engine_is(p, "sieve-streaming") || engine_is(p, "sieve-streaming-pp");
  const bool grows =
    stream_is(p, "sliding-window") && p->updates != QV_UNSET_INT && p->updates <= p->window;

  PetscFunctionBegin;
  if (grows && !sieve && least_calls(p) > 0)
    PetscCall(qv_diag_warn(diag, qv_deck_place(deck, "submodular.stream.window"),
                           "nothing is deleted from this stream: the engine sieve-streaming makes "
                           "the same promise for at most one oracle call a guess and update"));
  if (sieve && stream_is(p, "separating"))
    PetscCall(
      qv_diag_warn(diag, qv_deck_place(deck, "submodular.engine.name"),
                   "this stream deletes what a sieve has picked: its oracle calls grow with "
                   "the window, those of batched and sampled do not"));
  if (stream_is(p, "adaptive"))
    PetscCall(qv_diag_warn(diag, qv_deck_place(deck, "submodular.stream.from"),
                           "this stream looks at the answers: what engines promise of their values "
                           "holds, what they promise of their oracle calls does not"));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_check(const void *params, const qv_deck *deck, qv_diag *diag) {
  const qv_maintain_params *p = params;

  PetscFunctionBegin;
  if (engine_is(p, "portfolio")) PetscCall(check_members(p, deck, diag));
  const char *const inputs[] = {p->path.written, p->source, p->objective.data.written,
                                p->objective.weights.written, p->objective.elements.written};
  bool              is_input = false;
  for (size_t i = 0; p->save && i < sizeof inputs / sizeof *inputs; i++)
    is_input = is_input || (inputs[i] && !strcmp(p->save, inputs[i]));
  if (is_input)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "submodular.stream.save"),
                          "submodular.stream.save would overwrite an input"));
  if (p->objective.kernel >= 0 && p->k > QV_LOGDET_MOST)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "submodular.k"),
                          "submodular.k is at most %d with log-det", QV_LOGDET_MOST));
  PetscCall(advise_recomputing(p, deck, diag));
  PetscCall(advise_sieve(p, deck, diag));
  PetscFunctionReturn(0);
}
