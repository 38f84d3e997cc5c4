/* SPDX-License-Identifier: GPL-3.0-or-later
 * The vector type `qv`: an MPI vector whose reductions give the same bits on any number of ranks,
 * so that KSP, SNES and TAO inherit it.
 *
 * Two modes. A vector that qv_vec_create makes, and its duplicates, add tile by tile: its entries
 * are known to be cut at tiles. A vector that PETSc makes from the type's name (a subvector, a
 * vector of any other layout) adds every product exactly, which no cut can show, at 15 times the
 * cost.
 *
 * What PETSc computes per entry (maxpy, aypx, scale, pointwise) is free of ranks already. Assembly
 * with ADD_VALUES from several ranks is not; nor are the solvers that reduce by themselves: KSP
 * pipecg2, fbcgsr, ibcgs, TAO owlqn. Local reductions (VecDotBegin and the like) are collective. */
#pragma once
#include "solvers/linalg/space.h"

#include <petscvec.h>

#define QV_VEC_TYPE "qv"

/* Make the type known to PETSc; twice is as good as once. qv_vec_create calls it. Not collective.
 */
PetscErrorCode qv_vec_register(void);

/* A vector of zeros in a space. The caller destroys it. Collective. */
PetscErrorCode qv_vec_create(MPI_Comm comm, const qv_space *space, Vec *v);
/* The same without memory of its own, to lay over an array by VecPlaceArray. Collective. */
PetscErrorCode qv_vec_create_view(MPI_Comm comm, const qv_space *space, Vec *v);

/* The space of a vector of this type, made on a space; an error for any other. Not collective. */
PetscErrorCode qv_vec_space(Vec v, qv_space *space);

/* One run (qv_space_run_at) of the vector as this rank sees it. */
PetscErrorCode qv_vec_run(Vec v, int run, qv_space_run *at);

/* Fill by the entry's global index: standard normals, or uniforms in (low, high). The numbers
 * depend on seed, name and space alone. Logically collective. */
PetscErrorCode qv_vec_normal(Vec v, uint64_t seed, const char *name);
PetscErrorCode qv_vec_uniform(Vec v, uint64_t seed, const char *name, double low, double high);

/* Drop cached norms, as a state must when it is written: a run restored from a file has no cache,
 * and VecScale rescales a cached norm instead of forgetting it. Logically collective. */
PetscErrorCode qv_vec_written(Vec v);

/* Count from now on the reductions of v, and of what is duplicated from it, in *count (NULL: stop).
 * The counter belongs to the caller and must outlive these vectors. Not collective. */
PetscErrorCode qv_vec_watch(Vec v, int64_t *count);
