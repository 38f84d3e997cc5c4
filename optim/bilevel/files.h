/* SPDX-License-Identifier: GPL-3.0-or-later
 * The files of labelled samples that a task names, of any format but HDF5: read, their labels made
 * 0 … classes - 1, their samples drawn into splits. */
#pragma once
#include "optim/bilevel/samples.h"
#include "optim/bilevel/task.h"

enum { QV_TRAIN, QV_VALIDATION, QV_TEST, QV_SPLITS };

/* The main file gives training and validation, and the test samples where there is no file of
 * them. */
typedef struct {
  qv_task    *task;
  int         format;    /* QV_FORMAT_… */
  bool        sequences; /* texts keep the order of their words */
  int64_t     classes;   /* that must be met; 0: as many as there are, then set on rank 0 */
  qv_input    input[2], labels[2]; /* main, test; labels of IDX */
  qv_samples *samples[2];          /* rank 0 */
  bool        has_test;
  int64_t     shape[2];     /* samples of main and test */
  int64_t     n[QV_SPLITS]; /* samples of the splits, */
  int64_t    *order[2];     /* rank 0: and permutations of the files */
} qv_files;

extern const qv_choice qv_data_known[];   /* data sets by name */
extern const qv_choice qv_data_formats[]; /* in the order of QV_FORMAT_… */

/* The format that the deck asks for, or that the file's ending says. Pure. */
int qv_files_format(const qv_bilevel_params *params);

/* `sequences` and `classes` are the caller's wish. Mistakes go to task->diag, equal on all ranks;
 * destroy *files in any case. Collective. */
PetscErrorCode qv_files_read(qv_task *task, qv_files *files);
/* Splits by the stream `split` of the seed, as long as the deck says. Collective. */
PetscErrorCode qv_files_split(qv_files *files);
/* Which file a split's samples come from; on rank 0 which of it: n[split] at *chosen, borrowed. */
int            qv_files_part(const qv_files *files, int split, const int64_t **chosen);
PetscErrorCode qv_files_destroy(qv_files *files);
