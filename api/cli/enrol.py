"""`shield enrol`: who may speak. The hub admits countries, a country's root key its agencies.

A key stays with its holder: an enrolment takes what `shield key prove` printed. A pilot's node may
also make the key itself.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from alerts import recipients
from alerts.recipients import Recipient
from api import Misconfigured, bootstrap
from api.cli import door, keys, node
from api.cli.door import Where
from api.cli.output import answer, reporting
from api.client import Posted, sign
from api.config import Settings, clock
from crypto import canonical
from crypto.canonical import Json
from crypto.keys import PrivateKey
from ledger import databases
from ledger.fields import COUNTRIES
from ledger.roster import HUB, Role, root_of
from ledger.scopes import SCOPES
from ledger.states import moment

ROLES = [role.value for role in Role if role is not Role.HUB]
MAX_REQUEST = 16 * 1024

request_option = click.option(
    "--request",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What `shield key prove` printed for the holder's key.",
)
root_option = click.option(
    "--root-key",
    type=click.Path(path_type=Path),
    help="The key file of the country's root; by default the one this node holds.",
)


@click.group()
def enrol() -> None:
    """Enrol participants, agencies and keys."""


@enrol.command()
@click.argument("country", type=click.Choice(sorted(COUNTRIES)), metavar="CC")
@click.argument("name")
@request_option
@reporting
def participant(country: str, name: str, request: Path | None) -> None:
    """Admit a country, with its root key: the hub's to do.

    Without --request the root key is made here, in keys/roots.
    """
    opened = node.services()
    settings, origin = opened.settings, opened.origin
    founder = bootstrap.Founder(country=country, name=name)
    if request is None:
        password = settings.key_password()
        claims = bootstrap.root_made(settings, founder, origin=origin, password=password)
    else:
        claims = bootstrap.root_claims(founder, _requested(request))
    body = {"kind": "participant.added", "occurred_at": moment(clock()), "participant": claims}
    posted = _stated(body, HUB, opened.hub_key, Where(url=None, pin_file=None))
    _tell(posted, f"{name} ({country}) takes part")


@enrol.command()
@click.argument("agency", callback=keys.agency_id, metavar="ID")
@click.option("--name", required=True, help="What people call the agency.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.option("--mail", metavar="ADDRESS", help="Where the agency's alerts are mailed to.")
@request_option
@root_option
@keys.password_option
@door.posting
@reporting
def agency(
    *,
    agency: str,
    name: str,
    roles: tuple[str, ...],
    mail: str | None,
    request: Path | None,
    root_key: Path | None,
    password_file: Path | None,
    where: Where,
) -> None:
    """Enrol an agency with its roles and first key: its country's root key signs that.

    Without --request the agency's key is made here, in keys/agencies.
    """
    if mail is not None and where.is_remote:
        raise click.UsageError("--mail is the hub's to set, on its node: use `shield recipient`")
    desk = Recipient(agency=agency, channel="email", address=mail) if mail is not None else None
    root = _root(agency[:2], root_key, password_file)
    claims = _claims(agency, request, where)
    said = {"agency": agency, "name": name, "roles": list(roles), **claims}
    body = {"kind": "agency.enrolled", "occurred_at": moment(clock()), **said}
    posted = _stated(body, root_of(agency[:2]), root, where)
    if desk is not None:
        with databases.writing(node.engine()) as session:
            recipients.add(session, desk)
    _tell(posted, f"{agency} is enrolled")


@enrol.command("key-add")
@click.argument("agency", callback=keys.agency_id, metavar="ID")
@click.option("--request", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="Only for this.")
@root_option
@keys.password_option
@door.posting
@reporting
def key_add(
    *,
    agency: str,
    request: Path,
    scopes: tuple[str, ...],
    root_key: Path | None,
    password_file: Path | None,
    where: Where,
) -> None:
    """Add a key to an agency, beside those it has: two are valid during a rotation.

    With --scope, once or more often, it is good for that alone; without, for all the agency may do.
    """
    root = _root(agency[:2], root_key, password_file)
    limits = {"scopes": list(scopes)} if scopes else {}
    said = {"agency": agency, **_requested(request), **limits}
    body = {"kind": "key.added", "occurred_at": moment(clock()), **said}
    _tell(_stated(body, root_of(agency[:2]), root, where), f"{agency} has another key")


@enrol.command("key-revoke")
@click.argument("kid")
@click.option("--country", required=True, type=click.Choice(sorted(COUNTRIES)), metavar="CC")
@click.option(
    "--reason",
    required=True,
    type=click.Choice(["superseded", "compromised", "retired", "agency_closed"]),
)
@click.option("--compromised-since", help="Marks earlier entries, like 2026-03-01T09:30:00Z.")
@root_option
@keys.password_option
@door.posting
@reporting
def key_revoke(
    *,
    kid: str,
    country: str,
    reason: str,
    compromised_since: str | None,
    root_key: Path | None,
    password_file: Path | None,
    where: Where,
) -> None:
    """End a key; what it signed before stays in the log."""
    root = _root(country, root_key, password_file)
    since = {"compromised_since": compromised_since} if compromised_since else {}
    body = {"kind": "key.revoked", "occurred_at": moment(clock()), "kid": kid, "reason": reason}
    _tell(_stated({**body, **since}, root_of(country), root, where), f"{kid} is revoked")


def _root(country: str, file: Path | None, password_file: Path | None) -> PrivateKey:
    return keys.load(file or bootstrap.root_path(node.settings(), country), password_file)


def _claims(agency: str, request: Path | None, where: Where) -> Mapping[str, Json]:
    """The agency's key with its proof: as it was requested, or of a key made on this node."""
    if request is not None:
        return _requested(request)
    settings: Settings = node.settings()
    key = bootstrap.key_at(bootstrap.agency_path(settings, agency), settings.key_password())
    return bootstrap.claims_of(key, holder=agency, origin=where.pin().origin)


def _requested(file: Path) -> dict[str, Any]:
    claims = canonical.read(file.read_bytes(), max_bytes=MAX_REQUEST)
    if not isinstance(claims, dict) or set(claims) != {"key", "possession"}:
        raise Misconfigured(f"{file} is not what `shield key prove` prints")
    return claims


def _stated(body: Mapping[str, Json], by: str, key: PrivateKey, where: Where) -> Posted:
    origin = where.pin().origin
    return door.post_one(sign(body, agency=by, origin=origin, key=key, now=clock()), where)


def _tell(posted: Posted, said: str) -> None:
    answer(
        {"index": posted.receipt.index, "created": posted.created},
        f"{said} (entry {posted.receipt.index}).",
    )
