"""Who signed a statement, and whether its disclosures are those signed for, with no more reading.

A full reading takes half as long as checking the signature. Here the spelling that canonical JSON
gives a payload is recognised by a pattern, headers already read are known again by their text, and
a disclosure is known by its digest; a statement in any other spelling is read in full.
"""

import re
from binascii import a2b_base64, b2a_base64
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

from crypto import sdjwt
from crypto.envelope import MAX_DISCLOSURES
from crypto.keys import Alg

# Text without escapes, of printable ASCII: it has one meaning, whoever reads it.
_PAYLOAD = re.compile(
    rb'\{"_sd":\["([A-Za-z0-9_",-]{43,})"\],"_sd_alg":"sha-256"'
    rb',"aud":"([!#-\[\]-~]+)","iat":(?:0|[1-9][0-9]{0,10}),"iss":"([!#-\[\]-~]+)"'
    rb',"jti":"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"\}'
)
# How a text of base64url may end, by its length modulo 4, if its last bits are to be zero.
_ENDS = (None, b"", b"AQgw", b"AEIMQUYcgkosw048")
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_TO_URL = bytes.maketrans(b"+/", b"-_")
_PRINTED = Struct("43sx").iter_unpack


class Speaker(NamedTuple):
    """Who says to be stating, to which log, and with which key."""

    kid: str
    alg: Alg
    issuer: str
    audience: str


class Skimmed(NamedTuple):
    """What must be known of a statement to check who made it."""

    speaker: Speaker
    signed: bytes
    signature: bytes


class Reader:
    """Reads statements and remembers the few headers and speakers that they have."""

    def __init__(self) -> None:
        self._headers: dict[bytes, tuple[str, Alg]] = {}
        self._speakers: dict[tuple[bytes, bytes, bytes], Speaker] = {}

    def read(self, jwt: bytes, disclosures: bytes) -> Skimmed | None:
        """None for a statement without disclosures; CryptoError for one of bad form.

        The jwt is three texts of the base64url alphabet with dots between, as an entry has it.
        """
        header, payload, signature = jwt.split(b".")
        found = _PAYLOAD.fullmatch(_decoded(payload)) if header in self._headers else None
        if found is None or len(jwt) > sdjwt.MAX_JWT:
            return self._read_in_full(jwt, disclosures, header)
        digests, audience, issuer = found.groups()
        if digests != _digests(disclosures):
            return self._read_in_full(jwt, disclosures, header)
        speaker = self._speakers.get((header, audience, issuer))
        if speaker is None:
            named = Speaker(
                *self._headers[header], issuer.decode("ascii"), audience.decode("ascii")
            )
            speaker = self._speakers.setdefault((header, audience, issuer), named)
        return Skimmed(speaker, jwt[: -1 - len(signature)], _decoded(signature))

    def _read_in_full(self, jwt: bytes, disclosures: bytes, header: bytes) -> Skimmed | None:
        parsed = sdjwt.split(b"%b~%b" % (jwt, disclosures))
        self._headers[header] = (parsed.kid, parsed.alg)
        if "_sd" not in parsed.payload:
            return None
        return Skimmed(
            Speaker(parsed.kid, parsed.alg, parsed.issuer, parsed.audience),
            parsed.signed.signing_input,
            parsed.signed.signature,
        )


def _decoded(text: bytes) -> bytes:
    """What a text of the right alphabet spells; nothing, if it has another spelling too."""
    ends = _ENDS[len(text) % 4]
    if ends is not None and text[-1] not in ends:
        return b""
    return a2b_base64(text.translate(_FROM_URL) + b"==")


def _digests(disclosures: bytes) -> bytes | None:
    """The digests as canonical JSON has them in `_sd`; None where there may not be such ones."""
    texts = disclosures.split(b"~")
    if texts.pop() or len(texts) > MAX_DISCLOSURES or len(disclosures) > sdjwt.MAX_STATEMENT // 2:
        return None
    hashes = [sha256(text).digest() for text in texts]
    if len(set(hashes)) != len(hashes):
        return None
    # All printed at once: with a zero byte, a hash takes 44 characters of which 43 are its own.
    printed = b2a_base64(b"\0".join([*hashes, b""]), newline=False).translate(_TO_URL)
    # In the other alphabet the order is another: first translate, then sort.
    return b'","'.join([text for (text,) in sorted(_PRINTED(printed))])
