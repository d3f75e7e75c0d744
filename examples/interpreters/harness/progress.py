"""What a long measurement shows on standard error while it runs."""

import sys
import time
from typing import TextIO

WIDTH = 30


class Progress:
    """Lines with the time of day, and on a terminal a bar that is drawn over.

    Args:
        stream: where to write.

    """

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._drawn = False

    def __call__(self, text: str) -> None:
        """Say what begins now."""
        self._clear()
        print(f"[{time.strftime('%H:%M:%S')}] {text}", file=self._stream, flush=True)

    def bar(self, share: float, text: str) -> None:
        """Draw how much is done.

        Args:
            share: of the whole, from 0 to 1.
            text: beside the bar.

        """
        if not self._stream.isatty():
            return
        done = round(WIDTH * min(share, 1.0))
        self._clear()
        print(f"[{'#' * done:{WIDTH}}] {text}", end="", file=self._stream, flush=True)
        self._drawn = True

    def _clear(self) -> None:
        if self._drawn:
            print("\r\033[K", end="", file=self._stream)
            self._drawn = False
