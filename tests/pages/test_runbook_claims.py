"""What the runbook says of ``asyncio ps`` and of triage, the outputs beside it show."""

import pytest

from tests.support import claims
from tests.support.claims import Claim

ATTACHING, WHICH = "docs/runbook/attaching.md", "docs/runbook/which-process.md"
ERRORS = "docs/runbook/error-texts.md"
BLIND, TRIAGE = "docs/runbook/blind-spots.md", "docs/runbook/triage.md"
SPOTS, OUTPUTS = "examples/blind_spots", "examples/triage/outputs"
ROW = r"\n\[PID\] .*"
HEADER_ALONE = r"ps \$PID\ntid .*\n-+\n\$ "


def _spot(sentence: str, output: str, shows: str) -> Claim:
    return Claim(BLIND, sentence, f"{SPOTS}/{output}.out", shows)


CLAIMS = [
    # Who may read what.
    Claim(
        ATTACHING,
        "| [Same user, fewer capabilities than the process](#refused) | Refused. |",
        "examples/attaching/fewer_capabilities.out",
        "insufficient permissions",
    ),
    Claim(
        ATTACHING,
        "Root without `CAP_SYS_PTRACE` is what a container gives by default.\n"
        "It may not read a process of the application's user.",
        "examples/attaching/root_without_ptrace.out",
        "insufficient permissions",
    ),
    Claim(
        ATTACHING,
        "A process that is not dumpable is closed to its own user.",
        "examples/attaching/non_dumpable.out",
        "insufficient permissions",
    ),
    Claim(
        ATTACHING,
        "`ps` opens the paths that the process sees",
        "examples/attaching/container_from_outside.out",
        "No such file or directory: '/app/usr/bin/python3.14'",
    ),
    Claim(
        ATTACHING,
        "Triage needs none of these files, so it reads the process from outside:",
        "examples/attaching/container_triage.out",
        r"PID \[PID\]: other, Python 3\.14.*\n.*\n(.*\n)*.*wait_for_orders +Event\.wait",
    ),
    Claim(
        ATTACHING,
        "Python 3.13 is recognised, and refused:",
        "examples/attaching/python_3_13.out",
        "Can't attach from a Python 3.14 process to a Python 3.13 process",
    ),
    Claim(
        ATTACHING,
        "They do not close `ps`, which only reads.",
        "examples/attaching/remote_debug_off.out",
        rf"{ROW}wait_for_orders",
    ),
    # Which process.
    Claim(
        WHICH,
        "it names the role of the process and of its children, and reports on each",
        "examples/which_process/workers_triage.out",
        r"\nPID \[PID\]: uvicorn supervisor, .*(\nPID .*)*"
        r"\nPID \[WORKER1\]: uvicorn server, .*\nPID \[WORKER2\]: uvicorn server, ",
    ),
    Claim(
        WHICH,
        "`ps` prints a header, `pstree` prints nothing, and both end with status 0",
        "examples/which_process/workers.out",
        rf"{HEADER_ALONE}python -m asyncio pstree \$PID\n\$ ",
    ),
    Claim(
        WHICH,
        "`AsyncioDebug section not available`, status 1",
        "examples/which_process/workers.out",
        r"ps \$TRACKER\n.*AsyncioDebug section not available\n\? 1\n",
    ),
    Claim(
        WHICH,
        "Each worker has tasks of its own.",
        "examples/which_process/workers.out",
        r"\n\[WORKER1\] (.*\n)+\[WORKER2\] ",
    ),
    Claim(
        WHICH,
        "The worker is the one whose parent is the forkserver",
        "examples/which_process/taskiq_tree.out",
        r"\n\[WORKER\] \[FORKSERVER\] ",
    ),
    Claim(
        WHICH,
        "From 3.14.9, `ps` lists the tasks of an idle TaskIQ worker.",
        "examples/which_process/taskiq.from-3.14.9.out",
        r"\n\[WORKER\] .*Receiver\.listen",
    ),
    Claim(
        WHICH,
        "Up to 3.14.8, `ps` fails on most idle TaskIQ workers.",
        "examples/which_process/taskiq.until-3.14.8.out",
        r"ps \$WORKER\n(.*\n)*OSError: .*Bad address\n\? 1",
    ),
    Claim(
        WHICH,
        "For the manager and the forkserver, the table is empty, with status 0.",
        "examples/which_process/taskiq.from-3.14.9.out",
        r"ps \$PID\ntid .*\n-+\n\$ (.*\n)*.*ps \$FORKSERVER\ntid .*\n-+\n\$ ",
    ),
    Claim(
        WHICH,
        "The forkserver and the worker have the same command line.",
        "examples/which_process/taskiq_tree.out",
        r"\[FORKSERVER\] \[PID\] (.*)\n\[WORKER\] \[FORKSERVER\] \1\n",
    ),
    Claim(
        WHICH,
        "Its parent is the process that started it: the uvicorn worker, or the TaskIQ worker.",
        "examples/which_process/lifespan.out",
        r"ppid= \$FEED\)\n\[PID\]\n",
    ),
    Claim(
        ERRORS,
        "| Tasks wait for each other. `ps` still lists them. |",
        f"{SPOTS}/await_cycle.out",
        r"cannot print a tree!\n(.*\n)*.* pay +step (.*\n)+.* ship +step ",
    ),
    Claim(
        ERRORS,
        "| Tasks are nested too deep for `pstree`. `ps` still lists them. |",
        f"{SPOTS}/deep_nesting.out",
        r"RecursionError: .*\n\$ .*\n.* Task-600 ",
    ),
    Claim(
        ERRORS,
        "| `sys.remote_exec` is switched off. `ps` is not. |",
        "examples/attaching/remote_debug_off.out",
        r"wait_for_orders (.*\n)+RuntimeError: Remote debugging is not enabled",
    ),
    Claim(
        ERRORS,
        "triage has a reader of its own, and [shows tasks where these two fail]",
        f"{SPOTS}/reach.md",
        r"\| one of 65,538 tasks (\| fails \| yes ){3}\|",
    ),
    # Blind spots.
    _spot(
        "Up to 3.14.8, one task made from `anext()`, `__anext__()` or `asend()` makes `ps` and"
        " `pstree` fail for the whole process.",
        "anext_task.until-3.14.8",
        r"\nOSError: .*\n\$ python -m asyncio pstree .*\n\? 1\n",
    ),
    _spot(
        "From 3.14.9, a task made from `anext()` is listed with its stack.",
        "anext_task.from-3.14.9",
        rf"{ROW}next message +sleep -> messages",
    ),
    _spot(
        "the table is empty with status 0, py-spy finds no thread, and `sys.remote_exec` cannot"
        " find the main thread",
        "subinterpreter",
        rf"{HEADER_ALONE}(.*\n)*error: Can't find the main thread (.*\n)*.*grep -c Thread\n0\n",
    ),
    _spot(
        "`no task is running` is not true in this state",
        "subinterpreter",
        "\nno task is running\n",
    ),
    _spot(
        "Of these commands, triage alone sees the tasks",
        "subinterpreter",
        r"\$ python triage\.py .*\nsubinterpreter\.py:28 serve +Event\.wait",
    ),
    _spot(
        "**How to tell:** the table is empty with status 0, and py-spy shows a thread in"
        " `EpollSelector.select`.",
        "background_thread",
        rf"{HEADER_ALONE}(.*\n)*Thread .*\"loop\"\n    EpollSelector\.select ",
    ),
    _spot(
        "the running task shows its outermost frame, and nothing that it called",
        "blocked_loop",
        rf"{ROW}Task-1 +handle  (.*\n)*    read_file ",
    ),
    _spot(
        "Listing from inside does not help: the process runs no Python while it is blocked.",
        "blocked_loop",
        "ran no Python for 5 s",
    ),
    _spot(
        "Up to 3.14.8, the listing ends at the function with the `async for`.",
        "async_generator.until-3.14.8",
        rf"{ROW}broadcaster +broadcast  ",
    ),
    _spot(
        "From 3.14.9, the listing goes on into the generator of an `async for`.",
        "async_generator.from-3.14.9",
        rf"{ROW}broadcaster +Queue\.get -> updates -> broadcast  ",
    ),
    _spot(
        "`ps` treats a list of more than 65,535 tasks as corrupted.",
        "many_tasks",
        r"Task list appears corrupted\n\? 1\n(.*\n)* +65536 handle ",
    ),
    _spot(
        "If there is a single cycle, `pstree` draws nothing at all, not even the tasks outside it.",
        "await_cycle",
        r"pstree \$PID\nERROR: await-graph contains cycles .*\n\ncycle: .*\n\? 1",
    ),
    _spot(
        "it lists every task, and the awaiter names show the cycle",
        "await_cycle",
        r" pay +step +step +ship (.*\n)+.* ship +step +step +pay ",
    ),
    _spot(
        "Six hundred nested tasks are too deep for `pstree`.",
        "deep_nesting",
        r"RecursionError: .*\n\$ .*\n.* Task-600 .*\n.* Task-601 +Event\.wait -> nest ",
    ),
    _spot(
        "are 43 rows, 23 tasks, and a tree of thousands of lines",
        "shared_children",
        r"wc -l\n43\n\$ .*\n23\n\$ .*\n[1-9]\d{3}\n",
    ),
    _spot(
        "These five rows are one task:",
        "shared_task",
        r"' token '\n(\[PID\] +\[task-1\] .*\n){5}\Z",
    ),
    _spot(
        "pause the process while you read: no read fails then",
        "churn",
        r"kill -STOP .*\n0 of 1000 reads failed",
    ),
    _spot(
        "Between these two listings Alice left and Bob arrived, and the id is the same",
        "reused_id",
        r"\[task-1\] +Alice .*\n.*\[task-1\] +Bob ",
    ),
    _spot(
        "If a name holds a character outside ASCII, each of its characters comes out as a NUL byte",
        "names",
        rf"{ROW}task-2\] +\?{{{len('orders Zürich')}}} .*{ROW}task-3\] +\?\? ",
    ),
    _spot(
        "For an endpoint in a thread, `ps` shows that a thread is working, but not on what.",
        "sync_endpoint",
        r"\nAsyncIOBackend\.run_sync_in_worker_thread .*run_endpoint_function\n(?!.*report)\$ ",
    ),
    _spot(
        "`ps` shows the function that called the session and the wait at the driver or the pool,"
        " and nothing in between.",
        "orm_greenlet",
        rf"{ROW}orders +Queue\.get -> wait_for -> wait_for -> greenlet_spawn ->"
        r" AsyncSession\.execute -> find_orders ",
    ),
    # Triage.
    Claim(
        TRIAGE,
        "From outside, a dead task is simply missing:",
        f"{OUTPUTS}/idle.out",
        r" IDLE\n(?!(.*\n)*.*[Dd]ied)",
    ),
]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.sentence[:60])
def test_output_shows_what_the_runbook_says(claim: Claim) -> None:
    """The sentence stands on its page, and the output beside it shows the same."""
    claims.check(claim)
