#!/usr/bin/env bash
# Trains every network optimizee with Adam on real data, and prints losses and accuracies before and after.
# Needs the .NET 10 SDK, and MNIST and CIFAR-10 (L2O_DATA_DIR, or l2o data fetch); 10 minutes on two cores.
# Leaves runs/optimizees, runs/normalized and runs/vgg16, and goes on with them where they are unfinished.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build src/L2O.Cli --configuration Release --verbosity quiet
program=src/L2O.Cli/bin/Release/net10.0/l2o
for name in optimizees normalized vgg16; do
  "$program" evaluate --config "configs/evaluate/$name.yaml" --run "runs/$name" --resume > /dev/null
done
for name in optimizees normalized vgg16; do
  "$program" table "runs/$name" curves --columns optimizee,step,train_loss,train_accuracy,test_accuracy
done
