"""Passkeys (W3C Web Authentication Level 3): what an authenticator registers, and what it asserts.

The ceremonies are `webauthn`'s, which is maintained; this page decides what we take. Its user is
always verified (PIN, finger or face), no attestation is asked for, no other site may embed the
ceremony, and three algorithms will do. An assertion over the SHA-256 of a decision signs that
decision: whoever has the credential's public key can check it, years later and without a browser.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import webauthn
from webauthn.helpers import decode_credential_public_key, options_to_json_dict, parse_cbor
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import (
    DecodedEC2PublicKey,
    DecodedOKPPublicKey,
    DecodedRSAPublicKey,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from crypto import BadSignature, Malformed, Untrusted, canonical
from crypto.canonical import Json
from crypto.encodings import b64u_decode, b64u_encode
from crypto.keys import PublicKey

MAX_RESPONSE: Final = 32 * 1024
MAX_PUBLIC_KEY: Final = 1024
TIMEOUT_MS: Final = 120_000

_EDDSA: Final = COSEAlgorithmIdentifier.EDDSA
_ES256: Final = COSEAlgorithmIdentifier.ECDSA_SHA_256
_RS256: Final = COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256
# In the order we prefer them; the last one only because older Windows Hello has nothing else.
ALGORITHMS: Final = (_EDDSA, _ES256, _RS256)
_USER_PRESENT: Final = 0x01  # bits of the authenticator data's flags (§6.1)
_USER_VERIFIED: Final = 0x04
# What the library lets slip when bytes are not what it expects.
_STUMBLES: Final = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError)


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A new credential: its id, and its public key as a COSE_Key (RFC 9052 §7)."""

    id: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, kw_only=True)
class Asserted:
    """That a credential's owner, verified by the authenticator, signed the challenge."""

    credential: str
    user_verified: bool
    sign_count: int


def challenge_of(decided: Json) -> bytes:
    """The challenge that makes an assertion a signature over what was decided."""
    return hashlib.sha256(canonical.encode(decided)).digest()


def handle_of(user: str) -> str:
    """How an authenticator spells a user's handle (§5.4.3): the person's pseudonym."""
    return b64u_encode(user.encode())


def creation_options(
    *,
    rp_id: str,
    rp_name: str,
    user: str,
    shown: str,
    challenge: bytes,
    known: tuple[str, ...] = (),
) -> dict[str, Json]:
    """What the browser's `navigator.credentials.create()` is asked for."""
    options = webauthn.generate_registration_options(
        rp_id=rp_id,
        rp_name=rp_name,
        user_id=user.encode(),
        user_name=shown,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=b64u_decode(each)) for each in known],
        supported_pub_key_algs=list(ALGORITHMS),
    )
    return options_to_json_dict(options)


def request_options(
    *, rp_id: str, challenge: bytes, allowed: tuple[str, ...] = ()
) -> dict[str, Json]:
    """What `navigator.credentials.get()` is asked for; without `allowed`, whoever is there."""
    options = webauthn.generate_authentication_options(
        rp_id=rp_id,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        allow_credentials=[PublicKeyCredentialDescriptor(id=b64u_decode(each)) for each in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def verify_registration(
    response: bytes | Mapping[str, Json], *, challenge: bytes, rp_id: str, origin: str
) -> Registered:
    """Take a new credential (§7.1); whatever is wrong with it is a CryptoError."""
    said = _read(response, ("clientDataJSON", "attestationObject"))
    _check_client(said["response"]["clientDataJSON"], "webauthn.create", challenge, origin)
    try:
        verified = webauthn.verify_registration_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
            supported_pub_key_algs=list(ALGORITHMS),
        )
    except _STUMBLES as error:
        raise Untrusted("the authenticator's registration is not what was asked for") from error
    if b64u_encode(verified.credential_id) != said["id"]:
        raise Untrusted("the authenticator registered another credential")
    check_public_key(verified.credential_public_key)
    return Registered(
        id=said["id"],
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
    )


def verify_assertion(
    assertion: bytes | Mapping[str, Json],
    *,
    public_key: bytes,
    challenge: bytes,
    rp_id: str,
    origin: str,
    sign_count: int = 0,
) -> Asserted:
    """Check an assertion (§7.2) made for this challenge, site and key by a verified user.

    BadSignature: not over this challenge with this key. Untrusted: of another site, without user
    verification, or with a counter not above `sign_count`, as of a cloned authenticator.
    """
    said = _read(assertion, ("clientDataJSON", "authenticatorData", "signature"))
    check_public_key(public_key)
    _check_client(said["response"]["clientDataJSON"], "webauthn.get", challenge, origin)
    _check_user(said["response"]["authenticatorData"])
    try:
        verified = webauthn.verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _STUMBLES as error:
        raise BadSignature("the assertion does not fit this key, site and challenge") from error
    count = verified.new_sign_count
    if (count or sign_count) and count <= sign_count:
        raise Untrusted("the authenticator's counter did not move on: it may have been cloned")
    return Asserted(credential=said["id"], user_verified=verified.user_verified, sign_count=count)


def essence(assertion: bytes | Mapping[str, Json]) -> dict[str, Json]:
    """The assertion without what `verify_assertion` leaves aside, such as the user's handle."""
    return _read(assertion, ("clientDataJSON", "authenticatorData", "signature"))


def check_public_key(cose: bytes) -> None:
    """Refuse a COSE_Key that is of no algorithm of ours, or that anybody could sign for."""
    try:
        if len(cose) > MAX_PUBLIC_KEY or not isinstance(parse_cbor(cose), dict):
            raise Malformed("a credential's public key is a COSE_Key")
        key = decode_credential_public_key(cose)
    except _STUMBLES as error:
        raise Malformed("a credential's public key is a COSE_Key") from error
    match key:
        case DecodedOKPPublicKey(alg=alg, crv=6, x=bytes(x)) if alg == _EDDSA:
            PublicKey("Ed25519", x)
        case DecodedEC2PublicKey(alg=alg, crv=1, x=bytes(x), y=bytes(y)) if alg == _ES256:
            PublicKey("ES256", b"\x04" + x + y)
        case DecodedRSAPublicKey(alg=alg, n=bytes(n), e=b"\x01\x00\x01") if alg == _RS256:
            if not 2048 <= int.from_bytes(n, "big").bit_length() <= 4096:
                raise Malformed("an RSA key has 2048 to 4096 bits")
        case _:
            raise Malformed("a credential's key is Ed25519, P-256, or RSA with e = 65537")


def _read(said: bytes | Mapping[str, Json], parts: tuple[str, ...]) -> dict[str, Json]:
    """A response in its JSON form (§5.1.8), reduced to what is checked; one spelling of each."""
    value = canonical.read(said, max_bytes=MAX_RESPONSE) if isinstance(said, bytes) else said
    inner = value.get("response") if isinstance(value, Mapping) else None
    if not isinstance(inner, Mapping) or value.get("type") != "public-key":
        raise Malformed("not a public-key credential's response")
    named = {"id": value.get("id"), **{part: inner.get(part) for part in parts}}
    for name, text in named.items():
        if not isinstance(text, str) or not 0 < len(text) <= MAX_RESPONSE:
            raise Malformed(f"{name} must be base64url")
        b64u_decode(text)
    return {
        "id": named["id"],
        "rawId": named["id"],
        "type": "public-key",
        "response": {part: named[part] for part in parts},
    }


def _check_client(data: str, ceremony: str, challenge: bytes, origin: str) -> None:
    """What the browser says of the ceremony (§5.8.1): this one, here, and nobody's frame."""
    client = canonical.read(b64u_decode(data), max_bytes=MAX_RESPONSE)
    if not isinstance(client, dict) or client.get("type") != ceremony:
        raise Malformed(f"the client data is not of {ceremony}")
    if client.get("challenge") != b64u_encode(challenge):
        raise BadSignature("the authenticator signed another challenge")
    if client.get("origin") != origin:
        raise Untrusted("the ceremony took place on another site")
    if client.get("crossOrigin", False) is not False or "topOrigin" in client:
        raise Untrusted("the ceremony took place inside another site")


def _check_user(data: str) -> None:
    flags = b64u_decode(data)[32:33] or b"\0"
    if not flags[0] & _USER_PRESENT or not flags[0] & _USER_VERIFIED:
        raise Untrusted("the authenticator did not verify its user")
