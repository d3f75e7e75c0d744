"""Build the site with MkDocs and with its two successors, and say what differs.

Run it from the root of a checkout: python examples/exits/compare.py
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

GENERATOR = re.compile(r'<meta name="generator"[^>]*>')
# What no build reads, of the files in a checkout.
LEFT_OUT = {".git", ".venv", "build", "site"}
# Marks of what extensions and hooks make of a page.
PARTS = {
    "code blocks": 'class="language-',
    "tables": "<table",
    "tabs": 'class="tabbed-set',
    "details": "<details",
    "code left out of the search": "data-search-exclude",
}


def build(checkout: Path, *command: str) -> int:
    """Build a checkout into its folder site/ and return the exit status."""
    shutil.rmtree(checkout / "site", ignore_errors=True)
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=checkout, env=quiet, capture_output=True, check=False)
    return done.returncode


def pages(checkout: Path) -> dict[str, str]:
    """Return the built pages by their address, without the name of the program that built them."""
    site = checkout / "site"
    return {
        str(file.relative_to(site)).removesuffix("index.html"): GENERATOR.sub("", file.read_text())
        for file in site.rglob("*.html")
    }


def main() -> None:
    """Print one line for each fact."""
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder)
        for source in Path().iterdir():
            if source.name not in LEFT_OUT and not source.name.endswith("_cache"):
                copy = shutil.copytree if source.is_dir() else shutil.copy
                copy(source, checkout / source.name)

        if build(checkout, sys.executable, "-m", "mkdocs", "build", "--strict"):
            sys.exit("error: 'mkdocs build --strict' fails: fix that first")
        wanted = pages(checkout)

        properdocs = (sys.executable, "-m", "properdocs", "build", "-f", "mkdocs.yml", "--strict")
        status = build(checkout, *properdocs)
        print(f"ProperDocs: exit status {status}")
        print(f"ProperDocs: {'same' if pages(checkout) == wanted else 'other'} pages")

        status = build(checkout, "zensical", "build", "--strict")
        built = pages(checkout)
        lost = {page.partition("/")[0] for page in wanted.keys() - built.keys()}
        shared = wanted.keys() & built.keys() - {"404.html"}
        print(f"Zensical: exit status {status}")
        print(f"Zensical: pages lost under {', '.join(sorted(lost))}")
        for what, mark in PARTS.items():
            kept = all(wanted[page].count(mark) == built[page].count(mark) for page in shared)
            print(f"Zensical: {what} {'kept' if kept else 'not kept'}")


if __name__ == "__main__":
    main()
