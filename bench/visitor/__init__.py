"""A fourth simulator of precursor trade and its diversion, written blind to the checker.

Its author knew the vocabulary, the list of red flags and the frame in which reports are filed, and
saw neither the rules nor how the other worlds make honest trade and diversion. Facts come first;
every office then tells of them by the same code for honest and for diverted goods.
"""

from visitor.world import visitor_world

__all__ = ["visitor_world"]
