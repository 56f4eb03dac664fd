"""What an agency's back office links against: signs what it sends, verifies what it is told.

The standard library, `crypto` and the pure half of `ledger`: no web framework and no database. A
server is believed in nothing that it cannot prove: each receipt is checked against the pinned key,
and each checkpoint must continue the last one seen.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from api import Declined, Unreachable
from api.continuity import BadProof
from api.following import Log, follow, over_http
from api.pins import LastSeen, Pin
from api.wire import Answer, Fetch, fetch
from crypto import Malformed, canonical, sdjwt, tokens
from crypto.canonical import Json
from crypto.keys import PrivateKey
from crypto.uuid7 import uuid7
from ledger import Invalid, Tampered, entries, receipts
from ledger.checkpoints import Checkpoint
from ledger.reads.purposes import Purpose
from ledger.receipts import Receipt
from ledger.vocabulary import parse

MAX_BATCH_LINES = 1000
MAX_BATCH_BYTES = 32 * 1024 * 1024
MAX_ANSWER = 64 * 1024 * 1024
SD_JWT = "application/sd-jwt"
NDJSON = "application/x-ndjson"
JSON = "application/json"
PURPOSE = "Shield-Purpose"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks, and why: reading is for agencies, each with a key of its own."""

    agency: str
    key: PrivateKey
    purpose: Purpose | None = None


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A statement that is in the log, with the proof; `created` is False when it was before."""

    receipt: Receipt
    created: bool
    warnings: tuple[Mapping[str, Json], ...] = ()


def sign(
    body: Mapping[str, Json],
    *,
    agency: str,
    origin: str,
    key: PrivateKey,
    now: datetime,
    random: Callable[[int], bytes] = secrets.token_bytes,
    jti: str | None = None,
) -> bytes:
    """Make the statement of a body, once the vocabulary has found nothing wrong with it.

    A registry statement is public; in any other each claim can be disclosed by itself.
    """
    event = parse(body)
    public = {
        "iss": agency,
        "aud": origin,
        "iat": int(now.timestamp()),
        "jti": jti or uuid7(now, random),
    }
    if event.public:
        return sdjwt.wrap({}, public={**body, **public}, key=key, salt=random)
    return sdjwt.wrap(body, public=public, key=key, salt=random)


@dataclass(frozen=True, kw_only=True)
class Client:
    """One log, as one agency uses it. Threads may share it."""

    pin: Pin
    clock: Callable[[], datetime]
    caller: Caller | None = None
    last_seen: Path | None = None
    random: Callable[[int], bytes] = secrets.token_bytes
    fetch: Fetch = fetch

    @cached_property
    def log(self) -> Log:
        """The log behind the API: its checkpoint, tiles and entries."""
        return Log(pin=self.pin, get=over_http(self.pin.url, self.fetch))

    def post(self, statement: bytes) -> Posted:
        """Submit one statement and verify its receipt; the same bytes may be sent again."""
        answer = self._send("POST", "/v1/statements", statement, {"Content-Type": SD_JWT})
        receipt = _object(answer.body)
        return self._verified(receipt, statement, created=answer.status == 201)

    def post_many(self, statements: Sequence[bytes]) -> Iterator[Posted | Declined]:
        """Submit many; each one's receipt or problem, in order."""
        for batch in _batches(statements):
            body = b"\n".join(batch) + b"\n"
            answer = self._send("POST", "/v1/statements/batch", body, {"Content-Type": NDJSON})
            lines = answer.body.splitlines()
            if len(lines) != len(batch):
                raise Tampered(f"{len(lines)} results for {len(batch)} statements")
            for line, statement in zip(lines, batch, strict=True):
                yield self._result(_object(line), statement)

    def request(self, statement: bytes, request: bytes) -> Posted:
        """Ask for a statement that takes two people; the receipt is of the request for it."""
        said = {"statement": statement.decode("ascii"), "request": request.decode("ascii")}
        body = canonical.encode(said)
        answer = self._send("POST", "/v1/requests", body, {"Content-Type": JSON})
        return self._verified(_object(answer.body), request, created=answer.status == 201)

    def get(self, path: str, **query: str) -> Json:
        """Read case data as the caller."""
        return canonical.read(self.download(path, **query), max_bytes=MAX_ANSWER)

    def download(self, path: str, **query: str) -> bytes:
        """Read bytes as the caller, who is known by a token made for this request alone."""
        asked = f"{path}?{urlencode(query)}" if query else path
        return self._call("GET", asked, None, {})

    def ask(self, kind: str, value: str) -> Json:
        """Whether others know an identifier, as far as their owners let one hear."""
        return self.put("/v1/hits", {"kind": kind, "value": value})

    def put(self, path: str, question: Mapping[str, Json]) -> Json:
        """Put a question to a path as the caller, as a JSON body."""
        body = canonical.encode(dict(question))
        answer = self._call("POST", path, body, {"Content-Type": JSON})
        return canonical.read(answer, max_bytes=MAX_ANSWER)

    def _call(
        self, method: str, asked: str, body: bytes | None, headers: Mapping[str, str]
    ) -> bytes:
        if self.caller is None or self.caller.purpose is None:
            raise Invalid("reading needs an agency, its key and a purpose", code="no-caller")
        now, purpose = self.clock(), str(self.caller.purpose)
        token = tokens.issue(
            issuer=self.caller.agency,
            audience=self.pin.origin,
            method=method,
            url=self.pin.url + asked,
            body=body or b"",
            key=self.caller.key,
            now=now,
            jti=uuid7(now, self.random),
            purpose=purpose,
        )
        signed = {"Authorization": f"Bearer {token}", PURPOSE: purpose, **headers}
        return self._send(method, asked, body, signed).body

    def checkpoint(self) -> Checkpoint:
        """The newest checkpoint, which must continue the last one seen.

        RolledBack, Forked, BadProof or WrongKey (`api.continuity`) says what is wrong with it.
        """
        if self.last_seen is None:
            return self.log.newest().checkpoint
        return follow(self.log, LastSeen(path=self.last_seen)).checkpoint

    def _result(self, line: Mapping[str, Json], statement: bytes) -> Posted | Declined:
        receipt, problem = line.get("receipt"), line.get("problem")
        if isinstance(receipt, dict):
            return self._verified(receipt, statement, created=line.get("status") == 201)
        return Declined(problem if isinstance(problem, dict) else {"status": line.get("status")})

    def _verified(self, answer: Mapping[str, Json], statement: bytes, *, created: bool) -> Posted:
        """Believe a receipt once it proves that this very statement is in the pinned log."""
        members = {name: value for name, value in answer.items() if name != "warnings"}
        receipt = receipts.from_json(members)
        checkpoint = receipts.check(receipt, [self.pin.verifier], self.pin.origin)
        jwt = statement.partition(b"~")[0].decode("ascii")
        if entries.decode(receipt.entry).jwt != jwt:
            raise Tampered("the receipt is for another statement", pointer="/entry")
        self._meet(checkpoint)
        warnings = tuple(w for w in answer.get("warnings") or () if isinstance(w, dict))
        return Posted(receipt=receipt, created=created, warnings=warnings)

    def _meet(self, checkpoint: Checkpoint) -> None:
        if self.last_seen is None:
            return
        try:
            LastSeen(path=self.last_seen).meet(checkpoint, self.log.hashes)
        except (Unreachable, BadProof):
            # A log that no longer has the tree we saw can't prove a thing: its newest checkpoint
            # proves a rollback or a fork.
            self.checkpoint()
            raise

    def _send(
        self, method: str, asked: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        answer = self.fetch(method, self.pin.url + asked, body, headers)
        if answer.status in (200, 201):
            return answer
        if answer.status >= 500:
            raise Unreachable(f"{self.pin.url} answered {answer.status}: try again later")
        raise Declined(_problem(answer))


def _batches(statements: Sequence[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for statement in statements:
        if len(batch) == MAX_BATCH_LINES or (batch and size + len(statement) > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(statement)
        size += len(statement) + 1
    if batch:
        yield batch


def _object(data: bytes) -> dict[str, Any]:
    value = canonical.read(data, max_bytes=MAX_ANSWER)
    if not isinstance(value, dict):
        raise Malformed("the answer is not an object")
    return value


def _problem(answer: Answer) -> dict[str, Any]:
    """The problem document of a refusal, or what can be said without one."""
    try:
        value = json.loads(answer.body)
    except ValueError:
        value = None
    stated = value if isinstance(value, dict) else {"title": f"the answer was {answer.status}"}
    return {**stated, "status": answer.status}
