#!/usr/bin/env bash
# Whether more of a regularizer makes solutions flatter: L2O-DM on the MNIST perceptron, meta-trained for 150 meta-iterations without
# and 150 with a regularizer, for several weights and three meta-seeds, beside no regularizer; then the flatness after 100 steps.
# Prints a table and a plot of means over meta-seeds, each the mean of ten runs, with the half-width of their 95% interval.
# Needs the .NET 10 SDK and MNIST (L2O_DATA_DIR, or l2o data fetch mnist); about an hour and a half on two cores. Leaves its runs under
# OUT (default: runs/weights), and goes on with them where they are unfinished.
set -euo pipefail
cd "$(dirname "$0")/.."
export out=${OUT:-runs/weights}
dotnet build src/L2O.Cli --configuration Release --verbosity quiet
export program=src/L2O.Cli/bin/Release/net10.0/l2o

train() { # name, config, settings: goes on where it was begun
  local run=$out/$1 config=$2 resume=()
  shift 2
  [ ! -e "$run" ] || resume=(--resume)
  "$program" train --config "configs/train/$config.yaml" --set meta.iterations=300 "$@" --run "$run" "${resume[@]}" --quiet
}
export -f train

# One training for each core, for libtorch's part of the work uses one.
for seed in 1 2 3; do
  echo "none-s$seed dm-mnist --set seed=$seed"
  for weight in 0.03 0.1 0.3 3; do
    echo "hessian_ev-$weight-s$seed dm-mnist-hessian-ev --set seed=$seed --set regularizer.weight=$weight" \
      "--set regularizer.start=150 --set regularizer.schedule=posterior --set regularizer.every=5"
  done
  for weight in 0.1 1 10; do
    echo "local_entropy-$weight-s$seed dm-mnist-local-entropy --set seed=$seed --set regularizer.weight=$weight" \
      "--set regularizer.start=150"
  done
done | DOTNET_PROCESSOR_COUNT=1 xargs --max-procs "$(nproc)" --delimiter '\n' -I{} bash -c 'train {} > /dev/null'

checkpoints=() resume=()
for run in "$out"/*-s[123]; do
  checkpoints+=(--checkpoint "$run/checkpoints/latest.safetensors")
done
[ ! -e "$out/analysis" ] || resume=(--resume)
"$program" analyze --config configs/analyze/weights.yaml "${checkpoints[@]}" --run "$out/analysis" "${resume[@]}" --quiet > /dev/null

# flatness.csv: optimizer,optimizee,seed,metric,value,error,seconds,gradient_evaluations
awk -F, '
  $4 ~ /^(lambda_max|local_entropy_gamma_100|train_loss|test_accuracy)$/ { sum[$1, $4] += $5; n[$1, $4]++; run[$1] }
  END {
    for (name in run) {
      group = name; sub(/-s[0-9]+$/, "", group)
      for (key in sum) {
        split(key, part, SUBSEP)
        if (part[1] == name) { x = sum[key] / n[key]; s[group, part[2]] += x; q[group, part[2]] += x * x; count[group, part[2]]++ }
      }
    }
    t[2] = 12.706; t[3] = 4.303
    split("none hessian_ev-0.03 hessian_ev-0.1 hessian_ev-0.3 hessian_ev-3 local_entropy-0.1 local_entropy-1 local_entropy-10 adam", order, " ")
    printf "%-20s %-18s %-18s %-18s %-18s\n", "regularizer-weight", "lambda_max", "-local entropy", "train loss", "test accuracy"
    for (i = 1; i <= 9; i++) {
      printf "%-20s", order[i]
      for (j = 1; j <= 4; j++) {
        metric = j == 1 ? "lambda_max" : j == 2 ? "local_entropy_gamma_100" : j == 3 ? "train_loss" : "test_accuracy"
        c = count[order[i], metric]; if (!c) continue
        mean = s[order[i], metric] / c; variance = c > 1 ? (q[order[i], metric] - c * mean * mean) / (c - 1) : 0
        printf " %-18s", c > 1 ? sprintf("%.4f ±%.4f", mean, t[c] * sqrt(variance > 0 ? variance / c : 0)) : sprintf("%.4f", mean)
        value[i, j] = mean; if (mean > most[j]) most[j] = mean
      }
      print ""
    }
    for (j = 1; j <= 2; j++) {
      print ""; print j == 1 ? "lambda_max" : "-local entropy, gamma = 100"
      for (i = 1; i <= 9; i++) if ((i, j) in value) {
        bar = ""; for (k = 0; k < 60 * value[i, j] / most[j]; k++) bar = bar "#"
        printf "%-20s %s\n", order[i], bar
      }
    }
  }' "$out/analysis/flatness.csv"
