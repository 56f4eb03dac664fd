"""A whole bundle: the proofs, the report in both forms, the checker, and how to use it."""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from api.evidence.page import page
from api.evidence.paper import paper
from api.evidence.report import report
from crypto.keys import PrivateKey
from ledger import bundling
from ledger.evidence import making
from ledger.policies import Policy
from ledger.roster import Roster
from ledger.visibility import Viewer

MEDIA_TYPE = "application/zip"
_HERE = Path(__file__).parent
_CHECKER = (_HERE / "offline" / "check_bundle.py").read_bytes()
_README = (_HERE / "offline" / "README.txt").read_bytes()


def bundle(
    session: Session,
    ref: str,
    viewer: Viewer,
    *,
    roster: Roster,
    policy: Policy,
    hub_key: PrivateKey,
    now: datetime,
) -> bytes:
    """The evidence of one shipment for one viewer, from one moment of the store.

    NotFound where the viewer may see nothing of it; Undecided until witnesses have seen it all.
    """
    gathered = bundling.gather(
        session, ref, viewer, roster=roster, policy=policy, hub_kid=hub_key.kid, now=now
    )
    told = report(gathered, now=now)
    files = {
        **making.parts(gathered.manifest, gathered.receipts, gathered.statements),
        "report.html": page(told),
        "report.pdf": paper(told),
        "README.txt": _README,
        "check_bundle.py": _CHECKER,
    }
    return making.seal(gathered.manifest, files, hub_key)


def filename(ref: str) -> str:
    """A name to save a bundle under: what a reference may hold and a file name may not is `_`."""
    return f"evidence-{ref.replace('/', '_')}.zip"
