"""Making a bundle: its parts by name, the manifest over all of them, one archive."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from crypto.keys import PrivateKey
from ledger.evidence import archive, attestation, manifest
from ledger.evidence.manifest import Manifest
from ledger.receipts import Receipt, encode_tlog_proof


def parts(
    table: Manifest, receipts: Mapping[int, Receipt], statements: Mapping[int, bytes]
) -> dict[str, bytes]:
    """The files that prove something, for every entry that the manifest names."""
    made: dict[str, bytes] = {}
    for item in table.items:
        receipt = receipts[item.index]
        made[manifest.CHECKPOINT] = receipt.checkpoint
        made[item.entry] = receipt.entry
        made[item.proof] = encode_tlog_proof(receipt)
        made[item.statement] = statements[item.index]
    return made


def seal(table: Manifest, files: Mapping[str, bytes], hub: PrivateKey) -> bytes:
    """The bundle of these files, signed; the same files, manifest and key have the same bytes."""
    digests = {name: sha256(data).hexdigest() for name, data in files.items()}
    sealed = manifest.encode(replace(table, files=digests))
    signed = attestation.attest(sealed, hub)
    return archive.pack({**files, manifest.NAME: sealed, attestation.NAME: signed})
