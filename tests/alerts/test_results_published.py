"""Published totals: no cell, and no difference of cells, gives one country's affairs away."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from alerts.results.published import (
    LEAST_COUNTRIES,
    LEAST_FACTS,
    P_PERCENT,
    Share,
    publishable,
    quarters,
    rough,
    rounded,
    safe,
)
from ledger.quantities import show
from ledger.statistics import Period

COUNTRIES = ("NL", "KE", "EG", "DE", "BE")
shares = st.builds(
    lambda country, amount: Share(countries=frozenset({country}), amount=amount),
    st.sampled_from(COUNTRIES),
    st.integers(1, 1000),
)
tables = st.dictionaries(st.sampled_from("abcdef"), st.lists(shares, max_size=30))


def cell(*amounts: tuple[str, int]) -> list[Share]:
    return [Share(countries=frozenset({country}), amount=n) for country, n in amounts]


def test_few_facts_few_countries_and_one_that_dominates_are_not_told():
    assert not safe(cell(("NL", 5), ("KE", 5), ("EG", 5), ("DE", 5)))
    assert not safe(cell(*[("NL", 5), ("KE", 5)] * 10))
    assert not safe(cell(("NL", 1000), ("KE", 300), *[("EG", 1)] * 8))
    assert safe(cell(("NL", 1000), ("KE", 300), *[("EG", 40)] * 8))


def test_alerts_that_two_countries_share_are_the_affair_of_both():
    mine = [Share(countries=frozenset({"NL", "KE"})) for _ in range(9)]
    assert not safe([*mine, Share(countries=frozenset({"NL", "EG"}))])


@given(tables)
def test_no_country_can_work_out_what_another_contributed(table):
    for told in publishable(table).values():
        own = {c: sum(s.amount for s in told if c in s.countries) for c in COUNTRIES}
        assert len(told) >= LEAST_FACTS
        assert sum(1 for amount in own.values() if amount) >= LEAST_COUNTRIES
        for target in COUNTRIES:
            for asker in COUNTRIES:
                if asker != target and own[target]:
                    estimate = sum(own.values()) - own[asker]
                    assert (estimate - own[target]) * 100 >= P_PERCENT * own[target]


@given(tables)
def test_what_is_left_out_of_a_table_cannot_be_worked_out_from_its_sum(table):
    told = publishable(table)
    left_out = [share for key, each in table.items() if key not in told for share in each]
    assert not left_out or not told or safe(left_out)


def test_only_whole_quarters_that_ended_a_while_ago_are_published():
    year = Period(first=date(2026, 1, 15), last=date(2026, 12, 31))
    found = quarters(year, date(2026, 10, 20))
    assert [(each.first, each.last) for each in found] == [(date(2026, 4, 1), date(2026, 6, 30))]
    assert len(quarters(year, date(2026, 10, 31))) == 2
    assert quarters(Period(first=date(2026, 12, 1), last=date(2027, 3, 31)), date(2028, 1, 1)) == [
        Period(first=date(2027, 1, 1), last=date(2027, 3, 31))
    ]


def test_counts_and_amounts_are_rounded_so_that_one_more_does_not_show():
    assert [rounded(n) for n in (0, 2, 3, 7, 8, 1003)] == [0, 0, 5, 5, 10, 1005]
    assert show(rough(Decimal("12345.678"))) == "12000"
