"""What an alert looks like as mail: metadata, one sentence, and how to go on from there.

No party, no substance, no goods: mail is read on telephones and kept for ever. The rest is behind
the hub's door, where every look is recorded (DESIGN §6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ledger.cases import Case
from ledger.events.access import AccessOpened

REMINDER = "Nobody has acknowledged this alert yet."
_WHY = {
    "raised": "A new alert concerns your country.",
    "repeated": "An alert that concerns your country has changed.",
    "shared": "An alert was shared with your country.",
    "reminder": REMINDER,
}


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One message as text. `id` is the same however often it is sent."""

    id: str
    subject: str
    text: str
    at: datetime


def compose(
    id_: str,
    case: Case,
    reason: str,
    *,
    indexes: Mapping[str, int],
    public_url: str,
    at: datetime,
) -> Mail:
    """The mail about a case; `indexes` gives the entries of its evidence."""
    severity = case.severity.upper()
    subject = _subject(case)
    prefix = "Reminder: " if reason == "reminder" else ""
    lines = [
        _WHY[reason],
        "",
        f"Alert:     {case.alert}",
        f"Rule:      {case.rule} {case.title} (version {case.version})",
        f"Severity:  {severity}",
        *_probability(case),
        f"About:     {subject}",
        f"Told:      {', '.join(case.countries)}",
        f"Evidence:  {_entries(case, indexes)}",
        "",
        case.summary,
        "",
        f"Read it:     {public_url}/v1/alerts/{case.alert}",
        f"             or: shield alert show {case.alert} --purpose duty",
        f"Take it up:  shield alert ack {case.alert}, or post alert.acknowledged yourself.",
        "",
        f"This message is {id_}. It carries no names and no goods; please don't reply to it.",
    ]
    return Mail(
        id=id_,
        subject=f"{prefix}[Shield {severity}] {case.title}: {subject}",
        text="\n".join(lines) + "\n",
        at=at,
    )


def compose_opening(
    id_: str, opened: AccessOpened, *, agency: str, index: int, public_url: str, at: datetime
) -> Mail:
    """The mail to a shipment's originators that somebody broke the glass; the reason stays here."""
    lines = [
        f"{agency} opened what is withheld of a shipment that your country stated something about.",
        "",
        f"Shipment:  {opened.shipment}",
        f"Access:    {opened.access}, entry {index} of the log",
        f"Lasts:     {opened.minutes} minutes from {opened.occurred_at:%Y-%m-%d %H:%M} UTC",
        "",
        "Another person of that country has to review it within 72 hours. Every read is recorded:",
        f"  {public_url}/v1/reads?shipment={opened.shipment}",
        "",
        f"This message is {id_}. It carries no names and no goods; please don't reply to it.",
    ]
    subject = f"[Shield ACCESS] {agency} opened shipment {opened.shipment}"
    return Mail(id=id_, subject=subject, text="\n".join(lines) + "\n", at=at)


def _subject(case: Case) -> str:
    """What it is about, as far as mail may say: a trader is not named, nor a substance."""
    about, subject = case.about
    if about == "shipment":
        return f"shipment {subject}"
    return f"country {subject.partition('/')[0]}" if about == "country" else "a trader"


def _probability(case: Case) -> list[str]:
    """How probable a diversion is, where it was said; quoted with the prevalence it holds for."""
    said = case.probability
    if said is None:
        return []
    beside = f"; weighed with {', '.join(said.beside)}" if said.beside else ""
    return [f"Probable:  {said.percent} % if 1 shipment in {said.one_in} is involved{beside}"]


def _entries(case: Case, indexes: Mapping[str, int]) -> str:
    known = sorted(indexes[jti] for jti in case.evidence if jti in indexes)
    if not known:
        return "none"
    word = "entry" if len(known) == 1 else "entries"
    return f"{word} {', '.join(map(str, known))} of the log"
