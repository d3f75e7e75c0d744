# This file runs in the process that triage asks, between two bytecodes of its main thread, when
# --in-process is given. It only reads, stops at its limits, and calls no code of the
# application: every look-up is static, on the types that CPython defines, so no property, no
# proxy, no metaclass and no import hook gets a say. Triage adds the call of `answer` at its end.
"""What is not read from outside: tasks that ended with an error, and the sizes of queues."""

# The modules that are part of the interpreter, without an import statement, which may be hooked.
BOOT = type(__builtins__["__spec__"]).__init__.__globals__  # type: ignore[index]
MODULES = BOOT["sys"].modules
DICT_OF_MODULE = type(BOOT["sys"]).__dict__["__dict__"]
DICT_OF_TYPE = type.__dict__["__dict__"]
MRO = type.__dict__["__mro__"]
NAME = type.__dict__["__name__"]
TRACEBACK = BaseException.__dict__["__traceback__"]


def builtin(name):
    """Give a module that is part of the interpreter."""
    return dict.get(MODULES, name) or BOOT["_builtin_from_name"](name)


def member(module, name):
    """Give what a module of the standard library holds under a name; None without it."""
    found = dict.get(MODULES, module)
    if type(found) is not type(BOOT["sys"]):
        return None
    return dict.get(DICT_OF_MODULE.__get__(found), name)


def plain(text):
    """Give a str that is no more than that."""
    return str.__str__(text) if any(kind is str for kind in MRO.__get__(type(text))) else "?"


def frames_of(trace):
    """Give file, line and function of each frame of a traceback, the innermost first."""
    found = []
    while trace is not None and len(found) < 200:
        code = trace.tb_frame.f_code
        found.append((plain(code.co_filename), trace.tb_lineno or 0, plain(code.co_qualname)))
        trace = trace.tb_next
    return found[::-1]


def dead(thing, future, task):
    """Describe a task that ended with an error that nobody asked for; None for any other."""
    if not future["done"](thing) or future["cancelled"](thing):
        return None
    error = future["_exception"].__get__(thing)
    if error is None or not future["_log_traceback"].__get__(thing):
        return None
    frames = frames_of(TRACEBACK.__get__(error))
    return plain(task["get_name"](thing)), frames, plain(NAME.__get__(type(error)))


def length(fields, name, kinds):
    """Give the length of a list or a deque among the fields of an object; -1 for another type."""
    found = dict.get(fields, name)
    if found is None:
        return 0
    return len(found) if any(type(found) is kind for kind in kinds) else -1


def size(fields, kind, kinds):
    """Put the state of a lock, a queue and the like into words."""
    if kind == "Queue":
        most = dict.get(fields, "_maxsize")
        items = length(fields, "_queue", kinds)
        if type(most) is not int or items < 0:
            return ""
        bound = f"{items} of {most} items" if most > 0 else f"{items} items, no bound"
        getting, putting = (length(fields, name, kinds) for name in ("_getters", "_putters"))
        return f"{bound}, {getting} waiting to get, {putting} to put"
    waiting = length(fields, "_waiters", kinds)
    value = dict.get(fields, "_value")
    free = f"{value} free, " if kind == "Semaphore" and type(value) is int else ""
    return f"{free}{waiting} waiting" if waiting >= 0 else ""


def kinds_of_waits():
    """Give the types of asyncio that tasks wait for, by id: name, and what holds the fields."""
    found = {}
    for module, name in (
        ("asyncio.queues", "Queue"),
        ("asyncio.locks", "Lock"),
        ("asyncio.locks", "Semaphore"),
        ("asyncio.locks", "Event"),
        ("asyncio.locks", "Condition"),
    ):
        kind = member(module, name)
        for base in MRO.__get__(kind) if type(kind) is type else ():
            if "__dict__" in DICT_OF_TYPE.__get__(base):
                found[id(kind)] = name, DICT_OF_TYPE.__get__(base)["__dict__"]
                break
    return found


def search(most, is_over):
    """Look at every object that the garbage collector knows.

    Args:
        most: how many entries of a kind at most.
        is_over: says whether it has to stop.

    Returns:
        The tasks that died, the objects that tasks wait for, and what went wrong.

    """
    gc = builtin("gc")
    died, objects = [], []
    task_type, future_type = member("_asyncio", "Task"), member("_asyncio", "Future")
    if task_type is None or future_type is None:
        return died, objects, "asyncio is not loaded in it"
    kinds = (list, member("collections", "deque"))
    shared = kinds_of_waits()
    task, future = DICT_OF_TYPE.__get__(task_type), DICT_OF_TYPE.__get__(future_type)
    for number, thing in enumerate(gc.get_objects()):
        if number % 100 == 0 and is_over():
            return died, objects, "it stopped at its limit of time"
        try:
            for base in MRO.__get__(type(thing)):
                if base is task_type:
                    found = dead(thing, future, task)
                    if found and len(died) < most:
                        died.append(found)
                    break
                if id(base) in shared:
                    name, fields = shared[id(base)]
                    text = size(fields.__get__(thing), name, kinds)
                    if text and len(objects) < most:
                        objects.append((id(thing), name, text))
                    break
        except Exception:  # noqa: S112, BLE001 # one try for each object
            continue
    return died, objects, ""


def answer(path, most, cpu, longest, until):
    """Write what is asked for as a literal into a new file at `path`.

    Args:
        path: where, in a folder that nobody else can write to.
        most: how many entries of a kind at most.
        cpu: seconds that the thread may compute before it stops.
        longest: seconds by the clock after which it stops in any case.
        until: moment on the monotonic clock from which on it does nothing.

    """
    posix, time = builtin("posix"), builtin("time")
    begin = time.monotonic()
    if begin > until:
        return
    end = time.thread_time() + cpu
    try:
        found = search(most, lambda: time.thread_time() > end or time.monotonic() > begin + longest)
    except Exception as error:  # noqa: BLE001 # nothing of it may reach the application
        found = [], [], f"its script failed: {NAME.__get__(type(error))}"
    flags = posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL | posix.O_NOFOLLOW
    try:
        file = posix.open(f"{path}.part", flags, 0o600)
        left = ascii(found).encode()
        while left:
            left = left[posix.write(file, left) :]
        posix.close(file)
        posix.rename(f"{path}.part", path)
    except OSError:
        return  # triage has given up, and has removed the folder; or the device is full
