#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# What docs/petsc.md says of each family, by PETSc's own count of events.
. "$QV_SOURCE/tests/support/cli.sh"

# counted EVENT LOG: how often, 0 if not at all
counted() { awk -v event="$1" '$1 == event { n = $2 } END { print n + 0 }' "$2"; }

# events FAMILY LEAST DECK [key=value …]: at least LEAST products and one solve; LEAST 0: none of either
events() {
  local family=$1 least=$2 products solves
  shift 2
  expect 0 on 2 run "$@" --quiet --force output="$family.h5" -- -log_view ":$family.log"
  products=$(counted MatMult "$family.log")
  solves=$(counted KSPSolve "$family.log")
  grep -q '^Event ' "$family.log" || complain "$family: no table of events"
  if [ "$least" = 0 ]; then
    [ "$products $solves" = "0 0" ] || complain "$family: $products products, $solves solves, none told of"
  else
    [ "$products" -ge "$least" ] || complain "$family: only $products products of a matrix"
    [ "$solves" -ge 1 ] || complain "$family: no solve"
  fi
}

inputs=$QV_SOURCE/inputs
expect 0 on 0 run "$inputs/imaging/compress-64.yaml" --quiet output=data.h5 \
  imaging.phantom.size=16 imaging.phantom.frames=16
events imaging 10 "$inputs/imaging/compress-64-redpsm.yaml" imaging.data=data.h5 \
  imaging.red-psm.rank=3 imaging.red-psm.latent=5 imaging.red-psm.iterations=4
events bilevel 10 "$inputs/bilevel/exponential.yaml" bilevel.method.iterations=50
events submodular 0 "$inputs/submodular/baskets.yaml"
events threebody 0 "$inputs/threebody/figure-eight.yaml"
finish
