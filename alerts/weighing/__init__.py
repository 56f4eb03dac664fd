"""Findings weighed as evidence: how much each is worth, what they add up to, how probable that is.

A rule's finding is no verdict. How many times oftener it stands on a diverted shipment than on an
honest one was learnt on simulated worlds (`scale.json`, written by `bench/detection.py --fit`); the
logarithms add up, less for findings that look at the same things, and one curve makes a probability
of the sum that holds for a stated share of diverted shipments. Pure.
"""

from alerts.weighing.adding import Evidence, Weight, score, weights
from alerts.weighing.scale import Scale, fitted

__all__ = ["Evidence", "Scale", "Weight", "fitted", "score", "weights"]
