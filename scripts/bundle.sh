#!/usr/bin/env bash
# Builds the site for reading from disk, as one zip: scripts/bundle.sh OUT.zip
set -euo pipefail

[ $# = 1 ] || { echo "usage: scripts/bundle.sh OUT.zip" >&2; exit 2; }
out=$(realpath -m "$1")
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
OFFLINE=true mkdocs build --strict --site-dir "$work/iris-runbook"
mkdir -p "$(dirname "$out")"
# A zip holds names relative to where it was made.
(cd "$work" && python -m zipfile -c "$work/bundle.zip" iris-runbook)
mv "$work/bundle.zip" "$out"
echo "wrote $1 ($(du -h "$out" | cut -f1)): unzip it and open iris-runbook/index.html"
