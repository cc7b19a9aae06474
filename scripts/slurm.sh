#!/usr/bin/env bash
# Hands a sweep over to SLURM: an array of its trainings, an array of the evaluations and analyses that wait for them, and one of those
# that wait for nothing. What is done is left out, and what is begun goes on, also after a time limit, a preemption or a requeue.
# Usage: scripts/sweep.sh --slurm [--out DIR] [--plugin FILE] [SBATCH OPTIONS] FILE     for instance --partition=cpu --time=04:00:00 --mem=4G
# Needs sbatch here. On the nodes nothing but the program (L2O names it; default: the build, which needs .NET there) and this folder,
# under the same paths. Leaves the sweep's directory; `l2o sweep status FILE` says how far it is.
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sweep-common.sh
source "$scripts/sweep-common.sh"

command -v sbatch > /dev/null \
  || fail "--slurm: there is no sbatch on this machine; submit where the cluster's jobs are submitted, or run here without --slurm"

options=()
while [ $# -gt 1 ]; do
  case $1 in
    --out) [ $# -gt 2 ] || fail "--out: name a directory, and then a sweep"; out=(--out "$2"); shift ;;
    --plugin) [ $# -gt 2 ] || fail "--plugin: name a file, and then a sweep"; plugins+=(--plugin "$2"); shift ;;
    *) options+=("$1") ;;
  esac
  shift
done
file=${1:-}
[[ -n $file && $file != -* ]] || fail "--slurm: name a sweep last: scripts/sweep.sh --slurm --time=60 configs/sweeps/smoke.yaml"

prepare "$file"
paths=$directory # as the program spells it
directory=$(cd "$directory" && pwd)
program=$(realpath "$program")
submitted=$directory/slurm/jobs # ids, one a line

if [ -e "$submitted" ]; then
  # An error where SLURM has forgotten the jobs, which are over then.
  queued=$({ squeue --noheader --array --format %i --jobs "$(paste -sd, "$submitted")" 2> /dev/null || true; } | wc -l)
  [ "$queued" -eq 0 ] || fail "$(paste -sd' ' "$submitted"): $queued tasks of this sweep are in the queue; wait for them (squeue), or scancel them"
fi

mkdir -p "$directory/logs" "$directory/slurm"
tasks=$(mktemp -d "$directory/slurm/$(date +%Y%m%d-%H%M%S)-XXX")
declare -A training=() # its state, by the name of what it trains

# A line for each task: what it makes, the training that it waits for or -, its log, its command.
add() { # array, path, training, command
  local name=${2#"$paths"/}
  printf '%s\t%s\t%s\t%s\n' "$2" "$3" "$directory/logs/${name//\//-}.txt" "$4" >> "$tasks/$1"
}

while IFS=$'\t' read -r path state command; do
  of=-
  if [[ $command == 'l2o train '* ]]; then
    training[${path##*/}]=$state array=train
  elif [[ ${training[${path##*/}]:-done} == done ]]; then
    array=judge
  else
    of=$paths/train/${path##*/} array=judge-trained
  fi
  case $state,$of in
    done,*) ;;
    new,* | stopped,* | failed,*)
      case $of,${training[${path##*/}]:-} in
        -,* | *,new | *,stopped | *,failed) add "$array" "$path" "$of" "$command" ;;
        *) echo "left out: $path, because its training is ${training[${path##*/}]}" ;;
      esac ;;
    *) echo "left out: $path, because it is $state" ;;
  esac
done < <(l2o sweep list "$file" "${out[@]}")

ids=()
submit() { # array, options that go before those of the user... ; the id is in $id
  local array=$1 last
  shift
  last=$(($(wc -l < "$tasks/$array") - 1))
  if ! id=$(sbatch --parsable --requeue --open-mode=append --signal=B:TERM@60 --output="$directory/logs/slurm-%A_%a.txt" \
    --job-name="${directory##*/}-$array" "${options[@]}" --array="0-$last" "$@" "$scripts/slurm-task.sh" "$tasks/$array" "$program"); then
    [ ${#ids[@]} -eq 0 ] || scancel "${ids[@]}"
    rm -rf "$tasks" "$submitted"
    fail "--slurm: sbatch refused the array $array of $((last + 1)) tasks, so nothing is submitted; it says why above"
  fi
  id=${id%%;*}
  ids+=("$id")
  printf '%s\n' "${ids[@]}" > "$submitted"
  echo "submitted $id: $array, $((last + 1)) tasks"
}

if [ -e "$tasks/train" ]; then
  submit train
  [ ! -e "$tasks/judge-trained" ] || submit judge-trained --dependency="afterany:$id"
fi
[ ! -e "$tasks/judge" ] || submit judge

if [ ${#ids[@]} -eq 0 ]; then
  rm -r "$tasks"
  echo "nothing is left to submit"
  conclude "$file"
else
  echo "l2o sweep status $file shows how far they are; when all have ended, the same command submits what is left, or writes the page"
fi
