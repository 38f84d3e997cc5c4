/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tasks: pairs of an upper objective f(x, y) and a lower objective g(x, y), strongly convex in y.
 *
 * Upper variables x are either equal on all ranks, or owned: entries [first, end) are then this
 * rank's, and only they mean anything in its arrays, which all have the full length. Lower
 * variables y (and all in their space) are equal on all ranks, bit for bit. */
#pragma once
#include <petscsys.h>

#include "optim/bilevel/params.h"
#include "solvers/parallel/diag.h"
#include "solvers/parallel/random.h"

/* A draw of samples (or, in tasks without data, of noise). */
typedef struct {
  qv_stream stream;
  int64_t   index;       /* number of the draw in its stream */
  int64_t   size;        /* samples, without replacement; 0: all of them, without noise */
  int64_t   parts, part; /* parts > 1: of the samples i with i mod parts = part alone */
} qv_batch;

/* One request: what is NULL is not computed. `lower` must be there for gradient, lower_x, product,
 * cross and lower_value, `upper` for the others, z for product and cross. With `fold`, product
 * holds (d2g/dy2) z - df/dy, joined in one reduction. */
typedef struct {
  const double   *x, *y, *z;
  const qv_batch *lower, *upper;
  double         *gradient; /* dg/dy */
  double         *lower_x;  /* dg/dx; only of tasks that are `penalised` */
  double         *product;  /* (d2g/dy2) z */
  double         *cross;    /* (d2g/dxdy) z, in the space of x */
  double         *upper_x;  /* df/dx */
  double         *upper_y;  /* df/dy */
  double         *lower_value, *upper_value;
  bool            fold;
} qv_oracle;

/* What was spent; equal on all ranks but for the reductions, which one rank does not need. */
typedef struct {
  int64_t gradients; /* of f or g with respect to x or y, one batch each */
  int64_t products, crosses, samples;
  int64_t exchanged;         /* bytes between clients and the server, of federated methods */
  int64_t reductions, bytes; /* sums over ranks, and the bytes that this rank gave to them */
} qv_count;

/* What happens to an episode's variables before f of it counts: gradient steps on g of its own
 * samples, from (x, y). */
typedef struct {
  int64_t steps; /* 0: nothing happens */
  double  size;
  bool    all;         /* x takes the steps, too; else y alone */
  bool    first_order; /* derivatives of f take the steps as constants */
} qv_adapt;

typedef struct qv_task qv_task;

/* The kind of a task. Functions may be NULL where it says so. All are collective. */
typedef struct {
  /* Read the data, set the shapes; mistakes of the user go to task->diag, equal on all ranks. */
  PetscErrorCode (*setup)(qv_task *task);
  PetscErrorCode (*evaluate)(qv_task *task, const qv_oracle *oracle);
  /* x at the start of stochastic methods. */
  PetscErrorCode (*start)(qv_task *task, double *x);
  /* y at the start of stochastic methods; or NULL: zero. */
  PetscErrorCode (*start_lower)(qv_task *task, double *y);
  /* y*(x) and the hypergradient where they are known in closed form; or NULL. */
  PetscErrorCode (*answer)(qv_task *task, const double *x, double *y, double *hypergradient);
  /* The whole problem's solution to `tolerance`; or NULL. *reached: was it met? */
  PetscErrorCode (*solve)(qv_task *task, double tolerance, double *x, bool *reached);
  /* Figures of merit at (x, y), as many as `merits` names; or NULL. */
  PetscErrorCode (*measure)(qv_task *task, const double *x, const double *y, double *value);
  PetscErrorCode (*destroy)(qv_task *task);
  /* A number for each of task->steps steps at x, for /result, named by `traced`; or NULL. */
  PetscErrorCode (*trace)(qv_task *task, const double *x, double *value);
  const qv_choice *traced;
  const qv_choice *merits;     /* name and long name of what `measure` gives */
  bool             stochastic; /* draws batches or noise */
  bool             penalised;  /* gives dg/dx */
  bool             weighs;     /* g: mean loss of the samples, times sigmoid(x_i) each */
  bool             episodic;   /* has episodes, which can adapt */
  /* Has g minima beside y*(x), so that nothing can be certified? Or NULL: no. Pure. */
  bool (*many_minima)(const qv_bilevel_params *params);
} qv_task_kind;

/* A mark of each upper variable, for results: name, long name, words of the values 0, 1. */
typedef struct {
  const char *name, *long_name, *words[3];
} qv_flag;

struct qv_task {
  const qv_task_kind      *kind;
  const qv_bilevel_params *params;
  MPI_Comm                 comm;
  qv_diag                 *diag;
  uint64_t                 seed, row_seed; /* of the run; of the row whose turn it is */
  int64_t                  n_upper, n_lower, first, end;
  bool                     shared;     /* x is equal on all ranks: [first, end) is all of it */
  int                      lower_rank; /* the shape of y in results */
  int64_t                  lower_shape[2];
  const char              *lower_axes[2], *upper_axis;
  double                   convexity; /* a known lower bound of d2g/dy2; 0: none */
  int64_t                  steps;     /* that `trace` gives */
  int64_t                  samples;   /* of the lower level; 0: no data */
  int64_t                  batch[2];  /* samples of a full batch: lower, upper */
  qv_count                 count;
  signed char             *flag; /* [n_upper], or NULL; the kind frees it */
  const qv_flag           *flag_kind;
  qv_adapt                 adapt;     /* the method's, of episodic tasks */
  bool                     uncounted; /* measurements on the way are not part of a method */
  void                    *data;
};

extern const qv_choice           qv_task_words[];
extern const qv_task_kind *const qv_task_kinds[]; /* in the order of the words */

/* Collective. *task is there in any case, to be destroyed; mistakes go to diag. */
PetscErrorCode qv_task_create(MPI_Comm comm, const qv_bilevel_params *params, uint64_t seed,
                              qv_diag *diag, qv_task **task);
PetscErrorCode qv_task_destroy(qv_task **task);

/* Is y*(x) not the only minimum of g, so that exact answers and certificates make no sense? Pure.
 */
bool qv_task_many_minima(const qv_bilevel_params *params);

/* The `start` of tasks whose upper variables all begin at bilevel.task.start. */
PetscErrorCode qv_task_start(qv_task *task, double *x);

/* Evaluate and count. Collective. */
PetscErrorCode qv_task_evaluate(qv_task *task, const qv_oracle *oracle);

/* The batch of all samples. */
extern const qv_batch qv_task_everything;
/* How many of `all` samples a batch holds. Pure. */
int64_t qv_task_samples(const qv_batch *batch, int64_t all);

/* Norm and inner product of upper vectors: the same bits on any number of ranks. Collective unless
 * x is equal on all ranks. */
PetscErrorCode qv_task_dot(qv_task *task, const double *a, const double *b, double *dot);
PetscErrorCode qv_task_norm(qv_task *task, const double *a, double *norm);
/* Make an owned upper vector equal on all ranks. Collective. */
PetscErrorCode qv_task_gather(qv_task *task, double *x);

/* Of lower vectors; pure, equal on all ranks. */
double qv_task_lower_dot(int64_t n, const double *a, const double *b);
double qv_task_lower_norm(int64_t n, const double *a);
