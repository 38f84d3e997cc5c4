/* SPDX-License-Identifier: GPL-3.0-or-later
 * ANIL (Raghu, Raghu, Bengio & Vinyals, ICLR 2020): MAML whose episodes adapt the head alone. */
#include "optim/bilevel/maml.h"

extern const qv_method qv_method_anil;
const qv_method        qv_method_anil = {
         .upper = 1, .lower = 1, .adapts = QV_ADAPTS_HEAD, .iterate = qv_maml_iterate};
