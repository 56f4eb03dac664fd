"""The judge: everything in a bundle against everything else, and all of it against what is pinned.

It goes on after a fault, so that each is named, and never raises for what a bundle holds.
"""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from crypto import Malformed
from ledger import Undecided
from ledger.evidence import archive, attestation, heads, manifest, trust
from ledger.evidence.findings import Findings, Line, Notebook
from ledger.evidence.items import Reading
from ledger.evidence.manifest import CHECKPOINT, Manifest
from ledger.evidence.trust import Anchors
from ledger.roster import Roster

UNPINNED = "nothing is pinned: this shows only that the bundle agrees with itself"


def check(
    data: bytes,
    anchors: Anchors | None,
    *,
    trust_embedded: bool = False,
    demand_attested: bool = False,
) -> Findings:
    """Check a bundle by these anchors.

    Without any, it is checked by what it says of itself, and what holds so is still CANNOT-TELL,
    unless the verifier says that it trusts what is embedded. Bundles of version 1 carry no word of
    the hub that they are whole; whoever demands it can't tell of those either.
    """
    book = Notebook()
    try:
        files = archive.unpack(data)
    except Malformed as error:
        book.fault("archive", "the file", error)
        return book.findings()
    table = _manifest(files, book)
    if table is None:
        return book.findings()
    anchors = anchors or _embedded(table, trust_embedded, book)
    if anchors is not None:
        _check(files, table, anchors, book)
    if demand_attested and table.version == 1:
        book.doubt("version", manifest.NAME, "1: nobody signed that this is all of it")
    return book.findings(table)


def _manifest(files: Mapping[str, bytes], book: Notebook) -> Manifest | None:
    data = files.get(manifest.NAME)
    if data is None:
        book.doubt("manifest", manifest.NAME, "missing")
        return None
    try:
        return manifest.decode(data)
    except Malformed as error:
        book.fault("manifest", manifest.NAME, error)
    except Undecided as error:
        book.doubt("version", manifest.NAME, error)
    return None


def _embedded(table: Manifest, trusted: bool, book: Notebook) -> Anchors | None:  # noqa: FBT001
    if not trusted:
        book.doubt("pin", manifest.NAME, UNPINNED)
    try:
        return trust.embedded(table)
    except Malformed as error:
        book.fault("manifest", manifest.NAME, error)
        return None


def _check(files: Mapping[str, bytes], table: Manifest, anchors: Anchors, book: Notebook) -> None:
    numbered = {name for name in table.files if "/" in name}
    if numbered != table.expected - {CHECKPOINT}:
        book.fault("index", manifest.NAME, "its files are not those of its entries")
    note = files.get(CHECKPOINT)
    head = None if note is None else heads.check(note, table, anchors, book)
    reading = Reading(files=files, manifest=table, head=head, book=book, roster=Roster())
    for item in table.items:
        reading.take(item)
    book.lines[:] = [_marked(line, reading.roster) for line in book.lines]
    _check_files(files, table, book)
    attestation.check(files, table, reading.roster, book)


def _marked(line: Line, roster: Roster) -> Line:
    """A revocation may mark earlier entries as doubtful; it never removes them (DESIGN §4)."""
    since = next((e.compromised_since for e in roster.keyring if e.key.kid == line.kid), None)
    return replace(line, marked=since is not None and since <= line.recorded)


def _check_files(files: Mapping[str, bytes], table: Manifest, book: Notebook) -> None:
    """Whether the files are those of the manifest: what was not named above is named here."""
    for name in sorted(table.expected | table.files.keys()):
        if name not in files:
            book.doubt("files", name, "missing")
        elif sha256(files[name]).hexdigest() != table.files.get(name):
            book.fault("files", name, "is not the file of the manifest")
    beside = {manifest.NAME} if table.version == 1 else {manifest.NAME, attestation.NAME}
    for name in sorted(files.keys() - table.files.keys() - beside):
        book.fault("files", name, "is not in the manifest")
