"""Who may speak at which entry: the registry statements of a bundle, folded in order of the log.

A key is valid for entry n when it was added before n and not revoked before n (DESIGN §4).
"""

from crypto import BadSignature, Untrusted, sdjwt
from crypto.envelope import PUBLIC
from ledger import Invalid
from ledger.events.registry import LogCreated
from ledger.roster import Roster, Signer
from ledger.vocabulary import RegistryEvent, parse


def check(parsed: sdjwt.Parsed, roster: Roster, *, at: int) -> sdjwt.Verified:
    """The statement, signed for this log with a key of its issuer that was valid at this entry."""
    if at == 0:
        event = registered(parsed)
        if not isinstance(event, LogCreated):
            raise Invalid("entry 0 does not create the log")
        if event.origin != parsed.audience:
            raise Untrusted("made for another log")
        key = event.key.public("/key")
        if key.kid != parsed.kid:
            raise Invalid("entry 0 brings another key than it is signed with")
        return sdjwt.check(parsed, key)
    enrolment = roster.keyring.find(parsed.kid, at)
    if enrolment.holder != parsed.issuer:
        raise BadSignature(f"the key is not {parsed.issuer}'s")
    if parsed.audience != roster.origin:
        raise Untrusted("made for another log")
    return sdjwt.check(parsed, enrolment.key)


def registered(parsed: sdjwt.Parsed) -> RegistryEvent:
    """What a registry statement states; Invalid for any other."""
    if "_sd" in parsed.payload:
        raise Invalid("a registry statement is public")
    event = parse({name: value for name, value in parsed.payload.items() if name not in PUBLIC})
    if not isinstance(event, RegistryEvent):
        raise Invalid("not a registry statement")
    return event


def grown(roster: Roster, verified: sdjwt.Verified, *, at: int) -> Roster:
    """The roster after one more registry statement, if its signer may state it."""
    signer = Signer(agency=verified.issuer, kid=verified.kid, index=at, jti=verified.jti)
    return registered(verified).apply(roster, signer)


def stated(verified: sdjwt.Verified) -> dict[str, object]:
    """What a statement says in public, beside who says it and when."""
    own = PUBLIC | {"_sd", "_sd_alg"}
    return {name: value for name, value in verified.payload.items() if name not in own}
