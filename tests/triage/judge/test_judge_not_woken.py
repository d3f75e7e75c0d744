"""Tasks whose answer is there, and whose loop sleeps."""

from dataclasses import replace

from tests.triage.judge.cases import (
    EVENT,
    GET,
    LOOP,
    PID,
    RESTING,
    STEP,
    found,
    many,
    moved,
    still,
    task,
    thread,
    timeline,
    verdicts,
)

ANSWERED = task("feed", *GET, "consume", "main", answered=True)


def test_answer_that_is_not_taken() -> None:
    """A future that is done while its loop sleeps was completed without waking the loop."""
    process = still(*many(3, "feed", *GET, "consume", "main", answered=True), seconds=2.0)
    (finding,) = found(process)

    assert verdicts(process) == [("not-woken", "likely", "consume")]
    assert finding.tasks == 3
    assert finding.evidence[0].startswith("3 tasks waited for a future that is done for all 2")


def test_answer_that_came_at_the_end() -> None:
    """One that is done in the last sample alone is about to be taken."""
    before = replace(ANSWERED, answered=False)

    assert "not-woken" not in str(verdicts(timeline([before], [before], [ANSWERED])))


def test_answers_of_a_busy_loop() -> None:
    """Each is done whenever one looks, and each time it is another one."""
    assert "not-woken" not in str(verdicts(timeline([moved(ANSWERED)], [ANSWERED])))


def test_loop_that_does_not_sleep() -> None:
    """A loop that computes, or that nobody runs, takes nothing either: that is not this."""
    step = thread(PID, "rank", *STEP, state="R", loop=1)
    stopped = thread(PID, "time:sleep", "main", loop=0)

    for one in (step, stopped, thread(PID, *LOOP, state="R", loop=1)):
        assert "not-woken" not in str(verdicts(still(ANSWERED, threads=[[one]])))


def test_loop_that_has_run() -> None:
    """A loop that was in a step, or awake, at one of the looks has had its turn."""
    step = thread(PID, "time:sleep", "note", *STEP, loop=1)

    for one in (step, replace(RESTING, state="R")):
        process = still(ANSWERED, threads=[[RESTING], [one], [RESTING], [RESTING], [RESTING]])
        assert "not-woken" not in str(verdicts(process))


def test_session_that_waits_for_its_event() -> None:
    """A future that is not done is a wait like any other."""
    waits = task("feed", *EVENT, "serve", "main")

    assert "not-woken" not in str(verdicts(still(waits, threads=[[RESTING]])))
