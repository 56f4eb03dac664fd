"""`shield event`: write a statement's body, sign it, post it, and read one back."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from api.cli import door, reading
from api.cli.asking import Asking, asking
from api.cli.door import Signing, Where
from api.cli.failures import REFUSED, problem_of
from api.cli.output import answer, printed, reporting, table, wants_json
from api.cli.progress import bar
from api.cli.skeletons import left_open, optional, skeleton
from api.client import Posted, sign
from api.config import clock
from crypto import canonical
from ledger import Invalid, vocabulary
from ledger.receipts import to_json

MAX_BODY = 256 * 1024


@click.group()
def event() -> None:
    """Write, sign, post and read statements."""


@event.command()
@click.argument("kind")
@click.option("--all", "everything", is_flag=True, help="With every property it may have.")
@reporting
def new(*, kind: str, everything: bool) -> None:
    """Print a body of this KIND to fill in, like shipment.departed; what is needed is in it."""
    declared = vocabulary.kinds().get(kind)
    if declared is None:
        raise click.BadParameter(
            f"no such kind; there are {', '.join(sorted(vocabulary.kinds()))}", param_hint="KIND"
        )
    body = skeleton(declared, now=clock(), everything=everything)
    if not wants_json():
        posters = " or ".join(declared.by) or "a participant's root key"
        click.echo(f"{declared.__doc__}\nPosted by: {posters}", err=True)
        if not everything:
            click.echo(f"May also have: {', '.join(optional(declared))}", err=True)
    answer(body, printed(body))


@event.command("sign")
@click.argument("file", type=click.File("rb"))
@click.option("--origin", help="The log it is for; by default the pinned one.")
@door.signing
@door.remote
@reporting
def sign_file(*, file: Any, origin: str | None, signer: Signing, where: Where) -> None:
    """Sign the body in FILE (- for stdin) and print the statement."""
    body = canonical.read(file.read(), max_bytes=MAX_BODY)
    if not isinstance(body, dict):
        raise Invalid("a body is an object", code="invalid")
    open_places = list(left_open(body))
    if open_places:
        places = ", ".join(open_places)
        raise Invalid(f"still to be filled in: {places}", pointer=open_places[0], code="invalid")
    caller = signer.caller()
    statement = sign(
        body,
        agency=caller.agency,
        origin=origin or where.pin().origin,
        key=caller.key,
        now=clock(),
    ).decode("ascii")
    answer({"statement": statement}, statement)


@event.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--local", is_flag=True, help="Into this node's own ledger, as without --url.")
@door.remote
@reporting
def post(*, file: Any, local: bool, where: Where) -> None:
    """Post the statements in FILE, one a line (- for stdin), and check each receipt.

    The same statement may be posted again: its receipt is the same.
    """
    if local and where.is_remote:
        raise click.UsageError("say where to once: --local or --url")
    statements = [line.strip() for line in file.read().splitlines() if line.strip()]
    if not statements:
        raise click.UsageError("there is no statement in that file")
    if len(statements) == 1:
        posted = door.post_one(statements[0], where)
        answer(_document(posted), _told(posted))
        return
    results = []
    with bar("Posting", len(statements)) as done:
        for result in door.post(statements, where):
            results.append(result)
            done(1)
    _report(results)


@event.command()
@click.argument("which", metavar="INDEX|JTI")
@asking
@reporting
def get(*, which: str, why: Asking) -> None:
    """Show one entry of this node's ledger, with what may be seen of its statement."""
    document = reading.Local(why).entry(which)
    answer(document, printed(document))


def _document(posted: Posted) -> dict[str, Any]:
    document = {"created": posted.created, "receipt": to_json(posted.receipt)}
    return {**document, "warnings": list(posted.warnings)}


def _told(posted: Posted) -> str:
    was = "is" if posted.created else "was already"
    lines = [f"It {was} entry {posted.receipt.index}; the receipt proves it."]
    lines += [f"Warning at {each['pointer']}: {each['detail']}" for each in posted.warnings]
    return "\n".join(lines)


def _report(results: Sequence[Posted | Exception]) -> None:
    """Tell of many statements; exit as refused when any of them was."""
    documents = [
        _document(each) if isinstance(each, Posted) else {"problem": problem_of(each)}
        for each in results
    ]
    refused = [
        (str(line), str(said.get("code")), str(said.get("detail")))
        for line, document in enumerate(documents, 1)
        if (said := document.get("problem")) is not None
    ]
    told = f"{len(results) - len(refused)} of {len(results)} statements are in the log."
    rows = [("line", "code", "why"), *refused]
    answer(documents, told if not refused else f"{told}\n{table(rows, empty='')}")
    if refused:
        sys.exit(REFUSED)
