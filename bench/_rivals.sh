# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# compete EXPERIMENT NOISE…: all bilevel methods (or QV_METHODS) at the same number of oracle calls. What a method
# has that it cannot do without (the step of x; of y for loss-history, which has no other) is tuned once, four
# trials each, QV_JOBS (2) at a time; then QV_SEEDS runs (2) a share of wrong labels, one after the other.
# Prints tables; draws loss and accuracy against calls and seconds.
rivals=$QV_SOURCE/bench/_rivals.py

compete() {
  local experiment=$1 seeds noise name first x y
  shift
  seeds=$(seq -s ' ' 0 $((${QV_SEEDS:-2} - 1)))
  # a trial may diverge: it then counts as the worst
  /usr/bin/python3 "$rivals" "$experiment" decks |
    xargs -P "${QV_JOBS:-2}" -I{} "$QUADRIVIUM" run {}.yaml --quiet --force
  for noise in "$@"; do
    # shellcheck disable=SC2086
    /usr/bin/python3 "$rivals" "$experiment" final "$noise" $seeds >runs.txt || complain "no steps were chosen"
    while read -r name; do
      expect 0 "$QUADRIVIUM" run "$name.yaml" --quiet --force
    done <runs.txt
    mapfile -t first < <(grep -e '-0$' runs.txt)
    /usr/bin/python3 "$rivals" "$experiment" curves "${first[@]}" || complain "no curves"
    mkdir -p "pictures-$noise"
    for x in gradient_calls+product_calls+cross_calls seconds; do
      for y in objective test_accuracy; do
        expect 0 "$QUADRIVIUM" plot curves/*-"$noise"-0.h5 --x $x --y $y --log x --label bilevel.method.name \
          --output "pictures-$noise"
      done
    done
    # shellcheck disable=SC2086
    /usr/bin/python3 "$rivals" "$experiment" table "$noise" $seeds || complain "a figure is out of its bounds"
  done
}
