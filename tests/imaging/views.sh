#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=200
# What others see of a sequence: pictures beside the truth, an animation, and the side file by which
# ParaView opens the HDF5.
. "$QV_SOURCE/tests/support/cli.sh"
inputs=$QV_SOURCE/inputs/imaging
expect 0 on 0 run "$inputs/compress-64.yaml" output=d.h5 imaging.phantom.size=24 imaging.phantom.frames=16
deck=("$inputs/compress-64-redpsm.yaml" imaging.data=d.h5 imaging.red-psm.rank=3
  imaging.red-psm.latent=5 imaging.red-psm.iterations=8)
expect 0 on 0 run "${deck[@]}" output=r.h5
expect 0 on 3 run "${deck[@]}" output=r3.h5
same r.h5 r3.h5

expect 0 "$QUADRIVIUM" plot r.h5
for picture in r-frames r-profile r-image r-spatial_basis r-temporal_basis r-primal r-misfit; do
  for ending in png svg; do [ -s $picture.$ending ] || complain "there is no $picture.$ending"; done
done
for word in '>truth, frame 0<' '>image sequence X, frame 15<' '>|difference|, frame 5<'; do
  says r-frames.svg "$word"
done
says r-profile.svg '>middle row of the truth<'
says r-primal.svg '>dual residual |f - f_old| / |y|<'

expect 0 "$QUADRIVIUM" plot r.h5 --animate --fps 12.5
says out.txt r-image.apng
expect 0 "$QUADRIVIUM" plot d.h5 --animate --only image
expect 64 "$QUADRIVIUM" plot d.h5 --animate --fps 0
expect 64 "$QUADRIVIUM" plot d.h5 --fps 5
expect 65 "$QUADRIVIUM" plot d.h5 --animate --only samples

# another's file in the place of the side file stays, unless --force is given
mkdir foreign
echo '<Xdmf/>' >foreign/d.xdmf
expect 0 on 0 run "$inputs/compress-64.yaml" output=foreign/d.h5 imaging.phantom.size=24 imaging.phantom.frames=16
says err.txt "another's"
[ "$(cat foreign/d.xdmf)" = '<Xdmf/>' ] || complain "another's file was replaced"
expect 0 on 0 run "$inputs/compress-64.yaml" output=foreign/d.h5 imaging.phantom.size=24 imaging.phantom.frames=16 --force
cmp d.xdmf foreign/d.xdmf || complain "the side file was not written anew"
expect 0 on 0 run "$inputs/compress-64.yaml" output=x.xdmf imaging.phantom.size=24 imaging.phantom.frames=16
same d.h5 x.xdmf

if ! /usr/bin/python3 -c 'import h5py' 2>/dev/null; then finish; fi
/usr/bin/python3 - <<'PYTHON' || complain "the files hold something else"
import h5py, numpy as np, os, struct, zlib
import xml.etree.ElementTree as tree
d, r = h5py.File("d.h5"), h5py.File("r.h5")
truth = d["truth/image"][()]
assert list(r["result/truth/shown"][()]) == [0, 5, 10, 15]
assert (r["result/truth/frames"][()] == truth[[0, 5, 10, 15]]).all()
assert (r["result/truth/profile"][()] == truth[:, 12]).all()

def chunks(path):
    data, at = open(path, "rb").read(), 8
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    while at < len(data):
        n, = struct.unpack(">I", data[at:at + 4])
        kind, body = data[at + 4:at + 8], data[at + 8:at + 8 + n]
        assert struct.unpack(">I", data[at + 8 + n:at + 12 + n])[0] == zlib.crc32(kind + body)
        yield kind, body
        at += 12 + n
    assert at == len(data) and kind == b"IEND"

def check_animation(path, frames, delay):
    found = list(chunks(path))
    kinds = [k for k, b in found]
    width, height, depth, colour = struct.unpack(">IIBB", found[0][1][:10])
    assert kinds[0] == b"IHDR" and (depth, colour) == (8, 2)
    assert kinds.index(b"acTL") < kinds.index(b"fcTL") < kinds.index(b"IDAT") < kinds.index(b"fdAT")
    assert struct.unpack(">II", found[kinds.index(b"acTL")][1]) == (frames, 0)
    number, picture, at = 0, [], -1
    for kind, body in found:
        if kind in (b"fcTL", b"fdAT"):
            assert struct.unpack(">I", body[:4])[0] == number
            number += 1
        if kind == b"fcTL":
            w, h, x, y, top, bottom, dispose, blend = struct.unpack(">IIIIHHBB", body[4:])
            assert (w, h, x, y) == (width, height, 0, 0) and abs(top / bottom - delay) < 1e-9
            picture.append(b"")
        if kind == b"IDAT":
            assert len(picture) == 1
        if kind in (b"IDAT", b"fdAT"):
            picture[-1] += body[4 * (kind == b"fdAT"):]
    assert len(picture) == frames
    assert all(len(zlib.decompress(p)) == height * (1 + 3 * width) for p in picture)
    return found, picture

found, picture = check_animation("r-image.apng", 16, 0.08)
check_animation("d-image.apng", 16, 0.1)
try:
    from PIL import Image
except ImportError:
    Image = None
if Image:
    movie = Image.open("r-image.apng")
    assert movie.is_animated and movie.n_frames == 16 and movie.info["duration"] == 80
    frames = []
    for k in range(16):
        movie.seek(k)
        frames.append(np.asarray(movie.convert("RGB")).astype(int))
    assert all((a != b).any() for a, b in zip(frames, frames[1:]))
    # the plot area: rows and columns of the first frame that differ from the last one
    ys, xs = np.nonzero((frames[0] != frames[-1]).any(-1)[60:])
    assert ys.max() - ys.min() > 300 and xs.max() - xs.min() > 300

def check_side(path, source, name):
    root = tree.parse(path).getroot()
    assert root.tag == "Xdmf" and len(root) == 1
    collection = {g.get("Name"): g for g in root[0]}[name]
    assert collection.get("CollectionType") == "Temporal"
    times = source["data/time"][()] if "data/time" in source else source["result/time"][()]
    data, grids = source[name], list(collection)
    assert len(grids) == len(data) == len(times)
    group = source[name].parent
    for k, grid in enumerate(grids):
        assert float(grid.find("Time").get("Value")) == times[k]
        assert grid.find("Topology").get("TopologyType") == "3DCoRectMesh"
        nodes = [int(n) for n in grid.find("Topology").get("Dimensions").split()]
        assert nodes == [2, data.shape[1] + 1, data.shape[2] + 1]
        assert grid.find("Geometry").get("GeometryType") == "ORIGIN_DXDYDZ"
        origin, step = ([float(n) for n in i.text.split()] for i in grid.find("Geometry"))
        for axis, scale in ((1, group["y"]), (2, group["x"])):
            centre = origin[axis] + step[axis] * (np.arange(data.shape[axis]) + 0.5)
            assert np.allclose(centre, scale[()], atol=1e-14)
        cell = grid.find("Attribute")
        assert cell.get("Center") == "Cell" and cell.get("Name") == name.split("/")[-1]
        slab = cell.find("DataItem")
        assert slab.get("ItemType") == "HyperSlab"
        count = [int(n) for n in slab.get("Dimensions").split()]
        start, stride, size = np.array(slab[0].text.split(), int).reshape(3, 3)
        file, inside = slab[1].text.split(":")
        assert os.path.exists(file) and inside == "/" + name
        assert [int(n) for n in slab[1].get("Dimensions").split()] == list(data.shape)
        assert slab[1].get("Precision") == "8" and data.dtype == np.float64
        assert list(start) == [k, 0, 0] and list(stride) == [1, 1, 1] and list(size) == count
        assert count == [1, *data.shape[1:]] == [n - 1 for n in nodes]

check_side("d.xdmf", d, "truth/image")
check_side("r.xdmf", r, "result/image")
check_side("r.xdmf", r, "result/split")
PYTHON
finish
