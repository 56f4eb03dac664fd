"""One shipment meets every rule: what is found, who may be told, and when to look again."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from alerts import rules
from alerts.company import Bar, in_company
from alerts.elsewhere import Answers, Places, nowhere
from alerts.elsewhere.book import Book
from alerts.elsewhere.windows import Stretches
from alerts.found import Found, found, merged
from alerts.lives import Life, Recall
from alerts.rules import Dossier, E, Finding, Said
from alerts.rules.parameters import Value
from alerts.rules.private import NOTHING_PRIVATE, Private
from alerts.rules.remembered import once
from alerts.shelf import Marked, Shelf
from ledger.claims import Marking
from ledger.events.notices import NoticeExpired
from ledger.folding import Stated, by_stranger
from ledger.roster import Roster
from ledger.shipments import Shipment
from ledger.visibility import Viewer, released
from ledger.vocabulary import ShipmentEvent

_LOG = logging.getLogger(__name__)
_OPEN = Marking()
_RETRY = timedelta(hours=1)

Overrides = Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What a process remembers from step to step: it spares reading, and never decides."""

    recall: Recall = field(default_factory=Recall)
    stretches: Stretches = field(default_factory=Stretches)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What all rules say of one shipment. `failed`: rules that broke down on it."""

    shipment: Shipment
    found: Mapping[str, Found]
    failed: frozenset[str] = frozenset()
    look_again: datetime | None = None
    reply_due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Folded(Dossier):
    """A dossier whose history was read and folded already, each step once."""

    life: Life

    @cached_property
    def is_own(self) -> bool:
        """Whether it is about that history: rules replace it to look at another with their kit."""
        return self.timeline is self.life.timeline and self.shipment is self.life.shipment

    @cached_property
    def own(self) -> dict[Any, Any]:
        """What was worked out when it was learnt from serves when it is judged."""
        return self.life.views if self.is_own else {}

    @cached_property
    def steps(self) -> tuple[tuple[Shipment, Stated], ...]:
        """Each statement with the state that it met."""
        if not self.is_own:
            return super().steps
        return tuple(zip(self.life.met, self.timeline, strict=False))

    def stated(self, *kinds: type[E]) -> tuple[Said[E], ...]:
        """As the rules' kit says; rules ask for the same kinds again and again."""
        found: tuple[Said[E], ...] | None = self.own.get(kinds)
        if found is None:
            found = tuple(each for each in _spoken(self) if isinstance(each.event, kinds))
            self.own[kinds] = found
        return found


@once
def _spoken(dossier: Dossier) -> tuple[Said[Any], ...]:
    """What was stated by those who have a place on the route."""
    return tuple(
        Said(event=each.event, by=each.by)
        for each in dossier.timeline
        if isinstance(each.event, ShipmentEvent)
        and not by_stranger(dossier.shipment, each.event, each.by)
    )


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What judging needs beside the shipment: one moment of the ledger, a clock, the registry."""

    shelf: Shelf
    roster: Roster
    now: datetime
    overrides: Overrides = field(default_factory=dict)
    private: Private = NOTHING_PRIVATE
    places: Places = nowhere
    bar: Bar = field(default_factory=Bar)
    stretches: Stretches = field(default_factory=Stretches)

    @cached_property
    def book(self) -> Book:
        """What the ledger answers beside the histories on the shelf."""
        return Book(self.shelf, self.stretches)

    def dossier(self, ref: str) -> Dossier:
        life = self.shelf.life(ref)
        return Folded(
            shipment=life.shipment,
            timeline=life.timeline,
            life=life,
            recorded={each.stated.by.jti: each.time for each in life.heard},
            signed_with={each.stated.by.jti: each.kid for each in life.heard},
            private=self.private,
            now=self.now,
            roster=self.roster,
            elsewhere=Answers(ref=ref, book=self.book, places=self.places),
        )


@dataclass
class _Heard:
    """What the rules said of one shipment so far."""

    by_alert: dict[str, list[Found]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    withheld: list[datetime] = field(default_factory=list)


def judge(dossiers: Mapping[str, Dossier], bench: Bench) -> dict[str, Judged]:
    """Run every rule over every one of these shipments.

    A rule takes all of them before the next one begins: in turns, forty rules would drive each
    other's code and tables from the processor's caches. Of one shipment they are heard in order.
    """
    heard = {ref: _Heard() for ref in dossiers}
    for rule in rules.rules().values():
        for ref, dossier in dossiers.items():
            _hear(heard[ref], rule, dossier, bench)
    return {ref: _concluded(heard[ref], dossier, bench) for ref, dossier in dossiers.items()}


def _hear(heard: _Heard, rule: rules.Rule, dossier: Dossier, bench: Bench) -> None:
    """Run one rule over one shipment.

    A rule that breaks down is logged with the shipment's name and tried again in an hour; the
    others are heard all the same.
    """
    ref = dossier.shipment.ref
    try:
        said = rules.check(dossier, rule, bench.overrides.get(rule.id, {}))
    except SQLAlchemyError:
        raise  # the database broke down, not the rule: nothing can be said of anything
    except Exception:  # noqa: BLE001 - one odd shipment must not silence every other rule
        _LOG.exception("rule %s broke down on %s", rule.id, ref)
        heard.failed.add(rule.id)
        return
    for finding in said:
        each = found(rule, finding, ref, told(finding, dossier, bench))
        each = replace(each, restricted=any(_restricted(finding, bench)))
        heard.by_alert.setdefault(each.alert, []).append(each)
        heard.withheld += shown_later(finding, bench)


def _concluded(heard: _Heard, dossier: Dossier, bench: Bench) -> Judged:
    silence = None if heard.failed else rules.due(dossier, bench.overrides)
    moments = [
        *heard.withheld,
        *([bench.now + _RETRY] if heard.failed else []),
        *([silence] if silence else []),
    ]
    by_alert = {alert: merged(those) for alert, those in heard.by_alert.items()}
    return Judged(
        shipment=dossier.shipment,
        found=in_company(by_alert, bench.bar),
        failed=frozenset(heard.failed),
        look_again=min(moments, default=None),
        reply_due=reply_due(dossier),
    )


def reply_due(dossier: Dossier) -> datetime | None:
    """When the reply clock runs out, unless it is answered, halted, or said to have run out."""
    reply = dossier.shipment.reply
    if reply is None or reply.state != "awaiting" or reply.stopped:
        return None
    said = ((each.event.pen, each.event.due) for each in dossier.stated(NoticeExpired))
    return None if (reply.notice, reply.due) in said else reply.due


def told(finding: Finding, dossier: Dossier, bench: Bench) -> frozenset[str]:
    """The countries that may learn of a finding: each of them may see all that it rests on.

    The strictest marking wins (DESIGN §6). When it leaves nobody, the finding is kept for the hub's
    desk and no alert is raised, until a marking's time has come.
    """
    countries = dossier.shipment.concerned if finding.countries is None else finding.countries
    marked = list(_restricted(finding, bench))
    return frozenset(
        country for country in countries if all(_may_see(country, each, bench) for each in marked)
    )


def shown_later(finding: Finding, bench: Bench) -> Iterator[datetime]:
    """When a statement withheld for a time may be shown."""
    for each in _restricted(finding, bench):
        after = each.marking.visible_after
        if after is not None and after > bench.now:
            yield after


def _restricted(finding: Finding, bench: Bench) -> Iterable[Marked]:
    for jti in finding.evidence:
        marked = bench.shelf.marked(jti)
        if marked is not None and marked.marking != _OPEN:
            yield marked


def _may_see(country: str, marked: Marked, bench: Bench) -> bool:
    # An alert goes to a country's desk, so an agency that is named alone does not open the door.
    desk = Viewer(agency=country, country=country)
    return country == marked.by.country or released(marked.marking, marked.by, desk, bench.now)
