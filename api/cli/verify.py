"""`shield verify` checks everything there is; `shield rebuild` makes what is derived anew."""

import click
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from api.bootstrap import LAST_SEEN, PINS
from api.cli import node
from api.cli.failures import TAMPERED
from api.cli.output import answer, reporting
from api.cli.progress import bar
from api.pins import LastSeen, Pin
from crypto import CryptoError
from crypto.encodings import b64_encode
from ledger import LedgerError, databases, projections, publication, store
from ledger.audit import Fault, Report, audit
from ledger.audit.workers import spare_collector
from ledger.checkpoints import open_checkpoint

PASSES = 2  # the log once, and once more what is stated in it


@click.command()
@click.option("--log-only", is_flag=True, help="Entries, signatures, tree; not what they state.")
@click.option("--workers", type=click.IntRange(1), help="How many processes; one a core.")
@reporting
def verify(*, log_only: bool, workers: int | None) -> None:
    """Check the whole ledger against its own hashes, signatures and sums, and against the pin.

    First the log, then what the statements say and all that is derived from them, on every core.
    Exits with 3 and names each place that is not as it was signed.
    """
    spare_collector()
    engine = node.database()
    with engine.connect() as connection:
        count = connection.execute(select(func.count()).select_from(store.ENTRIES)).scalar_one()
    with bar("Verifying", count if log_only else PASSES * count) as done:
        report = audit(engine, progress=done, workers=workers, contents=not log_only)
    faults = [*report.faults, *_against_pin(engine)]
    answer(_document(report, faults), _told(report, faults))
    if faults:
        click.get_current_context().exit(TAMPERED)


@click.command()
@reporting
def rebuild() -> None:
    """Drop every derived table and make it again from the log; nothing signed is touched."""
    engine = node.engine()
    with databases.reading(engine) as session:
        length = store.head(session).size
    with bar("Rebuilding", length) as done:
        size = projections.rebuild_in_place(engine, progress=done)
    answer({"entries": size}, f"Rebuilt from {size} entries.")


def _against_pin(engine: Engine) -> list[Fault]:
    """A log that was replaced as a whole agrees with itself, but not with what was pinned."""
    home = node.settings().home
    if not (home / PINS).is_file():
        return []
    pin = Pin.read(home / PINS)
    seen = LastSeen(path=home / LAST_SEEN)
    try:
        since = seen.find()
        with databases.reading(engine) as session:
            note = publication.checkpoint(session)
            newest = open_checkpoint(note, pin.origin, [pin.verifier])
            seen.follow(newest, lambda _: publication.hashes(session), since=since)
    except (CryptoError, LedgerError, SQLAlchemyError) as error:
        return [Fault(place="pin", what=str(error))]
    return []


def _document(report: Report, faults: list[Fault]) -> dict[str, object]:
    return {
        "verdict": "FAILED" if faults else "VERIFIED",
        "entries": report.size,
        "root": b64_encode(report.root),
        "checkpoints": report.checkpoints,
        "derived": report.derived,
        "faults": [{"place": fault.place, "what": fault.what} for fault in faults],
    }


def _told(report: Report, faults: list[Fault]) -> str:
    if not faults:
        end = " and all that is derived from them." if report.derived else "; not what they state."
        counted = f"{report.size} entries, {report.checkpoints} checkpoints"
        return f"VERIFIED: {counted}{end}\nRoot {b64_encode(report.root)}"
    more = report.count - len(report.faults)
    rest = [f"… and {more} more"] if more > 0 else []
    return "\n".join(["FAILED:", *(f"  {fault}" for fault in faults), *rest])
