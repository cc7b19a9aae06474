#!/usr/bin/env bash
# Writes what is generated in the documents: in configs/README.md every key and every table, from the marker to the end.
# Usage: scripts/docs.sh [pictures], which also makes configs/pictures/ again, from what two commands of README.md leave.
# Needs the .NET 10 SDK. A test of tests/L2O.Cli.Tests fails where configs/README.md is not what this writes.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build src/L2O.Cli --configuration Release --verbosity quiet
program=src/L2O.Cli/bin/Release/net10.0/l2o
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
{ sed '/^<!-- From here on/q' configs/README.md; "$program" list reference; } > "$folder/README.md"
cp "$folder/README.md" configs/README.md
if [ "${1:-}" = pictures ]; then
  "$program" train configs/quickstart.yaml --run "$folder/learned" --quiet
  "$program" analyze configs/analyze/synthetic.yaml --checkpoint "$folder/learned" \
    --run "$folder/flatness" --quiet
  mkdir -p configs/pictures
  cp "$folder"/flatness/pictures/slice-*.svg configs/pictures/slice.svg
fi
