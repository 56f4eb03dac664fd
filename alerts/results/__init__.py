"""What the programme achieved: its figures from the ledger, for who may see them.

The hub sees all of them. An agency sees its own, and of the programme what no other country's
affairs can be read from (`alerts.results.published`). Definitions are in docs/statistics.md.
"""
