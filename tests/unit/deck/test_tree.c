/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60 */
#include "solvers/deck/tree.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/qv_test.h"
#include "tests/unit/deck/sample.h"

static qv_node *parse(const char *text, size_t length, int *mistakes) {
  qv_diag *diag;
  qv_node *root = NULL;
  qv_diag_create(&diag);
  qv_tree_parse(text, length, "d.yaml", diag, &root);
  *mistakes = qv_diag_count(diag);
  if (!root && !*mistakes) qv_test_fail(__FILE__, __LINE__, "no tree and no mistake");
  qv_diag_destroy(&diag);
  return root;
}

static void expect_place(const qv_node *root, const char *path, int key_line, int key_column,
                         int line, int column) {
  const qv_node *node = qv_tree_find(root, path);
  if (!node || node->key_line != key_line || node->key_column != key_column || node->line != line ||
      node->column != column)
    qv_test_fail(__FILE__, __LINE__, "%s: key %d:%d, value %d:%d", path, node ? node->key_line : -1,
                 node ? node->key_column : -1, node ? node->line : -1, node ? node->column : -1);
}

static PetscErrorCode keeps_places(void) {
  const char *text =
    "# head\n"
    "a: 1\n"
    "\xc3\xbc\xc3\xbc: {b: 'two', c: [3, \"x y\"]}\n"
    "d:\n"
    "  e:\n"
    "    - 5\n"
    "    - f: 6\n"
    "  g: |\n"
    "    text\n";
  int      mistakes;
  qv_node *root = parse(text, strlen(text), &mistakes);

  PetscFunctionBegin;
  EXPECT_INT(mistakes, 0);
  EXPECT_INT(root->n_children, 3);
  expect_place(root, "a", 2, 1, 2, 4);
  expect_place(root, "\xc3\xbc\xc3\xbc", 3, 1, 3, 5);
  expect_place(root, "\xc3\xbc\xc3\xbc.b", 3, 6, 3, 9);
  expect_place(root, "\xc3\xbc\xc3\xbc.c", 3, 16, 3, 19);
  expect_place(root, "d.e", 5, 3, 6, 5);
  expect_place(root, "d.g", 8, 3, 8, 6);
  const qv_node *list = qv_tree_find(root, "d.e");
  EXPECT_INT(list->kind, QV_NODE_LIST);
  EXPECT_INT(list->n_children, 2);
  EXPECT_TEXT(list->child[0]->text, "5");
  EXPECT_INT(list->child[1]->line, 7);
  EXPECT_INT(list->child[1]->column, 7);
  EXPECT(list->child[1]->parent == list && list->parent == qv_tree_child(root, "d"));
  EXPECT(qv_tree_find(root, "\xc3\xbc\xc3\xbc.b")->quoted && !qv_tree_find(root, "a")->quoted);
  EXPECT(qv_tree_find(root, "d.g")->quoted);
  EXPECT_TEXT(qv_tree_find(root, "d.g")->text, "text\n");
  EXPECT(!qv_tree_find(root, "d.x") && !qv_tree_find(root, "a.x") && !qv_tree_find(root, "x"));
  EXPECT(!qv_tree_find(root, "") && !qv_tree_child(list, "f") && !qv_tree_find(root, "d..e"));
  PetscCall(qv_tree_destroy(&root));
  PetscFunctionReturn(0);
}

/* A byte order mark, and all ways to end a line. */
static PetscErrorCode counts_lines(void) {
  const char *text =
    "\xef\xbb\xbf"
    "a: 1\r\nb: 2\rc: 3\xc2\x85"
    "d: 4\xe2\x80\xa8"
    "e: [\n";
  qv_diag *diag;
  qv_node *root;
  int      mistakes;

  PetscFunctionBegin;
  root = parse(text, strlen(text) - 3, &mistakes);
  EXPECT_INT(mistakes, 0);
  expect_place(root, "a", 1, 1, 1, 4);
  expect_place(root, "b", 2, 1, 2, 4);
  expect_place(root, "d", 4, 1, 4, 4);
  PetscCall(qv_tree_destroy(&root));

  PetscCall(qv_diag_create(&diag));
  PetscCall(qv_tree_parse(text, strlen(text), "d.yaml", diag, &root));
  char  *shown;
  size_t size;
  FILE  *out = open_memstream(&shown, &size);
  PetscCall(qv_diag_print(diag, out));
  fclose(out);
  EXPECT_TEXT(shown, "d.yaml:5:4: this list is not closed: expected ',' or ']'\n  e: [\n     ^\n");
  free(shown);
  PetscCall(qv_diag_destroy(&diag));
  PetscFunctionReturn(0);
}

static PetscErrorCode sets_from_words(void) {
  static char *const words[] = {"a.b.c=1",
                                "a.b.d= two words: #1 ",
                                "a.e=[1, {f: 2}]",
                                "x={y: 'z'}",
                                "a.b.c=3=4",
                                "l='quoted'",
                                "m=",
                                "k.i=~",
                                "old=new",
                                "map.x=1",
                                "map=5"};
  const char        *text    = "old: [1, 2]\nmap: {x: 0, z: 0}\n";
  qv_diag           *diag;
  qv_node           *root;

  PetscFunctionBegin;
  PetscCall(qv_diag_create(&diag));
  PetscCall(qv_tree_parse(text, strlen(text), "d.yaml", diag, &root));
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    PetscCall(qv_tree_override(root, words[i], diag));
  EXPECT_INT(qv_diag_count(diag), 0);
  EXPECT_TEXT(qv_tree_find(root, "a.b.c")->text, "3=4");
  EXPECT_TEXT(qv_tree_find(root, "a.b.c")->override, "a.b.c=3=4");
  EXPECT_INT(qv_tree_find(root, "a.b.c")->key_line, 0);
  EXPECT_TEXT(qv_tree_find(root, "a.b")->override, "a.b.c=1");
  EXPECT_TEXT(qv_tree_find(root, "a.b.d")->text, "two words: #1");
  EXPECT_INT(qv_tree_find(root, "a.e")->n_children, 2);
  const qv_node *item = qv_tree_find(root, "a.e")->child[1];
  EXPECT_TEXT(qv_tree_child(item, "f")->text, "2");
  EXPECT_TEXT(item->override, "a.e=[1, {f: 2}]");
  EXPECT(item->parent == qv_tree_find(root, "a.e"));
  EXPECT(qv_tree_find(root, "x.y")->quoted && qv_tree_find(root, "l")->quoted);
  EXPECT_TEXT(qv_tree_find(root, "m")->text, "");
  EXPECT_TEXT(qv_tree_find(root, "old")->text, "new");
  EXPECT_INT(qv_tree_find(root, "old")->line, 0);
  EXPECT_TEXT(qv_tree_find(root, "map")->text, "5");
  PetscCall(qv_tree_override(root, "map.x=1", diag)); /* through a scalar */
  EXPECT_INT(qv_diag_count(diag), 1);
  EXPECT_INT(qv_diag_exit_code(diag), QV_EXIT_USAGE);
  PetscCall(qv_tree_destroy(&root));
  PetscCall(qv_diag_destroy(&diag));
  PetscFunctionReturn(0);
}

/* `before`, then `n` times `part` with %d as a number, then `after`. */
static char *repeat(const char *before, int n, const char *part, const char *after,
                    size_t *length) {
  char       *text = malloc(strlen(before) + strlen(after) + (size_t)n * (strlen(part) + 10) + 1);
  char       *end  = text + sprintf(text, "%s", before);
  const char *d    = strstr(part, "%d");
  for (int i = 0; i < n; i++)
    end += d ? sprintf(end, "%.*s%d%s", (int)(d - part), part, i, d + 2) : sprintf(end, "%s", part);
  end += sprintf(end, "%s", after);
  *length = (size_t)(end - text);
  return text;
}

static PetscErrorCode survives(const char *before, int n, const char *part, const char *after,
                               int most_mistakes) {
  size_t   length;
  char    *text = repeat(before, n, part, after, &length);
  qv_diag *diag;
  qv_deck  deck;
  sample   s;

  PetscFunctionBegin;
  const clock_t start = clock();
  sample_begin(&s);
  PetscCall(qv_diag_create(&diag));
  PetscCall(sample_deck(text, length, 0, NULL, diag, &deck));
  PetscCall(qv_deck_apply(&deck, NULL, 2, s.section, diag));
  const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
  const int    n_found = qv_diag_count(diag);
  if (n_found < 1 || n_found > most_mistakes || seconds > 6)
    qv_test_fail(__FILE__, __LINE__, "%s%s...: %d mistakes, %.1f s", before, part, n_found,
                 seconds);
  PetscCall(sample_end(&s));
  PetscCall(qv_tree_destroy(&deck.root));
  PetscCall(qv_diag_destroy(&diag));
  free(text);
  PetscFunctionReturn(0);
}

/* Texts made to cost time or memory: each ends soon, with a bounded list. */
static PetscErrorCode survives_hostile_texts(void) {
  PetscFunctionBegin;
  PetscCall(survives("a: ", 30000, "[", "", 1));
  PetscCall(survives("", 30000, "{", "", 1));
  PetscCall(survives("", 30000, "- ", "", 1));
  PetscCall(survives("", 30000, "? ", "", 1));
  PetscCall(survives("", 80000, "%TAG !a%d! b\n", "---\na: 1\n", 1));
  PetscCall(survives("a: 1\n", 80000, "%TAG !a%d! b\n", "---\na: 1\n", 1));
  PetscCall(survives("", 120000, "k%d:\n", "", 201)); /* unknown keys */
  PetscCall(survives("{", 120000, "k%d,", "}", 201)); /* in one line */
  PetscCall(survives("", 250000, "k:\n", "", 201));   /* one key again and again */
  PetscCall(survives("", 100000, "k: {}\n", "", 201));
  PetscCall(survives("threebody: {masses: [", 250000, "x, ", "]}", 201));
  PetscCall(survives("threebody: {masses: [", 250000, "*a,", "]}", 201));
  PetscCall(survives("threebody: {", 100000, "a%d, ", "}\nthreebody: {a: 1}", 201));
  PetscCall(survives("? ", 500000, "a.", "a\n: 1", 3)); /* a key of many words */
  PetscCall(survives("", 60000, "a.b.c%d: 1\n", "", 201));
  PetscCall(survives("title: \"", 250000, "\\x20", "\"", 3));
  PetscCall(survives("a", 1000000, "a", ": 1", 3));
  PetscCall(survives("seed: ", 1000000, "9", "", 3));
  PetscCall(survives("", 1000000, "\n", "seed: x", 3));
  PetscCall(survives("", 1048577, " ", "", 1)); /* more than 1 MiB */
  PetscFunctionReturn(0);
}

/* Sixteen levels are allowed, and exactly 1 MiB. */
static PetscErrorCode allows_up_to_its_limits(void) {
  const char *deep = "a: [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]\n";
  int         mistakes;
  size_t      length;

  PetscFunctionBegin;
  qv_node *root = parse(deep, strlen(deep), &mistakes);
  EXPECT_INT(mistakes, 0);
  PetscCall(qv_tree_destroy(&root));
  char *large = repeat("a: '", (1 << 20) - 5, "x", "'", &length);
  EXPECT_INT((int64_t)length, 1 << 20);
  root = parse(large, length, &mistakes);
  EXPECT_INT(mistakes, 0);
  EXPECT_INT((int64_t)strlen(root->child[0]->text), (1 << 20) - 5);
  PetscCall(qv_tree_destroy(&root));
  free(large);
  PetscFunctionReturn(0);
}

/* A map that is given twice is joined, so that both are checked; what is in both has no value. */
static PetscErrorCode joins_what_is_twice(void) {
  const char *text = "a: {b: 1, c: {d: 2}, x: 1}\ne: 0\na: {c: {d: 3, f: 4}, g: 5, x: [1]}\n";
  int         mistakes;
  qv_node    *root = parse(text, strlen(text), &mistakes);

  PetscFunctionBegin;
  EXPECT_INT(mistakes, 1);
  EXPECT_INT(root->n_children, 2);
  EXPECT_TEXT(qv_tree_find(root, "a.b")->text, "1");
  EXPECT_TEXT(qv_tree_find(root, "a.g")->text, "5");
  EXPECT_TEXT(qv_tree_find(root, "a.c.f")->text, "4");
  EXPECT_INT(qv_tree_find(root, "a.c.d")->kind, QV_NODE_REFUSED);
  EXPECT_INT(qv_tree_find(root, "a.x")->kind, QV_NODE_REFUSED);
  EXPECT(qv_tree_find(root, "a.g")->parent == qv_tree_find(root, "a"));
  PetscCall(qv_tree_destroy(&root));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"keeps places", keeps_places}, {"counts lines", counts_lines},
               {"sets from words", sets_from_words}, {"joins what is twice", joins_what_is_twice},
               {"allows up to its limits", allows_up_to_its_limits},
               {"survives hostile texts", survives_hostile_texts});
}
