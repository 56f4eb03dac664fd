"""The front door: whether a statement may become an entry.

Form, signature, vocabulary and authority, in that order, and none of it needs the database: it runs
in parallel before `admission` gives places out. The door judges form and authority; rules judge
truth, so a contradictory, late or orphaned event comes in (DESIGN §5, rule 2).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from crypto import BadSignature, CryptoError, sdjwt
from crypto.envelope import PUBLIC
from crypto.frozen import made
from crypto.keys import PublicKey
from ledger import Invalid, LedgerError, NotPermitted
from ledger.events.registry import LogCreated
from ledger.foureyes import take
from ledger.mentions import mentions_of, warnings_of
from ledger.records import Record, body_of, origin_of
from ledger.registry import signer_of
from ledger.roster import Roster
from ledger.scopes import ALL, check_scope, scope_to_state
from ledger.vocabulary import RegistryEvent, check_signer, parse

FUTURE = timedelta(minutes=15)
REFUSALS: Final = (LedgerError, CryptoError)
CONCEALING = PUBLIC | {"_sd", "_sd_alg"}  # all that is public of a statement that conceals


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A statement that may enter, as far as can be told outside the transaction."""

    statement: bytes
    verified: sdjwt.Verified
    record: Record  # index and time are those of no entry yet
    warnings: tuple[tuple[str, str], ...]
    judged_by: Roster | None  # that lets its signer state it; None where that was not asked yet

    @property
    def digest(self) -> bytes:
        return self.record.digest

    @property
    def disclosed(self) -> str:
        """All that the statement discloses, as `records.text_of` joins it: it came so."""
        return self.statement[len(self.verified.jwt) + 1 :].decode("ascii")


def prepare(
    statement: bytes, roster: Roster, *, size: int, now: datetime, time: datetime | None = None
) -> Prepared:
    """Check form, signature, vocabulary and authority, in that order.

    `time` is the entry's, where there is one that is not made now. Nothing that nobody signed is
    read beyond its form. Raises crypto.Malformed, BadSignature or UnknownKey, and ledger.Invalid or
    NotPermitted, each with a stable code.
    """
    verified = _signed(sdjwt.split(statement), roster, size)
    record = _read(statement, verified, size, time or now)
    judge(record, roster, now=now)
    return _prepared(verified, record, judged_by=roster)


def prepare_each(
    statements: Sequence[bytes], roster: Roster, *, size: int, now: datetime
) -> list[Prepared | LedgerError | CryptoError]:
    """As `prepare` of each, with what was refused in its place.

    Each step is taken for all of them before the next one, a sixth faster than statement by
    statement: what a step works with stays in the processor's caches. What a step refuses, no
    later one sees.
    """
    forms = _tried(sdjwt.split, statements)
    signed = _tried(lambda parsed: _signed(parsed, roster, size), forms)
    records = _tried(
        lambda both: _read(both[0], both[1], size, now),
        [
            verified if isinstance(verified, REFUSALS) else (statement, verified)
            for statement, verified in zip(statements, signed, strict=True)
        ],
    )
    judged = _tried(lambda record: _judged(record, roster, now), records)
    return _tried(lambda record: _prepared(record.parsed, record, judged_by=roster), judged)


def _tried(step: Callable[[Any], Any], found: Iterable[Any]) -> list[Any]:
    done = []
    for each in found:
        if isinstance(each, REFUSALS):
            done.append(each)
            continue
        try:
            done.append(step(each))
        except REFUSALS as refused:
            done.append(refused)
    return done


def opened(statement: bytes, roster: Roster, *, size: int, now: datetime) -> Prepared:
    """Check form, signature and vocabulary; whether the signer may state it is not asked yet."""
    verified = _signed(sdjwt.split(statement), roster, size)
    return _prepared(verified, _read(statement, verified, size, now), judged_by=None)


def _signed(parsed: sdjwt.Parsed, roster: Roster, size: int) -> sdjwt.Verified:
    verified = sdjwt.check(parsed, _key(parsed, roster, size))
    _check_public(verified)
    return verified


def _read(statement: bytes, verified: sdjwt.Verified, size: int, time: datetime) -> Record:
    event = parse(body_of(verified))
    return made(
        Record,
        index=size,
        time=time,
        tag=None,
        statement=statement,
        parsed=verified,
        event=event,
        erased=None,
        by=origin_of(verified, event),  # known from the start, without a lock for each
        digest=sha256(statement).digest(),
    )


def _prepared(verified: sdjwt.Verified, record: Record, *, judged_by: Roster | None) -> Prepared:
    warnings = warnings_of(record.event)
    mentions_of(record.event)  # found out here, in parallel, and remembered for the projections
    return made(
        Prepared,
        statement=record.statement,
        verified=verified,
        record=record,
        warnings=warnings,
        judged_by=judged_by,
    )


def judge(record: Record, roster: Roster, *, now: datetime) -> None:
    """Form, authority and times of what was read; its signature is the caller's to check."""
    _check_public(record.parsed)
    _judge(record, roster, now=now)


def _judge(record: Record, roster: Roster, *, now: datetime) -> None:
    event = record.event
    if isinstance(event, RegistryEvent) == ("_sd" in record.parsed.payload):
        said = "states everything in public" if isinstance(event, RegistryEvent) else "conceals"
        raise Invalid(f"a {event.kind} {said}", pointer="/_sd", code="wrong-form")
    authorise(record, roster, at=record.index)
    _check_time(record, now)


def _judged(record: Record, roster: Roster, now: datetime) -> Record:
    _judge(record, roster, now=now)  # that it is public where it must be was `_signed`'s to tell
    return record


def _key(parsed: sdjwt.Parsed, roster: Roster, size: int) -> PublicKey:
    if size == 0:  # the log's first statement brings the hub's key with it
        event = parse(body_of(parsed))
        if isinstance(event, LogCreated):
            return event.key.public("/key")
    return roster.keyring.find(parsed.kid, size).key


def _check_public(parsed: sdjwt.Parsed) -> None:
    if "_sd" not in parsed.payload or parsed.payload.keys() <= CONCEALING:
        return
    extra = sorted(parsed.payload.keys() - CONCEALING)
    if extra:
        raise Invalid(
            f"{extra[0]} must be a disclosure, not public",
            pointer=f"/{extra[0]}",
            code="unknown-field",
        )


def _check_time(record: Record, now: datetime) -> None:
    if record.event.occurred_at > now + FUTURE:
        raise Invalid("/occurred_at: lies in the future", pointer="/occurred_at", code="bad-date")
    if record.parsed.issued_at > (now + FUTURE).timestamp():
        raise Invalid(
            "/iat: signed in the future; check your clock", pointer="/iat", code="bad-date"
        )


def authorise(record: Record, roster: Roster, *, at: int) -> Roster:
    """Whether the signer may state this at entry `at`; the roster after it, if it is registry."""
    parsed, event = record.parsed, record.event
    if at == 0:
        if not isinstance(event, LogCreated):
            raise NotPermitted("the log does not exist yet", code="no-log")
        if parsed.audience != event.origin:
            raise Invalid("/aud: names another log", pointer="/aud", code="wrong-log")
    else:
        if parsed.audience != roster.origin:
            raise Invalid("/aud: names another log", pointer="/aud", code="wrong-log")
        holder = roster.keyring.find(parsed.kid, at).holder
        if holder != parsed.issuer:
            raise BadSignature(f"the key is not {parsed.issuer}'s")
    needed = scope_to_state(event.kind, registry=isinstance(event, RegistryEvent))
    check_scope(needed, roster.scopes.get(parsed.kid, ALL))
    if isinstance(event, RegistryEvent):
        return take(event, roster, signer_of(replace(record, index=at)))
    agency = roster.agencies.get(parsed.issuer)
    if agency is None:
        raise NotPermitted("only an enrolled agency may state this", code="kind-not-permitted")
    check_signer(event, agency.roles, agency.country)
    event.check_poster(agency.id, agency.roles)
    return roster


def authorise_again(judged: Prepared, record: Record, roster: Roster, *, at: int) -> Roster:
    """The same once a statement gets its place; `record` is another where place or time count.

    What this very roster has judged is not judged anew: a key that it lets sign at one size of the
    log, it lets sign at every later one, for a revocation would have made it another roster.
    """
    if judged.judged_by is roster and record is judged.record:
        return roster
    return authorise(record, roster, at=at)
