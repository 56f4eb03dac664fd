"""RF-08, RF-31, RF-32, RF-39 and RF-40: what a country watches, and the agencies themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from rule_stories import Story, honest, on, text, under_way
from rule_world import ROSTER, World, dossier, findings, only

from alerts.rules import Severity, check, rules
from alerts.rules.aggregates import reply_of, silence_of, trade_of
from alerts.rules.private import Own, Private, Watched, Zone
from alerts.rules.questions import Observation
from crypto.keyring import Keyring
from crypto.keys import PrivateKey
from ledger.standing import Licence, Standing

KEY = "KE:rift valley paints ltd"


def private(story, code, *, country="NL", world=None, **own):
    lists = Private(by_country={country: Own(**own)})
    return check(replace(dossier(story, world=world), private=lists), rules()[code])


PAIR = {"combinations": (frozenset({"acetone", "toluene"}),)}
BOTH = World(
    seen={trade_of(KEY, "toluene"): (Observation(ref="DE-02", at=on(-20), value=Decimal(50)),)}
)


def test_all_parts_of_a_combination_to_one_buyer_are_found_and_told_to_the_watcher_alone():
    (found,) = private(Story().notice(), "RF-08", world=BOTH, **PAIR)
    assert found.summary == (
        "One buyer ordered every part of a combination of goods that NL watches, within 90 days."
    )
    assert found.countries == {"NL"}


def test_a_part_a_manufacturer_and_a_stranger_are_not():
    licence = Licence(
        number="L",
        country="KE",
        type="licence",
        status="active",
        substances=("acetone", "toluene"),
        activities=("use",),
        premises=(),
        valid_from=date(2020, 1, 1),
    )
    maker = replace(BOTH, standings={KEY: Standing(subject=KEY, licences={"KE/L": licence})})
    assert private(Story().notice(), "RF-08", **PAIR) == ()
    assert private(Story().notice(), "RF-08", world=maker, **PAIR) == ()
    assert private(Story().notice(), "RF-08", world=BOTH, country="BR", **PAIR) == ()


@pytest.mark.parametrize(
    "watched",
    [
        Watched(name="Rift Valley Paint"),
        Watched(name="RIFT VALLEY PAINTS", country="KE"),
        Watched(name="Other", key=KEY),
    ],
)
def test_a_party_on_a_list_is_found_without_saying_which(watched):
    (found,) = private(under_way(), "RF-31", watched=(watched,))
    assert found.summary == ("A party of the shipment may be on a list that NL keeps (importer).")
    assert found.countries == {"NL"}


@pytest.mark.parametrize(
    "watched",
    [Watched(name="Great Rift Flowers"), Watched(name="Rift Valley Paints", country="TZ")],
)
def test_a_party_that_is_on_none_is_not(watched):
    assert private(under_way(), "RF-31", watched=(watched,)) == ()


@pytest.mark.parametrize(
    "zone",
    [
        Zone(countries=frozenset({"KE"})),
        Zone(places=frozenset({"EGPSD"})),
        Zone(lat=-4.0, lon=39.0, km=120),
    ],
)
def test_a_way_through_a_zone_is_found(zone):
    (found,) = private(honest(), "RF-32", zones=(zone,))
    assert found.summary == "The shipment goes to or through an area that NL looks at."
    relief = Story().notice(operation="relief")
    assert private(relief, "RF-32", zones=(zone,)) == ()


@pytest.mark.parametrize("zone", [Zone(countries=frozenset({"BR"})), Zone(lat=60, lon=5, km=100)])
def test_a_way_elsewhere_is_not(zone):
    assert private(honest(), "RF-32", zones=(zone,)) == ()


def expired():
    return (
        Story().notice().says("notice.expired", "ZZ-HUB", on(15), pen="PEN-NL-01", due=text(on(15)))
    )


def silent(count, untaken=0):
    seen = tuple(Observation(ref=f"NL-9{n}", at=on(-n), value=Decimal(1)) for n in range(count))
    answers = tuple(Observation(ref="NL-80", at=on(-n), value=Decimal(9)) for n in range(4))
    return World(seen={silence_of("KE"): seen, reply_of("KE"): answers}, untaken=untaken)


def test_silence_that_repeats_is_kept_for_the_programmes_desk():
    found = only("RF-39", expired(), world=silent(2))
    assert found.summary == (
        "KE let 3 notices run out and left 0 alerts with nobody in 30 days. It usually answers in "
        "9 days (4 answers)."
    )
    assert found.about == ("country", "KE")
    assert found.countries == frozenset()
    assert findings("RF-39", expired(), world=silent(0, untaken=2))


def test_a_notice_or_two_that_ran_out_are_not():
    assert findings("RF-39", expired(), world=silent(1)) == ()
    assert findings("RF-39", honest(), world=silent(9)) == ()


def signed(story, days):
    """The story with its last statement signed so many days after what it tells of."""
    last = story.stated[-1]
    issued = int(on(0).timestamp()) + days * 86_400
    by = replace(last.by, issued_at=last.by.issued_at + days * 86_400)
    assert issued
    return replace(story, stated=(*story.stated[:-1], replace(last, by=by)))


def test_a_statement_about_what_was_still_to_come_is_critical():
    found = only("RF-40", signed(under_way(), -2))
    assert found.summary == (
        "A statement of NL signed on 2026-03-19 tells of 2026-03-21, which was still to come."
    )
    assert rules()["RF-40"].severity is Severity.CRITICAL


def test_late_paperwork_is_noted_and_no_more():
    found = only("RF-40", signed(under_way(), 40))
    assert found.severity is Severity.INFO
    assert found.summary == (
        "1 statement of the shipment came more than 30 days after what they tell of."
    )
    assert findings("RF-40", signed(under_way(), 20)) == ()


def test_a_key_in_doubt_marks_what_was_signed_with_it_since():
    key, other = (PrivateKey.generate().public for _ in range(2))
    ring = Keyring().enrol("NL-CUSTOMS", key, 1).enrol("NL-CUSTOMS", other, 2)
    ring = ring.revoke(key.kid, 90, datetime(2026, 3, 20, tzinfo=UTC))
    story = under_way()
    released, departed = (story.jti(place) for place in (3, 4))
    held = {released: key.kid, departed: key.kid}
    told = replace(dossier(story, roster=ROSTER.but(keyring=ring)), signed_with=held)
    (found,) = check(told, rules()["RF-40"])
    assert found.summary == (
        "A statement of NL was signed on 2026-03-21 with a key that was in doubt since 2026-03-20."
    )
    assert found.evidence == (departed,)
    rotated = replace(told, signed_with={departed: other.kid})
    assert check(rotated, rules()["RF-40"]) == ()
