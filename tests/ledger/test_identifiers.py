"""Identifiers: against published vectors; one wrong digit is always seen."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.identifiers import KINDS, complaint, normal

VECTORS = Path(__file__).parent.parent / "vectors"
CONTAINERS = json.loads((VECTORS / "iso6346_containers.json").read_text())["cases"]
LEIS = json.loads((VECTORS / "lei_iso17442.json").read_text())["cases"]

GOOD = {
    "container": ["CSQU3054383", "csqu 305438-3", "MSCU1000070"],
    "cas": ["67-64-1", "60-29-7", "7732-18-5", "299-42-3", "CAS 67-64-1", "103-79-7"],
    "imo": ["IMO 9074729", "9074729", "imo9176187"],
    "locode": ["NLRTM", "NL RTM", "DEHAM", "USNYC", "XZBRC"],
    "lei": ["0292003420A1T0UA0B05"],
    "mrn": ["22GB1234567890ABC1", "24 NL 000510 1234567 8"],
    "ucr": ["9GB123456789012-ABC/1", "A", "X" * 35],
    "eori": ["GB123456789000", "XI123456789000", "DE1234567"],
    "hs": ["291411", "2914.11", "2939 41"],
    "un_number": ["UN1090", "UN 1090", "1090"],
}
BAD = {
    "container": ["", "CSQU3054384", "CSQX3054383", "CSQU305438", "CSQU30543833"],
    "cas": ["67-64-2", "1-1", "67-64-A", "12345678901", "６７-64-1"],
    "imo": ["9074728", "907472", "90747290", "IMO IMO 9074729"],
    "locode": ["ZZRTM", "NLRT", "NLRT1", "NLRTMM", "NL\nRTM"],
    "lei": ["0292003420A1T0UA0B06", "0292003420A1T0UA0B0", ""],
    "mrn": ["22ZZ1234567890ABC1", "22GB1234567890ABC", "22GB1234567890ABCD"],
    "ucr": ["", "X" * 36, "X-" * 18, "A_B", "Å"],
    "eori": ["ZZ1", "GB", "GB1234567890123456", "123"],
    "hs": ["29141", "2914110", "29141A"],
    "un_number": ["UN109", "UN10900", "UN109A"],
}


def test_every_kind_is_tried_here():
    assert set(GOOD) == set(BAD) == set(KINDS)


@pytest.mark.parametrize("case", CONTAINERS, ids=lambda case: case["container"])
def test_container_numbers_are_judged_as_the_vectors_say(case: dict):
    assert (complaint("container", case["container"]) is None) == case["valid"]


@pytest.mark.parametrize("case", LEIS, ids=lambda case: case["lei"])
def test_leis_are_judged_as_the_vectors_say(case: dict):
    assert (complaint("lei", case["lei"]) is None) == case["valid"]


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in GOOD.items() for v in values])
def test_a_good_identifier_raises_no_complaint(kind: str, value: str):
    assert complaint(kind, value) is None


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in BAD.items() for v in values])
def test_a_bad_identifier_is_complained_of_in_a_sentence(kind: str, value: str):
    sentence = complaint(kind, value)
    assert sentence is not None
    assert sentence[0].isupper()
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("container", "CSQU3054383"), ("lei", LEIS[0]["lei"])],
)
@given(data=st.data())
def test_one_wrong_digit_is_always_seen(kind: str, value: str, data):
    places = [at for at, c in enumerate(value) if c.isdigit()]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([c for c in "0123456789" if c != value[at]]))
    assert complaint(kind, value[:at] + digit + value[at + 1 :]) is not None


def test_the_complaint_names_the_digit_that_would_fit():
    assert complaint("container", "CSQU3054384") == (
        "The container number's check digit is 4 and should be 3: one digit is wrong."
    )


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("container", "csqu 305438-3", "CSQU3054383"),
        ("cas", "67-64-1", "67641"),
        ("cas", "CAS 67-64-1", "67641"),
        ("imo", "IMO 9074729", "9074729"),
        ("hs", "2914.11", "291411"),
        ("un_number", "UN 1090", "1090"),
        ("seal", "ab-12 34.5", "AB12345"),
    ],
)
def test_spellings_of_one_thing_have_one_normal_form(kind: str, value: str, expected: str):
    assert normal(kind, value) == expected


@given(st.sampled_from([*KINDS, "seal"]), st.text("aZ0 .-IMOUN", max_size=12))
def test_whatever_separates_and_whatever_case_is_left_out(kind: str, value: str):
    assert normal(kind, value) == normal(kind, value.lower().replace(" ", "-"))


def test_an_unknown_kind_is_a_mistake_in_the_program():
    with pytest.raises(KeyError):
        complaint("passport", "X")
