"""The world around a story, as plain values, and what the rules find in both."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from rule_stories import on

from alerts.rules import Dossier, Finding, check, rules
from alerts.rules.places import Place
from alerts.rules.questions import CITED, Observation
from ledger.masses import Weighed
from ledger.mentions import mentions_of
from ledger.roster import Listing, Participant, Policy, Roster
from ledger.standing import Standing

PLACES = {
    "NLRTM": Place(lat=51.95, lon=4.14, country="NL"),
    "EGPSD": Place(lat=31.25, lon=32.3, country="EG"),
    "KEMBA": Place(lat=-4.05, lon=39.67, country="KE"),
    "KELAU": Place(lat=-4.3, lon=39.58, country="KE"),
    "BRSSZ": Place(lat=-23.95, lon=-46.3, country="BR"),
}
ROSTER = Roster(
    participants={c: Participant(country=c, name=c) for c in ("NL", "KE", "EG")},
    listings={
        ("un-1988-table-2", "acetone"): Listing(
            list="un-1988-table-2",
            substance="acetone",
            name="Acetone",
            cas=("67-64-1",),
            hs=("291411",),
            un=("1090",),
            valid_from=date(1990, 1, 1),
        )
    },
)


def waiting(silence):
    """A roster whose countries follow one reply policy."""
    policy = Policy(jurisdiction="*", clock="working_days", days=15, silence=silence)
    return ROSTER.but(policies={"*": policy})


@dataclass(frozen=True)
class World:
    """Everything beyond one shipment, as plain values."""

    others: tuple = ()
    standings: dict = field(default_factory=dict)
    countries: dict = field(default_factory=dict)
    licensing: frozenset = frozenset()
    counted: tuple = ()
    ref: str = "NL-01"
    seen: dict = field(default_factory=dict)
    spans: tuple = ()
    untaken: int = 0
    other_half: object = None

    def standing(self, trader):
        return self.standings.get(trader, Standing(subject=trader))

    def same_as(self, trader):
        """Whoever is said to be this one, of whichever it is said."""
        said = {}
        for subject, standing in self.standings.items():
            for about, words in standing.identities.items():
                pair = {subject, about.partition("/")[2]}
                if trader in pair:
                    said.setdefault(min(pair - {trader}), set()).add(words[-1])
        return tuple(sorted(key for key, words in said.items() if words == {"one"}))

    def country(self, country):
        return self.countries.get(country, Standing(subject=country))

    def licensed(self, country, substance, activity):
        return (country, substance, activity) in self.licensing

    def imported_by(self, country, substance, year):
        del country, substance, year
        mine = [place for ref, _, place in self.counted if ref == self.ref]
        return (
            sum((kg for _, kg, at in self.counted if at <= mine[0]), Decimal(0)) if mine else None
        )

    def imports(self, country, substance, last, *, days, spans):
        del country, substance, last, days
        return (self.spans + (Decimal(0),) * spans)[:spans]

    def observed(self, what, before, *, since=None):
        return tuple(
            each
            for each in self.seen.get(what, ())
            if each.at < before and (since is None or each.at >= since)
        )

    def matched(self):
        return None if self.other_half is None else self.other_half.shipment

    def parent_of(self, ref):
        found = (o.shipment for o in self.others)
        return next((s for s in found if ref in {part.shipment for part in s.children}), None)

    def shipments(self, refs):
        return tuple(other.shipment for other in self.others if other.ref in set(refs))

    def place(self, code):
        return PLACES.get(code)

    def pending(self, country, since, until):
        del country, since, until
        return self.untaken

    def citing(self, kind, number, *, when=None):
        found = (
            other.shipment
            for other in self.others
            if any((kind, number) in mentions_of(each.event) for each in other.timeline)
            and (when is None or when(other.shipment.times))
        )
        return tuple(islice(found, CITED))

    def events_of(self, ref):
        return next((other.timeline for other in self.others if other.ref == ref), ())

    def refused(self, buyers, substances):
        del buyers, substances
        return tuple(other.shipment for other in self.others)

    def notice(self, pen):
        found = (o.shipment for o in self.others)
        return next((s for s in found if s.reply and s.reply.notice == pen), None)


def dossier(story, *, now=None, world=None, roster=ROSTER, recorded=None):
    """What a rule sees of a story: by default long after everything in it."""
    return Dossier(
        shipment=story.shipment,
        timeline=story.timeline,
        recorded=recorded or {},
        now=now or on(400),
        roster=roster,
        elsewhere=world or World(),
    )


def findings(code, story, overrides=None, **more) -> tuple[Finding, ...]:
    return check(dossier(story, **more), rules()[code], overrides or {})


def only(code, story, **more) -> Finding:
    (found,) = findings(code, story, **more)
    return found


def counted(ref, kg, place):
    return ref, kg, place


def kg(amount, substance="acetone"):
    return Weighed(amounts={f"{substance}/kg": amount})


def many(*values):
    """One observation a day before the story, of a shipment each, the latest first."""
    return tuple(
        Observation(ref=f"X-{n}", at=on(-n - 1), value=Decimal(value))
        for n, value in enumerate(values)
    )
