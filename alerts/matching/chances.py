"""How often things agree: m, of halves of one shipment; u, of strangers, before any are counted.

m was measured on 2,096 shipments of four simulated worlds that tell of both ends under one
reference, each cut in two (`bench/matching.py --chances`), and then drawn towards less agreement,
by judgement: containers agreed in all of them, seals in 99 %, masses to 1 % in 86 %, days in 93 %,
and real trade relabels, stuffs anew and is late. What is rare is held at 0.5 % and more. u is where
counting begins, by judgement too: each trade of those worlds has one buyer or two, real ones have
more. An outcome that no table names has no weight.
"""

from collections.abc import Mapping
from types import MappingProxyType

LIKELY = 6.0  # bits: odds of 64 to 1
POSSIBLE = 0.0  # bits: even odds
COUNTED = 4.0  # strangers that the u of the table counts for, beside those of the ledger
STRANGERS = 2_000  # shipments among which one cites a number by chance, less those that cite it

Table = Mapping[str, tuple[float, float]]  # outcome -> (m, u)

CHANCES: Mapping[str, Table] = MappingProxyType(
    {
        "container": {"same": (0.9, 0.0005), "slip": (0.01, 0.0005), "other": (0.05, 0.99)},
        "seal": {"same": (0.8, 0.0005), "slip": (0.005, 0.0005), "other": (0.15, 0.99)},
        "document": {"same": (0.9, 0.0005), "slip": (0.01, 0.001), "other": (0.05, 0.99)},
        "substance": {"other": (0.01, 0.8)},
        "country": {"other": (0.01, 0.8)},
        "origin": {"other": (0.01, 0.8)},
        "mass": {
            "close": (0.8, 0.1),
            "near": (0.08, 0.1),
            "slip": (0.05, 0.05),
            "part": (0.04, 0.35),
            "other": (0.03, 0.4),
        },
        "dates": {
            "near": (0.7, 0.1),
            "later": (0.2, 0.15),
            "late": (0.07, 0.3),
            "far": (0.03, 0.45),
        },
        "buyer": {"same": (0.85, 0.25), "alike": (0.12, 0.05), "other": (0.03, 0.7)},
        "seller": {"same": (0.85, 0.3), "alike": (0.12, 0.05), "other": (0.03, 0.65)},
        "place": {"same": (0.9, 0.5), "other": (0.1, 0.5)},
        "means": {"same": (0.7, 0.02), "other": (0.3, 0.98)},
    }
)
