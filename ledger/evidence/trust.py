"""Trust anchors: what a verifier knows beforehand, never learnt from the bundle it checks.

DESIGN §4: clients pin the log's origin, key and witness policy at enrolment.
"""

from dataclasses import dataclass

from crypto.notes import Verifier
from ledger import policies
from ledger.evidence.manifest import Manifest
from ledger.policies import Policy


@dataclass(frozen=True, kw_only=True)
class Anchors:
    """The log's name, its key, and whose cosignatures it takes beside it."""

    origin: str
    log: Verifier
    policy: Policy

    @property
    def logs(self) -> tuple[Verifier, ...]:
        """Every key the log signs with, as far as we know: the pinned one first."""
        more = (each for each in self.policy.logs if each.name == self.origin)
        return (self.log, *(each for each in more if each != self.log))


def pinned(origin: str, vkey: str, policy: str = "") -> Anchors:
    """Anchors as a pin file states them; without a policy the log's own word is enough."""
    read = policies.parse(policy.encode()) if policy else Policy()
    return Anchors(origin=origin, log=Verifier.parse(vkey), policy=read)


def embedded(manifest: Manifest) -> Anchors:
    """What the bundle itself names: good for consistency, and no proof of whose log it is."""
    return pinned(manifest.origin, manifest.log, manifest.policy)
