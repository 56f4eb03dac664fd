"""How alike two names are, and whether two parties may be one.

Jaro-Winkler (Winkler 1990), written out rather than difflib's ratio: the threshold in the rule's
source, 0.88, is on this scale, and difflib's result depends on which name comes first. Jaro's own
greedy matching depends on it too, in rare cases, so the two are put in order first.
"""

from ledger.claims import Party, folded

# Words that say what a firm is, not which: they make strangers look alike.
_FORMS = (
    "ab ag bv co company corp corporation gmbh inc kg llc limited ltd nv oy plc pte pty sa sarl sas"
    " spa srl"
)
_TRADES = (
    "chemical chemicals chemie trading trade import export international industries group holding"
    " the and of"
)
COMMON_WORDS = frozenset(f"{_FORMS} {_TRADES}".split())


def jaro(one: str, other: str) -> float:
    """Jaro's similarity: characters in common near their places, less those out of order."""
    if one == other:
        return 1.0
    one, other = sorted((one, other))
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken = [False] * len(other)
    mine: list[str] = []
    for place, letter in enumerate(one):
        for near in range(max(0, place - reach), min(len(other), place + reach + 1)):
            if not taken[near] and other[near] == letter:
                taken[near] = True
                mine.append(letter)
                break
    if not mine:
        return 0.0
    theirs = [letter for letter, hit in zip(other, taken, strict=True) if hit]
    moved = sum(a != b for a, b in zip(mine, theirs, strict=True)) / 2
    common = len(mine)
    return (common / len(one) + common / len(other) + (common - moved) / common) / 3


def jaro_winkler(one: str, other: str) -> float:
    """Jaro's similarity, nearer to one for names that begin alike (at most four letters)."""
    alike = jaro(one, other)
    prefix = 0
    for a, b in zip(one[:4], other[:4], strict=False):
        if a != b:
            break
        prefix += 1
    return alike + prefix * 0.1 * (1 - alike)


def similarity(one: str, other: str) -> float:
    """How alike two firms' names are, the words that any firm may have left out."""
    return jaro_winkler(_telling(one), _telling(other))


def _telling(name: str) -> str:
    words = folded(name).split()
    return " ".join([w for w in words if w not in COMMON_WORDS] or words)


def same_trader(one: Party, other: Party, *, alike: float) -> bool:
    """Whether two descriptions may be of one trader: by identifier, else by country and name."""
    if one.key == other.key:
        return True
    if one.scheme and one.scheme == other.scheme and one.identifier and other.identifier:
        return False
    return one.country == other.country and similarity(one.name, other.name) >= alike


def one_slip(one: str, other: str) -> bool:
    """Whether one wrong, missing, added or swapped character makes the other of the one."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    swapped = a[1:2] + a[0:1] + a[2:] == b
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped
