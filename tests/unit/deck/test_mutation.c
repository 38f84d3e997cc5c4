/* SPDX-License-Identifier: GPL-3.0-or-later
 * A fixed number of mutations of a corpus of decks: no crash, and every failure has its mistake.
 * qv-test: np=1 labels=fast timeout=120 */
#include "tests/fuzz/deck_case.h"
#include "tests/support/mutation.h"
#include "tests/support/qv_test.h"

enum { N_MUTATIONS = 20000 };

static const char *const parts[] = {"\n",
                                    " ",
                                    "  ",
                                    "\t",
                                    ":",
                                    ": ",
                                    "- ",
                                    "[",
                                    "]",
                                    "{",
                                    "}",
                                    ",",
                                    "#",
                                    "'",
                                    "\"",
                                    "\\",
                                    "\\0",
                                    "|",
                                    ">",
                                    "&a ",
                                    "*a",
                                    "!x ",
                                    "<<",
                                    "? ",
                                    "%",
                                    "@",
                                    "---\n",
                                    "...\n",
                                    ".",
                                    "..",
                                    "=",
                                    "~",
                                    "null",
                                    "yes",
                                    "1e999",
                                    "-1",
                                    "0x1",
                                    "99999999999999999999",
                                    "5 yr",
                                    "nan",
                                    "\xff",
                                    "\xc3",
                                    "\xc3\xbc",
                                    "\x01",
                                    "\xef\xbb\xbf",
                                    "\xe2\x80\xa8",
                                    "name: ",
                                    "from: file",
                                    "count: 5",
                                    "seed: 1\n",
                                    "threebody: "};

static mutation_corpus corpus = {
  .largest = 4096, .n_parts = sizeof parts / sizeof *parts, .parts = parts, .run = deck_case_run};

static PetscErrorCode load_corpus(void) {
  EXPECT_INT(mutation_load(&corpus, "deck"), 0);
  EXPECT(corpus.n >= 5);
  return 0;
}

static PetscErrorCode holds_for_the_corpus(void) {
  mutation_expect_corpus(&corpus);
  return 0;
}

static PetscErrorCode holds_for_mutations(void) {
  for (int i = 0; i < N_MUTATIONS && corpus.n; i++) mutation_expect(&corpus, i);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"finds the corpus", load_corpus},
               {"holds for the corpus", holds_for_the_corpus},
               {"holds for mutations", holds_for_mutations});
}
