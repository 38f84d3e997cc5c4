/* SPDX-License-Identifier: GPL-3.0-or-later
 * The two products of a tile of rows with a panel, for one type of number (REAL) and one of stored
 * data (DATA). A panel has `width` columns in groups of QV_SOFTMAX_LANES; up to four rows share
 * each of its lines. Included by softmax_kernel.c once for each pair of types; no include guard. */

/* score[r, c] = sum over k of row[r][k] panel[k, c]; the line behind the last is added as it is
 * when there is a bias. */
CLONES static void NAME(qv_softmax_scores)(int rows, int64_t d, bool bias, int width,
                                           const DATA *const *row, const REAL *restrict panel,
                                           REAL *restrict score) {
  for (int c = 0; c < width; c += LANES(REAL)) {
    VECTOR a0 = {0}, a1 = {0}, a2 = {0}, a3 = {0};
    if (rows == 4) {
      const DATA *r0 = row[0], *r1 = row[1], *r2 = row[2], *r3 = row[3];
      for (int64_t k = 0; k < d; k++) {
        const VECTOR p = *(const VECTOR *)(panel + k * width + c);
        a0 += p * (REAL)r0[k];
        a1 += p * (REAL)r1[k];
        a2 += p * (REAL)r2[k];
        a3 += p * (REAL)r3[k];
      }
    } else {
      for (int64_t k = 0; k < d; k++) {
        const VECTOR p = *(const VECTOR *)(panel + k * width + c);
        a0 += p * (REAL)row[0][k];
        if (rows > 1) a1 += p * (REAL)row[1][k];
        if (rows > 2) a2 += p * (REAL)row[2][k];
      }
    }
    if (bias) {
      const VECTOR p = *(const VECTOR *)(panel + d * width + c);
      a0 += p;
      a1 += p;
      a2 += p;
      a3 += p;
    }
    *(VECTOR *)(score + c) = a0;
    if (rows > 1) *(VECTOR *)(score + width + c) = a1;
    if (rows > 2) *(VECTOR *)(score + 2 * width + c) = a2;
    if (rows > 3) *(VECTOR *)(score + 3 * width + c) = a3;
  }
}

/* panel[k, c] += sum over r of row[r][k] weight[r, c]; rows beyond `rows` have weights of zero. */
CLONES static void NAME(qv_softmax_outer)(int rows, int64_t d, bool bias, int width,
                                          const DATA *const *row, const REAL *restrict weight,
                                          REAL *restrict panel) {
  for (int c = 0; c < width; c += LANES(REAL)) {
    VECTOR w[4] = {{0}};
    for (int r = 0; r < rows; r++) w[r] = *(const VECTOR *)(weight + r * width + c);
    const DATA *r0 = row[0], *r1 = row[rows > 1], *r2 = row[rows > 2 ? 2 : 0],
               *r3 = row[rows > 3 ? 3 : 0];
    for (int64_t k = 0; k < d; k++) {
      VECTOR *p = (VECTOR *)(panel + k * width + c);
      *p += (w[0] * (REAL)r0[k] + w[1] * (REAL)r1[k]) + (w[2] * (REAL)r2[k] + w[3] * (REAL)r3[k]);
    }
    if (bias) *(VECTOR *)(panel + d * width + c) += (w[0] + w[1]) + (w[2] + w[3]);
  }
}
