#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=bench timeout=1800
# Engines of submodular.stream beside recomputing, in one run and as ratios: oracle calls, seconds and
# values on one stream; growth with the number of elements; time a touched item beside a bare random
# gather on the same machine.
. "$QV_SOURCE/tests/support/cli.sh"
python=/usr/bin/python3
"$python" -c 'import h5py' 2>/dev/null || { echo "skipped: no h5py"; exit 77; }

# data N: N sets of 3 to 40 of N items, most of them small
data() {
  awk -v n="$1" 'BEGIN {srand(1); for (e = 0; e < n; e++) {
    size = int(3 / (0.075 + rand())); line = e
    for (j = 0; j < size; j++) line = line " " int(n * rand())
    print line}}' >"sets$1.txt"
}

# deck N WINDOW EVERY
deck() {
  cat >deck.yaml <<END
problem: submodular.stream
output: out.h5
submodular:
  objective: {name: coverage, data: sets$1.txt, format: sets}
  stream: {from: sliding-window, window: $2, order: random}
  engine: {name: batched, augment: none}
  k: 20
  report: {every: $3}
END
}

# measure ENGINE OVERRIDE…: calls, seconds of CPU, value and touched items a run into $calls, $seconds, …
measure() {
  local TIMEFORMAT='%U %S'
  { time expect 0 on 0 run deck.yaml output=m.h5 --force "submodular.engine={name: $1, augment: none}" \
    "${@:2}" 2>&3; } 3>&2 2>time.txt
  read -r calls value touched updates <<<"$("$python" - <<'END'
import h5py
s = h5py.File("m.h5")["series"]
print(s["oracle_calls"][-1] / s["update"][-1], s["value"][...].mean(), s["touched"][-1], s["update"][-1])
END
)"
  seconds=$(awk '{print $1 + $2}' time.txt)
}

echo "== engines, 8192 sets, about 2048 live, k = 20, eps = 0.2; ratios to lazy-greedy after every update"
data 8192
deck 8192 2048 256
sed -i 's/^  stream:.*/  stream: {from: turnstile, size: 2048, updates: 40000, order: random}/' deck.yaml
measure lazy-greedy submodular.stream.updates=1
startup=$seconds
measure lazy-greedy
base_calls=$calls base_seconds=$seconds base_value=$value
printf '%-44s %12s %10s %8s %8s %8s\n' engine "calls/update" "us/update" calls seconds value
for engine in lazy-greedy "lazy-greedy, period: 256" "stochastic-greedy, period: 16" "threshold-greedy, period: 16" \
  batched sampled lattanzi sieve-streaming sieve-streaming-pp "batched, dormant: false" \
  "sampled, dormant: false" "sieve-streaming, dormant: false" "portfolio, members: [batched, sampled]"; do
  measure "$engine"
  awk -v e="$engine" -v c="$calls" -v s="$seconds" -v v="$value" -v n="$updates" -v t="$startup" \
    -v bc="$base_calls" -v bs="$base_seconds" -v bv="$base_value" 'BEGIN {
      printf "%-44s %12.2f %10.2f %8.4f %8.4f %8.4f\n", e, c, 1e6 * (s - t) / n, c / bc, (s - t) / (bs - t), v / bv}'
done

echo "== growth: half of the elements live; calls and microseconds an update (-: too short a run)"
printf '%8s %10s %10s %10s %10s %14s\n' n batched us sampled us "recomputing"
for ((n = 1024; n <= 131072; n *= 2)); do
  data $n
  deck $n $((n / 2)) 0
  measure batched submodular.stream.updates=1
  startup=$seconds
  line=$(printf '%8d' $n)
  for engine in batched sampled; do
    measure $engine
    line+=$(awk -v c="$calls" -v s="$seconds" -v t="$startup" -v u="$updates" \
      'BEGIN {printf s - t < 0.05 ? " %10.2f          -" : " %10.2f %10.2f", c, 1e6 * (s - t) / u}')
  done
  measure "lazy-greedy, period: $((n / 8))"
  echo "$line $(awk -v c="$calls" -v n=$n 'BEGIN {printf "%14.0f", c * n / 8}')"
done

echo "== CPU time a touched item: plain greedy, which mostly asks, beside a bare gather of bytes at random"
deck 131072 16384 0
measure "greedy, period: 2048" submodular.stream.updates=1
startup=$seconds
measure "greedy, period: 2048"
engine_ns=$(awk "BEGIN {print 1e9 * ($seconds - $startup) / $touched}")
cat >gather.c <<'END'
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv) {
  const int64_t n = argc > 1 ? atoll(argv[1]) : 1, m = 20000000;
  int32_t      *item = malloc(m * sizeof *item);
  uint8_t      *at   = calloc(n, 1);
  uint64_t      x = 1, sum = 0;
  for (int64_t i = 0; i < m; i++) {
    x       = x * 6364136223846793005u + 1442695040888963407u;
    item[i] = (int32_t)((x >> 33) % (uint64_t)n);
  }
  const clock_t begin = clock();
  for (int r = 0; r < 3; r++)
    for (int64_t i = 0; i < m; i++) sum += at[item[i]] == r;
  const double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
  printf("%g %llu\n", 1e9 * seconds / (3.0 * m), (unsigned long long)sum);
}
END
if "${CC:-cc}" -O3 -o gather gather.c 2>/dev/null; then
  gather_ns=$(./gather 131072 | cut -d' ' -f1)
  awk "BEGIN {printf \"%.2f ns a touched item, all else of an update included; %.2f ns a bare gather; ratio %.1f\n\", $engine_ns, $gather_ns, $engine_ns / $gather_ns}"
else
  echo "$engine_ns ns a touched item; no compiler for the bare gather"
fi
finish
