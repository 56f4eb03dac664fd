"""Alert stories: what is found, who is told, and what becomes of it. On both databases."""

from ledger import databases, records
from ledger.records import Record
from tests import factories
from tests.alerts.desks import (
    Letterbox,
    active,
    address_of,
    case_of,
    cases,
    delivered,
    desks,
    messages,
    scanned,
    steps_of,
    upto,
)
from tests.factories import HONEST, Journey, Step
from tests.world import World

J = HONEST
SHORT = {"goods": [J.line("11300")]}


def test_an_honest_journey_raises_nothing(world: World) -> None:
    world.live()
    scanned(world)
    assert {each.rule: each.summary for each in cases(world).values()} == {}


def test_a_short_delivery_is_one_alert_and_one_mail_to_each_country_concerned(
    world: World,
) -> None:
    desks(world, "NL-CUSTOMS", "KE-CUSTOMS", "EG-CUSTOMS", "DE-CUSTOMS", "CN-CUSTOMS")
    world.live(
        steps=steps_of(
            shipment_delivered=SHORT, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
        )
    )
    world.passes(days=30)
    scanned(world)
    case = case_of(world, "RF-17")
    letterbox = Letterbox()
    delivered(world, letterbox)
    assert case.countries == ("EG", "KE", "NL")
    mine = [to for to, mail in letterbox.got if case.alert in mail.text]
    assert sorted(mine) == [address_of(f"{cc}-CUSTOMS") for cc in ("EG", "KE", "NL")]
    scanned(world)
    delivered(world, letterbox)
    assert len([1 for _, mail in letterbox.got if case.alert in mail.text]) == 3


def test_mail_carries_metadata_and_no_name_and_no_substance(world: World) -> None:
    desks(world, "KE-CUSTOMS")
    world.live(
        steps=steps_of(
            shipment_delivered=SHORT, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
        )
    )
    world.passes(days=30)
    scanned(world)
    letterbox = Letterbox()
    delivered(world, letterbox)
    case = case_of(world, "RF-17")
    (text,) = [mail.text for _, mail in letterbox.got if case.alert in mail.text]
    assert case.summary in text
    assert "shipment NL-2026-000017" in text
    assert f"http://127.0.0.1:8080/v1/alerts/{case.alert}" in text
    for secret in ("Tsavo", "Maasvlakte", "acetone", "Acetone", "67-64-1"):
        assert secret not in text


def leaves_against_an_objection(world: World) -> Step:
    """Goods leave that KE objected to; the answer that took that back is still to be reported."""
    steps = upto("shipment.departed", steps_of())
    late = next(each for each in steps if each.body["kind"] == "notice.no_objection")
    body = factories.body("notice.objected", occurred_at=J.at(1))
    objected = Step(body=body, agency=late.agency, country=late.country, role="")
    world.live(steps=[steps[0], objected, *(each for each in steps[1:] if each is not late)])
    return late


def test_late_paperwork_lapses_an_alert_that_nobody_took_up(world: World) -> None:
    late = leaves_against_an_objection(world)
    scanned(world)
    assert case_of(world, "RF-35").status == "open"
    world.post(late.body, late.agency)
    scanned(world)
    case = case_of(world, "RF-35")
    assert case.status == "lapsed"
    assert not [row for row in active(world) if row[2] == "RF-35"]


def test_mail_that_was_not_sent_before_its_alert_lapsed_is_not_sent_at_all(world: World) -> None:
    desks(world, "NL-CUSTOMS")
    late = leaves_against_an_objection(world)
    scanned(world)
    world.post(late.body, late.agency)
    scanned(world)
    letterbox = Letterbox()
    delivered(world, letterbox)
    case = case_of(world, "RF-35")
    assert [each.state for each in messages(world, case.alert)] == ["cancelled"]


def test_an_alert_somebody_took_up_does_not_lapse(world: World) -> None:
    late = leaves_against_an_objection(world)
    scanned(world)
    alert = case_of(world, "RF-35").alert
    acknowledge(world, alert)
    world.post(late.body, late.agency)
    scanned(world)
    assert case_of(world, "RF-35").status == "acknowledged"
    assert not [row for row in active(world) if row[2] == "RF-35"]


def test_a_judged_alert_is_not_opened_again_and_new_evidence_is_an_occurrence(
    world: World,
) -> None:
    world.live(
        steps=steps_of(
            shipment_delivered=SHORT, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
        )
    )
    world.passes(days=30)
    scanned(world)
    before = case_of(world, "RF-17")
    judge(world, before.alert)
    scanned(world)
    assert case_of(world, "RF-17").status == "closed"
    assert case_of(world, "RF-17").occurrences == 1
    again = {**factories.body("shipment.delivered"), "goods": [J.line("500")]}
    world.post({**again, "occurred_at": J.at(66.2)}, "KE-CUSTOMS")
    world.passes(days=30)
    scanned(world)
    after = case_of(world, "RF-17")
    assert (after.status, after.occurrences) == ("closed", 2)
    assert set(after.evidence) > set(before.evidence)


def test_a_finding_that_returns_opens_its_lapsed_alert_again(world: World) -> None:
    late = leaves_against_an_objection(world)
    scanned(world)
    admitted = world.post(late.body, late.agency)
    scanned(world)
    world.passes(minutes=1)
    wrong = factories.body("event.corrected", occurred_at=J.at(29), reason="did_not_occur")
    wrong.pop("replacement", None)
    world.post({**wrong, "corrects": jti_at(world, admitted.receipt.index)}, late.agency)
    scanned(world)
    case = case_of(world, "RF-35")
    assert (case.status, case.lapsed_because) == ("open", None)


def test_a_notice_nobody_answers_expires_once_at_its_deadline(world: World) -> None:
    world.live(steps=upto("notice.sent", steps_of()))
    scanned(world)
    world.passes(days=60)
    for _ in range(3):
        scanned(world)
        world.passes(days=1)
    (expired,) = kinds(world, "notice.expired")
    assert expired.event.occurred_at == expired.event.due


def test_an_answered_notice_does_not_expire(world: World) -> None:
    world.live(steps=upto("notice.no_objection", steps_of()))
    world.passes(days=60)
    scanned(world)
    assert kinds(world, "notice.expired") == []


def test_two_shipments_that_exceed_one_requirement_are_one_alert(world: World) -> None:
    declare(world, "KE", "20000")
    for number in range(3):
        journey = another(number)
        world.live(journey, steps=upto("notice.no_objection", steps_of(journey)))
    scanned(world)
    case = case_of(world, "RF-03")
    assert case.about == ("country", "KE/acetone/2026")
    assert len({row[1] for row in active(world) if row[2] == "RF-03"}) == 2


def test_a_raised_requirement_lets_the_alert_lapse(world: World) -> None:
    declare(world, "KE", "20000")
    for number in range(2):
        world.live(another(number), steps=upto("notice.sent", steps_of(another(number))))
    scanned(world)
    assert case_of(world, "RF-03").status == "open"
    world.passes(minutes=1)
    declare(world, "KE", "90000")
    scanned(world)
    assert case_of(world, "RF-03").status == "lapsed"


def test_room_that_a_withdrawn_notice_makes_is_noticed(world: World) -> None:
    declare(world, "KE", "20000")
    for number in range(2):
        world.live(another(number), steps=upto("notice.sent", steps_of(another(number))))
    scanned(world)
    first = another(0)
    withdrawn = factories.body("notice.withdrawn", first, occurred_at=first.at(2))
    world.post(withdrawn, "NL-AUTHORITY")
    scanned(world)
    assert case_of(world, "RF-03").status == "lapsed"


def test_a_finding_on_a_marked_statement_is_told_to_those_who_may_see_it(world: World) -> None:
    marked = {**SHORT, "marking": {"tlp": "RED", "releasable_to": ["NL"]}}
    world.live(
        steps=steps_of(
            shipment_delivered=marked,
            receipt_confirmed=SHORT,
            use_reported={"used": SHORT["goods"]},
        )
    )
    world.passes(days=30)
    scanned(world)
    assert case_of(world, "RF-17").countries == ("KE", "NL")


def test_a_finding_on_withheld_statements_is_told_when_their_time_comes(world: World) -> None:
    later = {"tlp": "AMBER", "visible_after": J.at(400)}
    marked = {**SHORT, "marking": {**later}}
    steps = steps_of(
        shipment_delivered=marked, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
    )
    world.live(steps=steps)
    world.passes(days=30)
    scanned(world)
    assert case_of(world, "RF-17").countries == ("KE",)
    world.passes(days=400)
    scanned(world)
    assert case_of(world, "RF-17").countries == ("EG", "KE", "NL")


def test_an_objected_order_is_recognised_in_a_shipment_that_came_before(world: World) -> None:
    """The refusal is heard of last: the shipment that resembles it is looked at again."""
    refused = another(1)
    elsewhere = another(2, exporting="DE", started=J.moment(20))
    steps = upto("notice.sent", steps_of(elsewhere))
    world.live(elsewhere, steps=steps)
    scanned(world)
    world.live(refused, steps=upto("notice.sent", steps_of(refused)))
    scanned(world)
    objected = factories.body("notice.objected", refused, occurred_at=refused.at(3))
    world.post(objected, "KE-AUTHORITY")
    scanned(world)
    assert case_of(world, "RF-12").about == ("shipment", elsewhere.ref)


def another(number: int, **changes: object) -> Journey:
    exporting = str(changes.get("exporting", "NL"))
    made = {
        "ref": f"{exporting}-2026-1{number:05}",
        "pen": f"PEN-{exporting}-2026-1{number:05}",
        "container": ("MSKU1234565", "CSQU3054383", "TGHU7775554")[number],
        "seal": f"ML-{number:07}",
        "started": J.moment(number / 10),
        **changes,
    }
    return Journey(**made)  # type: ignore[arg-type]


def declare(world: World, country: str, amount: str) -> None:
    body = factories.body("requirement.declared")
    goods = {**body["goods"], "quantity": {"amount": amount, "unit": "KGM"}}
    body |= {"country": country, "year": 2026, "goods": goods, "substance": "acetone"}
    world.post(body | {"occurred_at": J.at(0)}, f"{country}-AUTHORITY")


def acknowledge(world: World, alert: str, agency: str = "NL-CUSTOMS") -> None:
    now = world.passes(minutes=1).strftime("%Y-%m-%dT%H:%M:%SZ")
    world.post({"kind": "alert.acknowledged", "alert": alert, "occurred_at": now}, agency)


def judge(world: World, alert: str, agency: str = "KE-CUSTOMS") -> None:
    now = world.passes(minutes=1).strftime("%Y-%m-%dT%H:%M:%SZ")
    verdict = {"verdict": "explained", "reason": "second_truck"}
    world.post({"kind": "alert.judged", "alert": alert, "occurred_at": now, **verdict}, agency)


def jti_at(world: World, index: int) -> str:
    with databases.reading(world.engine) as session:
        return records.read(session, [index])[0].by.jti


def kinds(world: World, kind: str) -> list[Record]:
    with databases.reading(world.engine) as session:
        return [r for r in records.read_range(session, 0, world.size) if r.event.kind == kind]
