#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=120
# What cannot be reconstructed: a message and a code each, and no output.
. "$QV_SOURCE/tests/support/cli.sh"
simulate=$QV_SOURCE/inputs/imaging/compress-64.yaml
deck=$QV_SOURCE/inputs/imaging/compress-64-redpsm.yaml
expect 0 on 0 run "$simulate" output=d.h5 imaging.phantom.size=16 imaging.phantom.frames=16

# bad CODE TEXT OVERRIDE…
bad() {
  local code=$1 text=$2
  shift 2
  expect "$code" "$QUADRIVIUM" run "$deck" output=x.h5 imaging.data=d.h5 "$@"
  says err.txt "$text"
  [ ! -e x.h5 ] || complain "a file was made in spite of: $text"
}
# warns TEXT OVERRIDE…
warns() {
  local text=$1
  shift
  expect 0 "$QUADRIVIUM" run "$deck" output=x.h5 imaging.data=d.h5 imaging.red-psm.iterations=1 "$@"
  says err.txt "$text"
  rm -f x.h5*
}
r=imaging.red-psm
bad 78 "6 bases need at least as many latent coefficients, not 5" $r.latent=5
bad 78 "imaging.red-psm.rank must be in [1,256]" $r.rank=0
bad 78 "imaging.red-psm.latent must be in [2,inf)" $r.latent=1 $r.rank=1
bad 78 "imaging.red-psm.lambda must be in [0,inf)" $r.lambda=-1
bad 78 "imaging.red-psm.beta must be in (0,inf)" $r.beta=0
bad 78 "the level of 'tv' must be above 0" $r.denoiser.level=0
bad 78 "unknown denoiser 'haar'; one of none, shrink" $r.denoiser.name=haar
bad 78 "imaging.red-psm.denoiser.iterations" $r.denoiser.name=median3 $r.denoiser.iterations=3
bad 78 "imaging.red-psm.red' applies only with" $r.red=2
bad 78 "'solver: exact' needs 'model: linear'" $r.solver=exact
bad 78 "'solver: exact' needs 'fix-latent: true'" $r.solver=exact
bad 78 "'solver: exact' needs a linear denoiser" $r.solver=exact
bad 78 "has 16 frames, fewer than imaging.red-psm.latent = 17" $r.latent=17
bad 78 "has 16 frames, fewer than imaging.red-psm.rank = 20" $r.latent=20 $r.rank=20
bad 78 "imaging.red-psm.denoiser.level must be in [0,inf)" $r.denoiser.level=-1
bad 78 "imaging.sigma must be in (0,inf)" imaging.sigma=0
bad 78 "imaging.red-psm.nuclear must be in (0,inf)" $r.nuclear=0
bad 78 "'lambda: sure' takes 40 iterations to choose: 40 are too few" $r.lambda=sure $r.iterations=40
bad 78 "'lambda: sure' does not go with 'solver: adam'" $r.lambda=sure $r.solver=adam
bad 78 "imaging.red-psm.joint' applies only with" $r.solver=red-sd $r.joint=gauss-newton
bad 78 "'joint: gauss-newton' does not go with 'fix-latent: true'" $r.joint=gauss-newton $r.fix-latent=true
bad 78 "imaging.red-psm.anderson' applies only with" $r.solver=red-sd $r.anderson=2
bad 78 "imaging.red-psm.anderson must be in [0,20]" $r.anderson=21
bad 78 "imaging.red-psm.coupling' applies only with" $r.solver=red-sd $r.coupling=pnp
patch=$r.denoiser.patch
bad 78 "windows of 4 pixels, 5 apart, leave gaps" $r.split-step=red $patch.size=4 $patch.stride=5
bad 78 "a stride needs denoiser.patch.size" $patch.stride=5
bad 78 "in windows 'tv' is no proximal map: it needs 'split-step: red'" $patch.size=4
bad 78 "'low-rank' has blocks of its own: no windows" $r.denoiser.name=low-rank $patch.size=4
bad 78 "has 16 pixels of a side, fewer than imaging.red-psm.denoiser.patch.size = 17" $r.split-step=red $patch.size=17
bad 66 "nothing.h5" imaging.data=nothing.h5
# no longer finite: told where it happens, and the file and the checkpoint hold the last finite images
for huge in imaging.scale=1e-200 "$r.lambda=1e308"; do
  expect 2 "$QUADRIVIUM" run "$deck" output=huge.h5 imaging.data=d.h5 $r.lambda=4 "$huge" $r.iterations=3 --force
  says err.txt "no longer finite, the last finite images kept, at"
  expect 2 "$QUADRIVIUM" run "$deck" output=huge.h5 imaging.data=d.h5 $r.lambda=4 "$huge" $r.iterations=5 --resume
  says err.txt "no longer finite, the last finite images kept, at"
done
if command -v h5dump >/dev/null; then
  h5dump -d /result/image huge.h5 | grep -qi nan && complain "images that are not finite"
fi
warns "below sqrt(2) lambda" $r.lambda=4 $r.beta=3
warns "under-determined in time"
warns "a rank above 2 loses quality"
expect 0 on 0 run "$simulate" output=wide.h5 imaging.phantom.size=8 imaging.phantom.frames=32
warns "a rank of 17 is much for few projections" imaging.data=wide.h5 $r.rank=17 $r.latent=20
# one frame is a static image; another rank or latent does not go on from a checkpoint
expect 0 on 0 run "$simulate" output=one.h5 imaging.phantom.size=8 imaging.phantom.frames=1
printf 'problem: imaging.reconstruct\noutput: o.h5\nimaging: {data: one.h5, red-psm: {rank: 1, basis: identity}}\n' >one.yaml
expect 0 "$QUADRIVIUM" run one.yaml
expect 75 "$QUADRIVIUM" run "$deck" output=half.h5 imaging.data=d.h5 run.step=2 run.wall-time=1e-9
for other in $r.rank=5 $r.latent=8; do
  expect 78 "$QUADRIVIUM" run "$deck" output=half.h5 imaging.data=d.h5 "$other" --resume
  says err.txt "is a checkpoint of another deck"
done

expect 0 on 0 run "$simulate" output=quiet.h5 imaging.phantom.size=16 imaging.phantom.frames=16 imaging.noise.std=0
bad 65 "'lambda: auto' needs imaging.sigma" imaging.data=quiet.h5
if /usr/bin/python3 -c 'import h5py' 2>/dev/null; then
  # spoil NAME STATEMENT: a copy of the data with a change
  spoil() { cp d.h5 "$1" && /usr/bin/python3 -c "
import h5py, numpy as np
f = h5py.File('$1', 'r+')
$2"; }
  spoil nan.h5 "f['/data/samples'][3, 0, 5] = np.nan"
  bad 65 "/data/samples[3, 0, 5] is not finite" imaging.data=nan.h5
  spoil zero.h5 "f['/data/samples'][...] = 0"
  bad 65 "all of /data/samples is 0" imaging.data=zero.h5
  spoil blind.h5 "del f['/truth']"
  bad 65 "has no /truth/image: imaging.goal.psnr cannot be told" imaging.data=blind.h5 imaging.goal.psnr=20
  spoil degrees.h5 "f['/data/angle'][...] *= 57.29577951308232"
  warns "angles are radians, not degrees" imaging.data=degrees.h5
  spoil small.h5 "f['/data/samples'][...] += 1"
  warns "projections seem to be truncated" imaging.data=small.h5
  spoil late.h5 "f['/data/time'][3] = f['/data/time'][2]"
  bad 65 "/data/time must increase: entry 3" imaging.data=late.h5
  spoil sigma.h5 "f['/data/sigma'][...] = 0"
  bad 65 "/data/sigma is 0, must be positive" imaging.data=sigma.h5
  spoil other.h5 "del f['/truth/image']; f['/truth/image'] = np.zeros((16, 4, 4))"
  bad 65 "/truth/image has the shape [16, 4, 4]" imaging.data=other.h5
  spoil mask.h5 "del f['/data/angle'], f['/data/detector'], f['/truth']; n = f['/data/samples'].shape[2]
del f['/data/samples']; f['/data/samples'] = np.ones((16, n, n)); f['/data/measured'] = np.zeros((16, n, n))"
  bad 65 "all of /data/samples is 0" imaging.data=mask.h5
  spoil same.h5 "f['/data/angle'][...] = 0.5"
  warns "all angles are equal" imaging.data=same.h5
  spoil loud.h5 "f['/data/samples'][...] *= 1e4; f['/data/sigma'][...] *= 1e4; f['/truth/image'][...] *= 1e4"
  expect 0 on 0 run "$deck" output=loud-out.h5 imaging.data=loud.h5 $r.iterations=5
  expect 0 on 0 run "$deck" output=plain-out.h5 imaging.data=d.h5 $r.iterations=5
  /usr/bin/python3 - <<'END' || complain "ten thousand times the data is not ten thousand times the image"
import h5py, numpy as np
a, b = (h5py.File(n, "r")["/result/image"][:] for n in ("plain-out.h5", "loud-out.h5"))
assert np.linalg.norm(b / 1e4 - a) < 1e-6 * np.linalg.norm(a)
END
fi
finish
