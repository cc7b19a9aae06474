#!/usr/bin/env bash
# One task of an array that scripts/slurm.sh submits. Before a time limit SLURM sends SIGTERM: the program ends after the step at hand,
# and the task is put into the queue again, where it goes on.
# Usage, by SLURM: slurm-task.sh TASKS PROGRAM     TASKS has a line for each task: what it makes, what it waits for, its log, its command
set -uo pipefail
cd "$SLURM_SUBMIT_DIR" || exit
tasks=$1 program=$2
task=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
IFS=$'\t' read -r path training log command < <(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" "$tasks")
export DOTNET_PROCESSOR_COUNT=${SLURM_CPUS_PER_TASK:-1}

say() { echo "$(date +%FT%T) $task on $(hostname): $*" >> "$log"; }

# Nothing where SLURM ends or requeues the job for another reason: then it is left as it is.
time_limit() {
  case $(scontrol show job --oneliner "$task") in
    *' JobState=RUNNING '*) echo "warned of its time limit" ;;
    *' Reason=TimeLimit '*) echo "ended by its time limit" ;;
  esac
}

# What SLURM itself had to say so far belongs into the same log.
finish() { # exit code
  local of_slurm=${log%/*}/slurm-$task.txt
  cat "$of_slurm" >> "$log" && rm -f "$of_slurm"
  exit "$1"
}

if [ "$training" != - ] && ! grep -qs '"status": "completed"' "$training/run.json"; then
  say "error: $path is not begun, because its training $training is not done; see what its log says, and submit the sweep again"
  finish 1
fi

process='' stopped=''
trap 'stopped=yes; [ -z "$process" ] || kill -TERM "$process" 2> /dev/null' TERM
say "begins ${SLURM_RESTART_COUNT:+again }with $path"
eval "exec \"\$program\" ${command#l2o }" >> "$log" 2>&1 &
process=$!
[ -z "$stopped" ] || kill -TERM "$process" 2> /dev/null
while :; do
  wait "$process"
  code=$?
  # A signal ends the wait, not the program.
  kill -0 "$process" 2> /dev/null || break
done

say "ended with exit code $code"
if [ -n "$stopped" ] && [ "$code" -gt 128 ] && why=$(time_limit) && [ -n "$why" ]; then
  say "$why, and goes back into the queue"
  scontrol requeue "$task" >> "$log" 2>&1 && finish "$code"
  say "error: $path could not be requeued; submit the sweep again"
fi
finish "$code"
