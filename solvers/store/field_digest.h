/* SPDX-License-Identifier: GPL-3.0-or-later
 * The checksum of a saved state: SHA-256 over, for each field in order, a line of its name, type
 * and shape, and then its bytes. */
#pragma once
#include "solvers/parallel/digest.h"
#include "solvers/store/field.h"

/* The line of one field. */
PetscErrorCode qv_field_digest_array(qv_digest *digest, const qv_array *array);

/* Do the saved fields fit the table's names and types, and is their checksum right? *reason is NULL
 * or a sentence that the caller frees. Reads the file in pieces. Not collective. */
PetscErrorCode qv_field_digest_check(const qv_field *fields, qv_h5 *file, char **reason);
