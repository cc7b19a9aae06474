#!/usr/bin/env bash
# Meta-trains L2O-DM on synthetic digits, then compares it with an untrained one and with tuned Adam.
# Needs the .NET 10 SDK; takes about a minute. Leaves two run directories under runs/ and prints their paths.
set -euo pipefail
cd "$(dirname "$0")/.."
l2o() { dotnet run --project src/L2O.Cli --configuration Release --verbosity quiet -- "$@"; }
trained=$(l2o train --config configs/quickstart.yaml | tail -n 1)
l2o evaluate --config configs/quickstart-evaluate.yaml --checkpoint "$trained/checkpoints/best.safetensors"
