"""What a shipment counts for in its destination's imports of a year."""

from decimal import Decimal

import pytest

from ledger.volumes import KG, imports_of
from tests.telling import fold, life, said

OUT = life("shipment.departed")[1:]  # all but the notice, each with sixteen tonnes
PURE = Decimal("0.995")  # of what the journey's lines weigh


def goods(amount, unit="KGM"):
    strength = {"low": "99.5", "high": "99.5", "basis": "w/w"}
    quantity = {"amount": amount, "unit": unit}
    named = {"substance": "acetone", "declared_name": "Acetone"}
    return [{**named, "quantity": quantity, "concentration": strength}]


def noticed(amount, unit="KGM"):
    return said("notice.sent", 0, goods=goods(amount, unit))


def counted(*events):
    """The kilograms of the product that count towards the country's year."""
    (kg,) = (mg / KG for mg in imports_of(fold(*events)).values())
    return kg / PURE


def test_a_shipment_counts_for_what_was_notified():
    assert counted(noticed("12000")) == 12000
    assert counted(noticed("12000"), *OUT) == 12000


@pytest.mark.parametrize(("amount", "unit"), [("16000", "TNE"), ("16", "KGM")])
def test_a_notice_off_by_orders_of_magnitude_counts_for_what_most_other_steps_had(amount, unit):
    assert counted(noticed(amount, unit), *OUT) == 16000


def test_a_notice_that_few_steps_can_be_held_against_counts_as_it_stands():
    assert counted(noticed("16000", "TNE")) == 16_000_000
    assert counted(noticed("16000", "TNE"), *OUT[:4]) == 16_000_000


def test_a_slip_in_one_later_step_leaves_the_notice_as_it_is():
    wrong = said("shipment.arrived", 50, goods=goods("16000", "TNE"))
    assert counted(*life("shipment.departed"), wrong) == 16000


def test_what_was_lost_or_seized_of_a_shipment_is_no_step_that_tells_of_all_of_it():
    lost = said("loss.reported", 20, goods=goods("20"))
    seized = said("shipment.seized", 21, goods=goods("30"))
    assert counted(noticed("16000"), lost, seized) == 16000
