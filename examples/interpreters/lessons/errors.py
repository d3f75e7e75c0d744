"""An exception of a worker keeps its type; where it was raised stands in its cause."""

import traceback
from concurrent.futures import InterpreterPoolExecutor

from examples.interpreters.lessons import work

if __name__ == "__main__":
    with InterpreterPoolExecutor(1) as pool:
        try:
            pool.submit(work.reject, "IRIS007").result()
        except work.OrderError as error:
            print(f"type    {type(error).__name__}: {error}")
            print(f"cause   {type(error.__cause__).__name__}")
            print("raised in:")
            for line in str(error.__cause__).splitlines():
                if 'File "' in line and "work.py" in line:
                    print(line.strip().replace(work.__file__, "work.py"))
            local = traceback.extract_tb(error.__traceback__)[-1].name
            print(f"the local traceback ends in {local!r}, which is not where it was raised")
        print(f"the pool still works: {pool.submit(work.type_of, 1.5).result()}")
