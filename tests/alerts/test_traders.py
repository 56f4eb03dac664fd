"""Who is who among traders: what makes two sightings one firm, and what must not."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.rules.names import closeness
from alerts.traders.clusters import MOST_SHARING, Said, resolve
from alerts.traders.ties import Strength, tie
from ledger import folding
from ledger.claims import Party
from ledger.spellings import latin, sounds
from tests.factories import HONEST, stated, step


def firm(name="Tsavo Coatings Ltd", country="KE", **more):
    return Party(name=name, country=country, **more)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siemens Aktiengesellschaft", "Siemens AG"),
        ("SiemensAG", "Siemens AG"),
        ("CRYSTALORD LIMITED", "CRISTALORD LTD"),
        ("ООО Северные Краски", "Severnye Kraski OOO"),
        ("Ελληνικά Χρώματα Α.Ε.", "Ellinika Chromata AE"),
        ("Krämer Farben GmbH", "Farben Kramer"),
        ("Goodwill Company", "Good Will Company"),
    ],
)
def test_a_name_is_known_again_in_other_scripts_forms_orders_and_with_slips(one, other):
    assert closeness(one, other) == closeness(other, one) >= 0.85


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Volkswagen Aktiengesellschaft", "Siemens Aktiengesellschaft"),
        ("CRYSTALORD SYSTEMS LIMITED", "CRYSTALORD LTD"),
        ("Brigade 44", "Brigade 45"),
        ("Nairobi Paints Ltd", "Nairobi Dairies Ltd"),
    ],
)
def test_strangers_are_not_alike(one, other):
    assert closeness(one, other) < 0.85


def test_slips_and_scripts_sound_alike_so_that_a_search_finds_them():
    assert sounds("ООО Северные Краски") & sounds("Severnye Krasky")
    assert sounds("Crystalord Ltd") == sounds("Cristalord Limited")
    assert not sounds("Nairobi Paints") & sounds("Mombasa Steel")
    assert latin("Ltd") == ("ltd",)


def test_an_identifier_makes_one_whatever_the_name():
    found = tie(
        firm(scheme="lei", identifier="529900T8BM49AURSDO55"),
        firm("Savannah Paints", "UG", scheme="lei", identifier="529900T8BM49AURSDO55"),
    )
    assert (found.strength, found.why) == (Strength.SAME, "by the same LEI")


def test_two_numbers_of_one_register_are_two_firms_but_for_a_slip():
    def numbered(number):
        return firm(scheme="national", identifier=number)

    assert tie(numbered("P051234567X"), numbered("P059999999X")) is None
    assert tie(numbered("P051234567X"), numbered("P051234576X")).why == (
        "by the same name in the same country"
    )


def test_the_same_name_abroad_takes_something_more():
    assert tie(firm(), firm(country="UG")) is None
    found = tie(firm(phone="+254 20 555 100"), firm(country="UG", phone="0025420555100"))
    assert found.why == "by the same name in another country and a telephone"


def test_a_shared_telephone_alone_makes_two_firms_related_and_no_more():
    found = tie(firm(phone="+254 20 555 100"), firm("Rift Steel", phone="254-20-555-100"))
    assert found.strength is Strength.RELATED
    assert found.why == "shares a telephone, under another name"


def test_a_building_with_many_firms_ties_nobody():
    named = ["Alpha Dairy", "Bora Steel", "Chui Motors", "Duma Hotels", "Embu Coffee"]
    named += ["Fahari Books", "Gusii Soap", "Hodari Films", "Imara Roofing", "Jirani Bank"]
    firms = [firm(name, address="Plaza 1, Nairobi") for name in named]
    assert len(firms) > MOST_SHARING
    found = resolve(firms)
    assert not found.related
    assert found.common == {("address", "plaza 1 nairobi")}
    assert len(resolve(firms[:3]).related) == 3


CROWD = [
    firm(),
    firm("Tsavo Coating Limited", phone="+254 20 555 100"),
    firm("Цаво Коатингс", phone="+254 20 555 100"),
    firm("Rift Steel", phone="+254 20 555 100"),
    firm("Rift Steel", scheme="national", identifier="P051111111A"),
    firm("Lake Paints", "UG", email="a@lake.example"),
    firm("Lake Paints", "TZ", email="A@lake.example"),
]


def test_sightings_of_one_firm_come_together_and_a_related_one_stays_out():
    found = resolve(CROWD)
    mine = found.members(CROWD[0].key)
    assert CROWD[1].key in mine
    assert CROWD[3].key not in mine
    assert set(found.members(CROWD[5].key)) == {CROWD[5].key, CROWD[6].key}
    assert frozenset({CROWD[1].key, CROWD[3].key}) in found.related


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_order_of_sightings_changes_nothing(seed):
    shuffled = random.Random(seed).sample(CROWD, len(CROWD))
    assert resolve(shuffled) == resolve(CROWD)


def test_people_bring_together_and_keep_apart_even_by_way_of_a_third():
    steel, tsavo, coating = CROWD[3].key, CROWD[0].key, CROWD[1].key
    one = resolve(CROWD, Said(one=frozenset({frozenset({steel, tsavo})})))
    assert steel in one.members(coating)
    kept = Said(
        one=frozenset({frozenset({steel, tsavo})}), apart=frozenset({frozenset({steel, coating})})
    )
    assert steel not in resolve(CROWD, kept).members(coating)


# --- statements ---


def said(kind, day, agency="KE-CUSTOMS"):
    return stated(step(kind, occurred_at=HONEST.at(day)).body, agency)


def words(*events):
    return folding.standing("national:P051234567X", events).identities


@pytest.mark.parametrize("before", [(), ("trader.separated",), ("trader.merged",)])
def test_a_merger_taken_back_leaves_what_was_before(before):
    told = [said(kind, day) for day, kind in enumerate(before)]
    after = [*told, said("trader.merged", 10), said("trader.separated", 20)]
    assert words(*after) == words(*told)


def test_a_word_of_another_country_takes_nothing_back():
    mine, theirs = said("trader.merged", 1), said("trader.separated", 2, "UG-CUSTOMS")
    assert words(mine, theirs) == {
        "KE/KE:tsavo coatings": ("one",),
        "UG/KE:tsavo coatings": ("apart",),
    }
