"""The label of a case: made of its plot and of when its statements were signed, for judges only."""

from collections.abc import Iterator
from datetime import datetime

from seed.worlds.cases import Case, Plot
from seed.worlds.passages import Passage, passage
from seed.worlds.weather import Weather


def labelled(plot: Plot, weather: Weather) -> Case:
    passages = [passage(order, plot, weather) for order in plot.orders]
    when = sorted(_decided(plot, each) for each in passages)
    named = {order.deal.importer.key for order in plot.orders}
    routes = {iso for each in passages for iso in _countries(each)}
    return Case(
        number=plot.number,
        family=plot.family.name,
        story=plot.family.story,
        rules=plot.family.rules,
        topics=plot.family.topics,
        shipments=tuple(ref for each in passages for ref in _refs(each)),
        traders=tuple(sorted(named)),
        countries=tuple(sorted(routes)),
        kg=round(plot.family.diverted(plot, [each.voyage for each in passages]), 3),
        size=round(plot.size, 4),
        decided_at=when[(len(when) - 1) // 2],
    )


def _refs(each: Passage) -> Iterator[str]:
    """The reference of a consignment, and the far end's where it has its own."""
    yield from dict.fromkeys((each.voyage.ref, each.voyage.ref_in))


def _countries(each: Passage) -> Iterator[str]:
    yield from (each.voyage.exporting, each.voyage.importing, *each.voyage.transit)


def _decided(plot: Plot, each: Passage) -> datetime:
    """When the statement that gives it away was signed, or when silence had lasted long enough."""
    family = plot.family
    seals = "RF-16" in family.rules
    shown = [
        step.told
        for step in each.steps
        if step.kind in family.shows
        and (seals or step.kind != "shipment.arrived" or "goods" in step.body)
    ]
    if shown:
        return min(shown)
    last = max((step.told for step in each.steps), default=each.voyage.order.at)
    return max(each.voyage.at.get(family.since, last) + family.silence, last)
