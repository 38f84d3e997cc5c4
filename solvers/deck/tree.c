/* SPDX-License-Identifier: GPL-3.0-or-later
 * YAML events -> tree. The loop keeps its own stack, so that depth is bounded by rule. */
#include "solvers/deck/tree.h"

#include <string.h>
#include <yaml.h>

#include "solvers/deck/mistake_impl.h"
#include "solvers/deck/tree_impl.h"

typedef struct {
  const qv_source *source;
  qv_node         *root;
  qv_node         *open;    /* the map or list that is being read */
  qv_node         *waiting; /* the child of a map whose key has been read, but not its value */
  int              depth;
  bool             has_document, is_broken, is_done;
} builder;

static qv_place place_of(const builder *b, yaml_mark_t mark) {
  return qv_source_place(b->source, (int)mark.line + 1, (int)mark.column + 1);
}

static PetscErrorCode mistake(builder *b, yaml_mark_t mark, const char *what) {
  PetscFunctionBegin;
  PetscCall(qv_mistake_add(b->source->diag, b->source->code, place_of(b, mark), "%s", what));
  PetscFunctionReturn(0);
}

/* A mistake after which the rest cannot be understood. */
static PetscErrorCode broken(builder *b, yaml_mark_t mark, const char *what) {
  PetscFunctionBegin;
  PetscCall(mistake(b, mark, what));
  b->is_broken = b->is_done = true;
  PetscFunctionReturn(0);
}

static bool wants_key(const builder *b) {
  return b->open && b->open->kind == QV_NODE_MAP && !b->waiting;
}

/* The node that takes the value which begins at `mark`. */
static PetscErrorCode next_node(builder *b, yaml_mark_t mark, qv_node_kind kind, qv_node **node) {
  PetscFunctionBegin;
  *node = b->waiting;
  if (!*node) {
    PetscCall(qv_tree_make(kind, node));
    if (b->open)
      PetscCall(qv_tree_append(b->open, *node));
    else
      b->root = *node;
  }
  b->waiting        = NULL;
  (*node)->kind     = kind;
  (*node)->override = b->source->word;
  if (!b->source->word) {
    (*node)->line   = (int)mark.line + 1;
    (*node)->column = (int)mark.column + 1;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode take_key(builder *b, const yaml_event_t *event) {
  char        message[2 * QV_MISTAKE_TEXT], quoted[QV_MISTAKE_TEXT];
  const char *text     = (const char *)event->data.scalar.value;
  const bool  has_nul  = strlen(text) != event->data.scalar.length;
  const bool  is_merge = strcmp(text, "<<") == 0;

  PetscFunctionBegin;
  if (has_nul || !*text)
    PetscCall(
      mistake(b, event->start_mark, has_nul ? "a key with a NUL character" : "an empty key"));
  else if (is_merge)
    PetscCall(mistake(b, event->start_mark, "merge keys ('<<') are not allowed"));
  else if (qv_tree_is_odd(text)) {
    snprintf(message, sizeof message, "key '%s' has a dot; write one map inside the other",
             qv_mistake_quote(text, quoted));
    PetscCall(mistake(b, event->start_mark, message));
  }
  PetscCall(qv_tree_make(QV_NODE_REFUSED, &b->waiting));
  PetscCall(PetscStrallocpy(has_nul ? "" : text, &b->waiting->key));
  b->waiting->override = b->source->word;
  if (!b->source->word) {
    b->waiting->key_line   = (int)event->start_mark.line + 1;
    b->waiting->key_column = (int)event->start_mark.column + 1;
  }
  PetscCall(qv_tree_append(b->open, b->waiting));
  PetscFunctionReturn(0);
}

static PetscErrorCode take_scalar(builder *b, const yaml_event_t *event) {
  const char *text = (const char *)event->data.scalar.value;
  qv_node    *node;

  PetscFunctionBegin;
  if (wants_key(b)) {
    PetscCall(take_key(b, event));
    PetscFunctionReturn(0);
  }
  PetscCall(next_node(b, event->start_mark, QV_NODE_SCALAR, &node));
  node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
  PetscCall(PetscStrallocpy(text, &node->text));
  if (strlen(text) != event->data.scalar.length) {
    PetscCall(mistake(b, event->start_mark, "a text with a NUL character"));
    PetscCall(qv_tree_refuse(node));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode take_opening(builder *b, const yaml_event_t *event, qv_node_kind kind) {
  qv_node *node;

  PetscFunctionBegin;
  if (wants_key(b))
    PetscCall(broken(b, event->start_mark, "a key must be a word, found a map or a list"));
  else if (++b->depth > QV_TREE_DEPTH)
    PetscCall(broken(b, event->start_mark, "nested deeper than 16 levels"));
  else {
    PetscCall(next_node(b, event->start_mark, kind, &node));
    b->open = node;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode take_closing(builder *b) {
  PetscFunctionBegin;
  if (b->open->kind == QV_NODE_MAP) PetscCall(qv_tree_tidy(b->open, b->source, false));
  b->open = b->open->parent;
  b->depth--;
  PetscFunctionReturn(0);
}

static PetscErrorCode take_alias(builder *b, const yaml_event_t *event) {
  qv_node *node;

  PetscFunctionBegin;
  if (wants_key(b)) {
    PetscCall(broken(b, event->start_mark, "aliases ('*') are not allowed"));
  } else {
    PetscCall(mistake(b, event->start_mark, "aliases ('*') are not allowed"));
    PetscCall(next_node(b, event->start_mark, QV_NODE_REFUSED, &node));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode refuse_properties(builder *b, yaml_mark_t mark, const yaml_char_t *anchor,
                                        const yaml_char_t *tag) {
  PetscFunctionBegin;
  if (anchor) PetscCall(mistake(b, mark, "anchors ('&') are not allowed"));
  if (tag) PetscCall(mistake(b, mark, "tags ('!') are not allowed"));
  PetscFunctionReturn(0);
}

static PetscErrorCode take(builder *b, const yaml_event_t *event) {
  const yaml_mark_t mark = event->start_mark;

  PetscFunctionBegin;
  switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
      if (b->has_document) {
        PetscCall(mistake(b, mark, "a second document ('---') is not allowed"));
        b->is_done = true;
      }
      b->has_document = true;
      break;
    case YAML_ALIAS_EVENT:
      PetscCall(take_alias(b, event));
      break;
    case YAML_SCALAR_EVENT:
      PetscCall(refuse_properties(b, mark, event->data.scalar.anchor, event->data.scalar.tag));
      PetscCall(take_scalar(b, event));
      break;
    case YAML_SEQUENCE_START_EVENT:
      PetscCall(refuse_properties(b, mark, event->data.sequence_start.anchor,
                                  event->data.sequence_start.tag));
      PetscCall(take_opening(b, event, QV_NODE_LIST));
      break;
    case YAML_MAPPING_START_EVENT:
      PetscCall(refuse_properties(b, mark, event->data.mapping_start.anchor,
                                  event->data.mapping_start.tag));
      PetscCall(take_opening(b, event, QV_NODE_MAP));
      break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      PetscCall(take_closing(b));
      break;
    case YAML_STREAM_END_EVENT:
      b->is_done = true;
      break;
    default:
      break;
  }
  PetscFunctionReturn(0);
}

/* Where libyaml's error is best shown: what was never closed, where it began. */
static yaml_mark_t problem_mark(const yaml_parser_t *parser) {
  static const char *const unclosed[] = {"flow", "quoted", "simple key"};
  for (int i = 0; i < 3; i++)
    if (parser->context && strstr(parser->context, unclosed[i]) &&
        parser->context_mark.line < parser->problem_mark.line)
      return parser->context_mark;
  return parser->problem_mark;
}

/* The rest of the line from a mark on. */
static const char *rest_of_line(const builder *b, yaml_mark_t mark, bool *starts_line) {
  const bool   inside = mark.line < (size_t)b->source->n_lines;
  const char  *line   = inside ? b->source->line[mark.line] : "";
  const size_t length = strlen(line);
  size_t       at     = 0;
  for (size_t c = 0; c < mark.column && at < length; c++) qv_source_next(line, length, &at);
  *starts_line = strspn(line, " ") >= at;
  return line + at;
}

static PetscErrorCode take_problem(builder *b, const yaml_parser_t *parser) {
  yaml_mark_t mark    = problem_mark(parser);
  const char *problem = parser->problem;
  bool        starts_line;

  PetscFunctionBegin;
  PetscCheck(parser->error != YAML_MEMORY_ERROR, PETSC_COMM_SELF, PETSC_ERR_MEM, "libyaml");
  const char *rest   = rest_of_line(b, mark, &starts_line);
  const bool  at_end = !*rest && (int)mark.line + 1 >= b->source->n_lines;
  if (at_end && b->open && strcmp(problem, "did not find expected node content") == 0) {
    problem     = b->open->kind == QV_NODE_LIST ? "expected ',' or ']'" : "expected ',' or '}'";
    mark.line   = (size_t)PetscMax(b->open->line - 1, 0); /* 0 for a word */
    mark.column = (size_t)PetscMax(b->open->column - 1, 0);
  }
  PetscCall(broken(b, mark, qv_tree_plain_words(problem, parser->context, *rest, starts_line)));
  PetscFunctionReturn(0);
}

static PetscErrorCode build(builder *b, yaml_parser_t *parser) {
  yaml_event_t event;

  PetscFunctionBegin;
  while (!b->is_done) {
    if (!yaml_parser_parse(parser, &event)) {
      PetscCall(take_problem(b, parser));
    } else {
      const PetscErrorCode code = take(b, &event);
      yaml_event_delete(&event);
      PetscCall(code);
    }
  }
  PetscFunctionReturn(0);
}

static bool is_empty(const qv_node *root) {
  return !root || (root->kind == QV_NODE_SCALAR && !root->quoted && !*root->text);
}

/* Checked bytes -> tree. */
static PetscErrorCode parse(const char *bytes, size_t length, const qv_source *source,
                            qv_node **root) {
  builder       b = {.source = source};
  yaml_parser_t parser;

  PetscFunctionBegin;
  PetscCheck(yaml_parser_initialize(&parser), PETSC_COMM_SELF, PETSC_ERR_MEM, "libyaml");
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
  const PetscErrorCode code = build(&b, &parser);
  yaml_parser_delete(&parser);
  PetscCall(code);
  if (!b.is_broken && is_empty(b.root)) {
    PetscCall(qv_mistake_add(source->diag, source->code, qv_source_place(source, 0, 0),
                             "the deck is empty"));
    b.is_broken = true;
  }
  if (b.is_broken) PetscCall(qv_tree_destroy(&b.root));
  *root = b.root;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_tree_parse(const char *bytes, size_t length, const char *name, qv_diag *diag,
                             qv_node **root) {
  qv_source    source = {.name = name, .code = QV_EXIT_DECK, .diag = diag};
  const size_t mark   = qv_source_mark(bytes, length);
  bool         ok;

  PetscFunctionBegin;
  *root = NULL;
  PetscCall(qv_source_check(bytes, length, &source, &ok));
  if (!ok) PetscFunctionReturn(0);
  PetscCall(qv_source_split(bytes, length, &source.n_lines, &source.line));
  PetscCall(parse(bytes + mark, length - mark, &source, root));
  PetscCall(qv_source_release(&source.n_lines, &source.line));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_tree_value(const char *text, const qv_source *source, qv_node **node) {
  char *line = (char *)text + strspn(text, " "); /* read only */
  bool  ok;

  PetscFunctionBegin;
  *node = NULL;
  PetscCall(qv_source_check(text, strlen(text), source, &ok));
  if (!ok) PetscFunctionReturn(0);
  text          = line;
  size_t length = strlen(text);
  if (*text && strchr("[{\"'", *text)) {
    qv_source one_line = *source;
    one_line.n_lines   = 1;
    one_line.line      = &line;
    PetscCall(parse(text, length, &one_line, node));
    PetscFunctionReturn(0);
  }
  while (length && text[length - 1] == ' ') length--;
  PetscCall(qv_tree_make(QV_NODE_SCALAR, node));
  PetscCall(PetscCalloc1(length + 1, &(*node)->text));
  memcpy((*node)->text, text, length);
  (*node)->override = source->word;
  PetscFunctionReturn(0);
}
