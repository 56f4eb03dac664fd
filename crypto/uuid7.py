"""UUIDv7 (RFC 9562 §5.7): the id of a statement, which sorts by the moment it was made."""

from collections.abc import Callable
from datetime import datetime

_VERSION = 7 << 76
_VARIANT = 2 << 62
_RANDOM = (1 << 76) - 1


def uuid7(now: datetime, random: Callable[[int], bytes]) -> str:
    """A new id: 48 bits of milliseconds, then 74 random bits between version and variant."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    drawn = int.from_bytes(random(10)) & _RANDOM
    low, high = drawn & ((1 << 62) - 1), (drawn >> 62) & 0xFFF
    number = milliseconds << 80 | _VERSION | high << 64 | _VARIANT | low
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
