"""Run by another implementation's tools: feeds our witness a growing log, then a forked one.

Arguments: the witness's URL, its Ed25519 key, the seed of the log's key.
"""

import json
import sys

from aics_tlog import (
    Checkpoint,
    MerkleTree,
    parse_note,
    sign_checkpoint,
    verify_checkpoint,
    vkey_from_ed25519,
)
from aics_witness.feeder import WitnessClient, WitnessRejected, merge_cosignatures
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

url, vkey, seed = sys.argv[1:]
ORIGIN = "ledger.test/judged"
key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
client = WitnessClient(url, vkey)


def submit(tree: MerkleTree) -> bool:
    note = sign_checkpoint(Checkpoint(ORIGIN, len(tree), tree.root()), key, ORIGIN).serialise()
    line = client.submit(note, tree.consistency_proof)
    merged = parse_note(merge_cosignatures(note, line))
    log_key = vkey_from_ed25519(ORIGIN, key.public_key())
    return verify_checkpoint(merged, log_key, [client.witness_vkey], 1, expected_origin=ORIGIN).ok


tree = MerkleTree([b"0", b"1", b"2"])
cosigned = [submit(tree)]
for size in range(3, 20, 4):
    tree.extend(str(n).encode() for n in range(size, size + 4))
    cosigned.append(submit(tree))
forked = MerkleTree([b"other"] * (len(tree) + 5))
try:
    submit(forked)
except WitnessRejected as refused:
    status = refused.status
print(json.dumps({"cosigned": cosigned, "fork": status}))  # noqa: T201 - this is the answer
