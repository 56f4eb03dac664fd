"""How much was permitted, and how much left or came in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from alerts.rules import Dossier, Finding, Said, Severity, evidence, papers, rule, slips
from alerts.rules.columns import Column, column
from alerts.rules.licensing import licences_of
from alerts.rules.parameters import Parameters
from alerts.rules.readings import IN, alike, papers_of, readings
from alerts.rules.votes import is_a_slip, outvoted
from alerts.rules.words import amount, exact_percent
from ledger.events.movements import Departed, ExportReleased
from ledger.events.permits import ExportAuthorised, ImportAuthorised
from ledger.events.receptions import ImportCleared
from ledger.masses import Weighed
from ledger.mentions import normal_number
from ledger.shipments import Authorisation, Shipment
from ledger.vocabulary import ShipmentEvent

MOVED = {"export": ("departed", "released"), "import": ("cleared",)}
VERBS = {"export": "left", "import": "came in"}
ROLES = {"export": "exporter", "import": "importer"}
NEAR_A_SLIP = Decimal("0.03")  # permits are asked for in round figures, and of the product as sold
MARGIN = Decimal("0.12")  # and for more than will be sent
USUALLY_OVER = 0.03  # of a permit: so much more makes an honest excess e times rarer


@rule(
    "RF-04",
    version=5,
    severity=Severity.HIGH,
    family="licensing",
    name="Quantity exceeds the authorisation",
    parameters={"tolerance_percent": Decimal("0.5"), "scale_percent": Decimal("3.5")},
)
def authorisation_exceeded(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """More left, or came in, than the authorisations permit.

    The authorisations of a shipment are added up and held against what departed (or was released)
    and against what was cleared, in pure mass where it is known, with `tolerance_percent` for
    weighing. Where an authorisation may serve several shipments, what left under it before counts
    too. A licence may carry a limit of its own: no single shipment may exceed it. It weighs by how
    far the limit is exceeded. What looks like a slip of the unit is low, and so are up to
    `scale_percent`, which a scale's bias or a permit in round figures explains, more that came in
    than was sent within the permit (see RF-24), what one export paper says against the notice, the
    permits and what came in, what the last figure written may be off, as many packages as the
    permit has, an import declaration of more than another step of the far end had, and a permit
    with one wrong digit by the notice and the other side's permit. What only earlier loads of the
    same permit make too much adds to what else is found: few permits say for how many they are.

    Source: EU 2015/1013 Art 11(8), remaining quantity; EU 111/2005 Art 15.
    """
    for side in MOVED:
        granted = [a for a in dossier.shipment.authorisations if a.kind == side]
        mine = _moved_here(dossier, side)
        if granted and mine is not None:
            yield from _over(dossier, side, granted, mine, p)
        if mine is not None:
            yield from _over_licence(dossier, side, mine, p)


@dataclass(frozen=True, kw_only=True)
class _Excess:
    """An amount against what permits it; `mine` is this shipment's share of the total."""

    mine: Decimal
    total: Decimal
    limit: Decimal
    key: str
    side: str
    tolerance: Decimal
    by_scale: Decimal

    @property
    def matters(self) -> bool:
        return self.mine > 0 and self.total > self.most

    @property
    def most(self) -> Decimal:
        return self.limit * (1 + self.tolerance)

    @property
    def slip(self) -> str | None:
        return slips.unit_slip(self.mine, self.limit, near=NEAR_A_SLIP, margin=MARGIN)

    @property
    def share(self) -> Decimal:
        return self.total / self.limit - 1 if self.limit else Decimal(1)

    def finding(
        self, permitted: str, stated: tuple[str, ...], key: str, *, declared_otherwise: bool = False
    ) -> Finding:
        low = self.slip is not None or self.share <= self.by_scale or declared_otherwise
        return Finding(
            summary=self.told(permitted),
            evidence=stated,
            severity=Severity.LOW if low else None,
            alone=not low and self.mine > self.limit * (1 + self.by_scale),
            surprise=None if low else float(self.share) / USUALLY_OVER,
            key=key,
        )

    def told(self, permitted: str) -> str:
        unit = self.key.rpartition("/")[2]
        pooled = " with earlier shipments under the same authorisation"
        earlier = pooled if self.total > self.mine else ""
        slip = f"it looks like {self.slip}" if self.slip else "no unit slip explains it"
        return (
            f"{amount(self.total, unit)} {VERBS[self.side]}{earlier} where "
            f"{amount(self.limit, unit)} {permitted}: {amount(self.total - self.limit, unit)} "
            f"more, beyond the {exact_percent(self.tolerance)} for weighing; {slip}."
        )


def _over(
    dossier: Dossier, side: str, granted: list[Authorisation], mine: Weighed, p: Parameters
) -> Iterator[Finding]:
    permitted, before = Weighed(), _under_the_same(dossier, side, granted)
    for each in granted:
        permitted = permitted.plus(each.masses)
    for key in sorted(mine.amounts.keys() & permitted.amounts.keys()):
        excess = _Excess(
            mine=mine.amounts[key],
            total=mine.plus(before).amounts[key],
            limit=permitted.amounts[key],
            key=key,
            side=side,
            tolerance=p.share("tolerance_percent"),
            by_scale=p.share("scale_percent"),
        )
        if excess.matters:
            stated = evidence(_permits(dossier, side), _moves(dossier, side))
            within = _sent_within if side == "import" else _came_within
            gap = excess.total - excess.limit
            otherwise = within(dossier, excess) or is_a_slip(
                dossier, key, side, excess.mine, gap=gap, most=excess.most
            )
            yield excess.finding(
                "are authorised", stated, f"{side}:{key}", declared_otherwise=otherwise
            )


def _came_within(dossier: Dossier, excess: _Excess) -> bool:
    """Whether a step of the far end and all that was planned contradict the one export paper."""
    paper = papers_of(dossier, excess.key)
    return paper is not None and any(
        outvoted(dossier, excess.key, paper.step, excess.mine, each.found)
        for each in readings(dossier)
        if each.key == excess.key and each.step in IN
    )


def _sent_within(dossier: Dossier, excess: _Excess) -> bool:
    """Whether what was sent kept to the permit: how more came in is then for RF-24 to ask."""
    papers = papers_of(dossier, excess.key)
    sent = papers.masses.amounts[excess.key] if papers else None
    return sent is not None and sent <= excess.most


def _over_licence(dossier: Dossier, side: str, mine: Weighed, p: Parameters) -> Iterator[Finding]:
    """No single shipment may exceed the limit of the licence it moves under."""
    moves = _moves(dossier, side)
    for key, found in sorted(mine.amounts.items()):
        limit = _limit(dossier, side, key, moves[-1].by.occurred_at.date()) if moves else None
        if limit is None:
            continue
        excess = _Excess(
            mine=found,
            total=found,
            limit=limit,
            key=key,
            side=side,
            tolerance=p.share("tolerance_percent"),
            by_scale=p.share("scale_percent"),
        )
        if excess.matters:
            permitted = f"are what the {ROLES[side]}'s licence allows"
            yield excess.finding(permitted, evidence(moves), f"{side}-licence:{key}")


def _limit(dossier: Dossier, side: str, key: str, on: date) -> Decimal | None:
    """The most that the trader's licences allow; a licence without a limit allows anything."""
    party = getattr(dossier.shipment.parties, ROLES[side], None)
    if party is None:
        return None
    held = licences_of(dossier.elsewhere, party)
    covering = [each.limit for each in held if each.covers(key.rpartition("/")[0], side, on)]
    amounts = [limit.amounts.get(key) if limit else None for limit in covering]
    known = [each for each in amounts if each is not None]
    return max(known) if known and len(known) == len(amounts) else None


def _under_the_same(dossier: Dossier, side: str, granted: list[Authorisation]) -> Weighed:
    """What other shipments moved earlier under those of the authorisations that serve several."""
    kind, total = f"{side}_authorisation", Weighed()
    several = papers.reusable(dossier.timeline)
    numbers = {n for a in granted if (kind, n := normal_number(a.number)) in several}
    others = {
        other.ref: other
        for number in sorted(numbers)
        for other in papers.citing(dossier.elsewhere, kind, number)
    }
    for other in others.values():
        if other.status != "cancelled" and _moment(other, side) < _moment(dossier.shipment, side):
            total = total.plus(moved(other, side))
    return total


def _moment(shipment: Shipment, side: str) -> tuple[str, str]:
    at = next((shipment.times[s] for s in MOVED[side] if s in shipment.times), None)
    return (at.isoformat() if at else "~", shipment.ref)


def moved(shipment: Shipment, side: str) -> Weighed | None:
    """What is known to have left or come in, by the step that says it best."""
    return next((shipment.balance[s] for s in MOVED[side] if s in shipment.balance), None)


def _moved_here(dossier: Dossier, side: str) -> Weighed | None:
    """The same of the shipment at hand: what was reported twice counts once, a slip not at all."""
    known = [c for step in MOVED[side] if (c := column(dossier, step)) is not None]
    if not known:
        return None
    masses = known[0].masses
    if side == "import":
        return masses
    best = {key: _believed(dossier, known[0], key).masses for key in masses.amounts}
    return Weighed(amounts={key: each.amounts[key] for key, each in best.items()})


def _believed(dossier: Dossier, left: Column, key: str) -> Column:
    """What left, if as much came in; else the export paper that the notice bears out."""
    papers, amount_left = papers_of(dossier, key), left.masses.amounts[key]
    if papers is None or alike(amount_left, papers.masses.amounts[key]):
        return papers or left
    came = [each.found for each in readings(dossier) if each.key == key and each.step in IN]
    return left if any(alike(amount_left, each) for each in came) else papers


def _permits(dossier: Dossier, side: str) -> tuple[Said[ShipmentEvent], ...]:
    return dossier.stated(ExportAuthorised if side == "export" else ImportAuthorised)


def _moves(dossier: Dossier, side: str) -> tuple[Said[ShipmentEvent], ...]:
    if side == "import":
        return dossier.stated(ImportCleared)
    return dossier.stated(Departed) or dossier.stated(ExportReleased)
