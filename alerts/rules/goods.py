"""What the goods are said to be: strengths that are unusual, and words that say nothing."""

import functools
from collections.abc import Iterator
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import exact_strength, strength_of
from alerts.rules.columns import lines_stated
from alerts.rules.parameters import Parameters
from alerts.rules.words import count
from ledger.claims import Concentration, folded
from ledger.events.controls import Inspected, SampleAnalysed
from ledger.events.movements import ExportReleased
from ledger.events.notices import NoticeSent
from ledger.quantities import show
from ledger.vocabulary import ShipmentEvent

GENERIC = (
    "chemical, chemicals, chemical product, chemical products, chemical sample, raw material, "
    "raw materials, fertiliser, fertilizer, fertiliser sample, solvent, solvents, "
    "industrial goods, liquid, powder, sample, samples, general cargo, goods, as per invoice, "
    "produit chimique, produits chimiques, matière première, engrais, "
    "producto químico, productos químicos, materia prima, fertilizante, "
    "produto químico, matéria-prima, chemikalie, chemikalien, rohstoff, düngemittel, "
    "химикат, химикаты, химическая продукция, сырьё, удобрение, "
    "化学品, 化工原料, 肥料, مواد كيميائية, أسمدة"
)


@rule(
    "RF-07",
    version=1,
    severity=Severity.MEDIUM,
    family="goods",
    name="Concentration or form unusual for stated use",
    parameters={"tolerance_points": 2, "notices_known": 50, "spread_points": 10},
    needs=("notice.sent", "shipment.inspected", "sample.analysed"),
)
def unusual_strength(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The goods are stronger or weaker than declared, or than such goods ever are.

    What an inspection or a laboratory found lies more than `tolerance_points` percentage points
    outside every strength declared for the goods. Or the notice states a strength more than
    `spread_points` outside all of the last notices of the substance, of which at least
    `notices_known` must state one; that alone is low.

    Source: Regulation (EU) 2019/1148 Art 9(1)(c), uncommon concentrations.
    """
    looked_into = dossier.stated(Inspected, SampleAnalysed)
    declared = _declared(dossier) if looked_into else []
    for each in looked_into:
        found = _found(each.event)
        off = _outside(found.low, found.high, declared) if found and declared else None
        if found and off is not None and off > p.number("tolerance_points"):
            yield Finding(
                summary=f"Officers found a strength of {_range(found.low, found.high)}, where "
                f"{_range(min(declared), max(declared))} was declared.",
                evidence=evidence([each]),
                key=each.by.jti,
            )
    yield from _unlike_others(dossier, p)


def _declared(dossier: Dossier) -> list[Decimal]:
    strengths = [line.concentration for line, _ in lines_stated(dossier) if line.concentration]
    return [end for each in strengths for end in (each.low, each.high)]


def _unlike_others(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    for sent in dossier.stated(NoticeSent)[-1:]:
        for line in sent.event.goods:
            strength = exact_strength(line)
            if strength is None:
                continue
            before = dossier.elsewhere.observed(strength_of(line.substance), sent.by.occurred_at)
            if len(before) < p.whole("notices_known"):
                continue
            known = [each.value for each in before]
            off = _outside(strength, strength, known)
            if off is not None and off > p.number("spread_points"):
                yield Finding(
                    summary=f"A strength of {_range(strength, strength)} is notified, where "
                    f"{count(len(before), 'notice')} before had {_range(min(known), max(known))}.",
                    evidence=evidence([sent]),
                    severity=Severity.LOW,
                    key=line.substance,
                    alone=False,
                )


def _found(event: ShipmentEvent) -> Concentration | None:
    if isinstance(event, Inspected):
        return event.concentration_found
    return event.concentration if isinstance(event, SampleAnalysed) else None


def _outside(low: Decimal, high: Decimal, known: list[Decimal]) -> Decimal | None:
    """By how much a range lies outside what is known; None where it lies within or overlaps."""
    if any(each >= low for each in known) and any(each <= high for each in known):
        return None
    return max(low - max(known), min(known) - high)


def _range(low: Decimal, high: Decimal) -> str:
    return f"{show(low)} %" if low == high else f"{show(low)} to {show(high)} %"


@functools.lru_cache(maxsize=16)
def _terms(said: str) -> frozenset[str]:
    return frozenset(folded(each) for each in said.split(","))


@rule(
    "RF-10",
    version=1,
    severity=Severity.LOW,
    family="documents",
    name="Vague or generic goods description",
    parameters={"terms": GENERIC},
    needs=("notice.sent", "export.released", "import.cleared"),
    alone=False,
)
def vague_description(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The goods are described in words that any goods could have.

    The declared name of a line is one of the `terms`, which are separated by commas and compared
    without case, accents and punctuation. Clerks abbreviate, so this only adds to what else is
    found.

    Source: FATF/Egmont, trade-based money laundering indicators (2021); WCO risk practice.
    """
    terms = _terms(str(p["terms"]))
    vague = [
        said
        for line, said in lines_stated(dossier)
        if isinstance(said.event, NoticeSent | ExportReleased)
        and folded(line.declared_name) in terms
    ]
    if vague:
        yield Finding(
            summary=f"The goods are described in general words on {count(len(vague), 'line')} "
            "of the notice or the export declaration.",
            evidence=evidence(vague),
        )
