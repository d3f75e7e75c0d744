"""Serve fakeredis on a TCP port: ``python -m examples.lab.embedded_redis PORT``.

For a reader without redis-server. The tests of the incidents use the real one.
"""

import sys

from fakeredis import TcpFakeServer

if __name__ == "__main__":
    TcpFakeServer(("127.0.0.1", int(sys.argv[1])), server_type="redis").serve_forever()
