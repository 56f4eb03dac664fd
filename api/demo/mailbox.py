"""A mail server for the demonstration: it takes everything and keeps it as files to be read."""

import re
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller

from api import Misconfigured

LOCALHOST = "127.0.0.1"


@dataclass
class Mailbox:
    """Every mail as `<directory>/<recipient>/<number>.eml`; only this machine can send to it."""

    directory: Path
    count: int = 0
    _controller: Any = field(default=None, repr=False)

    def __enter__(self) -> Self:
        port = free_port()
        self._controller = Controller(self, hostname=LOCALHOST, port=port)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return int(self._controller.port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one mail for each of its recipients."""
        for recipient in envelope.rcpt_tos:
            box = self.directory / re.sub(r"[^A-Za-z0-9@._-]", "_", recipient).lstrip(".")
            box.mkdir(exist_ok=True)
            self.count += 1
            (box / f"{self.count:05}.eml").write_bytes(envelope.original_content)
        return "250 kept"


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        return int(probe.getsockname()[1])


def check_free(port: int) -> None:
    """Misconfigured when somebody listens there: better told before the work than after it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError as error:
            raise Misconfigured(f"port {port} is in use: name another --port") from error
