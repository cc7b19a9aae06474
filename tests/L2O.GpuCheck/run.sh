#!/bin/sh
# Checks l2o on this machine's GPU and measures it, beside a plain PyTorch: run.sh [--device cpu] [--quick] [--out FOLDER]
# Needs a GPU and a Python that has PyTorch (PYTHON, default python3), whose libtorch it takes; no .NET. Takes under 8 minutes.
# Leaves gpu-check.json and gpu-check.md in FOLDER (default: here).
set -eu
python=${PYTHON:-python3}
libtorch=$("$python" -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))') || {
  echo "run.sh: $python has no PyTorch; name one that has by PYTHON" >&2
  exit 2
}
exec "$(dirname "$0")/l2o-gpu-check" --libtorch "$libtorch" --python "$python" "$@"
