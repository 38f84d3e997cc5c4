#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# What is wrong inside a file is said with its line, code 65, the same on several ranks; nothing is
# written. `on-error: skip` passes over such lines of a stream and counts them.
. "$QV_SOURCE/tests/support/cli.sh"
printf 'a x y\nb y z\nc z\n' >sets.txt
printf 'x 2\n' >weights.txt
printf '+ a\n+ b\n- a\n' >updates.txt
cat >deck.yaml <<'END'
problem: submodular.stream
output: out.h5
submodular:
  objective: {name: coverage, data: sets.txt, format: sets, weights: weights.txt}
  stream: {from: file, path: updates.txt}
  engine: {name: sampled}
  k: 2
  report: {every: 1}
END
expect 0 on 0 run deck.yaml
rm out.h5

# wrong CODE FILE TEXT MESSAGE: with TEXT in FILE the run ends with CODE and says MESSAGE; twice also
# on two ranks
twice=2
wrong() {
  cp "$2" kept
  printf '%b' "$3" >"$2"
  expect "$1" on 0 run deck.yaml
  says err.txt "$4"
  cp err.txt alone.txt
  if [ "$twice" -gt 0 ]; then
    twice=$((twice - 1))
    expect "$1" on 2 run deck.yaml
    cmp -s alone.txt err.txt || complain "two ranks say something else"
  fi
  [ ! -e out.h5 ] || complain "an output was made"
  mv kept "$2"
}
wrong 65 updates.txt '+ a\n+ a\n' "updates.txt:2: the element 'a' is live already"
wrong 65 updates.txt '# c\n\n- b\n' "updates.txt:3: the element 'b' is not live"
wrong 65 updates.txt '+ nobody\n' "updates.txt:1: the element 'nobody' is not in the data"
wrong 65 updates.txt '+ a\n* b\n' "updates.txt:2: expected"
wrong 65 updates.txt '+\n' "updates.txt:1: expected"
wrong 65 updates.txt '+ a b\n' "updates.txt:1: expected"
wrong 65 updates.txt '? a\n' "updates.txt:1: expected"
wrong 65 sets.txt 'a x\nb y\na z\n' "sets.txt:3: the element 'a' has a line already"
wrong 65 sets.txt '# nothing\n' "sets.txt: holds no elements"
wrong 65 weights.txt 'x 1\ny -2\n' "weights.txt:2: the weight -2 is negative"
wrong 65 weights.txt 'x nan\n' "weights.txt:1: the weight 'nan' must be a number"
wrong 65 weights.txt 'x inf\n' "weights.txt:1: the weight 'inf' must be a number"
wrong 65 weights.txt 'x\n' "weights.txt:1: expected"
wrong 65 weights.txt 'x 1\nx 2\n' "weights.txt:2: the item 'x' has a weight already"
wrong 65 updates.txt '+ a\n\0001\n' "updates.txt:2:"
gzip -c updates.txt | head -c 15 >broken.gz
wrong 65 updates.txt "$(od -An -v -tx1 broken.gz | tr -d '\n' | sed 's/ /\\x/g')" "gzip"

# all mistakes in one go
printf '+ a\n+ a\n- c\n+ d\n' >updates.txt
expect 65 on 0 run deck.yaml
says err.txt 'updates.txt:2'
says err.txt 'updates.txt:3'
says err.txt 'updates.txt:4'
# ... but not a million
for _ in $(seq 100); do echo '+ d'; done >updates.txt
expect 65 on 0 run deck.yaml
says err.txt 'too many mistakes'
[ "$(grep -c 'updates.txt' err.txt)" -le 30 ] || complain "too many lines about one file"

# passing over
printf '+ a\n+ a\n- c\n+ d\nnonsense\n+ b\n' >updates.txt
expect 0 on 2 run deck.yaml 'submodular.stream={from: file, path: updates.txt, on-error: skip}'
says err.txt 'lines of the stream were passed over'
if command -v h5dump >/dev/null; then
  h5dump -d /result/skipped out.h5 | grep -q '(0): 4' || complain "not 4 lines were passed over"
fi
rm -f out.h5

# times that go back; edges
printf '1 a\n5 b\n4 c\n' >updates.txt
expect 65 on 0 run deck.yaml 'submodular.stream={from: expiry, path: updates.txt, lifetime: 3}'
says err.txt 'updates.txt:3: the time 4 is before that of the line above'
printf '1 2\n3\n' >sets.txt
expect 65 on 0 run deck.yaml 'submodular.objective.format=edges'
says err.txt 'sets.txt:2: expected an edge'

# mistakes of the deck
expect 78 on 0 run deck.yaml submodular.engine.name=lazy_greedy
says err.txt "did you mean 'lazy-greedy'"
expect 78 on 0 run deck.yaml submodular.k=0
expect 78 on 0 run deck.yaml 'submodular.engine={name: sampled, epsilon: 0}'
expect 78 on 0 run deck.yaml 'submodular.engine={name: portfolio, members: [batched, brute-force, sieve]}'
says err.txt 'brute-force cannot be a member of a portfolio'
says err.txt "unknown engine 'sieve'"
expect 66 on 0 run deck.yaml submodular.objective.data=nowhere.txt
seq 1 30 | awk '{print $1, $1 + 1}' >sets.txt
expect 78 on 0 run deck.yaml 'submodular.engine={name: brute-force}' submodular.objective.format=edges \
  'submodular.stream={from: sliding-window, window: 5}'
says err.txt 'the engine brute-force takes at most 20'
expect 78 on 0 run deck.yaml submodular.objective.format=edges \
  'submodular.stream={from: sliding-window, window: 5, save: sets.txt}'
says err.txt 'would overwrite an input'
finish
