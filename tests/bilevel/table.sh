#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=long timeout=400
# Every method on every task: three iterations, the same bits on one rank and on two, or a refusal that
# says why. And dg/dx of cleaning, out of an iteration of f2sa.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/table.py" make || complain "cannot make the data"
tasks=(
  'quadratic, data: table.h5'
  'cleaning, data: table.h5, classes: 3'
  'rnn-cleaning, data: table.h5, classes: 3, hidden: 4, head: 4'
  'representation, data: table.h5, hidden: 4, shots: 4, held-out: 1'
  'exponential, start: 0.5' 'ridge' 'sine' 'recurrence' 'quartic' 'self-distillation, start: 0.5'
  'regularisation, data: table.h5, classes: 3, per: class'
)
steps='iterations: 3, eta: 1e-3, gamma: 1e-3, nu: 1e-3'
# task, method, words of the refusal
refused() {
  case $1/$2 in
    quadratic/exact) ;; # has a solution
    rnn-cleaning/exact) echo "needs a lower level that is convex" ;;
    */exact) echo "only quadratic problems have a solution" ;;
    representation/maml | representation/anil) ;; # has episodes
    */maml | */anil) echo "needs a task of episodes, as representation is; bilevel.task.name $1 has none" ;;
    cleaning/loss-history | rnn-cleaning/loss-history) ;; # has weights of samples
    */loss-history) echo "needs a task with a weight for each training sample, as cleaning is; bilevel.task.name $1 has none" ;;
  esac
}
mkdir -p other
for task in "${tasks[@]}"; do
  name=${task%%,*}
  for method in exact bo-rep soba ma-soba amigo stocbio saba ttsa f2sa slip fed-bo-rep accbo maml anil loss-history; do
    case $method in
      exact) more= ;;
      bo-rep) more=", $steps, parameters: given" ;;
      maml | anil) more=", ${steps%, nu*}" ;;
      loss-history) more=", iterations: 3, gamma: 1e-3" ;;
      *) more=", $steps" ;;
    esac
    printf '%s\n' 'problem: bilevel.solve' 'output: out.h5' 'bilevel:' "  task: {name: $task}" "  method: {name: $method$more}" >deck.yaml
    why=$(refused "$name" $method)
    if [ "$why" ]; then
      expect 78 "$QUADRIVIUM" check deck.yaml
      says err.txt "$why"
      continue
    fi
    expect 0 "$QUADRIVIUM" run deck.yaml output=out.h5 --quiet --force
    expect 0 on 2 run deck.yaml output=other/out.h5 --quiet --force
    "$QUADRIVIUM" diff out.h5 other/out.h5 >/dev/null || complain "$method on $name shows the number of ranks"
  done
done

cat >f2sa.yaml <<'DECK'
problem: bilevel.solve
bilevel:
  task: {name: cleaning, data: table.h5, classes: 3, start: 0.4}
  method: {name: f2sa, iterations: 1, steps: 1, eta: 1, gamma: 0.5, nu: 0.7, penalty: 3, batch: 100000}
DECK
expect 0 "$QUADRIVIUM" run f2sa.yaml output=f2sa.h5 --quiet
expect 0 "$QUADRIVIUM" run f2sa.yaml output=f2sa-bias.h5 --quiet bilevel.task.bias=true
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/table.py" check || complain "dg/dx is not the derivative of g"
finish
