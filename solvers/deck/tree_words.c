/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "solvers/deck/tree_impl.h"

// clang-format off
/* A row is for problems that contain `problem`, in contexts that contain `context`. */
static const struct {
  const char *problem, *context, *words;
} table[] = {
  {"found unexpected end of stream",      "quoted",   "this quote is not closed"},
  {"found unexpected document indicator", "quoted",   "this quote is not closed before the line of '---' or '...'"},
  {"found unknown escape character",      "quoted",   "unknown escape in double quotes; single quotes keep backslashes as they are"},
  {"expected ',' or ']'",                 "",         "this list is not closed: expected ',' or ']'"},
  {"expected ',' or '}'",                 "",         "this map is not closed: expected ',' or '}'"},
  {"could not find expected ':'",         "",         "a key needs ': ' after it"},
  {"mapping values are not allowed",      "",         "a ':' cannot stand here; quote a text that holds one, or check the indentation here and above"},
  {"expected key",                        "block",    "this line is indented by too much or too little"},
  {"expected '-' indicator",              "",         "this line is indented by too much or too little, or lacks its '- '"},
  {"sequence entries are not allowed",    "",         "a list cannot begin here; put its first '- ' on a line of its own"},
  {"mapping keys are not allowed",        "",         "a '?' cannot stand here"},
  {"expected <document start>",           "",         "what stands before this has ended; check the indentation"},
  {"expected node content",               "",         "a value is missing here"},
  {"tab character",                       "",         "a tab cannot indent; use spaces"},
  {"cannot start any token",              "",         "a value cannot begin with this character; quote it"},
  {"alphabetic or numeric character",     "anchor",   "anchors ('&') are not allowed"},
  {"alphabetic or numeric character",     "alias",    "aliases ('*') are not allowed"},
  {"",                                    "tag",      "tags ('!') are not allowed"},
  {"tag handle",                          "",         "tags ('!') are not allowed"},
  {"comment or line break",               "block scalar", "the text of '|' or '>' begins on the next line"},
};
// clang-format on

const char *qv_tree_plain_words(const char *problem, const char *context, char at,
                                bool starts_line) {
  if (!problem) return "cannot be read as YAML";
  if (!context) context = "";
  if (!starts_line && strstr(problem, "expected key"))
    return "this cannot follow the value before it; quote the whole value";
  if (at == '\t' && strstr(problem, "cannot start any token")) problem = "tab character";
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (strstr(problem, table[i].problem) && strstr(context, table[i].context))
      return table[i].words;
  return problem;
}
