"""The log of reads: who read which case data, why, when, and by which way; a book of its own.

It has the ledger's entries, chain, tree and checkpoints, under the name `<origin>/reads`. A read
that can't be written here does not happen.
"""

BOOK = "reads"


def name_of(origin: str) -> str:
    """What the log of reads of a ledger is called on its checkpoints."""
    return f"{origin}/{BOOK}"
