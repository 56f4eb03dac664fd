"""The demonstration's own directory: the only thing it ever wipes."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from api import Misconfigured
from api.config import Settings

MARK = ".shield-demo"
_SAYS = "A demonstration of Shield Ledger made this directory and may wipe it.\n"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the parts of one demonstration lie."""

    root: Path

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def report(self) -> Path:
        return self.root / "report.tsv"

    @property
    def diversions(self) -> Path:
        return self.root / "diversions.tsv"

    @property
    def summary(self) -> Path:
        return self.root / "summary.json"

    def variables(self, *, port: int, smtp_port: int) -> dict[str, str]:
        """What the environment of a command must say to work on this ledger."""
        return {
            "SHIELD_HOME": str(self.home),
            "SHIELD_DATABASE_URL": f"sqlite:///{self.home}/shield.sqlite3",
            "SHIELD_KEY_PASSWORD_FILE": str(self.home / "key-password"),
            "SHIELD_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SHIELD_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "SHIELD_MAIL_FROM": "shield@demo.example",
            "SHIELD_ALERT_PERCENT": "6",  # one weak sign is to be seen as well
        }

    def settings(self, *, port: int, smtp_port: int) -> Settings:
        return Settings.read(self.variables(port=port, smtp_port=smtp_port))


def claimed(root: Path) -> Place:
    """An empty directory; an earlier demonstration in it goes, anything else stays.

    Misconfigured where something is in it that is not ours.
    """
    root = root.absolute()
    if root.is_symlink() or (root.exists() and not root.is_dir()):
        raise Misconfigured(f"{root} is not a directory")
    if root.is_dir() and any(root.iterdir()):
        if not (root / MARK).is_file():
            raise Misconfigured(f"{root} holds something else: name another --directory")
        shutil.rmtree(root)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    (root / MARK).write_text(_SAYS, encoding="utf-8")
    place = Place(root=root)
    place.mail.mkdir()
    return place
