#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# Every exit code of the program and what it says with it.
. "$QV_SOURCE/tests/support/cli.sh"
deck=$QV_SOURCE/inputs/threebody/figure-eight.yaml
small=(threebody.time.end=1)

expect 64 "$QUADRIVIUM"
says err.txt "usage:"
expect 64 "$QUADRIVIUM" fly
says err.txt "unknown command 'fly'"
expect 64 "$QUADRIVIUM" run
says err.txt "too few words; usage: quadrivium run DECK"
expect 64 "$QUADRIVIUM" run "$deck" --forse
says err.txt "unknown option '--forse'; see 'quadrivium run --help'"
expect 64 "$QUADRIVIUM" run "$deck" fast
says err.txt "fast"
expect 0 "$QUADRIVIUM" --help
says out.txt "quadrivium run DECK"
for command in run check list info plot diff version; do
  expect 0 "$QUADRIVIUM" $command --help
  says out.txt "usage: quadrivium $command"
done
expect 0 "$QUADRIVIUM" version
says out.txt "PETSc"
expect 0 "$QUADRIVIUM" list
says out.txt "threebody.integrate"
expect 0 "$QUADRIVIUM" list threebody.integrate
says out.txt "threebody.integrator.tolerance (number, in [1e-15,1e-3], default 1e-14)"
expect 64 "$QUADRIVIUM" list threebody.fly

expect 66 "$QUADRIVIUM" run missing.yaml
says err.txt "missing.yaml"
expect 66 "$QUADRIVIUM" run "$QV_SOURCE/inputs/threebody/user-file.yaml" threebody.systems.path=none.csv
says err.txt "no such file 'none.csv'"
expect 78 "$QUADRIVIUM" run "$QV_SOURCE/inputs/threebody/user-file.yaml" threebody.systems.path=none.csv sed=1
says err.txt "unknown key 'sed'; did you mean 'seed'?"

expect 0 "$QUADRIVIUM" run "$deck" output=a.h5 "${small[@]}"
before=$(cksum <a.h5)
expect 73 "$QUADRIVIUM" run "$deck" output=a.h5 "${small[@]}"
says err.txt "a.h5: is there already; --force replaces it, --resume goes on from it"
[ "$before" = "$(cksum <a.h5)" ] || complain "a.h5 was touched"
expect 0 "$QUADRIVIUM" run "$deck" output=a.h5 "${small[@]}" --resume
says err.txt "the output is complete; nothing to do"
[ "$before" = "$(cksum <a.h5)" ] || complain "a.h5 was touched by --resume"
expect 78 "$QUADRIVIUM" run "$deck" output=a.h5 "${small[@]}" seed=1 --resume
says err.txt "is the output of another deck"
expect 0 "$QUADRIVIUM" run "$deck" output=a.h5 "${small[@]}" --force
expect 73 "$QUADRIVIUM" run "$deck" output=none/a.h5 "${small[@]}"
says err.txt "none/a.h5: cannot be made: its folder is not there"
mkdir folder
expect 73 "$QUADRIVIUM" run "$deck" output=folder "${small[@]}" --force
expect 73 on 2 run "$deck" output=none/a.h5 "${small[@]}"
[ "$(grep -c 'its folder is not there' err.txt)" = 1 ] || complain "the message is not said once"
expect 78 "$QUADRIVIUM" run "$QV_SOURCE/inputs/threebody/user-file.yaml" \
  output="$QV_SOURCE/inputs/threebody/two-systems.csv" --force
says err.txt "is also an input of this deck"

expect 64 "$QUADRIVIUM" run "$deck" output=b.h5 "${small[@]}" -- -ksp_typo cg
says err.txt "no solver of this problem reads the PETSc option '-ksp_typo'"
[ ! -e b.h5 ] || complain "b.h5 was made in spite of a mistake"
PETSC_OPTIONS="-ksp_monitor" expect 0 "$QUADRIVIUM" run "$deck" output=b.h5 "${small[@]}"
says err.txt "PETSC_OPTIONS is ignored"
same a.h5 b.h5

expect 75 "$QUADRIVIUM" run "$deck" output=c.h5 threebody.time.end="100000 periods" \
  threebody.time.snapshots=0 run.wall-time=1
says err.txt "--resume goes on"
[ ! -e c.h5 ] || complain "c.h5 is there though the run stopped early"
[ -e c.h5.ckpt-0 ] || [ -e c.h5.ckpt-1 ] || complain "there is no checkpoint"
expect 0 "$QUADRIVIUM" info --step c.h5
[ "$(cat out.txt)" -ge 1 ] || complain "info --step says $(cat out.txt)"
expect 75 "$QUADRIVIUM" run "$deck" output=d.h5 threebody.time.end="100000 periods" \
  threebody.time.snapshots=0 run.deadline="$(date -d '+2 seconds' +%Y-%m-%dT%H:%M:%S)"
expect 78 "$QUADRIVIUM" run "$deck" output=e.h5 run.deadline=tomorrow
says err.txt "run.deadline must be a time like 2026-01-31T12:00:00, found 'tomorrow'"

printf 'not an HDF5 file' >text.h5
expect 65 "$QUADRIVIUM" info text.h5
expect 65 "$QUADRIVIUM" plot text.h5
expect 65 "$QUADRIVIUM" diff text.h5 a.h5
expect 0 "$QUADRIVIUM" info a.h5
says out.txt "/result/position"
# nothing is left behind
[ -z "$(find . -name '*.part')" ] || complain "temporary files are left"
finish
