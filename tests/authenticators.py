"""An authenticator in software: registers and asserts as a browser with a passkey does."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from crypto.encodings import b64u_decode, b64u_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass(kw_only=True)
class Authenticator:
    """One credential of one person on one site; `verifies` tells whether it asks for a PIN."""

    origin: str = "https://ledger.example"
    algorithm: int = -8
    verifies: bool = True
    seed: bytes = bytes(32)
    counter: int = 0
    counts: bool = True
    client: dict[str, Any] = field(default_factory=dict)  # what a strange browser adds or changes
    handle: str = ""

    def __post_init__(self) -> None:
        if self.algorithm == -8:
            self.key: Any = ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)
        elif self.algorithm == -7:
            self.key = ec.derive_private_key(int.from_bytes(b"\1" + self.seed[1:]), ec.SECP256R1())
        else:
            self.key = rsa.generate_private_key(65537, 2048)

    @property
    def id(self) -> str:
        return b64u_encode(hashlib.sha256(self.cose).digest()[:20])

    @property
    def cose(self) -> bytes:
        """The public key as a COSE_Key (RFC 9053 §7)."""
        public = self.key.public_key()
        if self.algorithm == -8:
            return cbor2.dumps({1: 1, 3: -8, -1: 6, -2: public.public_bytes_raw()})
        numbers = public.public_numbers()
        if self.algorithm == -7:
            x, y = (n.to_bytes(32, "big") for n in (numbers.x, numbers.y))
            return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        return cbor2.dumps({1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: b"\1\0\1"})

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create(options)` answers, as JSON."""
        self.handle = options["user"]["id"]
        raw = b64u_decode(self.id)
        attested = bytes(16) + len(raw).to_bytes(2, "big") + raw + self.cose
        data = self._data(options["rp"]["id"], ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": b64u_encode(self._client("webauthn.create", options)),
            "attestationObject": b64u_encode(attestation),
            "transports": ["internal"],
        }
        return self._answer(response)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get(options)` answers, as JSON."""
        self.counter += self.counts
        data = self._data(options["rpId"], 0)
        client = self._client("webauthn.get", options)
        signature = self._sign(data + hashlib.sha256(client).digest())
        response = {
            "clientDataJSON": b64u_encode(client),
            "authenticatorData": b64u_encode(data),
            "signature": b64u_encode(signature),
            "userHandle": self.handle,
        }
        return self._answer(response)

    def assertion(self, challenge: bytes, rp_id: str = "ledger.example") -> dict[str, Any]:
        return self.get({"rpId": rp_id, "challenge": b64u_encode(challenge)})

    def _answer(self, response: dict[str, str | list[str]]) -> dict[str, Any]:
        common = {"id": self.id, "rawId": self.id, "type": "public-key"}
        return {**common, "response": response, "clientExtensionResults": {}}

    def _data(self, rp_id: str, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        head = hashlib.sha256(rp_id.encode()).digest() + bytes([flags])
        return head + self.counter.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps({**said, "crossOrigin": False, **self.client}).encode()

    def _sign(self, data: bytes) -> bytes:
        if self.algorithm == -8:
            return bytes(self.key.sign(data))
        if self.algorithm == -7:
            return bytes(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return bytes(self.key.sign(data, padding.PKCS1v15(), hashes.SHA256()))
