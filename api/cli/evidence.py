"""`shield evidence`: bundles that prove a shipment's history offline: make, check and read them."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from api import Misconfigured
from api.bootstrap import PINS
from api.cli import door, node
from api.cli.asking import Asking, asking
from api.cli.door import Signing, Where
from api.cli.failures import TAMPERED, UNDECIDED
from api.cli.output import answer, reporting, table
from api.config import Settings, clock
from api.evidence import bundles
from api.pins import Pin
from api.places import policy_of, read_places
from api.services import HUB_KEY
from crypto.encodings import b64_encode
from crypto.keys import PrivateKey
from ledger import databases, states
from ledger.evidence import checking
from ledger.evidence.findings import Fault, Findings, Line, Verdict
from ledger.evidence.trust import Anchors
from ledger.policies import Policy
from ledger.registry import Registry

EXITS = {Verdict.VERIFIED: 0, Verdict.FAILED: TAMPERED, Verdict.CANNOT_TELL: UNDECIDED}

_WHOLE = "whole, as the hub issued it that day"
_PERHAPS_CUT = "no word of the hub that this is all of it: later statements may have been cut off"

bundle_file = click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def evidence() -> None:
    """Make and check evidence bundles: a shipment's history and its proof, in one file."""


@evidence.command()
@click.argument("ref")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write; a new one.")
@click.option(
    "--unwitnessed", is_flag=True, help="Do not wait for witnesses: the log's own word only."
)
@asking
@door.signing
@door.remote
@reporting
def create(
    *,
    ref: str,
    out: Path | None,
    unwitnessed: bool,
    why: Asking,
    signer: Signing,
    where: Where,
) -> None:
    """Write the evidence bundle of a shipment: what the reader may see of it, and its proof."""
    if where.is_remote:
        data = where.client(signer.caller(why.purpose)).download(_path(ref))
    else:
        data = _made_here(ref, why, unwitnessed=unwitnessed)
    path = out or Path(bundles.filename(ref))
    with path.open("xb") as file:
        file.write(data)
    answer({"file": str(path), "bytes": len(data)}, f"The evidence is in {path}.")


@evidence.command()
@bundle_file
@click.option(
    "--pin",
    "pin_file",
    type=click.Path(path_type=Path),
    help="Whom you trust: the log's name, key and witness policy. This node's own, if it has one.",
)
@click.option(
    "--trust-embedded", is_flag=True, help="Without a pin: believe the keys the bundle names."
)
@click.option(
    "--attested", is_flag=True, help="Take no bundle of version 1: nobody signed that it is whole."
)
@reporting
def verify(*, bundle: Path, pin_file: Path | None, trust_embedded: bool, attested: bool) -> None:
    """Check a bundle, offline: VERIFIED (exit 0), FAILED (3, naming the part), CANNOT-TELL (10)."""
    anchors = None if trust_embedded and pin_file is None else _anchors(pin_file)
    found = checking.check(
        bundle.read_bytes(), anchors, trust_embedded=trust_embedded, demand_attested=attested
    )
    answer(_document(found), _told(found))
    click.get_current_context().exit(EXITS[found.verdict])


@evidence.command()
@bundle_file
@reporting
def inspect(*, bundle: Path) -> None:
    """Show what a bundle says, checked against nothing but itself."""
    found = checking.check(bundle.read_bytes(), None, trust_embedded=True)
    told = [{**_line(line), "claims": dict(line.claims)} for line in found.lines]
    document = {**_document(found), "statements": told}
    answer(document, "\n".join([_heading(found), "", _table(found), *_faults(found)]))
    if found.faults:
        click.get_current_context().exit(TAMPERED)


def _path(ref: str) -> str:
    return f"/v1/shipments/{quote(ref, safe='')}/evidence"


def _made_here(ref: str, why: Asking, *, unwitnessed: bool) -> bytes:
    """From this node's own database, as the agency that is named may see it."""
    settings, engine = node.settings(), node.engine()
    places, hub_key = read_places(settings.witnesses), _hub_key(settings)
    with databases.reading(engine) as session:
        roster = Registry().current(session)
        policy = Policy() if unwitnessed else policy_of(roster, places)
        viewer = why.viewer(roster)
        data = bundles.bundle(
            session, ref, viewer, roster=roster, policy=policy, hub_key=hub_key, now=clock()
        )
    why.record(engine, "evidence create", [("shipment", ref)], {"ref": ref})
    return data


def _hub_key(settings: Settings) -> PrivateKey:
    """The hub vouches for what is issued, so issuing takes its key."""
    path = settings.key_path(HUB_KEY)
    if not path.is_file():
        raise Misconfigured(f"there is no key file {path}: the hub signs what is issued")
    return PrivateKey.load(path, settings.key_password())


def _anchors(pin_file: Path | None) -> Anchors | None:
    """The pin that was named, else this node's, else none."""
    own = node.settings().home / PINS
    if pin_file is None and not own.is_file():
        return None
    pin = Pin.read(pin_file or own)
    return Anchors(origin=pin.origin, log=pin.verifier, policy=pin.rule)


def _document(found: Findings) -> dict[str, Any]:
    table = found.manifest
    told: dict[str, Any] = {
        "verdict": found.verdict,
        "faults": [_fault(each) for each in found.faults],
        "doubts": [_fault(each) for each in found.doubts],
        "cosigned_by": list(found.cosigned_by),
        "attested": found.attested,
    }
    if table is not None:
        told |= {
            "origin": table.origin,
            "shipment": table.shipment,
            "issued_to": table.issued_to,
            "issued_at": table.issued_at,
            "size": table.size,
            "root": b64_encode(table.root),
        }
    return {**told, "statements": [_line(line) for line in found.lines]}


def _fault(fault: Fault) -> dict[str, str]:
    return {"part": fault.part, "where": fault.where, "what": fault.what}


def _line(line: Line) -> dict[str, Any]:
    return {
        "index": line.index,
        "role": line.role,
        "hash": b64_encode(line.hash),
        "recorded_at": states.moment(line.recorded),
        "agency": line.agency,
        "kind": line.claims.get("kind"),
        "occurred_at": line.claims.get("occurred_at"),
        "compromised": line.marked,
    }


def _told(found: Findings) -> str:
    lines = [found.verdict.value, *_faults(found)]
    if found.manifest is not None:
        lines += ["", _heading(found), "", _table(found)]
    return "\n".join(lines)


def _faults(found: Findings) -> list[str]:
    return [f"  {each}" for each in (*found.faults, *found.doubts)]


def _heading(found: Findings) -> str:
    table = found.manifest
    if table is None:
        return "There is no manifest to read."
    return (
        f"{table.shipment}, as {table.issued_to} saw it at {table.issued_at[:16]}Z\n"
        f"in {table.origin} of {table.size} entries, root {b64_encode(table.root)}\n"
        f"cosigned by {', '.join(found.cosigned_by) or 'no witness that was asked for'}\n"
        f"{_WHOLE if found.attested else _PERHAPS_CUT}"
    )


def _table(found: Findings) -> str:
    heading = ("entry", "happened", "recorded", "agency", "kind", "")
    rows = [
        (
            str(line.index),
            str(line.claims.get("occurred_at", ""))[:16],
            states.moment(line.recorded)[:16],
            line.agency,
            str(line.claims.get("kind", "")),
            "key compromised by then" if line.marked else "",
        )
        for line in found.lines
    ]
    return table([heading, *rows], empty="No statement holds.")
