/* SPDX-License-Identifier: GPL-3.0-or-later
 * The reference of decks, in Markdown. */
#include <string.h>

#include "apps/keys.h"

/* Text in a cell of a table. */
static void write_cell(FILE *out, const char *text) {
  for (const char *c = text; *c; c++) {
    if (strchr("|<>*_", *c)) fputc('\\', out);
    fputc(*c, out);
  }
}

static void write_code(FILE *out, const char *text) {
  fputs("`", out);
  for (const char *c = text; *c; c++) {
    if (*c == '|') fputc('\\', out);
    fputc(*c, out);
  }
  fputs("`", out);
}

static void write_row(FILE *out, const qv_key *row) {
  fprintf(out, "| `%s` | %s", row->path, qv_keys_type_word(row->type));
  if (row->unit) fputs(", ", out), write_code(out, row->unit);
  if (row->range) fputs(", in ", out), write_code(out, row->range);
  fputs(" | ", out);
  if (!row->preset)
    fputs("must be given", out);
  else if (*row->preset)
    write_code(out, row->preset);
  fputs(" | ", out);
  write_cell(out, row->doc);
  if (row->when) fputs("; only with ", out), write_code(out, row->when);
  for (const qv_choice *c = row->choices; c && c->word; c++) {
    fputs(c == row->choices ? ": " : "; ", out);
    write_code(out, c->word);
    fputs(" ", out);
    write_cell(out, c->doc);
  }
  fputs(" |\n", out);
}

PetscErrorCode qv_keys_write_reference(const qv_keys *keys, int first, FILE *out) {
  PetscFunctionBegin;
  fputs("| key | value | default | |\n|---|---|---|---|\n", out);
  for (int i = first; i < keys->n; i++) write_row(out, keys->row[i]);
  PetscFunctionReturn(0);
}
