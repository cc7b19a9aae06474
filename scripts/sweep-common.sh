# What scripts/sweep.sh and scripts/slurm.sh share; sourced by them.
out=() # --out DIR, where it was given
plugins=() # --plugin FILE, as often as it was given
program=${L2O:-}

fail() {
  echo "sweep.sh: $*" >&2
  exit 2
}

l2o() { "$program" "$@" "${plugins[@]}"; }

# Builds the program unless L2O names one, checks every run of a sweep and makes its directory, which is then in $directory.
prepare() { # file
  if [ -z "$program" ]; then
    local root
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
    echo "building l2o" >&2
    dotnet build "$root/src/L2O.Cli" --configuration Release --verbosity quiet >&2
    program=$root/src/L2O.Cli/bin/Release/net10.0/l2o
  fi
  local prepared
  prepared=$(l2o sweep prepare "$1" "${out[@]}") || exit $?
  echo "${prepared%$'\n'*}"
  directory=${prepared##*$'\n'}
}

# Summarizes what is done, and writes the page, unless it is there and no run is newer.
conclude() { # file
  local page=$directory/report/index.html
  if [ -e "$page" ] && [ -z "$(find "$directory" -name run.json -newer "$page" -print -quit)" ]; then
    echo "$page"
    return
  fi
  if l2o sweep list "$1" "${out[@]}" | cut -f 1-2 | grep -qE $'/(evaluate|analyze)/.*\tdone$'; then
    l2o sweep summarize "$directory"
  fi
  l2o report "$directory"
}
