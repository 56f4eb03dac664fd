"""Ways out: one class a channel. A channel sends one mail to one address, or says why it can't.

`@channel(name)` declares one; it picks its own keys from the settings. Errors carry a code and
nothing else, since they are stored and shown: a server's words may quote an address or a password.
"""

import os
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol, Self, TypeVar
from urllib.parse import unquote, urlsplit

from alerts import Misconfigured, Undeliverable
from alerts.messages import Mail

TIMEOUT = 20.0  # seconds; a claimed message is ours for much longer

Settings = Mapping[str, str]


class Channel(Protocol):
    """A way out, configured once."""

    @classmethod
    def configure(cls, settings: Settings) -> Self:
        """Pick what it needs; Misconfigured names the setting that is wrong."""

    def send(self, target: str, message: Mail) -> None:
        """Deliver, or raise Undeliverable. Called without a transaction open, perhaps twice."""


C = TypeVar("C", bound=Channel)
_CHANNELS: dict[str, type[Channel]] = {}


def channel(name: str) -> Callable[[type[C]], type[C]]:
    """Declare a channel. Its docstring is what an operator reads."""

    def declare(cls: type[C]) -> type[C]:
        if not cls.__dict__.get("__doc__"):
            raise TypeError(f"the channel {name} has no docstring for the operator")
        if name in _CHANNELS:
            raise TypeError(f"the channel {name} is declared twice")
        _CHANNELS[name] = cls
        return cls

    return declare


def channels() -> Mapping[str, type[Channel]]:
    return dict(sorted(_CHANNELS.items()))


def configured(settings: Settings) -> dict[str, Channel]:
    """Every channel that these settings set up; one that they don't mention is left out."""
    return {
        name: cls.configure(settings)
        for name, cls in channels().items()
        if any(key.startswith(f"{name}_") and value for key, value in settings.items())
    }


def as_email(message: Mail, *, sender: str, target: str) -> EmailMessage:
    """The mail as RFC 5322 wants it, plain text. The library refuses line breaks in a header."""
    domain = sender.rpartition("@")[2] or "localhost"
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = target
    made["Subject"] = " ".join(message.subject.split())
    made["Date"] = format_datetime(message.at)
    made["Message-ID"] = f"<{message.id}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: holiday replies stay away
    made.set_content(message.text, cte="quoted-printable")
    return made


@channel("email")
@dataclass(frozen=True, kw_only=True)
class Email:
    """Mail over SMTP. `email_url`: smtp://, smtp+starttls:// or smtps://user:password@host:port.

    `email_from` is the sender. With TLS the server's certificate is checked, always.
    """

    host: str
    port: int
    tls: str
    sender: str
    user: str | None = None
    password: str | None = None
    timeout: float = TIMEOUT

    @classmethod
    def configure(cls, settings: Settings) -> Self:
        """Read the URL once; Misconfigured does not repeat it, as it may hold a password."""
        parts = urlsplit(settings.get("email_url", ""))
        ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
        if parts.scheme not in ports or not parts.hostname:
            raise Misconfigured("email_url: use smtp://, smtp+starttls:// or smtps:// and a host")
        if parts.password and parts.scheme == "smtp":
            raise Misconfigured("email_url: a password needs smtps:// or smtp+starttls://")
        return cls(
            host=parts.hostname,
            port=parts.port or ports[parts.scheme],
            tls=parts.scheme,
            sender=settings.get("email_from") or "shield@localhost",
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    def send(self, target: str, message: Mail) -> None:
        """One connection a mail: alerts are few, and a broken one takes no other with it."""
        made = as_email(message, sender=self.sender, target=target)
        with _translated(), self._connection() as server:
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.send_message(made)

    def _connection(self) -> smtplib.SMTP:
        if self.tls == "smtps":
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=ssl.create_default_context()
            )
        server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        if self.tls == "smtp+starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server


@contextmanager
def _translated() -> Iterator[None]:
    """Say what an SMTP failure means (RFC 5321 §4.2.1): 4xx may pass, 5xx will not."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _ in error.recipients.values())
        raise Undeliverable(f"recipient-refused-{code}", for_good=code >= 500) from error
    except smtplib.SMTPAuthenticationError as error:
        raise Undeliverable("login-refused", for_good=False, technical=True) from error
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        raise Undeliverable(f"smtp-{code}", for_good=500 <= code < 600) from error
    except (smtplib.SMTPException, OSError) as error:
        said = type(error).__name__
        raise Undeliverable(f"connection-{said}", for_good=False, technical=True) from error


@channel("file")
@dataclass(frozen=True, kw_only=True)
class Directory:
    """Mail as .eml files in `file_directory`, one sub-directory an address: for desks without net.

    A file appears whole or not at all, under the message's id, so a second sending changes nothing.
    """

    directory: Path
    sender: str = "shield@localhost"

    @classmethod
    def configure(cls, settings: Settings) -> Self:
        """The directory must exist: a typing error should not make one."""
        directory = Path(settings.get("file_directory", ""))
        if not directory.is_absolute() or not directory.is_dir():
            raise Misconfigured("file_directory: use the absolute path of a directory")
        return cls(directory=directory, sender=settings.get("email_from") or "shield@localhost")

    def send(self, target: str, message: Mail) -> None:
        """Write beside, flush, then rename: what a reader can see is complete."""
        if not re.fullmatch(r"[A-Za-z0-9._@-]+", target) or target.startswith("."):
            raise Undeliverable("bad-address", for_good=True)
        data = as_email(message, sender=self.sender, target=target).as_bytes()
        box = self.directory / target
        try:
            box.mkdir(mode=0o700, exist_ok=True)
            draft = box / f".{message.id}.part"
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(box / f"{message.id}.eml")
        except OSError as error:
            said = type(error).__name__
            raise Undeliverable(f"file-{said}", for_good=False, technical=True) from error
