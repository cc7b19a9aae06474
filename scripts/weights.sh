#!/usr/bin/env bash
# Whether more of a regularizer makes solutions flatter: L2O-DM on the MNIST perceptron, meta-trained for 150 meta-iterations without
# and 150 with a regularizer, for three weights beside 0 and three meta-seeds; then the flatness after 100 steps. Prints what each
# meta-seed comes to, a mean over ten runs, and a plot of the mean over meta-seeds.
# Usage: scripts/weights.sh [KIND...], of local_entropy and hessian_ev; both by default.
# Needs the .NET 10 SDK and MNIST (L2O_DATA_DIR, or l2o data fetch mnist); for each kind about a quarter of an hour on two cores. Leaves
# its runs under OUT (default: runs/weights), and goes on with them where they are unfinished.
set -euo pipefail
cd "$(dirname "$0")/.."
export out=${OUT:-runs/weights}
kinds=("$@")
[ $# -gt 0 ] || kinds=(local_entropy hessian_ev)

weights() { # kind
  case $1 in
    local_entropy) echo 0 0.001 0.01 0.1 ;;
    hessian_ev) echo 0 0.03 0.3 3 ;;
    *) echo "weights.sh: no weights for $1; choose local_entropy or hessian_ev" >&2; return 2 ;;
  esac
}

# Meta-gradients are clipped, for without that one meta-training in a few collapses, whatever the regularizer.
settings() { # kind
  case $1 in
    local_entropy) echo --set meta.final_rate=0.1 ;;
    hessian_ev) echo --set regularizer.schedule=posterior --set regularizer.every=5 ;;
  esac
}

train() { # name, config, settings: goes on where it was begun
  local run=$out/$1 config=$2 resume=()
  shift 2
  [ ! -e "$run" ] || resume=(--resume)
  "$program" train --config "configs/train/$config.yaml" --set meta.iterations=300 --set meta.clip_norm=1 \
    --set regularizer.start=150 "$@" --run "$run" "${resume[@]}" --quiet
}
export -f train

for kind in "${kinds[@]}"; do
  weights "$kind" > /dev/null
done
dotnet build src/L2O.Cli --configuration Release --verbosity quiet
export program=src/L2O.Cli/bin/Release/net10.0/l2o

groups=() runs=()
for kind in "${kinds[@]}"; do
  for weight in $(weights "$kind"); do
    groups+=("$kind-$weight")
    for seed in 1 2 3; do
      runs+=("$kind-$weight-s$seed dm-mnist-${kind//_/-} --set seed=$seed --set regularizer.weight=$weight $(settings "$kind")")
    done
  done
done

# One training for each core, for libtorch's part of the work uses one.
printf '%s\n' "${runs[@]}" \
  | DOTNET_PROCESSOR_COUNT=1 xargs --max-procs "$(nproc)" --delimiter '\n' -I{} bash -c 'train {} > /dev/null'

checkpoints=() resume=()
for group in "${groups[@]}"; do
  for seed in 1 2 3; do
    checkpoints+=(--checkpoint "$out/$group-s$seed/checkpoints/latest.safetensors")
  done
done
analysis=$out/analysis-$(IFS=-; echo "${kinds[*]}")
[ ! -e "$analysis" ] || resume=(--resume)
"$program" analyze --config configs/analyze/weights.yaml "${checkpoints[@]}" --run "$analysis" "${resume[@]}" --quiet > /dev/null

# flatness.csv: optimizer,optimizee,seed,metric,value,error,seconds,gradient_evaluations
awk -F, -v names="${groups[*]}" '
  $4 ~ /^(lambda_max|local_entropy_gamma_1|train_loss|test_loss)$/ { sum[$1, $4] += $5; n[$1, $4]++ }
  function mean(run, metric) { return sum[run, metric] / n[run, metric] }
  END {
    metrics = split("lambda_max local_entropy_gamma_1 train_loss test_loss", metric, " ")
    groups = split(names, group, " ")
    printf "%-20s %-23s %-23s %-23s %-23s\n", "regularizer-weight", "lambda_max", "-local entropy", "training loss", "test loss"
    for (i = 1; i <= groups; i++) {
      printf "%-20s", group[i]
      for (j = 1; j <= metrics; j++) {
        for (s = 1; s <= 3; s++) { v = mean(group[i] "-s" s, metric[j]); printf " %7.4f", v; value[i, j] += v / 3 }
      }
      print ""
    }
    for (j = 1; j <= 2; j++) {
      print ""; print (j == 1 ? "lambda_max" : "-local entropy, gamma 1") ": mean over the meta-seeds"
      for (i = 1; i <= groups; i++) {
        bar = ""; for (k = 0.5; k < (j == 1 ? 100 : 20) * value[i, j]; k++) bar = bar "#"
        printf "%-20s %.4f %s\n", group[i], value[i, j], bar
      }
    }
  }' "$analysis/flatness.csv"
