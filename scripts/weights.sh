#!/usr/bin/env bash
# Whether more of a regularizer makes solutions flatter: L2O-DM on the MNIST perceptron, meta-trained for 150 meta-iterations without
# and 150 with a regularizer, for three weights and three meta-seeds, beside no regularizer; then the flatness after 100 steps.
# Prints what each meta-seed comes to, a mean over ten runs, and a plot of the median meta-seed.
# Needs the .NET 10 SDK and MNIST (L2O_DATA_DIR, or l2o data fetch mnist); about an hour on two cores. Leaves its runs under
# OUT (default: runs/weights), and goes on with them where they are unfinished.
set -euo pipefail
cd "$(dirname "$0")/.."
export out=${OUT:-runs/weights}
dotnet build src/L2O.Cli --configuration Release --verbosity quiet
export program=src/L2O.Cli/bin/Release/net10.0/l2o

# A clipped meta-gradient and a falling rate: without them one meta-training in a few collapses, whatever the regularizer.
train() { # name, config, settings: goes on where it was begun
  local run=$out/$1 config=$2 resume=()
  shift 2
  [ ! -e "$run" ] || resume=(--resume)
  "$program" train --config "configs/train/$config.yaml" --set meta.iterations=300 --set meta.clip_norm=1 \
    --set meta.final_rate=0.1 "$@" --run "$run" "${resume[@]}" --quiet
}
export -f train

# One training for each core, for libtorch's part of the work uses one.
for seed in 1 2 3; do
  echo "none-s$seed dm-mnist --set seed=$seed"
  for weight in 0.001 0.01 0.1; do
    echo "local_entropy-$weight-s$seed dm-mnist-local-entropy --set seed=$seed --set regularizer.weight=$weight" \
      "--set regularizer.start=150"
  done
  for weight in 0.01 0.1 1; do
    echo "hessian_ev-$weight-s$seed dm-mnist-hessian-ev --set seed=$seed --set regularizer.weight=$weight" \
      "--set regularizer.start=150 --set regularizer.schedule=posterior --set regularizer.every=5"
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
  function median(a, b, c) { return a > b ? (b > c ? b : a < c ? a : c) : (a > c ? a : b < c ? b : c) }
  $4 ~ /^(lambda_max|local_entropy_gamma_1|train_loss|test_loss)$/ { sum[$1, $4] += $5; n[$1, $4]++ }
  function mean(run, metric) { return sum[run, metric] / n[run, metric] }
  END {
    metrics = split("lambda_max local_entropy_gamma_1 train_loss test_loss", metric, " ")
    groups = split("none hessian_ev-0.01 hessian_ev-0.1 hessian_ev-1 local_entropy-0.001 local_entropy-0.01 local_entropy-0.1", group, " ")
    printf "%-20s %-23s %-23s %-23s %-23s\n", "regularizer-weight", "lambda_max", "-local entropy", "training loss", "test loss"
    for (i = 1; i <= groups; i++) {
      printf "%-20s", group[i]
      for (j = 1; j <= metrics; j++) {
        for (s = 1; s <= 3; s++) {
          run = group[i] "-s" s
          if ((run, metric[j]) in n) { v[s] = mean(run, metric[j]); printf " %7.4f", v[s] }
        }
        if ((group[i] "-s3", metric[j]) in n) value[i, j] = median(v[1], v[2], v[3])
      }
      print ""
    }
    for (j = 1; j <= 2; j++) {
      print ""; print (j == 1 ? "lambda_max" : "-local entropy, gamma 1") ": the median meta-seed"
      for (i = 1; i <= groups; i++) if ((i, j) in value) {
        bar = ""; for (k = 0.5; k < (j == 1 ? 100 : 20) * value[i, j]; k++) bar = bar "#"
        printf "%-20s %s\n", group[i], bar
      }
    }
  }' "$out/analysis/flatness.csv"
