"""What triage knows about filelock."""

from __future__ import annotations

from examples.triage.waits.kinds import LOCK, Library, Wait

FILELOCK = Library(
    "filelock",
    "filelock",
    waits=(
        Wait(
            LOCK,
            (
                "filelock._core._lock:BaseFileLock.acquire",
                "filelock._async_lock._lock:BaseAsyncFileLock.acquire",
            ),
            "a lock in the file system",
            elsewhere=True,
        ),
    ),
)
