"""Settings: read once from the environment, passed by hand. And the one clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from api import Misconfigured
from api.people import providers
from api.people.providers import Provider
from crypto import Untrusted, keyfiles

URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9./_-]*)?")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where a node keeps its things and how it reaches others.

    `home` holds keys (encrypted PEM, mode 0600) and, by default, the SQLite database. Secrets come
    from files named here, never from argv.
    """

    home: Path
    database_url: str
    public_url: str = "http://127.0.0.1:8080"
    key_password_file: Path | None = None
    wrapping_key_file: Path | None = None
    wrapping_keys: str = field(default="", repr=False)
    wrapping_key_uri: str = ""
    log_key_uri: str = ""
    smtp_url: str | None = None
    mail_from: str = "shield@localhost"
    mail_directory: Path | None = None
    workers: int = 2
    scan_seconds: int = 2
    deliver_seconds: int = 5
    witnesses: str = ""
    private_rules: str = ""
    hits_per_hour: int = 60
    provider: Provider | None = None
    postings_per_minute: int = 60_000
    reads_per_minute: int = 3_000
    key_per_minute: int = 1_500
    open_per_minute: int = 6_000
    log_per_minute: int = 60_000
    proxies: int = 0
    body_seconds: int = 30
    metrics_token: str = field(default="", repr=False)
    alert_percent: int = 30
    one_in: int = 20

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings from `SHIELD_…` variables; Misconfigured names the variable that is wrong."""
        home = Path(environ.get("SHIELD_HOME", "shield-home")).absolute()
        password = environ.get("SHIELD_KEY_PASSWORD_FILE")
        directory = environ.get("SHIELD_MAIL_DIRECTORY")
        wrapping = environ.get("SHIELD_WRAPPING_KEY_FILE")
        return cls(
            home=home,
            database_url=environ.get("SHIELD_DATABASE_URL", f"sqlite:///{home}/shield.sqlite3"),
            public_url=_url(environ, "SHIELD_PUBLIC_URL", "http://127.0.0.1:8080"),
            key_password_file=Path(password) if password else home / "key-password",
            wrapping_key_file=Path(wrapping) if wrapping else None,
            wrapping_keys=environ.get("SHIELD_WRAPPING_KEY", ""),
            wrapping_key_uri=environ.get("SHIELD_WRAPPING_KEY_URI", ""),
            log_key_uri=environ.get("SHIELD_LOG_KEY_URI", ""),
            smtp_url=environ.get("SHIELD_SMTP_URL"),
            mail_from=environ.get("SHIELD_MAIL_FROM", "shield@localhost"),
            mail_directory=Path(directory).absolute() if directory else None,
            workers=_whole(environ, "SHIELD_WORKERS", 2),
            scan_seconds=_whole(environ, "SHIELD_SCAN_SECONDS", 2),
            deliver_seconds=_whole(environ, "SHIELD_DELIVER_SECONDS", 5),
            witnesses=_said(environ, "SHIELD_WITNESSES"),
            private_rules=_said(environ, "SHIELD_PRIVATE_RULES"),
            provider=providers.read(environ),
            hits_per_hour=_whole(environ, "SHIELD_HITS_PER_HOUR", cls.hits_per_hour),
            postings_per_minute=_whole(
                environ, "SHIELD_POSTINGS_PER_MINUTE", cls.postings_per_minute
            ),
            reads_per_minute=_whole(environ, "SHIELD_READS_PER_MINUTE", cls.reads_per_minute),
            key_per_minute=_whole(environ, "SHIELD_KEY_PER_MINUTE", cls.key_per_minute),
            open_per_minute=_whole(environ, "SHIELD_OPEN_PER_MINUTE", cls.open_per_minute),
            log_per_minute=_whole(environ, "SHIELD_LOG_PER_MINUTE", cls.log_per_minute),
            proxies=_whole(environ, "SHIELD_PROXIES", cls.proxies, least=0),
            body_seconds=_whole(environ, "SHIELD_BODY_SECONDS", cls.body_seconds),
            metrics_token=_secret(environ, "SHIELD_METRICS_TOKEN_FILE"),
            alert_percent=_whole(environ, "SHIELD_ALERT_PERCENT", cls.alert_percent),
            one_in=_whole(environ, "SHIELD_ONE_IN", cls.one_in, least=2),
        )

    def key_path(self, name: str) -> Path:
        return self.home / "keys" / f"{name}.pem"

    def key_password(self) -> bytes:
        """The password of this node's key files; Misconfigured when there is none."""
        path = self.key_password_file
        if path is None or not path.is_file():
            raise Misconfigured(f"SHIELD_KEY_PASSWORD_FILE: no password file at {path}")
        password = path.read_bytes().strip()
        if len(password) < 16:
            raise Misconfigured("SHIELD_KEY_PASSWORD_FILE: use at least 16 characters")
        return password


def clock() -> datetime:
    """The time; everything below the edges takes it as an argument."""
    return datetime.now(UTC)  # noqa: TID251 - this is the edge


def _whole(environ: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    said = environ.get(name, str(default))
    if not said.isascii() or not said.isdigit() or not least <= int(said) <= 86_400:
        raise Misconfigured(f"{name}: use a whole number from {least} to 86400")
    return int(said)


def _url(environ: Mapping[str, str], name: str, default: str) -> str:
    said = environ.get(name, default).rstrip("/")
    if not URL.fullmatch(said):
        raise Misconfigured(f"{name}: use an http or https URL")
    return said


def _secret(environ: Mapping[str, str], name: str) -> str:
    """The word in a file that its owner alone may read; nothing where no file is named."""
    path = environ.get(name)
    if not path:
        return ""
    try:
        secret = keyfiles.read(Path(path)).decode("ascii").strip()
    except (OSError, UnicodeDecodeError, Untrusted) as error:
        raise Misconfigured(f"{name}: {path} can't be read, or others can read it too") from error
    if len(secret) < 32 or not secret.isprintable() or " " in secret:
        raise Misconfigured(f"{name}: use one word of at least 32 characters")
    return secret


def _said(environ: Mapping[str, str], name: str) -> str:
    """What the variable says, or the file that `<name>_FILE` names."""
    path = environ.get(f"{name}_FILE")
    if not path:
        return environ.get(name, "")
    try:
        return Path(path).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{name}_FILE: {path} can't be read") from error
