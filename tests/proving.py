"""Evidence bundles in tests: making them, spoiling one part of them, and both judges of them."""

import importlib.util
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from api.evidence.bundles import bundle
from crypto import canonical
from crypto.notes import Cosigner, Scheme, signature_line, split
from ledger import cosignatures, databases, policies, publication
from ledger.evidence import archive, attestation, checking, trust
from ledger.evidence.findings import Findings
from ledger.evidence.trust import Anchors
from ledger.policies import Policy
from ledger.roster import HUB
from ledger.visibility import Viewer
from tests.enrolling import ORIGIN, key_for, vkey_for
from tests.journeys import Journey, written
from tests.making import HONEST
from tests.world import World, log_signer

CHECKER = Path(__file__).parent.parent / "api/evidence/offline/check_bundle.py"
WITNESSES = ("witness.test/ke", "witness.test/de", "witness.test/za")

Files = dict[str, bytes]
Outcome = tuple[str, tuple[tuple[str, str], ...]]


def watch(world: World, names: tuple[str, ...] = WITNESSES, quorum: int = 2) -> None:
    """Put witnesses on the registry."""
    for place, name in enumerate(names, 1):
        world.passes(minutes=1)
        said = {"vkey": vkey_for(name, Scheme.COSIGNATURE), "quorum": min(place, quorum)}
        now = written(world.clock.now)
        world.post({"kind": "witness.added", "occurred_at": now, **said}, HUB)


def cosign(world: World, names: tuple[str, ...] = WITNESSES) -> None:
    """Let witnesses cosign the newest checkpoint."""
    time = int(world.clock.now.timestamp())
    with databases.writing(world.engine) as session:
        published = cosignatures.publish(
            session, publication.checkpoint(session), now=world.clock()
        )
        text = split(published.note)[0]
        signing = [Cosigner(name=name, key=key_for(name), time=time) for name in names]
        lines = {each.verifier: signature_line(text, each) for each in signing}
        cosignatures.add(session, published.size, lines, now=world.clock())


def policy(world: World) -> Policy:
    return policies.of_roster(world.roster())


def made(world: World, agency: str = "KE-CUSTOMS", journey: Journey = HONEST) -> bytes:
    """The bundle of a shipment for an agency."""
    with databases.reading(world.engine) as session:
        return bundle(
            session,
            journey.ref,
            Viewer(agency=agency, country=agency[:2]),
            roster=world.desk.registry.current(session),
            policy=policy(world),
            hub_key=world.hub_key,
            now=world.clock(),
        )


@dataclass(frozen=True)
class Pinned:
    """What a verifier knows beforehand, as each of the two judges takes it."""

    origin: str
    vkey: str
    policy: str = ""

    @classmethod
    def of(cls, world: World, *, quorum: bool = True) -> "Pinned":
        vkey = log_signer(world.origin).verifier.vkey
        return cls(world.origin, vkey, policies.serialize(policy(world)) if quorum else "")

    @property
    def anchors(self) -> Anchors:
        return trust.pinned(self.origin, self.vkey, self.policy)

    @property
    def members(self) -> dict[str, str]:
        return {"origin": self.origin, "vkey": self.vkey, "policy": self.policy}


STRANGER = Pinned(ORIGIN, vkey_for(ORIGIN, Scheme.NOTE))


def ours(data: bytes, pin: Pinned | None, **how: bool) -> Findings:
    return checking.check(data, pin.anchors if pin else None, **how)


def outcome(found: Findings) -> Outcome:
    told = found.faults or found.doubts
    return found.verdict.value, tuple((each.part, each.where) for each in told)


def standalone() -> Any:
    """The checker of the bundle as a module; it must import nothing of ours."""
    spec = importlib.util.spec_from_file_location("check_bundle", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def theirs(checker: Any, file: Path, pin: Pinned | None, **how: bool) -> Outcome:
    members = pin.members if pin else None
    found = checker.judge(file, members, **{"trust_embedded": False, **how})
    verdict = "FAILED" if found.faults else "CANNOT-TELL" if found.doubts else "VERIFIED"
    told = [each.split(": ", 2) for each in found.faults or found.doubts]
    return verdict, tuple((part, where) for part, where, _ in told)


# --- spoiling ---


def opened(data: bytes) -> Files:
    return archive.unpack(data)


def fitting(files: Files) -> Files:
    """The files with a manifest that has been made to fit them again."""
    table = json.loads(files["manifest.json"])
    listed = files.keys() - {"manifest.json", "manifest.jws"}
    named = {name: sha256(files[name]).hexdigest() for name in listed}
    return {**files, "manifest.json": canonical.encode({**table, "files": named})}


def sealed(files: Files) -> bytes:
    """A bundle as a forger leaves it, who mends the manifest and can't sign as the hub does."""
    return archive.pack(fitting(files))


def issued(files: Files) -> bytes:
    """A bundle of these files as the hub would sign it."""
    made = fitting(files)
    signature = attestation.attest(made["manifest.json"], key_for(HUB))
    return archive.pack({**made, "manifest.jws": signature})


def manifest(files: Files) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(files["manifest.json"])
    return told


def remade(files: Files, change: Callable[[dict[str, Any]], object]) -> Files:
    """The files with something else in the manifest."""
    told = manifest(files)
    change(told)
    return {**files, "manifest.json": canonical.encode(told)}


def turned(data: bytes, at: int) -> bytes:
    """Another character of the same kind at one place."""
    old = data[at : at + 1]
    if old.isdigit():
        new = b"%d" % (int(old) % 9 + 1)  # no zero: it might lead a number
    else:
        new = {b"A": b"B", b"a": b"b"}.get(old, b"A" if old.isupper() else b"a")
    return data[:at] + new + data[at + 1 :]


def within(data: bytes, pattern: bytes, group: int = 1, offset: int = 0) -> bytes:
    """One character changed inside what a pattern finds."""
    found = re.search(pattern, data, re.DOTALL)
    assert found is not None
    return turned(data, found.start(group) + offset)


def index_of(files: Files, role: str, nth: int = 0) -> int:
    items = [each["index"] for each in manifest(files)["entries"] if each["role"] == role]
    index: int = items[nth]
    return index


def changed(files: Files, name: str, change: Callable[[bytes], bytes]) -> Files:
    new = change(files[name])
    assert new != files[name]
    return {**files, name: new}


def spoiled(files: Files) -> Iterator[tuple[str, str, Files]]:
    """(the part that must be named, where, the files with one character of it changed)."""
    history, registry = index_of(files, "history"), index_of(files, "registry", 1)
    statement, key = f"statements/{history}.sd-jwt", f"statements/{registry}.sd-jwt"
    entry, proof = f"entries/{history}.json", f"proofs/{history}.tlog-proof"
    note = "checkpoint.note"

    def at(pattern: bytes, offset: int = 0) -> Callable[[bytes], bytes]:
        return lambda data: within(data, pattern, offset=offset)

    yield "statement", statement, changed(files, statement, at(rb"\.([^.]+)\.", 9))
    yield "signature", statement, changed(files, statement, at(rb"\.[^.]+\.([^~]+)~", 9))
    yield "disclosure", statement, changed(files, statement, at(rb"~([^~]+)~", 30))
    yield "key statement", key, changed(files, key, at(rb"\.([^.]+)\.", 40))
    yield "key statement", key, changed(files, key, at(rb"\.[^.]+\.([^~]+)~", 9))
    yield "entry", entry, changed(files, entry, at(rb'"tag":"(.)'))
    yield "entry", entry, changed(files, entry, at(rb'"time":"...(.)'))
    yield "index", proof, changed(files, proof, at(rb"index (\d)"))
    yield "size", note, changed(files, note, at(rb"\n(\d)"))
    yield "root", note, changed(files, note, at(rb"\n\d+\n(.)"))
    yield "checkpoint", note, changed(files, note, at(rb"\n\d+\n.{43}(=)"))
    yield "log signature", note, changed(files, note, at(rb"\n\n\S+ \S+ (\S+)", 20))
    for name in WITNESSES:
        if name.encode() in files[note]:
            spot = rb"\S+ " + re.escape(name.encode()) + rb" (\S+)"
            yield "cosignature", note, changed(files, note, at(spot, 40))
    for step in range(len(re.findall(rb"\n[^\n]{43}=", files[proof].partition(b"\n\n")[0]))):
        spot = rb"\A[^\n]*\nindex \d+\n" + rb"[^\n]+\n" * step + rb"([^\n]+)\n"
        yield "proof", proof, changed(files, proof, at(spot, 5))
    for name in ("report.html", "report.pdf", "README.txt", "check_bundle.py"):
        yield "files", name, changed(files, name, lambda data: turned(data, 60))
    if "manifest.jws" in files:
        name = "manifest.jws"
        yield "manifest signature", name, changed(files, name, at(rb"\.\.(.)", 9))
        yield "manifest signature", name, changed(files, name, at(rb"(.)", 60))
