#!/usr/bin/env bash
# Ends runs at random instants, by SIGKILL, by SIGHUP or by two SIGTERM at once, goes on with them until they are done, and compares
# them with runs that were left alone: tables without seconds, and the last checkpoints, byte for byte. Then whole sweeps, by SIGKILL
# to the script and all that it began.
# Usage: scripts/torture.sh [TRAINING RUNS, default 50] [EVALUATIONS, default 20] [SWEEPS, default 0] [SEED, default 1]
# Needs the .NET 10 SDK; the default takes about a quarter of an hour, a sweep one to two minutes. Leaves nothing behind unless a run differs, whose folder it names.
set -euo pipefail
cd "$(dirname "$0")/.."
train_count=${1:-50} evaluate_count=${2:-20} sweep_count=${3:-0}
RANDOM=${4:-1}
dotnet build src/L2O.Cli --configuration Release --verbosity quiet
program=$PWD/src/L2O.Cli/bin/Release/net10.0/l2o
folder=$(mktemp -d)
cp configs/torture-*.yaml "$folder"
endings=("KILL" "HUP" "TERM TERM")
ended=0 kept=0

tables() { "$program" table "$1" --without-times --csv; }

is_same() {
  diff <(tables "$1") <(tables "$2") > "$2.diff" || return 1
  for checkpoint in "$1"/checkpoints/{latest,best}.safetensors; do
    [ ! -e "$checkpoint" ] || cmp "$checkpoint" "$2/checkpoints/$(basename "$checkpoint")" || return 1
  done
}

# Starts or goes on, and sends signals after so many milliseconds; true where the run was done before.
is_done_before() {
  local command=$1 run=$2 milliseconds=$3 signals=$4 resume=() signal
  [ ! -e "$run/run.json" ] || resume=(--resume)
  "$program" "$command" --config "$folder/torture-$command.yaml" --run "$run" --quiet "${resume[@]}" > "$run.log" 2>&1 &
  local process=$!
  sleep "$((milliseconds / 1000)).$(printf %03d $((milliseconds % 1000)))"
  for signal in $signals; do kill -s "$signal" "$process" 2> /dev/null || true; done
  local code=0
  wait "$process" 2> /dev/null || code=$?
  case $code in
    0) return 0 ;;
    # Interrupted with a checkpoint, or at once: by SIGKILL, or before the program listened.
    130 | 129 | 137 | 143) ended=$((ended + 1)); return 1 ;;
    *) echo "$run: ended with $code"; cat "$run.log"; return 0 ;;
  esac
}

torture() {
  local command=$1 count=$2 identical=0 whole=$folder/$1-whole start length
  start=$(date +%s%3N)
  "$program" "$command" --config "$folder/torture-$command.yaml" --run "$whole" --quiet > /dev/null 2>&1
  length=$(($(date +%s%3N) - start))
  ended=0
  for ((i = 1; i <= count; i++)); do
    local run=$folder/$command-$i
    # 15 bits a draw; up to half as long again, so that some runs are done before.
    until is_done_before "$command" "$run" $((RANDOM * length * 3 / 2 / 32768)) "${endings[RANDOM % 3]}"; do :; done
    if is_same "$whole" "$run"; then
      identical=$((identical + 1))
      rm -rf "$run"
    else
      echo "$run differs from $whole"
      kept=1
    fi
  done
  echo "$command: $identical of $count identical, ended $ended times, $length ms undisturbed"
  [ "$identical" -eq "$count" ]
}

sweep() { # directory
  setsid env L2O="$program" scripts/sweep.sh --out "$1" configs/sweeps/smoke.yaml > "$1.log" 2>&1 &
}

is_same_sweep() {
  local run table
  for run in "$1"/*/*/ "$1"/*/*/*/; do
    [ ! -e "$run/run.json" ] || is_same "$run" "$2/${run#"$1/"}" || return 1
  done
  for table in arms differences; do
    diff <(grep -v ',seconds' "$1/$table.csv") <(grep -v ',seconds' "$2/$table.csv") || return 1
  done
}

torture_sweeps() {
  local count=$1 identical=0 whole=$folder/sweep-whole start length most process code milliseconds i
  start=$(date +%s%3N)
  sweep "$whole"
  wait $!
  length=$(($(date +%s%3N) - start))
  ended=0
  for ((i = 1; i <= count; i++)); do
    most=$length
    while :; do
      sweep "$folder/sweep-$i"
      process=$!
      # The first time before it can be done.
      milliseconds=$((RANDOM * most / 32768)) most=$((length * 3 / 2))
      sleep "$((milliseconds / 1000)).$(printf %03d $((milliseconds % 1000)))"
      kill -s KILL -- "-$process" 2> /dev/null || true
      code=0
      wait "$process" 2> /dev/null || code=$?
      [ "$code" -eq 137 ] || break
      ended=$((ended + 1))
    done
    if [ "$code" -eq 0 ] && is_same_sweep "$whole" "$folder/sweep-$i"; then
      identical=$((identical + 1))
    else
      echo "$folder/sweep-$i differs from $whole, or ended with $code"
      kept=1
    fi
  done
  echo "sweep: $identical of $count identical, ended $ended times, $length ms undisturbed"
  [ "$identical" -eq "$count" ]
}

failed=0
torture train "$train_count" || failed=1
torture evaluate "$evaluate_count" || failed=1
[ "$sweep_count" -eq 0 ] || torture_sweeps "$sweep_count" || failed=1
[ "$kept" -eq 1 ] || rm -rf "$folder"
exit "$failed"
