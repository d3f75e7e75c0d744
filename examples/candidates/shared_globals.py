"""Bad candidate: code that counts on a mutable global of its module.

Six slices each append to a list of the module. No executor raises an error;
only threads do what the code seems to say.
"""

from examples.candidates import work
from examples.candidates.pools import POOLS

SLICES = 6


def main() -> None:
    """Print what the list of the main interpreter holds after the slices."""
    for tool, make in POOLS.items():
        work.seen.clear()
        with make(2) as pool:
            list(pool.map(work.remember, range(SLICES)))
        print(f"{tool:11}  {len(work.seen)} of {SLICES} remembered, no error")


if __name__ == "__main__":
    main()
