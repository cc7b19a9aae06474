#!/usr/bin/env bash
# Runs a sweep on this machine, each run on one core: begins or goes on with every run that is not done, then summarizes them
# (arms.csv, differences.csv) and writes the page (report/index.html). A second time it does nothing.
# Usage: scripts/sweep.sh [--jobs N] [--keep-going | --fail-fast] [--out DIR] [--plugin FILE] FILE   N runs at once (default: one a core)
#        scripts/sweep.sh --slurm [--out DIR] [--plugin FILE] [SBATCH OPTIONS] FILE                   on a cluster, by SLURM
# Needs the .NET 10 SDK, or L2O, which names a published program. Leaves the sweep's directory (default: runs/NAME).
# Ctrl-C leaves every run so that the same command goes on. Exit code: 0, 1 where a run failed, 2 wrong use, 130 interrupted.
set -euo pipefail
scripts=$(dirname "$0")
# shellcheck source=sweep-common.sh
source "$scripts/sweep-common.sh"

jobs='' fail_fast='' file=''
while [ $# -gt 0 ]; do
  case $1 in
    --slurm) shift; exec "$scripts/slurm.sh" "$@" ;;
    --jobs | -j) jobs=${2:-}; [[ $jobs =~ ^[1-9][0-9]*$ ]] || fail "--jobs ${jobs:-without a number}: choose 1 or more"; shift ;;
    --keep-going) fail_fast='' ;;
    --fail-fast) fail_fast=yes ;;
    --out) [ -n "${2:-}" ] || fail "--out: name a directory"; out=(--out "$2"); shift ;;
    --plugin) [ -n "${2:-}" ] || fail "--plugin: name a file"; plugins+=(--plugin "$2"); shift ;;
    -*) fail "unknown option $1; choose --jobs, --keep-going, --fail-fast, --out, --plugin or --slurm" ;;
    *) [ -z "$file" ] || fail "one sweep at a time: $file or $1"; file=$1 ;;
  esac
  shift
done
[ -n "$file" ] || fail "name a sweep: scripts/sweep.sh configs/sweeps/smoke.yaml"

prepare "$file"
export DOTNET_PROCESSOR_COUNT=1 # a core each
jobs=${jobs:-$(nproc)}
declare -A running=() tried=() # names by process; directories of runs that were begun here
has_failed='' interrupted=''

# The program ends after the step at hand; what runs in the background of a script is not sent Ctrl-C by the terminal.
interrupt() {
  interrupted=yes
  [ ${#running[@]} -eq 0 ] || kill -TERM "${!running[@]}" 2> /dev/null || true
}
trap interrupt INT TERM HUP

begin() { # directory, command
  local name=${1#"$directory"/}
  local log="$directory/logs/${name//\//-}.txt"
  tried[$1]=yes
  echo "begin  $name"
  (trap - INT TERM HUP; eval "exec \"\$program\" ${2#l2o }") >> "$log" 2>&1 &
  running[$!]=$name
}

# Waits for one run to end, and says how.
finish() {
  local process code=0 name
  wait -n -p process "${!running[@]}" || code=$?
  # A signal ends the wait, not the run.
  [ -n "${process:-}" ] || return 0
  name=${running[$process]}
  unset "running[$process]"
  if [ "$code" -eq 0 ]; then
    echo "done   $name"
  elif [ -n "$interrupted" ]; then
    echo "left   $name"
  else
    has_failed=yes
    echo "FAILED $name (exit code $code): $(tail -n 1 "$directory/logs/${name//\//-}.txt")"
  fi
}

may_begin() { [ -z "$interrupted" ] && { [ -z "$fail_fast" ] || [ -z "$has_failed" ]; }; }

# What is ready now, and then what that made ready.
while may_begin; do
  ready=()
  while IFS=$'\t' read -r path state command; do
    [ -n "${tried[$path]:-}" ] || ready+=("$path"$'\t'"$command")
  done < <(l2o sweep list "$file" "${out[@]}" --ready)
  if [ ${#ready[@]} -eq 0 ]; then
    elsewhere=$(l2o sweep list "$file" "${out[@]}" | grep -c $'\trunning\t' || true)
    [ "$elsewhere" -gt 0 ] || break
    [ -n "${waiting:-}" ] || echo "wait   for $elsewhere at work elsewhere"
    waiting=yes
    sleep 2
    continue
  fi
  for line in "${ready[@]}"; do
    while may_begin && [ ${#running[@]} -ge "$jobs" ]; do finish; done
    may_begin || break
    begin "${line%%$'\t'*}" "${line#*$'\t'}"
  done
  while [ ${#running[@]} -gt 0 ]; do finish; done
done
while [ ${#running[@]} -gt 0 ]; do finish; done
[ -z "$interrupted" ] || { echo "interrupted; the same command goes on"; exit 130; }

[ ${#tried[@]} -gt 0 ] || echo "nothing is left to do"
conclude "$file"
undone=$(l2o sweep list "$file" "${out[@]}" | grep -v $'\tdone\t' | cut -f 1-2 || true)
if [ -n "$undone" ]; then
  echo "not done (logs are in $directory/logs):" >&2
  echo "$undone" >&2
  exit 1
fi
