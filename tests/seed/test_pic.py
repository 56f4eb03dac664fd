"""From the release to notices: nothing is lost, nothing is invented without being said."""

from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from crypto import sdjwt
from ledger import vocabulary
from ledger.events.notices import NoticeSent
from seed import notifications, pic, reference, world
from seed.clerk.rows import Notification
from seed.pic import Notice
from seed.world import UNDISCLOSED, World

ORIGIN = "log.test/pic"


@cache
def release() -> tuple[Notification, ...]:
    return tuple(each for each in notifications.read_all() if isinstance(each, Notification))


@cache
def cast() -> World:
    return world.cast(release(), origin=ORIGIN, secret=bytes(32))


@cache
def notices() -> tuple[Notice, ...]:
    return tuple(pic.notices(release(), cast()))


def event_of(notice: Notice) -> NoticeSent:
    event = vocabulary.parse(notice.body)
    assert isinstance(event, NoticeSent)
    return event


def of_row(name: str) -> Notice:
    return next(n for n in notices() if name in {row.notification_id for row in n.rows})


def test_every_row_that_the_clerk_read_is_in_exactly_one_notice() -> None:
    rows = [row.notification_id for notice in notices() for row in notice.rows]
    assert sorted(rows) == sorted(each.notification_id for each in release())
    assert len({notice.ref for notice in notices()}) == len(notices())


def test_every_notice_is_one_that_its_authority_may_state() -> None:
    for notice in notices():
        event = event_of(notice)
        event.check_signer(notice.agency[:2])
        assert notice.agency[:2] == notice.ref[:2] == event.route.exporting
        assert event.shipment == f"{event.route.exporting}-PIC-{notice.head.notification_id}"


def test_a_mixture_is_one_notice_with_a_line_for_each_substance_and_the_amount_undivided() -> None:
    mixtures = [notice for notice in notices() if len(notice.rows) > 1]
    assert len(mixtures) > 50
    for notice in mixtures:
        lines = notice.body["goods"]
        assert [line["substance"] for line in lines] == [
            row.chemical.substance for row in notice.rows
        ]
        assert {Decimal(line["quantity"]["amount"]) for line in lines} == {notice.head.amount.value}
        assert pic.MIXTURE in notice.body["remarks"]


def test_the_notice_goes_out_forty_days_ahead_and_may_be_answered_for_thirty() -> None:
    for notice in notices():
        event = event_of(notice)
        assert event.dispatch_expected.date() == notice.head.first_export
        assert event.dispatch_expected - event.occurred_at == timedelta(days=40)
        assert event.reply_due - event.occurred_at == timedelta(days=30)


def test_every_assumption_of_the_clerk_is_in_the_remarks() -> None:
    for notice in notices():
        for row in notice.rows:
            for remark in row.remarks:
                assert remark in notice.body["remarks"], notice.ref


def test_an_exporter_who_was_not_disclosed_stays_so() -> None:
    hidden = [notice for notice in notices() if notice.head.exporter is None]
    assert len(hidden) == 15
    assert {notice.body["parties"]["exporter"]["name"] for notice in hidden} == {UNDISCLOSED}


def test_a_made_up_importer_is_said_to_be_one() -> None:
    assert {notice.body["simulated"] for notice in notices()} == {pic.IMPORTER_MADE_UP}


def test_two_exporters_do_not_share_an_importer_in_a_country() -> None:
    buyers: dict[str, set[str]] = {}
    for notice in notices():
        buyer = notice.body["parties"]["importer"]
        buyers.setdefault(buyer["identifier"], set()).add(world.exporter_of(notice.head))
    assert {len(exporters) for exporters in buyers.values()} == {1}


def test_grams_per_litre_give_litres_a_mass() -> None:
    notice = next(n for n in notices() if pic.AS_VOLUME in n.body["remarks"])
    line = event_of(notice).goods[0]
    assert line.concentration is not None
    assert (line.quantity.unit, line.concentration.basis) == ("LTR", "w/v")


def test_a_range_of_concentrations_stays_a_range() -> None:
    ranges = [
        line.concentration
        for notice in notices()
        for line in event_of(notice).goods
        if line.concentration and line.concentration.low != line.concentration.high
    ]
    assert ranges
    assert all(each.low < each.high for each in ranges)


def test_one_row_reads_as_a_clerk_would_write_it() -> None:
    notice = of_row("BEL5")
    parties: dict[str, Any] = notice.body["parties"]
    assert notice.ref == "BE-PIC-BEL5"
    assert parties["exporter"]["name"] == "Kanesho Soil Treatment SPRL/BVBA"
    assert notice.body["goods"] == [
        {
            "substance": "1_3_dichloropropene",
            "declared_name": "1,3-dichloropropene",
            "quantity": {"amount": "200000", "unit": "KGM"},
            "cas": "542-75-6",
            "concentration": {"low": "100", "high": "100", "basis": "w/w"},
        }
    ]


def test_the_chemicals_of_the_release_make_a_list_of_their_own() -> None:
    made = list(pic.pic_programme(notices()[0].sent_at))
    listed = {body["substance"] for body in made}
    assert {line["substance"] for n in notices() for line in n.body["goods"]} <= listed
    assert {body["list"] for body in made} == {reference.PIC_LIST}
    for body in made:
        vocabulary.parse(body)


def test_the_same_secret_makes_the_same_keys_and_the_same_bytes() -> None:
    again = world.cast(release(), origin=ORIGIN, secret=bytes(32))
    other = world.cast(release(), origin=ORIGIN, secret=bytes(31) + b"\x01")
    notice = notices()[0]
    jti = "019ca000-0000-7000-8000-000000000001"

    def signed(by: World) -> bytes:
        return by.sign(notice.body, agency=notice.agency, issued=1_700_000_000, jti=jti)

    assert signed(cast()) == signed(again) != signed(other)
    assert cast().key("BE-CNA").kid != other.key("BE-CNA").kid


def test_a_signed_notice_verifies_under_its_agencys_key_and_under_no_other() -> None:
    notice = notices()[0]
    statement = cast().sign(
        notice.body,
        agency=notice.agency,
        issued=1_700_000_000,
        jti="019ca000-0000-7000-8000-000000000001",
    )
    verified = sdjwt.unwrap(statement, lambda _: cast().key(notice.agency).public)
    assert verified.claims == notice.body
    with pytest.raises(Exception, match="another key"):
        sdjwt.unwrap(statement, lambda _: cast().key("BE-CUSTOMS").public)
