"""RF-13 as it learns, RF-15, RF-18, RF-21, RF-37 and RF-38: ways, places and times."""

from datetime import date
from decimal import Decimal

import pytest
from rule_stories import PARTIES, ROUTE, Story, day, honest, line, observed, on, text, under_way
from rule_world import World, dossier, findings, only

from alerts.rules import Severity, due
from alerts.rules.aggregates import delay_of, near_of
from alerts.rules.deliveries import address_mark, delivered_to
from alerts.rules.habits import ends_of
from alerts.rules.questions import Observation
from ledger.standing import Licence, Standing

CORRIDOR = "transit/sea/NL-KE"
WAY = {**ROUTE, "exit_point": "NLRTM", "entry_point": "KEMBA"}


def trips(*values):
    return tuple(
        Observation(ref=f"NL-9{n}", at=on(-n - 1), value=Decimal(v)) for n, v in enumerate(values)
    )


LEARNT = World(
    seen={
        CORRIDOR: trips(*range(21, 71)),
        delay_of("KE"): trips(*[2] * 60),
    }
)


def test_an_arrival_is_overdue_when_other_trips_would_have_been_reported():
    late = {"now": on(93), "world": LEARNT}
    assert findings("RF-13", under_way(), now=on(91), world=LEARNT) == ()
    found = only("RF-13", under_way(), **late)
    assert found.summary == (
        "Expected on 2026-04-10 by sea and not reported as arrived by 2026-06-01, by when 98 % of "
        "50 trips had been reported."
    )


def test_few_trips_leave_the_slack_as_it_was():
    few = World(seen={CORRIDOR: trips(20, 21, 22)})
    assert due(dossier(under_way(), now=on(40), world=few)) == on(47)
    assert findings("RF-13", under_way(), now=on(92, hours=-1), world=LEARNT) == ()
    assert findings("RF-13", under_way(), now=on(92), world=LEARNT)


def test_a_later_arrival_that_was_announced_counts():
    story = Story().notice(arrival_expected=text(on(120))).departed()
    assert findings("RF-13", story, now=on(126), world=LEARNT) == ()
    assert findings("RF-13", story, now=on(127), world=LEARNT)


def test_where_arrivals_mostly_go_unreported_silence_says_little():
    careless = World(seen={ends_of("KE"): trips(*[1, 0] * 40)})
    found = only("RF-13", under_way(), now=on(60), world=careless)
    assert found.severity is Severity.LOW
    assert found.summary.endswith("Of loads sent there 41 % are never told of.")


def test_a_transit_country_that_is_not_on_the_route_is_found():
    strange = {"country": "BR", "observed": observed(place="BRSSZ")}
    story = under_way().says(
        "transit.entered", "BR-CUSTOMS", on(30), transit_document="T1-9", **strange
    )
    found = only("RF-15", story)
    assert found.summary == "The goods entered BR on 2026-03-31, which is not on their route."
    told = story.says(
        "shipment.amended",
        "NL-CUSTOMS",
        on(30, 5),
        changes=[{"field": "/transport", "old": "a", "new": "b"}],
        material=False,
        transport={"mode": "sea", "means": "MV Other"},
    )
    assert findings("RF-15", told) == ()
    assert findings("RF-15", under_way().entered().exited()) == ()


def test_a_change_of_means_off_the_route_is_information_and_an_entry_is_low():
    moved = {"from_means": "A", "to_means": "B", "from_equipment": [], "to_equipment": []}
    place = {"observed": observed(place="BRSSZ")}
    story = under_way().says("shipment.transhipped", "BR-CUSTOMS", on(30), **moved, **place)
    found = only("RF-15", story)
    assert found.summary.startswith("The goods were transhipped in BR on 2026-03-31")
    assert found.severity is Severity.INFO
    entered = under_way().says(
        "transit.entered", "BR-CUSTOMS", on(30), country="BR", transit_document="T1", **place
    )
    assert (only("RF-15", entered).severity, only("RF-15", entered).alone) == (Severity.LOW, False)


def test_a_way_around_half_the_world_is_information():
    route = {**WAY, "transit": ["BR"]}
    story = Story().notice(route=route).departed()
    story = story.says(
        "transit.entered",
        "BR-CUSTOMS",
        on(30),
        country="BR",
        observed=observed(place="BRSSZ"),
        transit_document="T1-9",
    )
    found = only("RF-15", story)
    assert (
        found.summary == "The goods were seen on a way of 19,174 km between places 7,071 km apart."
    )
    assert (found.severity, found.alone) == (Severity.INFO, False)
    assert findings("RF-15", Story().notice(route=WAY).departed().entered()) == ()


BUYER = {**PARTIES["importer"], "address": "Industrial Road 5, Mombasa"}
ADDRESSED = {**PARTIES, "importer": BUYER}


def delivered(address):
    return (
        under_way_to(ADDRESSED)
        .arrived()
        .cleared(parties=ADDRESSED)
        .delivered(delivery_address=address)
    )


def under_way_to(parties):
    return Story().notice(parties=parties).departed()


def test_a_delivery_to_an_address_nobody_named_is_found():
    found = only("RF-18", delivered("Plot 77, Harbour Lane"))
    assert found.summary == (
        "The delivery of 2026-04-14 was made at an address that is none of the 1 known for its "
        "buyers."
    )
    box = only("RF-18", delivered("P.O. Box 12, Industrial Road, Mombasa"))
    assert "at a hotel or a post box" in box.summary


def test_an_address_where_the_same_buyer_had_goods_before_is_known():
    there = Observation(ref="X-1", at=on(1), value=address_mark("Plot 77, Harbour Lane"))
    world = World(seen={delivered_to("KE:rift valley paints ltd"): (there,)})
    assert findings("RF-18", delivered("Plot 77, Harbour Lane"), world=world) == ()
    assert findings("RF-18", delivered("Plot 78, Harbour Lane"), world=world)


@pytest.mark.parametrize("address", ["Industrial Road 5, Mombasa", "5 Industrial Rd, MOMBASA"])
def test_the_same_address_in_other_words_is_the_same(address):
    assert findings("RF-18", delivered(address)) == ()


def test_a_logistics_centre_on_the_licence_and_a_buyer_without_address_are_not():
    licence = licensed("storage", premises=("Plot 77, Harbour Lane",))
    world = World(standings={"KE:rift valley paints ltd": licence})
    assert findings("RF-18", delivered("Harbour Lane, Plot 77"), world=world) == ()
    assert findings("RF-18", honest()) == ()


def test_places_are_compared_where_addresses_name_them():
    at = {**BUYER, "address": "Shed 4, KEMBA"}
    story = Story().notice(parties={**PARTIES, "importer": at}).departed()
    far = story.delivered(delivery_address="Shed 4, KELAU")
    assert findings("RF-18", far)
    assert findings("RF-18", story.delivered(delivery_address="Quay, KEMBA")) == ()


def licensed(activity, **more):
    licence = Licence(
        number="L-1",
        country="KE",
        type="licence",
        status="active",
        substances=("acetone",),
        activities=(activity,),
        valid_from=date(2020, 1, 1),
        **{"premises": ()} | more,
    )
    return Standing(subject="KE:rift valley paints ltd", licences={"KE/L-1": licence})


def reexported(at, to="UG"):
    child = {"shipment": "KE-77", "goods": [line()]}
    return (
        under_way()
        .arrived()
        .cleared()
        .says(
            "shipment.reexported",
            "KE-CUSTOMS",
            on(at),
            child=child,
            destination=to,
            authorisation="X",
        )
    )


def test_goods_that_go_out_at_once_or_back_are_found():
    found = only("RF-21", reexported(46))
    assert found.summary == "The goods went to another country 6 days after they had come in."
    back = only("RF-21", reexported(80, to="NL"))
    assert back.summary == (
        "The goods went back to the country they came from 40 days after they had come in."
    )


def test_goods_that_go_on_elsewhere_within_two_months_are_a_weak_sign():
    assert only("RF-21", reexported(46)).alone is True
    found = only("RF-21", reexported(60))
    assert found.summary == "The goods went to another country 20 days after they had come in."
    assert found.alone is False
    assert only("RF-21", reexported(80, to="NL")).alone is True


def test_a_later_re_export_and_licensed_entrepot_trade_are_not():
    assert findings("RF-21", reexported(120)) == ()
    assert findings("RF-21", reexported(120, to="NL")) == ()
    world = World(standings={"KE:rift valley paints ltd": licensed("intermediary")})
    assert findings("RF-21", reexported(46), world=world) == ()
    assert findings("RF-21", reexported(60), world=world) == ()


def lost(at=45, place="KELAU"):
    """Another shipment that was stolen."""
    story = (
        Story("ZA-05")
        .notice(at=-5)
        .says("loss.reported", "KE-POLICE", on(at), goods=[line("400")], loss="theft", place=place)
    )
    near = Observation(ref="ZA-05", at=on(at), value=Decimal(1))
    return World(others=(story,), seen={near_of("acetone", "KE"): (near,)})


def test_a_theft_near_by_at_the_time_is_found_and_told_to_those_concerned_by_both():
    found = only("RF-37", under_way().arrived(), world=lost())
    assert found.summary == (
        "Goods of the same substance were reported lost on 2026-04-15, 30 km from where this "
        "shipment was seen and 5 days apart."
    )
    assert found.countries <= {"NL", "KE", "EG"}


@pytest.mark.parametrize("world", [lost(at=60), lost(place="EGPSD"), lost(place="A shed"), World()])
def test_a_theft_long_after_or_far_off_is_not(world):
    assert findings("RF-37", under_way().arrived(), world=world) == ()


def missing(loss):
    claims = {"goods": [line("400")], "loss": loss, "place": "A shed"}
    return under_way().says("loss.reported", "KE-POLICE", on(45), **claims)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        ("theft", "stolen"),
        ("significant_disappearance", "gone in a significant amount"),
        ("unexplained_loss", "lost without an explanation"),
    ],
)
def test_a_theft_or_loss_of_these_goods_is_found_and_high(loss, words):
    story = missing(loss)
    found = only("RF-37", story)
    assert found.summary == f"Goods of this shipment were reported {words} on 2026-04-15."
    assert found.severity is Severity.HIGH
    assert found.evidence == (story.jti(5),)
    assert findings("RF-37", under_way()) == ()


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (17, "The goods left on 2026-03-18, 3 days before the dispatch announced for 2026-03-21."),
        (
            27,
            (
                "The goods left on 2026-03-28, 7 days after the dispatch announced for 2026-03-21, "
                "on a day off."
            ),
        ),
    ],
)
def test_a_departure_when_nobody_was_to_expect_it_is_a_weak_sign(left, said):
    assert only("RF-38", Story().notice().departed(at=left)).summary == said


@pytest.mark.parametrize("left", [19, 20, 25])
def test_a_departure_about_the_day_or_rolled_to_a_working_day_is_not(left):
    assert findings("RF-38", Story().notice().departed(at=left)) == ()
    assert day(20) == "2026-03-21"
