#!/usr/bin/env bash
# Makes an environment beside .venv, with its interpreter: scripts/environment.sh REQUIREMENTS FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'environment: error: %s\n' "$*" >&2; exit 1; }

# Where scripts/bootstrap.sh puts uv when there is none.
PATH=$PATH:${XDG_CACHE_HOME:-${HOME:-}/.cache}/iris-runbook/uv/bin
command -v uv >/dev/null || fail "no uv: run 'make bootstrap', or install uv, and run this again"
[ $# = 2 ] || fail "usage: scripts/environment.sh REQUIREMENTS FOLDER"
requirements=$1 folder=$2

python=$(.venv/bin/python -c 'import sys; print(sys._base_executable)') || fail "no .venv: run 'make bootstrap' first"
stamp=$({ pwd; echo "$python"; cat "$requirements" "$0"; } | cksum)
if [ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ]; then exit; fi
printf 'environment: making %s with %s pinned packages\n' "$folder" "$(grep -c '^[a-z]' "$requirements")" >&2
uv venv --quiet --clear --python "$python" "$folder" || fail "cannot make $folder: check that it can be written"
uv pip install --quiet --compile-bytecode --python "$folder/bin/python" --require-hashes -r "$requirements" ||
    fail "the packages of $requirements could not be installed: check the network and run this again"
echo "$stamp" >"$folder/stamp"
