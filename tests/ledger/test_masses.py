"""Sums of goods are exact, pure where the strength is known, and parts add up to the whole."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.claims import Line
from ledger.masses import Weighed, weigh
from ledger.quantities import UNITS
from ledger.schemas import load
from tests.factories import HONEST, stated, step
from tests.telling import fold, life, said

AMOUNTS = st.decimals("0", "999999999999999", places=6, allow_nan=False).map(lambda d: f"{d:f}")
MASS_UNITS = sorted(code for code, unit in UNITS.items() if unit.dimension == "mass")
SUMS = st.builds(
    lambda amounts: Weighed(amounts=amounts),
    st.dictionaries(
        st.sampled_from(["acetone/kg", "acetone/l", "toluene/kg", "pills/pcs"]),
        st.decimals("0", "1e21", places=12, allow_nan=False),
    ),
)


def line(amount: str = "1000", unit: str = "KGM", percent: Any = None, **changes: Any) -> Line:
    said_line = HONEST.line(amount, quantity={"amount": amount, "unit": unit}, **changes)
    if percent is None:
        del said_line["concentration"]
    elif not isinstance(percent, dict):
        said_line["concentration"] = {"low": percent, "high": percent, "basis": "w/w"}
    else:
        said_line["concentration"] = percent
    made: Line = load(Line, said_line)
    return made


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from(MASS_UNITS)), max_size=12))
def test_net_masses_add_up_exactly(lines):
    total = weigh([line(amount, unit) for amount, unit in lines], {}).total_kg
    exact = sum((Fraction(a) * Fraction(UNITS[u].factor) for a, u in lines), Fraction(0))
    assert Fraction(total) == exact


@given(SUMS, SUMS, SUMS)
def test_sums_can_be_taken_in_any_order_and_taken_back(one, two, three):
    assert one.plus(two) == two.plus(one)
    assert one.plus(two).plus(three) == one.plus(two.plus(three))
    back = one.plus(two).minus(two).amounts
    assert {k: v for k, v in back.items() if v} == {k: v for k, v in one.amounts.items() if v}
    assert one.plus(None) is one


@given(
    st.integers(0, 10**9),
    st.integers(0, 10_000).map(lambda n: Decimal(n) / 100),
)
def test_a_known_strength_gives_the_pure_mass(kilograms, percent):
    weighed = weigh([line(str(kilograms), percent=f"{percent:f}")], {})
    pure = weighed.kg("acetone")
    assert pure is not None
    assert Fraction(pure) == Fraction(kilograms) * Fraction(percent) / 100


def test_a_pure_mass_is_rounded_once_to_the_milligram():
    assert weigh([line("0.000003", percent="50")], {}).kg("acetone") == Decimal("0.000002")
    assert weigh([line("0.000001", percent="50")], {}).kg("acetone") == 0


@pytest.mark.parametrize(
    ("made", "key", "amount"),
    [
        (line("1000"), "acetone/kg", "1000"),
        (line("2", "TNE", percent="50"), "acetone/kg", "1000"),
        (line("1000", percent={"low": "40", "high": "60"}), "acetone/kg", "1000"),
        (line("1000", percent={"low": "40", "high": "40", "basis": "v/v"}), "acetone/kg", "1000"),
        (line("500", "LTR"), "acetone/l", "500"),
        (line("500", "LTR", percent="40"), "acetone/l", "500"),
        (
            line("500", "LTR", percent={"low": "40", "high": "40", "basis": "w/v"}),
            "acetone/kg",
            "200",
        ),
        (line("7", "H87"), "acetone/pcs", "7"),
    ],
)
def test_what_cannot_be_told_is_never_guessed(made, key, amount):
    assert weigh([made], {}).amounts == {key: Decimal(amount)}


def test_a_silent_line_takes_the_strength_known_for_the_shipment():
    assert weigh([line("1000")], {"acetone": Decimal(40)}).kg("acetone") == 400
    assert weigh([line("1000", percent="50")], {"acetone": Decimal(40)}).kg("acetone") == 500


def test_a_strength_once_stated_holds_for_the_later_steps_of_a_shipment():
    silent = {k: v for k, v in HONEST.line("16000").items() if k != "concentration"}
    cleared = said("import.cleared", 62, goods=[silent])
    assert fold(*life("shipment.arrived"), cleared).balance["cleared"].kg("acetone") == 15920


def test_two_arrivals_add_up_and_a_notice_is_taken_anew():
    parts = [
        said("shipment.arrived", day, goods=[HONEST.line(amount)])
        for day, amount in ((59, "10000"), (60, "6000"))
    ]
    state = fold(*life("transit.exited"), *parts)
    assert state.balance["arrived"] == state.balance["departed"]
    again = said("notice.sent", 1, goods=[HONEST.line("100")])
    assert fold(*life("notice.sent"), again).balance["notified"].kg("acetone") == Decimal("99.5")


def test_the_parts_of_a_split_add_up_to_the_whole():
    state = fold(*life("shipment.arrived"), said("shipment.split", 61))
    masses = [part.masses for part in state.children]
    assert masses[0].plus(masses[1]) == state.balance["arrived"]
    assert [part.shipment for part in state.children] == [f"{HONEST.ref}/A", f"{HONEST.ref}/B"]
    assert state.status == "split"


def test_a_split_of_a_part_leaves_the_rest_under_way():
    part = {"shipment": f"{HONEST.ref}/A", "goods": [HONEST.line("1000")]}
    split = said("shipment.split", 61, into=[part], all_of_it=False)
    state = fold(*life("shipment.arrived"), split)
    assert (state.status, len(state.children)) == ("arrived", 1)


def test_a_merger_names_its_parents_with_what_they_gave():
    state = fold(*life("notice.sent"), said("shipment.merged", 2))
    assert [(p.shipment, p.masses.kg("acetone")) for p in state.parents] == [
        ("NL-2026-000016", Decimal(1990))
    ]


def test_a_reexport_of_a_part_goes_on_as_a_child_and_the_rest_stays_watched():
    state = fold(*life("receipt.confirmed"), said("shipment.reexported", 75, all_of_it=False))
    left = state.balance["received"].minus(state.balance["reexported"])
    assert (state.status, left.kg("acetone")) == ("received", Decimal(11940))
    assert [(p.shipment, p.masses.kg("acetone")) for p in state.children] == [
        ("KE-RE-0001", Decimal(3980))
    ]
    whole = fold(*life("receipt.confirmed"), said("shipment.reexported", 75))
    assert whole.status == "reexported"


def test_used_and_lost_add_up_to_what_was_received():
    used = said("use.reported", 120, used=[HONEST.line("15600")])
    state = fold(*life("receipt.confirmed"), said("loss.reported", 68), used)
    total = state.balance["used"].plus(state.balance["lost"])
    assert total == state.balance["received"]


def test_what_is_still_on_hand_is_not_consumed():
    rest = said("use.reported", 120, on_hand=[HONEST.line("100")])
    assert fold(*life("receipt.confirmed"), rest).status == "in_use"
    silent = step("use.reported").body
    del silent["on_hand"]
    assert fold(*life("receipt.confirmed"), stated(silent)).status == "in_use"


def test_several_substances_are_weighed_apart():
    toluene = HONEST.line("500", substance="toluene", declared_name="Toluene")
    state = fold(stated(step("notice.sent", goods=[HONEST.line(), toluene])))
    assert state.substances == ("acetone", "toluene")
    assert state.balance["notified"].kg("toluene") == Decimal("497.5")
    assert state.balance["notified"].total_kg == Decimal("16417.5")
