#!/usr/bin/env bash
# Brings requirements.lock in line with pyproject.toml: scripts/lock.sh [--upgrade]
#
# Pins that still fit are kept; with --upgrade each moves to its newest release.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'lock: error: %s\n' "$*" >&2; exit 1; }

# Where scripts/bootstrap.sh puts uv when there is none.
PATH=$PATH:${XDG_CACHE_HOME:-${HOME:-}/.cache}/iris-runbook/uv/bin
command -v uv >/dev/null || fail "no uv: install uv and run this again"
[ -x .venv/bin/python ] || fail "no .venv: run 'make bootstrap' first"

uv pip compile --quiet --python .venv/bin/python --group dev --universal --python-version 3.14 \
    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
    --output-file requirements.lock "$@" pyproject.toml ||
    fail "requirements.lock is as it was: correct pyproject.toml or the network, and run this again"
