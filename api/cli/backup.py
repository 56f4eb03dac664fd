"""`shield backup` writes the whole database to one file; `shield restore` fills an empty one."""

from pathlib import Path

import click

from api import backups, schema, storage
from api.cli import node
from api.cli.failures import TAMPERED
from api.cli.output import answer, reporting
from api.cli.progress import bar
from ledger.audit import Report, audit

backup_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command()
@backup_file
@reporting
def backup(*, file: Path) -> None:
    """Write every table to FILE, from one moment of the database, while it goes on.

    Keys are not in it: keep the node's key files and their password apart.
    """
    engine = node.engine()
    with bar("Writing", backups.count(engine)) as done:
        header = backups.backup(engine, file, progress=done)
    answer(
        {"file": str(file), **vars(header)},
        f"{header.origin} with {header.size} entries is in {file}. Its keys are not.",
    )


@click.command()
@backup_file
@click.option("--verify", is_flag=True, help="Check all of it afterwards, as `shield verify` does.")
@reporting
def restore(*, file: Path, verify: bool) -> None:
    """Fill this node's empty database from FILE, all of it or nothing.

    Witnesses that saw more of the log than the backup has will keep it read-only: start again only
    from what is at least as new as what they saw.
    """
    settings = node.settings()
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = storage.connect(settings)
    click.get_current_context().call_on_close(engine.dispose)
    schema.upgrade(engine)
    header = backups.restore(engine, file)
    report = audit(engine) if verify else None
    verdict = _verdict(report)
    told = {"file": str(file), "verdict": verdict, **vars(header)}
    faults = [str(fault) for fault in report.faults] if report else []
    lines = [f"{header.origin} with {header.size} entries is restored: {verdict}", *faults]
    answer({**told, "faults": faults}, "\n  ".join(lines))
    if faults:
        click.get_current_context().exit(TAMPERED)


def _verdict(report: Report | None) -> str:
    if report is None:
        return "not verified"
    return "FAILED" if report.faults else "VERIFIED"
