"""The mirror under gunicorn, with the process that copies beside its workers.

The copier ends with an alarm when the log contradicts itself, and is started again to say so until
somebody looks; what was copied before is served all the same, for it is the evidence.
"""

import sys
from collections.abc import Sequence
from typing import Any

from api import logs
from api.config import Settings
from api.mirror.application import create_mirror, open_copy
from api.serving import Application, Companion


class Shelf(Application):
    """Workers that serve the copy; each opens the database for itself."""

    def load(self) -> Any:
        logs.to_stderr()
        return create_mirror(open_copy(self.settings))


def serve(settings: Settings, *, host: str, port: int, copier: Sequence[str]) -> None:
    """Serve until told to stop; `copier` are the arguments of the command that copies."""
    companion = Companion((sys.executable, "-m", "api.cli", *copier))
    Shelf(settings, bind=f"{host}:{port}", companion=companion).run()
