/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Networks against central differences, against hand computation, and single against double. */
#include <math.h>
#include <string.h>

#include "solvers/nn/network.h"
#include "tests/support/qv_test.h"

enum { SAMPLES = 7, LONGEST = 6, INPUT = 5, CLASSES = 3, WORDS = 11, MOST = 600 };

/* A network with everything in it, and a batch of sequences of several lengths. */
typedef struct {
  qv_network      *net;
  int64_t          count, encoder;
  double           y[MOST], z[MOST], weight[SAMPLES];
  float            table[WORDS * INPUT];
  int32_t          token[SAMPLES * LONGEST], length[SAMPLES], label[SAMPLES];
  const int32_t   *sequence[SAMPLES];
  qv_network_batch batch;
} bench;

static const qv_network_shape recurrent = {
  .input = INPUT, .hidden = 4, .dense = 3, .encoder = 0, .width = {6, 5, CLASSES}};
static const qv_network_shape plain = {
  .input = INPUT, .hidden = 0, .dense = 4, .encoder = 2, .width = {6, 4, 5, CLASSES}};
static const qv_network_shape both = {
  .input = INPUT, .hidden = 3, .dense = 3, .encoder = 1, .width = {4, 5, CLASSES}};

static double unit(const char *name, int64_t i) {
  return 2 * qv_random_uniform(qv_stream_named(7, name), 0, (uint64_t)i) - 1;
}

static PetscErrorCode make(const qv_network_shape *shape, qv_precision precision, bench *b) {
  const int32_t lengths[SAMPLES] = {3, 6, 1, 6, 4, 2, 5};
  PetscFunctionBegin;
  memset(b, 0, sizeof *b);
  PetscCall(qv_network_create(shape, precision, SAMPLES, LONGEST, &b->net));
  b->count   = qv_network_count(b->net);
  b->encoder = qv_network_encoder(b->net);
  EXPECT(b->count <= MOST);
  for (int64_t i = 0; i < b->count; i++) b->y[i] = 0.8 * unit("y", i), b->z[i] = unit("z", i);
  for (int i = 0; i < WORDS * INPUT; i++) b->table[i] = (float)unit("table", i);
  for (int i = 0; i < SAMPLES; i++) {
    b->length[i]   = shape->hidden ? lengths[i] : 1;
    b->label[i]    = i % CLASSES;
    b->weight[i]   = 0.5 + 0.4 * unit("weight", i);
    b->sequence[i] = b->token + i * LONGEST;
    for (int t = 0; t < LONGEST; t++)
      b->token[i * LONGEST + t] = t < lengths[i] ? (i * 5 + t * 3) % WORDS : -1;
  }
  b->batch =
    (qv_network_batch){SAMPLES, b->sequence, b->length, b->table, b->label, b->weight, 0.3};
  PetscFunctionReturn(0);
}

static double loss_at(bench *b, const double *y) {
  double loss = 0;
  qv_network_load(b->net, y, NULL, false);
  qv_network_run(b->net, &b->batch, &(qv_network_wish){.loss = &loss});
  return b->batch.scale * loss;
}

static void gradient_at(bench *b, const double *y, double *gradient) {
  memset(gradient, 0, MOST * sizeof *gradient);
  qv_network_load(b->net, y, NULL, false);
  qv_network_run(b->net, &b->batch, &(qv_network_wish){.gradient = gradient});
}

static void product_at(bench *b, const double *z, double *product) {
  memset(product, 0, MOST * sizeof *product);
  qv_network_load(b->net, b->y, z, false);
  qv_network_run(b->net, &b->batch, &(qv_network_wish){.product = product});
}

static double largest(int64_t n, const double *a, const double *b) {
  double most = 0;
  for (int64_t i = 0; i < n; i++) most = fmax(most, fabs(a[i] - (b ? b[i] : 0)));
  return most;
}

static double dot(int64_t n, const double *a, const double *b) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

/* Fourth order central differences. */
static void check_derivatives(bench *b) {
  const double h = 1e-3;
  double       gradient[MOST], product[MOST], y[MOST], at[4][MOST], difference[MOST];
  gradient_at(b, b->y, gradient);
  for (int64_t i = 0; i < b->count; i++) {
    double value[4];
    for (int k = 0; k < 4; k++) {
      memcpy(y, b->y, sizeof y);
      y[i] += (k < 2 ? k - 2 : k - 1) * h;
      value[k] = loss_at(b, y);
    }
    difference[i] = (value[0] - 8 * value[1] + 8 * value[2] - value[3]) / (12 * h);
  }
  EXPECT(largest(b->count, gradient, NULL) > 1e-3);
  EXPECT(largest(b->count, gradient, difference) < 1e-10);
  product_at(b, b->z, product);
  for (int k = 0; k < 4; k++) {
    for (int64_t i = 0; i < b->count; i++)
      y[i] = b->y[i] + 0.2 * (k < 2 ? k - 2 : k - 1) * h * b->z[i];
    gradient_at(b, y, at[k]);
  }
  for (int64_t i = 0; i < b->count; i++)
    difference[i] = (at[0][i] - 8 * at[1][i] + 8 * at[2][i] - at[3][i]) / (2.4 * h);
  EXPECT(largest(b->count, product, NULL) > 1e-3);
  EXPECT(largest(b->count, product, difference) < 1e-9 * largest(b->count, product, NULL));
}

static PetscErrorCode derivatives(void) {
  const qv_network_shape *shapes[] = {&recurrent, &plain, &both};
  PetscFunctionBegin;
  for (int k = 0; k < 3; k++) {
    bench b;
    PetscCall(make(shapes[k], QV_DOUBLE, &b));
    check_derivatives(&b);
    PetscCall(qv_network_destroy(&b.net));
  }
  PetscFunctionReturn(0);
}

/* u'Hv = v'Hu; the direction's size does not matter, also in single precision. */
static PetscErrorCode symmetry(void) {
  double hv[MOST], hu[MOST], u[MOST], far[MOST];
  bench  b;
  PetscFunctionBegin;
  PetscCall(make(&recurrent, QV_DOUBLE, &b));
  for (int64_t i = 0; i < b.count; i++) u[i] = unit("u", i);
  product_at(&b, b.z, hv);
  product_at(&b, u, hu);
  EXPECT_REL(dot(b.count, u, hv), dot(b.count, b.z, hu), 1e-12);
  PetscCall(qv_network_destroy(&b.net));
  PetscCall(make(&recurrent, QV_SINGLE, &b));
  for (int64_t i = 0; i < b.count; i++) u[i] = 0x1p-200 * b.z[i];
  product_at(&b, b.z, hv);
  product_at(&b, u, far);
  for (int64_t i = 0; i < b.count; i++) EXPECT_BITS(far[i] * 0x1p200, hv[i]);
  PetscCall(qv_network_destroy(&b.net));
  PetscFunctionReturn(0);
}

/* d/d weight_i of the gradient, times z: what slope gives, by samples of one. */
static PetscErrorCode slopes(void) {
  double slope[SAMPLES], gradient[MOST], loss = 0, hits = 0;
  bench  b;
  PetscFunctionBegin;
  PetscCall(make(&recurrent, QV_DOUBLE, &b));
  qv_network_load(b.net, b.y, b.z, false);
  qv_network_run(b.net, &b.batch, &(qv_network_wish){.slope = slope, .loss = &loss, .hits = &hits});
  EXPECT(hits >= 0 && hits <= SAMPLES);
  for (int i = 0; i < SAMPLES; i++) {
    double one[SAMPLES] = {0};
    one[i]              = 1;
    b.batch.weight      = one;
    b.batch.scale       = 1;
    gradient_at(&b, b.y, gradient);
    EXPECT_REL(slope[i], dot(b.count, gradient, b.z), 1e-12);
  }
  PetscCall(qv_network_destroy(&b.net));
  PetscFunctionReturn(0);
}

/* A direction that is zero in the encoder: by the short way and by the long one, for all that can
 * be asked for. */
static PetscErrorCode encoders(void) {
  const qv_network_shape *shapes[] = {&recurrent, &plain, &both};
  PetscFunctionBegin;
  for (int k = 0; k < 3; k++) {
    double want[MOST], got[MOST] = {0}, head[MOST] = {0}, slope[SAMPLES], whole[MOST];
    bench  b;
    PetscCall(make(shapes[k], QV_DOUBLE, &b));
    EXPECT(b.encoder > 0 && b.encoder < b.count);
    memset(b.z, 0, (size_t)b.encoder * sizeof *b.z);
    product_at(&b, b.z, want);
    gradient_at(&b, b.y, whole);
    for (int64_t i = 0; i < b.encoder; i++) b.z[i] = NAN; /* not looked at */
    qv_network_load(b.net, b.y, b.z, true);
    qv_network_run(b.net, &b.batch, &(qv_network_wish){.product = got});
    EXPECT(largest(b.encoder, want, NULL) > 1e-4);
    EXPECT(largest(b.count, got, want) < 1e-15);
    memset(got, 0, sizeof got);
    qv_network_run(b.net, &b.batch,
                   &(qv_network_wish){.gradient         = head,
                                      .product          = got,
                                      .gradient_of_head = true,
                                      .product_of_head  = true,
                                      .slope            = slope});
    EXPECT(largest(b.encoder, got, NULL) == 0 && largest(b.encoder, head, NULL) == 0);
    EXPECT(largest(b.count - b.encoder, got + b.encoder, want + b.encoder) < 1e-15);
    EXPECT(largest(b.count - b.encoder, head + b.encoder, whole + b.encoder) < 1e-15);
    PetscCall(qv_network_destroy(&b.net));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode precisions(void) {
  const qv_network_shape *shapes[] = {&recurrent, &plain, &both};
  PetscFunctionBegin;
  for (int k = 0; k < 3; k++) {
    double gradient[2][MOST], product[2][MOST];
    for (int p = 0; p < 2; p++) {
      bench b;
      PetscCall(make(shapes[k], p ? QV_DOUBLE : QV_SINGLE, &b));
      gradient_at(&b, b.y, gradient[p]);
      product_at(&b, b.z, product[p]);
      PetscCall(qv_network_destroy(&b.net));
    }
    EXPECT(largest(MOST, gradient[0], gradient[1]) < 1e-5 * largest(MOST, gradient[1], NULL));
    EXPECT(largest(MOST, product[0], product[1]) < 1e-5 * largest(MOST, product[1], NULL));
    EXPECT(largest(MOST, product[0], product[1]) > 0); /* they are two builds */
  }
  PetscFunctionReturn(0);
}

/* A sample's scores and the sums of all do not depend on who else is in the batch, nor on what lies
 * behind the sequences; a sample of its own gives the same. */
static PetscErrorCode padding(void) {
  double together[SAMPLES * CLASSES], alone[CLASSES], gradient[MOST], sum[MOST] = {0};
  bench  b;
  PetscFunctionBegin;
  PetscCall(make(&recurrent, QV_DOUBLE, &b));
  qv_network_load(b.net, b.y, NULL, false);
  qv_network_run(b.net, &b.batch, &(qv_network_wish){.score = together});
  gradient_at(&b, b.y, gradient);
  qv_network_load(b.net, b.y, NULL, false);
  for (int i = 0; i < SAMPLES; i++) {
    const qv_network_batch one = {1,           b.sequence + i, b.length + i, b.table,
                                  b.label + i, b.weight + i,   b.batch.scale};
    qv_network_run(b.net, &one, &(qv_network_wish){.score = alone, .gradient = sum});
    for (int c = 0; c < CLASSES; c++) EXPECT_REL(alone[c], together[i * CLASSES + c], 1e-13);
  }
  EXPECT(largest(b.count, sum, gradient) < 1e-14);
  PetscCall(qv_network_destroy(&b.net));
  PetscFunctionReturn(0);
}

/* One number a layer, two words, worked out step by step. */
static PetscErrorCode by_hand(void) {
  const qv_network_shape shape = {.input = 1, .hidden = 1, .dense = 1, .width = {2}};
  const double           u0 = 0.5, v0 = -0.3, b0 = 0.1, u1 = 1.2, v1 = 0.7, b1 = -0.2;
  const double           w[2] = {0.9, -0.4}, a[2] = {0.05, -0.15}, x[2] = {0.75, -1.5};
  const double           y[]     = {u0, v0, b0, u1, v1, b1, w[0], w[1], a[0], a[1]};
  const float            table[] = {-1.5F, 9, 0.75F};
  const int32_t          token[] = {2, 0}, length[] = {2}, label[] = {1};
  const int32_t         *sequence[] = {token};
  double                 h0 = 0, h1 = 0, top = -INFINITY, loss = 0, score[2];
  qv_network            *net;
  int                    blocks;
  PetscFunctionBegin;
  PetscCall(qv_network_create(&shape, QV_DOUBLE, 1, 2, &net));
  EXPECT_INT(qv_network_count(net), 10);
  EXPECT_INT(qv_network_encoder(net), 6);
  EXPECT_TEXT(qv_network_blocks(net, &blocks)[7].name, "dense0.bias");
  EXPECT_INT(blocks, 8);
  for (int t = 0; t < 2; t++) {
    h0  = tanh(u0 * x[t] + v0 * h0 + b0);
    h1  = tanh(u1 * h0 + v1 * h1 + b1);
    top = fmax(top, h1);
  }
  const double s0 = w[0] * top + a[0], s1 = w[1] * top + a[1];
  qv_network_load(net, y, NULL, false);
  qv_network_run(net, &(qv_network_batch){1, sequence, length, table, label, NULL, 1},
                 &(qv_network_wish){.loss = &loss, .score = score});
  EXPECT_REL(score[0], s0, 1e-14);
  EXPECT_REL(score[1], s1, 1e-14);
  EXPECT_REL(loss, log(exp(s0) + exp(s1)) - s1, 1e-14);
  PetscCall(qv_network_destroy(&net));
  PetscFunctionReturn(0);
}

/* tanh of the kernels against libm's, through a layer that passes its bias on. */
static PetscErrorCode tangents(void) {
  const qv_network_shape shape   = {.input = 1, .dense = 2, .width = {1, 2}};
  const float            table[] = {0};
  const int32_t          token[] = {0}, label[] = {0};
  const int32_t         *sequence[] = {token};
  for (int p = 0; p < 2; p++) {
    const double tol = p ? 1e-15 : 4e-7;
    qv_network  *net;
    PetscFunctionBegin;
    PetscCall(qv_network_create(&shape, p ? QV_DOUBLE : QV_SINGLE, 1, 1, &net));
    for (int k = -400; k <= 400; k++) {
      const double x   = (double)(float)(k < 0 ? -pow(10, k / 50.0 + 1) : k / 16.0);
      double       y[] = {0, x, 1, 0, 0, 0}, score[2];
      qv_network_load(net, y, NULL, false);
      qv_network_run(net, &(qv_network_batch){1, sequence, NULL, table, label, NULL, 1},
                     &(qv_network_wish){.score = score});
      EXPECT_REL(score[0], tanh(x), tol);
    }
    PetscCall(qv_network_destroy(&net));
  }
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"derivatives", derivatives}, {"symmetry", symmetry}, {"slopes", slopes},
               {"encoders", encoders}, {"precisions", precisions}, {"padding", padding},
               {"by hand", by_hand}, {"tangents", tangents});
}
