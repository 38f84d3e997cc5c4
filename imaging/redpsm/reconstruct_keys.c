/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/redpsm/reconstruct.h"

static const qv_choice forward_words[] = {{"auto", "as the file's sets tell"},
#define QV_FORWARD(name, word, doc) {word, doc},
#include "imaging/forward.def"
#undef QV_FORWARD
                                          {NULL, NULL}};
static const qv_choice method_words[] = {
  {"red-psm", "partially separable model regularised by denoising"}, {NULL, NULL}};
static const qv_choice scale_words[] = {
  {"auto", "the largest value of a static reconstruction of all data"}, {NULL, NULL}};
static const qv_choice model_words[]  = {{"linear", "images are Psi Lambda'"},
                                         {"positive-part", "images are max(0, Psi Lambda')"},
                                         {NULL, NULL}};
static const qv_choice solver_words[] = {
  {"als", "alternating exact steps on the augmented Lagrangian"},
  {"exact", "one linear solve: linear model, fixed latent, linear denoiser"},
  {"adam", "the published inner loop, to compare with"},
  {"red-sd", "steepest descent on data and regulariser, the model fitted to each step"},
  {NULL, NULL}};
static const qv_choice coupling_words[] = {{"red", "f is drawn to D(f) with the weight lambda"},
                                           {"pnp", "f is D(X + y)"},
                                           {"pro", "f approaches the fixed points of D (RED-PRO)"},
                                           {NULL, NULL}};
static const qv_choice split_words[]    = {{"exact", "f lowers the Lagrangian as far as it can"},
                                           {"red", "f takes steps of RED towards that"},
                                           {NULL, NULL}};
static const qv_choice joint_words[]    = {
     {"alternating", "each for itself, exactly, in turn"},
     {"gauss-newton", "both by one Levenberg-Marquardt step (variable projection)"},
     {NULL, NULL}};
static const qv_choice mask_words[]   = {{"disc", "images are 0 outside of the unit disc"},
                                         {"none", "the whole square is imaged"},
                                         {NULL, NULL}};
static const qv_choice lambda_words[] = {
  {"auto", "the misfit becomes tau (discrepancy principle)"},
  {"sure", "Stein's estimate of the prediction error is least"},
  {NULL, NULL}};

// clang-format off
#define ROW(TYPE, MEMBER, ...) QV_ROW(TYPE, qv_reconstruct_params, MEMBER, __VA_ARGS__)
#define RED "imaging.method=red-psm"
const qv_key qv_reconstruct_keys[] = {
  ROW(FILE, data, .path = "imaging.data", .doc = "file of measurements, as imaging.simulate writes them"),
  ROW(INT, size, .path = "imaging.size", .preset = "", .range = "[1,16384]",
      .doc = "pixels of a side; the number of bins by default"),
  ROW(CHOICE, forward, .path = "imaging.forward.name", .preset = "auto", .choices = forward_words,
      .doc = "how the data were measured"),
  ROW(CHOICE, method, .path = "imaging.method", .preset = "red-psm", .choices = method_words,
      .doc = "how images are found"),
  ROW(REAL, sigma, .path = "imaging.sigma", .preset = "", .range = "(0,inf)",
      .doc = "standard deviation of the noise of each real sample, in place of the file's"),
  ROW(REAL_OR_WORD, scale, .path = "imaging.scale", .preset = "auto", .range = "(0,inf)", .choices = scale_words,
      .doc = "what counts as 1 while images are computed: the unit of denoiser levels"),
  ROW(REAL, goal_psnr, .path = "imaging.goal.psnr", .preset = "",
      .doc = "PSNR in dB below which the run ends with code 2; needs a truth"),
  ROW(REAL, goal_misfit, .path = "imaging.goal.misfit", .preset = "", .range = "(0,inf)",
      .doc = "misfit above which the run ends with code 2"),
  ROW(INT, rank, .path = "imaging.red-psm.rank", .preset = "6", .range = "[1,256]", .when = RED,
      .doc = "number of spatial bases, all counted (the paper's K = 6 is 7)"),
  ROW(CHOICE, basis, .path = "imaging.red-psm.basis", .preset = "hermite", .choices = qv_basis_words, .when = RED,
      .doc = "how time functions follow from their latent coefficients"),
  ROW(INT, latent, .path = "imaging.red-psm.latent", .preset = "9", .range = "[2,inf)",
      .when = RED " & imaging.red-psm.basis!=identity", .doc = "latent coefficients of a time function"),
  ROW(CHOICE, model, .path = "imaging.red-psm.model", .preset = "positive-part", .choices = model_words, .when = RED,
      .doc = "what images are made of the factors"),
  ROW(CHOICE, solver, .path = "imaging.red-psm.solver", .preset = "als", .choices = solver_words, .when = RED,
      .doc = "how the problem is solved"),
  ROW(CHOICE, coupling, .path = "imaging.red-psm.coupling", .preset = "red", .choices = coupling_words,
      .when = RED " & imaging.red-psm.solver=als|adam", .doc = "how the denoiser acts"),
  ROW(CHOICE, denoiser, .path = "imaging.red-psm.denoiser.name", .preset = "tv", .choices = qv_denoiser_words,
      .when = RED, .doc = "the denoiser D"),
  ROW(REAL, level, .path = "imaging.red-psm.denoiser.level", .preset = "0.03", .range = "[0,inf)",
      .when = RED " & imaging.red-psm.denoiser.name=shrink|quadratic|tv|haar-ti|nlm|low-rank",
      .doc = "strength of the denoiser in images scaled to the maximum 1"),
  ROW(REAL, width, .path = "imaging.red-psm.denoiser.width", .preset = "0.7", .range = "(0,32]",
      .when = RED " & imaging.red-psm.denoiser.name=gaussian", .doc = "standard deviation in pixels"),
  ROW(INT, denoiser_iterations, .path = "imaging.red-psm.denoiser.iterations", .preset = "8", .range = "[1,inf)",
      .when = RED " & imaging.red-psm.denoiser.name=tv", .doc = "dual iterations each time, from the last dual"),
  ROW(INT, patch, .path = "imaging.red-psm.denoiser.patch.size", .preset = "", .range = "[2,16384]",
      .when = RED " & imaging.red-psm.solver=als|adam|red-sd", .doc = "pixels of a side of the windows that are denoised; the whole frame by default"),
  ROW(INT, stride, .path = "imaging.red-psm.denoiser.patch.stride", .preset = "", .range = "[1,16384]",
      .when = RED " & imaging.red-psm.solver=als|adam|red-sd", .doc = "pixels between windows; half of their size by default"),
  ROW(CHOICE, split_step, .path = "imaging.red-psm.split-step", .preset = "exact", .choices = split_words,
      .when = RED " & imaging.red-psm.solver=als & imaging.red-psm.coupling=red & "
                  "imaging.red-psm.denoiser.name=tv|low-rank",
      .doc = "how f is found from the denoiser, applied once either way"),
  ROW(REAL_OR_WORD, lambda, .path = "imaging.red-psm.lambda", .preset = "auto", .range = "[0,inf)",
      .choices = lambda_words, .when = RED, .doc = "weight of the denoiser; 0: the model alone"),
  ROW(REAL, tau, .path = "imaging.red-psm.tau", .preset = "0.95", .range = "(0,inf)",
      .when = RED " & imaging.red-psm.lambda=auto & imaging.red-psm.model=linear",
      .doc = "the misfit that lambda is to give"),
  ROW(REAL, tau, .path = "imaging.red-psm.tau", .preset = "1.3", .range = "(0,inf)",
      .when = RED " & imaging.red-psm.lambda=auto", .doc = "the misfit that lambda is to give"),
  ROW(REAL, beta, .path = "imaging.red-psm.beta", .preset = "", .range = "(0,inf)",
      .when = RED " & imaging.red-psm.solver=als|adam",
      .doc = "weight of the split, where it starts; lambda times 0.75 if the split-step is exact, else times 1.5; it changes speed, not results"),
  ROW(BOOL, balance, .path = "imaging.red-psm.balance", .preset = "true", .when = RED " & imaging.red-psm.solver=als",
      .doc = "adapt beta to the residuals in the first 50 iterations"),
  ROW(REAL, nuclear, .path = "imaging.red-psm.nuclear", .preset = "1e-3", .range = "(0,inf)", .when = RED,
      .doc = "weight of the squares of both factors"),
  ROW(INT, cg, .path = "imaging.red-psm.cg", .preset = "6", .range = "[1,inf)",
      .when = RED " & imaging.red-psm.solver=als|red-sd", .doc = "steps of conjugate gradients an iteration, at most"),
  ROW(CHOICE, joint, .path = "imaging.red-psm.joint", .preset = "alternating", .choices = joint_words,
      .when = RED " & imaging.red-psm.solver=als", .doc = "how Lambda and Z, the factors in space and time, are found in an iteration"),
  ROW(INT, red, .path = "imaging.red-psm.red", .preset = "1", .range = "[1,inf)",
      .when = RED " & imaging.red-psm.solver=als|adam & imaging.red-psm.coupling=red & imaging.red-psm.split-step!=exact",
      .doc = "applications of the denoiser an iteration"),
  ROW(INT, inner, .path = "imaging.red-psm.adam.steps", .preset = "25", .range = "[1,inf)",
      .when = RED " & imaging.red-psm.solver=adam", .doc = "steps of Adam an iteration"),
  ROW(REAL, rate, .path = "imaging.red-psm.adam.learning-rate", .preset = "5e-3", .range = "(0,inf)",
      .when = RED " & imaging.red-psm.solver=adam", .doc = "step length of Adam"),
  ROW(REAL, descent, .path = "imaging.red-psm.red-sd.step", .preset = "1", .range = "(0,2]",
      .when = RED " & imaging.red-psm.solver=red-sd",
      .doc = "step length, times 1 / (largest curvature of the data and of lambda R); above 1 the objective may rise"),
  ROW(BOOL, published_defects, .path = "imaging.red-psm.adam.published-defects", .preset = "false",
      .when = RED " & imaging.red-psm.solver=adam",
      .doc = "as published: the norm of the split is not squared, and f starts at 0"),
  ROW(REAL, relax, .path = "imaging.red-psm.relax", .preset = "1.6", .range = "(0,2)",
      .when = RED " & imaging.red-psm.split-step=exact", .doc = "over-relaxation"),
  ROW(REAL, relax, .path = "imaging.red-psm.relax", .preset = "1", .range = "(0,2)",
      .when = RED " & imaging.red-psm.solver=als|adam", .doc = "over-relaxation"),
  ROW(INT, anderson, .path = "imaging.red-psm.anderson", .preset = "0", .range = "[0,20]",
      .when = RED " & imaging.red-psm.solver=als",
      .doc = "depth of the Anderson acceleration of the outer iteration; 0: none"),
  ROW(BOOL, fix_latent, .path = "imaging.red-psm.fix-latent", .preset = "false", .when = RED,
      .doc = "keep the time functions as they start"),
  ROW(CHOICE, mask, .path = "imaging.red-psm.mask", .preset = "disc", .choices = mask_words, .when = RED,
      .doc = "the field of view"),
  ROW(INT, iterations, .path = "imaging.red-psm.iterations", .preset = "60", .range = "[0,inf)",
      .flags = QV_KEY_EXTENDABLE, .when = RED " & imaging.red-psm.solver!=exact", .doc = "outer iterations, at most"),
  ROW(REAL, tolerance, .path = "imaging.red-psm.tolerance", .preset = "1e-3", .range = "[0,inf)",
      .when = RED " & imaging.red-psm.solver!=exact", .doc = "primal and dual residual, relative, at which to end"),
  ROW(BOOL, keep_history, .path = "imaging.red-psm.keep-history", .preset = "true", .when = RED,
      .doc = "write a line of /series for each iteration"),
  {QV_KEY_END}
};
// clang-format on
