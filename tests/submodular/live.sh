#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=240
# Streams that come while the run goes on: answers before the stream ends, the same file as from a
# file, on several ranks too; what a signal, a kill and --resume do.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
inputs=$QV_SOURCE/inputs/submodular
live=("$inputs/baskets.yaml" "submodular.stream={from: live}")
grep -v '^#' "$inputs/baskets-updates.txt" >updates.txt

# the same reports, byte for byte, as from a file
expect 0 on 0 run "$inputs/baskets.yaml" output=file.h5
expect 0 on 0 run "${live[@]}" output=alone.h5 <updates.txt
cp out.txt alone.txt
expect 0 on 3 run "${live[@]}" output=three.h5 <updates.txt
same alone.h5 three.h5
cmp -s alone.txt out.txt || complain "three ranks tell something else"
if command -v h5diff >/dev/null; then
  for set in /series/value /series/oracle_calls /snapshot/summary /result/gain; do
    h5diff file.h5 alone.h5 $set >/dev/null 2>&1 || complain "$set is not that of the file"
  done
fi
/usr/bin/python3 - <<'END2' || complain "lines"
import json

rows = [json.loads(line) for line in open("alone.txt")]
updates = [line.split() for line in open("updates.txt")]
assert [r["update"] for r in rows] == sorted(r["update"] for r in rows)
assert {r["update"] for r in rows} == set(range(1, sum(u[0] != "?" for u in updates) + 1))
live = set()
done = 0
for u in updates:
    if u[0] == "?":
        continue
    (live.add if u[0] == "+" else live.remove)(u[1])
    done += 1
    for r in rows:
        if r["update"] == done:
            assert r["live"] == len(live) and set(r["summary"]) <= live and r["size"] == len(r["summary"])
END2

# answers come at once, and bad lines are told
mkfifo ask
"$QUADRIVIUM" run "$inputs/baskets.yaml" output=fifo.h5 "submodular.stream={from: live, path: ask, save: said.txt}" \
  >answers.txt 2>err.txt &
pid=$!
exec 3>ask
answer() { # answer LINE TEXT: say the line, and the answers soon hold the text
  printf '%b' "$1" >&3
  for _ in $(seq 100); do
    if grep -qF -- "$2" answers.txt; then return; fi
    sleep 0.1
  done
  complain "no answer: $2"
}
answer '+ north\n' '"summary": ["north"]'
answer '+ south' '"live": 1' # half a line is not taken
answer '\n' '"live": 2'
answer '+ north\n' 'line 3: the element '"'north'"' is live already'
answer 'what?\n' 'line 4: expected'
answer '+ \0001\n' 'line 5: the element'
answer '- north\n+ east\r\n' '"live": 2, "size": 2'
exec 3>&-
wait $pid || complain "the run on a FIFO failed"
[ "$(cat said.txt)" = "$(printf '+ north\n+ south\n- north\n+ east')" ] || complain "what was said is not saved"

# a signal ends what cannot be read again, with an output
"$QUADRIVIUM" run "${live[@]}" output=cut.h5 "submodular.stream.path=ask" >answers.txt 2>err.txt &
pid=$!
exec 3>ask
answer '+ north\n+ south\n' '"live": 2'
kill -USR1 $pid
wait $pid || complain "a signal did not end the run well"
exec 3>&-
[ -e cut.h5 ] || complain "no output after a signal"
says err.txt 'cut.h5: 2 updates'

# ... and a run that was killed cannot go on
"$QUADRIVIUM" run "${live[@]}" output=killed.h5 submodular.stream.path=ask "checkpoint.every=1 steps" \
  >answers.txt 2>err.txt &
pid=$!
exec 3>ask
answer '+ north\n' '"live": 1'
answer '+ south\n' '"live": 2'
kill -9 $pid
wait $pid 2>/dev/null
exec 3>&-
[ ! -e killed.h5 ] || complain "half an output"
expect 78 on 0 run "${live[@]}" output=killed.h5 submodular.stream.path=ask "checkpoint.every=1 steps" --resume
says err.txt 'cannot be read again'

# a file can be read again
for i in $(seq 3000); do echo "+ north"; echo "+ south"; echo "- north"; echo "- south"; [ "$i" != 9 ] || echo '?'; done >long.txt
over=("submodular.stream={from: live, path: long.txt}" submodular.report.every=1000 run.step=1000)
expect 0 on 0 run "$inputs/baskets.yaml" output=straight.h5 "${over[@]}"
bits_after_stops "2: 0" "$inputs/baskets.yaml" straight "${over[@]}"

# nothing there
expect 0 on 0 run "${live[@]}" output=empty.h5 </dev/null
says err.txt '0 updates'
expect 66 on 2 run "${live[@]}" output=none.h5 submodular.stream.path=nowhere
expect 65 on 2 run "${live[@]}" output=none.h5 submodular.stream.path=.
finish
