"""How the candidates say what came of a try."""

import re
from concurrent.futures import Future


def attempt(what: str, result: Future[object]) -> None:
    """Print what a piece of work returned, or what its error says is not supported.

    Args:
        what: the try, in words.
        result: the work that was submitted.

    """
    try:
        outcome = repr(result.result())
    except Exception as error:  # noqa: BLE001 # the error is what a candidate shows
        reason = re.search(r"(module \S+ )?does not support .*", str(error))
        outcome = f"{type(error).__name__}: {reason[0] if reason else error}"
    print(f"{what}\n    {outcome}")
