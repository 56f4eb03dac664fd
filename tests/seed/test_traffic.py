"""Honest trade: well-formed, in a sensible order, noisy, and the same again for the same seed."""

import random
from collections import Counter
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import vocabulary
from ledger.folding import Stated
from ledger.folding import shipment as fold
from ledger.identifiers import complaint
from ledger.mentions import warnings_of
from ledger.shipments import Origin, Shipment
from seed import noise, notifications, papers, pic, standings, traffic, world
from seed.clerk.rows import Notification
from seed.journeys import SIMULATED, Journey, Step, in_order
from seed.pic import Notice

SHARE = 0.3


@cache
def notices() -> tuple[Notice, ...]:
    read = [n for n in notifications.read_all() if isinstance(n, Notification)][:400]
    return tuple(pic.notices(read, world.cast(read, origin="log.test/t", secret=bytes(32))))


@cache
def journeys(seed: int = 1) -> tuple[Journey, ...]:
    return tuple(traffic.journeys(notices(), random.Random(seed), share=SHARE))


def stated(step: Step) -> Stated:
    event = vocabulary.parse(step.body)
    by = Origin(
        agency=step.agency,
        country=step.agency[:2],
        jti=step.jti,
        issued_at=int(step.told.timestamp()),
        occurred_at=event.occurred_at,
    )
    return Stated(event=event, by=by)


def folded(journey: Journey) -> Shipment:
    notice = journey.plan.notice
    jti = "019ca000-0000-7000-8000-000000000001"
    sent = Step(body=notice.body, agency=notice.agency, told=notice.sent_at, jti=jti)
    return fold(journey.plan.ref, [stated(step) for step in (sent, *journey.steps)])


def test_about_the_share_that_was_asked_for_gets_a_journey() -> None:
    assert SHARE * 0.7 < len(journeys()) / len(notices()) < SHARE * 1.3


def test_the_same_seed_makes_the_same_trade_and_another_seed_other_trade() -> None:
    again = tuple(traffic.journeys(notices(), random.Random(1), share=SHARE))
    assert again == journeys()
    assert journeys(2) != journeys()


def test_every_step_is_one_that_its_agency_may_state() -> None:
    offices = {"CNA": {"competent_authority", "licensing_authority"}, "CUSTOMS": {"customs"}}
    for step in in_order(journeys()):
        event = vocabulary.parse(step.body)
        roles = frozenset(offices[step.agency[3:]])
        vocabulary.check_signer(event, roles, step.agency[:2])


def test_every_step_says_that_it_is_simulated() -> None:
    assert {step.body["simulated"] for step in in_order(journeys())} == {SIMULATED}


def test_every_identifier_is_well_formed() -> None:
    assert not [w for s in in_order(journeys()) for w in warnings_of(vocabulary.parse(s.body))]


def test_an_honest_journey_ends_well_whatever_order_it_is_heard_in() -> None:
    for journey in journeys():
        shipment = folded(journey)
        assert shipment.status in {"received", "closed"}, journey.plan.ref
        # A receipt where nobody reported the delivery is the one step that noise leaves odd.
        assert {each.kind for each in shipment.irregular} <= {"receipt.confirmed"}
        rest = list(journey.steps)
        random.Random(3).shuffle(rest)
        assert folded(Journey(plan=journey.plan, steps=tuple(rest))) == shipment


def test_nothing_lies_later_than_a_few_months_after_the_last_export_of_the_release() -> None:
    last = max(step.told for step in in_order(journeys()))
    assert last < datetime(2025, 7, 1, tzinfo=UTC)
    assert all(step.at <= step.told for step in in_order(journeys()))


def test_steps_come_day_after_day_and_some_of_them_late() -> None:
    steps = in_order(journeys())
    assert [s.told for s in steps] == sorted(s.told for s in steps)
    happened = [s.at for s in steps]
    assert happened != sorted(happened)


@pytest.mark.parametrize("kind", [each.__name__ for _, each in noise.NOISE])
def test_every_noise_leaves_an_honest_journey_an_honest_end(kind: str) -> None:
    make = getattr(noise, kind)
    for journey in journeys()[:20]:
        noisy = make(journey, random.Random(5))
        assert folded(noisy).status in {"received", "closed"}


def test_lots_add_up_to_what_was_cleared() -> None:
    journey = next(
        j for j in journeys() if Counter(s.kind for s in j.steps)["shipment.delivered"] == 1
    )
    parted = noise.two_lots(journey, random.Random(1))
    assert Counter(s.kind for s in parted.steps)["shipment.delivered"] == 2
    assert folded(parted).balance["delivered"] == folded(journey).balance["delivered"]


def test_a_corrected_slip_leaves_the_balance_as_if_it_had_never_been() -> None:
    journey = next(j for j in journeys() if not j.has("event.corrected"))
    slipped = noise.corrected_slip(journey, random.Random(1))
    assert slipped.has("event.corrected")
    assert folded(slipped).balance["departed"] == folded(journey).balance["departed"]


def test_a_journey_that_is_cut_off_keeps_the_corrections_of_what_is_left() -> None:
    slipped = noise.corrected_slip(
        next(j for j in journeys() if not j.has("event.corrected")), random.Random(1)
    )
    cut = slipped.until("shipment.departed")
    assert cut.has("event.corrected")
    assert not cut.has("shipment.arrived")


def test_a_slip_that_stays_is_in_every_lot() -> None:
    journey = next(j for j in journeys() if j.has("shipment.delivered"))
    lots = noise.two_lots(journey, random.Random(1))
    slipped = folded(noise.slip_that_stays(lots, random.Random(1))).balance["delivered"]
    right = folded(journey).balance["delivered"].amounts
    assert slipped.amounts == {key: amount * 1000 for key, amount in right.items()}


@given(st.integers())
def test_containers_and_ships_have_check_digits_that_fit(seed: int) -> None:
    rng = random.Random(seed)
    assert complaint("container", papers.container(rng)) is None
    assert complaint("imo", papers.imo(rng)) is None
    assert complaint("mrn", papers.mrn(rng, "DE", 2024)) is None


def test_a_country_that_licenses_a_chemical_licenses_every_importer_of_it() -> None:
    steps = list(standings.standings(notices(), random.Random(1)))
    licensed = {
        (s.body["trader"]["country"], s.body["substances"][0], s.body["trader"]["identifier"])
        for s in steps
        if s.kind == "party.licensed"
    }
    pairs = {(country, substance) for country, substance, _ in licensed}
    assert pairs
    for notice in notices():
        for line in notice.body["goods"]:
            pair = (notice.head.importing_country, line["substance"])
            importer = notice.body["parties"]["importer"]["identifier"]
            assert pair not in pairs or (*pair, importer) in licensed


def test_nothing_is_stated_about_spared_pairs_or_about_the_firms_of_the_release() -> None:
    spared = {(n.head.importing_country, n.body["goods"][0]["substance"]) for n in notices()}
    steps = list(standings.standings(notices(), random.Random(1), spared=spared))
    told = {(s.agency[:2], s.body["substance"]) for s in steps if s.kind == "requirement.declared"}
    assert not told & spared
    importers = {n.body["parties"]["importer"]["name"] for n in notices()}
    assert {s.body["trader"]["name"] for s in steps if "trader" in s.body} <= importers
