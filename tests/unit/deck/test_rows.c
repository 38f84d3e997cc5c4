/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a deck sets: defaults, conditions, shorthand, units, files; equal on all ranks.
 * qv-test: np=1,2,3 labels=fast timeout=60 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/qv_test.h"
#include "tests/unit/deck/sample.h"

#define HEAD "problem: threebody.evaluate\n"

static int rank_here(void) {
  int rank;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  return rank;
}

/* Rank 0 writes a file; nobody goes on before. */
static void write_file(const char *path, const char *text) {
  if (rank_here() == 0) {
    FILE *out = fopen(path, "wb");
    if (!out)
      qv_test_fail(__FILE__, __LINE__, "cannot write %s", path);
    else {
      fputs(text, out);
      fclose(out);
    }
  }
  MPI_Barrier(PETSC_COMM_WORLD);
}

/* Is this text equal on all ranks? */
static void expect_same(const char *text) {
  int length = (int)strlen(text), first = length;
  MPI_Bcast(&first, 1, MPI_INT, 0, PETSC_COMM_WORLD);
  char *copy = calloc((size_t)first + 1, 1);
  if (rank_here() == 0) memcpy(copy, text, (size_t)first);
  MPI_Bcast(copy, first, MPI_CHAR, 0, PETSC_COMM_WORLD);
  EXPECT_TEXT(text, copy);
  free(copy);
}

/* Read and apply, collectively; the caller ends with `done`. */
typedef struct {
  qv_diag *diag;
  qv_deck *deck;
  sample   s;
  char    *messages;
} reading;

static PetscErrorCode read_file(const char *path, int n_words, char *const *words, reading *r) {
  PetscFunctionBegin;
  sample_begin(&r->s);
  PetscCall(qv_diag_create(&r->diag));
  PetscCall(qv_deck_read(PETSC_COMM_WORLD, path, n_words, words, r->diag, &r->deck));
  PetscCall(qv_deck_apply(r->deck, "data", 2, r->s.section, r->diag));
  r->messages = sample_messages(r->diag);
  expect_same(r->messages);
  PetscFunctionReturn(0);
}

static PetscErrorCode read_text(const char *text, int n_words, char *const *words, reading *r) {
  PetscFunctionBegin;
  write_file("d.yaml", text);
  PetscCall(read_file("d.yaml", n_words, words, r));
  PetscFunctionReturn(0);
}

static PetscErrorCode done(reading *r) {
  PetscFunctionBegin;
  free(r->messages);
  PetscCall(sample_end(&r->s));
  PetscCall(qv_deck_destroy(&r->deck));
  PetscCall(qv_diag_destroy(&r->diag));
  PetscFunctionReturn(0);
}

static PetscErrorCode fills_defaults(void) {
  reading r;

  PetscFunctionBegin;
  PetscCall(read_text(HEAD "threebody: {systems: paper}\n", 0, NULL, &r));
  EXPECT_TEXT(r.messages, "");
  const sample_common *c = &r.s.common;
  const sample_params *p = &r.s.params;
  EXPECT_INT(c->problem, 0);
  EXPECT(!c->title);
  EXPECT_TEXT(c->output, "out.h5");
  EXPECT_INT(c->seed, 0);
  EXPECT_INT(c->step, QV_UNSET_INT);
  EXPECT(isnan(c->wall_time));
  EXPECT_BITS(c->every.value, 5);
  EXPECT_INT(c->every.unit, QV_UNIT_MIN);
  EXPECT_INT(p->from, 0);
  EXPECT_INT(p->count, 100);
  EXPECT_INT(p->first_seed, QV_UNSET_INT);
  EXPECT(!p->path.written && !p->path.found && !p->policy.written);
  EXPECT_INT(p->integrator, 0);
  EXPECT_INT(p->interval.word, -1);
  EXPECT_BITS(p->interval.value, 0.1);
  EXPECT(isnan(p->tolerance) && isnan(p->temperature) && isnan(p->angle));
  EXPECT_INT(p->controller, 0);
  EXPECT(!p->greedy);
  EXPECT_BITS(p->end.value, 30);
  EXPECT_INT(p->end.unit, QV_UNIT_YR);
  EXPECT_BITS(p->start, 0);
  EXPECT_INT(p->masses.n, 3);
  EXPECT_BITS(p->masses.value[2], 1);
  EXPECT_INT(p->labels.n, 0);
  PetscCall(done(&r));
  PetscFunctionReturn(0);
}

static PetscErrorCode reads_every_type(void) {
  reading r;

  PetscFunctionBegin;
  PetscCall(read_text(HEAD "title: 'it''s 5'\n"
                           "seed: 007\n"
                           "output: \"a b.h5\"\n"
                           "run: {step: 12, wall-time: 2 h}\n"
                           "checkpoint: {every: 500 steps}\n"
                           "threebody:\n"
                           "  systems: {from: brake, count: 5, first-seed: -3}\n"
                           "  integrator: {name: \"hermite4\", interval: 36525 d}\n"
                           "  time: {end: 2.5e1, start: 365.25 d}\n"
                           "  masses: [1, .5, 2e-3]\n"
                           "  labels: [sun, '7', 8, \"two words\"]\n"
                           "  angle: 1.5 rad\n",
                      0, NULL, &r));
  EXPECT_TEXT(r.messages, "");
  const sample_common *c = &r.s.common;
  const sample_params *p = &r.s.params;
  EXPECT_TEXT(c->title, "it's 5");
  EXPECT_INT(c->seed, 7);
  EXPECT_TEXT(c->output, "a b.h5");
  EXPECT_INT(c->step, 12);
  EXPECT_BITS(c->wall_time, 7200);
  EXPECT_BITS(c->every.value, 500);
  EXPECT_INT(c->every.unit, QV_UNIT_STEPS);
  EXPECT_INT(p->from, 1);
  EXPECT_INT(p->count, 5);
  EXPECT_INT(p->first_seed, -3);
  EXPECT_BITS(p->interval.value, 100);
  EXPECT_BITS(p->end.value, 25);
  EXPECT_INT(p->end.unit, QV_UNIT_NONE);
  EXPECT_BITS(p->start, 1);
  EXPECT_INT(p->masses.n, 3);
  EXPECT_BITS(p->masses.value[1], 0.5);
  EXPECT_BITS(p->masses.value[2], 0.002);
  EXPECT_INT(p->labels.n, 4);
  EXPECT_TEXT(p->labels.text[1], "7");
  EXPECT_TEXT(p->labels.text[3], "two words");
  EXPECT_BITS(p->angle, 1.5);
  EXPECT_TEXT(qv_deck_text(r.deck, "problem"), "threebody.evaluate");
  EXPECT_TEXT(qv_deck_text(r.deck, "threebody.systems.from"), "brake");
  EXPECT(!qv_deck_text(r.deck, "threebody.systems") && !qv_deck_text(r.deck, "nothing"));
  PetscCall(done(&r));
  PetscFunctionReturn(0);
}

/* A scalar in the place of a map is its `name` or `from`; the others then have their defaults. */
static PetscErrorCode takes_shorthand(void) {
  reading r;

  PetscFunctionBegin;
  PetscCall(read_text(HEAD "threebody: {systems: agekyan-anosova, integrator: 'regularised',"
                           " controller: aarseth}\n",
                      0, NULL, &r));
  EXPECT_TEXT(r.messages, "");
  EXPECT_INT(r.s.params.from, 3);
  EXPECT_INT(r.s.params.count, 100);
  EXPECT_INT(r.s.params.integrator, 1);
  EXPECT_BITS(r.s.params.tolerance, 1e-9);
  EXPECT_INT(r.s.params.controller, 2);
  EXPECT_INT(r.s.params.interval.word, -1);
  EXPECT(isnan(r.s.params.interval.value));
  PetscCall(done(&r));
  PetscFunctionReturn(0);
}

/* One path in two rows: the default depends on the source of systems. */
static PetscErrorCode chooses_rows(void) {
  reading       r;
  const qv_key *first = &sample_keys[5], *second = &sample_keys[6], *temperature = &sample_keys[11];

  PetscFunctionBegin;
  PetscCall(read_text(HEAD "threebody: {systems: brake}\n", 0, NULL, &r));
  EXPECT_INT(r.s.params.interval.word, 0);
  EXPECT(!qv_deck_row_applies(first, 2, r.s.section));
  EXPECT(qv_deck_row_applies(second, 2, r.s.section));
  PetscCall(done(&r));

  PetscCall(
    read_text(HEAD "threebody: {systems: paper, integrator: {interval: auto}}\n", 0, NULL, &r));
  EXPECT_INT(r.s.params.interval.word, 1);
  EXPECT(qv_deck_row_applies(first, 2, r.s.section));
  EXPECT(!qv_deck_row_applies(second, 2, r.s.section)); /* it holds too, but is not the first */
  EXPECT(qv_deck_row_applies(&sample_common_keys[0], 2, r.s.section));
  PetscCall(done(&r));

  write_file("net.h5", "x");
  PetscCall(read_text(HEAD "threebody: {systems: paper, controller: {name: learned, policy: net.h5,"
                           " greedy: false}}\n",
                      0, NULL, &r));
  EXPECT_TEXT(r.messages, "");
  EXPECT(qv_deck_row_applies(temperature, 2, r.s.section));
  EXPECT_BITS(r.s.params.temperature, 1);
  r.s.params.greedy = true; /* the parameters alone decide */
  EXPECT(!qv_deck_row_applies(temperature, 2, r.s.section));
  PetscCall(done(&r));
  PetscFunctionReturn(0);
}

/* Conditions compare what is written, of any type; a key without a value is the empty word. */
static PetscErrorCode compares_what_is_written(void) {
  typedef struct {
    char   *text;
    bool    on;
    double  real;
    int64_t none, yes[8];
  } values;
  // clang-format off
  static const qv_key keys[] = {
    QV_ROW(TEXT, values, text, .path = "text", .preset = "x y"),
    QV_ROW(BOOL, values, on, .path = "on", .preset = "false"),
    QV_ROW(REAL, values, real, .path = "real", .preset = "5e-1"),
    QV_ROW(INT, values, none, .path = "none", .preset = ""),
    QV_ROW(INT, values, yes[0], .path = "y0", .preset = "1", .when = "text=a|x y"),
    QV_ROW(INT, values, yes[1], .path = "y1", .preset = "1", .when = "on=false&real=0.5"),
    QV_ROW(INT, values, yes[2], .path = "y2", .preset = "1", .when = "none="),
    QV_ROW(INT, values, yes[3], .path = "y3", .preset = "1", .when = "none != 3 | 4"),
    QV_ROW(INT, values, yes[4], .path = "n4", .preset = "1", .when = "text!=a|x y"),
    QV_ROW(INT, values, yes[5], .path = "n5", .preset = "1", .when = "on=true & real=0.5"),
    QV_ROW(INT, values, yes[6], .path = "n6", .preset = "1", .when = "y0=1 & n4=1"),
    QV_ROW(INT, values, yes[7], .path = "y7", .preset = "1", .when = "y0=1 & n4!=1"),
    {.type = QV_KEY_END}};
  // clang-format on
  values           v       = {0};
  const qv_section section = {keys, &v};
  qv_diag         *diag;
  qv_deck          deck;

  PetscFunctionBegin;
  PetscCall(qv_diag_create(&diag));
  PetscCall(sample_deck("{}", 2, 0, NULL, diag, &deck));
  PetscCall(qv_deck_apply(&deck, NULL, 1, &section, diag));
  EXPECT_INT(qv_diag_count(diag), 0);
  for (int i = 0; i < 8; i++) {
    const bool is_yes = keys[4 + i].path[0] == 'y';
    EXPECT_INT(v.yes[i], is_yes ? 1 : QV_UNSET_INT);
    EXPECT_INT(qv_deck_row_applies(&keys[4 + i], 1, &section), is_yes);
  }
  PetscCall(qv_deck_release(1, &section));
  EXPECT(!v.text);
  PetscCall(qv_tree_destroy(&deck.root));
  PetscCall(qv_diag_destroy(&diag));
  PetscFunctionReturn(0);
}

static PetscErrorCode applies_words(void) {
  char   *words[] = {"threebody.systems.count=7", "seed=9",
                     "threebody.masses=[3, 4]",   "threebody.systems.count=8",
                     "threebody.time.end=2 d",    "title=a: b # c"};
  reading r;

  PetscFunctionBegin;
  PetscCall(read_text(HEAD "seed: x\nthreebody:\n  systems: {from: paper}\n", 6, words, &r));
  EXPECT_TEXT(r.messages, "");
  EXPECT_INT(r.s.common.seed, 9);
  EXPECT_INT(r.s.params.count, 8);
  EXPECT_INT(r.s.params.masses.n, 2);
  EXPECT_INT(r.s.params.end.unit, QV_UNIT_D);
  EXPECT_TEXT(r.s.common.title, "a: b # c");
  qv_place place = qv_deck_place(r.deck, "seed");
  EXPECT_TEXT(place.file, "command line");
  EXPECT_INT(place.line, 0);
  EXPECT_TEXT(place.source, "seed=9");
  place = qv_deck_place(r.deck, "threebody.systems.first-seed"); /* not there: its parent */
  EXPECT_TEXT(place.file, "d.yaml");
  EXPECT_INT(place.line, 4);
  EXPECT_INT(place.column, 3);
  EXPECT_TEXT(place.source, "  systems: {from: paper}");
  place = qv_deck_place(r.deck, "run.step");
  EXPECT_TEXT(place.file, "d.yaml");
  EXPECT_INT(place.line, 0);
  PetscCall(done(&r));
  PetscFunctionReturn(0);
}

#define FILES HEAD "threebody:\n  systems: {from: file, path: in.csv}\n"

/* Beside the deck, in the working directory, in the data folder: by what rank 0 sees. */
static PetscErrorCode finds_files(void) {
  reading         r;
  const qv_path **files;
  int             n;

  PetscFunctionBegin;
  if (rank_here() == 0) {
    mkdir("decks", 0777);
    mkdir("data", 0777);
    mkdir("elsewhere", 0777);
  }
  write_file("decks/d.yaml", FILES);
  write_file("data/in.csv", "1");
  if (rank_here() > 0 && chdir("elsewhere"))
    qv_test_fail(__FILE__, __LINE__, "chdir"); /* only rank 0 sees the files */
  PetscCall(read_file("decks/d.yaml", 0, NULL, &r));
  EXPECT_TEXT(r.messages, "");
  EXPECT_TEXT(r.s.params.path.found, "data/in.csv");
  EXPECT_TEXT(r.s.params.path.written, "in.csv");
  PetscCall(done(&r));

  write_file("in.csv", "2");
  PetscCall(read_file("decks/d.yaml", 0, NULL, &r));
  EXPECT_TEXT(r.s.params.path.found, "in.csv");
  PetscCall(done(&r));

  write_file("decks/in.csv", "3");
  char *words[] = {"threebody.controller={name: learned, policy: ../data/in.csv}"};
  PetscCall(read_file("decks/d.yaml", 1, words, &r));
  EXPECT_TEXT(r.messages, "");
  EXPECT_TEXT(r.s.params.path.found, "decks/in.csv");
  PetscCall(qv_deck_files(2, r.s.section, &n, &files));
  EXPECT_INT(n, 2);
  if (n == 2) EXPECT_TEXT(files[0]->found, "decks/in.csv");
  if (n == 2) EXPECT_TEXT(files[1]->found, "decks/../data/in.csv");
  PetscCall(PetscFree(files));
  PetscCall(done(&r));
  if (rank_here() > 0 && chdir("..")) qv_test_fail(__FILE__, __LINE__, "chdir");
  PetscFunctionReturn(0);
}

static PetscErrorCode expect_one(const char *path, int code, const char *message,
                                 char *const *words, int n_words) {
  reading r;

  PetscFunctionBegin;
  PetscCall(read_file(path, n_words, words, &r));
  EXPECT_TEXT(r.messages, message);
  EXPECT_INT(qv_diag_exit_code(r.diag), code);
  PetscCall(done(&r));
  PetscFunctionReturn(0);
}

static PetscErrorCode says_what_cannot_be_read(void) {
  char *words[] = {"seed"};

  PetscFunctionBegin;
  if (rank_here() == 0) mkdir("folder", 0777);
  write_file("bad.yaml", "a: [\n");
  char *large = calloc((1 << 20) + 2, 1);
  memset(large, '#', (1 << 20) + 1);
  write_file("large.yaml", large);
  free(large);
  PetscCall(expect_one("none.yaml", QV_EXIT_NOINPUT, "none.yaml: no such file", NULL, 0));
  PetscCall(
    expect_one("folder", QV_EXIT_NOINPUT, "folder: cannot be read: Is a directory", NULL, 0));
  PetscCall(expect_one("large.yaml", QV_EXIT_DECK, "large.yaml: larger than 1 MiB", NULL, 0));
  PetscCall(expect_one("bad.yaml", QV_EXIT_DECK,
                       "bad.yaml:1:4: this list is not closed: expected ',' or ']'\n"
                       "command line: 'seed' is no setting; write key=value",
                       words, 1));
  PetscFunctionReturn(0);
}

/* Mistakes with their excerpts, the same on all ranks. */
static PetscErrorCode shows_excerpts(void) {
  reading r;
  char   *shown;
  size_t  size;

  PetscFunctionBegin;
  PetscCall(read_text(HEAD "threebody:\n  systems: papr\n  masses: [x]\n", 0, NULL, &r));
  FILE *out = open_memstream(&shown, &size);
  PetscCall(qv_diag_print(r.diag, out));
  fclose(out);
  EXPECT_TEXT(shown,
              "d.yaml:3:12: unknown source 'papr'; did you mean 'paper'?\n"
              "    systems: papr\n"
              "             ^\n"
              "d.yaml:4:12: threebody.masses: item 1 must be a number, found 'x'\n"
              "    masses: [x]\n"
              "             ^\n");
  expect_same(shown);
  free(shown);
  PetscCall(done(&r));
  PetscFunctionReturn(0);
}

/* Bits of a double read on every rank from the same text. */
static PetscErrorCode agrees_on_all_ranks(void) {
  reading r;
  char   *yaml;

  PetscFunctionBegin;
  PetscCall(read_text(HEAD "title: \"\xc3\xbc\"\n"
                           "threebody: {systems: paper, angle: 0.1234567890123456789,"
                           " masses: [1e-300, 0.3, 7], time: {start: 1 h}}\n",
                      0, NULL, &r));
  PetscCall(qv_deck_write(2, r.s.section, 0, true, &yaml));
  expect_same(yaml);
  PetscCall(PetscFree(yaml));
  PetscCall(done(&r));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(
    argc, argv, {"fills defaults", fills_defaults}, {"reads every type", reads_every_type},
    {"takes shorthand", takes_shorthand}, {"chooses rows", chooses_rows},
    {"compares what is written", compares_what_is_written}, {"applies words", applies_words},
    {"finds files", finds_files}, {"says what cannot be read", says_what_cannot_be_read},
    {"shows excerpts", shows_excerpts}, {"agrees on all ranks", agrees_on_all_ranks});
}
