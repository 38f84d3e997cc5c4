#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=400
# imaging.reconstruct from a file of measurements: the same bits on 1 to 4 ranks, for any quantum of
# work, stopped and resumed; a file that others can read; goals.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
simulate=$QV_SOURCE/inputs/imaging/compress-64.yaml
deck=$QV_SOURCE/inputs/imaging/compress-64-redpsm.yaml
small=(imaging.data=d.h5 imaging.red-psm.rank=3 imaging.red-psm.latent=5 imaging.red-psm.iterations=12)
expect 0 on 0 run "$simulate" output=d.h5 imaging.phantom.size=24 imaging.phantom.frames=16

# each way on one rank and on several
ways='
denoiser: {name: tv}
denoiser: {name: tv}, model: linear, solver: als, split-step: red, red: 3
denoiser: {name: tv}, anderson: 3
denoiser: {name: median3}, anderson: 2, model: linear
denoiser: {name: haar-ti}, lambda: sure, anderson: 1
denoiser: {name: tv}, solver: red-sd, red-sd: {step: 1.5}
denoiser: {name: tv, patch: {size: 10, stride: 4}}, split-step: red
denoiser: {name: median3, patch: {size: 12}}
denoiser: {name: low-rank}, lambda: 3
denoiser: {name: nlm}, basis: bspline
denoiser: {name: haar-ti}, coupling: pnp, mask: none
denoiser: {name: median3}, basis: dct, relax: 1.5
denoiser: {name: gaussian}, coupling: pro, lambda: 2, basis: linear
denoiser: {name: none}, basis: identity
joint: gauss-newton, model: linear, basis: linear
denoiser: {name: tv}, solver: adam, lambda: 4, adam: {steps: 3, published-defects: true}
denoiser: {name: quadratic}, solver: exact, lambda: 2, model: linear, fix-latent: true
'
ranks=1
while read -r way <&3; do
  [ -n "$way" ] || continue
  case $way in *identity*) latent= ;; *) latent=", latent: 5" ;; esac
  case $way in *exact*) limit= ;; *sure*) limit=", iterations: 42" ;; *) limit=", iterations: 12" ;; esac
  cat >way.yaml <<DECK
problem: imaging.reconstruct
output: way.h5
imaging:
  data: d.h5
  red-psm: {rank: 3$latent$limit, $way}
DECK
  ranks=$((ranks % 3 + 2))
  expect 0 on 0 run way.yaml output=one.h5 --force
  expect 0 on $ranks run way.yaml output=many.h5 run.step=$((ranks + 1)) --force
  same one.h5 many.h5
done 3<<<"$ways"

# more ranks than frames
expect 0 on 0 run "$simulate" output=two.h5 imaging.phantom.size=12 imaging.phantom.frames=2
few=(imaging.data=two.h5 imaging.red-psm.rank=2 imaging.red-psm.latent=2 imaging.red-psm.iterations=3)
expect 0 on 0 run "$deck" output=one.h5 "${few[@]}" --force
bits_on 4 "$deck" one "${few[@]}"

# an iteration limit grows: as if it had always been so
expect 0 on 0 run "$deck" output=straight.h5 "${small[@]}"
expect 0 on 2 run "$deck" output=grown.h5 "${small[@]}" imaging.red-psm.iterations=7
expect 0 on 3 run "$deck" output=grown.h5 "${small[@]}" --resume
same straight.h5 grown.h5

# stopped and resumed while lambda is searched with a twin
sure=("${small[@]}" imaging.red-psm.lambda=sure imaging.red-psm.iterations=50 imaging.red-psm.anderson=2
  imaging.red-psm.tolerance=0)
expect 0 on 0 run "$deck" output=straight-sure.h5 "${sure[@]}"
bits_after_stops "2:13 3:9 4" "$deck" straight-sure "${sure[@]}"

# stopped and resumed while Gauss-Newton adapts its damping
joint=("${small[@]}" imaging.red-psm.joint=gauss-newton imaging.red-psm.tolerance=0)
expect 0 on 0 run "$deck" output=straight-joint.h5 "${joint[@]}"
bits_after_stops "2:5 3" "$deck" straight-joint "${joint[@]}"

# goals
expect 0 on 0 run "$deck" output=goal.h5 "${small[@]}" imaging.goal.psnr=5 imaging.goal.misfit=100
expect 2 on 0 run "$deck" output=goal.h5 "${small[@]}" imaging.goal.psnr=90 --force
says err.txt "the goal was not reached"

# iterations: 0 is the start of the model alone
expect 0 on 0 run "$deck" output=start.h5 "${small[@]}" imaging.red-psm.iterations=0

# a stranger's reader
if /usr/bin/python3 -c 'import h5py' 2>/dev/null; then
  /usr/bin/python3 - <<'END' || complain "the file does not read as promised"
import h5py, numpy as np
f = h5py.File("straight.h5", "r")
image, spatial, temporal = f["/result/image"], f["/result/spatial_basis"], f["/result/temporal_basis"]
assert image.shape == (16, 24, 24) and [d[0].name for d in image.dims][1:] == ["/result/y", "/result/x"]
assert np.allclose(image.dims[2][0][:], (np.arange(24) + 0.5) / 12 - 1)
model = np.maximum(0, np.tensordot(temporal[:], spatial[:], 1))
assert np.abs(model - image[:]).max() < 1e-12 * np.abs(model).max()
assert np.allclose(temporal[:].T @ temporal[:], np.eye(3), atol=0.2)
truth = h5py.File("d.h5", "r")["/truth/image"][:]
rms = np.sqrt(((image[:] - truth) ** 2).mean())
psnr = 20 * np.log10(truth.max() / rms)
assert abs(f["/result/metrics/psnr"][()] - psnr) < 1e-9 and abs(f["/series/psnr"][-1] - psnr) < 1e-9
n = len(f["/series/iteration"])
assert list(f["/series/iteration"][:]) == list(range(1, n + 1)) and len(f["/series/misfit"]) == n
assert f["/result/checks/lipschitz"].shape == (2,)
assert "PSNR" in str(f.attrs["verdict"])
END
fi
finish
