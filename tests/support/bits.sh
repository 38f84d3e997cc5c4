# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# For tests that a run gives the same bits on other numbers of ranks and after stops: source it after
# cli.sh. WORDS are overrides of the deck and options of the program, 0 RANKS are the program without
# mpiexec. NAME.h5 is what the other runs, which go into the folder other, are compared with.
mkdir -p other

# try DECK NAME WORDS…: make NAME.h5
try() {
  expect 0 "$QUADRIVIUM" run "$1" "output=$2.h5" --quiet "${@:3}"
}

# bits_on "RANKS…" DECK NAME WORDS…: on each of these numbers of ranks it is NAME.h5
bits_on() {
  local ranks
  for ranks in $1; do
    expect 0 on "$ranks" run "$2" "output=other/$3.h5" --quiet --force "${@:4}"
    same "$3.h5" "other/$3.h5"
  done
}

# bits_after_stops "RANKS:STEP… RANKS" DECK NAME WORDS…: in parts it is NAME.h5, each part but the last
# stopped after STEP units of work; without STEP after run.step of WORDS
bits_after_stops() {
  local part step resume=() parts=other/$3-parts.h5
  rm -f "$parts"*
  for part in $1; do
    case $part in
      *:*)
        step=${part#*:}
        expect 75 on "${part%:*}" run "$2" "output=$parts" --quiet "${@:4}" "${resume[@]}" \
          run.wall-time=1e-9 ${step:+"run.step=$step"}
        ;;
      *) expect 0 on "$part" run "$2" "output=$parts" --quiet "${@:4}" "${resume[@]}" ;;
    esac
    resume=(--resume)
  done
  same "$3.h5" "$parts"
}

# bits STEP DECK NAME WORDS…: make NAME.h5; it is the same on 3 ranks, and in two parts
bits() {
  try "${@:2}"
  bits_on 3 "${@:2}"
  bits_after_stops "2:$1 0" "${@:2}"
}
