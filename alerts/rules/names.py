"""How alike two names are, and whether two parties may be one.

Jaro-Winkler (Winkler 1990), written out rather than difflib's ratio: the threshold in the rule's
source, 0.88, is on this scale, and difflib's result depends on which name comes first. Jaro's own
greedy matching depends on it too, in rare cases, so the two are put in order first. Names are
brought into Latin letters before they are compared (`ledger.spellings`).
"""

import functools
from collections.abc import Iterator

from ledger.claims import Party
from ledger.spellings import latin

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
ALIKE = 0.85  # of two names word by word: the same firm, if something else fits
_DIGITS = 9  # at the end of a telephone number: those of its subscriber and town
_SHORT = {
    "street": "st", "strasse": "str", "road": "rd", "avenue": "ave", "av": "ave",
    "boulevard": "blvd", "building": "bldg", "floor": "fl", "suite": "ste", "industrial": "ind",
}  # fmt: skip
# Mailboxes there are anybody's: the domain, without its ending, ties nobody.
_PROVIDERS = (
    "gmail googlemail yahoo ymail hotmail outlook live msn aol icloud mail inbox yandex rambler qq"
    " 163 126 sina gmx web freenet proton protonmail zoho rediffmail naver daum libero orange"
)
PUBLIC_MAIL = frozenset(_PROVIDERS.split())
_WORD = 0.88  # of two words: the same word, as in the rules' own threshold for names


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
    words = latin(name)
    return " ".join([w for w in words if w not in COMMON_WORDS] or words)


def closeness(one: str, other: str) -> float:
    """How alike two names are word by word, from 0 to 1: so that words may change places.

    It is the share of their letters whose word finds a partner; a number must be the same number.
    """
    mine, theirs = sorted((latin(one), latin(other)), key=lambda words: (len(words), words))
    if "".join(mine) == "".join(theirs):
        return 1.0
    if _numbers(mine) != _numbers(theirs):
        return 0.0
    left = list(theirs)
    found = 0.0
    for word in sorted(mine, key=lambda word: (-len(word), word)):
        near = max(left, key=lambda each: (jaro_winkler(word, each), each), default="")
        nearness = jaro_winkler(word, near) if near else 0.0
        if nearness >= _WORD:
            left.remove(near)
            found += nearness * (len(word) + len(near))
    return found / sum(map(len, (*mine, *theirs)))


def _numbers(words: tuple[str, ...]) -> list[str]:
    return sorted(word for word in words if word.isdigit())


@functools.lru_cache(maxsize=8_192)
def reached_by(party: Party) -> tuple[tuple[str, str], ...]:
    """The ways to reach a trader, as they are compared: kind and value."""
    return tuple(_reached_by(party))


def _reached_by(party: Party) -> Iterator[tuple[str, str]]:
    if party.phone and (digits := dialled(party.phone)):
        yield "phone", digits
    if party.email:
        yield "email", party.email.casefold()
        _, _, domain = party.email.casefold().rpartition("@")
        if domain.partition(".")[0] not in PUBLIC_MAIL:
            yield "domain", domain
    if party.address and (plain := located(party.address)):
        yield "address", plain


def dialled(phone: str) -> str:
    """The end of a number, which is the same however its country is dialled."""
    return "".join(c for c in phone if c.isdigit()).lstrip("0")[-_DIGITS:]


def located(address: str) -> str:
    """The words of an address in Latin letters, in no order, as they are shortened."""
    return " ".join(sorted(_SHORT.get(word, word) for word in latin(address)))


def same_trader(one: Party, other: Party, *, alike: float) -> bool:
    """Whether two descriptions may be of one trader: by identifier, else by country and name."""
    if one.key == other.key:
        return True
    if one.scheme and one.scheme == other.scheme and one.identifier and other.identifier:
        return False
    if one.country != other.country:
        return False
    return similarity(one.name, other.name) >= alike or closeness(one.name, other.name) >= alike


def written_anew(one: Party, other: Party) -> bool:
    """Whether one description is the other with a name or number that is spelled otherwise."""
    if one.key == other.key:
        return True
    alike = one.country == other.country and closeness(one.name, other.name) >= ALIKE
    return alike and not differently_registered(one, other)


def differently_registered(one: Party, other: Party) -> bool:
    """Two numbers of one register are two firms, unless one is the other with a slip in it."""
    both = one.scheme is not None and one.scheme == other.scheme
    if not both or not one.identifier or not other.identifier:
        return False
    mine, theirs = one.identifier.upper(), other.identifier.upper()
    return mine != theirs and not one_slip(mine, theirs)


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
