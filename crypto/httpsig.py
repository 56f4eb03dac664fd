"""One request's own signature instead of a token: HTTP Message Signatures (RFC 9421).

It says what a token says (`crypto.tokens`): method, address and purpose are covered components,
the body by its digest (RFC 9530); `keyid`, `created`, `expires` and `nonce` are `kid`, `iat`, `exp`
and `jti`; `tag` is the log's origin. The signature base and the fields are read by the library
`http-message-signatures`; keys, times and what must be covered are ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
)
from http_message_signatures.algorithms import HTTPSignatureAlgorithm

from crypto import BadSignature, CryptoError, Malformed, UnknownKey
from crypto.keys import Alg, PublicKey
from crypto.tokens import LIFETIME, SKEW, Call, check_time

PURPOSE: Final = "shield-purpose"
COVERED: Final = ("@method", "@target-uri", PURPOSE)
MAX_BYTES: Final = 8 * 1024  # of both fields together, as much as a token

FindKey = Callable[[str], PublicKey]


class Fields:
    """Header fields as they came, repeated ones included."""

    def __init__(self, lines: Sequence[tuple[str, str]]) -> None:
        self._lines = tuple(lines)

    def items(self) -> Sequence[tuple[str, str]]:
        return self._lines


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as the library wants to see it."""

    method: str
    url: str
    headers: Fields
    body: bytes


class _Checked(HTTPSignatureAlgorithm):
    """A signature checked by our own key."""

    alg: Alg

    def __init__(self, public_key: PublicKey | None = None, private_key: object = None) -> None:
        del private_key
        if public_key is None or public_key.alg != self.alg:
            raise BadSignature(f"the key is not for {self.alg}")
        self._key = public_key

    def verify(self, signature: bytes, message: bytes) -> None:
        self._key.check(signature, message)


class _Ed25519(_Checked):
    algorithm_id = "ed25519"
    alg = "Ed25519"


class _Es256(_Checked):
    algorithm_id = "ecdsa-p256-sha256"
    alg = "ES256"


class _Keys(HTTPSignatureKeyResolver):
    """Finds keys, and remembers what the last one is for."""

    def __init__(self, find_key: FindKey) -> None:
        self._find_key = find_key
        self.alg: Alg | None = None

    def resolve_public_key(self, key_id: str) -> Any:
        key = self._find_key(key_id)
        self.alg = key.alg
        return key

    def resolve_private_key(self, key_id: str) -> Any:
        raise UnknownKey(f"no private key {key_id} is here")


class _Verifier(HTTPMessageVerifier):
    """The library's, by our clock: its own asks the system's."""

    def __init__(self, algorithm: type[_Checked], keys: _Keys, now: datetime) -> None:
        super().__init__(signature_algorithm=algorithm, key_resolver=keys)
        self._now = now

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        del max_age
        created, expires = (sig_input.params.get(name) for name in ("created", "expires"))
        if type(created) is not int or type(expires) is not int:
            raise Malformed("a signature says created and expires")
        if not 1 <= expires - created <= LIFETIME:
            raise Malformed(f"a signature lives 1 to {LIFETIME} seconds")
        check_time(created, expires, self._now, what="signature")


def open_request(
    request: Request, find_key: FindKey, *, holder: Callable[[str], str], origin: str, now: datetime
) -> Call:
    """Who signed this very request for this log; raises unless exactly that was signed.

    `holder` tells whose a key is, since a signature names none.
    """
    sizes = (len(value) for name, value in request.headers.items() if name.lower() in _OURS)
    if sum(sizes) > MAX_BYTES:
        raise Malformed(f"signature fields of more than {MAX_BYTES} bytes")
    said = _verified(request, _Keys(find_key), origin=origin, now=now)
    nonce, kid, expires = said.get("nonce"), said["keyid"], said["expires"]
    if not isinstance(nonce, str) or not nonce:
        raise Malformed("a signature says a nonce")
    until = datetime.fromtimestamp(int(expires) + SKEW, UTC)
    return Call(issuer=holder(str(kid)), jti=nonce, kid=str(kid), expires=until)


_OURS: Final = frozenset({"signature", "signature-input"})


def _verified(request: Request, keys: _Keys, *, origin: str, now: datetime) -> dict[str, int | str]:
    # The library wants the algorithm before it has seen the key: the key says which it is.
    for algorithm in (_Ed25519, _Es256):
        try:
            (result,) = _Verifier(algorithm, keys, now).verify(
                request,
                max_age=None,
                expect_tag=origin,
                require_components=COVERED,
                body=request.body,
            )
        except HTTPMessageSignaturesException as error:
            cause = error.__cause__
            another = keys.alg != "Ed25519" and not isinstance(cause, UnknownKey)
            if algorithm is _Ed25519 and another:
                continue
            if isinstance(cause, CryptoError):
                raise cause from error
            raise Malformed(str(error)) from error
        except ValueError as error:
            raise Malformed("one signature for this log, and no other") from error
        return dict(result.parameters)
    raise BadSignature("the key does not fit the signature")
