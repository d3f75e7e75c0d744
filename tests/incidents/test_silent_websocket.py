"""One client stops reading, and the broadcaster waits for it."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/silent_websocket"
# How much waits in the kernel, and from where the clients come.
SOCKETS = {r"\b\d{6,}\b": "[BYTES]", r"(?m)(?<=:)\d+\s*$": "[CLIENT]"}


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """Sessions are open, no update comes, and the broadcaster waits inside a send."""
    with running("silent_websocket") as target:
        triage.names_the_fault("silent_websocket", target)
        places = {"PID": target.pid, "URL": target.url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **places)
        transcript(f"{HERE}/sessions.out", **places)
        transcript(f"{HERE}/pstree.out", **places)
        transcript(f"{HERE}/pstree_full.out", **places)
        transcript(f"{HERE}/ps.out", **places)
        transcript(f"{HERE}/ss.out", patterns=SOCKETS, **places)
        transcript(f"{HERE}/symptom.out", **places)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """With an inbox for each client, the one that stops reading stops only itself."""
    with running("silent_websocket", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", PID=target.pid, URL=target.url)
        triage.finds_nothing("silent_websocket", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see the send that waits; a test with a sleeping client does."""
    transcript(f"{HERE}/prevent.out")
