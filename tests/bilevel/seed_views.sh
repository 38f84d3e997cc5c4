#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=60
# Pictures of several seeds: the mean with a band, and on request a curve for each.
. "$QV_SOURCE/tests/support/cli.sh"
deck=("$QV_SOURCE/inputs/bilevel/exponential.yaml" --quiet bilevel.method.iterations=200
  bilevel.method.every=5 bilevel.task.noise=2)
words='mean of 5 seeds, ± 1 standard deviation'
expect 0 "$QUADRIVIUM" run "${deck[@]}" output=a.h5
expect 0 "$QUADRIVIUM" run "${deck[@]}" output=b.h5 bilevel.method.eta=0.02
expect 0 "$QUADRIVIUM" plot a.h5 --only lower_distance
[ -s a-lower_distance.png ] || complain "there is no a-lower_distance.png"
says a-lower_distance.svg "$words"
expect 0 "$QUADRIVIUM" plot a.h5 --only lower_distance --seeds
says a-lower_distance.svg '>seed 4<'
if grep -q "standard deviation" a-lower_distance.svg; then complain "--seeds draws a band"; fi
expect 0 "$QUADRIVIUM" plot a.h5 b.h5 --only lower_distance
says compare-lower_distance.svg '>eta 0.02<'
says compare-lower_distance.svg 'Lines: means of 5 seeds; bands: ± 1 standard deviation.'
expect 0 "$QUADRIVIUM" plot a.h5 b.h5 --x seconds --y objective --log y
says compare-objective-against-seconds.svg 'fill-opacity'
expect 0 "$QUADRIVIUM" run "${deck[@]}" output=two.h5 bilevel.seeds=2
expect 0 "$QUADRIVIUM" plot two.h5 --only lower_distance
says two-lower_distance.svg '>seed 1<'
expect 0 "$QUADRIVIUM" plot --help
says out.txt '--seeds'
finish
