"""Channels: mail through a real SMTP server, and files that appear whole."""

import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from alerts import Misconfigured, Undeliverable, channels
from alerts.channels import Email, as_email
from alerts.delivery import Post, deliver
from alerts.messages import Mail
from tests.alerts.desks import case_of, desks, messages, scanned, steps_of
from tests.factories import HONEST
from tests.world import NOON, World

MAIL = Mail(id="ab" * 16, subject="[Shield HIGH] Short", text="One sentence.\n", at=NOON)


@dataclass
class Server:
    """A mail server that keeps what it gets, and refuses as it is told."""

    got: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address in self.refused:
            return "550 no such desk"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        del server, session
        if self.answers:
            return self.answers.pop(0)
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.got.append(parsed)
        return "250 OK"


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}"
    controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def email_to(url: str) -> Email:
    return Email.configure({"email_url": url, "email_from": "hub@shield.example"})


def test_a_mail_arrives_with_its_headers(server: Server, url: str) -> None:
    email_to(url).send("duty@ke.example", MAIL)
    (got,) = server.got
    assert got["From"] == "hub@shield.example"
    assert got["To"] == "duty@ke.example"
    assert got["Subject"] == "[Shield HIGH] Short"
    assert got["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert got["Message-ID"] == f"<{'ab' * 16}@shield.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got.get_content_type() == "text/plain"
    assert got.get_content().splitlines() == ["One sentence."]


def test_the_mail_story_ends_well_after_a_temporary_failure(
    sqlite_world: World, server: Server, url: str
) -> None:
    world = sqlite_world
    desks(world, "KE-CUSTOMS", "NL-CUSTOMS")
    server.refused.add("duty@nl-customs.example")
    server.answers.append("451 try again")
    short = {"goods": [HONEST.line("11300")]}
    world.live(
        steps=steps_of(
            shipment_delivered=short, receipt_confirmed=short, use_reported={"used": short["goods"]}
        )
    )
    world.passes(days=20)
    scanned(world)
    alert = case_of(world, "RF-17").alert
    channels = {"email": email_to(url)}
    post = Post(engine=world.engine, clock=world.clock, channels=channels, reads=world.reads)
    for _ in range(3):
        deliver(post)
        world.passes(minutes=10)
    found = {each.country: (each.state, each.last_error) for each in messages(world, alert)}
    assert found == {
        "KE": ("delivered", ""),
        "NL": ("permanent_failure", "recipient-refused-550"),
    }
    texts = [got.get_content() for got in server.got]
    assert len([text for text in texts if alert in text]) == 1


@pytest.mark.parametrize(
    ("answer", "code", "for_good"),
    [("451 later", "smtp-451", False), ("554 never", "smtp-554", True)],
)
def test_a_servers_answer_says_whether_to_try_again(
    server: Server, url: str, answer: str, code: str, *, for_good: bool
) -> None:
    server.answers.append(answer)
    with pytest.raises(Undeliverable) as refused:
        email_to(url).send("duty@ke.example", MAIL)
    assert (refused.value.code, refused.value.for_good) == (code, for_good)


def test_a_server_that_is_not_there_is_our_fault_and_may_come_back() -> None:
    with pytest.raises(Undeliverable) as refused:
        email_to("smtp://127.0.0.1:9").send("duty@ke.example", MAIL)
    assert (refused.value.for_good, refused.value.technical) == (False, True)


def test_a_server_without_tls_is_not_spoken_to_when_tls_was_asked_for(url: str) -> None:
    secure = url.replace("smtp://", "smtp+starttls://user:pass@")
    with pytest.raises(Undeliverable) as refused:
        email_to(secure).send("duty@ke.example", MAIL)
    assert refused.value.technical


@pytest.mark.parametrize(
    "url", ["", "http://mail.example", "smtp://", "smtp://user:secret@mail.example"]
)
def test_a_bad_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        email_to(url)
    assert "secret" not in str(refused.value)


def test_a_url_says_host_port_user_and_how_to_be_safe() -> None:
    made = email_to("smtps://desk%40shield:p%2Fw@mail.example")
    assert (made.host, made.port, made.user, made.password) == (
        *("mail.example", 465),
        *("desk@shield", "p/w"),
    )


def test_no_text_can_add_a_header() -> None:
    sneaky = Mail(id="cd" * 16, subject="Hello\r\nBcc: spy@evil.example", text="x\n", at=NOON)
    made = as_email(sneaky, sender="hub@shield.example", target="duty@ke.example")
    assert made["Bcc"] is None
    with pytest.raises(ValueError, match="Header"):
        as_email(MAIL, sender="hub@shield.example", target="a@b\r\nBcc: spy@evil.example")


def test_a_file_appears_whole_and_once(tmp_path: Path) -> None:
    made = channels.configured({"file_directory": str(tmp_path)})["file"]
    made.send("ke-customs", MAIL)
    made.send("ke-customs", MAIL)
    (path,) = (tmp_path / "ke-customs").iterdir()
    assert path.name == f"{'ab' * 16}.eml"
    parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert parsed["Subject"] == MAIL.subject


@pytest.mark.parametrize("target", ["../outside", ".", "..", "a/b", ""])
def test_a_file_does_not_leave_its_directory(tmp_path: Path, target: str) -> None:
    made = channels.configured({"file_directory": str(tmp_path)})["file"]
    with pytest.raises(Undeliverable) as refused:
        made.send(target, MAIL)
    assert refused.value.for_good


def test_a_directory_that_is_gone_is_our_fault(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.mkdir()
    made = channels.configured({"file_directory": str(box)})["file"]
    box.rmdir()
    with pytest.raises(Undeliverable) as refused:
        made.send("ke-customs", MAIL)
    assert refused.value.technical


def test_channels_are_what_the_settings_mention(tmp_path: Path) -> None:
    assert channels.configured({"email_url": "", "file_directory": ""}) == {}
    assert list(channels.configured({"file_directory": str(tmp_path)})) == ["file"]
    assert list(channels.channels()) == ["email", "file"]


def test_a_second_channel_of_a_name_or_one_without_words_is_refused() -> None:
    with pytest.raises(TypeError):

        @channels.channel("email")
        class Again(Email):
            """Another one."""

    with pytest.raises(TypeError):

        @channels.channel("pigeon")
        class Silent(Email):
            pass
