"""`shield people`: invite people to the console from the server's own terminal.

So the first focal point of a country comes in; others are invited by a focal point, at the console.
"""

import secrets

import click

from api import Misconfigured
from api.cli import keys, node
from api.cli.output import answer, reporting
from api.config import clock
from api.people import invitations, site
from api.people.attempts import BOOK
from api.routes.people import check_invitable
from ledger import databases
from ledger.persons import PersonRole
from ledger.registry import Registry

ROLES = [role.value for role in PersonRole]


@click.group()
def people() -> None:
    """Invite people to the console."""


@people.command()
@click.argument("agency", callback=keys.agency_id, metavar="ID")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@reporting
def invite(*, agency: str, roles: tuple[str, ...]) -> None:
    """Print a link with which one person enrols for an agency: once, within 24 hours.

    It is a secret until it is used. Give it to the person themselves, by a way you trust.
    """
    settings = node.settings()
    site.check_site(settings)
    engine, now = node.engine(), clock()
    chosen = tuple(sorted(set(roles)))
    with databases.reading(engine) as session:
        roster = Registry().current(session)
    if agency not in roster.agencies:
        raise Misconfigured(f"{agency} is not enrolled: use `shield enrol agency` first")
    check_invitable(roster, agency, chosen, country=agency[:2])
    with databases.writing(engine, BOOK) as session:
        token = invitations.invite(
            session,
            agency=agency,
            roles=chosen,
            invited_by="terminal",
            now=now,
            random=secrets.token_bytes,
        )
    link = invitations.link(settings.public_url, token)
    until = now + invitations.LIFETIME
    told = f"For one person of {agency}, once, until {until:%Y-%m-%d %H:%M} UTC:\n\n  {link}"
    answer({"agency": agency, "roles": list(chosen), "link": link, "expires": until}, told)
