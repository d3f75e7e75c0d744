"""A script without asyncio whose code object has a long table of lines."""

LINES = [f"value_{number} = {{'a': {number}, 'b': [{number}]}}" for number in range(4_000)]
LAST = "import time; print('ready', flush=True); time.sleep(3600)"
exec(compile("\n".join([*LINES, LAST]), __file__, "exec"))  # noqa: S102 # a script of that length
