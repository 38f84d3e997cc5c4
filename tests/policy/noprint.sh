#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=30
# Below apps/ nothing prints, ends the process or starts another one: results go to records, mistakes
# to a diag, faults up through PetscCall. What writes to a stream takes it from its caller. Copies and
# formats without a bound are used nowhere.
. "$QV_SOURCE/tests/support/policy.sh"

printing='printf|vprintf|puts|putchar|perror|PetscPrintf|PetscSynchronizedPrintf'
streams='stdout|stderr|PETSC_STDOUT|PETSC_STDERR'
ending='exit|_exit|_Exit|quick_exit|abort|raise|kill'
starting='system|popen|fork|vfork|posix_spawnp?|exec[lv]p?e?'
unbounded='sprintf|vsprintf|strcpy|strcat|gets'

check() {
  local before='^[^:]*:[0-9]+:(.*[^A-Za-z0-9_.>])?'
  policy_files '*.c' '*.h' '*.def' -- rl imaging optim solvers | policy_code |
    grep -E "$before(($printing|$ending|$starting)[ ]*\(|($streams)([^A-Za-z0-9_]|\$))" |
    grep -vE '__attribute__\(\(format\(printf|^solvers/run/[a-z_]+\.c:[0-9]+:.*(fprintf|fputs|fflush)\(.*stderr'
  policy_sources | policy_code | grep -E "$before($unbounded)[ ]*\("
}

plant rl/a.c <<'END'
void f(void) { printf("a"); }
void g(FILE *out) { fprintf(out, "printf( is only a word here"); } // exit(1)
void h(void) { fprintf(stderr, "a"); }
/* abort(); */ void i(char *t) { snprintf(t, 3, "\"system("); MPI_Abort(c, 1); p->exit(3); }
void j(void) { exit(1); }
int k = system("ls");
void l(char *t) { strcpy(t, "a"); }
void m(qv_system *system) __attribute__((format(printf, 1, 2)));
END
plant solvers/run/c.c <<'END'
void f(void) { fprintf(stderr, "fine"); fputs("fine", stderr); }
void g(void) { printf("not fine"); }
END
plant apps/b.c <<'END'
void f(char *t) { printf("fine"); sprintf(t, "not fine"); }
END
policy_test rl/a.c:1: rl/a.c:3: rl/a.c:5: rl/a.c:6: rl/a.c:7: \
  solvers/run/c.c:2: apps/b.c:1:
