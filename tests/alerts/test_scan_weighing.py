"""When findings of a kind weigh another amount, what stands is weighed anew and nobody judged."""

from sqlalchemy import select

from alerts import duelist, findings, rates
from alerts.findings import FINDINGS
from alerts.scan import Ended
from alerts.weighing.scale import Rates
from ledger import bulk, databases
from tests.alerts.desks import UNLEARNT, active, case_of, loud, scanned, statements_of, steps_of
from tests.factories import HONEST
from tests.world import World

SHORT = {"goods": [HONEST.line("11300")]}


def short_delivery(world: World) -> None:
    steps = steps_of(
        shipment_delivered=SHORT, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
    )
    world.admitted(statements_of(world, steps))
    world.passes(days=30)


def probabilities(world: World) -> dict[str, int]:
    held = FINDINGS.c
    with databases.reading(world.engine) as session:
        rows = session.execute(select(held.alert, held.probability).where(held.active.is_(True)))
        return {row.alert: row.probability for row in rows}


def becomes_common(world: World) -> Rates:
    """As if nearly all of a thousand shipments had what was found."""
    with databases.writing(world.engine) as session:
        met = {rates.ALL: 1_000, **dict.fromkeys(rates.read(session).standing, 950)}
        rows = [{"kind": kind, "standing": more} for kind, more in sorted(met.items())]
        bulk.add_up(session, rates.RATES, rows)
        duelist.weigh_where(session, findings.with_rules({"RF-17"}))
        return rates.read(session)


def test_what_became_common_weighs_less_and_its_alert_lapses(world: World) -> None:
    short_delivery(world)
    scanned(world)
    found, said, alert = active(world), probabilities(world), case_of(world, "RF-17").alert
    assert alert in loud(world)
    now = becomes_common(world)
    report = scanned(world)
    assert (report.ended, report.shipments) == (Ended.IDLE, 0)
    assert active(world) == found
    assert alert not in loud(world)
    assert case_of(world, "RF-17").status == "lapsed"
    assert rates.changed(UNLEARNT, Rates(), now) >= {"RF-17"}
    assert probabilities(world)[alert] < said[alert]


def test_weighed_from_what_is_kept_it_is_as_if_it_was_judged_again(world: World) -> None:
    short_delivery(world)
    scanned(world)
    becomes_common(world)
    scanned(world)
    weighed = probabilities(world), loud(world)
    with databases.writing(world.engine) as session:
        duelist.again(session, {ref for _, ref, *_ in active(world)})
    assert scanned(world).shipments == 1
    assert (probabilities(world), loud(world)) == weighed
    assert scanned(world).ended is Ended.IDLE
