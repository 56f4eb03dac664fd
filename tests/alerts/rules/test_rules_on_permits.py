"""RF-05 and RF-35: licences and authorisations, on the day that counts."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from rule_stories import EXPORTER, PARTIES, Story, day, honest, on, under_way
from rule_world import World, dossier, findings, only

from alerts.rules import Severity, due
from alerts.rules.habits import permits_of
from alerts.rules.questions import Observation
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


def test_goods_that_leave_without_an_authorisation_are_found():
    story = Story().notice().agreed().departed()
    found = only("RF-35", story)
    assert found.summary == "The goods left on 2026-03-21 with no export authorisation."
    assert found.evidence == (story.jti(2),)


def test_goods_that_leave_under_an_authorisation_in_force_are_not():
    assert findings("RF-35", under_way()) == ()


def test_an_authorisation_that_expired_is_found_and_its_last_day_is_a_whole_day():
    story = Story().notice().authorised(until=15).departed()
    assert only("RF-35", story).summary == (
        "The goods left on 2026-03-21 under an export authorisation that had expired on 2026-03-16."
    )
    # 2026-03-21 12:00 UTC is still the 21st in the west when the permit's last day is the 21st.
    assert findings("RF-35", Story().authorised(until=20).departed()) == ()
    assert findings("RF-35", Story().authorised(until=19).departed())


def test_an_authorisation_that_starts_later_is_found():
    story = Story().authorised(valid_from=day(60), until=90).departed()
    assert (
        "before the export authorisation took effect on 2026-04-30" in only("RF-35", story).summary
    )


def test_an_authorisation_stated_after_departure_does_not_count():
    assert findings("RF-35", Story().departed().authorised(at=21))


def suspended(at):
    return under_way().says(
        "authorisation.suspended",
        "NL-AUTHORITY",
        on(at),
        authorisation="EA-NL-01",
        grounds="risk",
        effective_at=f"{day(at)}T00:00:00Z",
    )


def test_goods_that_leave_while_the_authorisation_is_suspended_are_found():
    found = only("RF-35", suspended(at=19))
    assert found.summary.endswith("while the export authorisation was suspended.")
    assert findings("RF-35", suspended(at=25)) == ()


def test_an_authorisation_for_several_shipments_counts_on_those_that_cite_it():
    other = Story("NL-00").notice().authorised(authorisation="EA-MANY", simplified=True)
    single = Story("NL-00").notice().authorised(authorisation="EA-MANY")
    story = Story().notice().released(authorisation="ea-many").departed()
    assert findings("RF-35", story, world=World(others=(other,))) == ()
    assert findings("RF-35", story, world=World(others=(single,)))


def objected(at=5):
    return Story().notice().objected(at=at).authorised()


def test_goods_that_leave_against_an_objection_are_found_whatever_the_permit_says():
    story = objected().departed()
    found = only("RF-35", story)
    assert found.summary == "KE objected on 2026-03-06, and the goods left on 2026-03-21."
    assert found.evidence == (story.jti(1), story.jti(2), story.jti(3))
    assert (found.severity, found.alone) == (None, None)


@pytest.mark.parametrize(
    "story",
    [
        objected(),  # nothing has left
        Story().notice().objected().agreed(at=6).authorised().departed(),
        under_way().objected(at=25),  # too late: RF-11 speaks of answers
    ],
)
def test_an_objection_that_was_taken_back_or_came_later_is_silent(story):
    assert findings("RF-35", story) == ()


def test_an_objection_taken_back_after_the_goods_had_left_is_less_grave():
    found = only("RF-35", objected().departed().agreed(at=25))
    assert found.severity is Severity.MEDIUM
    assert found.summary.endswith("the goods left on 2026-03-21; it agreed on 2026-03-26 only.")


def test_an_objection_shows_on_arrival_where_nobody_reported_the_departure():
    assert "the goods arrived on 2026-04-10" in only("RF-35", objected().arrived()).summary


def test_goods_that_leave_while_they_are_stopped_are_found():
    story = under_way().says(
        "shipment.stopped", "KE-CUSTOMS", on(10), reason="x", evidence_level="suspicion"
    )
    found = only("RF-35", story)
    assert found.summary == "The goods left on 2026-03-21 while the shipment was stopped."


def test_a_permit_that_nobody_reported_is_waited_for_and_weighs_by_the_countrys_habit():
    story = Story().notice().agreed().released().departed()
    heard = {story.jti(3): on(25)}
    assert findings("RF-35", story, now=on(27), recorded=heard) == ()
    careless = World(seen={permits_of("NL"): half_left_out()})
    found = only("RF-35", story, now=on(28), recorded=heard, world=careless)
    assert found.alone is False
    assert found.summary == (
        "The goods left on 2026-03-21 with no export authorisation; the release names one that "
        "nobody reported. Of NL's permits 41 % go unreported."
    )
    assert found.surprise < 1 < only("RF-35", story).surprise


def half_left_out():
    return tuple(Observation(ref=f"X-{n}", at=on(-n - 1), value=Decimal(n % 2)) for n in range(80))
