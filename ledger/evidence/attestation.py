"""The hub's signature over a manifest: that a bundle is all that was issued, on the day it was.

Without it a forger could leave the last statements of a history out and mend the manifest. It is a
JWS with detached content (RFC 7515 appendix F) over the bytes of `manifest.json`, by a key that the
registry statements in the bundle give to the hub and that was valid where the checkpoint ends.
"""

from collections.abc import Mapping

from crypto import BadSignature, CryptoError, Malformed, UnknownKey, jws
from crypto.encodings import b64u_encode
from crypto.keys import PrivateKey
from ledger.evidence import manifest
from ledger.evidence.findings import Notebook
from ledger.evidence.manifest import Manifest
from ledger.roster import HUB, Roster

NAME = "manifest.jws"
TYPE = "shield-evidence+jws"
PART = "manifest signature"
MAX_BYTES = 16 * 1024 * 1024  # with the manifest put back in


def attest(table: bytes, key: PrivateKey) -> bytes:
    """The signature of these bytes; the same bytes and key have the same one (Ed25519)."""
    compact = jws.sign({"kid": key.kid, "typ": TYPE}, table, key)
    head, _, signature = compact.split(".")
    return f"{head}..{signature}".encode("ascii")


def check(files: Mapping[str, bytes], table: Manifest, roster: Roster, book: Notebook) -> None:
    """Whether the hub signed this very manifest; bundles of the first version are not signed."""
    if table.version == 1:
        return
    if NAME not in files:
        book.doubt(PART, NAME, "missing: whether it was issued so can't be told")
        return
    try:
        signed = _attached(files[NAME], files[manifest.NAME])
        enrolment = roster.keyring.find(str(signed.header["kid"]), table.size)
        if enrolment.holder != HUB:
            raise BadSignature(f"the key is {enrolment.holder}'s, and not the hub's")
        jws.check(signed, enrolment.key)
        book.attested = True
    except UnknownKey as error:
        if error.revoked:
            book.fault("key", NAME, error)
        elif _is_registry_whole(files, table):
            book.fault(PART, NAME, error)
        else:
            book.doubt("key statement", NAME, f"missing: {error}")
    except CryptoError as error:
        book.fault(PART, NAME, error)


def _is_registry_whole(files: Mapping[str, bytes], table: Manifest) -> bool:
    return all(each.statement in files for each in table.items if each.role == "registry")


def _attached(signature: bytes, table: bytes) -> jws.Split:
    """The JWS with its content back in its place."""
    try:
        head, empty, signed = signature.decode("ascii").split(".")
    except ValueError as error:
        raise Malformed("not a JWS with detached content") from error
    split = jws.split(f"{head}.{b64u_encode(table)}.{signed}", max_bytes=MAX_BYTES)
    if empty or set(split.header) != {"alg", "kid", "typ"} or split.header["typ"] != TYPE:
        raise Malformed("not the signature of a manifest")
    return split
