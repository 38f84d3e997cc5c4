# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests in tests/policy/. A policy is a function `check`, run at the top of a source
# tree, that prints each offence as one line and nothing when all is well. So that the check is known
# to be able to fail, it first runs on a small bad tree, planted by the test, and must find what is
# listed there.

# policy_files PATTERN… -- FOLDER…: the files of these folders whose names match, sorted
policy_files() {
  local names=()
  while [ "$1" != -- ]; do
    names+=(-o -name "$1")
    shift
  done
  shift
  find "$@" -type f \( "${names[@]:1}" \) 2>/dev/null | LC_ALL=C sort
}

# The C sources without the tests.
policy_sources() { policy_files '*.c' '*.h' '*.def' -- apps rl imaging optim solvers; }

# policy_code: the files named on standard input as file:line:text, comments blanked and texts emptied
policy_code() {
  perl -e '
    undef $/;
    chomp(my @files = split /\n/, <STDIN>);
    for my $file (@files) {
      open my $in, "<", $file or die "$file: $!\n";
      my $text = <$in>;
      $text =~ s{("(?:\\.|[^"\\\n])*")|(\x27(?:\\.|[^\x27\\\n])*\x27)|(/\*.*?\*/|//[^\n]*)}{
        my $lines = defined $3 ? ($3 =~ tr/\n//) : 0;
        defined $1 ? "\"\"" : defined $2 ? "0" : " " . "\n" x $lines}gsex;
      my $n = 0;
      print map { $n++; "$file:$n:$_\n" } split /\n/, $text;
    }'
}

# plant FILE: a file of the bad tree, its text from standard input
plant() {
  mkdir -p "sample/$(dirname "$1")"
  cat >"sample/$1"
}

# policy_test TEXT…: the bad tree must give a line with each TEXT and as many lines as texts, the
# sources none.
policy_test() {
  local text offences n
  offences=$(cd sample && check)
  for text in "$@"; do
    if ! grep -qF -- "$text" <<<"$offences"; then
      printf 'control: the bad sample was not caught: %s\ncaught:\n%s\n' "$text" "$offences"
      exit 1
    fi
  done
  n=$(grep -c . <<<"$offences")
  if [ "$n" != $# ]; then
    printf 'control: %s offences caught, %s planted:\n%s\n' "$n" $# "$offences"
    exit 1
  fi
  offences=$(cd "$QV_SOURCE" && check)
  [ -z "$offences" ] || { printf '%s\n' "$offences"; exit 1; }
  echo "control: $n caught; sources: clean"
}
