"""RF-01, RF-02, RF-25, RF-29 and RF-33: who orders how much, against what was ordered before."""

import math
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from rule_stories import IMPORTER, PARTIES, Story, line, on
from rule_world import World, dossier, findings, only

from alerts.rules import Severity, due
from alerts.rules.aggregates import ASKS, firsts_of, orders_of, sizes_of, trade_of
from alerts.rules.identities import observed_firsts
from alerts.rules.questions import Observation
from alerts.rules.sightings import contacts_of, sighted
from ledger.standing import Evaluation, Licence, Standing, Trust

KEY = "KE:rift valley paints ltd"
COUNTRY = orders_of("KE", "acetone")
MINE = trade_of(KEY, "acetone")


def seen(*values, start=-10, step=-10):
    """Observations before the story, the latest first, so many days apart."""
    made = [
        Observation(ref=f"NL-9{n}", at=on(start + n * step), value=Decimal(value))
        for n, value in enumerate(values)
    ]
    return tuple(reversed(made))


def knowing(**more):
    """A ledger that knows twenty orders of others, two of them of new buyers."""
    usual = {
        COUNTRY: seen(*[20000] * 20, step=-5),
        firsts_of(): seen(*[0] * 18, 1, 1, step=-5),
    }
    return World(seen=usual | more.pop("seen", {}), **more)


def test_an_importer_nobody_has_seen_is_noted():
    found = only("RF-01", Story().notice(), world=knowing(), now=on(119))
    assert found.summary == (
        "Nobody has notified an order by this importer or its consignee in the 730 days before; so "
        "it is with 13.3 % of such orders."
    )
    assert found.surprise == pytest.approx(-math.log(4 / 30))


@pytest.mark.parametrize(
    "world",
    [
        World(),  # whom could the ledger know
        knowing(seen={trade_of(KEY): seen(500, 500, 500)}),
        knowing(seen={trade_of("KE:rift valley paints ltd"): seen(500, 500, 500)}),
        knowing(
            standings={
                KEY: Standing(
                    subject=KEY,
                    trusts={
                        "KE/AEO": Trust(
                            programme="AEO",
                            country="KE",
                            status="validated",
                            valid_from=date(2025, 1, 1),
                        )
                    },
                )
            }
        ),
    ],
)
def test_an_importer_that_is_known_or_trusted_is_not(world):
    assert findings("RF-01", Story().notice(), world=world) == ()


def after(*days):
    return tuple(Observation(ref=f"Z-{n}", at=on(n), value=Decimal(500)) for n in days)


def test_a_buyer_that_hardly_ordered_and_does_not_come_again_is_a_low_sign():
    story = Story().notice()
    world = knowing(seen={trade_of(KEY): (*seen(500), *after(130))})
    found = only("RF-01", story, world=world)
    assert found.summary == (
        "In the 730 days before this order and the 120 days after it, the ledger knows of 1 other "
        "order by its buyers."
    )
    assert (found.severity, found.key) == (Severity.LOW, "seldom")
    assert findings("RF-01", story, world=world, now=on(119)) == ()
    assert due(dossier(story, world=world, now=on(50))) == on(120)
    regular = knowing(seen={trade_of(KEY): (*seen(500), *after(30, 90))})
    assert findings("RF-01", story, world=regular) == ()
    unknown = findings("RF-01", story, world=knowing())
    assert [each.key for each in unknown] == ["", "seldom"]
    assert unknown[1].surprise > found.surprise > 3


def test_who_hardly_ordered_before_asks_whether_it_comes_again():
    asked = (trade_of(KEY), on(120), ASKS)
    new = observed_firsts(dossier(Story().notice(), world=knowing()))
    assert asked in set(new)
    known = knowing(seen={trade_of(KEY): seen(500, 500, 500)})
    assert asked not in set(observed_firsts(dossier(Story().notice(), world=known)))


def test_an_order_far_beyond_the_buyers_own_is_found():
    usual = World(seen={MINE: seen(5000, 6000, 5500, 5000, 6000)})
    found = only("RF-02", Story().notice(), world=usual)
    assert found.summary == (
        "25,000 kg are ordered, 4.5 times the median of this importer's 5 orders before, within "
        "730 days."
    )
    assert found.alone is True


@pytest.mark.parametrize(
    "values",
    [
        (5000, 6000, 5500),  # too few
        (20000, 24000, 25000, 22000, 26000),
        (2000, 90000, 26000, 5000, 12000, 40000),  # orders that always vary
    ],
)
def test_few_or_like_orders_make_no_outlier(values):
    assert findings("RF-02", Story().notice(), world=World(seen={MINE: seen(*values)})) == ()


def test_as_much_in_the_same_season_explains_it():
    season = Observation(ref="NL-80", at=on(-360), value=Decimal(24000))
    before = (season, *seen(5000, 6000, 5500, 5000, 6000))
    assert findings("RF-02", Story().notice(), world=World(seen={MINE: before})) == ()


SMALL = Story().notice(goods=[line("40")])


def test_small_orders_that_add_up_are_found():
    found = only("RF-25", SMALL, world=World(seen={MINE: seen(40, 45)}))
    assert found.summary == (
        "3 orders by one buyer within 30 days, each below 100 kg, add up to 125 kg."
    )


def test_a_contract_that_the_notice_cites_makes_small_orders_a_weak_sign():
    called = Story().notice(goods=[line("40")], documents=[{"type": "contract", "number": "C-1"}])
    world = World(seen={MINE: seen(*[40] * 9)})
    assert only("RF-25", SMALL, world=world).alone is True
    found = only("RF-25", called, world=world)
    assert found.alone is False
    assert found.summary.endswith("; the notice cites a contract that they may call upon.")


@pytest.mark.parametrize(
    ("story", "values"),
    [
        (SMALL, (40,)),
        (SMALL, (5, 5)),
        (SMALL, (400, 45)),
        (Story().notice(goods=[line("400")]), (40, 45)),
        (
            Story().notice(goods=[line("40")], covers=[line("900")], covers_until="2026-12-31"),
            (40, 45),
        ),
    ],
)
def test_few_or_great_or_announced_orders_are_no_splitting(story, values):
    assert findings("RF-25", story, world=World(seen={MINE: seen(*values)})) == ()


def licensed(on_):
    licence = Licence(
        number="L-1",
        country="KE",
        type="licence",
        status="active",
        substances=("acetone",),
        activities=("import",),
        premises=(),
        valid_from=on_,
    )
    return Standing(subject=KEY, licences={"KE/L-1": licence})


def test_a_young_firm_with_a_large_order_is_found():
    young = {KEY: licensed(date(2025, 12, 1))}
    found = only("RF-29", Story().notice(), world=knowing(standings=young))
    assert found.summary == (
        "The importer's first licence is of 2025-12-01, and it had ordered nothing; it now orders "
        "25,000 kg, more than 60 % of the country's 20 orders of the substance before."
    )
    assert found.surprise == pytest.approx(-math.log(4 / 30 / 21))


def test_a_firm_that_nobody_knows_is_found_without_a_licence_by_all_orders_of_the_substance():
    wide = {COUNTRY: (), sizes_of("acetone"): seen(*[9000] * 19, 30000, start=-40)}
    found = only("RF-29", Story().notice(), world=knowing(seen=wide))
    assert found.summary == (
        "The importer had ordered nothing that anybody knows of; it now orders 25,000 kg, more "
        "than 60 % of all 20 orders of the substance before."
    )
    early = {trade_of(KEY): seen(500, start=-1)}
    found = only("RF-29", Story().notice(), world=knowing(seen=wide | early))
    assert found.summary.startswith("The importer's first order was notified on 2026-02-28; it")
    assert found.alone is False


def test_a_firm_that_was_long_silent_is_found():
    silent = {trade_of(KEY): seen(500, start=-800)}
    found = only("RF-29", Story().notice(), world=knowing(seen=silent))
    assert found.summary.startswith("The importer had ordered nothing since 2023-12-22; it now")


def test_an_old_firm_a_small_order_and_a_visited_site_are_not():
    young = licensed(date(2025, 12, 1))
    visit = Evaluation(site="Works", type="initial", result="pass", on=date(2026, 1, 5), by="KE")
    old = {KEY: licensed(date(2020, 1, 1))}
    assert findings("RF-29", Story().notice(), world=knowing(standings=old)) == ()
    visited = {KEY: replace(young, evaluations=(visit,))}
    assert findings("RF-29", Story().notice(), world=knowing(standings=visited)) == ()
    small = Story().notice(goods=[line("50")])
    assert findings("RF-29", small, world=knowing(standings={KEY: young})) == ()
    active = {trade_of(KEY): seen(500, start=-190)}
    assert findings("RF-29", Story().notice(), world=knowing(seen=active)) == ()


def test_where_most_buyers_are_new_nobody_is():
    joined = {firsts_of(to="KE"): seen(*[1] * 20, step=-5)}
    assert findings("RF-29", Story().notice(), world=knowing(seen=joined)) == ()


def test_a_firm_that_was_written_down_otherwise_before_is_not_new():
    before = {**IMPORTER, "name": "Rift Valey Paints"}
    other = Story("NL-70").notice(at=-300, parties={**PARTIES, "importer": before})
    ((_, contact, _),) = contacts_of(sighted(other.shipment, other.timeline))
    seen_then = (Observation(ref="NL-70", at=on(-300), value=Decimal(2)),)
    world = knowing(seen={contact: seen_then}, others=(other,))
    assert findings("RF-29", Story().notice(), world=world) == ()


def spans(*values):
    return World(spans=tuple(Decimal(value) for value in values))


def test_a_surge_against_the_season_is_found_and_told_to_the_country_alone():
    found = only("RF-33", Story().notice(), world=spans(90000, *[20000, 25000, 30000] * 4))
    assert found.summary == (
        "90,000 kg were notified towards KE in 90 days, 3.6 times what its season leads to expect "
        "(25,000 kg, from 12 such spans before) and more than in any of them."
    )
    assert found.about == ("country", "KE/acetone/2026-1")
    assert found.countries == {"KE"}


@pytest.mark.parametrize(
    "world",
    [
        spans(90000, *[20000] * 5),  # too little is known
        spans(45000, *[20000, 25000, 30000] * 4),
        spans(90000, *[20000, 25000, 20000, 95000] * 3),  # as every year
    ],
)
def test_growth_and_harvest_are_no_surge(world):
    assert findings("RF-33", Story().notice(), world=world) == ()


def test_a_cancelled_order_is_none():
    story = (
        Story()
        .notice()
        .says("notice.withdrawn", "NL-AUTHORITY", on(2), pen="PEN-NL-01", reason="order_cancelled")
    )
    for code in ("RF-01", "RF-02", "RF-25", "RF-29", "RF-33"):
        world = knowing(seen={MINE: seen(50, 50, 50, 50, 50, 50)})
        assert findings(code, story, world=world) == ()
    assert IMPORTER["country"] == "KE"
