#!/usr/bin/env bash
# Meta-trains a small L2O-RNNProp on synthetic digits, without a regularizer and with one that prefers flat minima, and compares
# both with tuned Adam on networks that meta-training did not show. Needs the .NET 10 SDK, or L2O, which names a published program; takes
# about a minute, and the first time half a minute to build. Leaves its runs and the page of them in a folder under runs/, and prints the
# page's path last.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${L2O:-src/L2O.Cli/bin/Release/net10.0/l2o}
if [ -z "${L2O:-}" ]; then
  echo "building l2o" >&2
  dotnet build src/L2O.Cli --configuration Release --verbosity quiet >&2
fi
l2o() { "$program" "$@"; }

runs=runs/quickstart-$(date +%Y%m%d-%H%M%S)
l2o train configs/quickstart.yaml --set 'regularizer={kind: none}' --run "$runs/none"
l2o train configs/quickstart.yaml --run "$runs/local_entropy"
l2o evaluate configs/quickstart-evaluate.yaml --checkpoint "$runs/none" "$runs/local_entropy" --run "$runs/evaluate"
page=$(l2o report "$runs")
sed -n '/^### Evaluation/,/^## /{/^[- ] /p}' "$(dirname "$page")/report.md"
echo "$page"
