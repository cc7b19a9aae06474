#!/usr/bin/env bash
# Publishes the program with .NET inside, a folder for each system, which runs where nothing is installed, and prints the folders' sizes.
# Usage: scripts/publish.sh [--runtime RUNTIME]... [--libtorch cpu | cuda | none] [--out DIR]
#   RUNTIME is linux-x64, win-x64 or osx-arm64 (default: all three); cpu is the default, and none is for l2o --libtorch.
# Needs the .NET 10 SDK, which fetches what other systems need, with libtorch about 1 GB; takes a minute or two for each. Leaves
# DIR/l2o-RUNTIME[-LIBTORCH] (default: publish/), in place of what was there, and nothing in bin/ and obj/.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

fail() {
  echo "publish.sh: $*" >&2
  exit 2
}

runtimes=() libtorch=cpu out=publish
while [ $# -gt 0 ]; do
  case $1 in
    --runtime)
      case ${2:-} in
        linux-x64 | win-x64 | osx-arm64) runtimes+=("$2") ;;
        *) fail "--runtime ${2:-without a system}: choose linux-x64, win-x64 or osx-arm64" ;;
      esac ;;
    --libtorch) case ${2:-} in cpu | cuda | none) libtorch=$2 ;; *) fail "--libtorch ${2:-without a choice}: choose cpu, cuda or none" ;; esac ;;
    --out) [ -n "${2:-}" ] || fail "--out: name a directory"; out=$2 ;;
    *) fail "unknown option $1; choose --runtime, --libtorch or --out" ;;
  esac
  shift 2
done
[ ${#runtimes[@]} -gt 0 ] || runtimes=(linux-x64 win-x64 osx-arm64)

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
suffix=-$libtorch
folders=()
for runtime in "${runtimes[@]}"; do
  folder=$out/l2o-$runtime${suffix%-cpu}
  echo "publishing $folder"
  rm -rf "$folder"
  dotnet publish "$root/src/L2O.Cli" --configuration Release --runtime "$runtime" --self-contained -p:TorchBackend="$libtorch" \
    --artifacts-path "$build" --output "$folder" --verbosity quiet
  folders+=("$folder")
done
for folder in "${folders[@]}"; do
  printf '%5d MB  %s\n' $((($(du -sk "$folder" | cut -f 1) * 1024 + 500000) / 1000000)) "$folder"
done
