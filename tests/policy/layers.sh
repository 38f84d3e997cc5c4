#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=30
# Includes run one way: apps -> {rl, imaging, optim} -> solvers, and inside solvers run -> {deck,
# store, parallel}. parallel serves every room; the other rooms of solvers know none but themselves.
# Two families never include each other. Own headers are named by their path from the top.
. "$QV_SOURCE/tests/support/policy.sh"

check() {
  # shellcheck disable=SC2046 # no blanks in the names of sources
  awk '
    function room(path) {
      split(path, part, "/")
      return part[1] == "solvers" || part[1] == "optim" ? part[1] "/" part[2] : part[1]
    }
    function allowed(from, to, header) {
      if (from == to || from == "apps" || to == "solvers/parallel") return 1
      if (from ~ /^(rl|imaging|optim\/[a-z]+)$/) return to ~ /^solvers\//
      if (from == "solvers/run") return to ~ /^solvers\/(deck|store)$/
      # a picture is a file like others: complete or not there
      return from == "solvers/figure" && header == "solvers/store/safe.h"
    }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
      split($0, part, "\"")
      header = part[2]
      from = room(FILENAME)
      to = room(header)
      if (header !~ /^(apps|rl|imaging|optim|solvers)\//)
        print FILENAME ":" FNR ": " header " is not a path from the top"
      else if (!allowed(from, to, header))
        print FILENAME ":" FNR ": " from " may not include " to " (" header ")"
    }' $(policy_sources) /dev/null
}

plant solvers/nbody/a.c <<<'#include "solvers/deck/deck.h"'
plant solvers/nn/b.h <<<'  #  include "solvers/linalg/vec.h"'
plant solvers/deck/c.c <<<'#include "solvers/run/run.h"'
plant solvers/store/d.c <<<'#include "solvers/deck/key.h"'
plant solvers/figure/e.c <<<'#include "solvers/store/h5.h"'
plant solvers/parallel/f.c <<<'#include "rl/threebody/systems.h"'
plant rl/g.c <<<'#include "imaging/radon.h"'
plant optim/bilevel/h.c <<<'#include "optim/submodular/stream.h"'
plant rl/threebody/i.c <<<'#include "systems.h"'
plant imaging/j.c <<<'#include "apps/command.h"'
plant solvers/run/fine.c <<'END'
#include "solvers/deck/deck.h"
#include "solvers/parallel/sum.h"
#include "solvers/store/h5.h"
#include <petscsys.h>
END
plant solvers/figure/fine.c <<<'#include "solvers/store/safe.h"'
plant apps/fine.c <<<'#include "optim/bilevel/solve.h"'
plant rl/threebody/fine.c <<<'#include "solvers/nbody/hermite4.h"'
policy_test 'a.c:1: solvers/nbody may not include solvers/deck' \
  'b.h:1: solvers/nn may not include solvers/linalg' 'c.c:1: solvers/deck may not include solvers/run' \
  'd.c:1: solvers/store may not include solvers/deck' \
  'e.c:1: solvers/figure may not include solvers/store' 'f.c:1: solvers/parallel may not include rl' \
  'g.c:1: rl may not include imaging' 'h.c:1: optim/bilevel may not include optim/submodular' \
  'i.c:1: systems.h is not a path from the top' 'j.c:1: imaging may not include apps'
