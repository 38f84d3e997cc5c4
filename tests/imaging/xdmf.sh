#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=long timeout=300
# The side file as VTK reads it, which ParaView is built on: grids, time steps, places and values of
# the pixels against what h5py finds in the HDF5.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import h5py, vtkmodules.vtkIOXdmf2; import vtkmodules.util.numpy_support' 2>/dev/null || {
  echo "skipped: no VTK with vtkXdmfReader (python3-paraview) or no python3-h5py"
  exit 77
}
inputs=$QV_SOURCE/inputs/imaging
expect 0 on 0 run "$inputs/compress-64.yaml" output=d.h5 imaging.phantom.size=24 imaging.phantom.frames=16
expect 0 on 0 run "$inputs/compress-64-redpsm.yaml" output=r.h5 imaging.data=d.h5 imaging.red-psm.rank=3 \
  imaging.red-psm.latent=5 imaging.red-psm.iterations=2
cat >look.py <<'END_OF_PYTHON'
import sys
import h5py
import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonExecutionModel import vtkStreamingDemandDrivenPipeline as pipeline
from vtkmodules.vtkIOXdmf2 import vtkXdmfReader

def blocks(data):
    if not data.IsA("vtkMultiBlockDataSet"):
        yield data
        return
    for i in range(data.GetNumberOfBlocks()):
        if data.GetBlock(i):
            yield from blocks(data.GetBlock(i))

def look(side, hdf, path):
    array = hdf[path][()]
    folder, name = path.split("/")
    t = hdf[f"{folder}/time" if f"{folder}/time" in hdf else "data/time"]
    x = hdf[f"{folder}/x"][()] if f"{folder}/x" in hdf else (np.arange(array.shape[2]) + 0.5) * 2 / array.shape[2] - 1
    reader = vtkXdmfReader()
    reader.SetFileName(side)
    reader.UpdateInformation()
    steps = reader.GetOutputInformation(0).Get(pipeline.TIME_STEPS())
    assert len(steps) == len(array) and np.allclose(steps, t[()]), (side, steps)
    found = 0
    for k, time in enumerate(steps):
        reader.GetOutputInformation(0).Set(pipeline.UPDATE_TIME_STEP(), time)
        reader.UpdateTimeStep(time)
        for grid in blocks(reader.GetOutputDataObject(0)):
            values = grid.GetCellData().GetArray(name)
            if values is None:
                continue
            found += 1
            ny, nx = array.shape[1:]
            assert grid.GetDimensions() == (nx + 1, ny + 1, 2), grid.GetDimensions()
            assert grid.GetNumberOfCells() == nx * ny
            assert (vtk_to_numpy(values).reshape(ny, nx) == array[k]).all(), (side, path, k)
            bounds = grid.GetBounds()
            assert np.allclose(bounds[:4], (-1, 1, -1, 1)), bounds
            cell, box = [], [0.0] * 6
            for i in range(nx):
                grid.GetCellBounds(i, box)
                cell.append((box[0] + box[1]) / 2)
            assert np.allclose(cell, x), cell
    assert found == len(array), (side, path, found)

side, file, path = sys.argv[1:]
look(side, h5py.File(file), path)
print(f"# {side}: {path} as in the HDF5")
END_OF_PYTHON
/usr/bin/python3 look.py d.xdmf d.h5 truth/image || complain "VTK reads d.xdmf otherwise"
/usr/bin/python3 look.py r.xdmf r.h5 result/image || complain "VTK reads r.xdmf otherwise"
/usr/bin/python3 look.py r.xdmf r.h5 result/split || complain "VTK reads r.xdmf otherwise"

# it notices another value
cp d.h5 other.h5
/usr/bin/python3 -c 'import h5py
h5py.File("other.h5", "r+")["truth/image"][7, 3, 5] += 1'
if /usr/bin/python3 look.py d.xdmf other.h5 truth/image 2>other.txt; then complain "another value was not noticed"; fi
says other.txt "'truth/image', 7)"
finish
