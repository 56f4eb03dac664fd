"""Asking for erasures and carrying them out, as agencies and the operator do."""

from pathlib import Path

from sqlalchemy import Engine, text

from crypto import sdjwt
from ledger import databases, entries, erasure
from ledger.admission import Admission
from ledger.erased import Erasing
from tests import factories
from tests.world import World


def jti_of(admission: Admission) -> str:
    """The id of the statement that came in."""
    jwt = entries.decode(admission.receipt.entry).jwt
    return sdjwt.split(f"{jwt}~".encode(), complete=False).jti


def requested(world: World, target: Admission, scope: str = "body", by: str = "NL-CNA") -> str:
    body = factories.body("erasure.requested", target=jti_of(target), scope=scope)
    return jti_of(world.post(body, by))


def approved(world: World, request: str, by: str = "KE-CNA") -> None:
    world.post(factories.body("erasure.approved", request=request), by)


def carried_out(world: World, *, patience: int = databases.PATIENCE) -> list[Erasing]:
    """What `shield erase run` does."""
    with databases.writing(world.engine) as session:
        roster = world.desk.registry.current(session)
        done = erasure.carry_out(session, roster, now=world.clock.now)
    scrubbed(world, patience=patience)
    return done


def scrubbed(world: World, *, patience: int = databases.PATIENCE) -> None:
    tables = [table.name for table in erasure.TABLES]
    databases.scrub(world.engine, tables, patience=patience)


def erased(
    world: World, target: Admission, scope: str = "body", by: str = "NL-CNA"
) -> list[Erasing]:
    """Request, approval and execution of one erasure."""
    approved(world, requested(world, target, scope, by))
    return carried_out(world)


def raw(engine: Engine) -> bytes:
    """Every byte of the database's own files."""
    if engine.dialect.name == "sqlite":
        path = Path(str(engine.url.database))
        return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        home = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        named = text("SELECT oid FROM pg_database WHERE datname = current_database()")
        files = home / "base" / str(connection.execute(named).scalar_one())
        return b"".join(each.read_bytes() for each in sorted(files.iterdir()) if each.is_file())
