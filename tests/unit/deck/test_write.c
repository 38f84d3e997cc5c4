/* SPDX-License-Identifier: GPL-3.0-or-later
 * The resolved deck: as it is written, and back to the same parameters.
 * qv-test: np=1 labels=fast timeout=60 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/qv_test.h"
#include "tests/support/splitmix.h"
#include "tests/unit/deck/sample.h"

#define HEAD "problem: threebody.evaluate\n"

static uint64_t state;
static uint64_t bits(void) {
  return splitmix(&state);
}

static int below(int n) {
  return (int)(bits() % (uint64_t)n);
}

static PetscErrorCode apply(const char *text, sample *s) {
  qv_diag *diag;
  qv_deck  deck;

  PetscFunctionBegin;
  sample_begin(s);
  PetscCall(qv_diag_create(&diag));
  PetscCall(sample_deck(text, strlen(text), 0, NULL, diag, &deck));
  PetscCall(qv_deck_apply(&deck, NULL, 2, s->section, diag));
  if (qv_diag_count(diag)) {
    char *messages = sample_messages(diag);
    qv_test_fail(__FILE__, __LINE__, "%s\n# gave: %s", text, messages);
    free(messages);
  }
  PetscCall(qv_tree_destroy(&deck.root));
  PetscCall(qv_diag_destroy(&diag));
  PetscFunctionReturn(0);
}

static PetscErrorCode expect_written(const char *deck, unsigned skip, bool comments,
                                     const char *written) {
  sample s;
  char  *yaml;

  PetscFunctionBegin;
  PetscCall(apply(deck, &s));
  PetscCall(qv_deck_write(2, s.section, skip, comments, &yaml));
  EXPECT_TEXT(yaml, written);
  PetscCall(PetscFree(yaml));
  PetscCall(sample_end(&s));
  PetscFunctionReturn(0);
}

static PetscErrorCode writes_the_full_form(void) {
  PetscFunctionBegin;
  PetscCall(expect_written(
    HEAD
    "threebody: {systems: paper, controller: aarseth, time: {end: 2 d}, masses: [0.1, 2.50]}\n",
    0, false,
    "problem: threebody.evaluate\n"
    "seed: 0\n"
    "output: out.h5\n"
    "checkpoint:\n"
    "  every: 5 min\n"
    "threebody:\n"
    "  systems:\n"
    "    from: paper\n"
    "    count: 100\n"
    "  integrator:\n"
    "    name: hermite4\n"
    "    interval: 0.1\n"
    "  controller:\n"
    "    name: aarseth\n"
    "  time:\n"
    "    end: 2 d\n"
    "    start: 0\n"
    "  masses: [0.1, 2.5]\n"));
  PetscCall(
    expect_written(HEAD "title: 'a: b'\nrun: {wall-time: 2 h}\n"
                        "threebody: {systems: brake, masses: [], labels: [a, 5, 'x, y', \"\"]}\n",
                   QV_KEY_NEUTRAL | QV_KEY_EXTENDABLE, false,
                   "problem: threebody.evaluate\n"
                   "title: \"a: b\"\n"
                   "seed: 0\n"
                   "threebody:\n"
                   "  systems:\n"
                   "    from: brake\n"
                   "    count: 100\n"
                   "  integrator:\n"
                   "    name: hermite4\n"
                   "    interval: none\n"
                   "  controller:\n"
                   "    name: constant\n"
                   "  time:\n"
                   "    start: 0\n"
                   "  masses: []\n"
                   "  labels: [a, \"5\", \"x, y\", \"\"]\n"));
  PetscFunctionReturn(0);
}

static PetscErrorCode writes_comments(void) {
  PetscFunctionBegin;
  PetscCall(expect_written(
    HEAD "threebody: {systems: agekyan-anosova, integrator: regularised}\n", QV_KEY_NEUTRAL, true,
    "problem: threebody.evaluate               # what to do "
    "(threebody.evaluate|imaging.reconstruct)\n"
    "seed: 0                                   # the seed ([0,inf))\n"
    "threebody:\n"
    "  systems:\n"
    "    from: agekyan-anosova                 # where systems come from "
    "(paper|brake|file|agekyan-anosova)\n"
    "    count: 100                            # how many systems ([1,inf))\n"
    "  integrator:\n"
    "    name: regularised                     # the integrator (hermite4|regularised)\n"
    "    tolerance: 1e-9                       # error of a step ((0,1])\n"
    "  controller:\n"
    "    name: constant                        # the controller (constant|learned|aarseth)\n"
    "  time:\n"
    "    end: 30 yr                            # the end (yr|d|h, (0,inf))\n"
    "    start: 0                              # the start (yr)\n"
    "  masses: [1, 1, 1]                       # the masses ((0,inf))\n"));
  PetscFunctionReturn(0);
}

/* Rows of one map that stand apart in the tables. */
static PetscErrorCode gathers_maps(void) {
  typedef struct {
    int64_t one, two, three, four;
  } numbers;
  // clang-format off
  static const qv_key first[] = {
    QV_ROW(INT, numbers, one, .path = "a.x.one", .preset = "1"),
    QV_ROW(INT, numbers, two, .path = "b", .preset = "2"),
    {.type = QV_KEY_END}};
  static const qv_key second[] = {
    QV_ROW(INT, numbers, three, .path = "a.three", .preset = "3", .when = "b=2"),
    QV_ROW(INT, numbers, four, .path = "a.x.four", .preset = "4", .when = "a.three!=3|5"),
    {.type = QV_KEY_END}};
  static const qv_key none[] = {{.type = QV_KEY_END}};
  // clang-format on
  numbers    n;
  qv_section section[] = {{none, &n}, {first, &n}, {none, &n}, {second, &n}, {none, &n}};
  qv_diag   *diag;
  qv_deck    deck;
  char      *yaml;

  PetscFunctionBegin;
  PetscCall(qv_diag_create(&diag));
  PetscCall(sample_deck("a: {x: {one: 5}, three: 4}", 26, 0, NULL, diag, &deck));
  PetscCall(qv_deck_apply(&deck, NULL, 5, section, diag));
  EXPECT_INT(qv_diag_count(diag), 0);
  PetscCall(qv_deck_write(5, section, 0, false, &yaml));
  EXPECT_TEXT(yaml, "a:\n  x:\n    one: 5\n    four: 4\n  three: 4\nb: 2\n");
  PetscCall(PetscFree(yaml));
  PetscCall(qv_tree_destroy(&deck.root));
  PetscCall(qv_diag_destroy(&diag));
  PetscFunctionReturn(0);
}

static double any_double(void) {
  double x;
  do {
    const uint64_t b = bits();
    memcpy(&x, &b, sizeof x);
  } while (!isfinite(x));
  return x;
}

static double positive(void) {
  double x = fabs(any_double());
  return x > 0 ? x : 1;
}

/* A text of characters that make trouble, and others from all of Unicode. */
static PetscErrorCode any_text(char **text) {
  static const char *const parts[]    = {"a",
                                         " ",
                                         ":",
                                         ": ",
                                         "#",
                                         " #",
                                         "'",
                                         "\"",
                                         "\\",
                                         "\n",
                                         "\t",
                                         "\r",
                                         "-",
                                         "- ",
                                         "?",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         ",",
                                         "&",
                                         "*",
                                         "!",
                                         "|",
                                         ">",
                                         "%",
                                         "@",
                                         "`",
                                         "0",
                                         "1e5",
                                         "null",
                                         "true",
                                         "~",
                                         "\x7f",
                                         "\x01",
                                         "\x1b",
                                         "\xc2\x80",
                                         "\xc2\x85",
                                         "\xc2\xa0",
                                         "\xe2\x80\xa8",
                                         "\xef\xbb\xbf",
                                         "\xef\xbf\xbe",
                                         "\xf0\x9f\x98\x80",
                                         "\xc3\xa9",
                                         "..."};
  char                     buffer[64] = "";
  for (int n = below(8); n > 0; n--) strcat(buffer, parts[below(sizeof parts / sizeof *parts)]);
  return PetscStrallocpy(buffer, text);
}

static PetscErrorCode any_params(sample *s) {
  static const int time_units[]  = {QV_UNIT_NONE, QV_UNIT_YR, QV_UNIT_D, QV_UNIT_H};
  static const int every_units[] = {QV_UNIT_NONE, QV_UNIT_S, QV_UNIT_MIN, QV_UNIT_H, QV_UNIT_STEPS};
  sample_common   *c             = &s->common;
  sample_params   *p             = &s->params;

  PetscFunctionBegin;
  PetscCall(qv_deck_release(2, s->section));
  c->problem = below(2);
  if (below(2)) PetscCall(any_text(&c->title));
  PetscCall(any_text(&c->output));
  c->seed = (int64_t)(bits() >> (1 + below(63)));
  if (below(2)) c->step = 1 + (int64_t)(bits() >> 2);
  if (below(2)) c->wall_time = positive();
  c->every = (qv_quantity){positive(), (qv_unit)every_units[below(5)]};
  p->from  = (int[]){0, 1, 3}[below(3)]; /* no files here */
  p->count = 1 + (int64_t)(bits() >> (1 + below(63))) / 2;
  if (p->from < 2 && below(2)) p->first_seed = (int64_t)bits();
  p->integrator = below(2);
  if (p->integrator == 0)
    p->interval = below(2) ? (qv_real_or_word){positive(), -1} : (qv_real_or_word){NAN, below(2)};
  else
    p->tolerance = 0x1p-53 * (double)(1 + (bits() >> 11));
  p->controller = below(2) * 2;
  p->end        = (qv_quantity){positive(), (qv_unit)time_units[below(4)]};
  p->start      = any_double();
  if (below(2)) p->angle = any_double();
  p->masses.n = below(4);
  PetscCall(PetscCalloc1(p->masses.n, &p->masses.value));
  for (int i = 0; i < p->masses.n; i++) p->masses.value[i] = positive();
  p->labels.n = below(4);
  PetscCall(PetscCalloc1(p->labels.n, &p->labels.text));
  for (int i = 0; i < p->labels.n; i++) PetscCall(any_text(&p->labels.text[i]));
  PetscFunctionReturn(0);
}

static void expect_quantity(qv_quantity got, qv_quantity want) {
  EXPECT_BITS(got.value, want.value);
  EXPECT_INT(got.unit, want.unit);
}

/* Unset numbers are NaN with any sign. */
static void expect_real(double got, double want) {
  if (!isnan(want) || !isnan(got)) EXPECT_BITS(got, want);
}

static void expect_equal(const sample *a, const sample *b) {
  const sample_common *c = &a->common, *d = &b->common;
  const sample_params *p = &a->params, *q = &b->params;
  EXPECT_INT(c->problem, d->problem);
  EXPECT_TEXT(c->title, d->title);
  EXPECT_TEXT(c->output, d->output);
  EXPECT_INT(c->seed, d->seed);
  EXPECT_INT(c->step, d->step);
  expect_real(c->wall_time, d->wall_time);
  expect_quantity(c->every, d->every);
  EXPECT_INT(p->from, q->from);
  EXPECT_INT(p->integrator, q->integrator);
  EXPECT_INT(p->controller, q->controller);
  EXPECT_INT(p->count, q->count);
  EXPECT_INT(p->first_seed, q->first_seed);
  EXPECT_INT(p->interval.word, q->interval.word);
  expect_real(p->interval.value, q->interval.value);
  expect_real(p->tolerance, q->tolerance);
  expect_real(p->start, q->start);
  expect_real(p->angle, q->angle);
  expect_quantity(p->end, q->end);
  EXPECT_INT(p->masses.n, q->masses.n);
  for (int i = 0; i < p->masses.n && i < q->masses.n; i++)
    EXPECT_BITS(p->masses.value[i], q->masses.value[i]);
  EXPECT_INT(p->labels.n, q->labels.n);
  for (int i = 0; i < p->labels.n && i < q->labels.n; i++)
    EXPECT_TEXT(p->labels.text[i], q->labels.text[i]);
}

static PetscErrorCode comes_back(void) {
  PetscFunctionBegin;
  for (int i = 0; i < 3000; i++) {
    sample made, back;
    char  *yaml, *again;
    sample_begin(&made);
    PetscCall(any_params(&made));
    PetscCall(qv_deck_write(2, made.section, 0, i % 2, &yaml));
    PetscCall(apply(yaml, &back));
    expect_equal(&back, &made);
    PetscCall(qv_deck_write(2, back.section, 0, i % 2, &again));
    EXPECT_TEXT(again, yaml);
    PetscCall(PetscFree(yaml));
    PetscCall(PetscFree(again));
    PetscCall(sample_end(&made));
    PetscCall(sample_end(&back));
  }
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"writes the full form", writes_the_full_form},
               {"writes comments", writes_comments}, {"gathers maps", gathers_maps},
               {"comes back", comes_back});
}
