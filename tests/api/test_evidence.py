"""Evidence: what holds is VERIFIED, and one changed character of any part is FAILED, by name."""

import random
from pathlib import Path
from typing import Any

import pytest

from crypto import Malformed, canonical
from ledger import NotFound, Undecided
from ledger.evidence import archive, attestation, manifest
from tests import factories, proving
from tests.enrolling import key_for
from tests.erasing import erased
from tests.journeys import Journey
from tests.proving import (
    STRANGER,
    Pinned,
    issued,
    made,
    opened,
    ours,
    outcome,
    sealed,
    spoiled,
    theirs,
)
from tests.world import World


@pytest.fixture(scope="module")
def checker() -> Any:
    return proving.standalone()


@pytest.fixture
def pinned(sqlite_world: World) -> Pinned:
    """A shipment's life in a watched log, cosigned by two of three."""
    proving.watch(sqlite_world)
    sqlite_world.live()
    for kind in ("alert.raised", "alert.shared"):
        sqlite_world.passes(minutes=1)
        sqlite_world.post(factories.body(kind), factories.poster(kind)[0])
    proving.cosign(sqlite_world, proving.WITNESSES[:2])
    return Pinned.of(sqlite_world)


def both(checker: Any, tmp_path: Path, data: bytes, pin: Pinned | None, **how: bool) -> Any:
    """The one outcome of the two judges."""
    file = tmp_path / "judged.zip"
    file.write_bytes(data)
    told = outcome(ours(data, pin, **how))
    assert theirs(checker, file, pin, **how) == told
    return told


def test_an_untouched_bundle_is_verified_and_tells_who_said_what(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    data = made(sqlite_world)
    assert both(checker, tmp_path, data, pinned) == ("VERIFIED", ())
    found = ours(data, pinned)
    history = [line for line in found.lines if line.role == "history"]
    assert [line.claims["kind"] for line in history] == list(factories.LIFE)
    assert {line.claims["kind"] for line in found.lines if line.role == "alert"} == {
        "alert.raised",
        "alert.shared",
    }
    assert found.cosigned_by == tuple(sorted(proving.WITNESSES[:2]))


def test_the_same_moment_has_the_same_bytes(sqlite_world: World, pinned: Pinned):
    del pinned
    assert made(sqlite_world) == made(sqlite_world)


def test_a_changed_character_of_any_part_fails_and_names_it(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    files = opened(made(sqlite_world))
    for part, where, bad in spoiled(files):
        verdict, told = both(checker, tmp_path, archive.pack(bad), pinned)
        assert (verdict, told[0]) == ("FAILED", (part, where)), (part, where, told)


def test_a_forger_who_mends_the_manifest_is_named_all_the_same(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    files = opened(made(sqlite_world))
    for part, where, bad in spoiled(files):
        verdict, told = both(checker, tmp_path, sealed(bad), pinned)
        # What is beside the proofs is vouched for by the hub alone.
        named = ("manifest signature", "manifest.jws") if part == "files" else (part, where)
        assert (verdict, told[0]) == ("FAILED", named), (part, where, told)


def test_the_judges_agree_on_whatever_is_changed(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    files, dice = opened(made(sqlite_world)), random.Random(5)
    names = sorted(name for name in files if "/" in name or name.endswith(("json", "note")))
    for _ in range(150):
        name = dice.choice(names)
        at = dice.randrange(len(files[name]))
        bad = {**files, name: proving.turned(files[name], at)}
        verdict, _told = both(checker, tmp_path, archive.pack(bad), pinned)
        assert verdict != "VERIFIED"
        if name != "manifest.json":
            both(checker, tmp_path, sealed(bad), pinned)


def test_a_torn_archive_is_told_alike(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    data, dice = made(sqlite_world), random.Random(6)
    for _ in range(60):
        at = dice.randrange(len(data))
        bad = data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
        both(checker, tmp_path, bad, pinned)
    for bad in (b"", data[:1000], data[1000:], b"PK\x03\x04" * 9):
        assert both(checker, tmp_path, bad, pinned)[0] == "FAILED"


def test_below_the_quorum_nothing_can_be_told(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    files = opened(made(sqlite_world))
    lines = files["checkpoint.note"].splitlines(keepends=True)
    note = b"".join(line for line in lines if proving.WITNESSES[0].encode() not in line)
    old = files["checkpoint.note"]
    bad = {name: data.replace(old, note) for name, data in files.items()}
    verdict, told = both(checker, tmp_path, issued(bad), pinned)
    assert (verdict, told) == ("CANNOT-TELL", (("quorum", "checkpoint.note"),))


def test_a_newer_version_can_not_be_told(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    files = opened(made(sqlite_world))
    newer = proving.remade(files, lambda told: told.update(version=3, more="than we know"))
    verdict, told = both(checker, tmp_path, archive.pack(newer), pinned)
    assert (verdict, told) == ("CANNOT-TELL", (("version", "manifest.json"),))


def test_missing_material_can_not_be_told(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    files = opened(made(sqlite_world))
    history, registry = proving.index_of(files, "history"), proving.index_of(files, "registry", 1)
    for name in (
        *("manifest.json", "manifest.jws", "checkpoint.note", "report.pdf"),
        f"entries/{history}.json",
        *(f"proofs/{history}.tlog-proof", f"statements/{history}.sd-jwt"),
        f"statements/{registry}.sd-jwt",
    ):
        left = {key: data for key, data in files.items() if key != name}
        verdict, _ = both(checker, tmp_path, archive.pack(left), pinned)
        assert verdict == "CANNOT-TELL", name


def test_a_key_whose_enrolment_is_left_out_can_not_be_told(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    files = opened(made(sqlite_world))
    gone = proving.index_of(files, "registry", 1)
    bad = proving.remade(
        {name: data for name, data in files.items() if f"/{gone}." not in name},
        lambda told: told.update(entries=[e for e in told["entries"] if e["index"] != gone]),
    )
    verdict, told = both(checker, tmp_path, issued(bad), pinned)
    assert verdict == "CANNOT-TELL"
    assert {part for part, _ in told} == {"key statement"}


def test_a_gap_in_the_history_shows(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    files = opened(made(sqlite_world))
    gone = proving.index_of(files, "history", 3)
    bad = proving.remade(
        {name: data for name, data in files.items() if f"/{gone}." not in name},
        lambda told: told.update(entries=[e for e in told["entries"] if e["index"] != gone]),
    )
    verdict, told = both(checker, tmp_path, issued(bad), pinned)
    assert (verdict, told[0][0]) == ("FAILED", "tag")


def cut(files: dict[str, bytes], gone: int) -> dict[str, bytes]:
    """The files of a bundle without one entry, of which its manifest says nothing either."""
    return proving.remade(
        {name: data for name, data in files.items() if f"/{gone}." not in name},
        lambda told: told.update(entries=[e for e in told["entries"] if e["index"] != gone]),
    )


def test_an_end_that_was_cut_off_shows_since_the_hub_signed_the_whole(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    files = opened(made(sqlite_world))
    short = cut(files, proving.index_of(files, "history", -1))
    told = both(checker, tmp_path, sealed(short), pinned)
    assert told == ("FAILED", (("manifest signature", "manifest.jws"),))
    unsigned = {name: data for name, data in short.items() if name != "manifest.jws"}
    told = both(checker, tmp_path, sealed(unsigned), pinned)
    assert told == ("CANNOT-TELL", (("manifest signature", "manifest.jws"),))
    # Passed off as of version 1 it holds as those do, and is not taken where the word is demanded.
    older = sealed(proving.remade(unsigned, lambda told: told.update(version=1)))
    assert both(checker, tmp_path, older, pinned) == ("VERIFIED", ())
    assert not ours(older, pinned).attested
    told = both(checker, tmp_path, older, pinned, demand_attested=True)
    assert told == ("CANNOT-TELL", (("version", "manifest.json"),))
    assert ours(archive.pack(files), pinned, demand_attested=True).attested


def test_nobody_but_the_hub_vouches_for_a_bundle(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    files = opened(made(sqlite_world))
    for name in ("NL-CUSTOMS", "stranger"):
        signed = attestation.attest(files["manifest.json"], key_for(name))
        bad = archive.pack({**files, "manifest.jws": signed})
        assert both(checker, tmp_path, bad, pinned) == (
            "FAILED",
            (("manifest signature", "manifest.jws"),),
        )


def test_another_shipments_history_is_not_taken_for_it(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    files = opened(made(sqlite_world))
    bad = proving.remade(files, lambda told: told["subject"].update(shipment="NL-2026-000099"))
    verdict, told = both(checker, tmp_path, archive.pack(bad), pinned)
    assert (verdict, told[0][0]) == ("FAILED", "subject")


def test_a_stray_file_fails(sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path):
    files = opened(made(sqlite_world))
    bad = archive.pack({**files, "extra.txt": b"hello"})
    assert both(checker, tmp_path, bad, pinned) == ("FAILED", (("files", "extra.txt"),))
    with pytest.raises(Malformed):
        archive.unpack(archive.pack({**files, "../evil.txt": b""}))


def test_without_a_pin_a_bundle_only_agrees_with_itself(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    del pinned
    data = made(sqlite_world)
    assert both(checker, tmp_path, data, None)[0] == "CANNOT-TELL"
    assert both(checker, tmp_path, data, None, trust_embedded=True) == ("VERIFIED", ())
    bad = next(files for part, _, files in spoiled(opened(data)) if part == "proof")
    assert both(checker, tmp_path, sealed(bad), None)[0] == "FAILED"


def test_a_pin_of_another_log_or_key_fails(
    sqlite_world: World, pinned: Pinned, checker: Any, tmp_path: Path
):
    del pinned
    data = made(sqlite_world)
    from_elsewhere = Pinned("ledger.test/other", proving.vkey_for("ledger.test/other", 1))
    verdict, told = both(checker, tmp_path, data, from_elsewhere)
    assert (verdict, told[0][0]) == ("FAILED", "origin")
    impostor = Pinned(STRANGER.origin, proving.vkey_for(STRANGER.origin, 4))
    assert both(checker, tmp_path, data, impostor)[0] == "FAILED"


def test_a_reader_gets_what_it_may_see_and_no_key_that_shows_a_gap(
    sqlite_world: World, checker: Any, tmp_path: Path
):
    sqlite_world.live(Journey(), factories.journey_bodies()[:7])
    secret = factories.body("shipment.inspected", marking={"tlp": "RED"})
    sqlite_world.passes(days=400)
    sqlite_world.post(secret, "NL-CUSTOMS")
    pin = Pinned.of(sqlite_world)
    whole, cut = made(sqlite_world, "NL-CUSTOMS"), made(sqlite_world, "KE-CUSTOMS")
    for data, count in ((whole, 8), (cut, 7)):
        assert both(checker, tmp_path, data, pin) == ("VERIFIED", ())
        lines = [line for line in ours(data, pin).lines if line.role == "history"]
        assert len(lines) == count
    assert proving.manifest(opened(whole))["history"]
    assert proving.manifest(opened(cut))["history"] == {}
    with pytest.raises(NotFound):
        made(sqlite_world, "ZA-CUSTOMS")


def test_an_erased_statement_keeps_its_place_in_the_history(
    sqlite_world: World, checker: Any, tmp_path: Path
):
    posted = sqlite_world.live(Journey(), factories.journey_bodies()[:6])
    sqlite_world.passes(days=400)
    erased(sqlite_world, posted[4])
    pin, data = Pinned.of(sqlite_world), made(sqlite_world)
    assert both(checker, tmp_path, data, pin) == ("VERIFIED", ())
    history = [line for line in ours(data, pin).lines if line.role == "history"]
    assert [line.claims.get("kind") for line in history][3:] == [
        "import.authorised",
        None,
        "export.released",
    ]
    # Without the key nothing shows what the erased one was about.
    keyless = proving.remade(opened(data), lambda told: told.update(history={}))
    verdict, told = both(checker, tmp_path, issued(keyless), pin)
    assert (verdict, told[0][0]) == ("CANNOT-TELL", "subject")


def test_personal_data_is_in_no_bundle_not_even_its_originators(sqlite_world: World):
    sqlite_world.live(Journey(), factories.journey_bodies()[:6])
    nominal = {"persons": [{"name": "Jane Roe", "role": "driver"}]}
    sqlite_world.passes(days=400)
    sqlite_world.post(factories.body("shipment.departed", nominal=nominal), "NL-CUSTOMS")
    found = ours(made(sqlite_world, "NL-CUSTOMS"), Pinned.of(sqlite_world))
    assert found.lines[-1].claims["kind"] == "shipment.departed"
    assert not any("nominal" in line.claims for line in found.lines)


def test_a_key_that_was_compromised_marks_its_statements_and_removes_none(
    sqlite_world: World, checker: Any, tmp_path: Path
):
    sqlite_world.live(Journey(), factories.journey_bodies()[:7])
    sqlite_world.passes(days=400)
    now = proving.written(sqlite_world.clock.now)
    gone = factories.key_for("NL-CUSTOMS").kid
    said = {"kid": gone, "reason": "compromised", "compromised_since": "2026-01-01T00:00:00Z"}
    sqlite_world.post({"kind": "key.revoked", "occurred_at": now, **said}, "NL-ROOT")
    data, pin = made(sqlite_world), Pinned.of(sqlite_world)
    assert both(checker, tmp_path, data, pin) == ("VERIFIED", ())
    marked = [line.agency for line in ours(data, pin).lines if line.marked]
    assert marked == ["NL-CUSTOMS"] * 2
    assert [
        line.strip()[0]
        for line in checker.judge(
            tmp_path / "judged.zip", pin.members, trust_embedded=False
        ).lines()
    ].count("*") == 2


def test_no_bundle_is_issued_before_a_quorum_has_seen_it_all(sqlite_world: World):
    proving.watch(sqlite_world)
    sqlite_world.live(Journey(), factories.journey_bodies()[:2])
    proving.cosign(sqlite_world)
    assert made(sqlite_world)
    sqlite_world.live(Journey(), factories.journey_bodies()[2:3])
    with pytest.raises(Undecided, match="no quorum"):
        made(sqlite_world)


def test_a_manifest_has_one_spelling(sqlite_world: World, pinned: Pinned):
    del pinned
    data = opened(made(sqlite_world))["manifest.json"]
    told = manifest.decode(data)
    assert manifest.encode(told) == data
    value = canonical.read(data, max_bytes=len(data))
    for change in (
        *({"version": 0}, {"version": "1"}, {"format": "other"}, {"history": {"key": 7}}),
        *({"entries": value["entries"][::-1]}, {"checkpoint": {"size": "5", "root": ""}}),
        *({"files": {"a": "b"}}, {"issued_to": "\x1b[31m"}, {"more": 1}, {"subject": {}}),
    ):
        with pytest.raises(Malformed):
            manifest.decode(canonical.encode({**value, **change}))
    with pytest.raises(Malformed):
        manifest.decode(data + b" ")
