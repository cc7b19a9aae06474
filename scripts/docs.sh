#!/usr/bin/env bash
# Writes what is generated in the documents: in configs/README.md every key and every table, from the marker to the end.
# Usage: scripts/docs.sh [pictures], which also makes configs/pictures/ again, from the quick start, in a minute.
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
  page=$(scripts/quickstart.sh | tail -n 1)
  mkdir -p configs/pictures
  cp "$(dirname "$page")/pictures/curves-quickstart-evaluate-gelu-16-16.svg" configs/pictures/curves.svg
fi
