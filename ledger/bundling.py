"""Gathering a shipment's evidence for one viewer: what it may see, and all that proves it.

One moment of the store gives everything: history, alerts, registry, and one checkpoint that covers
them. What the viewer may not see is not in it, and then neither is the history key: it would show
that something is missing, and what may not be seen does not exist (DESIGN §6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from crypto import sdjwt
from ledger import (
    NotFound,
    Undecided,
    casesearch,
    cosignatures,
    folding,
    policies,
    publication,
    records,
    search,
    store,
    timeline,
    views,
)
from ledger.cases import Case
from ledger.casesearch import CaseFilters
from ledger.checkpoints import open_checkpoint
from ledger.evidence.manifest import Item, Manifest, Role
from ledger.merkle import prove_inclusion
from ledger.policies import Policy
from ledger.receipts import Receipt
from ledger.records import Record
from ledger.roster import Roster
from ledger.shipments import Shipment
from ledger.states import moment
from ledger.views import Seen
from ledger.visibility import NEVER_DERIVED, Viewer

MAX_ALERTS = 200


@dataclass(frozen=True, kw_only=True)
class Told:
    """An alert about the shipment, and what was said about it."""

    case: Case
    seen: tuple[Seen, ...]


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Everything a bundle is made from."""

    manifest: Manifest
    state: Shipment
    history: tuple[Seen, ...]
    alerts: tuple[Told, ...]
    registry: tuple[Record, ...]
    receipts: dict[int, Receipt]

    @property
    def statements(self) -> dict[int, bytes]:
        """Each statement with the claims that the viewer may see, and no personal data.

        Not even its originator's own: what is exported is out of reach when it must be erased.
        """
        shown = (*self.history, *(each for alert in self.alerts for each in alert.seen))
        cut = {
            seen.record.index: sdjwt.disclose(seen.record.statement, seen.claims - NEVER_DERIVED)
            for seen in shown
        }
        return cut | {each.index: each.statement for each in self.registry}


def gather(
    session: Session,
    ref: str,
    viewer: Viewer,
    *,
    roster: Roster,
    policy: Policy,
    hub_kid: str,
    now: datetime,
) -> Gathered:
    """What proves a history to this viewer; NotFound, or Undecided until a quorum has seen it."""
    history, key = _history(session, ref, viewer, now)
    alerts = _alerts(session, ref, viewer, now)
    shown = [*history, *(each for alert in alerts for each in alert.seen)]
    registry = _registry(session, roster, {hub_kid, *(each.record.parsed.kid for each in shown)})
    roles = _roles(registry, history, alerts)
    note = _checkpoint(session, policy, max(roles))
    checkpoint = open_checkpoint(note, roster.origin, policies.of_roster(roster).logs)
    receipts = _receipts(session, roles, note, checkpoint.size)
    return Gathered(
        manifest=Manifest(
            origin=roster.origin,
            log=roster.hub_key,
            policy=policies.serialize(policy),
            shipment=ref,
            issued_at=moment(now),
            issued_to=viewer.agency,
            size=checkpoint.size,
            root=checkpoint.root,
            history_key=key,
            items=tuple(Item(index=i, role=roles[i], hash=receipts[i].hash) for i in sorted(roles)),
        ),
        state=folding.shipment(ref, (record.stated for record in views.whole(history))),
        history=tuple(history),
        alerts=alerts,
        registry=registry,
        receipts=receipts,
    )


def _roles(
    registry: Iterable[Record], history: Iterable[Seen], alerts: Iterable[Told]
) -> dict[int, Role]:
    """Why each entry is in the bundle."""
    roles: dict[int, Role] = {each.index: "registry" for each in registry}
    roles |= {each.record.index: "history" for each in history}
    return roles | {each.record.index: "alert" for alert in alerts for each in alert.seen}


def _history(
    session: Session, ref: str, viewer: Viewer, now: datetime
) -> tuple[list[Seen], bytes | None]:
    """The history, and the key that shows it to be complete to whom nothing of it is hidden.

    Without the key only a statement itself can show what it is about, and one erased cannot.
    """
    history = search.shipment_history(session, ref, viewer, now=now)
    if len(timeline.indexes(session, "shipment", ref)) == len(views.whole(history)):
        return history, records.history_keys(session, [ref]).get(ref)
    history = [each for each in history if "shipment" in each.claims]
    if not history:
        raise NotFound("there is no such shipment")
    return history, None


def _alerts(session: Session, ref: str, viewer: Viewer, now: datetime) -> tuple[Told, ...]:
    """The newest alerts about the shipment that the viewer may see, oldest first."""
    filters = CaseFilters(about=ref)
    page = casesearch.page(session, filters, viewer, now=now, limit=MAX_ALERTS)
    told = []
    for found in reversed(page.cases):
        if found.about[0] == "shipment":
            case, seen = casesearch.case(session, found.alert, viewer, now=now)
            told.append(Told(case=case, seen=tuple(seen)))
    return tuple(told)


def _registry(session: Session, roster: Roster, kids: Iterable[str]) -> tuple[Record, ...]:
    """The statements that enrolled or revoked these keys, those of their signers, and so on."""
    found: dict[int, Record] = {}
    wanted = {0}.union(*(_about_key(roster, kid) for kid in kids))
    while missing := wanted - found.keys():
        for record in records.read(session, missing):
            found[record.index] = record
            wanted |= _about_key(roster, record.parsed.kid)
    return tuple(found[index] for index in sorted(found))


def _about_key(roster: Roster, kid: str) -> set[int]:
    """The entries that make a key valid, or end it: of the key, its holder and its country."""
    enrolment = next(each for each in roster.keyring if each.key.kid == kid)
    agency = roster.agencies.get(enrolment.holder)
    participant = roster.participants.get(enrolment.holder[:2])
    indexes = {max(enrolment.added, 0)}  # the hub signs its own key in, before entry 0 as it were
    if enrolment.revoked is not None:
        indexes.add(enrolment.revoked)
    return indexes.union(each.since for each in (agency, participant) if each is not None)


def _checkpoint(session: Session, policy: Policy, above: int) -> bytes:
    """The newest checkpoint to rely on that covers this entry."""
    if not policy.asks_for_witnesses:
        return cosignatures.newest(session)
    witnessed = cosignatures.find_witnessed(session, policy, above=above)
    if witnessed is None:
        raise Undecided(f"no quorum of witnesses has seen entry {above} yet", code="not-witnessed")
    return witnessed.note


def _receipts(
    session: Session, indexes: Iterable[int], note: bytes, size: int
) -> dict[int, Receipt]:
    read = publication.hashes(session)
    return {
        index: Receipt(
            index=index,
            entry=store.entry(session, index),
            proof=prove_inclusion(index, size, read),
            checkpoint=note,
        )
        for index in indexes
    }
