"""The witness's server: each status, its memory, races, and what it keeps when a log lies."""

import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from api import Misconfigured, Unreachable
from api.bootstrap import make_home
from api.config import Settings
from api.wire import fetch
from api.witness.application import create_app
from api.witness.office import Witness, found, opened
from crypto import Malformed
from crypto.encodings import b64_encode
from crypto.keys import PrivateKey
from crypto.mldsa import QuantumKey
from crypto.notes import Cosigner, Scheme, Signer, Verifier, attach, open_note, sign
from ledger import Conflict, Invalid
from ledger.witnessing import MAX_REQUEST, SIZE_TYPE, Request, encode_request, monitored
from tests.growing import ORIGIN, Growing, served

NAME = "witness.test/ke"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LOG = Growing()
FORK = Growing(forked_at=3, branch="other ")
PLACE = f"/{monitored(ORIGIN)}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of(tmp_path / "witness")


def settings_of(home: Path) -> Settings:
    made = Settings.read({"SHIELD_HOME": str(home)})
    make_home(made, random.Random(1).randbytes)
    return made


@pytest.fixture
def witness(settings: Settings) -> Witness:
    made = found(settings, NAME)
    made.state.watch([LOG.signer.verifier])
    return made


@pytest.fixture
def client(witness: Witness) -> FlaskClient:
    return create_app(witness, now=lambda: NOON).test_client()


def add(client: FlaskClient, body: bytes) -> tuple[int, bytes]:
    response = client.post("/add-checkpoint", data=body)
    return response.status_code, response.data


def test_a_growing_log_is_cosigned_with_both_keys(client: FlaskClient, witness: Witness):
    for old, size in [(0, 3), (3, 3), (3, 8), (8, 21)]:
        response = client.post("/add-checkpoint", data=LOG.body(old, size))
        assert response.status_code == 200
        assert response.content_type == "text/plain; charset=utf-8"
        note = LOG.note(size) + response.data
        opened_note = open_note(note, [LOG.signer.verifier, *witness.verifiers])
        assert opened_note.signed_by == (LOG.signer.verifier, *witness.verifiers)
        assert [each.time for each in opened_note.signatures][1:] == [int(NOON.timestamp())] * 2


def test_what_was_cosigned_last_is_shown_with_both_sides_lines(
    client: FlaskClient, witness: Witness
):
    assert client.get(PLACE).status_code == 404
    add(client, LOG.body(0, 3))
    add(client, LOG.body(3, 8))
    shown = client.get(PLACE)
    assert shown.status_code == 200
    assert shown.content_type == "text/plain; charset=utf-8"
    verifiers = [LOG.signer.verifier, *witness.verifiers]
    assert list(open_note(shown.data, verifiers).signed_by) == verifiers
    assert shown.data.startswith(f"{ORIGIN}\n8\n".encode())
    assert client.get(PLACE.upper()).status_code == 404


STRANGER = Signer(name=ORIGIN, key=PrivateKey.from_seed(bytes([7] * 32)))
UNKNOWN = Growing(signer=Signer(name="unknown.test", key=LOG.signer.key))


def request_of(note: bytes, old: int = 0, proof: tuple[bytes, ...] = ()) -> bytes:
    return encode_request(Request(old=old, proof=proof, note=note))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 5\n\njunk", 400),
        (LOG.body(0, 3)[:-2], 400),
        (request_of(LOG.note(3), old=9), 400),
        (request_of(sign(f"{ORIGIN}\n3\nshort\n", LOG.signer)), 400),
        (UNKNOWN.body(0, 3), 404),
        (request_of(sign(LOG.note(3).decode().partition("\n\n")[0] + "\n", STRANGER)), 403),
        (request_of(sign(f"{ORIGIN}\n0\n{b64_encode(bytes(32))}\n", LOG.signer), old=5), 400),
        (LOG.body(0, 8), 409),
        (LOG.body(3, 8), 409),
        (LOG.body(6, 8), 409),
        (request_of(LOG.note(8), old=5, proof=(bytes(32),)), 422),
        (FORK.body(5, 8), 422),
        (FORK.body(5, 5), 422),
        (LOG.body(5, 5) + b"x" * MAX_REQUEST, 413),
    ],
)
def test_each_refusal_has_its_status_and_changes_nothing(
    client: FlaskClient, body: bytes, status: int
):
    add(client, LOG.body(0, 5))
    before = client.get(PLACE).data
    said, told = add(client, body)
    assert said == status
    if status == 409:
        assert told == b"5\n"
    assert client.get(PLACE).data == before
    assert add(client, LOG.body(5, 8))[0] == 200


def test_a_conflict_says_its_size_in_the_type_of_the_specification(client: FlaskClient):
    response = client.post("/add-checkpoint", data=LOG.body(2, 5))
    assert (response.status_code, response.data) == (409, b"0\n")
    assert response.content_type == SIZE_TYPE


def test_a_first_checkpoint_needs_no_proof_and_an_empty_one_the_root_of_nothing(
    client: FlaskClient,
):
    wrong = sign(f"{ORIGIN}\n0\n{b64_encode(bytes(32))}\n", LOG.signer)
    assert add(client, request_of(wrong))[0] == 422
    assert add(client, request_of(LOG.note(3), proof=(bytes(32),)))[0] == 422
    assert add(client, LOG.body(0, 0))[0] == 200
    assert add(client, LOG.body(0, 3))[0] == 200


def test_a_forked_and_a_rolled_back_log_are_seen_and_what_they_signed_is_kept(
    client: FlaskClient, witness: Witness
):
    add(client, LOG.body(0, 5))
    assert add(client, FORK.body(5, 5))[0] == 422
    assert add(client, FORK.body(5, 9))[0] == 422
    assert add(client, FORK.body(5, 9))[0] == 422
    assert add(client, LOG.body(0, 3)) == (409, b"5\n")
    assert witness.state.evidence(ORIGIN) == [FORK.note(5), FORK.note(9)]


def test_a_fork_at_the_cosigned_size_is_kept_even_when_the_old_size_is_wrong(
    client: FlaskClient, witness: Witness
):
    add(client, LOG.body(0, 5))
    assert add(client, FORK.body(0, 5)) == (409, b"5\n")
    assert witness.state.evidence(ORIGIN) == [FORK.note(5)]


def test_evidence_is_bounded_and_strangers_cannot_make_any(client: FlaskClient, witness: Witness):
    add(client, LOG.body(0, 5))
    for size in range(5, 108):
        witness.state.keep_evidence(ORIGIN, FORK.note(size), 1)
    assert len(witness.state.evidence(ORIGIN)) == 100
    assert add(client, request_of(sign(f"{ORIGIN}\n5\n{'A' * 43}=\n", STRANGER), old=5))[0] == 403


def test_of_many_at_once_one_wins_and_the_others_hear_the_size(witness: Witness):
    app = create_app(witness, now=lambda: NOON)
    bodies = [LOG.body(0, size) for size in range(3, 11)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: add(app.test_client(), body), bodies))
    won = [size for size, (status, _) in enumerate(answers, 3) if status == 200]
    assert len(won) == 1
    assert {a for a in answers if a[0] != 200} == {(409, f"{won[0]}\n".encode())}


def test_a_refresh_gets_a_new_time_and_a_clock_set_back_none_that_is_earlier(witness: Witness):
    def at(moment: datetime) -> int | None:
        client = create_app(witness, now=lambda: moment).test_client()
        note = LOG.note(3) + add(client, LOG.body(3 if seen else 0, 3))[1]
        return open_note(note, witness.verifiers).signatures[0].time

    seen = False
    first = at(NOON)
    seen = True
    assert at(NOON + timedelta(minutes=1)) == (first or 0) + 60
    assert at(NOON - timedelta(days=1)) == (first or 0) + 60


def test_a_log_with_two_keys_may_sign_with_either_and_its_lines_alone_are_kept(
    client: FlaskClient, witness: Witness
):
    quantum = Cosigner(name=ORIGIN, key=QuantumKey.from_seed(bytes(32)), time=1)
    witness.state.watch([quantum.verifier])
    text = LOG.note(3).decode().partition("\n\n")[0] + "\n"
    both = attach(sign(text, LOG.signer, quantum), ["— stranger.test " + b64_encode(bytes(80))])
    assert add(client, request_of(both))[0] == 200
    shown = client.get(PLACE).data
    assert "stranger" not in shown.decode()
    verifiers = [LOG.signer.verifier, quantum.verifier, *witness.verifiers]
    assert list(open_note(shown, verifiers).signed_by) == verifiers
    spoilt = sign(text, Cosigner(name=ORIGIN, key=QuantumKey.from_seed(bytes(32)), time=2))
    assert add(client, request_of(spoilt, old=3))[0] == 200
    assert add(client, request_of(spoilt.replace(b"\n3\n", b"\n4\n"), old=3))[0] == 403


def test_the_memory_outlives_the_process_and_belongs_to_its_keys(
    settings: Settings, witness: Witness, tmp_path: Path
):
    add(create_app(witness).test_client(), LOG.body(0, 5))
    again = create_app(opened(settings)).test_client()
    assert add(again, LOG.body(0, 5)) == (409, b"5\n")
    assert add(again, LOG.body(5, 8))[0] == 200
    other = settings_of(tmp_path / "other")
    found(other, NAME)
    shutil.copy(witness.state.path, other.home / witness.state.path.name)
    with pytest.raises(Misconfigured, match="other keys"):
        opened(other)


def test_a_lost_memory_stops_the_witness_instead_of_starting_anew(
    settings: Settings, witness: Witness
):
    witness.state.path.unlink()
    with pytest.raises(Misconfigured, match="lost"):
        opened(settings)
    with pytest.raises(Misconfigured, match="founded once"):
        found(settings, NAME)


def test_a_memory_is_begun_once(witness: Witness):
    with pytest.raises(Conflict):
        witness.state.create(NAME, [])


def test_keys_that_are_no_logs_keys_are_refused(witness: Witness):
    other = Signer(name="other.test", key=LOG.signer.key).verifier
    for keys in ([], [LOG.signer.verifier, other], [witness.verifiers[0]]):
        with pytest.raises(Invalid):
            witness.state.watch(keys)
    assert list(witness.state.trusted()) == [ORIGIN]


@pytest.mark.parametrize("raw", [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"])
def test_a_key_for_which_anybody_can_sign_is_not_taken_for_a_logs(raw: bytes):
    with pytest.raises(Malformed):
        Verifier.parse("ledger.test+00000000+" + b64_encode(bytes([Scheme.NOTE]) + raw))


def test_it_tells_that_it_lives(client: FlaskClient):
    assert client.get("/healthz").data == b"ok\n"
    assert client.get("/elsewhere").status_code == 404
    assert client.get("/add-checkpoint").status_code == 405


def test_what_it_cosigned_survives_kill_9(settings: Settings, witness: Witness):
    size = 0
    for _ in range(3):
        with serving(settings) as (process, url):
            for _ in range(3):
                answer = fetch("POST", f"{url}/add-checkpoint", LOG.body(size, size + 2), {})
                assert answer.status == 200
                size += 2
            process.send_signal(signal.SIGKILL)
    seen = witness.state.seen(ORIGIN)
    assert seen is not None
    assert seen.checkpoint == LOG.checkpoint(size)


class serving:  # noqa: N801 - reads as a context
    """A witness in a process of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __enter__(self) -> tuple[subprocess.Popen[bytes], str]:
        with served(lambda *_: []) as url:
            port = make_url(url).port
        command = [sys.executable, "-m", "api.cli", "witness", "serve", "--port", str(port)]
        environ = {"SHIELD_HOME": str(self.settings.home), "PATH": "/usr/bin:/bin"}
        self.process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                fetch("GET", f"{url}/healthz", None, {})
            except Unreachable:
                time.sleep(0.1)
            else:
                return self.process, url
        raise AssertionError("the witness does not answer")

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
