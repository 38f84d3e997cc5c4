/* SPDX-License-Identifier: GPL-3.0-or-later
 * Multinomial logistic losses of a task's data: mean over the training samples, each perhaps with a
 * weight, below, and over the validation samples above. Regularisation is the task's affair. */
#pragma once
#include "optim/bilevel/data.h"
#include "optim/bilevel/softmax.h"

typedef struct {
  qv_data     data;
  qv_softmax *softmax;
  int64_t     lines, classes, n;          /* n = lines classes: length of W */
  double     *gradient, *product, *upper; /* parts: [tiles, n] */
} qv_logistic;

/* Reads the data; after mistakes the object is in part and has to be destroyed. Collective, as all
 * here. */
PetscErrorCode qv_logistic_create(qv_task *task, qv_logistic **logistic);
PetscErrorCode qv_logistic_destroy(qv_logistic **logistic);

/* What `oracle` asks of the lower level, and its fold; cross only with lambda, the weights of
 * samples before the sigmoid. y and z are W's; nothing is regularised. */
PetscErrorCode qv_logistic_lower(qv_task *task, qv_logistic *logistic, const qv_oracle *oracle,
                                 const double *lambda);
/* upper_y and upper_value. */
PetscErrorCode qv_logistic_upper(qv_task *task, qv_logistic *logistic, const qv_oracle *oracle);
/* Part of a split's samples whose class is found. */
PetscErrorCode qv_logistic_accuracy(qv_task *task, qv_logistic *logistic, qv_split *split,
                                    const double *w, double *part);
