/* SPDX-License-Identifier: GPL-3.0-or-later
 * Wrong decks and what is said of them, word for word.
 * qv-test: np=1 labels=fast timeout=60 */
#include "tests/support/qv_test.h"
#include "tests/unit/deck/sample.h"

typedef struct {
  const char *deck, *messages;
} wrong;

#define INDENTED "this line is indented by too much or too little"
#define COLON \
  "a ':' cannot stand here; quote a text that holds one, or check the indentation here and above"
#define DEEP "[[[[[[[[[[[[[[[["

// clang-format off
static const wrong texts[] = {
  {"",                             "d.yaml: the deck is empty"},
  {"# nothing\n",                  "d.yaml: the deck is empty"},
  {"---\n...\n",                   "d.yaml: the deck is empty"},
  {"a: b: c\n",                    "d.yaml:1:5: " COLON},
  {"a: 1\n  b: 2\n",               "d.yaml:2:4: " COLON},
  {"a: [1, 2\nb: 3\n",             "d.yaml:1:4: this list is not closed: expected ',' or ']'"},
  {"a: [1, 2\n",                   "d.yaml:1:4: this list is not closed: expected ',' or ']'"},
  {"a: {b: 1\nc: 2\n",             "d.yaml:1:4: this map is not closed: expected ',' or '}'"},
  {"a: \"abc\nb: c\n",             "d.yaml:1:4: this quote is not closed"},
  {"a: 1\nb\n",                    "d.yaml:2:1: a key needs ': ' after it"},
  {"a:\n  b: 1\n c: 2\n",          "d.yaml:3:2: " INDENTED},
  {"a:\n  - b\n  c: 1\n",          "d.yaml:3:3: " INDENTED ", or lacks its '- '"},
  {"a:\n\tb: 1\n",                 "d.yaml:2:1: a tab cannot indent; use spaces"},
  {"a: 1\n\tb: 1\n",               "d.yaml:2:1: a tab cannot indent; use spaces"},
  {"a: @x\n",                      "d.yaml:1:4: a value cannot begin with this character; quote it"},
  {"a: - b\n",                     "d.yaml:1:4: a list cannot begin here; put its first '- ' on a line of its own"},
  {"a: [1, , 2]\n",                "d.yaml:1:8: a value is missing here"},
  {"a: [1,\n  , 2]\n",             "d.yaml:2:3: a value is missing here"},
  {"b: 1\na: [1,\n\n",             "d.yaml:2:4: this list is not closed: expected ',' or ']'"},
  {"a: {b: [2],",                  "d.yaml:1:4: this map is not closed: expected ',' or '}'"},
  {"{a: 1} x\n",                   "d.yaml:1:8: what stands before this has ended; check the indentation"},
  {"a: 'it's'\n",                  "d.yaml:1:8: this cannot follow the value before it; quote the whole value"},
  {"a: \"\\q\"\n",                 "d.yaml:1:5: unknown escape in double quotes; single quotes keep backslashes as they are"},
  {"\xc3\xbc: \xc3\xbc: 1\n",      "d.yaml:1:5: " COLON},
  {"a: *x\n",                      "d.yaml:1:4: aliases ('*') are not allowed"},
  {"*x : 1\n",                     "d.yaml:1:1: aliases ('*') are not allowed"},
  {"a: &x 1\n",                    "d.yaml:1:4: anchors ('&') are not allowed"},
  {"a: !!str 1\n",                 "d.yaml:1:4: tags ('!') are not allowed"},
  {"a: !x!y 1\n",                  "d.yaml:1:4: tags ('!') are not allowed"},
  {"<<: {a: 1}\n",                 "d.yaml:1:1: merge keys ('<<') are not allowed"},
  {"a: 1\n---\nb: 1\n",            "d.yaml:2:1: a second document ('---') is not allowed"},
  {"a: 1\n...\nb: 1\n",            "d.yaml:3:1: what stands before this has ended; check the indentation"},
  {"%YAML 1.1\n---\na: 1\n",       "d.yaml:1:1: a line cannot begin with '%' (YAML directives are not allowed)"},
  {"a: 1\nb: 2\na: 3\na: 4\n",     "d.yaml:3:1: key 'a' already given on line 1\nd.yaml:4:1: key 'a' already given on line 1"},
  {"a: {b: 1}\na: {b: 2}\n",       "d.yaml:2:1: key 'a' already given on line 1"},
  {"a: {b: 1, b: 2}\n",            "d.yaml:1:11: key 'b' already given on line 1"},
  {"a: " DEEP "1\n",               "d.yaml:1:19: nested deeper than 16 levels"},
  {"a: 1\nb: \xff\n",              "d.yaml:2:4: not valid UTF-8"},
  {"a: \xed\xa0\x80\n",            "d.yaml:1:4: not valid UTF-8"},
  {"a: \xc0\x80\n",                "d.yaml:1:4: not valid UTF-8"},
  {"a: \x1b[2J\n",                 "d.yaml:1:4: a control character is not allowed"},
  {"a: \"x\\0y\"\n",               "d.yaml:1:4: a text with a NUL character"},
  {"'': x\n",                       "d.yaml:1:1: an empty key"},
  {"{{x}}: 3\n",                   "d.yaml:1:1: a key must be a word, found a map or a list"},
  {"a: {{x}}\n",                   "d.yaml:1:5: a key must be a word, found a map or a list"},
  {"a.b: 3\n",                     "d.yaml:1:1: key 'a.b' has a dot; write one map inside the other"},
};

#define HEAD "problem: threebody.evaluate\n"
#define BASE HEAD "threebody:\n  systems: paper\n" /* more of threebody on line 4 */
static const wrong decks[] = {
  {"hello\n",                                "d.yaml:1:1: a deck must be a map of keys, found 'hello'"},
  {"- a\n",                                  "d.yaml:1:1: a deck must be a map of keys, found a list"},
  {"seed: 1\n",                              "d.yaml: missing key 'problem' (what to do)\nd.yaml: missing key 'threebody.systems.from' (where systems come from)"},
  {HEAD,                                     "d.yaml: missing key 'threebody.systems.from' (where systems come from)"},
  {HEAD "threebody: {}\n",                   "d.yaml:2:1: missing key 'threebody.systems.from' (where systems come from)"},
  {HEAD "threebody:\n  systems: {count: 5}\n", "d.yaml:3:3: missing key 'threebody.systems.from' (where systems come from)"},
  {HEAD "threebody:\n",                      "d.yaml:2:1: threebody has no value"},
  {HEAD "threebody: 5\n",                    "d.yaml:2:12: threebody must be a map, found '5'"},
  {HEAD "threebody: [5]\n",                  "d.yaml:2:12: threebody must be a map, found a list"},
  {HEAD "threebody:\n  systems: [paper]\n",  "d.yaml:3:12: threebody.systems must be a map, found a list"},
  {HEAD "threebody:\n  systems:\n",          "d.yaml:3:3: threebody.systems has no value"},
  {HEAD "threebody:\n  systems: papr\n",     "d.yaml:3:12: unknown source 'papr'; did you mean 'paper'?"},
  {HEAD "threebody:\n  systems: {from: xyz}\n", "d.yaml:3:19: unknown source 'xyz'; one of paper, brake, file, agekyan-anosova"},
  {HEAD "threebody:\n  systems: {from: [a]}\n", "d.yaml:3:19: threebody.systems.from must be a word, found a list"},
  {HEAD "threebody: {systems: {from: paper, cuont: 5}}\n", "d.yaml:2:36: unknown key 'threebody.systems.cuont'; did you mean 'count'?"},
  {HEAD "threebody: {systems: {form: paper}}\n", "d.yaml:2:23: unknown key 'threebody.systems.form'; did you mean 'from'?"},
  {HEAD "threebody: {systems: {form: file, path: x}}\n", "d.yaml:2:23: unknown key 'threebody.systems.form'; did you mean 'from'?"},
  {HEAD "threebody: {sytems: {from: paper}}\n", "d.yaml:2:13: unknown key 'threebody.sytems'; did you mean 'systems'?"},
  {HEAD "thrbody: {systems: {from: 5.7, count: x}}\n", "d.yaml:2:1: unknown key 'thrbody'; did you mean 'threebody'?"},
  {HEAD "threebody: {systems: {from: paper, frm: 1}}\n", "d.yaml:2:36: unknown key 'threebody.systems.frm'"},
  {BASE "count: 5\n",                        "d.yaml:4:1: unknown key 'count'; did you mean 'threebody.systems.count'?"},
  {BASE "optim: {name: x, rate: 0.1}\n",     "d.yaml:4:1: unknown key 'optim'"},
  {BASE "sede: 5\n",                         "d.yaml:4:1: unknown key 'sede'; did you mean 'seed'?"},
  {"problem: threebody.evalate\nthreebody: {systems: paper}\n", "d.yaml:1:10: unknown problem 'threebody.evalate'; did you mean 'threebody.evaluate'?"},
  {BASE "  controller: lerned\n",            "d.yaml:4:15: unknown controller 'lerned'; did you mean 'learned'?"},
  {BASE "  controller: {name: fast}\n",      "d.yaml:4:22: unknown controller 'fast'; one of constant, learned, aarseth"},
  {BASE "  controller: {name: fast, policy: x, greedy: 5}\n", "d.yaml:4:22: unknown controller 'fast'; one of constant, learned, aarseth"},
  {BASE "  controller: {name: }\n",          "d.yaml:4:16: threebody.controller.name has no value"},
  {BASE "seed: 5.7\n",                       "d.yaml:4:7: seed must be a whole number, found '5.7'"},
  {BASE "seed: 50abc\n",                     "d.yaml:4:7: seed must be a whole number, found '50abc'"},
  {BASE "seed: \"5\"\n",                     "d.yaml:4:7: seed must be a whole number, found text '5'"},
  {BASE "seed: |\n 5\n",                     "d.yaml:4:7: seed must be a whole number, found text '5 '"},
  {BASE "seed: 1e6\n",                       "d.yaml:4:7: seed must be a whole number, found '1e6'; write 1000000"},
  {BASE "seed: 5.0\n",                       "d.yaml:4:7: seed must be a whole number, found '5.0'; write 5"},
  {BASE "seed: 1_000\n",                     "d.yaml:4:7: seed must be a whole number, found '1_000'; write 1000"},
  {BASE "seed: 0x10\n",                      "d.yaml:4:7: seed must be a whole number, found '0x10'"},
  {BASE "seed: 99999999999999999999\n",      "d.yaml:4:7: seed must be a whole number that fits 64 bits, found '99999999999999999999'"},
  {BASE "seed: -1\n",                        "d.yaml:4:7: seed must be in [0,inf), found -1"},
  {BASE "seed: [1]\n",                       "d.yaml:4:7: seed must be a whole number, found a list"},
  {BASE "seed: {a: 1}\n",                    "d.yaml:4:7: seed must be a whole number, found a map"},
  {BASE "seed:\n",                           "d.yaml:4:1: seed has no value"},
  {BASE "seed: ~\n",                         "d.yaml:4:1: seed has no value"},
  {BASE "title: null\n",                     "d.yaml:4:1: title has no value"},
  {BASE "title: [a]\n",                      "d.yaml:4:8: title must be a text, found a list"},
  {BASE "title: *a\nseed: x\n",              "d.yaml:4:8: aliases ('*') are not allowed\nd.yaml:5:7: seed must be a whole number, found 'x'"},
  {BASE "seed: 1\nseed: x\ntitle: {}\n",     "d.yaml:5:1: key 'seed' already given on line 4\nd.yaml:6:8: title must be a text, found a map"},
  {BASE "  angle: abc\n",                    "d.yaml:4:10: threebody.angle must be a number, found 'abc'"},
  {BASE "  angle: 0,5\n",                    "d.yaml:4:10: threebody.angle must be a number, found '0,5'"},
  {BASE "  angle: 1e999\n",                  "d.yaml:4:10: threebody.angle must be a number that a double can hold, found '1e999'"},
  {BASE "  angle: 1e-999\n",                 "d.yaml:4:10: threebody.angle must be a number that a double can hold, found '1e-999'"},
  {BASE "  angle: .nan\n",                   "d.yaml:4:10: threebody.angle must be a number, found '.nan'"},
  {BASE "  angle: .inf\n",                   "d.yaml:4:10: threebody.angle must be a number, found '.inf'"},
  {BASE "  angle: nan\n",                    "d.yaml:4:10: threebody.angle must be a number, found 'nan'"},
  {BASE "  angle: 0x1p3\n",                  "d.yaml:4:10: threebody.angle must be a number, found '0x1p3'"},
  {BASE "  angle: 1_0.5\n",                  "d.yaml:4:10: threebody.angle must be a number, found '1_0.5'; write 10.5"},
  {BASE "  angle: 5 deg\n",                  "d.yaml:4:10: threebody.angle: unknown unit 'deg'; it can only be rad"},
  {BASE "  angle: '1 rad'\n",                "d.yaml:4:10: threebody.angle must be a number, found text '1 rad'"},
  {BASE "  time: {end: 5 yrs}\n",            "d.yaml:4:15: threebody.time.end: unknown unit 'yrs'; did you mean 'yr'?"},
  {BASE "  time: {end: 5 km}\n",             "d.yaml:4:15: threebody.time.end: unit 'km' is not a unit of time; one of yr, d, h"},
  {BASE "  time: {end: 5 steps}\n",          "d.yaml:4:15: threebody.time.end: unit 'steps' is not a unit of time; one of yr, d, h"},
  {BASE "  time: {end: 5 s}\n",              "d.yaml:4:15: threebody.time.end: unit 's' is not allowed here; one of yr, d, h"},
  {BASE "  time: {end: -5 yr}\n",            "d.yaml:4:15: threebody.time.end must be in (0,inf), found -5 yr"},
  {BASE "  time: {end: abc}\n",              "d.yaml:4:15: threebody.time.end must be a number, found 'abc'"},
  {BASE "  time: {end: 5, start: 3 steps}\n", "d.yaml:4:25: threebody.time.start: unit 'steps' is not a unit of time; one of s, min, h, d, yr"},
  {BASE "checkpoint: {every: 5 periods}\n",  "d.yaml:4:21: checkpoint.every: unit 'periods' is not allowed here; one of s, min, h, steps"},
  {BASE "checkpoint: {every: 5 km}\n",       "d.yaml:4:21: checkpoint.every: unknown unit 'km'; one of s, min, h, steps"},
  {BASE "checkpoint: {every: 5 step}\n",     "d.yaml:4:21: checkpoint.every: unknown unit 'step'; did you mean 'steps'?"},
  {BASE "run: {wall-time: -2 h}\n",          "d.yaml:4:18: run.wall-time must be in (0,inf) s, found -2 h"},
  {BASE "run: {step: 0}\n",                  "d.yaml:4:13: run.step must be in [1,inf), found 0"},
  {BASE "run: {step: 3, stop: 4}\n",         "d.yaml:4:16: unknown key 'run.stop'"},
  {BASE "  masses: 5\n",                     "d.yaml:4:11: threebody.masses must be a list of numbers, found '5'"},
  {BASE "  masses: [1, x, '2', -1]\n",       "d.yaml:4:15: threebody.masses: item 2 must be a number, found 'x'\n"
                                             "d.yaml:4:18: threebody.masses: item 3 must be a number, found text '2'\n"
                                             "d.yaml:4:23: threebody.masses: item 4 must be in (0,inf), found -1"},
  {BASE "  masses:\n    - 1\n    -\n",       "d.yaml:6:6: threebody.masses: item 2 has no value"},
  {BASE "  labels: a\n",                     "d.yaml:4:11: threebody.labels must be a list of texts, found 'a'"},
  {BASE "  labels: [a, [b]]\n",              "d.yaml:4:15: threebody.labels: item 2 must be a text, found a list"},
  {BASE "  integrator: {interval: x}\n",     "d.yaml:4:26: threebody.integrator.interval must be a number or one of none, auto, found 'x'"},
  {BASE "  integrator: {interval: nome}\n",  "d.yaml:4:26: threebody.integrator.interval must be a number or one of none, auto, found 'nome'; did you mean 'none'?"},
  {BASE "  integrator: {interval: '1'}\n",   "d.yaml:4:26: threebody.integrator.interval must be a number or one of none, auto, found text '1'"},
  {BASE "  integrator: {interval: 0}\n",     "d.yaml:4:26: threebody.integrator.interval must be in (0,inf) yr, found 0"},
  {BASE "  integrator: {interval: 1 rad}\n", "d.yaml:4:26: threebody.integrator.interval: unit 'rad' is not a unit of time; one of s, min, h, d, yr"},
  {BASE "  integrator: {tolerance: 1e-3}\n", "d.yaml:4:16: key 'threebody.integrator.tolerance' applies only with threebody.integrator.name=regularised"},
  {BASE "  integrator: {name: regularised, interval: 1}\n", "d.yaml:4:35: key 'threebody.integrator.interval' applies only with "
                                             "threebody.systems.from=paper & threebody.integrator.name=hermite4 or threebody.integrator.name=hermite4"},
  {BASE "  controller: {greedy: yes}\n",     "d.yaml:4:16: key 'threebody.controller.greedy' applies only with threebody.controller.name=learned"},
  {HEAD "threebody:\n  systems: {from: paper, path: mine.csv}\n", "d.yaml:3:26: key 'threebody.systems.path' applies only with threebody.systems.from=file"},
  {HEAD "threebody:\n  systems: file\n",     "d.yaml:3:3: missing key 'threebody.systems.path' (initial conditions)"},
  {HEAD "threebody:\n  systems: {from: file, path: mine.csv}\n", "d.yaml:3:31: threebody.systems.path: no such file 'mine.csv' (looked beside the deck, in the working directory and in no/data)"},
  {HEAD "threebody:\n  systems: {from: file, path: /no/mine.csv}\n", "d.yaml:3:31: threebody.systems.path: no such file '/no/mine.csv'"},
  {HEAD "threebody:\n  systems: {from: file, path: /dev/null/x}\n", "d.yaml:3:31: threebody.systems.path: no such file '/dev/null/x'"},
  {HEAD "threebody:\n  systems: {from: file, path: .}\n", "d.yaml:3:31: threebody.systems.path: '.' is a folder, not a file"},
  {HEAD "threebody:\n  systems: {from: file, path: ''}\n", "d.yaml:3:31: threebody.systems.path must be the name of a file, found text ''"},
  {HEAD "threebody:\n  systems: {from: file, path: [a]}\n", "d.yaml:3:31: threebody.systems.path must be the name of a file, found a list"},
  {HEAD "threebody.systems: paper\n",        "d.yaml:2:1: key 'threebody.systems' has a dot; write one map inside the other"},
  {HEAD "<<: {a: 1}\nthreebody: {systems: paper}\n", "d.yaml:2:1: merge keys ('<<') are not allowed"},
  {HEAD "threebody: {systems: {count: 5}}\nthreebody: {systems: {from: paper}, angle: x}\n",
                                             "d.yaml:3:1: key 'threebody' already given on line 2\nd.yaml:3:44: threebody.angle must be a number, found 'x'"},
  {HEAD "threebody: {systems: file}\nthreebody: {systems: paper}\n", "d.yaml:3:1: key 'threebody' already given on line 2"},
  {HEAD "threebody:\n  systems: {from: pape, count: 0, path: x}\n  controller: learnt\n  masses: [0]\nsed: 1\n",
                                             "d.yaml:3:19: unknown source 'pape'; did you mean 'paper'?\n"
                                             "d.yaml:4:15: unknown controller 'learnt'; did you mean 'learned'?\n"
                                             "d.yaml:5:12: threebody.masses: item 1 must be in (0,inf), found 0\n"
                                             "d.yaml:6:1: unknown key 'sed'; did you mean 'seed'?"},
  {BASE "title: 'a\\tb'\n  seed: 1\n",       "d.yaml:5:3: " INDENTED},
  {BASE "title: [\"esc \\e[2J and a text that goes on and on and on\"]\nseed: \"esc \\e[2J and a text that goes on and on and on\"\n",
                                             "d.yaml:4:8: title must be a text, found a list\n"
                                             "d.yaml:5:7: seed must be a whole number, found text 'esc  [2J and a text that goes on and on ...'"},
};

static const struct {
  const char *deck, *word, *messages;
  int         code;
} overrides[] = {
  {BASE, "seed",                        "command line: 'seed' is no setting; write key=value", QV_EXIT_USAGE},
  {BASE, "=5",                          "command line: '' names no key", QV_EXIT_USAGE},
  {BASE, "a..b=5",                      "command line: 'a..b' names no key", QV_EXIT_USAGE},
  {BASE, "seed.=5",                     "command line: 'seed.' names no key", QV_EXIT_USAGE},
  {BASE, "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=5", "command line: 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a' is nested deeper than 16 levels", QV_EXIT_USAGE},
  {BASE, "threebody.systems.count=5",   "command line: 'systems' is not a map but 'paper'; write it as a map to set keys in it", QV_EXIT_USAGE},
  {BASE "  masses: [1]\n", "threebody.masses.x=5", "command line: 'masses' is not a map but a list", QV_EXIT_USAGE},
  {BASE, "threebody.masses=[1, 2",      "command line: this list is not closed: expected ',' or ']'", QV_EXIT_USAGE},
  {BASE, "threebody.masses=[1,",        "command line: this list is not closed: expected ',' or ']'", QV_EXIT_USAGE},
  {BASE, "threebody.masses=[1,,2]",     "command line: a value is missing here", QV_EXIT_USAGE},
  {BASE, "threebody.masses=[1] x",      "command line: what stands before this has ended; check the indentation", QV_EXIT_USAGE},
  {BASE, "title=\"x",                   "command line: this quote is not closed", QV_EXIT_USAGE},
  {BASE, "threebody.labels=[*a]",                  "command line: aliases ('*') are not allowed", QV_EXIT_USAGE},
  {BASE, "threebody={systems: paper, systems: brake}", "command line: key 'systems' given twice", QV_EXIT_USAGE},
  {BASE, "title=\xff",                  "command line: not valid UTF-8", QV_EXIT_USAGE},
  {BASE, "threebody={systems: paper, systms: 1}", "command line: unknown key 'threebody.systms'", QV_EXIT_DECK},
  {BASE, "seed=5.7",                    "command line: seed must be a whole number, found '5.7'", QV_EXIT_DECK},
  {BASE, "seed='5'",                    "command line: seed must be a whole number, found text '5'", QV_EXIT_DECK},
  {BASE, "seed=-3",                     "command line: seed must be in [0,inf), found -3", QV_EXIT_DECK},
  {BASE, "seed=",                       "command line: seed has no value", QV_EXIT_DECK},
  {BASE, "sede=5",                      "command line: unknown key 'sede'; did you mean 'seed'?", QV_EXIT_DECK},
  {BASE, "threebody.sytems.cuont=5",    "command line: unknown key 'threebody.sytems'", QV_EXIT_DECK},
  {BASE, "threebody.systems={from: paper, cuont: 5}", "command line: unknown key 'threebody.systems.cuont'; did you mean 'count'?", QV_EXIT_DECK},
  {BASE, "threebody.systems=file",      "command line: missing key 'threebody.systems.path' (initial conditions)", QV_EXIT_DECK},
  {BASE, "threebody.systems={from: file, path: x.csv}", "command line: threebody.systems.path: no such file 'x.csv' (looked beside the deck, in the working directory and in no/data)", QV_EXIT_NOINPUT},
  {BASE, "threebody.systems={from: file, path: .}", "command line: threebody.systems.path: '.' is a folder, not a file", QV_EXIT_DATA},
  {BASE "seed: x\n", "seed=5",          "", 0},
};
// clang-format on

static PetscErrorCode check(const char *text, size_t length, const char *word, bool only_tree,
                            const char *messages, int code) {
  qv_diag *diag;
  qv_deck  deck;
  sample   s;
  char    *words[1] = {(char *)word};

  PetscFunctionBegin;
  sample_begin(&s);
  PetscCall(qv_diag_create(&diag));
  PetscCall(sample_deck(text, length, word ? 1 : 0, words, diag, &deck));
  if (!only_tree) PetscCall(qv_deck_apply(&deck, "no/data", 2, s.section, diag));
  char *got = sample_messages(diag);
  if (strcmp(got, messages))
    qv_test_fail(__FILE__, __LINE__, "%s%s%s\n# gave: %s\n# not:  %s", text, word ? "with " : "",
                 word ? word : "", got, messages);
  if (code >= 0) EXPECT_INT(qv_diag_exit_code(diag), code);
  free(got);
  PetscCall(sample_end(&s));
  PetscCall(qv_tree_destroy(&deck.root));
  PetscCall(qv_diag_destroy(&diag));
  PetscFunctionReturn(0);
}

static PetscErrorCode says_what_is_no_tree(void) {
  PetscFunctionBegin;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    PetscCall(
      check(texts[i].deck, strlen(texts[i].deck), NULL, true, texts[i].messages, QV_EXIT_DECK));
  PetscCall(check("a: \0\n", 5, NULL, true, "d.yaml:1:4: a NUL byte is not allowed", QV_EXIT_DECK));
  PetscFunctionReturn(0);
}

static PetscErrorCode says_what_the_schema_refuses(void) {
  PetscFunctionBegin;
  for (size_t i = 0; i < sizeof decks / sizeof *decks; i++)
    PetscCall(check(decks[i].deck, strlen(decks[i].deck), NULL, false, decks[i].messages, -1));
  PetscFunctionReturn(0);
}

static PetscErrorCode says_what_is_wrong_with_words(void) {
  PetscFunctionBegin;
  for (size_t i = 0; i < sizeof overrides / sizeof *overrides; i++)
    PetscCall(check(overrides[i].deck, strlen(overrides[i].deck), overrides[i].word, false,
                    overrides[i].messages, overrides[i].code));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"says what is no tree", says_what_is_no_tree},
               {"says what the schema refuses", says_what_the_schema_refuses},
               {"says what is wrong with words", says_what_is_wrong_with_words});
}
