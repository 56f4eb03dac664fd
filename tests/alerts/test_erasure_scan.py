"""A scan copes with what was erased: it looks again, without it, and says nothing of it."""

from alerts import findings
from alerts.scan import Scanner, scan
from alerts.schedule import carry_out_erasures
from ledger import databases
from ledger.audit import audit
from tests import factories
from tests.erasing import approved, requested
from tests.factories import HONEST

SEAL = "KANARIE77"


def scanned(world):
    scanner = Scanner(engine=world.engine, desk=world.desk, hub_key=world.hub_key)
    return scan(scanner, now=world.clock.now)


def said(world):
    with databases.reading(world.engine) as session:
        return " ".join(found.summary for found, _ in findings.about(session, HONEST.ref))


def everything_worded(world):
    with databases.reading(world.engine) as session:
        return repr(session.execute(findings.FINDINGS.select()).all())


def test_what_was_worded_about_something_erased_goes_with_it(world):
    steps = factories.journey_bodies()
    world.live(steps=[each for each in steps if each.body["kind"] != "shipment.arrived"][:7])
    arrival = factories.body("shipment.arrived")
    arrival["observed"]["equipment"][0]["seals"] = [SEAL]
    world.passes(days=30)
    target = world.post(arrival, factories.poster("shipment.arrived")[0])
    scanned(world)
    world.passes(days=2)
    scanned(world)
    assert SEAL in said(world)
    issuer = factories.poster("shipment.arrived")[0]
    approved(world, requested(world, target, by=f"{issuer[:2]}-AUTHORITY"), "DE-CNA")
    (done,) = carry_out_erasures(world.engine, world.desk, now=world.clock.now)
    assert done.subject == HONEST.ref
    assert SEAL not in everything_worded(world)
    world.passes(minutes=1)
    scanned(world)
    assert SEAL not in everything_worded(world)
    audit(world.engine).check()


def test_a_scan_that_meets_something_erased_first_goes_on(world):
    admissions = world.live()
    approved(world, requested(world, admissions[6]), "DE-CNA")
    carry_out_erasures(world.engine, world.desk, now=world.clock.now)
    assert scanned(world).entries == world.size
    audit(world.engine).check()
