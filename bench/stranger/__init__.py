"""A second simulator of precursor trade and of its diversion, written apart from `seed.worlds`.

It shares no code and no assumptions with the first but the vocabulary of statements: other
countries, another way of trading, other noise, other schemes. A checker that was tuned on the one
is measured on the other.
"""

from stranger.world import stranger_world

__all__ = ["stranger_world"]
