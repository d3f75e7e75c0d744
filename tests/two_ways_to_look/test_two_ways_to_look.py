"""What can be seen of a process from outside, and what only by running code in it."""

import sys
import sysconfig
from collections.abc import Callable


def test_two_ways(transcript: Callable[..., None]) -> None:
    """`asyncio ps` reads every loop; a script inside waits until the loop runs Python code."""
    transcript("examples/two_ways_to_look/two_ways.out")


def test_default_build(transcript: Callable[..., None]) -> None:
    """Everything here runs on the default build, with a GIL."""
    transcript("examples/two_ways_to_look/default_build.out")

    assert sys._is_gil_enabled()
    assert not sysconfig.get_config_var("Py_GIL_DISABLED")
