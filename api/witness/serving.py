"""The witness under gunicorn. More workers are harmless: its memory moves by compare-and-swap."""

from typing import Any

from api.config import Settings
from api.witness.application import create_app
from api.witness.office import opened
from api.workers import Workers


class Application(Workers):
    """One worker with threads: a log comes about once a second."""

    def __init__(self, settings: Settings, *, bind: str) -> None:
        self.settings = settings
        super().__init__(bind=bind, options={"workers": 1, "proc_name": "shield-witness"})

    def load(self) -> Any:
        return create_app(opened(self.settings))


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until told to stop; exits the process as gunicorn does."""
    Application(settings, bind=f"{host}:{port}").run()
