/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/redpsm/panel_kernel.h"

#include "imaging/denoiser/clones.h"

enum { BLOCK = 512 }; /* pixels that stay in the first cache */

QV_CLONES static void panel_clone_expand(int64_t n, int functions, int count,
                                         const double *restrict panel,
                                         const double *restrict weight, double *restrict image) {
  for (int64_t p0 = 0; p0 < n; p0 += BLOCK) {
    const int m = (int)(n - p0 < BLOCK ? n - p0 : BLOCK);
    for (int i = 0; i < count; i++) {
      const double *w  = weight + (int64_t)i * functions;
      double       *to = image + i * n + p0;
      int           k  = 0;
      for (int p = 0; p < m; p++) to[p] = 0;
      for (; k + 4 <= functions; k += 4) {
        const double *a = panel + k * n + p0, *b = a + n, *c = b + n, *d = c + n;
        for (int p = 0; p < m; p++)
          to[p] = (((to[p] + w[k] * a[p]) + w[k + 1] * b[p]) + w[k + 2] * c[p]) + w[k + 3] * d[p];
      }
      for (; k < functions; k++) {
        const double *a = panel + k * n + p0;
        for (int p = 0; p < m; p++) to[p] += w[k] * a[p];
      }
    }
  }
}

/* One function's weights of up to 8 frames; K apart in `weight`. */
QV_CLONES static void panel_clone_gather(int64_t n, int functions, int count,
                                         const double *restrict image,
                                         const double *restrict weight, double *restrict sum) {
  for (int64_t p0 = 0; p0 < n; p0 += BLOCK) {
    const int     m = (int)(n - p0 < BLOCK ? n - p0 : BLOCK);
    const double *a = image + p0;
    for (int k = 0; k < functions; k++) {
      double *to = sum + k * n + p0, w[8];
      for (int i = 0; i < count; i++) w[i] = weight[(int64_t)i * functions + k];
      if (count == 1)
        for (int p = 0; p < m; p++) to[p] = a[p] * w[0];
      else if (count == 2)
        for (int p = 0; p < m; p++) to[p] = a[p] * w[0] + a[n + p] * w[1];
      else if (count == 4)
        for (int p = 0; p < m; p++)
          to[p] = (a[p] * w[0] + a[n + p] * w[1]) + (a[2 * n + p] * w[2] + a[3 * n + p] * w[3]);
      else
        for (int p = 0; p < m; p++)
          to[p] = ((a[p] * w[0] + a[n + p] * w[1]) + (a[2 * n + p] * w[2] + a[3 * n + p] * w[3])) +
                  ((a[4 * n + p] * w[4] + a[5 * n + p] * w[5]) +
                   (a[6 * n + p] * w[6] + a[7 * n + p] * w[7]));
    }
  }
}

QV_CLONES static void panel_clone_add(int64_t n, const double *restrict from, double *restrict to) {
  for (int64_t p = 0; p < n; p++) to[p] += from[p];
}

QV_CLONES static void panel_clone_support(int64_t n, const unsigned char *restrict view,
                                          double *restrict image, unsigned char *restrict keep) {
  for (int64_t p = 0; p < n; p++) {
    keep[p]  = (unsigned char)(view[p] & (image[p] > 0));
    image[p] = keep[p] ? image[p] : 0;
  }
}

QV_CLONES static void panel_clone_mask(int64_t n, const unsigned char *restrict keep,
                                       double *restrict image) {
  for (int64_t p = 0; p < n; p++) image[p] = keep[p] ? image[p] : 0;
}

QV_CLONES static void panel_clone_blend(int64_t n, double a, double b, const double *restrict from,
                                        double *restrict to) {
  for (int64_t p = 0; p < n; p++) to[p] = a * to[p] + b * from[p];
}

QV_CLONES static void panel_clone_miss(int64_t n, const double *restrict f,
                                       const double *restrict y, const double *restrict x,
                                       double *restrict to) {
  for (int64_t p = 0; p < n; p++) to[p] = (f[p] - y[p]) - x[p];
}

QV_CLONES static void panel_clone_cut(int64_t n, const unsigned char *restrict keep,
                                      const double *restrict from, double *restrict to) {
  for (int64_t p = 0; p < n; p++) to[p] = keep[p] ? from[p] : 0;
}

void qv_panel_expand(int64_t n, int functions, int count, const double *panel, const double *weight,
                     double *image) {
  panel_clone_expand(n, functions, count, panel, weight, image);
}

void qv_panel_gather(int64_t n, int functions, int count, const double *image, const double *weight,
                     double *sum) {
  panel_clone_gather(n, functions, count, image, weight, sum);
}

void qv_panel_add(int64_t n, const double *from, double *to) {
  panel_clone_add(n, from, to);
}

void qv_panel_support(int64_t n, const unsigned char *view, double *image, unsigned char *keep) {
  panel_clone_support(n, view, image, keep);
}

void qv_panel_cut(int64_t n, const unsigned char *keep, const double *from, double *to) {
  panel_clone_cut(n, keep, from, to);
}

void qv_panel_mask(int64_t n, const unsigned char *keep, double *image) {
  panel_clone_mask(n, keep, image);
}

void qv_panel_blend(int64_t n, const unsigned char *keep, double a, double b, const double *from,
                    double *to) {
  panel_clone_blend(n, a, b, from, to);
  if (keep) panel_clone_mask(n, keep, to);
}

void qv_panel_miss(int64_t n, const double *f, const double *y, const double *x, double *to) {
  panel_clone_miss(n, f, y, x, to);
}
