"""Everything that may be wrong with a statement, and what the door must say to each."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crypto import BadSignature, Malformed, UnknownKey, sdjwt
from crypto.encodings import b64u_encode
from crypto.keys import PrivateKey
from ledger import Invalid, NotPermitted
from ledger.roster import HUB
from tests import factories
from tests.factories import key_for
from tests.misstating import (
    AGENCY,
    departed,
    disclosed,
    goods,
    in_public,
    nested,
    raw,
    spoiled,
    spoiled_signature,
    with_claim,
)
from tests.world import World


@dataclass(frozen=True)
class Bad:
    """A bad statement and what the door must say to it."""

    why: str
    make: Callable[[World], bytes]
    error: type[Exception]
    code: str = ""
    pointer: str = ""


def of(why: str, error: type[Exception], code: str, pointer: str = "", **changes: Any) -> Bad:
    """A departure with some properties that it must not have."""

    def make(world: World) -> bytes:
        body = {name: value for name, value in departed().items() if name not in changes}
        body |= {name: value for name, value in changes.items() if value is not None}
        return raw(world, disclosed({name: json.dumps(value) for name, value in body.items()}))

    return Bad(why, make, error, code, pointer)


def by(why: str, signer: str, kind: str, code: str = "kind-not-permitted", **changes: Any) -> Bad:
    return Bad(
        why,
        lambda world: world.statement(factories.body(kind, **changes), signer),
        NotPermitted,
        code,
    )


UNSIGNED = [
    Bad("nothing at all", lambda _: b"", Malformed),
    Bad("not a statement", lambda _: b"hello", Malformed),
    Bad("a key binding", lambda w: w.statement(departed()) + b"a.b.c", Malformed),
    Bad("no signature", lambda w: w.statement(departed()).replace(b".", b"", 1), Malformed),
    Bad("a spoiled signature", lambda w: spoiled_signature(w.statement(departed())), BadSignature),
    Bad(
        "a spoiled disclosure",
        lambda w: spoiled(w.statement(departed()), -20),
        Malformed,
    ),
    Bad(
        "a kept back disclosure",
        lambda w: sdjwt.disclose(w.statement(departed()), ["kind", "shipment"]),
        Malformed,
        pointer="/_sd",
    ),
    Bad(
        "an unknown key",
        lambda w: w.statement(departed(), key=PrivateKey.from_seed(bytes(32))),
        UnknownKey,
    ),
    Bad(
        "another agency's key",
        lambda w: w.statement(departed(), key=key_for("KE-CUSTOMS")),
        BadSignature,
    ),
    Bad(
        "too many bytes",
        lambda w: raw(w, disclosed({"remarks": json.dumps("x" * 256 * 1024)})),
        Malformed,
    ),
    Bad("too deep", lambda w: with_claim(w, "goods", nested(9)), Malformed),
    Bad("far too deep", lambda w: with_claim(w, "goods", nested(20_000)), Malformed),
    Bad("a float", lambda w: with_claim(w, "package_count", "1.5"), Malformed),
    Bad("an exponent", lambda w: with_claim(w, "package_count", "1e3"), Malformed),
    Bad(
        "a key twice",
        lambda w: with_claim(w, "transport", '{"mode":"sea","mode":"air"}'),
        Malformed,
    ),
    Bad("a lone surrogate", lambda w: with_claim(w, "remarks", '"\\ud800"'), Malformed),
    Bad("no number", lambda w: with_claim(w, "remarks", "NaN"), Malformed),
    Bad(
        "the same claim twice",
        lambda w: raw(w, disclosed({"kind": '"a"'}) + disclosed({"kind": '"b"'})),
        Malformed,
    ),
    Bad(
        "a signing algorithm nobody uses",
        lambda w: w.statement(departed()).replace(
            w.statement(departed()).split(b".")[0],
            b64u_encode(b'{"alg":"none","kid":"a","typ":"shield+sd-jwt"}').encode(),
        ),
        Malformed,
    ),
]

SAID = [
    of("no kind", Invalid, "unknown-kind", "/kind", kind=None),
    of("an unknown kind", Invalid, "unknown-kind", "/kind", kind="shipment.vanished"),
    of("an unknown field", Invalid, "unknown-field", "/colour", colour="blue"),
    of("an unknown inner field", Invalid, "unknown-field", goods=goods(colour="blue")),
    of("a missing field", Invalid, "invalid-field", "/shipment", shipment=None),
    of("no unit", Invalid, "invalid-field", goods=goods(quantity={"amount": "12"})),
    of("no amount", Invalid, "invalid-field", goods=goods(quantity={"unit": "KGM"})),
    of(
        "a number that is no text",
        Invalid,
        "invalid-field",
        goods=goods(quantity={"amount": 12, "unit": "KGM"}),
    ),
    of(
        "an unknown unit",
        Invalid,
        "invalid-field",
        goods=goods(quantity={"amount": "12", "unit": "BUCKET"}),
    ),
    of(
        "less than nothing",
        Invalid,
        "invalid-field",
        goods=goods(quantity={"amount": "-12", "unit": "KGM"}),
    ),
    of("an empty list of goods", Invalid, "", goods=[]),
    of(
        "an impossible day",
        Invalid,
        "invalid-field",
        "/occurred_at",
        occurred_at="2026-02-30T12:00:00Z",
    ),
    of(
        "a day of no month",
        Invalid,
        "invalid-field",
        "/occurred_at",
        occurred_at="2026-13-01T12:00:00Z",
    ),
    of("a local time", Invalid, "invalid-field", "/occurred_at", occurred_at="2026-03-01T12:00:00"),
    of(
        "before all time",
        Invalid,
        "invalid-field",
        "/occurred_at",
        occurred_at="1889-03-01T12:00:00Z",
    ),
    of("the future", Invalid, "bad-date", "/occurred_at", occurred_at="2026-11-25T12:00:00Z"),
    of("a control character", Invalid, "invalid-field", "/remarks", remarks="a\u0007b"),
    of("a bad reference", Invalid, "invalid-field", "/shipment", shipment="../../etc"),
    of("text for a list", Invalid, "invalid-field", "/goods", goods="acetone"),
    Bad(
        "signed in the future",
        lambda w: w.statement(departed(), iat=int((w.clock.now + timedelta(days=1)).timestamp())),
        Invalid,
        "bad-date",
        "/iat",
    ),
    Bad(
        "for another log",
        lambda _: factories.statement(departed(), agency=AGENCY, origin="sandbox.test/shield"),
        Invalid,
        "wrong-log",
        "/aud",
    ),
]


MIXED = [
    Bad(
        "case data in public",
        lambda w: in_public(w, departed(), AGENCY),
        Invalid,
        "wrong-form",
        "/_sd",
    ),
    Bad(
        "a claim in public beside disclosures",
        lambda w: in_public(w, {"remarks": "for all to read"}, AGENCY, **departed()),
        Invalid,
        "unknown-field",
        "/remarks",
    ),
    Bad(
        "a registry statement that conceals",
        lambda w: in_public(w, {}, "NL-ROOT", **factories.body("key.revoked")),
        Invalid,
        "wrong-form",
        "/_sd",
    ),
]

UNENTITLED = [
    by("a kind for other roles", "NL-LAB", "shipment.departed"),
    by("a root key that ships", "NL-ROOT", "shipment.departed"),
    by("an agency that enrols", "NL-CNA", "agency.enrolled", agency="NL-NEW"),
    by("the root of another country", "KE-ROOT", "agency.enrolled", agency="NL-NEW"),
    by("a second genesis", HUB, "log.created"),
    by("an agency that admits a country", "NL-CNA", "participant.added"),
    by("an alert by an agency", "NL-LAB", "alert.raised"),
    by("a licence for a foreign trader", "NL-CNA", "party.licensed", "not-permitted"),
]

EVERYTHING = [*UNSIGNED, *SAID, *MIXED, *UNENTITLED]
