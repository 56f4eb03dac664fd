"""What every server of ours is under gunicorn: threads, private files, no control socket."""

from collections.abc import Mapping
from typing import Any, Final

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

THREADS: Final = 8
COMMON: Final[Mapping[str, Any]] = {
    "worker_class": "gthread",
    "threads": THREADS,
    "umask": 0o077,
    "control_socket_disable": True,
}


class Workers(BaseApplication):  # type: ignore[misc]
    """Gunicorn told by arguments alone: `options` are beside what all our servers have."""

    def __init__(self, *, bind: str, options: Mapping[str, Any]) -> None:
        self._options = {"bind": bind, **COMMON, **options}
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            if name in self.cfg.settings:  # the control socket came with gunicorn 25
                self.cfg.set(name, value)
