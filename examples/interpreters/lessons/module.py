"""The module concurrent.interpreters itself: create, exec, call, queues and close."""

from concurrent import interpreters

from examples.interpreters.lessons import work

if __name__ == "__main__":
    interpreter = interpreters.create()
    try:
        interpreter.exec("spread = 0.25")
        interpreter.exec("print('exec   the global stays:', spread)")

        print("call  ", interpreter.call(work.type_of, 1.5))

        requests = interpreters.create_queue()
        results = interpreters.create_queue()
        interpreter.prepare_main(requests=requests, results=results)
        requests.put(4.0)
        interpreter.exec("results.put(requests.get() * spread)")
        print("queue ", results.get(timeout=60))

        try:
            interpreter.exec("1 / 0")
        except interpreters.ExecutionFailed as failed:
            print("error ", type(failed).__name__, "from", failed.excinfo.type.__name__)
        print("alive ", len(interpreters.list_all()))
    finally:
        interpreter.close()
    print("close ", len(interpreters.list_all()), "left: the main interpreter")
