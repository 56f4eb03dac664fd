"""Serves a node again and again: each line on stdin starts a server, and its process id comes back.

Python's imports are paid once, here; each server is a fork in a session of its own, so that it can
be killed with all its workers. Run as `python -m tests.forking HOME PORT`.
"""

import os
import signal
import sys

from api import serving
from api.config import Settings
from ledger import vocabulary


def main(home: str, port: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are nobody's zombies
    url = f"http://127.0.0.1:{port}"
    settings = Settings.read({"SHIELD_HOME": home, "SHIELD_PUBLIC_URL": url, "SHIELD_WORKERS": "2"})
    vocabulary.kinds()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            serving.serve(settings, host="127.0.0.1", port=int(port), with_scheduler=False)
        print(child, flush=True)  # noqa: T201 - this is the answer


if __name__ == "__main__":
    main(*sys.argv[1:])
