"""Tasks that become more: within one look, and between two captures."""

import pytest

from examples.triage.growth import compare
from examples.triage.model import Task, Thread
from examples.triage.outcome import judge
from tests.triage.judge.cases import (
    EVENT,
    GET,
    READ,
    REQUEST,
    RESTING,
    SEMAPHORE,
    SESSION,
    SLEEP,
    WORKER,
    found,
    many,
    moved,
    still,
    task,
    thing,
    thread,
    timeline,
    verdicts,
)


def growing(more: int, *names: str, samples: int = 3) -> list[list[Task]]:
    """Make a crowd that has `more` members more in the last of its samples."""
    crowd = many(5 + more, "audit", *names)
    counts = [5 + more * number // (samples - 1) for number in range(samples)]
    return [crowd[:count] for count in counts]


@pytest.mark.parametrize(
    ("more", "expected"), [(9, ""), (10, "possible"), (49, "possible"), (50, "likely")]
)
def test_growth_of_a_set(more: int, expected: str) -> None:
    """Ten more are possible and fifty likely, when none of them ends."""
    process = timeline(*growing(more, *SLEEP, "audit"))

    assert [confidence for _, confidence, _ in verdicts(process)] == [expected] * bool(expected)


def test_rate_is_told() -> None:
    """The finding says how fast the tasks become more."""
    (finding,) = found(timeline(*growing(60, *SLEEP, "audit"), seconds=2.0))

    assert finding.tasks == 65
    (sentence,) = finding.evidence
    assert sentence.startswith("the count went from 5 to 65 in 2.0 s (30 a second) and never down")


@pytest.mark.parametrize(
    ("counts", "rules"),
    [
        ((5, 35, 35, 65), ["runaway"]),
        ((5, 5, 45, 45, 85), ["runaway"]),
        ((5, 35, 65, 65, 65), []),
        ((5, 5, 5, 65), []),
        ((5, 35, 34, 65), []),
    ],
    ids=["pause", "rounds", "burst-before", "burst-after", "down"],
)
def test_growth_with_a_pause(counts: tuple[int, ...], rules: list[str]) -> None:
    """Tasks that come in rounds are a growth, and a burst in one half of the window is none."""
    crowd = many(85, "audit", *SLEEP, "audit")

    process = timeline(*(crowd[:count] for count in counts))
    assert [rule for rule, *_ in verdicts(process)] == rules


@pytest.mark.parametrize(("more", "rules"), [(49, []), (50, ["runaway"])])
def test_growth_over_two_samples(more: int, rules: list[str]) -> None:
    """Two samples are enough where fifty tasks came and none ended."""
    first, *_, last = growing(more, *SLEEP, "audit")

    assert [rule for rule, *_ in verdicts(timeline(first, last))] == rules


def test_tasks_that_end() -> None:
    """Load that comes and goes is no leak, although there is more of it."""
    crowd = many(100, "audit", *SLEEP, "audit")

    assert verdicts(timeline(crowd[:20], crowd[10:50], crowd[40:])) == []


@pytest.mark.parametrize("root", [REQUEST, SESSION])
def test_clients_that_come(root: str) -> None:
    """Requests and sessions have clients to show for themselves."""
    rules = [rule for rule, *_ in verdicts(timeline(*growing(60, *EVENT, "handle", root)))]
    assert "runaway" not in rules


@pytest.mark.parametrize(("number", "rules"), [(999, []), (1000, ["runaway"])])
def test_crowd_before_one_semaphore(number: int, rules: list[str]) -> None:
    """A thousand tasks that wait for one thing are more than a service starts on purpose."""
    limit = thing("Semaphore")
    tasks = many(2, "holder", *SLEEP, "price", "price_in_turn", holds=[limit])
    tasks += many(number, "waiter", *SEMAPHORE, "price_in_turn", wants=limit)

    assert [rule for rule, *_ in verdicts(still(*tasks, samples=2))] == rules


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_time_makes_a_crowd_likely(seconds: float, confidence: str) -> None:
    """A large batch may be started at once, and get through slowly."""
    limit = thing("Semaphore")
    tasks = many(2, "holder", *SLEEP, "price", "price_in_turn", holds=[limit])
    tasks += many(1000, "waiter", *SEMAPHORE, "price_in_turn", wants=limit)

    assert verdicts(still(*tasks, seconds=seconds)) == [("runaway", confidence, "price_in_turn")]


def test_crowd_that_gets_through() -> None:
    """A batch whose queue gets shorter is at work, and no runaway."""
    limit = thing("Semaphore")
    waiters = many(1100, "waiter", *SEMAPHORE, "price_in_turn", wants=limit)

    assert verdicts(timeline(waiters, waiters[1:], waiters[2:])) == []


@pytest.mark.parametrize("names", [(*SLEEP, "poll"), (*GET, "follow"), (*READ, "serve")])
def test_crowd_that_waits_for_its_own(names: tuple[str, ...]) -> None:
    """A thousand devices, subscribers or idle connections are what a service is for."""
    assert verdicts(still(*many(1200, "device", *names), samples=2, connections=[])) == []


def test_place_of_tasks_without_own_code() -> None:
    """Forgotten waits of a library are shown where one of them is awaited."""
    owner = task("owner", "asyncio.tasks:_wait", "consume")
    crowd = many(30, "forgotten", *EVENT)
    crowd[-1] = task("last", *EVENT, by=[owner])

    (finding,) = found(timeline([owner, *crowd[:5]], [owner, *crowd[:20]], [owner, *crowd]))
    assert (finding.rule.id, finding.place.function) == ("runaway", "consume")


def test_two_captures() -> None:
    """What grew between two captures comes first, with its rate and what has stayed."""
    crowd = many(40, "audit", *SLEEP, "audit")
    before = still(*crowd[:10], task("poller", *SLEEP, "poll"), age=60.0)
    after = still(*crowd[5:], task("other", *GET, "poll"), age=120.0)

    first, *others = compare(before, after)

    assert first[1:] == ("sleep", 10, 35, 5, 25.0)
    assert first.place.function == "audit"
    assert [(one.waiting_on, one.before, one.after) for one in others] == [
        ("Queue.get", 0, 1),
        ("sleep", 1, 0),
    ]


@pytest.mark.parametrize(("more", "rules"), [(19, []), (20, ["runaway"])])
def test_slow_leak(more: int, rules: list[str]) -> None:
    """Twenty more than in an earlier capture, all of which are still there, are a leak."""
    crowd = many(5 + more, "audit", *SLEEP, "audit")
    verdict = judge(still(*crowd, age=600.0), still(*crowd[:5], age=0.0))

    assert [finding.rule.id for finding in verdict.findings] == rules


def test_load_between_two_captures() -> None:
    """More tasks are no leak where the first ones have ended."""
    crowd = many(100, "audit", *SLEEP, "audit")

    assert judge(still(*crowd[50:], age=600.0), still(*crowd[:10], age=0.0)).findings == []


def test_captures_of_two_processes() -> None:
    """Captures of different processes, or in the wrong order, are not compared."""
    one, later = still(OTHER, age=1.0), still(moved(OTHER), age=2.0)
    with pytest.raises(ValueError, match="must be later"):
        compare(later, one)
    later.start = 2
    with pytest.raises(ValueError, match="different processes"):
        compare(one, later)


OTHER = task("poller", *SLEEP, "poll")


SERVING = ("socketserver:BaseServer.finish_request", "threading:Thread.run")


def started(number: int, *names: str) -> list[Thread]:
    """Make the main thread, and further ones that were started in `refresh`."""
    outer = ("refresh", "threading:Thread.run")
    return [RESTING, *(thread(200 + one, *names, *outer) for one in range(number))]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((10, 15, 20), [("runaway", "possible", "refresh")]),
        ((9, 14, 19), []),
        ((20, 25, 29), []),
        ((20, 45, 70), [("runaway", "likely", "refresh")]),
        ((30, 30, 40), [("runaway", "possible", "refresh")]),
        ((30, 45, 44), []),
    ],
)
def test_threads_that_become_more(
    counts: tuple[int, ...], expected: list[tuple[str, str, str]]
) -> None:
    """Threads of one own function that are started and do not end pile up, as tasks do."""
    threads = [started(count) for count in counts]

    assert verdicts(timeline([], [], [], threads=threads)) == expected


def test_threads_that_end_or_serve() -> None:
    """Threads that end are load; those of a pool, and those with a client, are no leak."""
    ending = [started(20)[:1] + started(count)[count // 2 :] for count in (40, 60, 80)]
    pool, serving = (
        [
            [RESTING, *(thread(200 + one, "load", *outer) for one in range(count))]
            for count in (20, 40, 60)
        ]
        for outer in (WORKER, SERVING)
    )

    assert verdicts(timeline([], [], [], threads=ending)) == []
    assert verdicts(timeline([], [], [], threads=pool)) == []
    assert verdicts(timeline([], [], [], threads=serving)) == []
