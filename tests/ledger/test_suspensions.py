"""Suspensions and holds: only whoever placed one takes it away."""

import pytest

from tests.telling import fold, life, said

NL, KE = "NL-AUTHORITY", "KE-AUTHORITY"


@pytest.mark.parametrize("by", ["EG-CUSTOMS", "KE-CUSTOMS"])
def test_only_the_country_that_suspended_lifts_its_suspension(by):
    halted = [*life("shipment.departed"), said("shipment.suspended", 40, by)]
    assert fold(*halted).status == "suspended"
    for other in {"NL-CUSTOMS", "KE-CUSTOMS", "EG-CUSTOMS", "RU-CUSTOMS"} - {by}:
        state = fold(*halted, said("suspension.lifted", 41, other))
        assert state.status == "suspended"
        assert [odd.kind for odd in state.irregular] == ["suspension.lifted"]
    assert fold(*halted, said("suspension.lifted", 41, by)).status == "in_transit"


def test_two_suspensions_end_with_the_second_lifting():
    halted = [
        *life("shipment.departed"),
        said("shipment.suspended", 40, "EG-CUSTOMS"),
        said("shipment.suspended", 40.5, "KE-CUSTOMS"),
    ]
    half = [*halted, said("suspension.lifted", 41, "EG-CUSTOMS")]
    assert (fold(*half).status, fold(*half).suspended_by) == ("suspended", ("KE",))
    free = fold(*half, said("suspension.lifted", 42, "KE-CUSTOMS"))
    assert (free.status, free.suspended_by, free.before_suspension) == ("in_transit", (), None)


def test_what_moves_while_suspended_goes_on_from_where_it_came_to():
    halted = [*life("transit.exited"), said("shipment.suspended", 50, "EG-CUSTOMS")]
    moved = [*halted, said("shipment.arrived", 59)]
    assert fold(*moved).status == "suspended"
    assert [odd.kind for odd in fold(*moved).irregular] == ["shipment.arrived"]
    assert fold(*moved, said("suspension.lifted", 60, "EG-CUSTOMS")).status == "arrived"


def test_a_permit_is_suspended_and_restored_by_its_issuer_alone():
    foreign = fold(*life("export.authorised"), said("authorisation.suspended", 20, KE))
    assert foreign.status == "authorised"
    assert not any(permit.suspended for permit in foreign.authorisations)
    halted = [*life("export.authorised"), said("authorisation.suspended", 20, NL)]
    assert [a.suspended for a in fold(*halted).authorisations] == [False, True]
    other = fold(*halted, said("suspension.lifted", 24, KE))
    assert ([a.suspended for a in other.authorisations], other.status) == (
        [False, True],
        "suspended",
    )
    free = fold(*halted, said("suspension.lifted", 24, NL))
    assert ([a.suspended for a in free.authorisations], free.status) == (
        [False, False],
        "authorised",
    )


def test_a_stop_goes_over_a_suspension_and_is_not_lifted():
    stopped = [
        *life("shipment.departed"),
        said("shipment.suspended", 40, "EG-CUSTOMS"),
        said("shipment.stopped", 41, "EG-CUSTOMS"),
    ]
    assert fold(*stopped).status == "stopped"
    assert fold(*stopped, said("suspension.lifted", 42, "EG-CUSTOMS")).status == "stopped"


def test_a_hold_is_released_only_by_the_agency_that_placed_it():
    hold = said("hold.placed", 60, "KE-CUSTOMS")
    held = [*life("shipment.arrived"), hold]
    assert "on_hold" in fold(*held).flags
    for other in ("KE-AUTHORITY", "NL-CUSTOMS"):
        state = fold(*held, said("hold.released", 61, other, hold=hold.by.jti))
        assert "on_hold" in state.flags
        assert [odd.kind for odd in state.irregular] == ["hold.released"]
    free = fold(*held, said("hold.released", 61, "KE-CUSTOMS", hold=hold.by.jti))
    assert (free.flags, free.holds, free.irregular) == (frozenset(), (), ())


def test_two_holds_are_two_and_the_flag_goes_with_the_last():
    first, second = said("hold.placed", 60, "KE-CUSTOMS"), said("hold.placed", 60.5, KE)
    held = [*life("shipment.arrived"), first, second]
    half = [*held, said("hold.released", 61, "KE-CUSTOMS", hold=first.by.jti)]
    assert fold(*half).flags == {"on_hold"}
    free = fold(*half, said("hold.released", 62, KE, hold=second.by.jti))
    assert free.flags == frozenset()


def test_goods_on_hold_in_transit_may_be_turned_back():
    held = [*life("shipment.departed"), said("hold.placed", 40, "EG-CUSTOMS")]
    state = fold(*held, said("shipment.returned", 45, "EG-CUSTOMS"))
    assert (state.status, state.irregular) == ("returning", ())
