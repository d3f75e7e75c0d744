#!/usr/bin/env bash
# Looks up every function that triage knows by name: scripts/waits.sh [--upgrade]
#
# The libraries that the lock does not pin are unpacked into build/waits, without what they need,
# as their source is read and never run. With --upgrade their newest releases are pinned first.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'waits: error: %s\n' "$*" >&2; exit 1; }

readonly PINS=tests/triage/waits/requirements.txt PLACE=build/waits
# Where scripts/bootstrap.sh puts uv when there is none.
PATH=$PATH:${XDG_CACHE_HOME:-${HOME:-}/.cache}/iris-runbook/uv/bin
command -v uv >/dev/null || fail "no uv: install uv and run this again"
[ -x .venv/bin/python ] || fail "no .venv: run 'make bootstrap' first"

if [ "${1:-}" = --upgrade ]; then
    .venv/bin/python -m tests.triage.waits.beside |
        uv pip compile --quiet --python .venv/bin/python --universal --python-version 3.14 --no-deps \
            --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
            --upgrade --output-file "$PINS" - ||
        fail "$PINS is as it was: correct the network, and run this again"
fi
rm -rf "$PLACE"
uv pip install --quiet --python .venv/bin/python --target "$PLACE" --no-deps --require-hashes \
    --only-binary :all: --requirement "$PINS" ||
    fail "cannot unpack the libraries of $PINS: check the network, and run this again"
TRIAGE_LIBRARIES=$PLACE .venv/bin/pytest tests/triage/waits/test_waits_names.py
