#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=120
# Simulated measurements: the same bits on any number of ranks and for any quantum of work; what the
# files hold, read with h5py alone; pictures.
. "$QV_SOURCE/tests/support/cli.sh"
inputs=$QV_SOURCE/inputs/imaging

for deck in compress-64 cardiac-96 in-model-32; do
  expect 0 on 0 run "$inputs/$deck.yaml"
  counts=(3)
  [ "$deck" = compress-64 ] && counts=(1 2 3 4)
  for ranks in "${counts[@]}"; do
    expect 0 on "$ranks" run "$inputs/$deck.yaml" output=other.h5 run.step=$((5 * ranks)) --force
    same "$deck.h5" other.h5
  done
done
# fewer frames than ranks: the others idle
few=(imaging.phantom.frames=2 imaging.phantom.size=16)
expect 0 on 0 run "$inputs/compress-64.yaml" output=few.h5 "${few[@]}"
expect 0 on 4 run "$inputs/compress-64.yaml" output=few-4.h5 "${few[@]}"
same few.h5 few-4.h5
# another seed draws other noise, and nothing else
expect 0 on 0 run "$inputs/compress-64.yaml" output=seed.h5 seed=1
expect 1 "$QUADRIVIUM" diff compress-64.h5 seed.h5

expect 0 "$QUADRIVIUM" plot compress-64.h5 --format png
for picture in compress-64-samples.png compress-64-image.png; do
  [ -s $picture ] || complain "there is no $picture"
done

if ! /usr/bin/python3 -c 'import h5py' 2>/dev/null; then finish; fi
/usr/bin/python3 - <<'PYTHON' || complain "the files hold something else"
import h5py, numpy as np
f, seed = h5py.File('compress-64.h5'), h5py.File('seed.h5')
d, t = f['data'], f['truth']
g, a, image = d['samples'][()], d['angle'][()], t['image'][()]
assert g.shape == (128, 1, 64) and a.shape == (128, 1) and image.shape == (128, 64, 64)
assert [list(s.keys())[0].split('/')[-1] for s in d['samples'].dims] == ['frame', 'view', 'bin']
assert [list(s.keys())[0].split('/')[-1] for s in t['image'].dims] == ['frame', 'y', 'x']
bits = [int(format(i, '07b')[::-1], 2) for i in range(128)]
assert np.allclose(a[:, 0], np.pi * np.array(bits) / 128, rtol=1e-15)
assert np.allclose(d['time'][()], np.arange(128) / 127) and d['angle'].attrs['unit'] in ('rad', b'rad')
centre = (np.arange(64) + .5) / 32 - 1
assert np.allclose(d['detector'][()], centre) and np.allclose(t['x'][()], centre)
# means over bins: every projection has the mass of its image
assert np.allclose(image.sum((1, 2)) / 32**2, (g[:, 0].sum(1)) / 32, atol=5 * d['sigma'][()] * 8 / 32)
# noise of the stated size: two seeds differ by noise alone
n = (g - seed['data/samples'][()]) / d['sigma'][()] / 2**.5
assert abs(n.std() - 1) < .02 and abs(n.mean()) < .03 and (image == seed['truth/image'][()]).all()
assert abs(d['sigma'][()] / np.abs(g).max() - 5e-3) < 1e-4
# the parts of the phantom give the image back: coarse, at pixel centres away from edges
p = t['phantom'][()]
x, y = np.meshgrid(centre, centre)
for k in (0, 77):
    v, inside = 0 * x, np.ones_like(x, bool)
    for w, cx, cy, xu, xv, yu, yv in p[k]:
        u = np.linalg.solve([[xu, xv], [yu, yv]], [(x - cx).ravel(), (y - cy).ravel()])
        r = np.hypot(*u).reshape(x.shape)
        v += w * (r < 1)
        edge = (1 / 32) * np.abs(np.linalg.inv([[xu, xv], [yu, yv]])).sum()
        inside &= np.abs(r - 1) > edge
    assert inside.sum() > 2000 and np.allclose(v[inside], image[k][inside])
# 90 degrees: bins run along y; 0 degrees: along x
k = list(bits).index(64)
assert np.abs(g[k, 0] - image[k].sum(1) / 32).max() < 6 * d['sigma'][()]
assert np.abs(g[0, 0] - image[0].sum(0) / 32).max() < 6 * d['sigma'][()]
m = h5py.File('in-model-32.h5')
s, kept, image = m['data/samples'][()], m['data/measured'][()], m['truth/image'][()]
assert abs(kept.mean() - .5) < .02 and (s == image * kept).all() and 'sigma' not in m['data']
value = np.linalg.svd(image.reshape(40, -1), compute_uv=False)
assert value[2] > .01 * value[0] and value[3] < 1e-13 * value[0]
c = h5py.File('cardiac-96.h5')
assert c['data/samples'].shape == (64, 4, 96) and c['data/angle'].shape == (64, 4)
i = np.arange(256) * np.pi * (5**.5 - 1) / 2
assert np.allclose(np.sin(c['data/angle'][()].ravel() - i), 0, atol=1e-12)
PYTHON
finish
