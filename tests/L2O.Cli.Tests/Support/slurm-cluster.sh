#!/usr/bin/env bash
# A SLURM cluster of one node, this machine, for tests: munged, slurmctld and slurmd, with all that they leave in a folder, reached at
# 127.0.0.1 alone. Says `ready` when jobs can be submitted with SLURM_CONF=FOLDER/slurm.conf, and ends with its standard input.
# Usage: slurm-cluster.sh FOLDER [CPUS]
# Needs Debian's slurm-wlm and munge, and as a rule root: slurmd starts jobs as the user who submits them.
set -euo pipefail
folder=$1 cpus=${2:-4}
unset SLURM_CONF
export PATH=$PATH:/usr/sbin:/sbin
processes=()

# Jobs first: what a killed slurmd leaves running goes on.
finish() {
  trap - EXIT INT TERM
  if [ -n "${SLURM_CONF:-}" ] && scancel --quiet --user "$(id -un)" 2> /dev/null; then
    for _ in $(seq 100); do
      [ -n "$(squeue --noheader 2> /dev/null)" ] || break
      sleep 0.1
    done
  fi
  [ ${#processes[@]} -eq 0 ] || kill -TERM "${processes[@]}" 2> /dev/null || true
  wait
}
trap finish EXIT
trap 'exit 1' INT TERM

fail() {
  echo "slurm-cluster.sh: $*" >&2
  tail -n 20 "$folder"/*.log >&2
  exit 1
}

# Something the system says is free is taken by nobody else in the next moment, as a rule.
free_port() { # first to try
  local port=$1
  while (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
  echo "$port"
}

begin() { # log, command...
  local log=$1
  shift
  "$@" > "$folder/$log" 2>&1 < /dev/null &
  processes+=($!)
}

await() { # what, command...
  local what=$1
  shift
  for _ in $(seq 150); do
    ! "$@" > /dev/null 2>&1 || return 0
    sleep 0.2
  done
  fail "$what did not start"
}

mkdir -p "$folder"/{state,spool,munge}
chmod 755 "$folder" "$folder/munge"
dd if=/dev/urandom of="$folder/munge/key" bs=64 count=1 2> /dev/null
chmod 600 "$folder/munge/key"
socket=$folder/munge/socket
begin munged.log munged --foreground --force --num-threads 1 --key-file "$folder/munge/key" --socket "$socket" \
  --pid-file "$folder/munge/pid" --seed-file "$folder/munge/seed" --log-file "$folder/munge/log"
await munged munge --no-input --socket "$socket"

node=$(hostname -s)
start=$((20000 + $$ % 10000 * 4))
controller=$(free_port "$start")
cat > "$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=$controller
SlurmdPort=$(free_port $((controller + 1)))
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
CredType=cred/munge
# A job that was requeued begins again when its old credentials are certain to have expired: after two minutes, unless told so.
AuthInfo=socket=$socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
MailProg=/bin/true
ReturnToService=2
KillWait=30
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,batch_sched_delay=1,sched_min_interval=100000
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
# As many as are asked for, however many the machine has.
SlurmdParameters=config_overrides
NodeName=$node NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=all Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$folder/slurm.conf
begin slurmctld.log slurmctld -D
await slurmctld scontrol ping
begin slurmd.log slurmd -D -N "$node"
await slurmd bash -c '[ "$(sinfo --noheader --format %T)" = idle ]'
echo ready
cat > /dev/null
