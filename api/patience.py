"""How long we wait for a body: a caller that sends a byte now and then must not hold a thread.

Gunicorn's threads wait for a body without an end. So a request that brings one is watched, and when
its time is up its socket is read no more: the reading thread hears that the caller is gone. What
is answered meanwhile still goes out. A body has `seconds`, and one more for each SLOWEST bytes.
"""

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from flask import Flask, current_app, g, request

NAME: Final = "shield.patience"
SLOWEST: Final = 64 * 1024  # bytes a second
EVERY: Final = 0.5  # seconds between two looks


@dataclass
class Patience:
    """The sockets that bodies are awaited from, and until when; one thread looks after all."""

    seconds: float
    _until: dict[int, tuple[float, socket.socket]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _looking: bool = False

    def awaits(self, sender: socket.socket, size: int) -> int:
        """Begin to watch; gives what `heard` must be told."""
        until = time.monotonic() + self.seconds + size / SLOWEST
        with self._lock:
            self._until[id(sender)] = (until, sender)
            if not self._looking:
                self._looking = True
                threading.Thread(target=self._look, name="patience", daemon=True).start()
        return id(sender)

    def heard(self, watched: int) -> None:
        with self._lock:
            self._until.pop(watched, None)

    def _look(self) -> None:
        while True:
            time.sleep(EVERY)
            now = time.monotonic()
            with self._lock:
                late = [each for each, (until, _) in self._until.items() if until < now]
                for each in late:
                    _, sender = self._until.pop(each)
                    with contextlib.suppress(OSError):  # it may have gone by itself
                        sender.shutdown(socket.SHUT_RD)
                if not self._until:
                    self._looking = False
                    return


def install(app: Flask, seconds: int) -> None:
    """Watch the bodies of this application's requests, where the server shows us its socket."""
    app.extensions[NAME] = Patience(float(seconds))
    app.before_request(_begin)
    app.teardown_request(_end)


def _begin() -> None:
    sender = request.environ.get("gunicorn.socket")
    size = request.content_length
    if isinstance(sender, socket.socket) and (size or "Transfer-Encoding" in request.headers):
        g.awaited = current_app.extensions[NAME].awaits(sender, size or 0)


def _end(_: BaseException | None) -> None:
    awaited = g.pop("awaited", None)
    if awaited is not None:
        current_app.extensions[NAME].heard(awaited)
