"""`shield audit`: the log of reads, held against its own signatures and what was seen of it."""

import click
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from api import Misconfigured
from api.bootstrap import PINS
from api.cli import node
from api.cli.failures import TAMPERED
from api.cli.output import answer, reporting
from api.cli.progress import bar
from api.continuity import RolledBack
from api.pins import LastSeen, Pin
from crypto import CryptoError
from crypto.encodings import b64_encode
from crypto.keys import PublicKey
from crypto.notes import Verifier
from ledger import LedgerError, NotFound, databases, publication, reads, store
from ledger.checkpoints import open_checkpoint
from ledger.reads.audit import Fault, Report
from ledger.reads.audit import audit as audit_reads
from ledger.registry import Registry

LAST_SEEN = "reads-last-seen.json"


@click.group()
def audit() -> None:
    """Check the log of reads: who looked at what."""


@audit.command()
@reporting
def verify() -> None:
    """Check the whole log of reads: chain, tree, checkpoints, each record's signature, its index.

    Also that it continues what the last check saw of it. Exits with 3 and names each place that is
    not as it was signed.
    """
    engine = node.database()
    verifier = _verifier(engine)
    if not isinstance(verifier.key, PublicKey):
        raise Misconfigured("the pin names no Ed25519 key")
    count = select(func.count()).select_from(store.ENTRIES)
    with engine.connect() as connection:
        length = connection.execute(count.where(store.ENTRIES.c.book == reads.BOOK)).scalar_one()
    with bar("Verifying", length) as done:
        report = audit_reads(engine, verifier.name, verifier.key, progress=done)
    faults = [*report.faults, *_against_seen(engine, verifier)]
    answer(_document(report, faults), _told(report, faults))
    if faults:
        click.get_current_context().exit(TAMPERED)


def _verifier(engine: Engine) -> Verifier:
    """The log's key: the pinned one, else the one that the ledger was founded with."""
    pinned = node.settings().home / PINS
    if pinned.is_file():
        return Pin.read(pinned).verifier
    with databases.reading(engine) as session:
        return Verifier.parse(Registry().current(session).hub_key)


def _against_seen(engine: Engine, verifier: Verifier) -> list[Fault]:
    """A log of reads that was cut short agrees with itself, but not with what was seen of it."""
    seen = LastSeen(path=node.settings().home / LAST_SEEN)
    name = reads.name_of(verifier.name)
    try:
        since = seen.find()
        with databases.reading(engine) as session:
            try:
                note = publication.checkpoint(session, reads.BOOK)
            except NotFound:
                if since is not None:
                    raise RolledBack(f"{since.size} reads were there, and none is") from None
                return []
            newest = open_checkpoint(note, name, [Verifier(name=name, key=verifier.key)])
            hashes = publication.hashes(session, reads.BOOK)
            seen.follow(newest, lambda _: hashes, since=since)
    except (CryptoError, LedgerError, SQLAlchemyError) as error:
        return [Fault(place="last seen", what=str(error))]
    return []


def _document(report: Report, faults: list[Fault]) -> dict[str, object]:
    return {
        "verdict": "FAILED" if faults else "VERIFIED",
        "reads": report.size,
        "root": b64_encode(report.root),
        "checkpoints": report.checkpoints,
        "faults": [{"place": fault.place, "what": fault.what} for fault in faults],
    }


def _told(report: Report, faults: list[Fault]) -> str:
    if not faults:
        return f"VERIFIED: {report.size} reads, {report.checkpoints} checkpoints."
    more = report.count - len(report.faults)
    rest = [f"… and {more} more"] if more > 0 else []
    return "\n".join(["FAILED:", *(f"  {fault}" for fault in faults), *rest])
