"""Run by another implementation's tools: reads a served log, and says what it could prove.

Arguments: the log's URL, its origin, its key, a witness's key.
"""

import json
import sys

from aics_tlog import (
    HttpTileReader,
    VerifiedTileReader,
    audit_tiles,
    consistency_proof_from_tiles,
    inclusion_proof_from_tiles,
    parse_note,
    parse_vkey,
    read_entry,
    tree_root_from_tiles,
    verify_checkpoint,
    verify_consistency,
    verify_leaf_inclusion,
)

url, origin, log_key, witness_key = sys.argv[1:]
reader = HttpTileReader([url], proxies={})
note = parse_note(reader.read_checkpoint())
read = verify_checkpoint(
    note, parse_vkey(log_key), [parse_vkey(witness_key)], 1, expected_origin=origin
)
size, root = read.size or 0, read.root or b""
audited = audit_tiles(reader, size, root)
tiles = VerifiedTileReader(reader, size, root)
included = [
    verify_leaf_inclusion(
        read_entry(tiles, index, size),
        index,
        size,
        inclusion_proof_from_tiles(tiles, index, size),
        root,
    )
    for index in range(size)
]
consistent = [
    verify_consistency(
        old,
        size,
        tree_root_from_tiles(tiles, old, size),
        root,
        consistency_proof_from_tiles(tiles, old, size),
    )
    for old in range(1, size + 1)
]
print(  # noqa: T201 - this is the answer
    json.dumps(
        {
            "ok": read.ok,
            "size": size,
            "witnesses": read.witnesses,
            "tiles": audited.tiles,
            "bundles": audited.bundles,
            "included": sum(included),
            "consistent": sum(consistent),
        }
    )
)
