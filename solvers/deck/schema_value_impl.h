/* SPDX-License-Identifier: GPL-3.0-or-later
 * One value on its way into a member, and what may be wrong with it. */
#pragma once
#include "solvers/deck/number_impl.h"
#include "solvers/deck/schema_impl.h"

typedef struct {
  const qv_schema *schema;
  const qv_key    *key;
  const qv_node   *node;
  int              item; /* of a list, from 1; else 0 */
  bool             is_wrong;
} qv_reading;

/* Each of these notes a mistake and sets is_wrong. */

/* No value at all ("key:"), or one that was refused before (without a word). */
PetscErrorCode qv_reading_check_value(qv_reading *reading);

/* "a.b must be …, found 'x'" and a hint (or ""). */
PetscErrorCode qv_reading_must(qv_reading *reading, const char *must, const char *hint);
PetscErrorCode qv_reading_range(qv_reading *reading);
PetscErrorCode qv_reading_number_or_word(qv_reading *reading);

/* "a.b: unknown unit 'yrs'; did you mean 'yr'?"; `allowed` lists units by '|'. */
PetscErrorCode qv_reading_unit(qv_reading *reading, const char *allowed, const char *word);

/* "unknown controller 'lerned'; did you mean 'learned'?" */
PetscErrorCode qv_reading_unknown_word(qv_reading *reading);

/* "; write 1000000" for a number that is right but for its spelling ("1e6", "1_000_000"), else "".
 */
const char *qv_reading_spelling(const char *text, bool is_whole, char hint[64]);
