"""Every file of JSONTestSuite: what is no JSON is refused, and of JSON four classes are."""

import re
import zipfile
from pathlib import Path

import pytest

from crypto import Malformed, canonical

SUITE = Path(__file__).parents[1] / "vectors" / "jsontestsuite" / "jsontestsuite.zip"
with zipfile.ZipFile(SUITE) as archive:
    FILES = {
        Path(name).name: archive.read(name) for name in archive.namelist() if name.endswith(".json")
    }

# Valid JSON that we refuse, by the reason: a number that is no plain integer has several spellings
# and a value that depends on the reader; a repeated key has as many meanings as there are readers;
# PostgreSQL can't store a NUL.
REASONS = {
    "not an integer": re.compile(
        r"y_number(_0e\+?1|_double_close_to_zero|_int_with_exp|_real_.*|_simple_real)?\.json"
        r"|y_object_extreme_numbers\.json|y_structure_lonely_negative_real\.json"
    ),
    "minus zero": re.compile(r"y_number_(minus|negative)_zero\.json"),
    "the same key twice": re.compile(r"y_object_duplicated_key(_and_value)?\.json"),
    "NUL|not text": re.compile(r"y_object_escaped_null_in_key\.json|y_string_null_escape\.json"),
}
# What a parser may or may not take: of test_transform we take these, of i_… nothing.
TAKEN = {"number_1000000000000000.json", "object_key_nfc_nfd.json", "object_key_nfd_nfc.json"}


def test_the_whole_suite_is_here():
    kinds = [name[:2] for name in FILES]
    assert (kinds.count("y_"), kinds.count("n_"), kinds.count("i_")) == (95, 188, 35)


@pytest.mark.parametrize("name", sorted(name for name in FILES if name.startswith("y_")))
def test_json_is_read_unless_it_has_more_than_one_meaning(name):
    reasons = [reason for reason, names in REASONS.items() if names.fullmatch(name)]
    if reasons:
        with pytest.raises(Malformed, match=reasons[0]):
            canonical.read(FILES[name], max_bytes=10_000)
    else:
        value = canonical.read(FILES[name], max_bytes=10_000)
        assert canonical.decode(canonical.encode(value)) == value


@pytest.mark.parametrize("name", sorted(name for name in FILES if not name.startswith("y_")))
def test_what_is_no_json_or_could_be_read_differently_is_refused(name):
    if name in TAKEN:
        canonical.read(FILES[name], max_bytes=10_000)
    else:
        with pytest.raises(Malformed):
            canonical.read(FILES[name], max_bytes=10**6)
