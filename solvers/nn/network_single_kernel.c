/* SPDX-License-Identifier: GPL-3.0-or-later */
#define QV_NETWORK_IN_SINGLE 1
#include "solvers/nn/network_body.h"
