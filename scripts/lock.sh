#!/usr/bin/env bash
# Brings the pins in line with what is asked for: scripts/lock.sh [--upgrade]
#
# requirements.lock has those of pyproject.toml, requirements.txt those of the requirements.in beside it.
#
# Pins that still fit are kept; with --upgrade each moves to its newest release.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'lock: error: %s\n' "$*" >&2; exit 1; }

# Where scripts/bootstrap.sh puts uv when there is none.
PATH=$PATH:${XDG_CACHE_HOME:-${HOME:-}/.cache}/iris-runbook/uv/bin
command -v uv >/dev/null || fail "no uv: install uv and run this again"
[ -x .venv/bin/python ] || fail "no .venv: run 'make bootstrap' first"

# usage: compile OUTPUT OPTION...
compile() {
    local output=$1
    shift
    uv pip compile --quiet --python .venv/bin/python --universal --python-version 3.14 \
        --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        --output-file "$output" "$@" ||
        fail "$output is as it was: correct what it is made from or the network, and run this again"
}

compile requirements.lock --group dev pyproject.toml "$@"
for requirements in tests/field/requirements.in tests/field/programs/requirements.in; do
    compile "${requirements%.in}.txt" "$requirements" "$@"
done
