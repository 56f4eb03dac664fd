"""Statements that no honest library makes, really signed: any text in any disclosure."""

import json
from typing import Any

from crypto import sdjwt
from crypto.encodings import b64u_encode
from tests import factories
from tests.factories import key_for
from tests.world import World

Body = dict[str, Any]
AGENCY = "NL-CUSTOMS"
SALT = b64u_encode(bytes(16))


def departed(**changes: Any) -> Body:
    return factories.body("shipment.departed", **changes)


def goods(**changes: Any) -> list[Body]:
    return [factories.HONEST.line(**changes)]


def raw(
    world: World, disclosures: list[str], *, payload: str | None = None, agency: str = AGENCY
) -> bytes:
    """What a careless or hostile library signs: any text in any disclosure, any payload."""
    key = key_for(agency)
    said = payload or json.dumps(
        {
            "iss": agency,
            "aud": world.origin,
            "iat": int(world.clock.now.timestamp()),
            "jti": factories.uuid7(1_772_366_400_000),
            "_sd_alg": "sha-256",
            "_sd": sorted(map(sdjwt.digest, disclosures)),
        }
    )
    header = json.dumps({"alg": "Ed25519", "kid": key.kid, "typ": "shield+sd-jwt"})
    signing_input = f"{b64u_encode(header.encode())}.{b64u_encode(said.encode())}"
    signature = b64u_encode(key.sign(signing_input.encode()))
    return "~".join([f"{signing_input}.{signature}", *disclosures, ""]).encode()


def disclosed(claims: dict[str, str]) -> list[str]:
    """Disclosures whose values are given as JSON text."""
    return [
        b64u_encode(f'["{SALT}",{json.dumps(name)},{value}]'.encode())
        for name, value in claims.items()
    ]


def with_claim(world: World, name: str, value: str) -> bytes:
    said = {key: json.dumps(each) for key, each in departed().items() if key != name}
    return raw(world, disclosed({**said, name: value}))


def spoiled(statement: bytes, at: int) -> bytes:
    other = b"A" if statement[at : at + 1] != b"A" else b"B"
    return statement[:at] + other + statement[at + 1 :]


def spoiled_signature(statement: bytes) -> bytes:
    return spoiled(statement, statement.index(b"~") - 40)


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def in_public(world: World, body: Body, agency: str, **extra: Any) -> bytes:
    public = {
        "iss": agency,
        "aud": world.origin,
        "iat": int(world.clock.now.timestamp()),
        "jti": factories.uuid7(1_772_366_400_000),
    }
    return sdjwt.wrap(extra, public={**public, **body}, key=key_for(agency))
