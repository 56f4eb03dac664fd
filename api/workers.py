"""What every server of ours is under gunicorn: threads, private files, no control socket."""

import gc
from collections.abc import Mapping
from typing import Any, Final

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

THREADS: Final = 8
# A thousand statements are some million objects, all in use: Python's own thresholds would have the
# collector walk them again and again, for a fifth of the time that taking a batch needs.
GARBAGE: Final = (50_000, 20, 50)


def spare_collector(_: object) -> None:
    """Leave what a worker starts with alone, and look for garbage less often."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)


COMMON: Final[Mapping[str, Any]] = {
    "worker_class": "gthread",
    "threads": THREADS,
    "post_worker_init": spare_collector,
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
