"""Errors of triage itself: kept until the end, so that none costs the rest of the report."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator

INTERNAL = 70  # EX_SOFTWARE of sysexits.h: no outcome has it


class Faults:
    """What went wrong in triage, by stage.

    Attributes:
        found: each stage with its error.

    """

    def __init__(self) -> None:
        """Begin without any."""
        self.found: list[tuple[str, BaseException]] = []

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Keep an error of a stage.

        Args:
            name: what triage does meanwhile.

        """
        try:
            yield
        except BrokenPipeError:
            raise  # the reader, such as head, has seen enough
        except Exception as error:  # noqa: BLE001 # whatever it is, the rest is printed
            self.found.append((name, error))

    def report(self, *, debug: bool) -> bool:
        """Say on standard error what went wrong.

        Args:
            debug: whether to print tracebacks.

        Returns:
            Whether anything did.

        """
        if self.found:
            name, error = self.found[0]
            more = f", and {len(self.found) - 1} more" if len(self.found) > 1 else ""
            hint = "" if debug else "; --debug shows where"
            rendered = "".join(traceback.format_exception_only(type(error), error)).strip()
            line = ascii(rendered.splitlines()[-1] if rendered else type(error).__name__)[1:-1]
            complain(f"error: triage failed in its stage '{name}': {line}{more}{hint}")
        if debug:
            for _, error in self.found:
                complain(
                    "".join(traceback.format_exception(type(error), error, error.__traceback__))
                )
        return bool(self.found)


def complain(text: str) -> None:
    """Write to standard error, if there is one that takes it."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        silence(2)  # or Python fails on it at its end, with a status of its own
    except (ValueError, AttributeError):
        pass


def open_standard_streams() -> None:
    """Give the first three descriptors a file, so that no file of ours takes their place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def silence(number: int) -> None:
    """Let what is still buffered for a stream that takes no more go nowhere."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
