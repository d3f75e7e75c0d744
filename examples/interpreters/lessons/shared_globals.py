"""A global of a module exists once an interpreter, not once a process."""

from concurrent.futures import InterpreterPoolExecutor, ThreadPoolExecutor

from examples.interpreters.lessons import tasks

if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool:
        for _ in range(3):
            pool.submit(tasks.bump).result()
    print(f"after 3 calls in a thread, main counts {tasks.count}")

    with InterpreterPoolExecutor(1) as one, InterpreterPoolExecutor(1) as other:
        counts = [one.submit(tasks.bump).result() for _ in range(2)]
        print(f"2 calls in an interpreter count {counts}")
        print(f"1 call in another counts {[other.submit(tasks.bump).result()]}")
    print(f"after that, main still counts {tasks.count}")
