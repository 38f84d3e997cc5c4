/* SPDX-License-Identifier: GPL-3.0-or-later
 * Three-body systems with certified references for the tests of the integrators, G = 1. */
#pragma once
#include <math.h>
#include <string.h>
#include "solvers/nbody/invariants.h"
#include "solvers/nbody/regularised.h"
#include "tests/support/splitmix.h"

typedef struct {
  double mass[3], x[3][3], v[3][3];
} bodies;

static const double pi = 3.14159265358979323846;

/* Burrau's problem. */
static inline bodies pythagorean(void) {
  return (bodies){{3, 4, 5}, {{1, 3}, {-2, -1}, {1, -1}}, {{0}}};
}

/* Reference computed with 128 bits: bodies' x, y at t = 10, 60, 70. */
// clang-format off
static const double pythagorean_10[3][3] = {{0.77848041013808549311, 0.14139230029008616862},
  {-2.02509247797819858616, 0.09721938414605839650}, {1.15298573629970757306, -0.16261088749089841837}};
static const double pythagorean_60[3][3] = {{0.74380750011808291542, 1.93994795109486329943},
  {0.26401033468625653894, -0.73162439486996371682}, {-0.65749276781985498041, -0.57866925476094706200}};
static const double pythagorean_70[3][3] = {{6.93346359901188729, 20.26180430595171414},
  {-2.00300600260598409, -6.87246343582454485}, {-2.55767335732234510, -6.65911183491139261}};
// clang-format on

static const double  figure_eight_period = 6.325913982926211677589000334;
static inline bodies figure_eight(void) {
  const double p = 0.3471168881189269382427769203, q = 0.5327249453880302292620279877;
  return (bodies){{1, 1, 1}, {{-1}, {1}, {0}}, {{p, q}, {p, q}, {-2 * p, -2 * q}}};
}

/* Equal masses at rest, two of them at (-1/2, 0) and (1/2, 0). */
static inline bodies free_fall(double x, double y) {
  return (bodies){{1, 1, 1}, {{-0.5}, {0.5}, {x, y}}, {{0}}};
}

/* Periodic brake orbits 1..30: x, y of the third body, and the period after which all are at rest
 * at their starting points again. */
static inline bodies brake_orbit(int number, double *period) {
  // clang-format off
  static const double orbit[30][3] = {
    {0.0207067154485159752232, 0.3133550360859029144874, 2.1740969263871795795339},
    {0.2053886531802937304441, 0.1952668419258327976218, 1.6896364927696281861813},
    {0.0562664280402585789733, 0.4691503375051938356771, 4.5419125587548663108581},
    {0.1846729355381834218334, 0.5753740774073914914329, 5.1586391029210441609113},
    {0.0880412663404823462106, 0.5488924175632179841084, 4.9647695144567273828313},
    {0.3142334050446656473386, 0.5384825297494351098792, 4.8672002992770144397233},
    {0.0741834377556740173507, 0.5324424487906534138847, 5.4455591108360519925012},
    {0.2871136861880292090725, 0.5252098584384378627554, 5.1183291764385067973184},
    {0.0623175679351854931788, 0.4902842101785454484118, 5.1999756815429008886223},
    {0.3089693008088684626016, 0.4236727691821915361450, 4.8914942162439230999063},
    {0.4006912162227104227602, 0.3484015305013714135136, 4.2747107263958211427423},
    {0.3895924236346475075475, 0.3466357954682559005091, 4.2763269534012704015977},
    {0.1887216676846318841125, 0.5103459121770290491631, 5.9705993269293100519020},
    {0.1938233757169582338410, 0.6063751102161239414827, 7.6482262218471020895008},
    {0.2574316821108189643003, 0.3631991969980833946322, 6.4040019625083621645334},
    {0.1472358808053658797920, 0.3114646878287483907239, 6.5387455881139077188002},
    {0.1403948992929224162744, 0.5079077886807418529243, 8.1068148513027134968222},
    {0.2104156340664996238193, 0.1080829305225846454806, 5.3952449725048023803828},
    {0.0410117512965074448533, 0.1882022886836095335860, 8.1010474179893397890199},
    {0.0548189646257859657868, 0.2383162534250022186156, 8.8215019091159547341037},
    {0.2760396990985748219893, 0.0985020358552357552564, 5.4225040685659622282790},
    {0.2662035004238642912582, 0.0764101614856968510585, 5.4473716994268623310103},
    {0.0135939022065102035853, 0.1210361097357170983074, 8.4973950159487137783127},
    {0.0616197628854929877223, 0.2644961757290702600573, 9.4244325343442352838674},
    {0.2927953054966408774817, 0.1170062115725591036485, 5.7810404779104416330044},
    {0.0327160645046819158384, 0.2313291839546949447889, 10.021730481830988398589},
    {0.1523536847131773857817, 0.1611243738133571975451, 10.334087815613079553758},
    {0.0726030609131202752093, 0.3037940330687930295076, 11.842758978685672790142},
    {0.3085035769205479156211, 0.1499949186485221366997, 7.2938821180029771032875},
    {0.3401651300607660774800, 0.1168579357318324711280, 6.1839976587712217976102},
  };
  // clang-format on
  *period = orbit[number - 1][2];
  return free_fall(orbit[number - 1][0], orbit[number - 1][1]);
}

/* Run to t_end within a budget of force evaluations; QV_NBODY_GOING_ON: it was spent. */
static inline qv_nbody_outcome run_to(qv_regularised *s, double t_end, int64_t budget) {
  qv_nbody_outcome outcome = QV_NBODY_GOING_ON;
  while (outcome == QV_NBODY_GOING_ON && qv_regularised_evaluations(s) < budget)
    outcome = qv_regularised_step(s, 1e-14, t_end);
  return outcome;
}

static inline qv_regularised begin(const bodies *b) {
  qv_regularised s;
  qv_regularised_start(b->mass, b->x, b->v, &s);
  return s;
}

static inline bodies state_of(const qv_regularised *s, const bodies *start) {
  bodies b = *start;
  qv_regularised_state(s, b.x, b.v);
  return b;
}

/* The bodies at t_end. */
static inline bodies at_time(const bodies *start, double t_end) {
  qv_regularised s = begin(start);
  if (run_to(&s, t_end, 100000000) == QV_NBODY_REACHED) return state_of(&s, start);
  bodies lost  = *start;
  lost.x[0][0] = NAN;
  return lost;
}

/* The largest difference of any coordinate; NaN when one is. */
static inline double distance(const double a[3][3], const double b[3][3]) {
  double worst = 0;
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < 3; i++)
      if (!(fabs(a[k][i] - b[k][i]) <= worst)) worst = fabs(a[k][i] - b[k][i]);
  return worst;
}

static inline double energy_error(const qv_regularised *s) {
  double energy[2], momentum[3], change[3];
  qv_regularised_conserved(s, energy, momentum, change);
  return fabs(energy[1] / energy[0]);
}

/* MT19937 with the initialisation of 2002, as NumPy's legacy generator draws uniforms. */
typedef struct {
  uint32_t word[624];
  int      place;
} twister;

static inline void twister_seed(uint32_t seed, twister *t) {
  t->word[0] = seed;
  for (int i = 1; i < 624; i++)
    t->word[i] = 1812433253u * (t->word[i - 1] ^ (t->word[i - 1] >> 30)) + (uint32_t)i;
  t->place = 624;
}

static inline uint32_t twister_next(twister *t) {
  if (t->place == 624) {
    for (int i = 0; i < 624; i++) {
      const uint32_t y = (t->word[i] & 0x80000000u) | (t->word[(i + 1) % 624] & 0x7fffffffu);
      t->word[i]       = t->word[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
    }
    t->place = 0;
  }
  uint32_t y = t->word[t->place++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

static inline double twister_uniform(twister *t) {
  const uint32_t a = twister_next(t) >> 5, b = twister_next(t) >> 6;
  return (a * 67108864.0 + b) / 9007199254740992.0;
}

/* The reinforcement-learning paper's initial conditions in au, Msun and yr / 2 pi (10 km/s is
 * 10 / 29.78...), left in the frame of the draw. */
static inline bodies paper_seed(uint32_t seed) {
  const double c = 10 / 29.784691829676934;
  bodies       b = {{1, 1, 1}, {{0}}, {{0, c}, {-c, 0}, {0, 0}}};
  twister      t;
  twister_seed(seed, &t);
  b.x[1][0] = 5 + 15 * twister_uniform(&t);
  b.x[1][1] = 10 * twister_uniform(&t);
  b.x[2][0] = -10 * twister_uniform(&t);
  b.x[2][1] = 5 + 15 * twister_uniform(&t);
  return b;
}

/* Uniform in [0, 1). */
static inline double counter_uniform(uint64_t *counter) {
  return (double)(splitmix(counter) >> 11) / 9007199254740992.0;
}

static inline int compare_doubles(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Relative position and velocity on a Kepler orbit about mu with its pericentre q on +x at time 0,
 * moving towards +y there; e != 1. */
static inline void kepler(double mu, double q, double e, double time, double x[3], double v[3]) {
  const long double a = q / (1.0L - e), n = sqrtl(mu / fabsl(a * a * a)), m = n * time;
  long double       anomaly = e < 1 ? m : asinhl(m / e);
  if (e < 1) anomaly = m + (m == 0 ? 0 : 0.85L * e * (sinl(m) >= 0 ? 1 : -1));
  for (int i = 0; i < 60; i++) {
    const long double f =
      e < 1 ? anomaly - e * sinl(anomaly) - m : e * sinhl(anomaly) - anomaly - m;
    anomaly -= f / (e < 1 ? 1 - e * cosl(anomaly) : e * coshl(anomaly) - 1);
  }
  const long double c = e < 1 ? cosl(anomaly) : coshl(anomaly);
  const long double s = e < 1 ? sinl(anomaly) : sinhl(anomaly);
  const long double b = sqrtl(fabsl(1.0L - (long double)e * e)), r = fabsl(a * (1 - e * c));
  const long double w = sqrtl(mu * fabsl(a)) / r;
  x[0]                = (double)(a * (c - e));
  x[1]                = (double)(fabsl(a) * b * s);
  v[0]                = (double)(-w * s);
  v[1]                = (double)(w * b * c);
  x[2] = v[2] = 0;
}
