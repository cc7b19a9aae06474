#!/usr/bin/env bash
# Whether more of a regularizer makes solutions flatter: a learned optimizer on the MNIST perceptron, meta-trained for 300
# meta-iterations with a regularizer, for three weights beside 0 and three meta-seeds; then the flatness after as many steps as it was
# meta-trained for. Prints what each meta-seed comes to, a mean over ten runs.
# Usage: scripts/weights.sh [KIND...], of local_entropy (with L2O-DM) and hessian_ev (with L2O-Scale); both by default.
# Needs the .NET 10 SDK and MNIST (L2O_DATA_DIR, or l2o data fetch mnist); for each kind 20 to 40 minutes on two cores. Leaves its
# runs under OUT (default: runs/weights), and goes on with them where they are unfinished. SEEDS (default: 1 2 3) are the meta-seeds.
set -euo pipefail
cd "$(dirname "$0")/.."
export out=${OUT:-runs/weights}
read -ra seeds <<< "${SEEDS:-1 2 3}"
kinds=("$@")
[ $# -gt 0 ] || kinds=(local_entropy hessian_ev)

weights() { # kind
  case $1 in
    local_entropy) echo 0 0.001 0.01 0.1 ;;
    hessian_ev) echo 0 0.1 1 10 ;;
    *) echo "weights.sh: no weights for $1; choose local_entropy or hessian_ev" >&2; return 2 ;;
  esac
}

# What each kind is meta-trained with beside its config.
# L2O-DM is regularized from meta-iteration 150 on, and its meta-gradients are clipped, for without that one meta-training in a few
# collapses, whatever the regularizer. hessian_ev is lowered by moves in sharp directions, which the steps that follow undo: a
# meta-gradient sees that only with second derivatives, which L2O-Scale gives at little cost, at the last point.
settings() { # kind
  case $1 in
    local_entropy) echo dm-mnist-local-entropy --set meta.clip_norm=1 --set meta.final_rate=0.1 --set regularizer.start=150 ;;
    hessian_ev)
      echo scale-mnist-hessian-ev --set meta.second_derivatives=true --set meta.tasks=1 --set meta.steps=50 --set meta.unroll=50 \
        --set regularizer.steps=last --set regularizer.minibatches=8 --set regularizer.iterations=20 --set validation.every=100 ;;
  esac
}

steps() { # kind
  case $1 in
    local_entropy) echo 100 ;;
    hessian_ev) echo 50 ;;
  esac
}

train() { # name, config, settings
  local run=$out/$1 config=$2
  shift 2
  "$program" train --config "configs/train/$config.yaml" --set meta.iterations=300 "$@" --run "$run" --resume --quiet
}
export -f train

for kind in "${kinds[@]}"; do
  weights "$kind" > /dev/null
done
dotnet build src/L2O.Cli --configuration Release --verbosity quiet
export program=src/L2O.Cli/bin/Release/net10.0/l2o

for kind in "${kinds[@]}"; do
  runs=() checkpoints=()
  for weight in $(weights "$kind"); do
    group=$kind-$weight
    for seed in "${seeds[@]}"; do
      runs+=("$group-s$seed $(settings "$kind") --set seed=$seed --set regularizer.weight=$weight")
      checkpoints+=(--checkpoint "$out/$group-s$seed/checkpoints/latest.safetensors")
    done
  done

  # One training for each core, for libtorch's part of the work uses one.
  printf '%s\n' "${runs[@]}" \
    | DOTNET_PROCESSOR_COUNT=1 xargs --max-procs "$(nproc)" --delimiter '\n' -I{} bash -c 'train {} > /dev/null'

  analysis=$out/analysis-$kind
  "$program" analyze --config configs/analyze/weights.yaml --set steps="$(steps "$kind")" "${checkpoints[@]}" \
    --run "$analysis" --resume --quiet > /dev/null

  for metric in hessian_ev local_entropy train_loss test_loss; do
    echo "$metric: of each weight and meta-seed, over ten runs"
    "$program" table "$analysis" flatness --where "metric=$metric" --mean value --by optimizer
  done
done
