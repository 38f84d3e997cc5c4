/* SPDX-License-Identifier: GPL-3.0-or-later
 * Runs that listen: updates that come as the run goes on, and a line of JSON for every report. */
#include <stdio.h>
#include <stdlib.h>

#include "optim/submodular/maintain.h"

/* A word between quotation marks. */
static void put_word(FILE *out, const char *word) {
  fputc('"', out);
  for (const unsigned char *at = (const unsigned char *)word; *at; at++)
    if (*at < 0x20)
      fprintf(out, "\\u%04x", *at);
    else
      fprintf(out, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
  fputc('"', out);
}

/* Hand over what was written, and end the writing. */
static PetscErrorCode hand_over(const qv_run *run, FILE *out, char **text) {
  PetscFunctionBegin;
  const bool good = !fclose(out);
  if (good) PetscCall(qv_run_line(run, *text));
  free(*text);
  PetscCheck(good, PETSC_COMM_SELF, PETSC_ERR_MEM, "no room for a line");
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_tell(const qv_run *run, const qv_maintain_state *s) {
  const double *row = s->counts.last;
  char         *text;
  size_t        size;

  PetscFunctionBegin;
  if (qv_run_rank(run)) PetscFunctionReturn(0);
  FILE *out = open_memstream(&text, &size);
  PetscCheck(out, PETSC_COMM_SELF, PETSC_ERR_MEM, "no room for a line");
  fprintf(out, "{\"update\": %.0f, \"live\": %.0f, \"size\": %.0f, \"value\": %.17g, ",
          row[QV_ROW_UPDATE], row[QV_ROW_LIVE], row[QV_ROW_SIZE], row[QV_ROW_VALUE]);
  fprintf(out, "\"upper_bound\": %.17g, \"ratio\": %.17g, \"oracle_calls\": %.0f, \"summary\": [",
          row[QV_ROW_UPPER_BOUND], row[QV_ROW_RATIO], row[QV_ROW_CALLS]);
  for (int32_t i = 0; i < s->summary.n; i++) {
    const char *word = qv_names_word(s->names, s->summary.e[i]);
    if (i) fputs(", ", out);
    if (s->numeric)
      fputs(word, out);
    else
      put_word(out, word);
  }
  fputs("]}", out);
  PetscCall(hand_over(run, out, &text));
  PetscFunctionReturn(0);
}

static PetscErrorCode complain(void *context, const char *sentence) {
  char  *text;
  size_t size;

  PetscFunctionBegin;
  FILE *out = open_memstream(&text, &size);
  PetscCheck(out, PETSC_COMM_SELF, PETSC_ERR_MEM, "no room for a line");
  fputs("{\"skipped\": ", out);
  put_word(out, sentence);
  fputs("}", out);
  PetscCall(hand_over(context, out, &text));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_listen(qv_run *run, qv_maintain_state *s) {
  PetscFunctionBegin;
  qv_live_on_complaint(s->live, run, complain);
  PetscCall(qv_live_more(s->live, qv_run_quantum(run), &s->stream, &s->ended));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_hang_up(qv_run *run, qv_maintain_state *s) {
  bool stop;

  PetscFunctionBegin;
  if (qv_live_repeats(s->live)) PetscFunctionReturn(0);
  PetscCall(qv_run_should_stop(run, &stop));
  s->ended = s->ended || stop;
  PetscFunctionReturn(0);
}
