#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=long,bench timeout=900
# RED-PSM's exact steps against the published loop (25 steps of Adam an iteration): the same data,
# lambda, operator, denoiser and start. CPU seconds of one core for the iterations to Adam's best
# PSNR - 0.1 dB (runs of one iteration less and more, the least of five each), and for the whole
# program from the deck to the file. Bar: a quarter of the iterations' time.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import h5py' 2>/dev/null || { echo "skipped: no h5py"; exit 77; }
deck=$QV_SOURCE/inputs/imaging/compress-64-redpsm.yaml
r=imaging.red-psm
expect 0 on 0 run "$QV_SOURCE/inputs/imaging/compress-64.yaml" output=d.h5

# images FILE OVERRIDE…
images() {
  local file=$1
  shift
  "$QUADRIVIUM" run "$deck" "output=$file" imaging.data=d.h5 $r.lambda=4 $r.tolerance=0 --force "$@" \
    >/dev/null 2>&1 || complain "the run '$*' failed"
}

# seconds OVERRIDE…: of CPU, the least of five runs
seconds() {
  local TIMEFORMAT='%U %S'
  for _ in 1 2 3 4 5; do
    { time images t.h5 "$@" 2>&3; } 3>&2 2>&1 | tail -1
  done | awk '{ t = $1 + $2; if (NR == 1 || t < least) least = t } END { print least }'
}

for model in linear positive-part; do
  images adam.h5 $r.model=$model $r.solver=adam $r.iterations=40
  images als.h5 $r.model=$model $r.iterations=40
  read -r adam als level < <(/usr/bin/python3 - <<'END'
import h5py
p = {s: h5py.File(f"{s}.h5", "r")["/series/psnr"][:] for s in ("adam", "als")}
level = p["adam"].max() - 0.1
print(*(next((i + 1 for i, v in enumerate(p[s]) if v >= level), 0) for s in ("adam", "als")), round(level, 2))
END
  )
  [ "$als" -gt 0 ] || { complain "$model: the exact steps never reach $level dB"; continue; }
  for solver in adam als; do
    n=${!solver}
    eval "before_$solver=$(seconds $r.model=$model $r.solver=$solver $r.iterations=1)
      whole_$solver=$(seconds $r.model=$model $r.solver=$solver $r.iterations="$n")
      after_$solver=$(seconds $r.model=$model $r.solver=$solver $r.iterations=$((n + 1)))"
  done
  # shellcheck disable=SC2154
  echo "$model $level $adam $before_adam $whole_adam $after_adam $als $before_als $whole_als $after_als $QV_CONFIG" |
    awk '{
      slow = $6 - $4; fast = $10 - $8
      printf "%s, to %s dB: Adam %d iterations, %.2f s; exact steps %d, %.2f s: 1/%.1f; all of the program %.2f, %.2f s: 1/%.1f\n",
             $1, $2, $3, slow, $7, fast, slow / fast, $5, $9, $5 / $9
      exit $11 == "Release" && fast > slow / 4 }' || complain "$model: above a quarter"
done
finish
