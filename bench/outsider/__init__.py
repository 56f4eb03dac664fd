"""A third simulator of precursor trade and its diversion, written blind by an outsider.

It knows the vocabulary of statements and nothing of the checker's rules. Facts come first; every
office then tells of them through habits of its own, by the same code for honest and for diverted
goods, so that only the facts can give a case away.
"""

from outsider.world import outsider_world

__all__ = ["outsider_world"]
