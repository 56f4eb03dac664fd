"""Evidence bundles: a shipment's history and its proof, checked with nothing but a few pinned keys.

Pure: what a stranger needs. `archive` is the file, `manifest` its table of contents, `checking` the
judge. `ledger.bundling` gathers what goes in, and `api.evidence` puts a report and a checker beside
it. The same checks stand once more in `check_bundle.py`, which every bundle carries.
"""
