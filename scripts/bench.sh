#!/usr/bin/env bash
# Times whole commands with the fused backend and with libtorch's: meta-training on MNIST by configs/train/dm-mnist.yaml,
# and 10,000 evaluation steps of what it trained. Prints seconds and ratios, the least of ROUNDS interleaved rounds.
# Needs the .NET 10 SDK and MNIST (l2o data fetch mnist, or L2O_DATA_DIR). Takes about 10 minutes with the defaults
# ITERATIONS=100 ROUNDS=1; ITERATIONS=1000 is the config as it stands. Leaves runs in OUT (default: a new folder in /tmp).
# Kernels: dotnet run -c Release --project tests/L2O.Benchmarks -- ratios | speed | memory | optimizers | costs FOLDER | kernels | loops
set -euo pipefail
cd "$(dirname "$0")/.."
iterations=${ITERATIONS:-100} rounds=${ROUNDS:-1} steps=${STEPS:-10000} out=${OUT:-$(mktemp -d -t l2o-bench-XXXXXX)}
mkdir -p "$out"
rm -f "$out"/*.milliseconds
dotnet build src/L2O.Cli --configuration Release --verbosity quiet >"$out/build.log" || { cat "$out/build.log"; exit 1; }
l2o=src/L2O.Cli/bin/Release/net10.0/l2o.dll

train() { # backend run
  dotnet "$l2o" train --config configs/train/dm-mnist.yaml --set meta.iterations="$iterations" \
    --set optimizer.backend="$1" --run "$2" --quiet
}

evaluate() { # backend run; a checkpoint remembers its backend
  cat >"$2.yaml" <<YAML
name: bench
optimizers: [{name: dm, kind: checkpoint, path: $out/train-$1-1/checkpoints/best.safetensors}]
optimizees: [{kind: mlp, data: mnist, hidden: [20], activation: sigmoid, batch_size: 128}]
steps: $steps
seeds: 1
YAML
  dotnet "$l2o" evaluate --config "$2.yaml" --run "$2" --quiet
}

milliseconds() { # command... : wall time, output to a log
  local start
  start=$(date +%s%3N)
  "$@" >>"$out/output.log"
  echo $(($(date +%s%3N) - start))
}

for command in train evaluate; do
  for round in $(seq "$rounds"); do
    for backend in fused torch; do
      run=$out/$command-$backend-$round
      rm -rf "$run"
      milliseconds "$command" "$backend" "$run" >>"$out/$command-$backend.milliseconds"
    done
  done
  fused=$(sort -g "$out/$command-fused.milliseconds" | head -1) torch=$(sort -g "$out/$command-torch.milliseconds" | head -1)
  printf '%-9s fused %d ms   torch %d ms   %d.%02dx\n' \
    "$command" "$fused" "$torch" $((torch / fused)) $((torch * 100 / fused % 100))
done
echo "$out"
