"""What stands beside the proofs in a bundle: a custody report, a checker, and how to use it.

Nothing here proves anything. `ledger.evidence` does, and `offline/check_bundle.py` does it again in
one file for whoever has not got this software.
"""
