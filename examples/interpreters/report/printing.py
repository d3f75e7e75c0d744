"""How the commands print: a reader who has seen enough, such as `head`, is no error."""

import os
import sys


def say(text: str) -> None:
    """Print a text; when nobody reads on, the rest of the output goes nowhere.

    The exit status stays what the command says by it.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Python flushes once more when it ends, into a place that takes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
