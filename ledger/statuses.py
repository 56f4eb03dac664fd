"""How far a shipment has come, in words and in rank, and the columns of its balance."""

from collections.abc import Mapping

# Rank says how far a shipment has come: a late, lower step never moves it back.
RANK: Mapping[str, int] = {
    "announced": 0,
    "notified": 10,
    "info_requested": 11,
    "expired_no_reply": 12,
    "objected": 13,
    "cleared_to_export": 14,
    "authorised": 20,
    "released": 30,
    "in_transit": 40,
    "arrived": 50,
    "cleared": 60,
    "delivered": 70,
    "received": 80,
    "in_use": 85,
    "consumed": 90,
    "split": 90,
    "reexported": 90,
    "returning": 92,
    "destroyed": 94,
    "suspended": 95,
    "stopped": 96,
    "seized": 97,
    "cancelled": 98,
    "closed": 99,
}
ENDED = frozenset(
    {"consumed", "split", "reexported", "destroyed", "stopped", "seized", "cancelled", "closed"}
)
ACTIVE = frozenset(RANK) - ENDED

MEASURES = (
    "notified",
    "authorised",
    "released",
    "departed",
    "arrived",
    "cleared",
    "delivered",
    "received",
    "used",
    "reexported",
    "returned",
    "lost",
    "seized",
    "destroyed",
)
