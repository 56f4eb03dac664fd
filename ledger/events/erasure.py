"""Erasure of what statements disclose, by four eyes, and legal holds that stand against it.

All of it is public, so that whoever checks the log can tell what was erased from what somebody made
away with. So none of it may say anything about persons.
"""

from dataclasses import replace
from typing import Annotated

from ledger import Conflict, Invalid, NotPermitted
from ledger.fields import Text, Uuid, choice
from ledger.persons import always
from ledger.roster import HUB, Erasure, LegalHold, Role, Roster, Signer
from ledger.vocabulary import RegistryEvent, event

SCOPES = ("nominal", "body")
Scope = Annotated[str, choice(*SCOPES)]
Reason = Annotated[
    str,
    choice("subject_request", "unlawful", "recorded_in_error", "retention_ended", "court_order"),
]
_OFFICES = frozenset({Role.AUTHORITY})
_KEEPERS = frozenset({Role.AUTHORITY, Role.CUSTOMS, Role.POLICE})


def _acts_for(roster: Roster, by: Signer, roles: frozenset[Role]) -> None:
    """Refuse who is neither the hub, nor a focal point, nor an agency with one of these roles."""
    agency = roster.agencies.get(by.agency)
    if by.is_hub or by.is_root or (agency is not None and not roles.isdisjoint(agency.roles)):
        return
    wanted = " or ".join(sorted(roles))
    raise NotPermitted(
        f"only a focal point or a {wanted} may state this", code="kind-not-permitted"
    )


def is_own(by: Signer | str, issuer: str) -> bool:
    """Whether a statement by `issuer` is this agency's to have erased: its own country's."""
    agency = by if isinstance(by, str) else by.agency
    return agency[:2] == issuer[:2] and (agency == HUB) == (issuer == HUB)


def is_erasable(about: str, scope: str) -> bool:
    """Whether statements about such a subject can lose this: who may speak or see is no secret.

    The registry is public as a whole. A grant or group decides who sees what: it is withdrawn, and
    only personal data in it can be erased.
    """
    return about != "registry" and (scope == "nominal" or about not in {"grant", "group"})


def check_target(asked: "ErasureRequested", by: str, found: tuple[str, str] | None) -> None:
    """Refuse to erase what is not there, another country's, or not to be erased; by agency."""
    if found is None:
        raise Invalid("/target: no such statement", pointer="/target", code="unknown-target")
    issuer, about = found
    if not is_own(by, issuer):
        raise NotPermitted("only its own country may have it erased", pointer="/target")
    if not is_erasable(about, asked.scope):
        raise Invalid("/target: can't be erased", pointer="/target", code="unknown-target")


def _agreed(roster: Roster, by: Signer) -> Signer | None:
    """Whoever let another person's request for this very statement count: its four eyes are met."""
    found = roster.approval(by.statement, by.time, by.country)
    if found is None or found.answer is None:
        return None
    said = found.answer
    return Signer(agency=said.agency, kid=said.credential, index=said.index, jti=said.jti)


@event("erasure.requested", by=(Role.AUTHORITY, Role.HUB))
class ErasureRequested(RegistryEvent):
    """A country asks that its statement lose its personal data, or all that it discloses.

    Signed by the focal point or an authority of the country that made the statement. `basis` cites
    the law, and must not name anybody: it is public.
    """

    target: Uuid
    scope: Scope
    reason: Reason
    basis: Text

    needs_four_eyes = always

    def apply(self, roster: Roster, by: Signer) -> Roster:
        _acts_for(roster, by, _OFFICES)
        made = Erasure(
            request=by.jti,
            target=self.target,
            scope=self.scope,
            reason=self.reason,
            basis=self.basis,
            by=by,
            approved_by=_agreed(roster, by),
        )
        return roster.but(erasures={**roster.erasures, by.jti: made})


@event("erasure.approved", by=(Role.AUTHORITY, Role.HUB))
class ErasureApproved(RegistryEvent):
    """Somebody else agrees to an erasure: another agency, with another key, anywhere or the hub."""

    request: Uuid

    def apply(self, roster: Roster, by: Signer) -> Roster:
        _acts_for(roster, by, _OFFICES)
        asked = roster.erasures.get(self.request)
        if asked is None:
            raise Invalid("/request: no such request", pointer="/request", code="unknown-target")
        if by.agency == asked.by.agency or by.kid == asked.by.kid:
            raise NotPermitted("who asked for an erasure can't approve it", pointer="/request")
        if asked.approved_by is not None:
            raise Conflict("the erasure is approved already", code="exists")
        approved = replace(asked, approved_by=by)
        return roster.but(erasures={**roster.erasures, self.request: approved})


@event("hold.legal", by=(*sorted(_KEEPERS), Role.HUB))
class LegalHoldPlaced(RegistryEvent):
    """A statement must be kept as it is: no erasure is carried out while this stands.

    It is public that the statement is held. Where the interest of an agency must not show, its
    focal point places the hold.
    """

    target: Uuid
    basis: Text

    def apply(self, roster: Roster, by: Signer) -> Roster:
        _acts_for(roster, by, _KEEPERS)
        hold = LegalHold(target=self.target, basis=self.basis, by=by)
        return roster.but(holds={**roster.holds, by.jti: hold})


@event("hold.lifted", by=(*sorted(_KEEPERS), Role.HUB))
class LegalHoldLifted(RegistryEvent):
    """A legal hold ends: whoever placed it says so, or the focal point of its country."""

    hold: Uuid

    def apply(self, roster: Roster, by: Signer) -> Roster:
        held = roster.holds.get(self.hold)
        if held is None:
            raise Invalid("/hold: no such legal hold", pointer="/hold", code="unknown-target")
        if by.agency != held.by.agency and not (by.is_root and by.country == held.by.country):
            raise NotPermitted("only who placed a legal hold may lift it", pointer="/hold")
        left = {jti: each for jti, each in roster.holds.items() if jti != self.hold}
        return roster.but(holds=left)
