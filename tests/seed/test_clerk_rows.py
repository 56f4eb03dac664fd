"""Whole rows of the real release become notifications, or are refused with a reason."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from seed import reference
from seed.clerk.companions import find_companions
from seed.clerk.rows import Notification, Refused, read_row
from seed.notifications import RELEASE, read_all

ROW = {
    "notification_id": "D3",
    "importing_party_raw": "Kazakhstan",
    "chemical_raw": "Cyproconazole",
    "cas": "94361-06-5",
    "ec_number": "",
    "subject_type": "MIXTURE",
    "trade_name": "",
    "concentration_raw": "7.8",
    "export_year": "2024",
    "first_export_date_raw": "2024-01-01",
    "yearly_amount_raw": "10000L",
    "category": "Pesticide",
    "use": "Fungicide",
    "exporter_raw": "Syngenta Crop Protection AG",
    "exporter_address": "Chesterplatz 6 Lörrach 79539 DE",
    "exporter_country": "Germany",
}


@pytest.fixture(scope="module")
def read():
    return tuple(read_all())


@pytest.fixture(scope="module")
def notifications(read):
    return {item.notification_id: item for item in read if isinstance(item, Notification)}


def test_a_plain_row_is_read_without_a_remark():
    notification = read_row(ROW)
    assert isinstance(notification, Notification)
    assert (notification.exporting_country, notification.importing_country) == ("DE", "KZ")
    assert notification.chemical.substance == "cyproconazole"
    assert notification.concentration.figure == Decimal("7.8")
    assert (notification.amount.value, notification.amount.unit) == (10000, "LTR")
    assert notification.first_export == date(2024, 1, 1)
    assert (notification.exporter.firm, notification.exporter.country) == ("Syngenta", "DE")
    assert notification.purposes == ("fungicide",)
    assert notification.mixture
    assert notification.remarks == ()


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("importing_party_raw", "", "importing country is not stated"),
        ("importing_party_raw", "Atlantis", "country 'Atlantis' is not known"),
        ("exporter_country", "", "authority is not stated"),
        ("chemical_raw", "Unobtainium", "chemical 'Unobtainium' is not on the list"),
        ("yearly_amount_raw", "", "no amount is stated"),
        ("yearly_amount_raw", "500", "the amount has no unit"),
        ("first_export_date_raw", "31.02.2024", "date '31.02.2024' does not exist"),
    ],
)
def test_a_row_that_a_notice_cannot_say_is_refused_with_the_reason(column, value, reason):
    refused = read_row(ROW | {column: value})
    assert isinstance(refused, Refused)
    assert refused.reasons == (reason,)


def test_every_reason_is_given_at_once():
    refused = read_row(ROW | {"chemical_raw": "Unobtainium", "yearly_amount_raw": ""})
    assert isinstance(refused, Refused)
    assert len(refused.reasons) == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [("concentration_raw", ""), ("exporter_raw", ""), ("cas", ""), ("cas", "94361-06-4")],
)
def test_a_row_that_leaves_out_less_is_posted_with_a_remark(column, value):
    notification = read_row(ROW | {column: value})
    assert isinstance(notification, Notification)
    assert notification.remarks


def test_no_row_of_the_release_is_dropped(read):
    ids = [row["notification_id"] for row in reference.read_table(RELEASE)]
    assert [item.notification_id for item in read] == ids
    assert len(ids) == len(set(ids)) == 1479


def test_only_the_redacted_amount_is_refused(read):
    refused = [item for item in read if isinstance(item, Refused)]
    assert [(item.notification_id, len(item.reasons)) for item in refused] == [("A2", 1)]


def test_spellings_are_merged_to_as_many_countries_and_firms_as_there_are(notifications):
    rows = [item for item in notifications.values() if item.exporter]
    assert len({item.importing_country for item in notifications.values()}) == 92
    assert len({item.exporter.name for item in rows}) > len({item.exporter.firm for item in rows})
    assert len({item.exporter.firm for item in rows}) == 33


def test_every_notification_has_a_listed_substance_and_its_cas_number(notifications):
    listed = {listing.substance: listing.cas for listing in reference.pic_substances()}
    for item in notifications.values():
        assert item.chemical.cas
        assert set(item.chemical.cas) <= set(listed[item.chemical.substance])


def test_what_is_assumed_of_many_rows_is_remarked_on_each(notifications):
    remarks = Counter(remark for item in notifications.values() for remark in item.remarks)
    assert remarks["the exporter is not disclosed"] == 15
    assert remarks["no date or year is stated: first day of 2024, the year of the release"] == 134


def test_rows_of_one_mixture_know_each_other(notifications):
    assert notifications["D3"].companions == ("D2",)
    assert notifications["BEL81"].companions == ("BEL81A",)
    assert notifications["D164"].companions == ("D165", "D166")
    shared = [item for item in notifications.values() if item.companions]
    assert len(shared) == 130
    for item in shared:
        assert {notifications[other].amount for other in item.companions} == {item.amount}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("importing_party_raw", "Kenya"),
        ("exporter_raw", "BASF SE"),
        ("yearly_amount_raw", "20000L"),
        ("first_export_date_raw", "2024-02-01"),
        ("notification_id", "D5"),
        ("notification_id", "BEL2"),
        ("chemical_raw", "Cyproconazole"),
    ],
)
def test_rows_that_differ_in_anything_but_the_chemical_are_not_one_mixture(column, value):
    other = ROW | {"notification_id": "D2", "chemical_raw": "Propiconazole"}
    assert find_companions([ROW, other]) == {"D2": ("D3",), "D3": ("D2",)}
    assert find_companions([ROW, other | {column: value}]) == {}
