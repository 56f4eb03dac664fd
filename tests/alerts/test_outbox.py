"""The outbox: nothing is lost, nothing goes twice, and entitlement is asked again at sending."""

import threading
from datetime import timedelta

import pytest

from alerts import Misconfigured, Undeliverable, outbox, recipients
from alerts.clocks import escalate
from alerts.outbox import Errand, State, pause
from alerts.recipients import Recipient
from ledger import databases
from ledger.roster import HUB
from tests import factories, vaults
from tests.alerts.desks import (
    Letterbox,
    address_of,
    case_of,
    delivered,
    desks,
    messages,
    scanned,
    steps_of,
)
from tests.factories import HONEST
from tests.world import World

SHORT = {"goods": [HONEST.line("11300")]}


def raised(world: World, *agencies: str) -> str:
    """A short delivery that these agencies are to hear of; its alert."""
    desks(world, *agencies)
    world.live(
        steps=steps_of(
            shipment_delivered=SHORT, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
        )
    )
    world.passes(days=20)
    scanned(world)
    return case_of(world, "RF-17").alert


def states(world: World, alert: str) -> list[str]:
    return [each.state for each in messages(world, alert)]


def test_a_temporary_failure_is_tried_again_after_a_while(world: World) -> None:
    alert = raised(world, "KE-CUSTOMS")
    letterbox = Letterbox(failures=[Undeliverable("smtp-451", for_good=False)])
    delivered(world, letterbox)
    assert states(world, alert) == ["temporary_failure"]
    assert messages(world, alert)[0].last_error == "smtp-451"
    delivered(world, letterbox)
    assert letterbox.got == []
    world.passes(minutes=2)
    delivered(world, letterbox)
    assert states(world, alert) == ["delivered"]
    assert letterbox.addresses == [address_of("KE-CUSTOMS")]


def test_a_refused_recipient_is_not_tried_again(world: World) -> None:
    alert = raised(world, "KE-CUSTOMS")
    letterbox = Letterbox(failures=[Undeliverable("recipient-refused-550", for_good=True)])
    for _ in range(3):
        delivered(world, letterbox)
        world.passes(days=1)
    assert states(world, alert) == ["permanent_failure"]
    assert letterbox.got == []


def test_our_own_fault_is_called_technical_and_tried_again(world: World) -> None:
    alert = raised(world, "KE-CUSTOMS")
    letterbox = Letterbox(failures=[Undeliverable("down", for_good=False, technical=True)])
    delivered(world, letterbox)
    assert states(world, alert) == ["technical_failure"]
    world.passes(hours=5)
    delivered(world, letterbox)
    assert states(world, alert) == ["delivered"]


def test_what_fails_for_days_is_given_up(world: World) -> None:
    alert = raised(world, "KE-CUSTOMS")
    letterbox = Letterbox(failures=[Undeliverable("smtp-451", for_good=False)] * 100)
    for _ in range(40):
        delivered(world, letterbox)
        world.passes(hours=4)
    assert states(world, alert) == ["permanent_failure"]
    assert messages(world, alert)[0].attempts < 40


def test_pauses_double_up_to_four_hours() -> None:
    assert [pause(n) // timedelta(minutes=1) for n in (1, 2, 3, 8, 9, 10, 99)] == [
        *(1, 2, 4, 128, 240, 240, 240)
    ]


def test_two_senders_never_take_the_same_message(world: World) -> None:
    raised(world, *(f"{cc}-{name}" for cc in ("NL", "KE", "EG") for name in ("CUSTOMS", "CNA")))
    letterboxes = [Letterbox(), Letterbox()]
    engines = [vaults.connect(world.engine.url.render_as_string(hide_password=False))]
    others = [world, world.restarted(engines[0])]
    threads = [
        threading.Thread(target=delivered, args=(each, letterbox))
        for each, letterbox in zip(others, letterboxes, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engines[0].dispose()
    ids = [mail.id for letterbox in letterboxes for _, mail in letterbox.got]
    assert len(ids) == len(set(ids)) > 5


def test_a_sender_that_died_leaves_its_message_to_the_next_under_the_same_id(world: World) -> None:
    alert = raised(world, "KE-CUSTOMS")
    with databases.writing(world.engine) as session:
        outbox.claim(session, now=world.clock())
    letterbox = Letterbox()
    delivered(world, letterbox)
    assert letterbox.got == []
    world.passes(minutes=6)
    delivered(world, letterbox)
    mine = messages(world, alert)
    assert [(each.state, each.attempts) for each in mine] == [("delivered", 2)]
    assert mine[0].id in {mail.id for _, mail in letterbox.got}


def test_a_claim_that_ran_out_cannot_settle_what_another_sender_took(world: World) -> None:
    alert = raised(world, "KE-CUSTOMS")
    with databases.writing(world.engine) as session:
        (slow, *_) = outbox.claim(session, now=world.clock())
    world.passes(minutes=6)
    delivered(world, Letterbox())
    with databases.writing(world.engine) as session:
        outbox.settle(session, slow, Undeliverable("late", for_good=True), now=world.clock())
    assert states(world, alert) == ["delivered"]


def test_who_may_not_see_the_alert_any_more_gets_no_mail(world: World) -> None:
    """A stranger's message, as if its country had been struck off the alert meanwhile."""
    alert = raised(world, "KE-CUSTOMS")
    stranger = Recipient(agency="CN-CUSTOMS", channel="email", address=address_of("CN-CUSTOMS"))
    with databases.writing(world.engine) as session:
        errand = Errand(alert=alert, occurrence=1, reason="raised")
        outbox.enqueue(session, errand, [stranger], now=world.clock())
    letterbox = Letterbox()
    delivered(world, letterbox)
    assert address_of("CN-CUSTOMS") not in letterbox.addresses
    (cancelled,) = (each for each in messages(world, alert) if each.country == "CN")
    assert (cancelled.state, cancelled.last_error) == ("cancelled", "not-entitled")


def test_an_alert_shared_with_more_countries_is_mailed_to_them_alone(world: World) -> None:
    alert = raised(world, "KE-CUSTOMS", "ZA-CUSTOMS")
    letterbox = Letterbox()
    delivered(world, letterbox)
    letterbox.got.clear()
    now = world.passes(minutes=1).strftime("%Y-%m-%dT%H:%M:%SZ")
    shared = {"kind": "alert.shared", "alert": alert, "occurred_at": now, "countries": ["ZA"]}
    world.post({**shared, "reason": "a sister order"}, "KE-CUSTOMS")
    scanned(world)
    delivered(world, letterbox)
    assert letterbox.addresses == [address_of("ZA-CUSTOMS")]


def test_an_authoritys_own_alert_is_mailed_to_those_it_names(world: World) -> None:
    desks(world, "DE-CUSTOMS", "NL-CUSTOMS")
    now = world.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    body = factories.body("alert.raised") | {"occurred_at": now, "countries": ["DE", "NL"]}
    world.post(body, "NL-CUSTOMS")
    scanned(world)
    letterbox = Letterbox()
    delivered(world, letterbox)
    assert letterbox.addresses == [address_of("DE-CUSTOMS")]


def test_acknowledging_an_alert_ends_its_mail_in_that_country(world: World) -> None:
    alert = raised(world, "KE-CUSTOMS", "NL-CUSTOMS")
    delivered(world, Letterbox())
    now = world.passes(minutes=1).strftime("%Y-%m-%dT%H:%M:%SZ")
    taken = {"kind": "alert.acknowledged", "alert": alert, "occurred_at": now}
    world.post(taken, "KE-POLICE")
    scanned(world)
    found = {each.country: each.state for each in messages(world, alert)}
    assert found == {"KE": "acknowledged", "NL": "delivered"}


def test_a_grave_alert_nobody_takes_up_is_brought_to_mind_once(world: World) -> None:
    alert = raised(world, "KE-CUSTOMS", HUB)
    letterbox = Letterbox()
    delivered(world, letterbox)
    letterbox.got.clear()
    for hours in (23, 2, 30, 30):
        world.passes(hours=hours)
        with databases.writing(world.engine) as session:
            escalate(session, now=world.clock())
        delivered(world, letterbox)
    reminders = [to for to, mail in letterbox.got if alert in mail.text]
    assert sorted(reminders) == [address_of("KE-CUSTOMS"), address_of(HUB)]
    assert all(mail.subject.startswith("Reminder: ") for _, mail in letterbox.got)


def test_an_acknowledged_alert_is_not_brought_to_mind(world: World) -> None:
    alert = raised(world, "KE-CUSTOMS", HUB)
    now = world.passes(minutes=1).strftime("%Y-%m-%dT%H:%M:%SZ")
    world.post({"kind": "alert.acknowledged", "alert": alert, "occurred_at": now}, "NL-CUSTOMS")
    world.passes(hours=30)
    with databases.writing(world.engine) as session:
        escalate(session, now=world.clock())
    assert "reminder" not in {each.reason for each in messages(world, alert)}


def test_a_desk_that_wants_only_grave_alerts_gets_no_others(world: World) -> None:
    desks(world, "KE-CUSTOMS", min_severity="critical")
    world.live(
        steps=steps_of(
            shipment_delivered=SHORT, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
        )
    )
    world.passes(days=20)
    scanned(world)
    assert messages(world, case_of(world, "RF-17").alert) == []


def test_settled_messages_are_forgotten_in_time_and_waiting_ones_are_not(world: World) -> None:
    alert = raised(world, "KE-CUSTOMS", "NL-CUSTOMS")
    delivered(world, Letterbox(failures=[Undeliverable("down", for_good=False, technical=True)]))
    with databases.writing(world.engine) as session:
        outbox.purge(session, before=world.passes(days=1))
    assert set(states(world, alert)) <= {"technical_failure"}


def test_recipients_are_added_listed_and_removed(world: World) -> None:
    one = Recipient(agency="KE-CUSTOMS", channel="email", address="duty@customs.example")
    with databases.writing(world.engine) as session:
        recipients.add(session, one)
        recipients.add(session, one)
        assert recipients.everyone(session) == [one]
        assert recipients.for_countries(session, {"KE"}, "info") == [one]
        assert recipients.for_countries(session, {"NL"}, "info") == []
        assert recipients.remove(session, one)
        assert not recipients.remove(session, one)


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b\r\nBcc: c@d", "a@b.example, c@d.example", "<a@b.example>", "a b@c.example"],
)
def test_what_is_no_mailbox_is_refused(address: str) -> None:
    with pytest.raises(Misconfigured):
        Recipient(agency="KE-CUSTOMS", channel="email", address=address)


def test_a_message_says_its_state_in_the_agreed_words() -> None:
    assert {each.value for each in State} == {
        "created",
        "sending",
        "delivered",
        "temporary_failure",
        "permanent_failure",
        "technical_failure",
        "acknowledged",
        "cancelled",
    }
