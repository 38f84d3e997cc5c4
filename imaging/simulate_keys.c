/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "imaging/order.h"
#include "imaging/simulate.h"

// clang-format off
#define ROW(TYPE, MEMBER, ...) QV_ROW(TYPE, qv_simulate_params, MEMBER, __VA_ARGS__)
const qv_key qv_simulate_keys[] = {
  ROW(CHOICE, phantom, .path = "imaging.phantom.name", .preset = "compress", .choices = qv_phantom_words,
      .doc = "what is imaged"),
  ROW(INT, size, .path = "imaging.phantom.size", .preset = "128", .range = "[1,8192]",
      .doc = "pixels of a side of the truth, and bins of the detector"),
  ROW(INT, frames, .path = "imaging.phantom.frames", .preset = "128", .range = "[1,1048576]",
      .doc = "images of the sequence"),
  ROW(INT, beats, .path = "imaging.phantom.beats", .preset = "1", .range = "[1,inf)",
      .when = "imaging.phantom.name=cardiac", .doc = "heart beats in all"),
  ROW(INT, latent, .path = "imaging.phantom.latent", .preset = "9", .range = "[2,inf)",
      .when = "imaging.phantom.name=in-model", .doc = "knots of the third time function, a Hermite spline"),
  ROW(CHOICE, forward, .path = "imaging.forward.name", .preset = "radon2d", .choices = qv_forward_words,
      .doc = "how it is measured"),
  ROW(CHOICE, order, .path = "imaging.forward.order", .preset = "bit-reversed", .choices = qv_order_words,
      .when = "imaging.forward.name=radon2d", .doc = "angles of the projections, one after the other"),
  ROW(INT, views_per_frame, .path = "imaging.forward.views-per-frame", .preset = "1", .range = "[1,65536]",
      .when = "imaging.forward.name=radon2d", .doc = "projections of each frame"),
  ROW(INT, period, .path = "imaging.forward.period", .preset = "", .range = "[1,inf)",
      .when = "imaging.forward.name=radon2d", .doc = "projections after which the angles begin anew"),
  ROW(REAL, keep, .path = "imaging.forward.keep", .preset = "0.5", .range = "(0,1]",
      .when = "imaging.forward.name=mask", .doc = "share of the pixels that are measured, drawn anew for each frame"),
  ROW(REAL, sigma, .path = "imaging.noise.sigma", .preset = "", .range = "[0,inf)",
      .doc = "standard deviation of the noise, in the unit of the samples"),
  ROW(REAL, std, .path = "imaging.noise.std", .preset = "5e-3", .range = "[0,inf)",
      .when = "imaging.noise.sigma=", .doc = "the same as a part of the largest noise-free sample of the file"),
  ROW(BOOL, truth, .path = "imaging.truth", .preset = "true", .doc = "write the true images beside the data"),
  {QV_KEY_END}
};
// clang-format on

PetscErrorCode qv_simulate_check(const void *params, const qv_deck *deck, qv_diag *diag) {
  const qv_simulate_params *p      = params;
  const bool                rays   = qv_forward_has_angles(p->forward);
  const int64_t             all    = rays ? p->frames * p->views_per_frame : 1;
  const int64_t             period = rays && p->period != QV_UNSET_INT ? p->period : all;
  const double length = (double)p->size * (double)(rays ? p->views_per_frame : p->size);

  PetscFunctionBegin;
  if (all % period)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "imaging.forward.period"),
                          "a period of %lld does not divide the %lld projections "
                          "(frames times views-per-frame)",
                          (long long)period, (long long)all));
  else if (rays && !qv_order_allows(p->order, period))
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "imaging.forward.order"),
                          "the order '%s' needs a power of two projections, not %lld; 'golden' "
                          "goes with any number",
                          qv_order_words[p->order].word, (long long)period));
  if (8 * length >= INT32_MAX) /* a frame is one message */
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, qv_deck_place(deck, "imaging.phantom.size"),
                          "a frame would have %.3g samples; at most %d are possible", length,
                          INT32_MAX / 8));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_simulate_estimate(const void *params, int size, qv_cost *cost) {
  const qv_simulate_params *p       = params;
  const double              pixels  = (double)p->size * (double)p->size;
  const double              n       = (double)p->frames;
  const bool                rays    = qv_forward_has_angles(p->forward);
  const double              samples = rays ? (double)p->views_per_frame * (double)p->size : pixels;

  PetscFunctionBegin;
  cost->memory           = 4e7 + 8 * (ceil(n / size) * (pixels + 2 * samples) + 8 * pixels);
  cost->disk             = 5e4 + 8 * n * (samples + (p->truth ? pixels : 0));
  cost->work             = n;
  cost->seconds_per_unit = 3e-8 * pixels + 5e-7 * samples; /* measured with 11 parts */
  cost->unit             = "frames";
  PetscFunctionReturn(0);
}
