"""When the rules themselves change, what is open is judged anew, and what is closed rests."""

from sqlalchemy import update

from alerts.cursor import CURSORS
from alerts.scan import Ended
from ledger import databases
from tests.alerts.desks import active, scanned, steps_of, upto
from tests.world import World


def test_another_set_of_rules_looks_at_every_open_shipment_again(world: World) -> None:
    world.live(steps=upto("shipment.departed", steps_of()))
    scanned(world)
    with databases.writing(world.engine) as session:
        session.execute(update(CURSORS).values(rules="RF-00/1"))
    report = scanned(world)
    assert (report.ended, report.shipments) == (Ended.IDLE, 1)
    assert scanned(world).shipments == 0


def test_another_set_of_rules_leaves_closed_shipments_alone(world: World) -> None:
    world.live()
    scanned(world)
    before = active(world)
    with databases.writing(world.engine) as session:
        session.execute(update(CURSORS).values(rules="RF-00/1"))
    assert scanned(world).shipments == 0
    assert active(world) == before
