"""Who may have something erased: its own country, by other eyes, and not while the law holds it."""

import pytest
from sqlalchemy import insert, update

from crypto import sdjwt
from ledger import Conflict, Invalid, LedgerError, NotPermitted, databases, erased, erasure, records
from ledger.admission import Admission
from ledger.audit import audit
from ledger.erased import ERASED
from ledger.erasure import Stage
from ledger.records import DISCLOSURES
from ledger.roster import HUB, root_of
from tests import factories
from tests.erasing import approved, carried_out, jti_of, requested
from tests.erasing import erased as erase
from tests.world import World


@pytest.fixture
def target(sqlite_world: World) -> Admission:
    return sqlite_world.post(factories.body("shipment.departed"), "NL-CUSTOMS")


def stages(world: World) -> list[Stage]:
    with databases.reading(world.engine) as session:
        return [case.stage for case in erasure.cases(session, world.desk.registry.current(session))]


def faults(world: World) -> str:
    return "\n".join(map(str, audit(world.engine).faults))


def held(world: World, target: Admission, by: str = "KE-POLICE") -> str:
    return jti_of(world.post(factories.body("hold.legal", target=jti_of(target)), by))


@pytest.mark.parametrize(
    ("by", "approver"),
    [("NL-CNA", each) for each in (root_of("NL"), "NL-AUTHORITY", "KE-CNA", root_of("KE"), HUB)]
    + [(root_of("NL"), each) for each in ("NL-CNA", "DE-AUTHORITY", HUB)],
)
def test_an_authority_or_focal_point_asks_and_another_approves(
    sqlite_world: World, target: Admission, by: str, approver: str
):
    request = requested(sqlite_world, target, by=by)
    assert (stages(sqlite_world), carried_out(sqlite_world)) == ([Stage.REQUESTED], [])
    approved(sqlite_world, request, approver)
    assert stages(sqlite_world) == [Stage.APPROVED]
    assert len(carried_out(sqlite_world)) == 1
    assert (stages(sqlite_world), carried_out(sqlite_world)) == ([Stage.ERASED], [])


@pytest.mark.parametrize("by", ["NL-CUSTOMS", "NL-POLICE", "KE-CNA", root_of("KE"), HUB])
def test_nobody_else_asks(sqlite_world: World, target: Admission, by: str):
    with pytest.raises(NotPermitted):
        requested(sqlite_world, target, by=by)


@pytest.mark.parametrize("by", ["NL-CNA", "NL-CUSTOMS", "KE-POLICE"])
def test_nobody_else_approves(sqlite_world: World, target: Admission, by: str):
    request = requested(sqlite_world, target)
    with pytest.raises(NotPermitted):
        approved(sqlite_world, request, by)


def test_an_approval_counts_once_and_only_for_a_request(sqlite_world: World, target: Admission):
    request = requested(sqlite_world, target)
    approved(sqlite_world, request)
    with pytest.raises(Conflict, match="approved already"):
        approved(sqlite_world, request, "DE-CNA")
    with pytest.raises(Invalid, match="no such request"):
        approved(sqlite_world, jti_of(target), "DE-CNA")


def test_what_is_not_there_or_public_is_not_erased(sqlite_world: World):
    absent = factories.body("erasure.requested", scope="body")
    with pytest.raises(Invalid, match="no such statement"):
        sqlite_world.post(absent, "NL-CNA")
    enrolment = sqlite_world.post(factories.body("policy.declared", jurisdiction="NL"), HUB)
    with pytest.raises(Invalid, match="can't be erased"):
        requested(sqlite_world, enrolment, by=HUB)


def test_the_hubs_own_statements_take_another_to_approve(sqlite_world: World):
    raised = sqlite_world.post(factories.body("alert.raised"), HUB)
    request = requested(sqlite_world, raised, by=HUB)
    with pytest.raises(NotPermitted):
        approved(sqlite_world, request, HUB)
    approved(sqlite_world, request, "NL-CNA")
    assert len(carried_out(sqlite_world)) == 1
    audit(sqlite_world.engine).check()


def test_an_alert_of_which_something_is_left_is_folded_from_that(sqlite_world: World):
    world = sqlite_world
    world.post(factories.body("alert.raised"), HUB)
    shared = world.post(factories.body("alert.shared"), HUB)
    world.passes(hours=1)
    erase(world, shared, by=HUB)
    audit(world.engine).check()


def test_a_legal_hold_stops_an_erasure_until_it_is_lifted(sqlite_world: World, target: Admission):
    first, second = held(sqlite_world, target), held(sqlite_world, target, "NL-CUSTOMS")
    approved(sqlite_world, requested(sqlite_world, target))
    for hold, lifter in ((first, root_of("KE")), (second, "NL-CUSTOMS")):
        assert (stages(sqlite_world), carried_out(sqlite_world)) == ([Stage.HELD], [])
        sqlite_world.post(factories.body("hold.lifted", hold=hold), lifter)
    assert len(carried_out(sqlite_world)) == 1


@pytest.mark.parametrize("by", ["NL-CNA", "KE-CNA", "KE-CUSTOMS", HUB])
def test_only_who_placed_a_hold_or_its_focal_point_lifts_it(
    sqlite_world: World, target: Admission, by: str
):
    hold = held(sqlite_world, target)
    with pytest.raises(NotPermitted):
        sqlite_world.post(factories.body("hold.lifted", hold=hold), by)
    with pytest.raises(NotPermitted):
        held(sqlite_world, target, "KE-LAB")


def test_personal_data_first_and_then_the_rest(sqlite_world: World):
    body = factories.body("shipment.departed", nominal={"text": "the driver"})
    target = sqlite_world.post(body, "NL-CUSTOMS")
    (nominal,) = erase(sqlite_world, target, "nominal")
    (whole,) = erase(sqlite_world, target, "body")
    assert set(nominal.gone) < set(whole.gone)
    assert nominal.digest == whole.digest
    assert stages(sqlite_world) == [Stage.ERASED, Stage.ERASED]
    audit(sqlite_world.engine).check()


def test_what_a_restored_backup_brings_back_is_erased_again(sqlite_world: World, target: Admission):
    index = target.receipt.index
    with databases.reading(sqlite_world.engine) as session:
        (before,) = records.read(session, [index])
    erase(sqlite_world, target)
    with databases.writing(sqlite_world.engine) as session:
        session.execute(ERASED.delete())
        records.replace(session, [(index, records.text_of(before.parsed.disclosures))])
    assert stages(sqlite_world) == [Stage.APPROVED]
    assert len(carried_out(sqlite_world)) == 1
    audit(sqlite_world.engine).check()


def test_an_audit_tells_what_was_made_away_with_from_what_was_erased(
    sqlite_world: World, target: Admission
):
    index = target.receipt.index
    with databases.writing(sqlite_world.engine) as session:
        (record,) = records.read(session, [index])
        kept = record.parsed.disclosures[1:]
        records.replace(session, [(index, records.text_of(kept))])
    assert f"disclosure {index}: a claim is not disclosed" in faults(sqlite_world)


def test_an_audit_names_an_erasure_that_nobody_approved(sqlite_world: World, target: Admission):
    index = target.receipt.index
    request = requested(sqlite_world, target)
    with databases.writing(sqlite_world.engine) as session:
        (record,) = records.read(session, [index])
        gone = tuple(sorted(map(sdjwt.digest, record.parsed.disclosures)))
    forged = {
        "index": index,
        "scope": "body",
        "time": 0,
        "request": request,
        "agency": "NL-CNA",
        "approver": "KE-CNA",
        "reason": "subject_request",
        "digest": record.digest,
        "gone": " ".join(gone),
        "about": "shipment",
        "subject": record.event.subject[1],
        "restricted": False,
    }
    with databases.writing(sqlite_world.engine) as session:
        session.execute(insert(ERASED), [forged])
        records.replace(session, [(index, "")])
    assert f"erased {index}: nobody asked for it and approved it in the log" in faults(sqlite_world)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"scope": "nominal"},
        {"agency": "KE-CNA"},
        {"approver": "DE-CNA"},
        {"reason": "unlawful"},
        {"request": "0198c0de-0000-7000-8000-000000000009"},
        {"gone": ""},
        {"subject": "NL-2026-999999"},
    ],
    ids=str,
)
def test_an_audit_names_a_changed_record_of_an_erasure(
    sqlite_world: World, target: Admission, spoiled: dict[str, str]
):
    erase(sqlite_world, target)
    audit(sqlite_world.engine).check()
    with databases.writing(sqlite_world.engine) as session:
        session.execute(update(ERASED).values(spoiled))
    with pytest.raises(LedgerError):
        audit(sqlite_world.engine).check()


def test_a_record_of_an_erasure_without_the_erasure_is_a_fault(
    sqlite_world: World, target: Admission
):
    index = target.receipt.index
    with databases.reading(sqlite_world.engine) as session:
        (before,) = records.read(session, [index])
    erase(sqlite_world, target)
    with databases.writing(sqlite_world.engine) as session:
        records.replace(session, [(index, records.text_of(before.parsed.disclosures))])
    assert f"disclosure {index}: what is missing is not what was erased" in faults(sqlite_world)
    with databases.reading(sqlite_world.engine) as session:
        assert erased.at(session, [index])[index].is_whole
        assert session.execute(DISCLOSURES.select()).first() is not None
