"""A scheduler of dask with one worker; under load they work on small tasks."""

import sys

from distributed import Client

import _program

if __name__ == "__main__":
    scheduler = _program.start("-m", "dask", "scheduler", "--port", "{port}", "--no-dashboard")
    address = f"tcp://127.0.0.1:{scheduler.port}"
    arguments = ["--no-dashboard", "--no-nanny", "--nthreads", "2"]
    worker = _program.start("-m", "dask", "worker", address, *arguments, listens=False)
    client = Client(address)
    client.wait_for_workers(1)

    def tasks() -> None:
        while True:
            client.gather(client.map(sum, [(n, n) for n in range(50)], pure=False))

    _program.load(tasks)
    _program.ready({"scheduler": scheduler, "worker": worker}[sys.argv[1]].pid)
