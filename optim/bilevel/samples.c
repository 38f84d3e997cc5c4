/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/samples.h"

#include <math.h>
#include <stdarg.h>

PetscErrorCode qv_samples_destroy(qv_samples **samples) {
  PetscFunctionBegin;
  if (!*samples) PetscFunctionReturn(0);
  PetscCall(PetscFree((*samples)->byte));
  PetscCall(PetscFree((*samples)->real));
  PetscCall(PetscFree((*samples)->label));
  PetscCall(PetscFree((*samples)->line));
  PetscCall(PetscFree((*samples)->start));
  PetscCall(PetscFree((*samples)->token));
  PetscCall(PetscFree(*samples));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_samples_pack(qv_samples *s) {
  const size_t length = (size_t)(s->n * s->features);

  PetscFunctionBegin;
  if (!s->real) PetscFunctionReturn(0);
  for (size_t i = 0; i < length; i++) {
    const double x = s->real[i];
    if (!(x >= 0 && x <= 255 && x == floor(x))) PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc1(length, &s->byte));
  for (size_t i = 0; i < length; i++) s->byte[i] = (uint8_t)s->real[i];
  PetscCall(PetscFree(s->real));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_samples_complain(qv_input *input, int64_t line, const char *format, ...) {
  va_list arguments;

  PetscFunctionBegin;
  va_start(arguments, format);
  const PetscErrorCode code =
    qv_diag_add_list(input->diag, QV_EXIT_DATA,
                     (qv_place){.file = input->written, .line = (int)line}, format, arguments);
  va_end(arguments);
  PetscCall(code);
  PetscFunctionReturn(0);
}
