#!/usr/bin/env bash
# Trains every network optimizee with Adam on real data, and prints one table: training loss before and after, accuracies.
# Needs the .NET 10 SDK, and MNIST and CIFAR-10 (L2O_DATA_DIR, or l2o data fetch); 10 minutes on two cores.
# Leaves runs/optimizees, runs/normalized and runs/vgg16, and goes on with them where they are unfinished.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build src/L2O.Cli --configuration Release --verbosity quiet
program=src/L2O.Cli/bin/Release/net10.0/l2o
for name in optimizees normalized vgg16; do
  resume=()
  [ ! -e "runs/$name" ] || resume=(--resume)
  "$program" evaluate --config "configs/evaluate/$name.yaml" --run "runs/$name" "${resume[@]}" > /dev/null
done
# curves.csv: optimizer,optimizee,seed,step,batch_loss,train_loss,train_accuracy,test_loss,test_accuracy,seconds
awk -F, '
  BEGIN { printf "%-26s %6s %12s %12s %10s %10s\n", "optimizee", "steps", "loss before", "loss after", "train acc", "test acc" }
  FNR == 1 { next }
  $4 == 0 { before[$2] = $6; next }
  { printf "%-26s %6d %12.4f %12.4f %10.4f %10.4f\n", $2, $4, before[$2], $6, $7, $9 }
' runs/{optimizees,normalized,vgg16}/curves.csv
