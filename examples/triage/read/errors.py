"""Why a process, or a part of it, cannot be read."""

from __future__ import annotations


class ReadError(Exception):
    """A process cannot be read; the text says why, for the reader."""

    kind = "unreadable"


class GoneError(ReadError):
    """The process ended, or its PID now belongs to another one."""

    kind = "gone"


class DeniedError(ReadError):
    """The kernel does not let this user read that process."""

    kind = "denied"


class NotPythonError(ReadError):
    """No Python runtime is in the process."""

    kind = "not-python"


class OtherPythonError(ReadError):
    """The process runs a Python whose layout is not known."""

    kind = "other-python"


class TornError(ReadError):
    """A structure was in motion while it was read: read it again."""
