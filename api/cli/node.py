"""This node, as commands open it: settings from the environment, its database, its keys."""

import os
import secrets
from pathlib import Path

import click
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

from api import Misconfigured, storage
from api.config import Settings, clock
from api.services import LOG_KEY, Services, open_services
from crypto.keys import PrivateKey
from ledger import NotFound, databases, store
from ledger.reads.book import Recorder


def settings(**defaults: str) -> Settings:
    """What the environment says, with these values where it says nothing."""
    return Settings.read({**defaults, **os.environ})  # noqa: TID251 - this is the edge


def database() -> Engine:
    """The database of an initialised node, whatever state it is in; closed when we end."""
    read = settings()
    made = storage.connect(read)
    click.get_current_context().call_on_close(made.dispose)
    if made.dialect.name == "sqlite" and not Path(str(made.url.database)).is_file():
        raise Misconfigured(f"there is no ledger in {read.home}: run `shield init` first")
    if not inspect(made).has_table(store.HEADS.name):
        raise Misconfigured("there is no ledger in this database: run `shield init` first")
    return made


def has_ledger() -> bool:
    """Whether this home is a node's: a client's has a pin and no database."""
    try:
        database()
    except Misconfigured:
        return False
    return True


def engine() -> Engine:
    """The database of a node whose log exists, with every table that this command knows of."""
    made = database()
    if SQLModel.metadata.tables.keys() - set(inspect(made).get_table_names()):
        raise Misconfigured("the database lacks tables of this version: run `shield migrate`")
    with databases.reading(made) as session:
        try:
            store.head(session)
        except NotFound as error:
            raise Misconfigured(str(error)) from error
    return made


def recorder(engine: Engine) -> Recorder:
    """The way into the log of reads: who reads on the node leaves a record like everybody else."""
    read = settings()
    path = read.key_path(LOG_KEY)
    device = storage.device_key(read)
    if device is None and not path.is_file():
        raise Misconfigured(f"there is no key file {path}: reads are signed with it")
    with databases.reading(engine) as session:
        origin = store.head(session).origin
    key = device or PrivateKey.load(path, read.key_password())
    return Recorder(engine=engine, origin=origin, key=key, clock=clock, random=secrets.token_bytes)


def services() -> Services:
    """The node with its keys: what may append."""
    engine()
    read = settings()
    for name in ("hub",) if read.log_key_uri else ("hub", "log"):
        if not read.key_path(name).is_file():
            raise Misconfigured(f"there is no key file {read.key_path(name)}")
    opened = open_services(read)
    click.get_current_context().call_on_close(opened.engine.dispose)
    return opened
