"""Firms that share what strangers do not share."""

from collections.abc import Iterator
from datetime import datetime

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import ADVERSE, contacts_of
from alerts.rules.names import similarity
from alerts.rules.parameters import Parameters
from alerts.rules.words import count
from ledger.claims import Party
from ledger.events.notices import NoticeSent
from ledger.shipments import Shipment


@rule(
    "RF-28",
    version=1,
    severity=Severity.MEDIUM,
    family="network",
    name="Shared identifiers across unrelated companies",
    parameters={"window_days": 730, "most_sharing": 8, "name_similarity_percent": 85},
    needs=("notice.sent", "shipment.amended"),
)
def shared_contacts(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A buyer has the telephone, mailbox or address of another firm whose order ended badly.

    The other firm, under a name less than `name_similarity_percent` alike, was buyer of a shipment
    that was stopped, seized, objected to or found diverted in the `window_days` before. A value
    that more than `most_sharing` firms have is a business centre's or a forwarder's and says
    nothing. An address alone is low: honest firms share buildings.

    Source: FATF, structural indicators; INCB Guidelines for a Voluntary Code of Practice for the
    Chemical Industry.
    """
    at = dossier.shipment.times.get("notified")
    if at is None:
        return
    for kind, what, party in contacts_of(dossier.shipment):
        refs = {each.ref for each in _adverse(dossier, what, at, p)}
        firms = _firms(dossier, dossier.elsewhere.shipments(sorted(refs)), kind, party, p)
        if firms and len(firms) < p.whole("most_sharing"):
            word = {"phone": "telephone", "email": "mailbox"}.get(kind, kind)
            yield Finding(
                summary=f"A buyer has the {word} of {count(len(firms), 'other firm')} whose orders "
                f"were refused, stopped, seized or diverted, in {count(len(refs), 'shipment')}.",
                evidence=evidence(dossier.stated(NoticeSent)),
                severity=Severity.LOW if kind == "address" else None,
                alone=kind != "address",
                key=kind,
            )


def _adverse(dossier: Dossier, what: str, at: datetime, p: Parameters) -> list[Shipment]:
    since = at - p.days("window_days")
    seen = dossier.elsewhere.observed(what, at, since=since)
    others = dossier.elsewhere.shipments(sorted({each.ref for each in seen}))
    return [s for s in others if s.flags.intersection(ADVERSE) or s.status == "seized"]


def _firms(
    dossier: Dossier, others: tuple[Shipment, ...], kind: str, mine: Party, p: Parameters
) -> set[str]:
    """The names of the firms, none of them this one, that have the same contact there."""
    del dossier
    alike = float(p.share("name_similarity_percent"))
    found = set()
    for other in others:
        for _, _, party in contacts_of(other):
            same = getattr(party, kind) and party.key != mine.key
            if same and similarity(party.name, mine.name) < alike:
                found.add(party.name)
    return found
