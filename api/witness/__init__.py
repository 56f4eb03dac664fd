"""A witness: a server of its own that cosigns logs as long as each only grows (C2SP tlog-witness).

It needs no ledger. Its home holds two keys (Ed25519 and ML-DSA-44, under one name) and one SQLite
file with what it saw last of each log. That file is the promise: whoever loses it, or restores an
older one, must begin again under another name.
"""
