/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/metrics_kernel.h"

#include <math.h>
#include <string.h>

#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))

static int mirror(int i, int n) {
  const int period = 2 * n;
  i %= period;
  if (i < 0) i += period;
  return i < n ? i : period - 1 - i;
}

CLONES void qv_metrics_filter(int n, int radius, const double *wx, const double *wy, double scale,
                              const double *in, double *scratch, double *out) {
  double *restrict line = scratch, *restrict rows = scratch + n + 2 * radius;
  for (int y = 0; y < n; y++) {
    double *restrict row = rows + (long)y * n;
    for (int x = -radius; x < n + radius; x++)
      line[x + radius] = in[(long)y * n + (x >= 0 && x < n ? x : mirror(x, n))];
    memset(row, 0, sizeof *row * (unsigned long)n);
    for (int k = 0; k <= 2 * radius; k++)
      for (int x = 0; x < n; x++) row[x] += wx[k] * line[x + k];
  }
  for (int y = 0; y < n; y++) {
    double *restrict to = out + (long)y * n;
    for (int k = 0; k <= 2 * radius; k++) {
      const double *restrict from = rows + (long)mirror(y + k - radius, n) * n;
      const double w              = scale * wy[k];
      for (int x = 0; x < n; x++) to[x] += w * from[x];
    }
  }
}

CLONES void qv_metrics_magnitude(int n, int components, const double *from, double *to) {
  if (components == 1)
    for (int i = 0; i < n; i++) to[i] = fabs(from[i]);
  else
    for (int i = 0; i < n; i++)
      to[i] = sqrt(from[2 * i] * from[2 * i] + from[2 * i + 1] * from[2 * i + 1]);
}

CLONES void qv_metrics_ssim(int n, double c1, double c2, double *x, const double *t,
                            const double *xx, const double *tt, const double *xt) {
  for (int i = 0; i < n; i++) {
    const double mean = x[i] * t[i], square = x[i] * x[i] + t[i] * t[i];
    const double both = xt[i] - mean, own = (xx[i] - x[i] * x[i]) + (tt[i] - t[i] * t[i]);
    x[i] = (2 * mean + c1) * (2 * both + c2) / ((square + c1) * (own + c2));
  }
}
