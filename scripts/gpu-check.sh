#!/usr/bin/env bash
# Makes a folder that checks l2o on a GPU and measures it there: OUT/l2o-gpu-check.tar.gz, at most 28 MB, for linux-x64. On the machine
# with the GPU, which needs Python's PyTorch and no .NET: tar xf l2o-gpu-check.tar.gz && l2o-gpu-check/run.sh
#   scripts/gpu-check.sh [--out OUT]          makes it (default: a new folder in /tmp)
#   scripts/gpu-check.sh [--out OUT] --run    and runs it here, with this machine's PyTorch (PYTHON, default python3)
#   scripts/gpu-check.sh [--out OUT] --cpu    and runs its quick form here on the CPU, with the libtorch of the packages
# Needs the .NET 10 SDK. Takes a minute, and with --run up to eight more. Leaves gpu-check.json and gpu-check.md in OUT.
set -euo pipefail
out='' run=''
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=${2:?"--out: no folder was given"}; shift 2 ;;
    --run | --cpu) run=$1; shift ;;
    *) echo "$1: is no option of gpu-check.sh; see its first lines" >&2; exit 2 ;;
  esac
done
cd "$(dirname "$0")/.."
[ -n "$out" ] || out=$(mktemp -d -t l2o-gpu-check-XXXXXX)
mkdir -p "$out"
out=$(realpath "$out")
echo "publishing to $out"
rm -rf "$out/l2o-gpu-check"
dotnet publish tests/L2O.GpuCheck --configuration Release --runtime linux-x64 --self-contained \
  -p:TorchBackend=none --artifacts-path "$out/build" --output "$out/l2o-gpu-check" --verbosity quiet
tar -czf "$out/l2o-gpu-check.tar.gz" -C "$out" l2o-gpu-check
bytes=$(stat -c %s "$out/l2o-gpu-check.tar.gz")
echo "$out/l2o-gpu-check.tar.gz: $((bytes / 1000000)) MB"
[ "$bytes" -le 28000000 ] || { echo "that is more than 28 MB" >&2; exit 1; }
case $run in
  --run) "$out/l2o-gpu-check/run.sh" --out "$out" ;;
  --cpu)
    dotnet build tests/L2O.GpuCheck --verbosity quiet
    "$out/l2o-gpu-check/l2o-gpu-check" --device cpu --quick --out "$out" \
      --libtorch tests/L2O.GpuCheck/bin/Debug/net10.0/runtimes/linux-x64/native
    ;;
esac
