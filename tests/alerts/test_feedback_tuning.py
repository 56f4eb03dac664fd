"""Parameters: set in the log and kept to from then on, tried on history, proposed by verdicts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from alerts.backtest import tried
from alerts.feedback import tuning
from alerts.feedback.proposing import best, candidates, weighed
from alerts.rules import rules
from ledger import Invalid, NotPermitted, databases
from ledger.roster import HUB
from ledger.statistics import Period
from tests import factories
from tests.alerts.desks import active, cases, scanned, scanner_of, steps_of
from tests.factories import HONEST, Journey
from tests.world import World

RULE = "RF-24"
YEAR = Period(first=date(2026, 1, 1), last=date(2026, 12, 31))
LAX: dict[str, Any] = {"mass_tolerance_percent": Decimal(10)}


def shipped(world: World, number: int, kilos: str) -> Journey:
    """A shipment of which so much is declared for import."""
    journey = replace(
        HONEST,
        ref=f"NL-2026-0002{number:02}",
        pen=f"PEN-2-{number}",
        container=f"MSKU{number:07}",
        seal=f"S-2-{number}",
        vessel=f"MV {number}",
    )
    out, into = {"authorisation": f"EA-2-{number}"}, {"authorisation": f"IA-2-{number}"}
    steps = steps_of(
        journey,
        export_authorised=out,
        export_released=out,
        import_authorised=into,
        import_cleared={**into, "goods": [journey.line(kilos)]},
    )
    ends = {"use.reported", "shipment.closed"}  # after which nobody looks again
    world.live(journey, steps=[each for each in steps if each.body["kind"] not in ends])
    return journey


@pytest.fixture
def history(sqlite_world: World) -> World:
    """Two shipments that differ between export and import, one by little, and an honest one."""
    for number, kilos in enumerate(("16000", "15200", "11000")):
        shipped(sqlite_world, number, kilos)
    sqlite_world.passes(days=40)
    scanned(sqlite_world)
    return sqlite_world


@pytest.fixture
def other_world(postgresql_engine: Engine) -> World:
    return World.on(postgresql_engine)


def found(world: World) -> set[str]:
    return {row[1] for row in active(world) if row[2] == RULE}


def set_parameters(world: World, **values: str) -> None:
    world.passes(minutes=1)
    said = [{"name": name, "value": value} for name, value in values.items()]
    body = factories.body("rule.parameters_set", rule=RULE, parameters=said)
    world.post(body, HUB)


def test_what_the_log_sets_is_honoured_from_its_entry_on_and_taken_back_by_another(history):
    assert found(history) == {"NL-2026-000201", "NL-2026-000202"}
    set_parameters(history, mass_tolerance_percent="10")
    scanned(history)
    assert found(history) == {"NL-2026-000202"}
    set_parameters(history)
    scanned(history)
    assert found(history) == {"NL-2026-000201", "NL-2026-000202"}


def test_whoever_scans_everything_at_once_ends_the_same(history, other_world):
    set_parameters(history, mass_tolerance_percent="10")
    scanned(history)
    for number, kilos in enumerate(("16000", "15200", "11000")):
        if number == 1:
            set_parameters(other_world, mass_tolerance_percent="10")
        shipped(other_world, number, kilos)
    other_world.passes(days=40)
    scanned(other_world)
    assert found(other_world) == found(history)


def test_only_the_hub_sets_parameters_and_names_each_once(sqlite_world):
    body = factories.body("rule.parameters_set")
    with pytest.raises(NotPermitted):
        sqlite_world.post(body, "NL-CNA")
    twice = [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]
    with pytest.raises(Invalid, match="given twice"):
        sqlite_world.post({**body, "parameters": twice}, HUB)


def test_what_a_rule_does_not_have_is_passed_over_and_said(sqlite_world, caplog):
    set_parameters(sqlite_world, nonsense="1", mass_tolerance_percent="lots")
    assert tuning.in_force(sqlite_world.roster(), {}) == {}
    assert "passed over" in caplog.text


def test_a_backtest_shows_what_would_change_and_changes_nothing(history):
    before = (active(history), cases(history), history.size)
    with databases.reading(history.engine) as session:
        made = tried(
            session,
            scanner_of(history),
            rules()[RULE],
            [{}, LAX],
            period=YEAR,
            now=history.clock(),
        )
    change = weighed(made.alerts[0], made.alerts[1], made.verdicts)
    assert made.shipments == 3
    assert (change.before, change.after, len(change.lost), change.gained) == (2, 1, 1, ())
    raised = {alert for alert, each in cases(history).items() if each.rule == RULE}
    assert set(made.alerts[0]) == raised
    assert (active(history), cases(history), history.size) == before


def test_a_backtest_of_nothing_changed_is_what_stands(history):
    with databases.reading(history.engine) as session:
        for rule in rules().values():
            made = tried(session, scanner_of(history), rule, [{}], period=YEAR, now=history.clock())
            raised = {alert for alert, each in cases(history).items() if each.rule == rule.id}
            assert set(made.alerts[0]) == raised, rule.id


def test_a_parameter_that_the_rule_does_not_have_is_refused(history):
    with (
        databases.reading(history.engine) as session,
        pytest.raises(ValueError, match="no parameter"),
    ):
        tried(
            session,
            scanner_of(history),
            rules()[RULE],
            [{"nonsense": 1}],
            period=YEAR,
            now=history.clock(),
        )


VERDICTS = {"a": "true_diversion", "b": "explained", "c": "tolerance", "d": None}


def test_a_change_that_loses_a_right_alert_is_never_proposed():
    all_four = set(VERDICTS)
    loses_right = weighed(all_four, {"d"}, VERDICTS)
    spares_one = weighed(all_four, {"a", "c", "d"}, VERDICTS)
    spares_two = weighed(all_four, {"a", "d"}, VERDICTS)
    assert best([loses_right, spares_one, spares_two], 0.3) == 2
    assert best([loses_right], 0.3) is None
    assert (loses_right.lost_right, loses_right.lost_wrong) == (1, 2)


def test_a_change_that_spares_no_judged_alert_or_brings_many_new_ones_is_not_proposed():
    all_four = set(VERDICTS)
    unknown = weighed(all_four, {"a", "b", "c"}, VERDICTS)
    noisy = weighed(all_four, {"a", "c", "d", *map(str, range(9))}, VERDICTS)
    assert best([unknown, noisy], 0.3) is None


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_every_candidate_is_one_other_value_that_the_rule_takes(rule):
    for change in candidates(rule, rule.parameters):
        ((name, value),) = change.items()
        assert rule.parameters.but(change)[name] == value != rule.parameters[name]
