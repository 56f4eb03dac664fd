"""The packaged reference data keeps the promises the rest of the house builds on."""

import re
from datetime import date
from importlib import resources

import pytest

from ledger import identifiers
from ledger.quantities import UNITS
from seed import reference

LISTINGS = (*reference.substances(), *reference.pic_substances())


def test_every_list_of_the_programmes_is_there():
    sizes: dict[str, int] = {}
    for listing in LISTINGS:
        sizes[listing.list] = sizes.get(listing.list, 0) + 1
    assert sizes == {
        "un-1988-table-1": 43,
        "un-1988-table-2": 8,
        "wco-pgs": 14,
        "eu-2019-1148-annex-1": 9,
        "eu-2019-1148-annex-2": 9,
        "eu-pic-2024": 65,
    }


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda item: f"{item.list}:{item.substance}")
def test_a_listing_is_well_formed(listing):
    assert re.fullmatch(r"[a-z0-9_]{1,60}", listing.substance)
    assert [identifiers.complaint("cas", cas) for cas in listing.cas] == [None] * len(listing.cas)
    assert all(re.fullmatch(r"\d{6}", code) for code in listing.hs + listing.hs_screened)
    assert all(re.fullmatch(r"\d{4}", number) for number in listing.un)
    assert not set(listing.hs) & set(listing.hs_screened)
    assert date.fromisoformat(listing.valid_from) <= date(2024, 12, 31)
    assert listing.jurisdiction == ("EU" if listing.list.startswith("eu") else "*")


def test_a_substance_is_on_a_list_once():
    keys = [(listing.list, listing.substance) for listing in LISTINGS]
    assert len(keys) == len(set(keys))


def test_a_substance_on_two_lists_has_one_id_and_one_cas_number():
    cas = {listing.substance: listing.cas for listing in LISTINGS}
    assert all(cas[listing.substance] == listing.cas for listing in LISTINGS)
    acetone = {item.list for item in LISTINGS if item.substance == "acetone"}
    assert acetone == {"un-1988-table-2", "wco-pgs", "eu-2019-1148-annex-2"}


def test_calcium_ammonium_nitrate_is_screened_under_the_code_it_shares_a_name_with():
    can = next(item for item in LISTINGS if item.substance == "calcium_ammonium_nitrate")
    assert can.hs == ("310260",)
    assert "310240" in can.hs_screened


def test_preparations_of_ephedrine_are_screened():
    ephedrine = next(item for item in LISTINGS if item.substance == "ephedrine")
    assert ephedrine.hs == ("293941",)
    assert ephedrine.hs_screened == ("300341", "300441")


def test_countries_have_their_names_in_several_languages():
    germany = reference.countries()["DE"]
    assert (germany.name, germany.iso3) == ("Germany", "DEU")
    assert {"Alemania", "Германия"} <= set(germany.names)


def test_entrepots_are_marked():
    marked = {code for code, country in reference.countries().items() if country.entrepot}
    assert {"SG", "HK", "AE", "NL", "BE", "PA"} <= marked
    assert "DE" not in marked


def test_the_union_has_27_members():
    assert len(reference.eu_members()) == 27
    assert "GB" not in reference.eu_members()


def test_every_port_lies_in_a_known_country():
    ports = reference.ports()
    assert {port.country for port in ports} <= reference.countries().keys() | {"XZ"}
    assert len({port.locode for port in ports}) == len(ports)
    rotterdam = next(port for port in ports if port.locode == "NLRTM")
    assert rotterdam.lat == pytest.approx(51.9, abs=0.3)


def test_every_unit_that_is_named_can_be_converted():
    assert reference.units()["KGM"] == "kilogram"
    assert reference.units().keys() <= UNITS.keys()


def test_reply_policies_have_a_fallback_and_never_two_for_one_jurisdiction():
    policies = {policy.jurisdiction: policy for policy in reference.reply_policies()}
    assert len(policies) == len(reference.reply_policies())
    assert (policies["EU"].clock, policies["EU"].days) == ("working_days", 15)
    assert (policies["AU"].clock, policies["AU"].days) == ("working_days", 5)
    assert (policies["US"].clock, policies["US"].days) == ("calendar_days", 15)
    assert policies["*"].silence == "none"


def test_packaged_files_are_small_and_the_publishers_columns_are_not_among_them():
    data = resources.files("seed").joinpath("data")
    assert len(data.joinpath("ports.csv.gz").read_bytes()) < 500_000
    columns = next(reference.read_table("eu_pic_export_notifications_2024.csv.gz")).keys()
    theirs = {"continent", "wb_income", "group_id", "divided_by", "multi_substance", "notes"}
    assert not theirs & columns
    assert not [column for column in columns if column.endswith("_clean")]


def test_every_packaged_file_has_its_source_named():
    data = resources.files("seed").joinpath("data")
    sources = data.joinpath("SOURCES.md").read_text("utf-8")
    tables = [file.name for file in data.iterdir() if ".csv" in file.name]
    assert [name for name in tables if f"`{name}`" not in sources] == []
