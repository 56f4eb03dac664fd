"""The witness under gunicorn. More workers are harmless: its memory moves by compare-and-swap."""

from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from api.config import Settings
from api.witness.application import create_app
from api.witness.office import opened

THREADS = 8


class Application(BaseApplication):  # type: ignore[misc]
    """One worker with threads: a log comes about once a second."""

    def __init__(self, settings: Settings, *, bind: str) -> None:
        self.settings = settings
        self.bind = bind
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self.bind,
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "proc_name": "shield-witness",
            "umask": 0o077,
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:  # the control socket came with gunicorn 25
                self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(opened(self.settings))


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until told to stop; exits the process as gunicorn does."""
    Application(settings, bind=f"{host}:{port}").run()
