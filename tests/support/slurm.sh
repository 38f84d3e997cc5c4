# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A Slurm of one node on the loopback interface, for tests: no munge, no cgroups, everything below
# one folder. Sourced by the tests in tests/slurm/.
slurm_folder=$QV_BUILD/tests/work/slurm.start/cluster
export SLURM_CONF=$slurm_folder/slurm.conf

# Leave with 77 where Slurm cannot run.
slurm_need() {
  local command
  for command in slurmctld slurmd sbatch squeue scontrol; do
    command -v $command >/dev/null || { echo "skipped: no $command"; exit 77; }
  done
  [ "$(id -u)" = 0 ] || { echo "skipped: slurmd wants root"; exit 77; }
  # A Unix socket of slurmstepd lies below the folder, and its path has room for 107 characters.
  [ ${#slurm_folder} -le 75 ] || { echo "skipped: path too long for Slurm's sockets"; exit 77; }
}

# Leave with 77 where the fixture's Slurm does not answer (a set-up that skips does not skip its users).
slurm_need_running() {
  slurm_need
  if ! timeout 5 scontrol ping 2>/dev/null | grep -q ' is UP'; then
    echo "skipped: the Slurm of the tests does not answer"
    exit 77
  fi
}

# Two neighbouring ports that nobody listens on, below the range that the kernel hands out.
slurm_free_port() {
  local port used
  used=$(awk 'FNR > 1 && $4 == "0A" { sub(/.*:/, "", $2); print $2 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  for _ in {1..100}; do
    port=$((20000 + RANDOM % 12000))
    if ! grep -qi -e "$(printf '%04X' $port)" -e "$(printf '%04X' $((port + 1)))" <<<"$used"; then
      echo "$port"
      return
    fi
  done
  return 1
}

# slurm_configure PORT: a fresh folder with slurm.conf
slurm_configure() {
  local host
  host=$(hostname -s)
  rm -rf -- "$slurm_folder"
  mkdir -p "$slurm_folder/state" "$slurm_folder/log"
  # Where no cgroup file system is mounted, slurmd starts only if it does not look for one.
  printf 'CgroupPlugin=cgroup/v1\nCgroupMountpoint=%s\n' "$slurm_folder/cgroup" \
    >"$slurm_folder/cgroup.conf"
  cat >"$SLURM_CONF" <<END
ClusterName=qv
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/none
CredType=cred/none
SlurmUser=root
SlurmdUser=root
SlurmctldPort=$1
StateSaveLocation=$slurm_folder/state
SlurmdSpoolDir=$slurm_folder/spool
SlurmctldPidFile=$slurm_folder/slurmctld.pid
SlurmdPidFile=$slurm_folder/slurmd.pid
SlurmctldLogFile=$slurm_folder/log/slurmctld.log
SlurmdLogFile=$slurm_folder/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
MailProg=/bin/true
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 NodeHostname=$host Port=$(($1 + 1)) CPUs=2 RealMemory=100 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES OverSubscribe=FORCE:2 MaxTime=10 State=UP
END
}

# Start the two daemons; true when the node is idle. They end by themselves after half an hour, in
# case nobody stops them.
slurm_start() {
  slurm_configure "$(slurm_free_port)" || return 1
  timeout -k 5 1800 slurmctld -D -c >"$slurm_folder/log/slurmctld.out" 2>&1 </dev/null &
  echo $! >"$slurm_folder/pids"
  timeout -k 5 1800 slurmd -D -N "$(hostname -s)" >"$slurm_folder/log/slurmd.out" 2>&1 </dev/null &
  echo $! >>"$slurm_folder/pids"
  for _ in {1..100}; do
    [ "$(timeout 5 sinfo -h -o %T 2>/dev/null | head -n 1)" = idle ] && return 0
    kill -0 $! 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# Cancel what still runs and end the daemons, by their numbers.
slurm_stop() {
  local pid
  [ -s "$slurm_folder/pids" ] || return 0
  timeout 10 scancel --state=PENDING --state=RUNNING --user=root 2>/dev/null
  for _ in {1..50}; do
    [ -n "$(timeout 5 squeue -h -t RUNNING,COMPLETING 2>/dev/null)" ] || break
    sleep 0.1
  done
  while read -r pid; do
    kill "$pid" 2>/dev/null
  done <"$slurm_folder/pids"
  while read -r pid; do
    for _ in {1..100}; do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    if kill -0 "$pid" 2>/dev/null; then
      echo "daemon $pid does not end"
      return 1
    fi
  done <"$slurm_folder/pids"
  rm -f "$slurm_folder/pids"
}

# slurm_field JOB NAME: one field of `scontrol show job`, as JobState or ExitCode
slurm_field() {
  scontrol -o show job "$1" | tr ' ' '\n' | sed -n "s/^$2=//p" | head -n 1
}

# slurm_wait JOB SECONDS STATE…: until the job is in one of the states
slurm_wait() {
  local job=$1 tenths=$(($2 * 10)) state=
  shift 2
  while [ $((tenths--)) -gt 0 ]; do
    state=$(slurm_field "$job" JobState)
    [[ " $* " == *" $state "* ]] && return 0
    sleep 0.1
  done
  echo "job $job is $state, not one of: $*"
  return 1
}
