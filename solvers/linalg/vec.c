/* SPDX-License-Identifier: GPL-3.0-or-later
 * PETSc's MPI vector with other operations. What tells tile mode from exact mode is a composed
 * object, which duplicates take along and vectors made from the type's name lack. */
#include "solvers/linalg/vec.h"

#include "solvers/linalg/vec_impl.h"

#define NATURE "qv_vec_nature"

PetscErrorCode qv_vec_nature_of(Vec v, const qv_vec_nature **nature) {
  PetscObject found;
  void       *pointer = NULL;

  PetscFunctionBegin;
  PetscCall(PetscObjectQuery((PetscObject)v, NATURE, &found));
  if (found) PetscCall(PetscContainerGetPointer((PetscContainer)found, &pointer));
  *nature = pointer;
  PetscFunctionReturn(0);
}

int qv_vec_nature_runs(const qv_vec_nature *nature) {
  return nature ? qv_space_runs(&nature->space) : 1;
}

qv_space_run qv_vec_nature_run(const qv_vec_nature *nature, Vec v, int run) {
  PetscMPIInt rank = 0, ranks = 1;
  if (!nature) return (qv_space_run){.index = v->map->rstart, .count = v->map->n};
  (void)MPI_Comm_rank(PetscObjectComm((PetscObject)v), &rank);
  (void)MPI_Comm_size(PetscObjectComm((PetscObject)v), &ranks);
  return qv_space_run_at(&nature->space, run, rank, ranks);
}

static PetscErrorCode set_nature(Vec v, const qv_vec_nature *nature) {
  PetscContainer container;
  qv_vec_nature *copy;

  PetscFunctionBegin;
  PetscCall(PetscNew(&copy));
  *copy = *nature;
  PetscCall(PetscContainerCreate(PetscObjectComm((PetscObject)v), &container));
  PetscCall(PetscContainerSetPointer(container, copy));
  PetscCall(PetscContainerSetUserDestroy(container, PetscContainerUserDestroyDefault));
  PetscCall(PetscObjectCompose((PetscObject)v, NATURE, (PetscObject)container));
  PetscCall(PetscContainerDestroy(&container));
  PetscFunctionReturn(0);
}

/* Like PETSc's own duplicate, which hides the type's name. */
static PetscErrorCode duplicate(Vec v, Vec *copy) {
  PetscFunctionBegin;
  PetscCall(VecCreate(PetscObjectComm((PetscObject)v), copy));
  PetscCall(PetscLayoutReference(v->map, &(*copy)->map));
  PetscCall(VecSetType(*copy, QV_VEC_TYPE));
  *(*copy)->ops               = *v->ops;
  (*copy)->stash.donotstash   = v->stash.donotstash;
  (*copy)->stash.ignorenegidx = v->stash.ignorenegidx;
  (*copy)->bstash.bs          = v->bstash.bs;
  PetscObject from = (PetscObject)v, to = (PetscObject)*copy;
  PetscCall(PetscObjectListDuplicate(from->olist, &to->olist));
  PetscCall(PetscFunctionListDuplicate(from->qlist, &to->qlist));
  PetscFunctionReturn(0);
}

/* Make a vector of PETSc's type one of ours, in exact mode. */
static PetscErrorCode adopt(Vec v) {
  PetscFunctionBegin;
  v->ops->duplicate = duplicate;
  qv_vec_reduce_install(v->ops);
  qv_vec_entry_install(v->ops);
  PetscCall(PetscObjectChangeTypeName((PetscObject)v, QV_VEC_TYPE));
  PetscFunctionReturn(0);
}

static PetscErrorCode create(Vec v) {
  PetscFunctionBegin;
  PetscCall(VecSetType(v, VECMPI));
  PetscCall(adopt(v));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_vec_register(void) {
  PetscFunctionList known;
  void (*found)(void) = NULL;

  PetscFunctionBegin;
  PetscCall(VecRegisterAll());
  known = VecList;
  PetscCall(PetscFunctionListFind(known, QV_VEC_TYPE, &found));
  if (!found) PetscCall(VecRegister(QV_VEC_TYPE, create));
  PetscFunctionReturn(0);
}

/* Local and global size for PETSc. */
static PetscErrorCode sizes_of(MPI_Comm comm, const qv_space *space, PetscInt *n, PetscInt *all) {
  PetscMPIInt rank, ranks;

  PetscFunctionBegin;
  PetscCall(qv_space_check(space));
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &ranks));
  *n   = (PetscInt)qv_space_local(space, rank, ranks);
  *all = (PetscInt)qv_space_size(space);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_vec_create(MPI_Comm comm, const qv_space *space, Vec *v) {
  PetscInt n, all;

  PetscFunctionBegin;
  *v = NULL;
  PetscCall(qv_vec_register());
  PetscCall(sizes_of(comm, space, &n, &all));
  PetscCall(VecCreate(comm, v));
  PetscCall(VecSetSizes(*v, n, all));
  PetscCall(VecSetType(*v, QV_VEC_TYPE));
  PetscCall(set_nature(*v, &(qv_vec_nature){.space = *space}));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_vec_create_view(MPI_Comm comm, const qv_space *space, Vec *v) {
  PetscInt n, all;

  PetscFunctionBegin;
  *v = NULL;
  PetscCall(qv_vec_register());
  PetscCall(sizes_of(comm, space, &n, &all));
  PetscCall(VecCreateMPIWithArray(comm, 1, n, all, NULL, v));
  PetscCall(adopt(*v));
  PetscCall(set_nature(*v, &(qv_vec_nature){.space = *space}));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_vec_space(Vec v, qv_space *space) {
  const qv_vec_nature *nature;

  PetscFunctionBegin;
  PetscCall(qv_vec_nature_of(v, &nature));
  PetscCheck(nature, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "a vector of type %s was not made on a space", ((PetscObject)v)->type_name);
  *space = nature->space;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_vec_run(Vec v, int run, qv_space_run *at) {
  const qv_vec_nature *nature;

  PetscFunctionBegin;
  PetscCall(qv_vec_nature_of(v, &nature));
  *at = qv_vec_nature_run(nature, v, run);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_vec_written(Vec v) {
  PetscFunctionBegin;
  PetscCall(PetscObjectStateIncrease((PetscObject)v));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_vec_watch(Vec v, int64_t *count) {
  const qv_vec_nature *nature;
  qv_vec_nature        watched;

  PetscFunctionBegin;
  PetscCall(qv_vec_nature_of(v, &nature));
  PetscCheck(nature, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "only vectors that were made on a space are watched");
  watched         = *nature;
  watched.counter = count;
  PetscCall(set_nature(v, &watched));
  PetscFunctionReturn(0);
}
