"""Keys, claims and a forger: signs statements that `sdjwt.wrap` would never make."""

import json

from crypto import UnknownKey, envelope, sdjwt
from crypto.encodings import b64u_encode
from crypto.keys import PrivateKey

KEY = PrivateKey.from_seed(bytes(32))
ES256 = PrivateKey.generate("ES256")
PUBLIC = {
    "iss": "NL-CUSTOMS",
    "aud": "ledger.example/live",
    "iat": 1_772_366_400,
    "jti": "018f3c6e-7b1a-7cde-8f00-0123456789ab",
}
CLAIMS = {
    "kind": "shipment.departed",
    "goods": [{"substance": "acetic_anhydride", "amount": "1200.5", "unit": "KGM"}],
    "remarks": 'Ünïcode and "quotes"',
    "observed": {"seal": {"intact": True, "count": 2}},
    "nominal": None,
}
SALT = b64u_encode(bytes(16))
HEADER = {"alg": "Ed25519", "kid": KEY.kid, "typ": envelope.TYPE}


def find(kid):
    for key in (KEY, ES256):
        if key.kid == kid:
            return key.public
    raise UnknownKey("no such key")


def disclosure_of(*parts):
    return b64u_encode(json.dumps(parts).encode())


def forge(header=HEADER, payload=None, disclosures=(), **public):
    """Sign whatever is asked, with the digests of these disclosures."""
    if payload is None:
        payload = {**PUBLIC, **public}
        if disclosures:
            payload = {
                "_sd": sorted(map(sdjwt.digest, disclosures)),
                "_sd_alg": "sha-256",
                **payload,
            }
        payload = {name: value for name, value in payload.items() if value is not ...}
    parts = [
        value if isinstance(value, bytes) else json.dumps(value).encode()
        for value in (header, payload)
    ]
    signing_input = ".".join(map(b64u_encode, parts))
    jwt = f"{signing_input}.{b64u_encode(KEY.sign(signing_input.encode()))}"
    return "~".join([jwt, *disclosures, ""]).encode()
