#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: in_folder.sh FOLDER COMMAND…   run a test in its own empty folder with a fixed environment
set -u
folder=$1
shift
rm -rf -- "$folder" "$folder.tmp"
mkdir -p -- "$folder" "$folder.tmp" && cd -- "$folder" || exit 99
# Open MPI keeps its sessions in one folder of TMPDIR, which the last one to leave removes while another
# may be coming in.
export TMPDIR=$folder.tmp
# Run-time settings of Open MPI and of the libraries under it that every test needs.
export LC_ALL=C OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_pml=ob1
export OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_orte_execute_quiet=1
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0} UBSAN_OPTIONS=print_stacktrace=1
exec "$@"
