"""Beginnings: how a log is founded, and how participants and agencies come to speak in it.

Founding is one transaction: the log has entry 0 with all of its programme, or it does not exist.
Keys and the password are written before it, and found again when a founding that failed is retried.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from api import storage
from api.client import sign
from api.config import Settings
from api.pins import Pin
from api.services import HUB_KEY, LOG_KEY, quantum_key, quantum_verifier
from crypto.canonical import Json
from crypto.encodings import b64u_encode
from crypto.keys import Alg, PrivateKey
from crypto.notes import Signer, Verifier
from ledger import Conflict, NotFound, admission, databases, intake, policies, store
from ledger.admission import Admission, Desk
from ledger.events.registry import possession_of
from ledger.intake import Prepared
from ledger.policies import Policy
from ledger.roster import HUB, Roster, root_of
from ledger.states import moment
from seed import reference

PINS = "pins.json"
LAST_SEEN = "last-seen.json"


@dataclass(frozen=True, kw_only=True)
class Founder:
    """A country that takes part from entry 0."""

    country: str
    name: str


def root_path(settings: Settings, country: str) -> Path:
    return settings.key_path(f"roots/{country}")


def agency_path(settings: Settings, agency: str) -> Path:
    return settings.key_path(f"agencies/{agency}")


def make_home(settings: Settings, random: Callable[[int], bytes]) -> None:
    """Directories that only their owner may enter, and a password unless one is given."""
    for path in (settings.home, *(settings.home / "keys" / name for name in ("roots", "agencies"))):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    (settings.home / "keys").chmod(0o700)
    password = settings.key_password_file
    if password == settings.home / "key-password" and not password.exists():
        descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(b64u_encode(random(32)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    storage.make(settings, random)


def key_at(path: Path, password: bytes, alg: Alg = "Ed25519") -> PrivateKey:
    """The key in this file; made, when there is no such file yet."""
    if path.exists():
        return PrivateKey.load(path, password)
    key = PrivateKey.generate(alg)
    key.save(path, password)
    return key


def claims_of(key: PrivateKey, *, holder: str, origin: str) -> dict[str, Json]:
    """A public key, and the proof that its holder has the private one: what an enrolment states."""
    return {"key": key.public.jwk, "possession": possession_of(origin, holder, key)}


def root_claims(founder: Founder, claims: Mapping[str, Json]) -> dict[str, Json]:
    """A participant as genesis and `participant.added` state it, with its jurisdictions."""
    jurisdictions = ["EU"] if founder.country in reference.eu_members() else []
    return {
        "country": founder.country,
        "name": founder.name,
        "jurisdictions": jurisdictions,
        **claims,
    }


def root_made(
    settings: Settings, founder: Founder, *, origin: str, password: bytes
) -> dict[str, Json]:
    """A participant whose root key this node makes and holds: what a pilot begins with."""
    key = key_at(root_path(settings, founder.country), password)
    return root_claims(founder, claims_of(key, holder=root_of(founder.country), origin=origin))


def found(
    settings: Settings,
    engine: Engine,
    *,
    origin: str,
    founders: Sequence[Founder],
    bare: bool,
    now: datetime,
    random: Callable[[int], bytes],
) -> Pin:
    """Create the log; Conflict when this database holds one."""
    _check_absent(engine)
    password = settings.key_password()
    hub = key_at(settings.key_path(HUB_KEY), password)
    device = storage.device_key(settings)
    log_key = device or key_at(settings.key_path(LOG_KEY), password)
    signer = Signer(name=origin, key=log_key)
    second = quantum_key(settings)
    logs = [signer.verifier, *([quantum_verifier(origin, second)] if second else [])]
    roots = [root_made(settings, each, origin=origin, password=password) for each in founders]
    bodies = [_genesis(origin, hub, logs, roots, now), *([] if bare else programme(now))]
    prepared = _prepared(bodies, origin=origin, key=hub, now=now, random=random)
    with databases.writing(engine) as session:
        store.begin(session, origin)
        desk = Desk(signer=signer, random=random)
        for outcome in admission.admit(session, prepared, desk, now=now):
            _must(outcome)
    policy = policies.serialize(Policy(logs=tuple(logs)))
    pin = Pin(origin=origin, vkey=logs[0].vkey, url=settings.public_url, policy=policy)
    pin.write(settings.home / PINS)
    return pin


def programme(now: datetime) -> Iterator[dict[str, Json]]:
    """The lists of substances and the reply clocks that a log starts with."""
    for listing in reference.substances():
        stated = {
            "list": listing.list,
            "substance": listing.substance,
            "name": listing.name,
            "valid_from": listing.valid_from,
            "cas": list(listing.cas),
            "hs": list(listing.hs),
            "hs_screened": list(listing.hs_screened),
            "hs_edition": listing.hs_edition,
            "un": list(listing.un),
            "jurisdiction": listing.jurisdiction,
        }
        limits = {"limits": "; ".join(listing.limits)} if listing.limits else {}
        yield {"kind": "substance.listed", "occurred_at": moment(now), **stated, **limits}
    for policy in reference.reply_policies():
        yield {
            "kind": "policy.declared",
            "occurred_at": moment(now),
            "jurisdiction": policy.jurisdiction,
            "clock": policy.clock,
            "days": policy.days,
            "silence": policy.silence,
            "basis": policy.basis,
        }


def _genesis(
    origin: str, hub: PrivateKey, logs: Sequence[Verifier], roots: Sequence[Json], now: datetime
) -> dict[str, Json]:
    """Entry 0, with the log's keys for checkpoints; the second is absent where none can be made."""
    names = ("checkpoint_key", "quantum_checkpoint_key")
    return {
        "kind": "log.created",
        "occurred_at": moment(now),
        "origin": origin,
        "key": hub.public.jwk,
        **{name: key.vkey for name, key in zip(names, logs, strict=False)},
        "participants": list(roots),
    }


def _prepared(
    bodies: Sequence[Mapping[str, Json]],
    *,
    origin: str,
    key: PrivateKey,
    now: datetime,
    random: Callable[[int], bytes],
) -> list[Prepared]:
    """Each statement checked as the door does, under the roster that those before it make."""
    roster, prepared = Roster(), []
    for index, body in enumerate(bodies):
        statement = sign(body, agency=HUB, origin=origin, key=key, now=now, random=random)
        each = intake.prepare(statement, roster, size=index, now=now)
        roster = intake.authorise(each.record, roster, at=index)
        prepared.append(each)
    return prepared


def _check_absent(engine: Engine) -> None:
    with databases.reading(engine) as session:
        try:
            origin = store.head(session).origin
        except NotFound:
            return
    raise Conflict(f"this database holds the log {origin} already", code="exists")


def _must(outcome: Admission | Exception) -> None:
    if isinstance(outcome, Exception):
        raise outcome
