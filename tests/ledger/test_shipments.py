"""What each step does to a shipment: its status, its flags, the circle of who is concerned."""

import pytest

from ledger.statuses import ACTIVE, ENDED, MEASURES, RANK
from tests.factories import HONEST, LIFE, body, stated, step
from tests.telling import fold, life, said

STATUSES = {
    "notice.sent": "notified",
    "notice.acknowledged": "notified",
    "notice.no_objection": "cleared_to_export",
    "import.authorised": "cleared_to_export",
    "export.authorised": "authorised",
    "export.released": "released",
    "shipment.departed": "in_transit",
    "transit.entered": "in_transit",
    "transit.exited": "in_transit",
    "shipment.arrived": "arrived",
    "import.cleared": "cleared",
    "shipment.delivered": "delivered",
    "receipt.confirmed": "received",
    "use.reported": "consumed",
    "shipment.closed": "closed",
}


@pytest.mark.parametrize("kind", LIFE)
def test_each_step_of_an_honest_life_moves_the_shipment_on(kind):
    assert fold(*life(kind)).status == STATUSES[kind]


def test_the_words_of_the_states_are_closed():
    assert frozenset(RANK) == ACTIVE | ENDED
    assert not ACTIVE & ENDED
    assert set(fold(*life("shipment.closed")).balance) <= set(MEASURES)


LATE = ["notice.sent", "notice.no_objection", "export.authorised", "export.released"]


@pytest.mark.parametrize("kind", [*LATE, "shipment.departed", "notice.info_requested"])
def test_a_step_that_comes_too_late_is_noted_and_moves_nothing_back(kind):
    before = fold(*life("import.cleared"))
    state = fold(
        *life("import.cleared"),
        said(kind, 63, reply_due=HONEST.at(80)) if kind == "notice.sent" else said(kind, 63),
    )
    assert state.status == before.status == "cleared"
    assert kind in [odd.kind for odd in state.irregular]


@pytest.mark.parametrize("kind", ["shipment.cancelled", "shipment.amended"])
def test_after_departure_a_plan_is_not_changed_any_more(kind):
    state = fold(*life("shipment.departed"), said(kind, 40))
    assert state.status == "in_transit"
    assert [odd.kind for odd in state.irregular] == [kind]


def test_a_seizure_needs_no_notice():
    state = fold(stated(step("shipment.seized")))
    assert (state.status, state.irregular) == ("seized", ())
    assert state.balance["seized"].kg("acetone") == 15920


def test_a_clearance_without_a_route_is_flagged():
    assert fold(stated(step("import.cleared"))).flags == {"import_without_notice"}


@pytest.mark.parametrize(
    ("before", "flag"),
    [
        ([said("notice.objected", 12)], "departed_without_authorisation"),
        ([said("notice.expired", 22)], "departed_without_authorisation"),
        ([], "departed_without_authorisation"),
    ],
)
def test_a_departure_without_a_permit_is_flagged(before, flag):
    state = fold(*life("notice.sent"), *before, said("shipment.departed", 31))
    assert flag in state.flags
    assert state.status == "in_transit"


def test_the_circle_is_whom_the_opening_country_names():
    assert fold(*life("notice.sent")).concerned == {"NL", "KE", "EG"}
    assert fold().concerned == {"NL"}


def test_nobody_joins_the_circle_by_naming_itself():
    theirs = {"exporting": "RU", "importing": "RU", "transit": ["NL"]}
    for kind in ("notice.sent", "export.released", "shipment.departed"):
        sighting = stated(
            body(kind, route=theirs, occurred_at=HONEST.at(1), reply_due=HONEST.at(9))
            if kind == "notice.sent"
            else body(kind, route=theirs, occurred_at=HONEST.at(1)),
            "RU-CUSTOMS",
        )
        assert fold(*life("notice.sent"), sighting).concerned == {"NL", "KE", "EG"}
        assert fold(sighting).concerned == {"NL"}


def test_a_sighting_off_the_route_is_kept_but_lets_nobody_in():
    seen = said("transit.entered", 50, "SD-CUSTOMS", country="SD")
    state = fold(*life("shipment.departed"), seen)
    assert [inside.country for inside in state.transits] == ["SD"]
    assert "SD" not in state.concerned


def test_an_amended_route_brings_a_country_in():
    route = {**HONEST.route, "transit": ["EG", "DJ"]}
    state = fold(*life("notice.sent"), said("shipment.amended", 3, route=route))
    assert state.concerned == {"NL", "KE", "EG", "DJ"}


def test_transits_are_closed_by_their_own_exit_and_an_exit_alone_is_irregular():
    inside = fold(*life("transit.exited")).transits
    assert [(t.country, t.left_at) for t in inside] == [("EG", HONEST.moment(44))]
    alone = fold(*life("shipment.departed"), said("transit.exited", 44))
    assert [odd.kind for odd in alone.irregular] == ["transit.exited"]


def test_seals_are_those_an_authority_last_put_on():
    state = fold(*life("transit.entered"), said("seal.changed", 43.2))
    assert state.seals == {HONEST.container: ("EG-CUST-7781",)}
    looked = said("shipment.inspected", 60, seal_after="KE-CUST-1", result="discrepant")
    state = fold(*life("shipment.arrived"), looked)
    assert (state.seals, state.flags) == ({HONEST.container: ("KE-CUST-1",)}, {"discrepant"})


def test_a_discrepancy_is_a_flag_until_it_is_resolved():
    found = [*life("shipment.arrived"), said("discrepancy.recorded", 60)]
    assert fold(*found).flags == {"discrepant"}
    assert fold(*found, said("discrepancy.recorded", 61, resolved=True)).flags == frozenset()


@pytest.mark.parametrize(
    ("kind", "changes", "flags"),
    [
        ("loss.reported", {}, {"stolen"}),
        ("loss.reported", {"loss": "unexplained_loss"}, {"lost"}),
        ("diversion.found", {}, {"diverted"}),
        ("diversion.found", {"finding": "attempted_diversion"}, {"attempted_diversion"}),
        ("receipt.disputed", {}, {"discrepant"}),
        (
            "sample.analysed",
            {"identity_confirmed": False},
            {"discrepant", "identity_not_confirmed"},
        ),
    ],
)
def test_what_was_found_is_flagged_and_the_status_stays(kind, changes, flags):
    state = fold(*life("shipment.delivered"), said(kind, 80, **changes))
    assert (state.flags, state.status) == (flags, "delivered")


def test_parties_are_as_last_stated_and_silence_changes_none():
    told = {"receiver": {"name": "Voi Paints Ltd", "country": "KE"}}
    state = fold(*life("import.cleared"), said("shipment.delivered", 66, parties=told))
    assert state.parties is not None
    assert state.parties.receiver is not None
    assert state.parties.receiver.name == "Voi Paints Ltd"
    assert state.parties.importer is not None
    assert state.parties.importer.name == "Tsavo Coatings Ltd"


def test_outcomes_are_counted():
    state = fold(stated(step("shipment.seized")), said("outcome.reported", 100))
    assert state.outcomes == (("arrest", 2),)


def test_one_notice_may_cover_many_shipments_up_to_a_quantity_and_a_day():
    made = said("notice.sent", 0, covers=[HONEST.line("160000")], covers_until=HONEST.day(180))
    state = fold(made)
    assert state.covers is not None
    assert state.covers.kg("acetone") == 159200
    assert state.covers_until == HONEST.moment(180).date()
    assert fold(*life("notice.sent")).covers is None


def test_a_permit_despite_an_objection_is_flagged_and_still_a_permit():
    objected = [*life("notice.sent"), said("notice.objected", 12)]
    state = fold(*objected, said("export.authorised", 14))
    assert "authorised_despite_objection" in state.flags
    assert [permit.number for permit in state.authorisations] == ["NL-EXP-2026-0311"]


def test_a_permit_stated_anew_replaces_the_older_statement_of_it():
    again = said("export.authorised", 15, valid_to=HONEST.day(90))
    permits = fold(*life("export.authorised"), again).authorisations
    assert [(p.kind, p.valid_to) for p in permits] == [
        ("import", HONEST.moment(180).date()),
        ("export", HONEST.moment(90).date()),
    ]


def test_the_plan_of_transport_can_be_amended():
    by_air = said("shipment.amended", 3, transport={"mode": "air"}, goods=[], material=False)
    assert fold(*life("notice.sent"), by_air).mode == "air"
    assert fold(*life("export.released")[:-1], said("export.released", 29)).seals


def test_a_release_and_an_arrival_may_be_silent_on_what_they_did_not_see():
    plain = {k: v for k, v in step("export.released").body.items() if k != "transport"}
    assert fold(*life("export.authorised"), stated(plain)).seals == {}
    arrived = {k: v for k, v in step("shipment.arrived").body.items() if k != "goods"}
    state = fold(*life("transit.exited"), stated(arrived))
    assert (state.status, "arrived" in state.balance) == ("arrived", False)
