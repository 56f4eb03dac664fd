"""RF-05: licences, on the day that counts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from rule_stories import EXPORTER, PARTIES, Story, honest, on, under_way
from rule_world import World, dossier, findings, only

from alerts.rules import Severity, due
from ledger.standing import Licence, Standing

KEY = "NL:noordzee solvents bv"


def holding(*, key=KEY, licensing=(), **claims):
    """A world where the exporter holds one licence, with these properties."""
    usual = {
        "number": "L1",
        "country": "NL",
        "type": "licence",
        "status": "active",
        "substances": ("acetone",),
        "activities": ("export",),
        "premises": (),
        "valid_from": date(2025, 1, 1),
        "valid_to": date(2027, 1, 1),
    }
    held = Standing(subject=key, licences={"NL/L1": Licence(**usual | claims)})
    return World(standings={key: held}, licensing=frozenset(licensing))


def renewed(*, held, **world):
    """A world where the exporter's licence was stated more than once: (day stated, claims)."""
    standing = Standing(subject=KEY)
    for at, claims in held:
        licence = next(iter(holding(**claims).standings.values())).licences["NL/L1"]
        standing = standing.licensed("NL/L1", licence, on(at).date())
    return World(standings={KEY: standing}, **world)


OLD = (-400, {"valid_from": date(2025, 1, 1), "valid_to": date(2026, 2, 20)})


def test_a_licence_that_ran_out_before_the_order_and_stays_so_speaks_for_itself():
    story = under_way()
    found = only("RF-05", story, world=holding(valid_to=date(2026, 2, 20)))
    assert found.summary == (
        "The exporter had a licence that expired on 2026-02-20, and acted on 2026-03-21; nothing "
        "has renewed it."
    )
    assert (found.severity, found.alone) == (None, True)
    assert found.evidence == (story.jti(0), story.jti(2), story.jti(3), story.jti(4))


def test_a_licence_that_ran_out_is_weak_while_its_renewal_may_still_come():
    story, world = under_way(), holding(valid_to=date(2026, 2, 20))
    assert only("RF-05", story, world=world, now=on(50)).alone is False
    asked = dossier(story, world=world, now=on(50))
    assert due(asked) == datetime(2026, 4, 22, tzinfo=UTC)
    assert only("RF-05", story, world=world, now=on(53)).alone is True


def test_a_licence_that_its_issuer_ended_weighs_more_than_one_that_ran_out():
    ran_out = holding(valid_to=date(2026, 2, 20))
    ended = holding(status="revoked", ended_on=date(2026, 2, 20))
    assert only("RF-05", under_way(), world=ran_out).surprise is None
    found = only("RF-05", under_way(), world=ended)
    assert (found.alone, found.surprise) == (True, 8.0)


BUYING = {"key": "KE:rift valley paints ltd", "country": "KE", "activities": ("import",)}


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ({"valid_to": date(2026, 4, 1)}, "nothing has renewed it."),
        ({"status": "revoked", "ended_on": date(2026, 4, 1)}, "the goods had left on 2026-03-21."),
    ],
)
def test_a_licence_that_ended_while_the_goods_were_under_way_is_weak(ended, said):
    found = only("RF-05", honest(), world=holding(**BUYING, **ended))
    assert found.summary.endswith(f"and acted on 2026-04-12; {said}")
    assert found.alone is False


@pytest.mark.parametrize(
    "renewal",
    [
        (40, {"valid_from": date(2026, 4, 5)}),  # under the same number, from a later day
        (40, {"valid_from": date(2025, 1, 1)}),  # as if it had never ended
    ],
)
def test_a_gap_that_a_renewal_closed_is_weak(renewal):
    found = only("RF-05", under_way(), world=renewed(held=[OLD, renewal]))
    assert "expired on 2026-02-20, and acted on 2026-03-21; it was renewed from" in found.summary
    assert found.alone is False


def test_a_gap_weighs_by_its_days_if_a_renewal_shows_that_it_was_one():
    late = [(n, {"valid_from": date(2026, 2, 21) + timedelta(days=n)}) for n in (90, 300)]
    short, long = (only("RF-05", under_way(), world=renewed(held=[OLD, each])) for each in late)
    assert (short.alone, long.alone) == (True, True)
    assert short.surprise < 2 < long.surprise
    never = only("RF-05", under_way(), now=on(200), world=renewed(held=[OLD]))
    assert (never.alone, never.surprise) == (True, None)


def test_a_gap_that_another_licence_closed_is_weak():
    first, second = (
        holding(**claims).standings[KEY].licences["NL/L1"]
        for claims in (OLD[1], {"number": "L2", "valid_from": date(2026, 4, 5)})
    )
    both = Standing(subject=KEY, licences={"NL/L1": first, "NL/L2": second})
    found = only("RF-05", under_way(), world=World(standings={KEY: both}))
    assert found.summary.endswith("acted on 2026-03-21; it was renewed from 2026-04-05.")
    assert found.alone is False


def test_a_renewal_does_not_make_the_past_look_unlicensed():
    later = (30, {"valid_from": date(2026, 4, 1), "valid_to": date(2029, 1, 1)})
    standing = (-400, {"valid_to": date(2026, 4, 1)})
    assert findings("RF-05", under_way(), world=renewed(held=[standing, later])) == ()


def test_a_revocation_that_was_lifted_later_still_stood_on_the_day():
    lost = (10, {"status": "revoked", "ended_on": date(2026, 3, 11)})
    found = only("RF-05", under_way(), world=renewed(held=[(-400, {}), lost, (60, {})]))
    assert "stood revoked since 2026-03-11, and acted on 2026-03-21" in found.summary
    assert found.alone is True


def test_the_licence_of_a_trader_that_is_said_to_be_the_same_counts():
    other = "national:KVK-9"
    said = Standing(subject=KEY, identities={f"NL/{other}": ("one",)})
    held = holding(key=other).standings[other]
    world = World(
        standings={KEY: said, other: held}, licensing=frozenset({("NL", "acetone", "export")})
    )
    assert findings("RF-05", under_way(), world=world) == ()
    apart = World(
        standings={**world.standings, KEY: said.but(identities={f"NL/{other}": ("apart",)})},
        licensing=world.licensing,
    )
    assert findings("RF-05", under_way(), world=apart)


def test_a_licence_that_covers_the_day_is_silent():
    assert findings("RF-05", under_way(), world=holding()) == ()


def test_a_first_licence_that_came_after_the_order_is_weak():
    found = only("RF-05", Story().notice(), world=holding(valid_from=date(2026, 6, 1)))
    assert "was licensed from 2026-06-01 only" in found.summary
    assert found.alone is False


@pytest.mark.parametrize("status", ["suspended", "revoked"])
def test_only_what_was_done_after_a_licence_was_withdrawn_is_high(status):
    before = holding(status=status, ended_on=date(2026, 3, 20))
    assert only("RF-05", under_way(), world=before).summary == (
        f"The exporter had a licence for this that stood {status} since 2026-03-20, "
        "and acted on 2026-03-21."
    )
    after = holding(status=status, ended_on=date(2026, 3, 22))
    assert findings("RF-05", under_way(), world=after) == ()
    assert findings("RF-05", honest(), world=after) == ()


def test_a_licence_for_another_activity_is_weak_and_only_where_licences_are_reported():
    other = {"activities": ("storage",)}
    found = only(
        "RF-05", under_way(), world=holding(licensing=[("NL", "acetone", "export")], **other)
    )
    assert found.summary == "The exporter is licensed, but not to export this substance."
    assert found.alone is False
    assert findings("RF-05", under_way(), world=holding(**other)) == ()


def test_a_trader_without_a_record_is_low_and_only_where_licences_are_reported():
    found = only(
        "RF-05", under_way(), world=World(licensing=frozenset({("KE", "acetone", "import")}))
    )
    assert (found.severity, found.alone) == (Severity.LOW, False)
    assert found.summary == (
        "The importer has no licence on record on 2026-03-01, and its country reports such "
        "licences."
    )
    assert findings("RF-05", under_way()) == ()


def test_a_trader_is_found_by_name_when_an_agency_left_out_its_number():
    numbered = {"exporter": {**EXPORTER, "scheme": "national", "identifier": "KVK-1"}}
    story = Story().notice(parties=PARTIES | numbered)
    world = holding(licensing=[("NL", "acetone", "export")])
    assert findings("RF-05", story, world=world) == ()


def test_an_exempt_body_needs_no_licence():
    world = holding(status="revoked", key="national:KVK-1")
    numbered = {"exporter": {**EXPORTER, "scheme": "national", "identifier": "KVK-1"}}
    story = Story().notice(parties=PARTIES | numbered)
    assert findings("RF-05", story, world=world)
    exempt = {"exempt_traders": "national:KVK-1"}
    assert findings("RF-05", story, exempt, world=world) == ()
