"""Halves of one shipment under two references: who is paired, who is not, and why."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.matching.assignment import EXACT, assigned
from alerts.matching.chances import CHANCES, LIKELY
from alerts.matching.comparing import compared
from alerts.matching.goods import Mass
from alerts.matching.halves import ARRIVED, DEPARTED, WHOLE, Half
from alerts.matching.pairs import link
from alerts.matching.weighing import WORDS, Around, weights
from ledger.claims import Party

LEFT = datetime(2026, 3, 1, tzinfo=UTC)
TSAVO = Party(name="Tsavo Coatings Ltd", country="KE", scheme="national", identifier="C-123")
RIFT = Party(name="Rift Valley Paints Ltd", country="KE")
NOORDZEE = Party(name="Noordzee Solvents BV", country="NL")
DAY = timedelta(days=1)


def kg(amount, **more):
    return (Mass(substance="acetone", kg=Decimal(amount), **more),)


def departed(ref="NL-1", **more):
    told = {
        "at": LEFT,
        "exporting": "NL",
        "importing": "KE",
        "masses": kg(16000),
        "sellers": (NOORDZEE,),
        "buyers": (TSAVO,),
        "containers": ("MSKU9070323",),
        "seals": ("NL445566",),
        "documents": (("bill_of_lading", "BL-77"), ("import_authorisation", "KE-IMP-9")),
        "place": "KEMBA",
        "means": ("mv example",),
        "mode": "sea",
        "expected": LEFT + 24 * DAY,
    }
    return Half(ref=ref, side=DEPARTED, **{**told, **more})


def arrived(ref="KE-1", **more):
    told = {
        "at": LEFT + 25 * DAY,
        "exporting": "NL",
        "importing": "KE",
        "masses": kg(15980),
        "sellers": (NOORDZEE,),
        "buyers": (TSAVO,),
        "containers": ("MSKU9070323",),
        "seals": ("NL445566",),
        "documents": (("import_authorisation", "KE-IMP-9"),),
        "place": "KEMBA",
        "means": ("mv example",),
    }
    return Half(ref=ref, side=ARRIVED, **{**told, **more})


BARE = {"containers": (), "seals": (), "documents": (), "means": ()}


def likely(*halves):
    return {(each.departed, each.arrived) for each in link(halves) if each.likely}


def test_an_arrival_under_another_reference_is_paired_with_its_departure():
    assert likely(departed(), arrived()) == {("NL-1", "KE-1")}


def test_without_any_number_in_common_traders_mass_and_date_are_enough():
    assert likely(departed(**BARE), arrived(**BARE)) == {("NL-1", "KE-1")}


def test_numbers_are_enough_where_nobody_has_weighed_or_named_anything_yet():
    sighting = arrived(exporting=None, masses=(), sellers=(), buyers=(), documents=())
    assert likely(departed(), sighting) == {("NL-1", "KE-1")}


@pytest.mark.parametrize(
    "other",
    [
        {"buyers": (RIFT,), **BARE},
        {"masses": kg(4000), "containers": ("TGHU1234567",), "seals": ("KE1",), "documents": ()},
        {"at": LEFT + 100 * DAY, "buyers": (RIFT,), **BARE},
        {"at": LEFT - 20 * DAY},
        {"at": LEFT + 200 * DAY},
        {"exporting": "DE", **BARE},
        {"importing": "ZA", "buyers": (RIFT,), **BARE},
    ],
)
def test_strangers_are_not_paired(other):
    assert likely(departed(), arrived(**other)) == set()


def test_what_is_whole_needs_no_other_half():
    assert link([replace(departed(), side=WHOLE), arrived()]) == ()


def test_of_two_like_departures_the_one_with_the_date_and_the_mass_is_taken():
    earlier = departed("NL-2", at=LEFT - 40 * DAY, expected=LEFT - 16 * DAY, masses=kg(15000))
    both = [replace(each, **BARE) for each in (departed(), earlier)]
    assert likely(*both, arrived(**BARE)) <= {("NL-1", "KE-1")}
    chosen = [each for each in link([*both, arrived(**BARE)]) if each.chosen]
    assert [(each.departed, each.arrived) for each in chosen] == [("NL-1", "KE-1")]


def test_each_departure_goes_with_one_arrival_though_two_would_fit():
    pairs = link([departed(), arrived("KE-1"), arrived("KE-2", at=LEFT + 26 * DAY)])
    assert len(pairs) == 2
    assert len([each for each in pairs if each.chosen]) == 1


def test_an_arrival_gives_way_where_another_has_no_choice():
    """KE-1 fits both departures, KE-2 the first alone: both find a place."""
    first, second = departed("NL-1"), departed("NL-2", containers=("TGHU1234567",))
    free = arrived("KE-1", containers=("MSKU9070323", "TGHU1234567"))
    bound = arrived("KE-2", seals=(), documents=())
    taken = {(p.departed, p.arrived) for p in link([first, second, free, bound]) if p.chosen}
    assert taken == {("NL-2", "KE-1"), ("NL-1", "KE-2")}


def test_every_weight_is_told_in_words_with_its_numbers():
    (pair,) = link([departed(), arrived()], {("container", "MSKU9070323"): 3})
    said = {each.about: each.words for each in pair.weights}
    assert said["container"] == "same container, seen on 3 shipments"
    assert said["start"] == "the only one it could be"
    assert said["mass"] == "masses within 1 %"
    assert said["dates"] == "came about when it was to"
    assert said["buyer"] == "same buyer"
    assert pair.bits > LIKELY


def test_what_is_usual_in_a_trade_weighs_less_than_what_is_rare():
    of_trade = [replace(departed(f"NL-{n}"), side=WHOLE) for n in range(10, 20)]
    others = [replace(each, buyers=(RIFT,)) for each in of_trade]

    def buyer(trade):
        (pair,) = link([departed(), arrived(), *trade])
        return next(each for each in pair.weights if each.about == "buyer")

    assert buyer(of_trade).bits < 0.5 < buyer(others).bits
    assert buyer(of_trade).words == "same buyer, as with 10 of 10 others"


def test_a_number_says_less_the_more_shipments_carry_it():
    def bits(many):
        (pair,) = link([departed(), arrived()], {("container", "MSKU9070323"): many})
        return next(each.bits for each in pair.weights if each.about == "container")

    assert bits(2) > bits(3) > bits(40)


@pytest.mark.parametrize(
    ("sent", "came", "said"),
    [
        (kg(16000), kg(15990), "close"),
        (kg(16000), kg(15600), "near"),
        (kg(16000), kg(16), "slip"),
        (kg(16000), kg("7257.477920"), "slip"),
        (kg(16000, gross=Decimal("1.06")), kg(16960), "slip"),
        (kg(16400), kg(16000, rounded=True), "slip"),
        (kg(16000), kg(9000), "part"),
        (kg(16000), kg(22000), "other"),
    ],
)
def test_masses_are_compared_as_scales_and_clerks_write_them(sent, came, said):
    assert compared(departed(masses=sent), arrived(masses=came))["mass"] == said


def test_every_outcome_that_has_a_weight_has_words_and_its_chances_are_chances():
    outcomes = {(about, outcome) for about, table in CHANCES.items() for outcome in table}
    assert outcomes == set(WORDS)
    for m, u in (chance for table in CHANCES.values() for chance in table.values()):
        assert 0 < m < 1
        assert 0 < u < 1


# --- laws ---

PARTS = st.fixed_dictionaries(
    {
        "days": st.integers(0, 60),
        "mass": st.sampled_from(["16000", "15990", "9000", "400"]),
        "box": st.sampled_from(["MSKU9070323", "TGHU1234567", "CSQU3054383"]),
        "buyer": st.sampled_from([TSAVO, RIFT]),
    }
)


def made(side, number, parts):
    build = departed if side == DEPARTED else arrived
    at = LEFT + (parts["days"] + (25 if side == ARRIVED else 0)) * DAY
    return build(
        f"{side}-{number}",
        at=at,
        masses=kg(parts["mass"]),
        containers=(parts["box"],),
        buyers=(parts["buyer"],),
        seals=(),
        documents=(),
        **({"expected": at + 24 * DAY} if side == DEPARTED else {}),
    )


@given(st.lists(PARTS, max_size=5), st.lists(PARTS, max_size=5), st.randoms())
def test_the_same_halves_in_any_order_are_paired_alike_and_no_end_twice(sent, came, random):
    halves = [made(DEPARTED, n, parts) for n, parts in enumerate(sent)]
    halves += [made(ARRIVED, n, parts) for n, parts in enumerate(came)]
    once = link(halves)
    shuffled = list(halves)
    random.shuffle(shuffled)
    assert link(shuffled) == once
    taken = [each for each in once if each.chosen]
    for end in ("departed", "arrived"):
        ends = [getattr(each, end) for each in taken]
        assert len(ends) == len(set(ends))


ORDERED = {
    "container": ("same", "slip", "other"),
    "seal": ("same", "slip", "other"),
    "document": ("same", "slip", "other"),
    "mass": ("close", "near", "part", "other"),
    "dates": ("near", "later", "late", "far"),
    "buyer": ("same", "other"),
    "seller": ("same", "other"),
    "place": ("same", "other"),
    "means": ("same", "other"),
}


@pytest.mark.parametrize("about", ORDERED)
def test_more_agreement_never_weighs_less(about):
    worth = [m / u for m, u in (CHANCES[about][outcome] for outcome in ORDERED[about])]
    assert worth == sorted(worth, reverse=True)


CLOSER = [
    {"containers": ("TGHU1234567",)},
    {"seals": ("ZZ1",)},
    {"documents": (("import_authorisation", "KE-IMP-8765"),)},
    {"masses": kg(2000)},
    {"at": LEFT + 90 * DAY},
    {"buyers": (RIFT,)},
    {"place": "KELAU"},
    {"means": ("mv other",)},
]


@given(st.sets(st.integers(0, len(CLOSER) - 1)), st.integers(0, len(CLOSER) - 1))
def test_a_half_that_differs_in_one_thing_more_is_never_more_likely(differing, more):
    def bits(which):
        changes = dict(itertools.chain(*(CLOSER[n].items() for n in sorted(which))))
        left, came = departed(), arrived(**changes)
        return sum(each.bits for each in weights(left, came, Around(departures=[left])))

    assert bits({*differing, more}) <= bits(differing)


GAINS = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")),
    st.sampled_from([0.5, 1.0, 2.0, 3.5, 7.0]),
    max_size=10,
)


def best_of_all(gains):
    found = 0.0
    for size in range(len(gains) + 1):
        for some in itertools.combinations(gains, size):
            if len({a for a, _ in some}) == len({b for _, b in some}) == size:
                found = max(found, sum(gains[edge] for edge in some))
    return found


@given(GAINS)
def test_the_assignment_is_the_best_of_all_there_are(gains):
    taken = assigned(gains)
    assert taken <= gains.keys()
    assert sum(gains[edge] for edge in taken) == pytest.approx(best_of_all(gains))


def test_a_tangle_of_hundreds_is_assigned_too_each_end_once():
    many = EXACT + 1
    gains = {(f"l{a:03}", f"c{b:03}"): 1 + (a * b) % 7 for a in range(many) for b in range(many)}
    taken = assigned(gains)
    assert len(taken) == many
    assert len({a for a, _ in taken}) == len({b for _, b in taken}) == many
