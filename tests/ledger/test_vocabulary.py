"""What holds for every kind of event, whichever it is."""

import subprocess
import sys
from typing import Any

import pytest

from ledger import Invalid, NotPermitted, vocabulary
from ledger.mentions import warnings_of
from ledger.roster import Role
from tests.factories import body, poster
from tests.places import Path, amounts, changed, declared, places, pointer, removed

KINDS = sorted(vocabulary.kinds())


def content(kind: str) -> tuple[Any, dict[str, Any]]:
    made = body(kind)
    return vocabulary.kinds()[kind], {k: v for k, v in made.items() if k != "kind"}


def refusal(made: dict[str, Any]) -> Invalid:
    with pytest.raises(Invalid) as caught:
        vocabulary.parse(made)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_from_an_honest_body_without_a_warning(kind):
    event = vocabulary.parse(body(kind))
    assert event.kind == kind
    assert type(event) is vocabulary.kinds()[kind]
    assert warnings_of(event) == ()


@pytest.mark.parametrize("kind", [k for k in KINDS if vocabulary.kinds()[k].by])
def test_its_poster_may_state_it_and_an_agency_of_no_such_role_may_not(kind):
    event = vocabulary.parse(body(kind))
    _, country, role = poster(kind)
    vocabulary.check_signer(event, frozenset({role}), country)
    others = frozenset(Role) - frozenset(event.by)
    with pytest.raises(NotPermitted) as caught:
        vocabulary.check_signer(event, others, country)
    assert caught.value.code == "kind-not-permitted"


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_required_property_is_named_by_its_pointer(kind):
    cls, said = content(kind)
    required = [path for path, field in declared(cls, said) if field.required]
    assert ("occurred_at",) in required
    for path in required:
        assert refusal(removed(body(kind), path)).pointer == pointer(path)


@pytest.mark.parametrize("kind", [k for k in KINDS if vocabulary.kinds()[k].needs])
def test_what_a_kind_needs_of_a_shared_claim_is_named_by_its_pointer(kind):
    for need in vocabulary.kinds()[kind].needs:
        path: Path = tuple(need.split("."))
        error = refusal(removed(body(kind), path))
        assert error.pointer == pointer(path)
        if isinstance(dict(places(body(kind)))[path], list):
            assert refusal(changed(body(kind), path, [])).code == "missing-field"


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_property_is_refused_in_every_object(kind):
    objects: list[Path] = [path for path, value in places(body(kind)) if isinstance(value, dict)]
    for path in [(), *objects]:
        error = refusal(changed(body(kind), (*path, "surplus"), "x"))
        assert (error.code, error.pointer) == ("unknown-field", pointer((*path, "surplus")))


@pytest.mark.parametrize("kind", KINDS)
def test_null_is_not_a_way_to_leave_something_out(kind):
    for path, _ in places(body(kind)):
        assert refusal(changed(body(kind), path, None)).pointer == pointer(path)


@pytest.mark.parametrize("kind", KINDS)
def test_an_amount_is_never_a_json_number(kind):
    cls, said = content(kind)
    for path in amounts(cls, said):
        for wrong in (12, 12.5, 0, True, "-1", "1e3", "01", "1.", " 1", "1.0000001", "NaN", "１"):
            assert refusal(changed(body(kind), path, wrong)).pointer == pointer(path)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-02T12:00:00",
        "2026-03-02T12:00:00+00:00",
        "2026-03-02 12:00:00Z",
        "2026-03-02T24:00:00Z",
        "2026-03-02T12:00:60Z",
        "2026-02-30T12:00:00Z",
        "2026-03-02T12:00:00.1234567Z",
        "2026-03-02T12:00:00Z\n",
        "٢٠٢٦-03-02T12:00:00Z",
        "1989-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        1772452800,
    ],
)
def test_a_moment_has_one_spelling(moment):
    assert refusal(body("notice.sent", occurred_at=moment)).pointer == "/occurred_at"


@pytest.mark.parametrize("day", ["2026-3-02", "20260302", "2026-W10-1", "2026-02-30", "1899-12-31"])
def test_a_day_has_one_spelling(day):
    assert refusal(body("notice.no_objection", decided_on=day)).pointer == "/decided_on"


@pytest.mark.parametrize("text", ["", " x", "x ", "a\nb", "a\x00b", "a\u2028b", "x" * 301, 7])
def test_text_is_printable_and_bounded(text):
    assert refusal(body("shipment.seized", place=text)).pointer == "/place"


@pytest.mark.parametrize("percent", ["100.000001", "101", "-1", 50])
def test_a_strength_lies_between_nothing_and_all(percent):
    wrong = {"low": percent, "high": "100", "basis": "w/w"}
    error = refusal(body("sample.analysed", concentration=wrong))
    assert error.pointer == "/concentration/low"


@pytest.mark.parametrize("count", [True, False, "2", 2.0, -1, 10**9 + 1])
def test_a_count_is_a_whole_number_and_true_is_none(count):
    assert refusal(body("outcome.reported", count=count)).pointer == "/count"


@pytest.mark.parametrize("flag", [0, 1, "true", "yes"])
def test_a_flag_is_true_or_false_and_nothing_like_it(flag):
    assert refusal(body("shipment.amended", material=flag)).pointer == "/material"


def test_a_list_is_bounded():
    lines = body("notice.sent")["goods"] * 201
    assert refusal(body("notice.sent", goods=lines)).pointer == "/goods"


@pytest.mark.parametrize("kind", ["shipment.beamed", "", None, 7, ["notice.sent"]])
def test_what_is_no_kind_is_not_an_event(kind):
    error = refusal(body("notice.sent") | {"kind": kind})
    assert (error.code, error.pointer) == ("unknown-kind", "/kind")


def test_several_faults_are_counted_and_the_first_is_named():
    error = refusal(body("notice.sent", pen=7, legal_list=7, goods="acetone"))
    assert "and 2 more faults" in str(error)


FOREIGN = [
    ("notice.sent", "KE", "/route/exporting"),
    ("transit.entered", "KE", "/country"),
    ("transit.exited", "KE", "/country"),
    ("party.licensed", "NL", "/trader/country"),
    ("programme.recognised", "NL", "/recognising"),
    ("requirement.declared", "NL", "/country"),
]


@pytest.mark.parametrize(("kind", "country", "where"), FOREIGN)
def test_nobody_states_what_is_another_countrys_to_state(kind, country, where):
    with pytest.raises(NotPermitted) as caught:
        vocabulary.parse(body(kind)).check_signer(country)
    assert caught.value.pointer == where


INCONSISTENT = [
    ("notice.sent", {"reply_due": "2026-03-01T00:00:00Z"}, "/reply_due"),
    ("export.authorised", {"valid_to": "2026-01-01"}, "/valid_to"),
    ("import.authorised", {"valid_to": "2026-01-01"}, "/valid_to"),
    ("party.licensed", {"valid_to": "2020-01-01"}, "/valid_to"),
    ("use.reported", {"period_to": "2026-01-01"}, "/period_to"),
    ("requirement.declared", {"substance": "toluene"}, "/goods/substance"),
    ("event.corrected", {"reason": "incorrect_data"}, "/replacement"),
    ("event.corrected", {"replacement": "019ca000-0000-7000-8000-000000000002"}, "/replacement"),
]


@pytest.mark.parametrize(("kind", "spoiled", "where"), INCONSISTENT)
def test_an_event_that_contradicts_itself_is_refused(kind, spoiled, where):
    with pytest.raises(Invalid) as caught:
        vocabulary.parse(body(kind, **spoiled)).check_signer(poster(kind)[1])
    assert caught.value.pointer == where


def test_a_kind_has_a_docstring_and_is_declared_once():
    with pytest.raises(TypeError, match="no docstring"):
        vocabulary.event("test.silent", by=())(type("Silent", (vocabulary.ShipmentEvent,), {}))
    with pytest.raises(TypeError, match="declared twice"):
        vocabulary.event("notice.sent", by=())(
            type("Again", (vocabulary.ShipmentEvent,), {"__doc__": "Again."})
        )


def test_every_family_is_loaded_whoever_imported_one_first():
    asked = "import ledger.events.amendments, ledger.vocabulary as v; print(len(v.kinds()))"
    told = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True)
    assert int(told.stdout) == len(KINDS)


def test_families_hold_every_kind_once():
    told = [cls.kind for _, members in vocabulary.families() for cls in members]
    assert sorted(told) == KINDS
