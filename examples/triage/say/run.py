"""How a report came about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One run of triage.

    Attributes:
        python: version of the Python that ran it.
        mode: read-only, frozen, in-process or capture.
        samples: snapshots taken.
        window: seconds from the first to the last.
        first_window: the same before it looked for longer; equal to `window` when it did not.

    """

    python: str
    mode: str
    samples: int
    window: float
    first_window: float

    @property
    def longer(self) -> bool:
        """Whether it went on looking because the first window decided nothing."""
        return self.window > self.first_window
