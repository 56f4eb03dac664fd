"""Folds: the same set of statements ends in the same state, in whatever order it was heard."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import folding, states, vocabulary
from ledger.folding import Stated
from ledger.shipments import Shipment
from ledger.vocabulary import AlertEvent, ShipmentEvent, StandingEvent
from tests.factories import HONEST, body, journey_bodies, stated, step

SHIPMENT_KINDS = sorted(k for k, c in vocabulary.kinds().items() if issubclass(c, ShipmentEvent))
STANDING_KINDS = sorted(k for k, c in vocabulary.kinds().items() if issubclass(c, StandingEvent))
ALERT_KINDS = sorted(k for k, c in vocabulary.kinds().items() if issubclass(c, AlertEvent))
AGENCIES = ("NL-AUTHORITY", "NL-CUSTOMS", "KE-AUTHORITY", "KE-CUSTOMS", "EG-CUSTOMS", "RU-CUSTOMS")
HONEST_LIFE = [stated(each) for each in journey_bodies()]


def fold(events: Iterable[Stated]) -> Shipment:
    return folding.shipment(HONEST.ref, events)


def correction(of: Stated, *, agency: str | None = None, n: int = 0, days: float = 140) -> Stated:
    """A correction of a statement, by its own agency unless another is named."""
    made = body("event.corrected", corrects=of.by.jti, occurred_at=HONEST.at(days))
    return stated(made, agency or of.by.agency, n=n)


def entangled(draw: st.DrawFn, kinds: list[str]) -> list[Stated]:
    """Steps of a life, some twice, some by others than those whose step it is, some corrected."""
    events: list[Stated] = []
    for number in range(1, 1 + draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(kinds))
        agency = draw(st.sampled_from(["", *AGENCIES]))
        changes: dict[str, Any] = {}
        if draw(st.booleans()):
            changes["occurred_at"] = HONEST.at(draw(st.integers(0, 20)))
        if kind == "event.corrected" and events:
            changes["corrects"] = draw(st.sampled_from(events)).by.jti
        events.append(stated(body(kind, **changes), agency, n=number))
    return events


@st.composite
def lives(draw: st.DrawFn) -> list[Stated]:
    honest = HONEST_LIFE if draw(st.booleans()) else []
    return [*honest, *entangled(draw, [*SHIPMENT_KINDS, "event.corrected", "shipment.amended"])]


@given(st.data())
def test_any_order_of_hearing_folds_to_the_same_bytes(data):
    life = data.draw(lives())
    heard = data.draw(st.permutations(life))
    assert states.encode(fold(heard)) == states.encode(fold(life))


@given(lives())
def test_a_state_is_read_back_as_it_was_written(life):
    state = fold(life)
    written = states.encode(state)
    assert states.decode(Shipment, written) == state
    assert states.encode(states.decode(Shipment, written)) == written


@given(lives())
def test_step_by_step_is_the_same_as_all_at_once(life):
    """Whatever nothing annuls can be added in order; what is annulled needs a new fold."""
    ordered = folding.in_order(life)
    gone = folding.annulled(ordered)
    state = Shipment(ref=HONEST.ref, annulled=tuple(sorted(gone)))
    for each in ordered:
        state = state if each.by.jti in gone else folding.step(state, each)
    assert state == fold(life)


@given(st.data())
def test_standings_and_cases_do_not_depend_on_the_order_either(data):
    for kinds, make in ((STANDING_KINDS, folding.standing), (ALERT_KINDS, folding.case)):
        events = entangled(data.draw, kinds)
        heard = data.draw(st.permutations(events))
        state = make("x", events)
        assert states.encode(make("x", heard)) == states.encode(state)
        assert states.decode(type(state), states.encode(state)) == state


@pytest.mark.parametrize("kind", SHIPMENT_KINDS)
def test_every_kind_can_be_the_only_thing_known(kind):
    """Rule 2 of DESIGN §5: a missing predecessor blocks nothing, and nothing raises."""
    state = fold([stated(step(kind))])
    assert states.decode(Shipment, states.encode(state)) == state


@pytest.mark.parametrize("kind", SHIPMENT_KINDS)
def test_a_step_that_happens_last_never_moves_the_closed_books(kind):
    """Only a finding of goods in the world could; a closed shipment stays closed."""
    late = stated(step(kind, occurred_at=HONEST.at(150)))
    state = fold([*HONEST_LIFE, late])
    assert state.status == "closed"


def test_an_honest_life_is_closed_without_an_irregularity():
    state = fold(HONEST_LIFE)
    assert (state.status, state.irregular, state.flags) == ("closed", (), frozenset())


@pytest.mark.parametrize("spot", range(len(HONEST_LIFE)))
def test_a_shipment_goes_forward_whichever_step_is_missing(spot):
    rest = [each for place, each in enumerate(HONEST_LIFE) if place != spot]
    last = HONEST_LIFE[-1].event.kind
    ended = "consumed" if HONEST_LIFE[spot].event.kind == last else "closed"
    assert fold(rest).status == ended


@pytest.mark.parametrize("spot", range(1, len(HONEST_LIFE)))
def test_what_is_corrected_by_its_own_agency_never_happened(spot):
    wrong = HONEST_LIFE[spot]
    rest = [each for each in HONEST_LIFE if each is not wrong]
    corrected = fold([*HONEST_LIFE, correction(wrong)])
    assert corrected.annulled == (wrong.by.jti,)
    assert corrected.but(annulled=()) == fold(rest)


def test_another_agency_cannot_correct_and_its_try_is_noted():
    wrong = HONEST_LIFE[6]
    foreign = correction(wrong, agency="KE-CUSTOMS")
    state = fold([*HONEST_LIFE, foreign])
    assert state.annulled == ()
    assert [odd.jti for odd in state.irregular] == [foreign.by.jti]
    assert state.but(irregular=()) == fold(HONEST_LIFE)


def test_even_a_sister_agency_of_the_same_country_cannot_correct():
    wrong = HONEST_LIFE[6]
    assert wrong.by.agency == "NL-CUSTOMS"
    assert fold([*HONEST_LIFE, correction(wrong, agency="NL-AUTHORITY")]).annulled == ()


def test_a_correction_of_what_nobody_has_heard_waits_for_it():
    wrong = HONEST_LIFE[6]
    early = correction(wrong)
    rest = [each for each in HONEST_LIFE if each is not wrong]
    assert [odd.kind for odd in fold([*rest, early]).irregular][-1] == "event.corrected"
    assert fold([*rest, early, wrong]).annulled == (wrong.by.jti,)


def test_a_correction_can_be_corrected_and_then_annuls_nothing():
    wrong = HONEST_LIFE[6]
    first = correction(wrong)
    second = correction(first, n=1, days=141)
    state = fold([*HONEST_LIFE, first, second])
    assert state.annulled == (first.by.jti,)
    assert state.but(annulled=()) == fold(HONEST_LIFE)


def test_a_correction_of_a_correction_of_a_correction_annuls_again():
    wrong = HONEST_LIFE[6]
    first = correction(wrong)
    second = correction(first, n=1, days=141)
    third = correction(second, n=2, days=142)
    state = fold([*HONEST_LIFE, first, second, third])
    assert state.annulled == tuple(sorted([wrong.by.jti, second.by.jti]))


def test_two_corrections_of_each_other_end_the_same_in_any_order():
    made = body("event.corrected", occurred_at=HONEST.at(140))
    first = stated(made, "NL-CUSTOMS", jti="019ca000-0000-7000-8000-00000000000a")
    pointing = {**made, "corrects": first.by.jti, "occurred_at": HONEST.at(141)}
    second = stated(pointing, "NL-CUSTOMS", jti="019ca000-0000-7000-8000-000000000001")
    assert fold([first, second]) == fold([second, first])
    assert fold([first, second]).annulled == (first.by.jti,)


ROUTE_KINDS = [k for k in SHIPMENT_KINDS if vocabulary.kinds()[k].of]


@pytest.mark.parametrize("kind", ROUTE_KINDS)
def test_a_stranger_changes_nothing_and_is_noted(kind):
    life = HONEST_LIFE[:7]
    stranger = stated(body(kind, occurred_at=HONEST.at(32)), "RU-CUSTOMS")
    state = fold([*life, stranger])
    assert [(odd.jti, odd.kind) for odd in state.irregular] == [(stranger.by.jti, kind)]
    assert state.but(irregular=()) == fold(life)


@pytest.mark.parametrize("kind", [k for k in ROUTE_KINDS if "route" in body(k)])
def test_a_stranger_cannot_open_somebody_elses_shipment(kind):
    theirs = {**body(kind)["route"], "exporting": "RU"}
    state = fold([stated(body(kind, route=theirs), "RU-AUTHORITY")])
    assert state.but(irregular=()) == Shipment(ref=HONEST.ref)
    assert len(state.irregular) == 1


def test_the_hub_may_close_the_books_and_score_though_it_is_on_no_route():
    scored = stated(body("risk.assessed", score=70), "ZZ-HUB")
    closed = stated(step("shipment.closed").body, "ZZ-HUB")
    state = fold([*HONEST_LIFE[:-1], scored, closed])
    assert (state.risk, state.status, state.irregular) == (70, "closed", ())


def test_events_of_other_sorts_do_not_touch_a_fold():
    foreign = [stated(step(kind)) for kind in (*STANDING_KINDS, *ALERT_KINDS)]
    assert fold([*HONEST_LIFE, *foreign]) == fold(HONEST_LIFE)
    assert folding.standing("x", HONEST_LIFE).but(subject="y") == folding.standing("y", [])
    assert folding.case("x", HONEST_LIFE).but(alert="y") == folding.case("y", [])


def test_a_shipment_that_is_unheard_of_is_one_with_nothing_stated():
    assert folding.unheard("NL-1") == Shipment(ref="NL-1") == folding.shipment("NL-1", [])
