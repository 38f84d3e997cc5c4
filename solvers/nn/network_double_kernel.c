/* SPDX-License-Identifier: GPL-3.0-or-later */
#define QV_NETWORK_IN_SINGLE 0
#include "solvers/nn/network_body.h"
