"""A name however it is spelt: in any script, with its legal form or without, with a slip in it.

Names are brought into Latin letters (anyascii, a table by Unicode character), which is rough: it
serves to find who might be meant, and to compare, never to show. What a search goes by is how the
telling words sound: the first letter and the consonants after it, doubled ones once, so that most
slips and ways to romanise end alike (after Holmes and McCabe, Skeleton keys, 2002).
"""

import functools
import re

from anyascii import anyascii

# What says how a firm is made up, not which: in Latin letters, since all names come there first.
_FORMS = (
    "ab ag aktiengesellschaft anonima anonim anonyme ao aps as asa bhd bv co company corp "
    "corporation cv doo eood eurl gesellschaft gmbh haftung beschrankter mit inc incorporated "
    "joint stock jsc kabushiki kaisha kg kk limitada limited limitid lld llc llp ltd ltda "
    "mchj nv oao obshchestvo ohg ojsc ooo oy oyj pao pjsc plc pt pte public private pty pvt "
    "sa sae sal saoc sarl sas sdn sirketi sl societe sociedad spa spol spzoo srl sro tbk tov "
    "the and of zao"
)
FORMS = frozenset(_FORMS.split())
_MOST_WORDS = 2  # that a search goes by: the longest tell most
_SKELETON = 6


@functools.lru_cache(maxsize=65_536)
def latin(name: str) -> tuple[str, ...]:
    """The words of a name in small Latin letters, without its legal form."""
    plain = re.sub(r"[.'’`]", "", anyascii(name).lower())
    words = re.findall(r"[a-z0-9]+", plain)
    return tuple(word for word in words if word not in FORMS) or tuple(words)


@functools.lru_cache(maxsize=65_536)
def sounds(name: str) -> frozenset[str]:
    """How the most telling words of a name sound."""
    telling = sorted(set(latin(name)), key=lambda word: (-len(word), word))
    return frozenset(filter(None, map(_skeleton, telling[:_MOST_WORDS])))


def _skeleton(word: str) -> str:
    alike = word.replace("ph", "f").replace("ck", "k").replace("q", "k").replace("z", "s")
    alike = re.sub(r"c(?![h])", "k", alike).replace("x", "ks").replace("w", "v")
    once = re.sub(r"(.)\1+", r"\1", alike[1:])
    return (alike[:1] + re.sub(r"[aeiouyh]", "", once))[:_SKELETON]
