#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=60
# The file of test_h5_write as h5py and HDF5's own tools see it; its bytes do not depend on what is
# in the memory that the program gets.
set -eu
program=$QV_BUILD/tests/bin/test_store_h5_write
mkdir one two
(cd one && mpiexec -n 1 "$program" >log)
(cd two && MALLOC_PERTURB_=90 mpiexec -n 1 "$program" >log)
cmp one/sample.h5 two/sample.h5

tools=0
if command -v h5dump >/dev/null; then
  tools=1
  h5dump -H one/sample.h5 >header
  grep -q DIMENSION_SCALE <(h5dump -a /result/body/CLASS one/sample.h5)
  h5diff one/sample.h5 two/sample.h5
fi
python=/usr/bin/python3
if "$python" -c 'import h5py' 2>/dev/null; then
  tools=1
  "$python" - <<'EOF'
import h5py, numpy
with h5py.File('one/sample.h5', 'r') as f:
    p = f['result/position']
    assert p.dtype == '<f8' and p.shape == (4, 3, 2)
    assert p[2, 1, 0] == 210 + 1 / 3
    assert [list(d.keys()) for d in p.dims] == [['time'], ['body'], ['axis']]
    assert (p.dims[0][0][:] == [0, .5, 1, 1.5]).all()
    assert p.dims[1][0].name == '/result/body' and (p.dims[1][0][:] == [0, 1, 2]).all()
    assert p.attrs['unit'] == 'au' and p.attrs['axes'] == 'time body axis'
    s = f['data/samples']
    assert s.dtype == numpy.complex128 and s[0] == 1 - 2j
    v = f['result/verdict']
    assert h5py.check_enum_dtype(v.dtype) == {'done': 0, 'budget': 1, 'collision': 2}
    assert (v[:] == [0, 2, 1]).all()
    assert list(f['result/id'].asstr()) == ['alpha', '', 'ü-€']
    assert f['run/remark'].asstr()[()] == 'one text'
    assert f['result/energy'][()] == -.5 and f['result/nothing'].shape == (0, 5)
    assert [f['result'][n].dtype.str for n in ('small', 'tiny', 'pixel')] == ['<i4', '|i1', '|u1']
    assert f.attrs['format_version'] == 1 and f.attrs['tolerance'] == 1e-9
EOF
fi
[ $tools = 1 ] || exit 77
